// OpenAI's own client for JavaScript, against a tenant's host.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import OpenAI from "openai";
import { formats, seen, tenant, thrown } from "./world.mjs";

const messages = [{ role: "user", content: "one two three four five" }];
const question = { model: "demo-echo", max_tokens: 50, messages };

const tools = [{
  type: "function",
  function: {
    name: "look_up",
    parameters: { type: "object", properties: { echo: { type: "string" } } },
  },
}];

test("an answer comes whole", async () => {
  const { openai, settled } = await tenant();
  const answer = await openai().chat.completions.create(question);
  assert.equal(answer.choices[0].message.content, "one two three four five");
  assert.equal(answer.choices[0].finish_reason, "stop");
  assert.equal(answer.usage.total_tokens, 10);
  assert.match(answer._request_id, /^req_/);
  assert.equal(await settled(), 992);
});

// Whatever its provider speaks, a model answers in OpenAI's words.
for (const model of formats("demo-echo")) {
  test(`${model}: an answer streams, with its usage last`, async () => {
    const { openai, settled } = await tenant();
    const stream = await openai().chat.completions.create({
      ...question, model, stream: true, stream_options: { include_usage: true },
    });
    let text = "";
    let last;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      last = chunk;
    }
    assert.equal(text, "one two three four five");
    assert.deepEqual(last.choices, []);
    assert.equal(last.usage.completion_tokens, 5);
    assert.equal(await settled(), 992);
  });

  test(`${model}: the client's helper runs a tool to its end`, async () => {
    const { openai } = await tenant();
    const calls = [];
    const runner = openai().chat.completions.runTools({
      ...question,
      model,
      stream: true,
      tools: [{
        type: "function",
        function: {
          ...tools[0].function,
          parse: JSON.parse,
          function: ({ echo }) => {
            calls.push(echo);
            return "the tool has answered";
          },
        },
      }],
    });
    assert.equal(await runner.finalContent(), "the tool has answered");
    assert.deepEqual(calls, ["one two three four five"]);
  });
}

test("a JSON answer is parsed", async () => {
  const { openai } = await tenant();
  const answer = await openai().chat.completions.parse({
    ...question,
    response_format: { type: "json_schema", json_schema: { name: "echo", schema: {} } },
  });
  assert.deepEqual(JSON.parse(answer.choices[0].message.content), {
    echo: "one two three four five",
  });
});

test("a client that leaves half-way stops the provider and pays for what came", async () => {
  const { openai, settled } = await tenant({ welcome_tokens: 10_000 });
  const user = randomUUID();
  const stream = await openai().chat.completions.create({
    model: "demo-slow", max_tokens: 1000, stream: true, user,
    messages: [{ role: "user", content: "word ".repeat(400) }],
  });
  let words = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) words += 1;
    if (words === 5) stream.controller.abort();
  }
  const { state, words: sent } = await seen(user, "left");
  assert.equal(state, "left");
  assert.ok(sent >= 5 && sent < 200, `${sent} words were sent`);
  const paid = 10_000 - (await settled());
  assert.ok(paid > 300 && paid < 700, `${paid} tokens were paid`);
});

test("a provider that breaks off makes the stream throw", async () => {
  const { openai } = await tenant();
  const stream = await openai().chat.completions.create({
    ...question, model: "fault-cut", stream: true,
  });
  let text = "";
  const error = await thrown(async () => {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  });
  assert.ok(error instanceof OpenAI.APIError, String(error));
  assert.equal(error.code, "provider_broke_off");
  assert.equal(text, "one two three");
});

test("problems arrive as the client's own errors", async () => {
  const { openai, token } = await tenant();
  const poor = await tenant({ welcome_tokens: 0 });
  const busy = await tenant({ limits: { requests_per_minute_per_key: 1 } });
  const chat = (client, changes = {}) =>
    () => client.chat.completions.create({ ...question, ...changes });
  await chat(busy.openai())();
  const cases = [
    [chat(openai({ apiKey: "wrong" })), OpenAI.AuthenticationError, 401, "invalid_credentials"],
    [chat(poor.openai()), OpenAI.APIError, 402, "insufficient_tokens"],
    [
      chat(openai({ apiKey: token({ scope: "account:read" }) })),
      OpenAI.PermissionDeniedError, 403, "scope_required",
    ],
    [chat(openai(), { model: "none" }), OpenAI.NotFoundError, 404, "model_not_found"],
    [
      chat(openai(), { temperature: 9 }),
      OpenAI.UnprocessableEntityError, 422, "invalid_field",
    ],
    [chat(busy.openai()), OpenAI.RateLimitError, 429, "rate_limited"],
    [
      chat(openai(), { model: "fault-error-500" }),
      OpenAI.InternalServerError, 503, "provider_unavailable",
    ],
  ];
  for (const [work, type, status, code] of cases) {
    const error = await thrown(work);
    assert.ok(error instanceof type, `${code}: ${error}`);
    assert.deepEqual([error.status, error.code], [status, code]);
    assert.match(error.requestID, /^req_/);
  }
});

test("models are listed, and one is found", async () => {
  const { openai } = await tenant();
  const names = [];
  for await (const model of openai().models.list()) names.push(model.id);
  assert.ok(names.includes("demo-echo") && names.includes("demo-slow"), names.join());
  assert.equal((await openai().models.retrieve("demo-echo")).id, "demo-echo");
});

test("a server's API key does as a token does", async () => {
  const { openai, apiKey, settled } = await tenant();
  const { key } = await apiKey({ name: "server", scopes: ["chat"] });
  assert.match(key, /^pk_live_/);
  const answer = await openai({ apiKey: key }).chat.completions.create(question);
  assert.equal(answer.choices[0].message.content, "one two three four five");
  assert.equal(await settled(), 992);
});
