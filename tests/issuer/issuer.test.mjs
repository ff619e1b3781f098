// The issuer as an application and a browser meet it: `node --test tests/issuer`.
import assert from "node:assert/strict";
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { startIssuer } from "./issuer.mjs";

const CALLBACK = "http://family.localhost:8787/auth/callback";
const HOME = "http://family.localhost:8787/";
const BASIC = `Basic ${btoa("postern:postern-demo-secret")}`;

let server;
let issuer;
let meta;

before(async () => {
  server = await startIssuer({ ttl: { access: 60 } });
  issuer = `http://127.0.0.1:${server.address().port}`;
  meta = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
});

after(() => {
  server.close();
  server.closeAllConnections();
});

/** What a browser does: it keeps cookies, by their paths, and follows redirects at the issuer. */
class Browser {
  #cookies = new Map();

  async ask(url, form) {
    const { pathname } = new URL(url);
    const sent = [...this.#cookies.values()].filter(({ path }) => pathname.startsWith(path));
    const response = await fetch(url, {
      method: form ? "POST" : "GET",
      redirect: "manual",
      headers: { accept: "text/html", cookie: sent.map(({ pair }) => pair).join("; ") },
      body: form && new URLSearchParams(form),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair, ...attributes] = cookie.split("; ");
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? "/";
      const key = `${pair.split("=")[0]} ${path}`;
      if (cookie.includes("expires=Thu, 01 Jan 1970")) this.#cookies.delete(key);
      else this.#cookies.set(key, { pair, path });
    }
    const location = response.headers.get("location");
    const next = location && new URL(location, url).href;
    if (next?.startsWith(`${issuer}/`)) return this.ask(next);
    return { url, next, status: response.status, text: await response.text() };
  }
}

function authorization(changes = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const asked = {
    client_id: "postern", response_type: "code", redirect_uri: CALLBACK,
    scope: "openid profile email offline_access", state: "a-state", nonce: "a-nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256", ...changes,
  };
  const set = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { verifier, url: `${meta.authorization_endpoint}?${new URLSearchParams(set)}` };
}

async function token(body, authorization = BASIC) {
  const response = await fetch(meta.token_endpoint, {
    method: "POST", headers: { authorization }, body: new URLSearchParams(body),
  });
  return { status: response.status, ...await response.json() };
}

async function codeFor(browser, login, changes) {
  const { url, verifier } = authorization(changes);
  let page = await browser.ask(url);
  if (!page.next) {
    assert.equal(page.status, 200);
    page = await browser.ask(page.url, { login });
  }
  return { verifier, back: new URL(page.next) };
}

async function signIn(login, browser = new Browser(), changes = {}) {
  const { back, verifier } = await codeFor(browser, login, changes);
  const code = back.searchParams.get("code");
  const tokens = await token({
    grant_type: "authorization_code", code, code_verifier: verifier,
    redirect_uri: changes.redirect_uri ?? CALLBACK,
  });
  return { browser, back, code, verifier, tokens };
}

const refresh = (refresh_token) => token({ grant_type: "refresh_token", refresh_token });

async function read(jwt) {
  const [head, body, signature] = jwt.split(".");
  const part = (text) => JSON.parse(Buffer.from(text, "base64url"));
  const { keys } = await (await fetch(meta.jwks_uri)).json();
  const key = keys.find(({ kid }) => kid === part(head).kid);
  const signed = verify("sha256", Buffer.from(`${head}.${body}`),
    { key: createPublicKey({ key, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"));
  assert.ok(signed);
  assert.equal(part(head).alg, "ES256");
  return part(body);
}

test("a person signs in, with PKCE", async () => {
  const { back, tokens } = await signIn("ada");
  assert.equal(back.href.split("?")[0], CALLBACK);
  assert.equal(back.searchParams.get("state"), "a-state");
  assert.equal(back.searchParams.get("iss"), issuer);
  assert.equal(tokens.status, 200);
  assert.equal(tokens.expires_in, 60);
  const { iss, aud, nonce, sub, ...claims } = await read(tokens.id_token);
  assert.deepEqual([iss, aud, nonce, sub], [issuer, "postern", "a-nonce", "ada"]);
  assert.equal(claims.name, "Ada Lindqvist");
  assert.equal(claims.email, "ada@example.com");
  assert.equal(claims.email_verified, true);
  assert.equal(claims.locale, "en-US");
  assert.deepEqual(claims.groups, ["admins", "members"]);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const info = await (await fetch(meta.userinfo_endpoint, { headers })).json();
  assert.equal(info.sub, "ada");
  assert.deepEqual(info.groups, claims.groups);
});

test("anybody can be called something, but not everything", async () => {
  const { tokens } = await signIn("somebody-new");
  assert.deepEqual((await read(tokens.id_token)).groups, ["members"]);
  const browser = new Browser();
  const page = await browser.ask(authorization().url);
  const refused = await browser.ask(page.url, { login: "<script>" });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /&lt;script&gt;/);
  assert.doesNotMatch(refused.text, /<script/);
});

test("the page says that it is a sandbox and takes a hint", async () => {
  const { text } = await new Browser().ask(authorization({ login_hint: "jonas" }).url);
  assert.match(text, /Sandbox: demo sign-in, no real accounts/);
  assert.match(text, /name="login" value="mia"/);
  assert.match(text, /id="login" name="login" value="jonas"/);
});

test("who is signed in is not asked again, unless the application wants it", async () => {
  const { browser } = await signIn("mia");
  const again = await signIn("nobody-asks", browser);
  assert.equal((await read(again.tokens.id_token)).sub, "mia");
  const silent = await codeFor(browser, "-", { prompt: "none", scope: "openid" });
  assert.ok(silent.back.searchParams.get("code"));
  const page = await browser.ask(authorization({ prompt: "login" }).url);
  assert.match(page.text, /Who are you/);
  const stranger = await new Browser().ask(authorization({ prompt: "none" }).url);
  assert.equal(new URL(stranger.next).searchParams.get("error"), "login_required");
});

test("a code is good once, with its verifier, its address and the secret", async () => {
  const wrong = async (changes, secret) => {
    const { back, verifier } = await codeFor(new Browser(), "mia");
    const asked = {
      grant_type: "authorization_code", code: back.searchParams.get("code"),
      code_verifier: verifier, redirect_uri: CALLBACK, ...changes,
    };
    return (await token(asked, secret)).error;
  };
  assert.equal(await wrong({ code_verifier: "x".repeat(43) }), "invalid_grant");
  assert.equal(await wrong({ redirect_uri: CALLBACK.replace("family", "saas") }), "invalid_grant");
  assert.equal(await wrong({}, `Basic ${btoa("postern:wrong")}`), "invalid_client");
  const { code, verifier, tokens } = await signIn("mia");
  const twice = await token({
    grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: CALLBACK,
  });
  assert.equal(twice.error, "invalid_grant");
  // What was given for it before ends with it.
  assert.equal((await refresh(tokens.refresh_token)).error, "invalid_grant");
});

test("PKCE is a must, and only S256", async () => {
  const ask = async (changes) => {
    const { next } = await new Browser().ask(authorization(changes).url);
    return new URL(next).searchParams.get("error");
  };
  const none = { code_challenge: undefined, code_challenge_method: undefined };
  assert.equal(await ask(none), "invalid_request");
  assert.equal(await ask({ code_challenge_method: "plain" }), "invalid_request");
});

test("a refresh token is good once, and used twice it ends its family", async () => {
  const { tokens } = await signIn("jonas");
  const second = await refresh(tokens.refresh_token);
  assert.equal(second.status, 200);
  assert.notEqual(second.refresh_token, tokens.refresh_token);
  assert.equal((await read(second.id_token)).sub, "jonas");
  const third = await refresh(second.refresh_token);
  assert.equal(third.status, 200);
  assert.equal((await refresh(tokens.refresh_token)).error, "invalid_grant");
  assert.equal((await refresh(third.refresh_token)).error, "invalid_grant");
  const without = await signIn("jonas", new Browser(), { scope: "openid" });
  assert.equal(without.tokens.refresh_token, undefined);
});

test("two sessions of one person end apart", async () => {
  const [first, second] = [await signIn("mia"), await signIn("mia")];
  assert.equal((await refresh(first.tokens.refresh_token)).status, 200);
  assert.equal((await refresh(first.tokens.refresh_token)).error, "invalid_grant");
  assert.equal((await refresh(second.tokens.refresh_token)).status, 200);
});

test("a token is revoked", async () => {
  const { tokens } = await signIn("mia");
  const response = await fetch(meta.revocation_endpoint, {
    method: "POST", headers: { authorization: BASIC },
    body: new URLSearchParams({ token: tokens.refresh_token }),
  });
  assert.equal(response.status, 200);
  assert.equal((await refresh(tokens.refresh_token)).error, "invalid_grant");
});

test("people are sent back only where a tenant has registered", async () => {
  const { url } = authorization();
  const asked = async (redirect_uri) => new Browser().ask(
    url.replace(encodeURIComponent(CALLBACK), encodeURIComponent(redirect_uri)));
  for (const wrong of [
    "http://family.localhost:8787/auth/callback/", "http://family.localhost:8787/auth/other",
    "http://family.localhost:8787/auth/callback?x=1", "https://family.localhost:8787/auth/callback",
    "http://FAMILY.localhost:8787/auth/callback", "http://evil.localhost:8787/auth/callback",
    "http://family.localhost.evil.example/auth/callback", "http://family.localhost:0/auth/callback",
    "http://a@family.localhost/auth/callback", "http://evil.example/auth/callback",
  ]) {
    const page = await asked(wrong);
    assert.equal(page.status, 400, wrong);
    assert.match(page.text, /invalid_redirect_uri/, wrong);
  }
  for (const tenant of ["family", "stories", "paybot", "saas", "market", "postern", "case-1a2b"]) {
    for (const port of ["", ":8787", ":65535"]) {
      const redirect_uri = `http://${tenant}.localhost${port}/auth/callback`;
      const { tokens } = await signIn("mia", new Browser(), { redirect_uri });
      assert.equal(tokens.status, 200, redirect_uri);
    }
  }
});

test("a port can be the only one", async () => {
  const strict = await startIssuer({ posternPort: "8787" });
  const base = `http://127.0.0.1:${strict.address().port}`;
  const ask = async (port) => {
    const uri = CALLBACK.replace("8787", port);
    const url = authorization({ redirect_uri: uri }).url.replace(issuer, base);
    return (await fetch(url, { redirect: "manual" })).status;
  };
  assert.equal(await ask("8787"), 303);
  assert.equal(await ask("8788"), 400);
  strict.close();
});

test("signing out ends the session and asks nothing; offline access outlives it", async () => {
  const { browser, tokens } = await signIn("mia");
  const asked = new URLSearchParams({
    id_token_hint: tokens.id_token, post_logout_redirect_uri: HOME, state: "bye",
  });
  const signOut = async () => (await browser.ask(`${meta.end_session_endpoint}?${asked}`)).next;
  assert.equal(await signOut(), `${HOME}?state=bye`);
  assert.match((await browser.ask(authorization().url)).text, /Who are you/);
  assert.equal((await refresh(tokens.refresh_token)).status, 200);
  // Again, when there is nothing left to end.
  assert.equal(await signOut(), `${HOME}?state=bye`);
});

test("signing out without a token asks, and goes nowhere else", async () => {
  const { browser, tokens } = await signIn("mia");
  const page = await browser.ask(meta.end_session_endpoint);
  assert.match(page.text, /Sign out\?/);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)[1];
  const done = await browser.ask(`${issuer}/session/end/confirm`, { xsrf, logout: "yes" });
  assert.match(done.text, /You are signed out/);
  const asked = new URLSearchParams({
    id_token_hint: tokens.id_token, post_logout_redirect_uri: "http://evil.example/",
  });
  const refused = await browser.ask(`${meta.end_session_endpoint}?${asked}`);
  assert.equal(refused.status, 400);
});
