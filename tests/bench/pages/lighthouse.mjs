// What Lighthouse says of pages, as a table in Markdown: `cargo xtask bench pages` runs this.
//
// Lighthouse plays a middling phone on a slow network, and then a desktop. It is installed in
// .tools/pages.
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { fill } from "../../browser/tour.mjs";
import { accountOf, quit, signIn, Stage, tenant } from "../../browser/world.mjs";

const require = createRequire(new URL("../../../.tools/pages/package.json", import.meta.url));
const { default: lighthouse, desktopConfig } =
  await import(pathToFileURL(require.resolve("lighthouse")));

const CATEGORIES = ["performance", "accessibility", "best-practices"];
/** Performance is the median of so many: the machine is not quiet. */
const ROUNDS = 3;

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

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
const port = await freePort();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", `--remote-debugging-port=${port}`],
});
try {
  const { home, cookie } = await somebody(stage);
  console.log(`| page | as | ${CATEGORIES.join(" | ")} | what costs points |`);
  console.log("|---|---|--:|--:|--:|---|");
  for (const [path, headers] of [["/", undefined], ["/account", { cookie }]]) {
    for (const [name, config] of [["phone", undefined], ["desktop", desktopConfig]]) {
      const { scores, faults } = await judge(`${home.base}${path}`, port, config, headers);
      console.log(`| \`${path}\` | ${name} | ${scores.join(" | ")} | ${faults || "nothing"} |`);
    }
  }
} finally {
  await stage.close();
  await quit();
  await browser.close();
}
