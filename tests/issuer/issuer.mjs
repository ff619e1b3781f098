// A demo OpenID Connect issuer: npm's `oidc-provider`, which is certified, with people who do not
// exist. It stands in for Cognito, Auth0, Keycloak or Google where no real one is configured.
//
//   node tests/issuer/issuer.mjs <port> [<postern-port>]
//
// - The issuer is `http://127.0.0.1:<port>`, an address that both browsers and runtimes reach.
// - One client for all demo tenants: `postern` with the secret `postern-demo-secret`, by
//   `client_secret_basic`, and PKCE with S256. It may send people back to
//   `http://<tenant>.localhost:<any port>/auth/callback` after signing in, and there to `/` or
//   `/auth/logged-out` after signing out; with a second argument only on that port. Anything else
//   is refused, as real providers refuse it.
// - Who signs in says so: the form on the page posts `login`, and there are no passwords. The
//   people are in `people.mjs`; `ada` is in the group `admins`. Nobody is asked for consent.
// - Claims: the scope `profile` gives `name`, `preferred_username`, `locale` and `groups`, `email`
//   gives `email` and `email_verified`; they are in the ID token too. Signatures are ES256, by a
//   key that is made at the start.
// - Refresh tokens come with the scope `offline_access` and are good for one use. Used twice, they
//   end with all that came of them.
// - `end_session` with an `id_token_hint` asks nothing. Refresh tokens outlive it, as at most
//   providers; `revocation` ends them.
// - Everything is in memory and ends with the process.
//
// Lifetimes in seconds can be set for tests: ISSUER_ACCESS_TTL, ISSUER_ID_TTL, ISSUER_REFRESH_TTL,
// ISSUER_SESSION_TTL. ISSUER_OWNER is the id of a process after which to end.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";
import { failed, front, signedOut, signIn, signOut } from "./pages.mjs";
import { claims, people, person } from "./people.mjs";

const CLIENT = { id: "postern", secret: "postern-demo-secret", name: "Postern" };
const TENANTS = ["family", "stories", "paybot", "saas", "market", "postern"];
/** Tenants that the tests make. */
const TEST_TENANT = /^(?:case|client|test)-[a-z0-9-]{1,56}$/;
const AFTER_SIGN_IN = ["/auth/callback"];
const AFTER_SIGN_OUT = ["/", "/auth/logged-out"];
/** How much a form on a page may hold. */
const FORM_BYTES_MAX = 4096;
/** How often to look whether the process that it was started for still runs. */
const LOOK_MS = 500;
/** Seconds. */
const TTL = { access: 900, id: 900, refresh: 14 * 86_400, session: 86_400 };

/** Starts an issuer; the server that listens. Port 0 takes a free one. */
export async function startIssuer({ port = 0, posternPort, ttl = {} } = {}) {
  let answer;
  const server = createServer((request, response) => answer(request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  // An issuer's name has its port in it.
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = quietly(() => provider(issuer, posternPort, { ...TTL, ...ttl })).callback();
  return server;
}

function provider(issuer, posternPort, ttl) {
  const oidc = new Provider(issuer, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      client_name: CLIENT.name,
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      id_token_signed_response_alg: "ES256",
      // The library wants one; which ones count is said below.
      redirect_uris: [`http://family.localhost:8787${AFTER_SIGN_IN[0]}`],
    }],
    jwks: { keys: [signingKey()] },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"], userinfoSigningAlgValues: ["ES256"] },
    clientAuthMethods: ["client_secret_basic"],
    responseTypes: ["code"],
    pkce: { required: () => true },
    scopes: ["openid", "offline_access"],
    claims: {
      openid: ["sub"],
      profile: ["name", "preferred_username", "locale", "groups"],
      email: ["email", "email_verified"],
    },
    // Most providers put these in the ID token, though OpenID Connect leaves them to `userinfo`.
    conformIdTokenClaims: false,
    findAccount: async (_ctx, sub) => {
      const found = person(sub);
      return found && { accountId: found.login, claims: async () => claims(found) };
    },
    loadExistingGrant: (ctx) => grantAll(oidc, ctx),
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed("refresh_token") && code.scopes.has("offline_access"),
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: ttl.access,
      IdToken: ttl.id,
      RefreshToken: ttl.refresh,
      Session: ttl.session,
      Grant: ttl.refresh,
      Interaction: 3600,
    },
    clientBasedCORS: () => false,
    renderError: failed,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true, allowedPolicy: async () => true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: signOut,
        postLogoutSuccessSource: signedOut,
      },
    },
  });
  oidc.Client.prototype.redirectUriAllowed = (uri) => isOurs(uri, AFTER_SIGN_IN, posternPort);
  oidc.Client.prototype.postLogoutRedirectUriAllowed = (uri) =>
    isOurs(uri, AFTER_SIGN_OUT, posternPort);
  oidc.on("server_error", (_ctx, error) => console.error(error));
  oidc.use(offlineWithoutConsent);
  oidc.use(endWithoutAsking);
  oidc.use((ctx, next) => pages(oidc, ctx, next));
  return oidc;
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "ES256" };
}

/** Whether an address is one that a tenant has registered, to the letter. */
function isOurs(uri, paths, posternPort) {
  const parts = /^http:\/\/([a-z0-9-]+)\.localhost(?::([1-9][0-9]{0,4}))?(\/[a-z/-]*)$/.exec(uri);
  if (!parts) return false;
  const [, tenant, port = "80", path] = parts;
  return (TENANTS.includes(tenant) || TEST_TENANT.test(tenant)) && paths.includes(path)
    && (posternPort === undefined || port === String(posternPort));
}

/** Grants what is asked for, so that nobody has to be asked. */
async function grantAll(oidc, ctx) {
  const { client, session, params } = ctx.oidc;
  const known = session.grantIdFor(client.clientId);
  const grant = (known && await oidc.Grant.find(known))
    ?? new oidc.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

/**
 * Gives refresh tokens to whoever asks for `offline_access`, as most providers do. The library is
 * stricter: it wants a prompt for consent.
 */
function offlineWithoutConsent(ctx, next) {
  const words = (value) => (typeof value === "string" ? value.split(" ") : []);
  const [scopes, prompts] = [words(ctx.query.scope), words(ctx.query.prompt)];
  const asks = prompts.includes("consent") || prompts.includes("none");
  if (ctx.path === "/auth" && scopes.includes("offline_access") && !asks) {
    ctx.query = { ...ctx.query, prompt: [...prompts, "consent"].join(" ") };
  }
  return next();
}

/**
 * Ends a session at once where an ID token says that it is the application's to end, and where
 * there is none to end. Otherwise the person is asked.
 */
async function endWithoutAsking(ctx, next) {
  await next();
  if (ctx.oidc?.route !== "end_session" || ctx.status !== 200) return;
  const { session, entities, provider } = ctx.oidc;
  const hinted = entities.IdTokenHint?.payload.sub === session.accountId;
  if (session.accountId && !hinted) return;
  const confirmed = await fetch(ctx.oidc.urlFor("end_session_confirm"), {
    method: "POST",
    redirect: "manual",
    headers: { cookie: `${provider.cookieName("session")}=${session.id}` },
    body: new URLSearchParams({ xsrf: session.state.secret, logout: "yes" }),
  });
  ctx.redirect(confirmed.headers.get("location"));
  ctx.status = 303;
  ctx.set("set-cookie", confirmed.headers.getSetCookie());
}

/** The pages on which people say who they are. */
async function pages(oidc, ctx, next) {
  if (ctx.path === "/") return front(ctx, oidc.issuer);
  if (!ctx.path.startsWith("/interaction/")) return next();
  let asked;
  try {
    asked = await oidc.interactionDetails(ctx.req, ctx.res);
  } catch (error) {
    ctx.status = 400;
    return failed(ctx, { error: "expired", error_description: error.message });
  }
  if (asked.prompt.name === "consent") {
    return finish(oidc, ctx, { consent: {} }, true);
  }
  const page = { people, client: CLIENT.name, hint: asked.params.login_hint };
  if (ctx.method !== "POST") return signIn(ctx, page);
  const login = (await form(ctx.req)).get("login")?.trim().toLowerCase() ?? "";
  if (!person(login)) return signIn(ctx, { ...page, refused: login });
  return finish(oidc, ctx, { login: { accountId: login, amr: ["sandbox"] } }, false);
}

async function finish(oidc, ctx, result, mergeWithLastSubmission) {
  const options = { mergeWithLastSubmission };
  ctx.redirect(await oidc.interactionResult(ctx.req, ctx.res, result, options));
  ctx.status = 303;
}

async function form(request) {
  let text = "";
  for await (const piece of request) {
    text += piece;
    if (text.length > FORM_BYTES_MAX) break;
  }
  return new URLSearchParams(text);
}

/** Makes a provider without being told that this is not one for production. */
function quietly(make) {
  const { info, warn } = console;
  const unless = (say) => (line) => /oidc-provider (NOTICE|WARNING)/.test(line) || say(line);
  Object.assign(console, { info: unless(info), warn: unless(warn) });
  try {
    return make();
  } finally {
    Object.assign(console, { info, warn });
  }
}

function secondsFromEnv() {
  const setting = (kind) => [kind, Number(process.env[`ISSUER_${kind.toUpperCase()}_TTL`])];
  return Object.fromEntries(Object.keys(TTL).map(setting).filter(([, seconds]) => seconds > 0));
}

/** Ends when another process has ended. */
function endWith(owner) {
  const look = () => {
    try {
      process.kill(owner, 0);
    } catch {
      process.exit();
    }
  };
  setInterval(look, LOOK_MS);
}

if (import.meta.main) {
  const [port, posternPort] = process.argv.slice(2);
  if (!(Number(port) > 0)) throw new Error("usage: issuer.mjs <port> [<postern-port>]");
  const server = await startIssuer({ port: Number(port), posternPort, ttl: secondsFromEnv() });
  console.log(`demo issuer on http://127.0.0.1:${server.address().port}`);
  if (process.env.ISSUER_OWNER) endWith(Number(process.env.ISSUER_OWNER));
}
