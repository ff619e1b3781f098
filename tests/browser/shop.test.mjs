// Buying: from the shelf by way of the hosted page to the balance and the file.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { scene } from "./scene.mjs";
import { enter } from "./tour.mjs";
import { eventually, here, port, ready, token } from "./world.mjs";

const market = `http://market.localhost:${port}`;

/** Puts one of a product into the cart. */
async function add(page, product) {
  await page.goto(`${market}/shop`);
  const form = page.locator("form[action='/cart/lines']");
  await form.filter({ has: page.locator(`[value=${product}]`) }).locator("button").click();
  await page.waitForLoadState();
}

scene("tokens and an album are bought, and are there", async (stage) => {
  const page = await stage.page();
  await add(page, "prd_demo_tokens");
  await add(page, "prd_demo_album");
  await page.goto(`${market}/cart`);
  await page.getByText("Sign in to check out").waitFor();
  const account = `acc_${randomBytes(6).toString("hex")}`;
  await enter(page, market, token("ten_market", { account }));
  await page.goto(`${market}/cart`);

  const balance = () => page.evaluate(async () => {
    const answer = await (await fetch("/me/balance")).json();
    return answer.balances[0].available;
  });
  const before = await balance();
  await ready(page);
  await page.locator("form[action='/cart/checkout'] button").click();
  await page.waitForURL(/\/stripe\/pay\//);
  assert.match(await page.locator("body").innerText(), /sandbox/i);
  await page.locator("button[value=pay]").click();
  await page.waitForURL(/\/checkout\/return/);
  const order = here(page);
  await eventually(async () => {
    await page.goto(`${market}${order}`);
    return /it is paid/.test(await page.locator("h1").innerText());
  }, "the purchase is confirmed");
  await eventually(async () => (await balance()) === before + 100_000, "the tokens are there");

  await page.goto(`${market}/products`);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download all as zip" }).first().click();
  const archive = await (await download).path();
  const check = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))";
  assert.equal(execFileSync("python3", ["-c", check, archive], { encoding: "utf8" }).trim(), "None 3");

  await page.goto(`${market}/invoices`);
  assert.match(await page.locator("main").innerText(), /\$22\.00/);
});
