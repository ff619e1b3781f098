use super::*;
use crate::{
    Format,
    testing::{self, CREATED_S},
};
use serde_json::{Value, json};

const FORMAT: Format = Format::Ollama;

fn vectors() -> Vec<testing::Vector> {
    testing::vectors(include_str!("../../vectors/ollama.json"))
}

#[test]
fn streams_are_read_as_ollama_means_them_however_they_are_cut() {
    testing::check(FORMAT, &vectors());
}

/// The chunks that a client gets of a vector.
fn chunks(vector: usize) -> Vec<Value> {
    testing::chunks(FORMAT, &vectors()[vector], true)
}

#[test]
fn a_stream_comes_out_in_openais_words() {
    let found = chunks(1);
    let call = |index: u32, id: &str, name: &str, arguments: &str| {
        json!({"tool_calls": [{"index": index, "id": id, "type": "function",
            "function": {"name": name, "arguments": arguments}}]})
    };
    let expected = [
        json!({"role": "assistant", "content": ""}),
        json!({"reasoning_content": "Hm."}),
        call(0, "call_1", "weather", "{\"in\":\"Rom\"}"),
        call(1, "call_ollama-20230804192245499127_1", "time", "{}"),
        json!({}),
    ];
    let deltas = found.iter().map(|chunk| chunk["choices"][0]["delta"].clone());
    assert_eq!(deltas.take(5).collect::<Vec<_>>(), expected);
    assert_eq!(found[4]["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(found[5]["usage"]["total_tokens"], 184);
    let head = (&found[0]["id"], &found[0]["model"], &found[0]["created"]);
    let named = json!("ollama-20230804192245499127");
    assert_eq!(head, (&named, &json!("llama3.2"), &json!(CREATED_S)));
    // A usage that nobody told is not shown.
    let uncounted = chunks(2);
    assert_eq!(uncounted.last().unwrap()["choices"][0]["finish_reason"], "length");
    assert_eq!(chunks(3)[1]["choices"][0]["finish_reason"], "stop");
}

#[test]
fn a_whole_answer_comes_out_in_openais_words() {
    let body = json!({
        "model": "llama3.2", "created_at": "2025-07-07T20:32:53.8Z",
        "message": {"role": "assistant", "content": "", "thinking": "Hm.",
            "tool_calls": [{"function": {"name": "weather", "arguments": {"in": "Rom"}}}]},
        "done_reason": "stop", "done": true, "prompt_eval_count": 169, "eval_count": 18,
        "prompt_eval_cached_count": 100,
    });
    let completion = Ollama.completion(body.to_string().as_bytes(), CREATED_S).unwrap();
    let json: Value = serde_json::from_slice(&completion.json).unwrap();
    assert_eq!(
        json["choices"][0],
        json!({
            "index": 0, "finish_reason": "tool_calls", "logprobs": null,
            "message": {
                "role": "assistant", "content": null, "refusal": null, "reasoning_content": "Hm.",
                "tool_calls": [{"id": "call_ollama-202507072032538_0", "type": "function",
                    "function": {"name": "weather", "arguments": "{\"in\":\"Rom\"}"}}],
            },
        })
    );
    let usage = completion.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.cached_input_tokens), (169, 100));
    assert_eq!(usage.output_tokens, 18);
    for (body, kind) in [
        ("nonsense", FailureKind::Malformed),
        ("{\"done\":false}", FailureKind::Malformed),
        ("{\"error\":\"no\"}", FailureKind::Unavailable),
    ] {
        assert_eq!(Ollama.completion(body.as_bytes(), 0).unwrap_err().kind, kind, "{body}");
    }
    // A prompt that was cached is one that nobody counted.
    for body in [r#"{"done":true,"eval_count":2}"#, r#"{"done":true,"prompt_eval_count":0}"#] {
        assert_eq!(Ollama.completion(body.as_bytes(), 0).unwrap().usage, None);
    }
}

#[test]
fn refusals_are_told_apart() {
    let failure = Ollama.failure(404, br#"{"error":"model 'x' not found"}"#);
    assert_eq!(failure, Failure::new(FailureKind::Rejected, "404: model 'x' not found"));
    assert_eq!(Ollama.failure(502, b"bad gateway").detail, "502: bad gateway");
}

#[test]
fn a_full_request_is_said_in_ollamas_words() {
    let request = json!({
        "model": "m", "stream": true, "max_tokens": 50, "stop": ["END"], "temperature": 1.5,
        "top_p": 0.9, "seed": 7, "presence_penalty": 0.5, "top_k": 40, "user": "mia",
        "reasoning_effort": "low", "tool_choice": "auto",
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
        "tools": [{"type": "function", "function":
            {"name": "f", "parameters": {"type": "object"}, "strict": true}}],
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is "},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
                {"type": "text", "text": "this?"}]},
            {"role": "assistant", "content": "", "reasoning_content": "Hm.", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}}]},
            {"role": "tool", "tool_call_id": "a", "content": "42"},
        ],
    });
    let asked = testing::ask(FORMAT, "http://127.0.0.1:11434", &request).unwrap();
    assert_eq!(asked.url, "http://127.0.0.1:11434/api/chat");
    assert!(asked.headers.contains(&("authorization", "Bearer key".to_owned())));
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(
        body,
        json!({
            "model": "upstream", "stream": true, "think": "low", "format": {"type": "object"},
            "options": {
                "num_predict": 50, "temperature": 1.5, "top_p": 0.9, "seed": 7, "top_k": 40,
                "presence_penalty": 0.5, "stop": ["END"]},
            "tools": [{"type": "function", "function":
                {"name": "f", "parameters": {"type": "object"}}}],
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is this?", "images": ["AA=="]},
                {"role": "assistant", "content": "", "thinking": "Hm.", "tool_calls": [
                    {"id": "a", "function": {"name": "f", "arguments": {"x": 1}}}]},
                {"role": "tool", "content": "42", "tool_call_id": "a", "tool_name": "f"},
            ],
        })
    );
    let body = |field, value| {
        let asked = testing::ask_with(FORMAT, field, value).unwrap();
        serde_json::from_slice::<Value>(&asked.body).unwrap()
    };
    assert_eq!(body("response_format", json!({"type": "json_object"}))["format"], "json");
    assert_eq!(body("reasoning_effort", json!("none"))["think"], false);
    assert_eq!(body("n", json!(1))["stream"], false);
}

#[test]
fn what_ollama_cannot_do_is_named() {
    let asked = |field: &str, value: Value| testing::ask_with(FORMAT, field, value);
    let image = json!({"type": "image_url", "image_url": {"url": "https://example.com/a.png"}});
    for (field, outcome) in [
        ("n", asked("n", json!(2))),
        ("logprobs", asked("logprobs", json!(true))),
        ("tool_choice", asked("tool_choice", json!("required"))),
        ("reasoning_effort", asked("reasoning_effort", json!("minimal"))),
        ("tools[0].type", asked("tools", json!([{"type": "custom", "custom": {"name": "c"}}]))),
        (
            "messages[0].content[0].image_url.url",
            asked("messages", json!([{"role": "user", "content": [image]}])),
        ),
        ("messages[0].role", asked("messages", json!([{"role": "function", "content": "x"}]))),
    ] {
        assert_eq!(outcome.err().map(|error| error.field).as_deref(), Some(field));
    }
}
