// What people do with their account: devices, keys, and numbers that are fresh.
import assert from "node:assert/strict";
import { scene } from "./scene.mjs";
import {
  accountOf, ask, eventually, here, mean, ready, signIn, tenant, token,
} from "./world.mjs";

scene("a device that is signed out from another one is out", async (stage) => {
  const home = await tenant();
  const [mine, other] = [await stage.page(), await stage.page()];
  stage.expect(401);
  await signIn(mine, home);
  await signIn(other, home);
  const rows = (page) => page.locator("#sessions .row");
  await mine.reload();
  for (const page of [mine, other]) {
    assert.equal(await rows(page).count(), 2);
    assert.equal(await page.getByText("this device", { exact: true }).count(), 1);
    assert.match(await rows(page).first().innerText(), /this device/);
  }
  const revoke = rows(mine).last().getByRole("button", { name: "Sign out" });
  // Asked whether it is meant, one may say no.
  await ready(mine);
  await revoke.click();
  await mine.locator("dialog[open] [value=cancel]").click();
  assert.equal(await rows(mine).count(), 2);
  await mean(mine, revoke);
  await mine.waitForURL(`${home.base}/account?done=session-revoked`);
  assert.match(await mine.locator(".toast").innerText(), /The device is signed out/);
  assert.equal(await rows(mine).count(), 1);

  await eventually(async () => {
    const status = await other.evaluate(async () => (await fetch("/me/balance")).status);
    return status === 401;
  }, "the other device is out");
  // The issuer still knows the person, and would let them in again.
  await other.context().clearCookies({ domain: "127.0.0.1" });
  // Another instance may believe for some seconds more what it has read.
  await eventually(async () => {
    await other.goto(`${home.base}/account`);
    return other.locator("#login").isVisible();
  }, "every instance asks to sign in");
  await mine.reload();
  assert.equal(here(mine), "/account?done=session-revoked");
});

scene("all other devices are signed out at once", async (stage) => {
  const home = await tenant();
  const pages = [await stage.page(), await stage.page(), await stage.page()];
  stage.expect(401);
  for (const page of pages) await signIn(page, home);
  const [mine, ...others] = pages;
  await mine.reload();
  await mean(mine, mine.getByRole("button", { name: "Sign out all other devices" }));
  await mine.getByText("All other devices are signed out.").waitFor();
  assert.equal(await mine.locator("#sessions .row").count(), 1);
  for (const page of others) {
    await eventually(async () =>
      await page.evaluate(async () => (await fetch("/me/balance")).status) === 401, "it is out");
  }
  assert.equal(await mine.evaluate(async () => (await fetch("/me/balance")).status), 200);
});

scene("an API key is shown once, opens the API, and is revoked", async (stage) => {
  const home = await tenant();
  const page = await stage.page({ permissions: ["clipboard-read", "clipboard-write"] });
  await signIn(page, home);
  await page.getByText("No API keys").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Homework helper");
  const scope = (name) => page.getByRole("checkbox", { name });
  assert.ok(await scope(/ask models/).isChecked());
  await scope(/read balance/).check();
  await page.getByRole("button", { name: "Create an API key" }).click();
  const fresh = page.getByRole("status").filter({ hasText: "Your new API key" });
  await fresh.getByText("“Homework helper”").waitFor();
  const key = (await fresh.locator("code").textContent()).trim();
  await fresh.getByRole("button", { name: "Copy" }).click();
  await fresh.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);

  const status = async () => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${home.base}/v1/models`, { headers })).status;
  };
  assert.equal(await status(), 200);

  await page.goto(`${home.base}/account`);
  const row = page.locator("#keys .row");
  await row.getByText("Homework helper").waitFor();
  assert.ok(!(await page.content()).includes(key), "it is not shown again");
  await ready(page);
  await row.getByRole("button", { name: "Revoke" }).click();
  assert.match(await page.locator("dialog[open]").innerText(), /Revoke “Homework helper”\?/);
  await page.locator("dialog[open] [value=confirm]").click();
  await page.getByText("The API key is revoked.").waitFor();
  await eventually(async () => await status() === 401, "the key opens nothing");
});

scene("a key without a scope is asked for again, with what was typed", async (stage) => {
  const page = await stage.page();
  stage.expect(422);
  await signIn(page, await tenant());
  await page.getByLabel("Name", { exact: true }).fill("Half a key");
  await page.getByRole("checkbox", { name: /ask models/ }).uncheck();
  await page.getByRole("button", { name: "Create an API key" }).click();
  await page.locator("#key-scope-fault").getByText("Please fill in this field.").waitFor();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Half a key");
});

scene("the balance on the page is a live one", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await signIn(page, home);
  await home.grant(await accountOf(page), 23_456);
  await page.locator("[data-part=available]").getByText("123,456").waitFor();
});

scene("what was used is drawn, and can be explored", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await signIn(page, home);
  await page.getByText("Nothing used yet").waitFor();
  const bearer = token(home.id, { account: await accountOf(page) });
  const messages = [{ role: "user", content: "How long does it take to count?" }];
  await ask(`${home.base}/v1/chat/completions`, bearer, { model: "demo-echo", messages });
  await page.reload();
  assert.match(await page.locator("#usage .figure-line").innerText(), /tokens in 1 request$/);
  assert.equal(await page.locator("#usage .chart-bars rect").count(), 1);
  assert.match(await page.locator("#transfers").innerText(), /chat[\s\S]*welcome/);
  await page.getByRole("button", { name: "Explore this chart" }).click();
  await page.locator("usage-chart canvas").waitFor();
  await page.getByText("Usage by day, as a table").click();
  const rows = await page.locator(".days tbody tr").allInnerTexts();
  assert.ok(rows.some((row) => /\t1\t\d+\t\d+$/.test(row)));
});
