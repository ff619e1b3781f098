// Vercel's AI SDK with its provider for servers that speak as OpenAI does, against a tenant's host.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  APICallError, Output, generateText, isStepCount, jsonSchema, streamText, tool,
} from "ai";
import { formats, pixel, tenant, thrown } from "./world.mjs";

const prompt = "one two three four five";
const schema = jsonSchema({
  type: "object", properties: { echo: { type: "string" } }, required: ["echo"],
  additionalProperties: false,
});

/** A tenant, and what of the SDK is its own. */
async function client(changes = {}, options = {}) {
  const self = await tenant(changes);
  const provider = createOpenAICompatible({
    name: "postern", baseURL: `${self.base}/v1`, apiKey: self.token(), includeUsage: true,
    supportsStructuredOutputs: true, ...options,
  });
  const ask = (model, more = {}) => ({
    model: provider(model), prompt, maxOutputTokens: 50, maxRetries: 0, ...more,
  });
  return { ...self, ask };
}

/** A tool, and what it was called with. */
function looking() {
  const calls = [];
  const execute = ({ echo }) => {
    calls.push(echo);
    return "the tool has answered";
  };
  return { calls, tools: { look_up: tool({ inputSchema: schema, execute }) } };
}

for (const model of formats("demo-echo")) {
  test(`${model}: a text is generated`, async () => {
    const { ask, settled } = await client();
    const { text, finishReason, usage } = await generateText(ask(model));
    assert.deepEqual([text, finishReason], [prompt, "stop"]);
    assert.deepEqual([usage.inputTokens, usage.outputTokens], [5, 5]);
    assert.equal(await settled(), 992);
  });

  test(`${model}: a text streams`, async () => {
    const { ask, settled } = await client();
    const result = streamText(ask(model));
    const words = [];
    for await (const word of result.textStream) words.push(word);
    assert.equal(words.join(""), prompt);
    assert.equal(words.length, 5);
    assert.equal(await result.finishReason, "stop");
    assert.equal((await result.usage).outputTokens, 5);
    assert.equal(await settled(), 992);
  });

  test(`${model}: a tool is called and its result is heard`, async () => {
    const { ask } = await client();
    const { calls, tools } = looking();
    const whole = await generateText(ask(model, { tools, stopWhen: isStepCount(3) }));
    assert.equal(whole.text, "the tool has answered");
    assert.equal(whole.steps.length, 2);
    const streamed = streamText(ask(model, { tools, stopWhen: isStepCount(3) }));
    assert.equal(await streamed.text, "the tool has answered");
    assert.deepEqual(calls, [prompt, prompt]);
  });

  test(`${model}: an object has the form of its schema`, async () => {
    const { ask } = await client();
    const output = Output.object({ schema });
    const whole = await generateText(ask(model, { output }));
    assert.deepEqual(whole.output, { echo: prompt });
    const streamed = streamText(ask(model, { output }));
    assert.deepEqual(await streamed.output, { echo: prompt });
  });

  test(`${model}: an image is seen`, async () => {
    const { ask } = await client();
    const content = [
      { type: "text", text: "this is" },
      { type: "file", data: pixel, mediaType: "image/png" },
    ];
    const messages = [{ role: "user", content }];
    const { text } = await generateText(ask(model, { prompt: undefined, messages }));
    assert.equal(text, "this is [image]");
  });

  test(`${model}: a client that leaves half-way pays for what came`, async () => {
    const { ask, settled } = await client({ welcome_tokens: 10_000 });
    const leaving = new AbortController();
    const result = streamText(ask(model.replace("echo", "slow"), {
      prompt: "word ".repeat(400), maxOutputTokens: 1000, abortSignal: leaving.signal,
    }));
    let words = 0;
    let aborted = false;
    for await (const part of result.fullStream) {
      if (part.type === "text-delta") words += 1;
      if (part.type === "abort") aborted = true;
      if (words === 5) leaving.abort();
    }
    assert.ok(aborted);
    const paid = 10_000 - (await settled());
    // 400 words were asked, and each token costs 72/100.
    assert.ok(paid >= 291 && paid < 500, `${paid} tokens were paid`);
  });

  test(`${model}: a provider that breaks off is an error in the stream`, async () => {
    const { ask } = await client();
    const errors = [];
    const result = streamText(ask(model.replace("demo-echo", "fault-cut"), {
      onError: ({ error }) => errors.push(error),
    }));
    let text = "";
    for await (const word of result.textStream) text += word;
    assert.equal(text, "one two three");
    assert.equal(errors.length, 1);
  });
}

test("problems arrive as the SDK's own errors", async () => {
  const { ask } = await client();
  const wrong = await client({}, { apiKey: "wrong" });
  const poor = await client({ welcome_tokens: 0 });
  const busy = await client({ limits: { requests_per_minute_per_key: 1 } });
  await generateText(busy.ask("demo-echo"));
  const cases = [
    [wrong.ask("demo-echo"), 401, "invalid_credentials", false],
    [poor.ask("demo-echo"), 402, "insufficient_tokens", false],
    [ask("none"), 404, "model_not_found", false],
    [ask("demo-echo", { temperature: 9 }), 422, "invalid_field", false],
    [busy.ask("demo-echo"), 429, "rate_limited", true],
    [ask("fault-error-500"), 503, "provider_unavailable", true],
  ];
  for (const [asked, status, code, isRetryable] of cases) {
    const error = await thrown(() => generateText(asked));
    assert.ok(APICallError.isInstance(error), `${code}: ${error}`);
    assert.deepEqual([error.statusCode, error.data?.error.code], [status, code]);
    assert.equal(error.isRetryable, isRetryable, code);
    assert.match(error.responseHeaders["x-request-id"], /^req_/);
  }
});
