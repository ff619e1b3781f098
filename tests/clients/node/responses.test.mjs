// OpenAI's own client for JavaScript, where it speaks Responses.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import OpenAI from "openai";
import { formats, pixel, seen, tenant, thrown } from "./world.mjs";

const input = "one two three four five";
const question = { model: "demo-echo", max_output_tokens: 50, input };

const tools = [{
  type: "function",
  name: "look_up",
  strict: false,
  parameters: { type: "object", properties: { echo: { type: "string" } } },
}];

/** The one call of a tool in a response. */
function callOf(response) {
  const calls = response.output.filter((item) => item.type === "function_call");
  assert.equal(calls.length, 1);
  assert.equal(calls[0].name, "look_up");
  assert.deepEqual(JSON.parse(calls[0].arguments), { echo: input });
  return calls[0];
}

/** What goes back to the model once its call is answered. */
function answered(response) {
  const output = "the tool has answered";
  const result = { type: "function_call_output", call_id: callOf(response).call_id, output };
  return [{ role: "user", content: input }, ...response.output, result];
}

for (const model of formats("demo-echo")) {
  test(`${model}: a response comes whole`, async () => {
    const { openai, settled } = await tenant();
    const response = await openai().responses.create({ ...question, model });
    assert.equal(response.object, "response");
    assert.equal(response.status, "completed");
    assert.equal(response.output_text, input);
    assert.equal(response.usage.input_tokens, 5);
    assert.equal(response.usage.total_tokens, 10);
    assert.match(response._request_id, /^req_/);
    assert.equal(await settled(), 992);
  });

  test(`${model}: a response that is cut short says so`, async () => {
    const { openai } = await tenant();
    const cut = { ...question, model, max_output_tokens: 16, input: "word ".repeat(20) };
    const whole = await openai().responses.create(cut);
    const streamed = await openai().responses.stream(cut).finalResponse();
    for (const response of [whole, streamed]) {
      assert.equal(response.status, "incomplete");
      assert.equal(response.incomplete_details.reason, "max_output_tokens");
      assert.equal(response.output_text, "word ".repeat(16).trim());
    }
  });

  test(`${model}: the client's helper puts a stream together`, async () => {
    const { openai, settled } = await tenant();
    const stream = openai().responses.stream({ ...question, model });
    const kinds = [];
    let text = "";
    let snapshot;
    stream.on("response.output_text.delta", (event) => {
      text += event.delta;
      snapshot = event.snapshot;
    });
    for await (const event of stream) kinds.push(event.type);
    const response = await stream.finalResponse();
    assert.equal(response.output_text, input);
    assert.equal(response.status, "completed");
    assert.equal(response.usage.output_tokens, 5);
    assert.deepEqual([text, snapshot], [input, input]);
    assert.deepEqual(kinds.filter((kind) => kind !== "response.output_text.delta"), [
      "response.created", "response.in_progress", "response.output_item.added",
      "response.content_part.added", "response.output_text.done", "response.content_part.done",
      "response.output_item.done", "response.completed",
    ]);
    assert.equal(await settled(), 992);
  });

  test(`${model}: a tool is called and its result is heard`, async () => {
    const { openai } = await tenant();
    const asked = { ...question, model, tools };
    const called = await openai().responses.create(asked);
    const said = await openai().responses.create({ ...asked, input: answered(called) });
    assert.equal(said.output_text, "the tool has answered");
  });

  test(`${model}: a tool is called in a stream`, async () => {
    const { openai } = await tenant();
    const asked = { ...question, model, tools };
    const calling = openai().responses.stream(asked);
    let text = "";
    calling.on("response.function_call_arguments.delta", (event) => {
      text += event.delta;
      assert.equal(event.snapshot, text);
    });
    const called = await calling.finalResponse();
    assert.equal(text, callOf(called).arguments);
    const saying = openai().responses.stream({ ...asked, input: answered(called) });
    assert.equal((await saying.finalResponse()).output_text, "the tool has answered");
  });

  test(`${model}: an image is seen`, async () => {
    const { openai } = await tenant();
    const content = [
      { type: "input_text", text: "this is" },
      { type: "input_image", image_url: `data:image/png;base64,${pixel}`, detail: "auto" },
    ];
    const response = await openai().responses.create({
      ...question, model, input: [{ role: "user", content }],
    });
    assert.equal(response.output_text, "this is [image]");
  });

  test(`${model}: a schema is answered in JSON`, async () => {
    const { openai } = await tenant();
    const schema = {
      type: "object", properties: { echo: { type: "string" } }, required: ["echo"],
      additionalProperties: false,
    };
    const response = await openai().responses.parse({
      ...question, model, text: { format: { type: "json_schema", name: "echo", schema } },
    });
    assert.deepEqual(JSON.parse(response.output_text), { echo: input });
  });

  test(`${model}: a client that leaves half-way pays for what came`, async () => {
    const { openai, settled } = await tenant({ welcome_tokens: 10_000 });
    const user = randomUUID();
    // Formats without a field for the user have it from the instructions.
    const stream = await openai().responses.create({
      model: model.replace("echo", "slow"), max_output_tokens: 1000, stream: true, user,
      instructions: `user ${user}`, input: "word ".repeat(400),
    });
    let words = 0;
    for await (const event of stream) {
      if (event.type === "response.output_text.delta") words += 1;
      if (words === 5) stream.controller.abort();
    }
    const { state, words: sent } = await seen(user, "left");
    assert.equal(state, "left");
    assert.ok(sent >= 5 && sent < 200, `${sent} words were sent`);
    const paid = 10_000 - (await settled());
    // 400 words were asked, and each token costs 72/100.
    assert.ok(paid >= 292 && paid < 500, `${paid} tokens were paid`);
  });

  test(`${model}: a provider that breaks off makes the helper throw`, async () => {
    const { openai } = await tenant();
    const stream = openai().responses.stream({
      ...question, model: model.replace("demo-echo", "fault-cut"),
    });
    let text = "";
    stream.on("response.output_text.delta", (event) => (text += event.delta));
    const error = await thrown(() => stream.finalResponse());
    assert.ok(error instanceof OpenAI.OpenAIError, String(error));
    assert.equal(text, "one two three");
  });
}

test("problems arrive as the client's own errors", async () => {
  const { openai, token } = await tenant();
  const poor = await tenant({ welcome_tokens: 0 });
  const busy = await tenant({ limits: { requests_per_minute_per_key: 1 } });
  const respond = (client, changes = {}) =>
    () => client.responses.create({ ...question, ...changes });
  await respond(busy.openai())();
  const search = { model: "demo-echo-anthropic", tools: [{ type: "web_search" }] };
  const cases = [
    [respond(openai(), search), OpenAI.BadRequestError, 400, "unsupported_field"],
    [respond(openai({ apiKey: "wrong" })), OpenAI.AuthenticationError, 401, "invalid_credentials"],
    [respond(poor.openai()), OpenAI.APIError, 402, "insufficient_tokens"],
    [
      respond(openai({ apiKey: token({ scope: "account:read" }) })),
      OpenAI.PermissionDeniedError, 403, "scope_required",
    ],
    [respond(openai(), { model: "none" }), OpenAI.NotFoundError, 404, "model_not_found"],
    [respond(openai(), { temperature: 9 }), OpenAI.UnprocessableEntityError, 422, "invalid_field"],
    [respond(busy.openai()), OpenAI.RateLimitError, 429, "rate_limited"],
    [
      respond(openai(), { model: "fault-error-500" }),
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

test("what would be kept by the provider is refused by its name", async () => {
  const { openai } = await tenant();
  for (const model of formats("demo-echo")) {
    const error = await thrown(() =>
      openai().responses.create({ ...question, model, previous_response_id: "resp_1" }));
    assert.ok(error instanceof OpenAI.APIError, String(error));
    assert.equal(error.param, "previous_response_id", model);
  }
});
