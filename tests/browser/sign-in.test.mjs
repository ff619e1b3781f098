// Coming in and going out, through the issuer's own pages.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { scene } from "./scene.mjs";
import { heading, here, identify, issuer, signIn, tenant, WELCOME } from "./world.mjs";

scene("a person signs in and finds their account", async (stage) => {
  const { base } = await tenant();
  const page = await stage.page();
  await page.goto(base);
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
  await page.waitForURL(`${issuer}/**`);
  await page.getByRole("button", { name: "Mia Carter" }).click();
  await page.waitForURL(`${base}/account`);
  assert.equal(await heading(page).textContent(), "Account");
  const facts = await page.locator("#profile").innerText();
  assert.match(facts, /Mia Carter/);
  assert.match(facts, /mia@example\.com/);
  const available = page.locator("[data-part=available]");
  assert.equal(await available.getAttribute("value"), String(WELCOME));
  assert.match(await page.locator("#sessions").innerText(), /Chrom.* Linux.*this device/s);
  const cookies = await page.context().cookies(base);
  const session = cookies.find(({ name }) => name.startsWith("__Host-"));
  assert.ok(session?.httpOnly && session.secure && session.sameSite === "Lax");
});

scene("who was going somewhere arrives there", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await signIn(page, home, "robin", "/playground");
  assert.equal(await heading(page).textContent(), "Playground");
});

scene("administration is for administrators", async (stage) => {
  const home = await tenant();
  stage.expect(403);
  const [member, admin] = [await stage.page(), await stage.page()];
  await signIn(member, home, "jonas");
  const links = (page) => page.getByRole("banner").locator("a[href='/admin']");
  assert.equal(await links(member).count(), 0);
  const refused = await member.goto(`${home.base}/admin`);
  assert.equal(refused.status(), 403);
  assert.match(refused.headers()["content-type"], /^text\/html/);
  assert.match(await member.locator(".eyebrow").innerText(), /^403/);
  await signIn(admin, home, "ada");
  await links(admin).click();
  await admin.waitForURL(`${home.base}/admin`);
  assert.equal(await heading(admin).textContent(), "Overview");
});

scene("who is invited becomes an administrator", async (stage) => {
  const home = await tenant();
  const [admin, guest] = [await stage.page(), await stage.page()];
  await signIn(admin, home, "ada", "/admin/pages/accounts");
  await admin.getByLabel("Email").fill("robin@example.com");
  await admin.getByLabel("Role").fill("admin");
  await admin.getByRole("button", { name: "Make a link" }).click();
  const link = (await admin.locator(".new-key code").textContent()).trim();
  assert.ok(link.startsWith(`${home.base}/invite`));

  await guest.goto(link);
  await identify(guest, "robin");
  await guest.waitForURL(`${home.base}/invite**`);
  await guest.getByRole("main").getByRole("button").click();
  await guest.goto(`${home.base}/admin`);
  assert.equal(await heading(guest).textContent(), "Overview");
});

scene("signing out ends at the issuer too", async (stage) => {
  const home = await tenant();
  const page = await stage.page();
  await signIn(page, home);
  // Signed out here alone, the issuer lets the person through without asking.
  await page.context().clearCookies({ domain: new URL(home.base).hostname });
  await page.goto(`${home.base}/account`);
  assert.equal(page.url(), `${home.base}/account`);

  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${home.base}/auth/logged-out*`);
  assert.equal(await heading(page).textContent(), "You are signed out");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await identify(page, "mia");
  await page.waitForURL(`${home.base}/account`);
  assert.match(await page.locator("#profile").innerText(), /Mia Carter/);
});

scene("who declines at the issuer is told so", async (stage) => {
  const { base } = await tenant();
  stage.expect(400, 401, 403);
  const page = await stage.page();
  const asked = page.waitForRequest((request) => request.url().startsWith(`${issuer}/auth?`));
  await page.goto(`${base}/playground`);
  const state = new URL((await asked).url()).searchParams.get("state");
  const answer = new URLSearchParams({ error: "access_denied", state, iss: issuer });
  await page.goto(`${base}/auth/callback?${answer}`);
  assert.equal(await heading(page).textContent(), "The sign-in was declined");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await identify(page, "robin");
  await page.waitForURL(`${base}/**`);
});

scene("an address that the issuer does not know is shown to the letter", async (stage) => {
  const { base } = await tenant({ handle: `other-${randomBytes(8).toString("hex")}` });
  stage.expect(400, 403, 500, 502, 503);
  const page = await stage.page();
  await page.goto(base);
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "This address is not registered" }).waitFor();
  assert.equal(here(page), "/auth/login?return_to=/account");
  assert.equal(await page.locator("main pre code").textContent(), `${base}/auth/callback`);
});
