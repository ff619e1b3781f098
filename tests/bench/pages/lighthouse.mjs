// What Lighthouse says of pages, as a table in Markdown: `cargo xtask bench pages` runs this.
//
// Lighthouse plays a middling phone on a slow network, and then a desktop. It is installed in
// .tools/pages.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { fill } from "../../browser/tour.mjs";
import { accountOf, quit, signIn, Stage, tenant } from "../../browser/world.mjs";

const require = createRequire(new URL("../../../.tools/pages/package.json", import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { default: lighthouse, desktopConfig } = await load("lighthouse");
const { launch } = await load("chrome-launcher");

const CATEGORIES = ["performance", "accessibility", "best-practices"];
/** Performance is the median of so many: the machine is not quiet. */
const ROUNDS = 3;

/** A tenant with somebody who has used it, and what their browser sends with each request. */
async function somebody(stage) {
  const home = await tenant({ name: "Linden Street" });
  const page = await stage.page();
  await signIn(page, home, "ada");
  await fill(home, await accountOf(page));
  const cookies = await page.context().cookies(home.base);
  return { home, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function judge(url, port, config, extraHeaders) {
  const scores = CATEGORIES.map(() => []);
  const faults = new Set();
  for (let round = 0; round < ROUNDS; round += 1) {
    const options = {
      port, onlyCategories: CATEGORIES, extraHeaders, disableStorageReset: true, logLevel: "error",
    };
    const { lhr } = await lighthouse(url, options, config);
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    for (const [index, name] of CATEGORIES.entries()) {
      const { score, auditRefs } = lhr.categories[name];
      scores[index].push(Math.round(score * 100));
      for (const { id, weight } of auditRefs) {
        const audit = lhr.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 0.9) {
          faults.add(`${id}${audit.displayValue ? ` (${audit.displayValue})` : ""}`);
        }
      }
    }
  }
  return { scores: scores.map(median), faults: [...faults].join(", ") };
}

const stage = new Stage();
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-background-networking"],
  logLevel: "error",
});
try {
  const { home, cookie } = await somebody(stage);
  console.log(`| page | as | ${CATEGORIES.join(" | ")} | what costs points |`);
  console.log("|---|---|--:|--:|--:|---|");
  for (const [path, headers] of [["/", undefined], ["/account", { cookie }]]) {
    for (const [name, config] of [["phone", undefined], ["desktop", desktopConfig]]) {
      const { scores, faults } = await judge(`${home.base}${path}`, chrome.port, config, headers);
      console.log(`| \`${path}\` | ${name} | ${scores.join(" | ")} | ${faults || "nothing"} |`);
    }
  }
} finally {
  await stage.close();
  await quit();
  chrome.kill();
}
