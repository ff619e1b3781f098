//! Sound texts: the vectors that the components are tested with, and a few besides.

use serde_json::{Value, json};
use std::{fs, path::PathBuf};

fn components() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../components")
}

/// All JSON files of a component's vectors. Those that others add come in by themselves.
fn vectors(component: &str) -> Vec<Value> {
    let folder = fs::read_dir(components().join(component).join("vectors")).unwrap();
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
    texts.map(|text| serde_json::from_str(&text).unwrap()).collect()
}

/// The texts under `key`, wherever it stands. A list of texts is one text in pieces.
fn texts_under(key: &str, value: &Value, found: &mut Vec<Vec<u8>>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| texts_under(key, value, found)),
        Value::Object(fields) => {
            // In a binary format, each character stands for the byte of its number.
            let is_binary = fields.get("binary") == Some(&Value::Bool(true));
            let bytes = |text: String| match is_binary {
                true => text.chars().map(|byte| u8::try_from(byte).unwrap()).collect(),
                false => text.into_bytes(),
            };
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == key => found.push(bytes(text.clone())),
                    Value::Array(pieces) if name == key => {
                        let pieces = pieces.iter().filter_map(Value::as_str);
                        found.push(bytes(pieces.collect::<String>()));
                    }
                    _ => texts_under(key, value, found),
                }
            }
        }
        _ => {}
    }
}

fn of_component(component: &str, key: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for file in vectors(component) {
        texts_under(key, &file, &mut found);
    }
    assert!(!found.is_empty(), "{component} has no vectors with {key:?}");
    found
}

/// Streamed answers of all formats.
pub fn streams() -> Vec<Vec<u8>> {
    of_component("model", "stream")
}

/// Answers in one piece, and refusals. Some formats stream pieces of the same shape.
pub fn completions() -> Vec<Vec<u8>> {
    let mut found: Vec<_> = streams()
        .iter()
        .flat_map(|stream| stream.split(|byte| *byte == b'\n'))
        .filter_map(|line| line.strip_prefix(b"data: "))
        .filter(|data| data.starts_with(b"{"))
        .map(<[u8]>::to_vec)
        .collect();
    found.extend([
        json!({"id": "c", "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": {
            "role": "assistant", "content": "Grüße \u{1f600}", "refusal": null, "reasoning_content": "so",
            "tool_calls": [{"id": "t", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13,
                "prompt_tokens_details": {"cached_tokens": 3, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 1}}}),
        json!({"type": "message", "id": "m", "model": "c", "stop_reason": "tool_use", "content": [
            {"type": "thinking", "thinking": "so"}, {"type": "text", "text": "hi"},
            {"type": "tool_use", "id": "t", "name": "f", "input": {"a": [1, 2.5, null]}}],
            "usage": {"input_tokens": 3, "cache_read_input_tokens": 2, "output_tokens": 7}}),
        json!({"candidates": [{"content": {"role": "model", "parts": [{"text": "hi"}, {"functionCall":
            {"name": "f", "args": {"a": 1}}}]}, "finishReason": "STOP"}], "modelVersion": "g",
            "responseId": "r", "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2,
                "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 1}]}}),
        json!({"error": {"message": "no", "type": "invalid_request_error", "code": 400}}),
        json!({"type": "error", "error": {"type": "overloaded_error", "message": "no"}}),
    ].map(|json| json.to_string().into_bytes()));
    found
}

/// Requests of clients.
pub fn chat_requests() -> Vec<Vec<u8>> {
    [
        json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]}),
        json!({"model": "m", "stream": true, "stream_options": {"include_usage": true}, "n": 2,
            "max_tokens": 5, "max_completion_tokens": 6, "temperature": 0.5, "top_p": 1, "seed": 7,
            "stop": ["a", "b"], "user": "u", "metadata": {"a": [1, null]},
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [
                {"type": "text", "text": "größe 大"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}}]}]}),
        json!({"model": "m", "tool_choice": "auto", "parallel_tool_calls": false,
            "tools": [{"type": "function", "function": {"name": "f", "description": "d", "strict": true,
                "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}}],
            "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {}}},
            "messages": [{"role": "user", "content": "hi"},
                {"role": "assistant", "content": null, "tool_calls": [{"id": "t", "type": "function",
                    "function": {"name": "f", "arguments": "{\"a\":\"b\"}"}}]},
                {"role": "tool", "tool_call_id": "t", "content": "42"}]}),
    ]
    .map(|json| json.to_string().into_bytes())
    .to_vec()
}

/// Tokens of issuers.
pub fn tokens() -> Vec<Vec<u8>> {
    of_component("identity", "token")
}

/// `Host` headers.
pub fn headers() -> Vec<Vec<u8>> {
    of_component("tenant", "header")
}

/// Events of Stripe's, of each kind that something follows from.
pub fn stripe_events() -> Vec<Vec<u8>> {
    let folder = fs::read_dir(components().join("stripe/fixtures")).unwrap();
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().contains("/event_"));
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}
