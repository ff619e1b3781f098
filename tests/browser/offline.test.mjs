// Without a network: whoever has been here once gets a page that says so.
import assert from "node:assert/strict";
import { scene } from "./scene.mjs";
import { eventually, heading, ready, signIn, tenant } from "./world.mjs";

/** Waits for the service worker, which a first visit starts. */
const installed = (page) => page.evaluate(async () => {
  await navigator.serviceWorker.ready;
});

scene("after a first visit there is a page without a network", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await page.goto(home.base);
  await installed(page);
  await page.context().setOffline(true);
  await page.goto(`${home.base}/account`);
  assert.equal(await heading(page).textContent(), "You are offline");
  // It is dressed: its styles and scripts were kept too.
  const font = await page.evaluate(() => getComputedStyle(document.body).display);
  assert.equal(font, "grid");
  await page.context().setOffline(false);
  // The page goes on by itself to where one was going, here to sign in, if nobody is faster.
  await eventually(async () => {
    if (await page.locator("#login").count() > 0) return true;
    await page.reload().catch(() => {});
    return false;
  }, "the network is back");
});

scene("nothing of a person is kept for when there is no network", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await signIn(page, home, "mia");
  await installed(page);
  const kept = await page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request)).text();
        found.push([new URL(request.url).pathname, text.includes("Mia")]);
      }
    }
    return found;
  });
  assert.ok(kept.some(([path]) => path === "/offline"));
  assert.ok(kept.some(([path]) => /^\/assets\/css\/tokens\..*\.css$/.test(path)));
  assert.deepEqual(kept.filter(([, isPersonal]) => isPersonal), []);
});

scene("a message is not lost when the network goes", async (stage) => {
  const page = await stage.page();
  await signIn(page, await tenant(), "robin", "/playground");
  await installed(page);
  await ready(page);
  await page.context().setOffline(true);
  await page.getByLabel("Your message").fill("Are you there?");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("alert").getByText("You are offline.").waitFor();
  assert.equal(await page.getByLabel("Your message").inputValue(), "Are you there?");
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("[data-part=say]").getByText("The answer is complete.").waitFor();
});
