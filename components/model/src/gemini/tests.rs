use super::*;
use crate::{
    Format,
    testing::{self, CREATED_S},
};
use serde_json::{Value, json};

const FORMAT: Format = Format::Gemini;

fn vectors() -> Vec<testing::Vector> {
    testing::vectors(include_str!("../../vectors/gemini.json"))
}

#[test]
fn streams_are_read_as_google_means_them_however_they_are_cut() {
    testing::check(FORMAT, &vectors());
}

/// The chunks that a client gets of a vector.
fn chunks(vector: usize) -> Vec<Value> {
    testing::chunks(FORMAT, &vectors()[vector], true)
}

#[test]
fn a_stream_comes_out_in_openais_words() {
    let deltas = |vector| {
        let chunks = chunks(vector).into_iter();
        chunks.map(|chunk| chunk["choices"][0]["delta"].clone()).collect::<Vec<_>>()
    };
    let call = |index: u32, name: &str, arguments: &str| {
        json!({
            "index": index, "id": format!("call_r_{index}"), "type": "function",
            "function": {"name": name, "arguments": arguments},
        })
    };
    let mut signed = call(0, "weather", "{\"in\":\"Rom\"}");
    signed["extra_content"] = json!({"google": {"thought_signature": "Sig"}});
    let found = deltas(1);
    assert_eq!(found[0], json!({"role": "assistant", "content": ""}));
    assert_eq!(found[1], json!({"reasoning_content": "Hm."}));
    assert_eq!(found[2], json!({ "tool_calls": [signed] }));
    assert_eq!(found[3], json!({"tool_calls": [call(1, "time", "{}")]}));
    let finish =
        |vector: usize, at: usize| chunks(vector)[at]["choices"][0]["finish_reason"].clone();
    assert_eq!(finish(1, 4), "tool_calls");
    assert_eq!(finish(2, 1), "content_filter");
    assert_eq!(finish(3, 2), "length");
    // The greatest of what was said, as the last piece.
    let last = chunks(1).pop().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["usage"]["completion_tokens"], 10);
    assert_eq!(last["usage"]["completion_tokens_details"]["reasoning_tokens"], 3);
    assert_eq!(last["usage"]["prompt_tokens_details"]["cached_tokens"], 4);
    assert_eq!((&last["id"], &last["created"]), (&json!("r"), &json!(CREATED_S)));
}

#[test]
fn a_whole_answer_comes_out_in_openais_words() {
    let body = json!({
        "candidates": [{
            "content": {"role": "model", "parts": [
                {"text": "Hm.", "thought": true},
                {"text": "I look."},
                {"functionCall": {"id": "c1", "name": "weather", "args": {"in": "Rom"}},
                    "thoughtSignature": "Sig"}]},
            "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 7},
        "modelVersion": "gemini-3.1-flash-lite", "responseId": "r",
    });
    let completion = Gemini.completion(body.to_string().as_bytes(), CREATED_S).unwrap();
    let json: Value = serde_json::from_slice(&completion.json).unwrap();
    assert_eq!(
        json["choices"][0],
        json!({
            "index": 0, "finish_reason": "tool_calls", "logprobs": null,
            "message": {
                "role": "assistant", "content": "I look.", "refusal": null,
                "reasoning_content": "Hm.",
                "tool_calls": [{
                    "id": "c1", "type": "function",
                    "function": {"name": "weather", "arguments": "{\"in\":\"Rom\"}"},
                    "extra_content": {"google": {"thought_signature": "Sig"}},
                }],
            },
        })
    );
    let usage = completion.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (10, 7));

    for (body, kind) in [
        ("nonsense", FailureKind::Malformed),
        ("{}", FailureKind::Malformed),
        ("{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\"}}", FailureKind::RateLimited),
    ] {
        assert_eq!(Gemini.completion(body.as_bytes(), 0).unwrap_err().kind, kind, "{body}");
    }
    let refusal =
        br#"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}"#;
    let expected = "400: INVALID_ARGUMENT: API key not valid.";
    assert_eq!(Gemini.failure(400, refusal), Failure::new(FailureKind::Rejected, expected));
}

#[test]
fn a_full_request_is_said_in_geminis_words() {
    let request = json!({
        "model": "m", "stream": true, "max_tokens": 50, "stop": ["END"], "temperature": 1.5,
        "top_p": 0.9, "seed": 7, "presence_penalty": 0.5, "user": "mia",
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}},
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
                {"type": "input_audio", "input_audio": {"data": "BB==", "format": "wav"}}]},
            {"role": "assistant", "content": "", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"},
                    "extra_content": {"google": {"thought_signature": "Sig"}}},
                {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "b", "content": "42"},
            {"role": "tool", "tool_call_id": "a", "content": "{\"y\":2}"},
        ],
    });
    let asked = testing::ask(FORMAT, "https://api.example/v1beta", &request).unwrap();
    assert_eq!(
        asked.url,
        "https://api.example/v1beta/models/upstream:streamGenerateContent?alt=sse"
    );
    assert!(asked.headers.contains(&("x-goog-api-key", "key".to_owned())));
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let result = |name: &str, response: Value| json!({"functionResponse": {"name": name, "response": response}});
    assert_eq!(
        body,
        json!({
            "systemInstruction": {"parts": [{"text": "Be brief."}]},
            "contents": [
                {"role": "user", "parts": [
                    {"text": "What is this?"},
                    {"inlineData": {"mimeType": "image/png", "data": "AA=="}},
                    {"inlineData": {"mimeType": "audio/wav", "data": "BB=="}}]},
                {"role": "model", "parts": [
                    {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "Sig"},
                    {"functionCall": {"name": "g", "args": {}}}]},
                {"role": "user", "parts": [
                    result("g", json!({"result": "42"})), result("f", json!({"y": 2}))]},
            ],
            "generationConfig": {
                "maxOutputTokens": 50, "temperature": 1.5, "topP": 0.9, "seed": 7,
                "stopSequences": ["END"], "presencePenalty": 0.5,
                "responseMimeType": "application/json", "responseJsonSchema": {"type": "object"},
            },
            "tools": [{"functionDeclarations": [
                {"name": "f", "parametersJsonSchema": {"type": "object"}}]}],
            "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        })
    );
    let whole = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
    assert!(
        testing::ask(FORMAT, "https://api.example", &whole)
            .unwrap()
            .url
            .ends_with("/models/upstream:generateContent")
    );
}

#[test]
fn what_gemini_cannot_do_is_named() {
    let asked = |field: &str, value: Value| testing::ask_with(FORMAT, field, value);
    let message = |message: Value| asked("messages", json!([message]));
    let image = json!({"type": "image_url", "image_url": {"url": "https://example.com/a.png"}});
    for (field, outcome) in [
        ("n", asked("n", json!(2))),
        ("logprobs", asked("logprobs", json!(true))),
        ("logit_bias", asked("logit_bias", json!({"1": 1}))),
        ("tools[0].type", asked("tools", json!([{"type": "custom", "custom": {"name": "c"}}]))),
        (
            "messages[0].content[0].image_url.url",
            message(json!({"role": "user", "content": [image]})),
        ),
        (
            "messages[0].tool_call_id",
            message(json!({"role": "tool", "tool_call_id": "nobody", "content": "42"})),
        ),
    ] {
        assert_eq!(outcome.err().map(|error| error.field).as_deref(), Some(field));
    }
}

#[test]
fn sound_and_images_are_told_apart() {
    let body = json!({
        "candidates": [{"content": {"parts": [{"text": "x"}]}, "finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": 300, "candidatesTokenCount": 20, "thoughtsTokenCount": 5,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 10}, {"modality": "IMAGE", "tokenCount": 258},
                {"modality": "AUDIO", "tokenCount": 32}, {"modality": "VIDEO"}],
            "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 15}],
        },
    });
    let completion = FORMAT.codec().completion(body.to_string().as_bytes(), 0).unwrap();
    let expected = crate::Usage {
        input_tokens: 300,
        audio_input_tokens: 32,
        image_input_tokens: 258,
        output_tokens: 25,
        reasoning_tokens: 5,
        audio_output_tokens: 15,
        ..crate::Usage::default()
    };
    assert_eq!(completion.usage, Some(expected));
}
