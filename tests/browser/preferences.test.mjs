// The language and the colours: chosen on any page, kept by the browser.
import assert from "node:assert/strict";
import { scene } from "./scene.mjs";
import { heading, signIn, tenant } from "./world.mjs";

async function choose(page, { language, scheme }) {
  const form = page.locator(".prefs");
  if (language) await form.locator("[name=locale]").selectOption(language);
  if (scheme) await form.locator("[name=scheme]").selectOption(scheme);
  await Promise.all([page.waitForEvent("load"), form.locator("button").click()]);
}

const lang = (page) => page.locator("html").getAttribute("lang");

scene("a language is chosen, and kept on other pages and after signing in", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await page.goto(home.base);
  assert.equal(await lang(page), "en-US");
  await choose(page, { language: "de-DE" });
  assert.equal(await lang(page), "de-DE");
  await page.getByRole("banner").getByRole("link", { name: "Anmelden" }).waitFor();
  // What was chosen counts for more than what the issuer knows of the person.
  await signIn(page, home, "camille");
  assert.equal(await lang(page), "de-DE");
  assert.equal(await heading(page).textContent(), "Konto");
  assert.match(await page.locator("[data-part=available]").textContent(), /^100\.000$/);
  await choose(page, { language: "fr-FR" });
  assert.equal(new URL(page.url()).pathname, "/account");
  assert.equal(await lang(page), "fr-FR");
  assert.equal(await heading(page).textContent(), "Compte");
  await page.goto(`${home.base}/playground`);
  assert.equal(await lang(page), "fr-FR");
});

scene("who has chosen nothing is spoken to as the issuer or the browser says", async (stage) => {
  const home = await tenant();
  const page = await stage.page({ locale: "fr-CA" });
  await page.goto(home.base);
  assert.equal(await lang(page), "fr-FR");
  await signIn(page, home, "jonas");
  assert.equal(await lang(page), "de-DE");
});

const background = (page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number));
const brightness = ([red, green, blue]) => (red + green + blue) / 3;

scene("the colours are those of the device, or those that were chosen", async (stage) => {
  const home = await tenant();
  const page = await stage.page({ colorScheme: "light" });
  await page.goto(home.base);
  assert.ok(brightness(await background(page)) > 200);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.ok(brightness(await background(page)) < 60);
  await choose(page, { scheme: "light" });
  assert.ok(brightness(await background(page)) > 200);
  await page.emulateMedia({ colorScheme: "light" });
  await choose(page, { scheme: "dark" });
  stage.expect(404);
  await page.goto(`${home.base}/nowhere`);
  assert.ok(brightness(await background(page)) < 60);
});
