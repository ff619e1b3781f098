// Screenshots of every page, to be looked at: `cargo xtask shots` runs this.
//
//   node tests/browser/shots.mjs <folder>
//
// In the folder lie `<page>.<width>.<scheme>.png`, the same in German as `<page>.<width>.de.png`,
// and `index.html`, a contact sheet.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tour } from "./tour.mjs";
import { quit, Stage } from "./world.mjs";

const WIDTHS = [360, 768, 1280];
const HEIGHT = 800;
/** Longest picture, in pixels: a page of hundreds of rows looks the same all the way down. */
const HEIGHT_MAX = 6000;

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: shots.mjs <folder>");

const pages = new Map();

async function shoot(page, name, width, kind) {
  await page.setViewportSize({ width, height: HEIGHT });
  await page.evaluate(() => scrollTo(0, 0));
  const file = `${name}.${width}.${kind}.png`;
  const height = await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    // What stands over the page stands over what can be seen of it.
    if (document.querySelector("dialog[open]")) return innerHeight;
    return document.documentElement.scrollHeight;
  });
  await page.screenshot({
    path: join(folder, file), fullPage: true, animations: "disabled",
    clip: { x: 0, y: 0, width, height: Math.min(height, HEIGHT_MAX) },
  });
  pages.set(name, [...pages.get(name) ?? [], { file, width, kind }]);
}

/** What was taken, with links to the pictures in their own size. */
function sheet() {
  const picture = ({ file, width, kind }) => `<figure><a href="${file}"><img src="${file}" alt=""
 loading="lazy" width="${Math.round(width / 3)}"></a><figcaption>${width} ${kind}</figcaption></figure>`;
  const rows = [...pages].map(([name, shots]) =>
    `<h2 id="${name}">${name}</h2>\n<div>${shots.map(picture).join("\n")}</div>`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page</title>
<style>
body { font: 14px system-ui, sans-serif; margin: 2rem; background: #888; }
div { display: flex; gap: 1rem; align-items: start; overflow-x: auto; }
figure { margin: 0; flex: none; } img { display: block; height: auto; }
</style>
<h1>${pages.size} pages</h1>
${rows.join("\n")}
</html>
`;
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const stage = new Stage();
try {
  await tour(stage, async (page, name) => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const width of WIDTHS) await shoot(page, name, width, colorScheme);
    }
  });
  await tour(stage, async (page, name) => {
    for (const width of WIDTHS.slice(0, 1)) await shoot(page, name, width, "de");
  }, { login: "jonas", locale: "de-DE" });
  await writeFile(join(folder, "index.html"), sheet());
  console.log(`${pages.size} pages, ${[...pages.values()].flat().length} pictures: ${folder}/index.html`);
} finally {
  await stage.close();
  await quit();
}
