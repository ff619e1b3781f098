use super::*;
use crate::{
    Format,
    testing::{self, CREATED_S},
};
use serde_json::json;

const FORMAT: Format = Format::Anthropic;

fn vectors() -> Vec<testing::Vector> {
    testing::vectors(include_str!("../../vectors/anthropic.json"))
}

#[test]
fn streams_are_read_as_anthropic_means_them_however_they_are_cut() {
    testing::check(FORMAT, &vectors());
}

/// The chunks that a client gets of a vector.
fn chunks(vector: usize, show_usage: bool) -> Vec<Value> {
    testing::chunks(FORMAT, &vectors()[vector], show_usage)
}

#[test]
fn a_stream_comes_out_in_openais_words() {
    let found = chunks(1, true);
    let chunk = |choices: Value| {
        json!({
            "id": "msg_1", "object": "chat.completion.chunk", "created": CREATED_S,
            "model": "claude-sonnet-5-5", "choices": choices,
        })
    };
    let says = |delta: Value, finish: Value| {
        chunk(json!([{"index": 0, "delta": delta, "finish_reason": finish}]))
    };
    let call = |call: Value| says(json!({ "tool_calls": [call] }), Value::Null);
    let mut usage = chunk(json!([]));
    usage["usage"] = json!({
        "prompt_tokens": 472, "completion_tokens": 89, "total_tokens": 561,
        "prompt_tokens_details": {"cached_tokens": 300},
        "completion_tokens_details": {"reasoning_tokens": 0},
    });
    let expected = [
        says(json!({"role": "assistant", "content": ""}), Value::Null),
        says(json!({"content": "Okay"}), Value::Null),
        call(json!({
            "index": 0, "id": "toolu_1", "type": "function",
            "function": {"name": "get_weather", "arguments": ""},
        })),
        call(json!({"index": 0, "function": {"arguments": "{\"in\":"}})),
        call(json!({"index": 0, "function": {"arguments": " \"Rom\"}"}})),
        says(json!({}), "tool_calls".into()),
        usage,
    ];
    assert_eq!(found, expected);
    // Usage is for those who ask.
    assert_eq!(chunks(1, false), expected[..6]);
    // Thinking is not the answer.
    assert_eq!(chunks(2, false)[1]["choices"][0]["delta"], json!({"reasoning_content": "Hm."}));
    assert_eq!(chunks(2, false)[3]["choices"][0]["finish_reason"], "length");
}

#[test]
fn a_whole_answer_comes_out_in_openais_words() {
    let body = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5",
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "EqQB"},
            {"type": "text", "text": "I look."},
            {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"in": "Rom"}},
        ],
        "stop_reason": "tool_use", "stop_sequence": null,
        "usage": {"input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 7},
    });
    let completion = Anthropic.completion(body.to_string().as_bytes(), CREATED_S).unwrap();
    let json: Value = serde_json::from_slice(&completion.json).unwrap();
    assert_eq!(
        json,
        json!({
            "id": "msg_1", "object": "chat.completion", "created": CREATED_S,
            "model": "claude-sonnet-5-5",
            "choices": [{
                "index": 0, "finish_reason": "tool_calls", "logprobs": null,
                "message": {
                    "role": "assistant", "content": "I look.", "refusal": null,
                    "reasoning_content": "Hm.",
                    "tool_calls": [{
                        "id": "toolu_1", "type": "function",
                        "function": {"name": "get_weather", "arguments": "{\"in\":\"Rom\"}"},
                    }],
                },
            }],
            "usage": {
                "prompt_tokens": 15, "completion_tokens": 7, "total_tokens": 22,
                "prompt_tokens_details": {"cached_tokens": 5},
                "completion_tokens_details": {"reasoning_tokens": 0},
            },
        })
    );
    let usage = completion.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.cached_input_tokens, usage.output_tokens), (15, 5, 7));
    assert_eq!(completion.text, "get_weather{\"in\":\"Rom\"}I look.Hm.");

    for (body, kind) in [
        ("nonsense", FailureKind::Malformed),
        ("{\"type\":\"message\"}", FailureKind::Malformed),
        (
            "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"\"}}",
            FailureKind::RateLimited,
        ),
    ] {
        assert_eq!(Anthropic.completion(body.as_bytes(), 0).unwrap_err().kind, kind, "{body}");
    }
}

#[test]
fn refusals_are_told_apart() {
    let body = br#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    let failure = Anthropic.failure(529, body);
    assert_eq!(failure, Failure::new(FailureKind::Unavailable, "529: Overloaded"));
    assert_eq!(Anthropic.failure(401, b"<html>").kind, FailureKind::Unauthorized);
}

#[test]
fn a_full_request_is_said_in_anthropics_words() {
    let request = json!({
        "model": "m", "stream": true, "max_completion_tokens": 50, "stop": "END", "temperature": 0.5,
        "top_p": 0.9, "top_k": 40, "user": "mia", "store": false, "logprobs": false,
        "frequency_penalty": 0, "parallel_tool_calls": false, "tool_choice": "required",
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
        "tools": [{"type": "function", "function": {
            "name": "f", "description": "does", "parameters": {"type": "object", "properties": {}}}}],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}},
                {"id": "b", "type": "function", "function": {"name": "f", "arguments": ""}}]},
            {"role": "tool", "tool_call_id": "a", "content": "42"},
            {"role": "tool", "tool_call_id": "b", "content": "43"},
            {"role": "user", "content": "And?"},
            {"role": "developer", "content": "Be kind."},
        ],
    });
    let upstream = testing::ask(FORMAT, "https://api.example/v1", &request).unwrap();
    assert_eq!(upstream.url, "https://api.example/v1/messages");
    assert!(upstream.headers.contains(&("x-api-key", "key".to_owned())));
    assert!(upstream.headers.contains(&("anthropic-version", "2023-06-01".to_owned())));
    let body: Value = serde_json::from_slice(&upstream.body).unwrap();
    let text = |text: &str| json!({"type": "text", "text": text});
    let result = |id: &str, words: &str| json!({"type": "tool_result", "tool_use_id": id, "content": [text(words)]});
    assert_eq!(
        body,
        json!({
            "model": "upstream", "max_tokens": 50, "stream": true, "temperature": 0.5,
            "top_p": 0.9, "top_k": 40, "stop_sequences": ["END"], "metadata": {"user_id": "mia"},
            "system": [text("Be brief."), text("Be kind.")],
            "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
            "tools": [{"name": "f", "description": "does",
                "input_schema": {"type": "object", "properties": {}}}],
            "tool_choice": {"type": "any", "disable_parallel_tool_use": true},
            "messages": [
                {"role": "user", "content": [
                    text("What is this?"),
                    {"type": "image", "source":
                        {"type": "base64", "media_type": "image/png", "data": "AA=="}},
                    {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
                ]},
                {"role": "assistant", "content": [
                    {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
                    {"type": "tool_use", "id": "b", "name": "f", "input": {}},
                ]},
                {"role": "user", "content": [result("a", "42"), result("b", "43"), text("And?")]},
            ],
        })
    );
}

#[test]
fn what_anthropic_cannot_do_is_named() {
    let asked = |field: &str, value: Value| testing::ask_with(FORMAT, field, value);
    let message = |message: Value| asked("messages", json!([message]));
    let call = json!({"id": "a", "type": "function", "function": {"name": "f", "arguments": "[1"}});
    for (field, outcome) in [
        ("n", asked("n", json!(2))),
        ("seed", asked("seed", json!(7))),
        ("logprobs", asked("logprobs", json!(true))),
        ("presence_penalty", asked("presence_penalty", json!(0.5))),
        ("web_search_options", asked("web_search_options", json!({}))),
        ("temperature", asked("temperature", json!(1.5))),
        ("response_format.type", asked("response_format", json!({"type": "json_object"}))),
        ("tools[0].type", asked("tools", json!([{"type": "custom", "custom": {"name": "c"}}]))),
        (
            "messages[0].content[0].type",
            message(json!({"role": "user", "content": [{"type": "file", "file": {}}]})),
        ),
        (
            "messages[0].tool_calls[0].function.arguments",
            message(json!({"role": "assistant", "content": null, "tool_calls": [call]})),
        ),
        ("messages[0].role", message(json!({"role": "function", "name": "f", "content": "x"}))),
    ] {
        assert_eq!(outcome.err().map(|error| error.field).as_deref(), Some(field));
    }
    assert!(asked("logit_bias", json!({})).is_ok());
    // Without a limit of the client's, the model's.
    let body: Value = serde_json::from_slice(&asked("n", json!(1)).unwrap().body).unwrap();
    assert_eq!(body["max_tokens"], 99);
}

#[test]
fn what_is_put_into_the_cache_is_told_apart() {
    let body = json!({
        "type": "message", "id": "m", "model": "c", "content": [], "stop_reason": "end_turn",
        "usage": {
            "input_tokens": 10, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 30,
            "output_tokens": 4,
        },
    });
    let completion = FORMAT.codec().completion(body.to_string().as_bytes(), 0).unwrap();
    let expected = crate::Usage {
        input_tokens: 240,
        cached_input_tokens: 30,
        cache_write_tokens: 200,
        output_tokens: 4,
        ..crate::Usage::default()
    };
    assert_eq!(completion.usage, Some(expected));
}
