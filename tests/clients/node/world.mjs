// What every test needs: tokens, a tenant of its own, clients pointed at it.
import { createHmac, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import Stripe from "stripe";

const PATIENCE_MS = 20_000;

function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: \`cargo xtask test clients\` sets it`);
  return value;
}

const port = setting("POSTERN_TEST_EDGE").split(":").at(-1);
const sandbox = `http://${setting("POSTERN_TEST_SANDBOX")}`;

/** A token of development's issuer. */
function token(tenant, changes = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "postern-dev", aud: "postern", tenant, account: "acc_client", profile: "prf_client",
    iat: now, exp: now + 3600, ...changes,
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  const signature = createHmac("sha256", setting("JWT_DEV_KEY")).update(signed);
  return `${signed}.${signature.digest("base64url")}`;
}

async function ask(url, bearer, body) {
  const response = await fetch(url, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** A tenant that nobody else uses. */
export async function tenant(changes = {}) {
  const handle = `client-${randomBytes(8).toString("hex")}`;
  const record = { handle, name: "A client", app: "saas", welcome_tokens: 1000, ...changes };
  const operator = token("ten_postern", { account: "acc_operators", roles: ["admin"] });
  const made = await ask(`http://postern.localhost:${port}/admin/tenants`, operator, record);
  const base = `http://${handle}.localhost:${port}`;
  const self = {
    base,
    token: (claims) => token(made.id, claims),
    /** OpenAI's client, unmodified. */
    openai: (options = {}) =>
      new OpenAI({ baseURL: `${base}/v1`, apiKey: token(made.id), maxRetries: 0, ...options }),
    /** Anthropic's client, unmodified. It adds the path's `/v1` itself. */
    anthropic: (options = {}) =>
      new Anthropic({ baseURL: base, apiKey: token(made.id), maxRetries: 0, ...options }),
    apiKey: (body) =>
      ask(`${base}/admin/accounts/acc_client/keys`, token(made.id, { roles: ["admin"] }), body),
    /** The wallet, once nothing is held. */
    settled: async () => {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20)) {
        const [{ posted, held }] = (await ask(`${base}/me/balance`, token(made.id))).balances;
        if (held === 0) return posted;
      }
      throw new Error("something is still held");
    },
  };
  return self;
}

/**
 * An account at the sandbox's Stripe that nobody else uses: Stripe's own client, and the levers of
 * `/stripe/_sandbox/`.
 */
export function stripeAccount() {
  const key = `sk_test_${randomBytes(8).toString("hex")}`;
  const [host, port] = sandbox.replace("http://", "").split(":");
  // A client of Stripe's takes a host and a port, but no path.
  const prefixed = (url, options) => fetch(url.replace("/v1/", "/stripe/v1/"), options);
  const stripe = new Stripe(key, {
    protocol: "http", host, port: Number(port), maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient(prefixed),
  });
  const lever = async (name, body, method = body ? "POST" : "GET") => {
    const response = await fetch(`${sandbox}/stripe/_sandbox/${name}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`);
    return text && JSON.parse(text);
  };
  return { stripe, lever };
}

const FORMATS = ["", "-anthropic", "-gemini", "-bedrock", "-ollama", "-responses"];

/** A model of the sandbox, in all formats. */
export function formats(model) {
  return FORMATS.map((format) => model + format);
}

/** What the sandbox has seen of a user's request, once it is in a state. */
export async function seen(user, state) {
  const response = await fetch(`${sandbox}/seen/${user}?until=${state}`);
  return response.json();
}

/** A PNG of one pixel, in base64. */
export const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
  + "AABJRU5ErkJggg==";

/** What `work` throws. */
export async function thrown(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
