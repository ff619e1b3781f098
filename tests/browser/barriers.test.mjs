// axe on every page, light and dark, narrow and wide: nothing keeps anybody out.
import assert from "node:assert/strict";
import axe from "axe-core";
import { scene } from "./scene.mjs";
import { tour } from "./tour.mjs";

const WIDTHS = [360, 1280];
const SCHEMES = ["light", "dark"];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, in short. */
async function violations(page) {
  // Evaluated and not added as a script: a page's policy forbids strange ones, and shall go on to.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((values) =>
    window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
  RULES);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`));
}

/** How far a page is wider than the window: nobody shall have to scroll in two directions. */
function overflow(page) {
  return page.evaluate(async () => {
    // What follows the window's size has done so by then.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    return document.documentElement.scrollWidth - innerWidth;
  });
}

scene("no page has a barrier, in any size and colour", async (stage) => {
  const found = [];
  await tour(stage, async (page, name) => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const over = await overflow(page);
      if (over > 0) found.push(`${name} at ${width}: ${over} px too wide`);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const seen = await violations(page);
        found.push(...seen.map((text) => `${name} at ${width}, ${colorScheme}: ${text}`));
      }
    }
  });
  assert.deepEqual(found, []);
});

scene("German and French fit where English fits", async (stage) => {
  const found = [];
  for (const [login, locale] of [["jonas", "de-DE"], ["camille", "fr-FR"]]) {
    await tour(stage, async (page, name) => {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        const over = await overflow(page);
        if (over > 0) found.push(`${name} in ${locale} at ${width}: ${over} px too wide`);
      }
    }, { login, locale });
  }
  assert.deepEqual(found, []);
});
