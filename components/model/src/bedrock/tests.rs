use super::*;
use crate::{
    Format, OutputLimitField,
    testing::{self, CREATED_S},
};
use kernel::UnixMillis;
use serde_json::{Value, json};

const FORMAT: Format = Format::Bedrock;
const BASE_URL: &str = "https://bedrock-runtime.eu-central-1.amazonaws.com";

fn vectors() -> Vec<testing::Vector> {
    testing::vectors(include_str!("../../vectors/bedrock.json"))
}

#[test]
fn streams_are_read_as_aws_means_them_however_they_are_cut() {
    testing::check(FORMAT, &vectors());
}

/// What the choices of a vector's chunks say, and the last chunk.
fn chunks(vector: usize) -> (Vec<Value>, Value) {
    let chunks = testing::chunks(FORMAT, &vectors()[vector], true);
    let choices = chunks.iter().map(|chunk| chunk["choices"][0].clone()).collect();
    (choices, chunks.last().unwrap().clone())
}

#[test]
fn a_stream_comes_out_in_openais_words() {
    let (choices, last) = chunks(1);
    let deltas: Vec<_> = choices.iter().map(|choice| choice["delta"].clone()).collect();
    let begin = |index: u32, id: &str, name: &str| {
        json!({"tool_calls": [{"index": index, "id": id, "type": "function",
            "function": {"name": name, "arguments": ""}}]})
    };
    let go_on = |index: u32, arguments: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]});
    let expected = [
        json!({"role": "assistant", "content": ""}),
        json!({"reasoning_content": "Hm."}),
        json!({"content": "I look."}),
        begin(0, "tooluse_1", "weather"),
        go_on(0, "{\"in\":"),
        go_on(0, "\"Rom\"}"),
        begin(1, "tooluse_2", "time"),
        go_on(1, "{}"),
        json!({}),
        Value::Null,
    ];
    assert_eq!(deltas, expected);
    assert_eq!(choices[8]["finish_reason"], "tool_calls");
    assert_eq!(last["created"], CREATED_S);
    // What was read from the cache and written to it was in the prompt.
    assert_eq!(last["usage"]["prompt_tokens"], 472);
    assert_eq!(last["usage"]["prompt_tokens_details"]["cached_tokens"], 300);
    assert_eq!(chunks(2).0[2]["finish_reason"], "content_filter");
    assert_eq!(chunks(3).0[2]["finish_reason"], "length");
}

#[test]
fn a_whole_answer_comes_out_in_openais_words() {
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "EqQB"}}},
            {"text": "I look."},
            {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"in": "Rom"}}},
            {"citationsContent": {}},
        ]}},
        "stopReason": "tool_use", "metrics": {"latencyMs": 5},
        "usage": {"inputTokens": 10, "outputTokens": 7, "totalTokens": 17, "cacheReadInputTokens": 5},
    });
    let completion = Bedrock.completion(body.to_string().as_bytes(), CREATED_S).unwrap();
    let json: Value = serde_json::from_slice(&completion.json).unwrap();
    assert_eq!(
        json["choices"][0],
        json!({
            "index": 0, "finish_reason": "tool_calls", "logprobs": null,
            "message": {
                "role": "assistant", "content": "I look.", "refusal": null,
                "reasoning_content": "Hm.",
                "tool_calls": [{"id": "t1", "type": "function",
                    "function": {"name": "weather", "arguments": "{\"in\":\"Rom\"}"}}],
            },
        })
    );
    let usage = completion.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.cached_input_tokens, usage.output_tokens), (15, 5, 7));
    assert_eq!(completion.text, "weather{\"in\":\"Rom\"}I look.Hm.");
    for body in ["nonsense", "{}", "{\"message\":\"no\"}"] {
        let failure = Bedrock.completion(body.as_bytes(), 0).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Malformed, "{body}");
    }
}

#[test]
fn refusals_are_told_apart() {
    for (status, body, kind, detail) in [
        (429, r#"{"message":"Too many requests"}"#, FailureKind::RateLimited, "Too many requests"),
        (403, r#"{"Message":"not authorized"}"#, FailureKind::Unauthorized, "not authorized"),
        (424, r#"{"message":"model"}"#, FailureKind::Unavailable, "model"),
        (400, r#"{"message":"wrong"}"#, FailureKind::Rejected, "wrong"),
        (503, "<html>", FailureKind::Unavailable, "<html>"),
    ] {
        let expected = Failure::new(kind, format!("{status}: {detail}"));
        assert_eq!(Bedrock.failure(status, body.as_bytes()), expected);
    }
}

fn ask(request: &Value) -> (String, Value) {
    let asked = testing::ask(FORMAT, BASE_URL, request).unwrap();
    (asked.url, serde_json::from_slice(&asked.body).unwrap())
}

#[test]
fn a_full_request_is_said_in_converses_words() {
    let (url, body) = ask(&json!({
        "model": "m", "stream": true, "max_completion_tokens": 50, "stop": "END", "temperature": 0.5,
        "top_p": 0.9, "user": "mia", "store": false, "reasoning_effort": "high",
        "parallel_tool_calls": true, "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
        "tools": [{"type": "function", "function": {
            "name": "f", "description": "does", "parameters": {"type": "object"}, "strict": true}}],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}},
                {"id": "b", "type": "function", "function": {"name": "f", "arguments": ""}}]},
            {"role": "tool", "tool_call_id": "a", "content": "42"},
            {"role": "tool", "tool_call_id": "b", "content": "43"},
            {"role": "user", "content": "And?"},
        ],
    }));
    assert_eq!(url, format!("{BASE_URL}/model/upstream/converse-stream"));
    let result = |id: &str, words: &str| json!({"toolResult": {"toolUseId": id, "content": [{"text": words}]}});
    assert_eq!(
        body,
        json!({
            "system": [{"text": "Be brief."}],
            "messages": [
                {"role": "user", "content": [
                    {"text": "What is this?"},
                    {"image": {"format": "png", "source": {"bytes": "AA=="}}}]},
                {"role": "assistant", "content": [
                    {"toolUse": {"toolUseId": "a", "name": "f", "input": {"x": 1}}},
                    {"toolUse": {"toolUseId": "b", "name": "f", "input": {}}}]},
                {"role": "user", "content": [result("a", "42"), result("b", "43"), {"text": "And?"}]},
            ],
            "inferenceConfig": {
                "maxTokens": 50, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
            "toolConfig": {
                "tools": [{"toolSpec": {"name": "f", "description": "does", "strict": true,
                    "inputSchema": {"json": {"type": "object"}}}}],
                "toolChoice": {"tool": {"name": "f"}}},
            "outputConfig": {"effort": "high", "textFormat": {"type": "json_schema",
                "structure": {"jsonSchema": {"schema": "{\"type\":\"object\"}"}}}},
        })
    );
    // Without a limit of the client's, the model's; and nothing that was not asked for.
    let (url, body) = ask(&json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]}));
    assert_eq!(url, format!("{BASE_URL}/model/upstream/converse"));
    let messages = json!([{"role": "user", "content": [{"text": "hi"}]}]);
    assert_eq!(body, json!({"messages": messages, "inferenceConfig": {"maxTokens": 99}}));
}

#[test]
fn tools_that_must_be_left_alone_are_left_out() {
    let tools = json!([{"type": "function", "function": {"name": "f"}}]);
    let hi = json!({"role": "user", "content": "hi"});
    let (_, body) =
        ask(&json!({"model": "m", "messages": [hi], "tools": tools, "tool_choice": "none"}));
    assert_eq!(body.get("toolConfig"), None);
    for (choice, said) in [("auto", json!({"auto": {}})), ("required", json!({"any": {}}))] {
        let (_, body) =
            ask(&json!({"model": "m", "messages": [hi], "tools": tools, "tool_choice": choice}));
        assert_eq!(body["toolConfig"]["toolChoice"], said);
    }
}

#[test]
fn what_converse_cannot_do_is_named() {
    let asked = |field: &str, value: Value| testing::ask_with(FORMAT, field, value);
    let message = |message: Value| asked("messages", json!([message]));
    let image = |url: &str| {
        let image = json!({"type": "image_url", "image_url": {"url": url}});
        message(json!({"role": "user", "content": [image]}))
    };
    let called = json!([
        {"role": "assistant", "content": "", "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "a", "content": "42"},
    ]);
    let after_calls = json!({
        "model": "m", "messages": called, "tool_choice": "none",
        "tools": [{"type": "function", "function": {"name": "f"}}],
    });
    for (field, outcome) in [
        ("n", asked("n", json!(2))),
        ("seed", asked("seed", json!(7))),
        ("logprobs", asked("logprobs", json!(true))),
        ("presence_penalty", asked("presence_penalty", json!(0.5))),
        ("temperature", asked("temperature", json!(1.5))),
        ("response_format.type", asked("response_format", json!({"type": "json_object"}))),
        ("tools[0].type", asked("tools", json!([{"type": "custom", "custom": {"name": "c"}}]))),
        ("tools", asked("messages", called)),
        ("tool_choice", testing::ask(FORMAT, BASE_URL, &after_calls)),
        ("messages[0].content[0].image_url.url", image("https://example.com/a.png")),
        ("messages[0].content[0].image_url.url", image("data:image/tiff;base64,AA==")),
        (
            "messages[0].content[0].type",
            message(
                json!({"role": "system", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]}),
            ),
        ),
        ("messages[0].role", message(json!({"role": "function", "name": "f", "content": "x"}))),
    ] {
        assert_eq!(outcome.err().map(|error| error.field).as_deref(), Some(field));
    }
}

#[test]
fn requests_are_signed_with_credentials_and_else_bear_the_key() {
    let bearing = testing::ask_with(FORMAT, "stream", json!(false)).unwrap();
    assert!(bearing.headers.contains(&("authorization", "Bearer key".to_owned())));

    let credentials = AwsCredentials {
        access_key_id: "AKIDEXAMPLE".into(),
        secret_access_key: "secret".into(),
        session_token: Some("token".into()),
        region: "eu-central-1".into(),
    };
    let target = Target {
        base_url: BASE_URL,
        api_key: Some("key"),
        aws: Some(&credentials),
        model: "anthropic.claude-sonnet-5-v1:0",
        output_tokens_max: 9,
        output_limit_field: OutputLimitField::MaxTokens,
        now: UnixMillis::from_seconds(1_440_938_160),
    };
    let request = br#"{"model": "m", "messages": [{"role": "user", "content": "hi"}]}"#;
    let signed = Bedrock.request(&ChatRequest::parse(request).unwrap(), &target).unwrap();
    assert_eq!(signed.url, format!("{BASE_URL}/model/anthropic.claude-sonnet-5-v1%3A0/converse"));
    let header = |name| &signed.headers.iter().find(|(known, _)| *known == name).unwrap().1;
    assert_eq!(header("x-amz-date"), "20150830T123600Z");
    assert_eq!(header("x-amz-security-token"), "token");
    let (start, signature) = header("authorization").split_once(", Signature=").unwrap();
    assert_eq!(
        start,
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-central-1/bedrock/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-security-token"
    );
    // By botocore, for the same request; it encodes the path once more, as AWS does.
    assert_eq!(signature, "63c791c1de05d3016fc9e7f1db7a4200344ae16d5b234e165a7d5766fa744b6b");
}
