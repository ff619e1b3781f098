// Anthropic's own client for JavaScript, against a tenant's host.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { formats, pixel, seen, tenant, thrown } from "./world.mjs";

const echo = "one two three four five";
const messages = [{ role: "user", content: echo }];
const question = { model: "demo-echo", max_tokens: 50, messages };

const tools = [{
  name: "look_up",
  input_schema: { type: "object", properties: { echo: { type: "string" } } },
}];

/** The conversation, once the one call of a tool is answered. */
function answered(message) {
  assert.equal(message.stop_reason, "tool_use");
  const calls = message.content.filter((block) => block.type === "tool_use");
  assert.equal(calls.length, 1);
  assert.equal(calls[0].name, "look_up");
  assert.deepEqual(calls[0].input, { echo });
  const result = {
    type: "tool_result", tool_use_id: calls[0].id, content: "the tool has answered",
  };
  return [
    ...messages,
    { role: "assistant", content: message.content },
    { role: "user", content: [result] },
  ];
}

for (const model of formats("demo-echo")) {
  test(`${model}: a message comes whole`, async () => {
    const { anthropic, settled } = await tenant();
    const message = await anthropic().messages.create({ ...question, model });
    assert.deepEqual([message.type, message.role], ["message", "assistant"]);
    assert.equal(message.content[0].text, echo);
    assert.equal(message.stop_reason, "end_turn");
    assert.equal(message.usage.input_tokens, 5);
    assert.equal(message.usage.output_tokens, 5);
    assert.equal(await settled(), 992);
  });

  test(`${model}: the client's helper puts a stream together`, async () => {
    const { anthropic, settled } = await tenant();
    const stream = anthropic().messages.stream({ ...question, model });
    const kinds = [];
    let text = "";
    stream.on("text", (delta) => (text += delta));
    stream.on("streamEvent", ({ type }) => kinds.push(type));
    const message = await stream.finalMessage();
    assert.equal(text, echo);
    assert.equal(await stream.finalText(), echo);
    assert.equal(message.stop_reason, "end_turn");
    assert.equal(message.usage.input_tokens, 5);
    assert.equal(message.usage.output_tokens, 5);
    assert.deepEqual(kinds.filter((kind) => kind !== "content_block_delta"), [
      "message_start", "content_block_start", "content_block_stop", "message_delta",
      "message_stop",
    ]);
    assert.equal(await settled(), 992);
  });

  test(`${model}: a message that is cut short says so`, async () => {
    const { anthropic } = await tenant();
    const cut = { ...question, model, max_tokens: 2 };
    const whole = await anthropic().messages.create(cut);
    const streamed = await anthropic().messages.stream(cut).finalMessage();
    for (const message of [whole, streamed]) {
      assert.equal(message.stop_reason, "max_tokens");
      assert.equal(message.content[0].text, "one two");
      assert.equal(message.usage.output_tokens, 2);
    }
  });

  test(`${model}: a tool is called and its result is heard`, async () => {
    const { anthropic } = await tenant();
    const asked = { ...question, model, tools };
    const called = await anthropic().messages.create(asked);
    const said = await anthropic().messages.create({ ...asked, messages: answered(called) });
    assert.equal(said.content[0].text, "the tool has answered");
    assert.equal(said.stop_reason, "end_turn");
  });

  test(`${model}: a tool is called in a stream`, async () => {
    const { anthropic } = await tenant();
    const asked = { ...question, model, tools };
    const calling = anthropic().messages.stream(asked);
    let json = "";
    calling.on("inputJson", (delta) => (json += delta));
    const called = await calling.finalMessage();
    assert.deepEqual(JSON.parse(json), { echo });
    const saying = anthropic().messages.stream({ ...asked, messages: answered(called) });
    assert.equal(await saying.finalText(), "the tool has answered");
  });

  test(`${model}: the client's helper runs a tool to its end`, async () => {
    const { anthropic } = await tenant();
    const calls = [];
    const run = (input) => {
      calls.push(input);
      return "the tool has answered";
    };
    const said = await anthropic().beta.messages.toolRunner({
      ...question, model, tools: [{ ...tools[0], parse: (input) => input, run }],
    });
    assert.equal(said.content[0].text, "the tool has answered");
    assert.deepEqual(calls, [{ echo }]);
  });

  test(`${model}: an image is seen`, async () => {
    const { anthropic } = await tenant();
    const content = [
      { type: "text", text: "this is" },
      { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
    ];
    const message = await anthropic().messages.create({
      ...question, model, messages: [{ role: "user", content }],
    });
    assert.equal(message.content[0].text, "this is [image]");
  });

  test(`${model}: a schema is answered in JSON`, async () => {
    const { anthropic } = await tenant();
    const schema = {
      type: "object", properties: { echo: { type: "string" } }, required: ["echo"],
      additionalProperties: false,
    };
    const message = await anthropic().messages.create({
      ...question, model, output_config: { format: { type: "json_schema", schema } },
    });
    assert.deepEqual(JSON.parse(message.content[0].text), { echo });
  });

  test(`${model}: tokens are counted`, async () => {
    const { anthropic, settled } = await tenant();
    const counted = await anthropic().messages.countTokens({ model, messages });
    assert.ok(counted.input_tokens >= 5 && counted.input_tokens < 20, counted.input_tokens);
    assert.equal(await settled(), 1000);
  });

  test(`${model}: a client that leaves half-way pays for what came`, async () => {
    const { anthropic, settled } = await tenant({ welcome_tokens: 10_000 });
    const user = randomUUID();
    // Formats without a field for the user have it from the system.
    const stream = anthropic().messages.stream({
      model: model.replace("echo", "slow"), max_tokens: 1000, metadata: { user_id: user },
      system: `user ${user}`, messages: [{ role: "user", content: "word ".repeat(400) }],
    });
    let words = 0;
    stream.on("text", () => {
      words += 1;
      if (words === 5) stream.abort();
    });
    const error = await thrown(() => stream.finalMessage());
    assert.ok(error instanceof Anthropic.APIUserAbortError, String(error));
    const { state, words: sent } = await seen(user, "left");
    assert.equal(state, "left");
    assert.ok(sent >= 5 && sent < 200, `${sent} words were sent`);
    const paid = 10_000 - (await settled());
    // 400 words were asked, and each token costs 72/100.
    assert.ok(paid >= 292 && paid < 500, `${paid} tokens were paid`);
  });

  test(`${model}: a provider that breaks off makes the stream throw`, async () => {
    const { anthropic } = await tenant();
    const stream = anthropic().messages.stream({
      ...question, model: model.replace("demo-echo", "fault-cut"),
    });
    let text = "";
    stream.on("text", (delta) => (text += delta));
    const error = await thrown(() => stream.finalMessage());
    assert.ok(error instanceof Anthropic.APIError, String(error));
    assert.equal(text, "one two three");
  });

  test(`${model}: problems of the provider arrive as the client's own`, async () => {
    const { anthropic } = await tenant();
    const create = (fault) => thrown(() =>
      anthropic().messages.create({ ...question, model: model.replace("demo-echo", fault) }));
    const failed = await create("fault-error-500");
    assert.ok(failed instanceof Anthropic.InternalServerError, String(failed));
    assert.deepEqual([failed.status, failed.type], [503, "overloaded_error"]);
  });
}

test("Anthropic's own extensions pass as they are", async () => {
  const { anthropic } = await tenant();
  const user = randomUUID();
  const cache_control = { type: "ephemeral" };
  const body = {
    ...question, model: "demo-echo-anthropic", metadata: { user_id: user }, top_k: 40,
    system: [{ type: "text", text: "Be brief.", cache_control }],
    messages: [{ role: "user", content: [{ type: "text", text: echo, cache_control }] }],
  };
  for (const stream of [false, true]) {
    const kept = { ...body, metadata: { user_id: `${user}-${stream}` } };
    const message = stream
      ? await anthropic().messages.stream(kept).finalMessage()
      : await anthropic().messages.create(kept);
    assert.equal(message.content[0].text, echo);
    const { body: received } = await seen(kept.metadata.user_id, "done");
    assert.deepEqual(received, { ...kept, model: "demo-echo", ...(stream && { stream }) });
  }
});

test("problems arrive as the client's own errors", async () => {
  const { anthropic, token } = await tenant();
  const poor = await tenant({ welcome_tokens: 0 });
  const busy = await tenant({ limits: { requests_per_minute_per_key: 1 } });
  const create = (client, changes = {}) =>
    () => client.messages.create({ ...question, ...changes });
  await create(busy.anthropic())();
  const search = {
    model: "demo-echo-ollama", tools: [{ type: "web_search_20250305", name: "web_search" }],
  };
  const cases = [
    [create(anthropic(), search), Anthropic.BadRequestError, 400, "invalid_request_error"],
    [
      create(anthropic({ apiKey: "wrong" })),
      Anthropic.AuthenticationError, 401, "authentication_error",
    ],
    [create(poor.anthropic()), Anthropic.APIError, 402, "billing_error"],
    [
      create(anthropic({ apiKey: token({ scope: "account:read" }) })),
      Anthropic.PermissionDeniedError, 403, "permission_error",
    ],
    [create(anthropic(), { model: "none" }), Anthropic.NotFoundError, 404, "not_found_error"],
    [
      create(anthropic(), { temperature: 9 }),
      Anthropic.UnprocessableEntityError, 422, "invalid_request_error",
    ],
    [create(busy.anthropic()), Anthropic.RateLimitError, 429, "rate_limit_error"],
  ];
  for (const [work, type, status, kind] of cases) {
    const error = await thrown(work);
    assert.ok(error instanceof type, `${status}: ${error}`);
    assert.deepEqual([error.status, error.type], [status, kind]);
    assert.equal(error.error.type, "error");
  }
});

test("a conversation that the provider would keep is refused", async () => {
  const { anthropic } = await tenant();
  for (const model of formats("demo-echo")) {
    for (const thread of [
      { type: "create" }, { type: "continue", previous_message_id: "msg_of_another_tenant" },
    ]) {
      const error = await thrown(() =>
        anthropic().beta.messages.create({ ...question, model, thread }));
      assert.ok(error instanceof Anthropic.APIError, String(error));
      assert.equal(error.errorCode, "thread_unsupported_request", model);
      assert.deepEqual(error.details.unsupported, ["thread"]);
    }
  }
});

test("the client knows the request's id", async () => {
  const { anthropic } = await tenant();
  const message = await anthropic().messages.create(question);
  assert.match(message._request_id, /^req_/);
  const stream = anthropic().messages.stream(question);
  await stream.finalMessage();
  assert.match(stream.request_id, /^req_/);
  const error = await thrown(() => anthropic().messages.create({ ...question, model: "none" }));
  assert.match(error.requestID, /^req_/);
});

test("a key in either of the client's headers lets in", async () => {
  const { anthropic, token } = await tenant();
  for (const way of [{ apiKey: token() }, { apiKey: null, authToken: token() }]) {
    const message = await anthropic(way).messages.create(question);
    assert.equal(message.content[0].text, echo);
  }
});
