// What goes wrong is told on a page, with a way on; and no page complains.
import assert from "node:assert/strict";
import { scene } from "./scene.mjs";
import { heading, operators, signIn, tenant } from "./world.mjs";

/** What every page is sent with. */
function assertProtected(response) {
  const headers = response.headers();
  const policy = headers["content-security-policy"];
  assert.match(policy, /script-src 'self' 'nonce-[0-9a-f]{32}'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  assert.match(headers["content-type"], /^text\/html/);
  assert.match(headers["cache-control"], /no-store/);
}

scene("404: there is nothing here", async (stage) => {
  const { base } = await tenant();
  stage.expect(404);
  const page = await stage.page();
  const response = await page.goto(`${base}/nowhere?really=not`);
  assert.equal(response.status(), 404);
  assertProtected(response);
  assert.equal(await heading(page).textContent(), "There is nothing here");
  const id = await page.locator("main code").last().textContent();
  assert.equal(id, response.headers()["x-request-id"]);
  await page.getByRole("main").getByRole("link", { name: "Go to the home page" }).click();
  assert.equal(page.url(), `${base}/`);
});

scene("403: the page is for others", async (stage) => {
  const home = await tenant();
  stage.expect(403);
  const page = await stage.page();
  await signIn(page, home);
  const response = await page.goto(`${home.base}/admin`);
  assert.equal(response.status(), 403);
  assertProtected(response);
  await page.getByRole("main").getByRole("link", { name: "Go to the home page" }).click();
  assert.equal(page.url(), `${home.base}/`);
});

scene("405: nobody signs out by following a link", async (stage) => {
  const home = await tenant();
  stage.expect(405);
  const page = await stage.page();
  await signIn(page, home);
  const response = await page.goto(`${home.base}/auth/logout`);
  assert.equal(response.status(), 405);
  assertProtected(response);
  assert.match(response.headers()["allow"], /POST/);
  await page.goto(`${home.base}/account`);
  assert.equal(page.url(), `${home.base}/account`);
});

scene("429: too fast", async (stage) => {
  const home = await tenant({ limits: { requests_per_minute_per_key: 1 } });
  stage.expect(429);
  const page = await stage.page();
  await signIn(page, home);
  const response = await page.goto(`${home.base}/account`);
  assert.equal(response.status(), 429);
  assertProtected(response);
  assert.ok(Number(response.headers()["retry-after"]) > 0);
  assert.match(await page.getByRole("main").innerText(), /worth trying again in \d+ second/);
});

scene("a form of another site changes nothing", async (stage) => {
  const home = await tenant();
  const other = await tenant();
  stage.expect(403);
  const page = await stage.page();
  await signIn(page, home);
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  // The other site's own policy would keep its form in; one that wants to attack has none. It was
  // never visited: its service worker would answer in place of this.
  await page.route(`${other.base}/evil`, (route) => route.fulfill({
    contentType: "text/html",
    body: `<form method="post" action="${home.base}/auth/logout"><button>win</button></form>`,
  }));
  await page.goto(`${other.base}/evil`);
  await page.getByRole("button", { name: "win" }).click();
  assert.equal((await answered).status(), 403);
  await page.goto(`${home.base}/account`);
  assert.equal(page.url(), `${home.base}/account`);
});

scene("the operators' own host has pages, and no playground", async (stage) => {
  const page = await stage.page();
  const response = await page.goto(operators);
  assertProtected(response);
  assert.equal(await page.locator("a[href='/playground']").count(), 0);
});
