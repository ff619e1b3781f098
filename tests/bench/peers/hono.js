// What one would write with Hono and jose: the token is checked with the issuer's published keys,
// and the chat is passed through, unmetered.
import { Hono } from "hono";
import { createRemoteJWKSet, jwtVerify } from "jose";

const app = new Hono();
const models = { object: "list", data: [{ id: "demo-echo" }, { id: "demo-slow" }] };

// Made by the first request, as the issuer's address is in its environment; jose keeps the keys.
let keys;

const checked = async (c, next) => {
  const token = c.req.header("authorization")?.replace(/^Bearer /, "") ?? "";
  const { ISSUER, AUDIENCE } = c.env;
  keys ??= createRemoteJWKSet(new URL(`${ISSUER}/jwks`));
  try {
    await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE, algorithms: ["ES256"] });
  } catch (error) {
    return c.json({ error: { message: error.message } }, 401);
  }
  await next();
};

app.get("/healthz", (c) => c.text("ok"));
app.get("/v1/models", checked, (c) => c.json(models));
app.post("/v1/chat/completions", checked, async (c) => {
  const answer = await fetch(`${c.env.OPENAI_API_BASE}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: c.req.raw.body,
  });
  const headers = { "content-type": answer.headers.get("content-type") };
  return new Response(answer.body, { status: answer.status, headers });
});

export default app;
