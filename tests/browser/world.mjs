// What every case needs: a browser that listens to its pages, a tenant of its own, and people who
// sign in at the real issuer.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

/** How long something may take that happens by itself. A revoked session has 30 s to end. */
const PATIENCE_MS = 40_000;

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: \`cargo xtask test browser\` sets it`);
  return value;
}

export const port = setting("POSTERN_TEST_EDGE").split(":").at(-1);
export const issuer = setting("POSTERN_TEST_ISSUER");
export const operators = `http://postern.localhost:${port}`;

/** What a new tenant gives to everybody who comes. */
export const WELCOME = 100_000;

/** A token of development's issuer. */
export function token(tenant, claims = {}) {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: "postern-dev", aud: "postern", tenant, iat: now, exp: now + 3600, ...claims };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(all)}`;
  const signature = createHmac("sha256", setting("JWT_DEV_KEY")).update(signed);
  return `${signed}.${signature.digest("base64url")}`;
}

/** Asks as a program. */
export async function ask(url, bearer, body, headers = {}) {
  const response = await fetch(url, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** A tenant that nobody else uses. Its issuer registers handles that begin with `case-`. */
export async function tenant(changes = {}) {
  const { handle = `case-${randomBytes(8).toString("hex")}`, ...rest } = changes;
  const role = { claim: "groups", value: "admins", role: "admin" };
  const client = { client_id: "postern", client_secret: "postern-demo-secret", roles: [role] };
  const record = {
    handle, name: "A case", app: "family", welcome_tokens: WELCOME,
    issuers: [{ issuer, audiences: ["postern"], client }], ...rest,
  };
  const operator = token("ten_postern", { account: "acc_operators", roles: ["admin"] });
  const { id } = await ask(`${operators}/admin/tenants`, operator, record);
  const base = `http://${handle}.localhost:${port}`;
  return {
    id,
    handle,
    base,
    /** A token of an account, or of an administrator's. */
    token: (account, claims) => token(id, { account, ...claims }),
    grant: (account, tokens) =>
      ask(`${base}/admin/accounts/${account}/grants`,
        token(id, { account: "acc_admin", roles: ["admin"] }), { tokens },
        { "idempotency-key": randomBytes(8).toString("hex") }),
  };
}

/** Waits until something is as it should be, and returns it. */
export async function eventually(look, what) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`it never came to this: ${what}`);
}

let launched;

/** Chromium, one for each file of cases. */
export function browser() {
  launched ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking"],
  });
  return launched;
}

/** Where a case takes place: its browsers' contexts, and what their pages complained of. */
export class Stage {
  #contexts = [];
  #complaints = [];
  #statuses = new Set();

  /** A page of somebody new. Two of them share nothing. */
  async page(options = {}) {
    const context = await (await browser()).newContext({ locale: "en-US", ...options });
    this.#contexts.push(context);
    // An answer that never comes shall fail the case that waits, not the runner.
    context.setDefaultTimeout(PATIENCE_MS);
    context.on("weberror", (error) => this.#complaints.push(`${error.error()}`));
    context.on("console", (message) => {
      const [kind, text] = [message.type(), message.text()];
      if (kind !== "error" && kind !== "warning") return;
      const status = /^Failed to load resource: .* status of (\d+)/.exec(text)?.[1];
      if (status && this.#statuses.has(Number(status))) return;
      this.#complaints.push(`${kind} at ${message.location().url}: ${text}`);
    });
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error("content security policy:", event.violatedDirective, event.blockedURI);
      });
    });
    return context.newPage();
  }

  /** Says that the case brings about answers with these statuses. */
  expect(...statuses) {
    for (const status of statuses) this.#statuses.add(status);
  }

  /** No page may have complained: no error, no warning, nothing that its policy forbids. */
  assertQuiet() {
    assert.deepEqual(this.#complaints, []);
  }

  async close() {
    await Promise.all(this.#contexts.map((context) => context.close()));
  }
}

/** Ends Chromium. */
export async function quit() {
  await (await launched)?.close();
}

/** Says at the issuer who one is. */
export async function identify(page, login) {
  await page.waitForURL(`${issuer}/**`);
  await page.locator("#login").fill(login);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Signs in, on the way to a page. */
export async function signIn(page, { base }, login = "robin", path = "/account") {
  await page.goto(`${base}${path}`);
  await identify(page, login);
  await page.waitForURL(`${base}${path}`);
}

/** Where a page is, without the host. */
export function here(page) {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

/** The account's id, as its page tells it. */
export async function accountOf(page) {
  return (await page.locator("#profile code").textContent()).trim();
}

/** The wallet, asked with the page's session. */
export function wallet(page) {
  return page.evaluate(async () => (await (await fetch("/me/balance")).json()).balances[0]);
}

/** The wallet, once nothing is held. */
export function settled(page) {
  return eventually(async () => {
    const found = await wallet(page);
    return found.held === 0 && found;
  }, "nothing is held");
}

/** Waits until the parts of a page that need scripts have them. */
export function ready(page) {
  return page.evaluate(async () => {
    const parts = [...document.querySelectorAll("*")].map(({ localName }) => localName);
    const own = parts.filter((name) => name.includes("-"));
    await Promise.all(own.map((name) => customElements.whenDefined(name)));
  });
}

/** Presses a button that asks whether it is meant, and says so. */
export async function mean(page, button) {
  await ready(page);
  await button.click();
  await page.locator("dialog[open] [value=confirm]").click();
}

/** The level-one heading. */
export function heading(page) {
  return page.getByRole("heading", { level: 1 });
}
