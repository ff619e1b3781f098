// Without a mouse: everything can be reached, seen and done.
import assert from "node:assert/strict";
import { scene } from "./scene.mjs";
import { heading, issuer, ready, signIn, tenant } from "./world.mjs";

/** What has the focus: its name, and whether one can see that it has it. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return undefined;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      name: element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent.trim()
        ?? element.textContent.trim(),
      tag: element.localName,
      outline: style.outlineStyle === "none" ? 0 : Number.parseFloat(style.outlineWidth),
      inView: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
      index: element.tabIndex,
    };
  });
}

/** Goes on with Tab until something has the focus. It has to come before the page has been gone
 * through. */
async function tabTo(page, wanted, steps = 60) {
  const passed = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now && wanted.test(now.name)) return now;
    passed.push(now?.name.slice(0, 30));
  }
  throw new Error(`Tab does not lead to ${wanted}: ${passed.join(" | ")}`);
}

scene("signing in, asking a model and signing out, by keyboard alone", async (stage) => {
  const { base } = await tenant();
  const page = await stage.page();
  await page.goto(base);
  await tabTo(page, /^Sign in$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${issuer}/**`);
  await tabTo(page, /^Someone else$/);
  await page.keyboard.type("robin");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}/account`);

  await tabTo(page, /^Playground$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}/playground`);
  await ready(page);
  await tabTo(page, /^Your message$/);
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  await page.keyboard.press("Enter");
  await page.locator("[data-part=say]").getByText("The answer is complete.").waitFor();
  const asked = await page.locator(".turn-person .turn-text").innerText();
  assert.equal(asked, "one\ntwo");
  assert.equal((await focused(page)).name, "Your message");

  // Sent by the button, the focus goes to the one that stops, and from there back to the message.
  await page.keyboard.type(Array.from({ length: 200 }, (_, index) => `word${index}`).join(" "));
  await tabTo(page, /^Model/);
  await page.keyboard.type("demo-slow");
  await tabTo(page, /^Send$/);
  await page.keyboard.press("Enter");
  await page.locator(".turn").last().getByText("word2").waitFor();
  assert.equal((await focused(page)).name, "Stop");
  await page.keyboard.press("Enter");
  await page.locator("[data-part=say]").getByText("Stopped.").waitFor();
  assert.equal((await focused(page)).name, "Your message");

  await page.goto(`${base}/account`);
  await tabTo(page, /^Sign out$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}/auth/logged-out*`);
  assert.equal(await heading(page).textContent(), "You are signed out");
});

scene("the first Tab leads past the frame of the page", async (stage) => {
  const page = await stage.page();
  await signIn(page, await tenant());
  await page.keyboard.press("Tab");
  const first = await focused(page);
  assert.equal(first.name, "Skip to content");
  assert.ok(first.inView);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("Tab");
  const next = await page.evaluate(() => document.activeElement.closest("main") !== null);
  assert.ok(next, "Tab goes on in the content");
});

scene("what has the focus shows it, in the order of the page", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await signIn(page, home, "ada");
  for (const path of ["/", "/account", "/playground", "/admin", "/admin/pages/models"]) {
    await page.goto(`${home.base}${path}`);
    await ready(page);
    const count = await page.evaluate(() => {
      const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, "
        + "[tabindex='0']");
      const can = (element) => element.checkVisibility() && !element.disabled
        && element.type !== "hidden" && !element.closest("dialog:not([open])");
      window.order = [...all].filter(can);
      return window.order.length;
    });
    for (let index = 0; index < count; index += 1) {
      await page.keyboard.press("Tab");
      const now = await focused(page);
      const at = await page.evaluate(() => window.order.indexOf(document.activeElement));
      assert.equal(at, index, `${path}: ${now?.name}`);
      assert.ok(now.index === 0, `${path}: ${now.name} has an order of its own`);
      assert.ok(now.outline >= 2, `${path}: the focus on ${now.name} is not to be seen`);
      assert.ok(now.inView, `${path}: ${now.name} is out of view`);
    }
  }
});

scene("the dialog that asks keeps the focus and gives it back", async (stage) => {
  const home = await tenant();
  const [other, page] = [await stage.page(), await stage.page()];
  await signIn(other, home);
  await signIn(page, home);
  const button = page.locator("#sessions .row").last().getByRole("button");
  await ready(page);
  await button.focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog[open]").waitFor();
  for (let step = 0; step < 6; step += 1) {
    const inside = await page.evaluate(() =>
      document.activeElement === document.body
      || document.activeElement.closest("dialog[open]") !== null);
    assert.ok(inside, "the focus is in the dialog");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  assert.ok(await button.evaluate((element) => element === document.activeElement));
  assert.equal(await page.locator("#sessions .row").count(), 2);
});
