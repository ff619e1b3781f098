// Every page, with nothing and with much on it: what is checked for barriers and what screenshots
// are made of.
import { randomBytes } from "node:crypto";
import {
  accountOf, ask, operators, port, ready, signIn, tenant, token,
} from "./world.mjs";

/** Texts as long as people make them. */
const LONG_TENANT = "Nachbarschaftshilfeverein Oberösterreich-Süd (Kinder- und Jugendgruppe)";
const LONG_KEY = "Hausaufgabenbetreuungsgruppenleitungsassistent, second tablet in the kitchen";
const AGENTS = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
  "curl/8.14.1",
];

/** Has a language chosen, where it is not the usual one. */
function speak(page, { locale }, base) {
  const { hostname: domain } = new URL(base);
  const cookie = { name: "__Host-locale", domain, path: "/", secure: true, sameSite: "Lax" };
  return locale && page.context().addCookies([{ ...cookie, value: locale }]);
}

/** A page that is shown to nobody in particular, or to somebody. */
async function visitor(stage, options, home, login) {
  const page = await stage.page(options);
  await speak(page, options, home.base);
  if (login) await signIn(page, home, login);
  return page;
}

/** Signs in with a token, where a test has no person at the operators' issuer. */
export async function enter(page, base, bearer) {
  const { hostname } = new URL(base);
  const response = await fetch(`${base}/auth/session`, {
    method: "POST", headers: { authorization: `Bearer ${bearer}` },
  });
  if (response.status !== 204) throw new Error(`${base}: ${response.status}`);
  const [name, value] = response.headers.getSetCookie()[0].split(";")[0].split("=");
  await page.context().addCookies([{
    name, value, domain: hostname, path: "/", httpOnly: true, secure: true, sameSite: "Lax",
  }]);
}

/** Gives an account what fills its pages. */
export async function fill(home, account) {
  const bearer = token(home.id, { account, profile: "prf_filler" });
  // Keys and sessions are the account's own: no profile makes one.
  const person = token(home.id, { account });
  const chat = (model, content, max_tokens = 400) =>
    ask(`${home.base}/v1/chat/completions`, bearer,
      { model, max_tokens, messages: [{ role: "user", content }] });
  const text = (count) => Array.from({ length: count }, (_, index) => `word${index}`).join(" ");
  for (const [model, count] of [
    ["demo-echo", 240], ["demo-echo-anthropic", 90], ["demo-echo", 12], ["demo-echo-gemini", 40],
    ["demo-echo", 130], ["demo-echo-responses", 7],
  ]) await chat(model, text(count));
  await home.grant(account, 1_250_000);
  for (const [name, scopes] of [["Homework helper", ["chat"]], [LONG_KEY, ["chat", "account:read"]]]) {
    await ask(`${home.base}/me/keys`, person, { name, scopes });
  }
  for (const agent of AGENTS) {
    await ask(`${home.base}/auth/session`, person, {}, { "user-agent": agent });
  }
}

/** Something that is longer than a page, so that the next one is offered. */
async function many(home, account) {
  for (let index = 0; index < 20; index += 1) await home.grant(account, 1_000 + index * 17);
}

const message = (page) => page.locator("[name=prompt]");

async function chatted(page) {
  for (const text of [
    "Why is the sky blue in the daytime, and red when the sun goes down?",
    "The light of the sun holds all colours. Air scatters blue light more than red light, so blue "
    + "comes to us from everywhere. In the evening the light has a longer way through the air, and "
    + "what is left of it is red.",
  ]) {
    await message(page).fill(text);
    await page.locator("[data-part=send]").click();
    await page.locator(".turn-live").waitFor({ state: "detached" });
    await page.locator("[data-part=send]:not([disabled])").waitFor();
  }
}

/**
 * Goes to every page. `see` gets the page and its name. `locale` is that of the people.
 * What is asked for of a page (`options`) is what Playwright makes a context with.
 */
export async function tour(stage, see, { login = "robin", ...options } = {}) {
  stage.expect(402, 403, 404, 405, 422, 429, 400, 401, 500, 502, 503);
  const show = async (page, name, url, prepare) => {
    if (url) await page.goto(url);
    await ready(page);
    await prepare?.(page);
    await see(page, name);
  };

  const home = await tenant({ name: "Linden Street" });
  const nobody = await visitor(stage, options, home);
  for (const app of ["family", "stories", "paybot", "saas", "market"]) {
    await show(nobody, `home-${app}`, `http://${app}.localhost:${port}/`);
  }
  await show(nobody, "home-operators", `${operators}/`);
  await show(nobody, "signed-out", `${home.base}/auth/logged-out`);
  await show(nobody, "offline", `${home.base}/offline`);
  await show(nobody, "problem-404", `${home.base}/nowhere`);
  await show(nobody, "problem-405", `${home.base}/auth/logout`);
  await show(nobody, "sign-in-address", `${home.base}/auth/help`);
  await show(nobody, "sign-in-expired", `${home.base}/auth/callback?code=x&state=y`);
  const bare = await tenant({ issuers: [] });
  await show(nobody, "sign-in-not-configured", `${bare.base}/account`);

  const newcomer = await visitor(stage, options, home, login);
  await show(newcomer, "home-signed-in", `${home.base}/`);
  await show(newcomer, "account-empty", `${home.base}/account`);
  await show(newcomer, "playground-empty", `${home.base}/playground`);
  await show(newcomer, "problem-403", `${home.base}/admin`);
  await show(newcomer, "playground-chatted", `${home.base}/playground`, chatted);
  await show(newcomer, "account-key-new", `${home.base}/account`, async (page) => {
    await page.locator("#key-name").fill(LONG_KEY);
    await page.locator("#keys form.panel [type=submit]").click();
    await page.locator(".new-key").waitFor();
    await ready(page);
  });
  await show(newcomer, "account-key-fault", `${home.base}/account`, async (page) => {
    await page.locator("#key-name").fill("Half a key");
    await page.locator("[name=scope][value=chat]").uncheck();
    await page.locator("#keys form.panel [type=submit]").click();
    await page.locator("#key-scope-fault").waitFor();
    await ready(page);
  });

  const poor = await tenant({ name: "Empty Pockets", welcome_tokens: 0 });
  const without = await visitor(stage, options, poor, login);
  await show(without, "playground-no-tokens", `${poor.base}/playground`, async (page) => {
    await message(page).fill("What does it cost?");
    await page.locator("[data-part=send]").click();
    await page.locator("[data-part=error]:not([hidden])").waitFor();
  });
  const strict = await tenant({ limits: { requests_per_minute_per_key: 1 } });
  const hasty = await visitor(stage, options, strict, login);
  await show(hasty, "problem-429", `${strict.base}/account`);

  const full = await tenant({ name: LONG_TENANT, app: "saas" });
  const owner = await visitor(stage, options, full, "ada");
  await owner.goto(`${full.base}/account`);
  const account = await accountOf(owner);
  await fill(full, account);
  await show(owner, "account-full", `${full.base}/account`);
  await many(full, account);
  await show(owner, "account-paged", `${full.base}/account`, (page) =>
    page.locator("summary").click());
  await show(owner, "account-confirm", `${full.base}/account`, async (page) => {
    await page.locator("#keys confirm-action button").first().click();
    await page.locator("dialog[open]").waitFor();
  });
  await show(owner, "account-chart", `${full.base}/account`, async (page) => {
    await page.locator(".chart-tools button").click();
    await page.locator("canvas").waitFor();
  });
  await show(owner, "admin-overview", `${full.base}/admin`);
  await show(owner, "admin-accounts", `${full.base}/admin/pages/accounts?id=mia`);
  let link;
  await show(owner, "admin-invited", `${full.base}/admin/pages/accounts`, async (page) => {
    await page.locator("#invite-email").fill(`${login}@example.com`);
    await page.locator("#invite-role").fill("admin");
    await page.locator("form[action$=invitations] [type=submit]").click();
    link = await page.locator(".new-key code").textContent();
    await ready(page);
  });
  const guest = await visitor(stage, options, full, login);
  await show(guest, "invitation", link.trim());
  await show(owner, "admin-account", `${full.base}/admin/pages/accounts/${account}`);
  await show(owner, "admin-account-empty", `${full.base}/admin/pages/accounts/acc_nobody`);
  await show(owner, "admin-models", `${full.base}/admin/pages/models`);
  await show(owner, "admin-audit", `${full.base}/admin/pages/audit`);

  const operator = await stage.page(options);
  const bearer = token("ten_postern", {
    account: `acc_${randomBytes(6).toString("hex")}`, roles: ["admin"],
  });
  await enter(operator, operators, bearer);
  await speak(operator, options, operators);
  await show(operator, "operators-account", `${operators}/account`);
  await show(operator, "operators-overview", `${operators}/admin`);
  await show(operator, "operators-tenants", `${operators}/admin/pages/tenants`);
  await show(operator, "operators-tenant-fault", `${operators}/admin/pages/tenants`, async (page) => {
    await page.locator("#tenant-name").fill("Another one");
    await page.locator("#tenant-handle").fill(home.handle);
    await page.locator("form.panel [type=submit]").click();
    await page.locator("#tenant-handle-fault").waitFor();
    await ready(page);
  });
  await show(operator, "operators-tenant", `${operators}/admin/pages/tenants/${full.id}`);
  await show(operator, "operators-tenant-domains", `${operators}/admin/pages/tenants/${full.id}`,
    async (page) => {
      await page.locator("#domain-host").fill(`${full.handle}.shop.example`);
      await page.locator("form.panel [type=submit]").click();
      await page.locator(".toast").waitFor();
      await ready(page);
    });
  await show(operator, "operators-models", `${operators}/admin/pages/models`);
  await show(operator, "operators-audit", `${operators}/admin/pages/audit`);
}
