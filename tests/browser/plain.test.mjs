// Without JavaScript: pages are whole, and everything can still be done.
import assert from "node:assert/strict";
import { scene } from "./scene.mjs";
import { heading, signIn, tenant } from "./world.mjs";

const plain = { javaScriptEnabled: false };

scene("without scripts one signs in, asks a model and signs out", async (stage) => {
  const home = await tenant();
  const page = await stage.page(plain);
  await signIn(page, home, "robin", "/playground");
  await page.getByLabel("Your message").fill("What is a postern?");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator(".turn").nth(1).waitFor();
  assert.deepEqual(await page.locator(".turn-who").allInnerTexts(), ["You", "Model"]);
  assert.match(await page.locator(".turn-text").nth(1).innerText(), /What is a postern\?/);
  assert.match(await page.locator("[data-part=spent]").innerText(), /\d+ input tokens, \d+ output/);
  // Nothing stands there that does nothing.
  for (const name of ["Stop", "Start over", "Copy"]) {
    assert.equal(await page.getByRole("button", { name }).count(), 0);
  }

  await page.getByRole("banner").getByRole("link", { name: "Account" }).click();
  assert.equal(await heading(page).innerText(), "Account");
  assert.match(await page.locator("#usage .figure-line").innerText(), /in 1 request/);

  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${home.base}/auth/logged-out*`);
});

scene("without scripts a key is made and revoked, and another device signed out", async (stage) => {
  const home = await tenant();
  const [page, other] = [await stage.page(plain), await stage.page()];
  await signIn(other, home);
  await signIn(page, home);
  await page.getByLabel("Name", { exact: true }).fill("Plain");
  await page.getByRole("button", { name: "Create an API key" }).click();
  const key = (await page.locator(".new-key code").innerText()).trim();
  const headers = { authorization: `Bearer ${key}` };
  assert.equal((await fetch(`${home.base}/v1/models`, { headers })).status, 200);
  await page.locator("#keys .row").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("The API key is revoked.").waitFor();
  await page.locator("#sessions .row").last().getByRole("button", { name: "Sign out" }).click();
  await page.getByText("The device is signed out.").waitFor();
  assert.equal(await page.locator("#sessions .row").count(), 1);
});

scene("without scripts a language and colours are chosen", async (stage) => {
  const { base } = await tenant();
  const page = await stage.page(plain);
  await page.goto(base);
  await page.locator(".prefs [name=locale]").selectOption("de-DE");
  await page.locator(".prefs [name=scheme]").selectOption("dark");
  await page.locator(".prefs button").click();
  await page.getByRole("banner").getByRole("link", { name: "Anmelden" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de-DE");
  assert.equal(await page.locator("html").getAttribute("data-scheme"), "dark");
});

scene("without scripts and without tokens the page says so", async (stage) => {
  const page = await stage.page(plain);
  stage.expect(402);
  await signIn(page, await tenant({ welcome_tokens: 0 }), "robin", "/playground");
  await page.getByLabel("Your message").fill("hello");
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Send" }).click();
  assert.equal((await answered).status(), 402);
  assert.match(await page.locator("[data-part=error]").innerText(), /token/);
  assert.equal(await page.getByLabel("Your message").inputValue(), "hello");
});
