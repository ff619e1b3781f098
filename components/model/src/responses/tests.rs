use super::*;
use crate::{
    FailureKind, Format,
    testing::{self, CREATED_S},
};
use serde_json::{Value, json};

const FORMAT: Format = Format::OpenaiResponses;

fn vectors() -> Vec<testing::Vector> {
    testing::vectors(include_str!("../../vectors/responses.json"))
}

#[test]
fn streams_are_read_as_openai_means_them_however_they_are_cut() {
    testing::check(FORMAT, &vectors());
}

/// The chunks that a client gets of a vector.
fn chunks(vector: usize) -> Vec<Value> {
    testing::chunks(FORMAT, &vectors()[vector], true)
}

#[test]
fn a_stream_comes_out_in_openais_older_words() {
    let deltas: Vec<_> =
        chunks(1).iter().map(|chunk| chunk["choices"][0]["delta"].clone()).collect();
    let begin = |index: u32, name: &str, arguments: &str| {
        json!({"tool_calls": [{"index": index, "id": format!("call_{index}"), "type": "function",
            "function": {"name": name, "arguments": arguments}}]})
    };
    let go_on = |index: u32, arguments: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]});
    let expected = [
        json!({"role": "assistant", "content": ""}),
        json!({"reasoning_content": "Hm."}),
        json!({"reasoning_content": " Well."}),
        begin(0, "weather", ""),
        go_on(0, "{\"in\":"),
        go_on(0, "\"Rom\"}"),
        begin(1, "time", ""),
        go_on(1, "{}"),
        begin(2, "date", "{\"of\":1}"),
        json!({}),
        Value::Null,
    ];
    assert_eq!(deltas, expected);
    let last = chunks(0).pop().unwrap();
    assert_eq!(
        last,
        json!({
            "id": "resp_1", "object": "chat.completion.chunk", "created": 1_741_476_777,
            "model": "gpt-5.1-2025-11-13", "choices": [],
            "usage": {
                "prompt_tokens": 36, "completion_tokens": 87, "total_tokens": 123,
                "prompt_tokens_details": {"cached_tokens": 4},
                "completion_tokens_details": {"reasoning_tokens": 64},
            },
        })
    );
    let finish = |vector: usize| {
        let chunks = chunks(vector);
        let reasons = chunks.iter().map(|chunk| chunk["choices"][0]["finish_reason"].clone());
        reasons.filter(|reason| !reason.is_null()).collect::<Vec<_>>()
    };
    for (vector, reason) in
        [(0, "stop"), (1, "tool_calls"), (2, "stop"), (3, "length"), (4, "content_filter")]
    {
        assert_eq!(finish(vector), [reason]);
    }
    assert_eq!(chunks(2)[1]["choices"][0]["delta"], json!({"refusal": "No."}));
}

#[test]
fn a_whole_answer_comes_out_in_openais_older_words() {
    let response = json!({
        "id": "resp_1", "object": "response", "created_at": 1_741_476_777, "status": "completed",
        "error": null, "incomplete_details": null, "model": "gpt-5.1",
        "output": [
            {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "Hm."}]},
            {"type": "message", "id": "msg", "role": "assistant", "content": [
                {"type": "output_text", "text": "I look.", "annotations": []}]},
            {"type": "web_search_call", "id": "ws"},
            {"type": "function_call", "id": "fc", "call_id": "c1", "name": "weather",
                "arguments": "{\"in\":\"Rom\"}"},
        ],
        "usage": {"input_tokens": 10, "input_tokens_details": {"cached_tokens": 3},
            "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 2}},
    });
    let read = |body: &Value| Responses.completion(body.to_string().as_bytes(), CREATED_S);
    let completion = read(&response).unwrap();
    let json: Value = serde_json::from_slice(&completion.json).unwrap();
    assert_eq!((&json["id"], &json["created"]), (&json!("resp_1"), &json!(1_741_476_777)));
    assert_eq!(
        json["choices"][0],
        json!({
            "index": 0, "finish_reason": "tool_calls", "logprobs": null,
            "message": {
                "role": "assistant", "content": "I look.", "refusal": null,
                "reasoning_content": "Hm.",
                "tool_calls": [{"id": "c1", "type": "function",
                    "function": {"name": "weather", "arguments": "{\"in\":\"Rom\"}"}}],
            },
        })
    );
    let usage = completion.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.cached_input_tokens), (10, 3));
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (7, 2));

    let mut refused = response.clone();
    refused["output"] =
        json!([{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}]);
    let json: Value = serde_json::from_slice(&read(&refused).unwrap().json).unwrap();
    let message = &json["choices"][0]["message"];
    assert_eq!((&message["content"], &message["refusal"]), (&Value::Null, &json!("No.")));

    let mut failed = response.clone();
    failed["error"] = json!({"code": "rate_limit_exceeded", "message": "Slow down"});
    let mut unfinished = response;
    unfinished["status"] = json!("in_progress");
    for (body, kind) in [
        (json!("nonsense"), FailureKind::Malformed),
        (json!({}), FailureKind::Malformed),
        (unfinished, FailureKind::Malformed),
        (failed, FailureKind::RateLimited),
    ] {
        assert_eq!(read(&body).unwrap_err().kind, kind, "{body}");
    }
    let failure = Responses.failure(429, br#"{"error":{"message":"Slow down"}}"#);
    assert_eq!(failure, Failure::new(FailureKind::RateLimited, "429: Slow down"));
}

#[test]
fn a_full_request_is_said_in_the_words_of_responses() {
    let request = json!({
        "model": "m", "stream": true, "max_completion_tokens": 50, "temperature": 0.5, "top_p": 0.9,
        "user": "mia", "store": true, "reasoning_effort": "high", "verbosity": "low",
        "parallel_tool_calls": false, "metadata": {"a": "b"},
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_schema", "json_schema":
            {"name": "x", "strict": true, "schema": {"type": "object"}}},
        "tools": [{"type": "function", "function": {"name": "f", "description": "does"}}],
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}},
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA=="}}]},
            {"role": "assistant", "content": "I look.", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\": 1}"}}]},
            {"role": "tool", "tool_call_id": "a", "content": "42"},
        ],
    });
    let asked = testing::ask(FORMAT, "https://api.openai.com/v1", &request).unwrap();
    assert_eq!(asked.url, "https://api.openai.com/v1/responses");
    assert!(asked.headers.contains(&("authorization", "Bearer key".to_owned())));
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let told = |text: &str| json!([{"type": "input_text", "text": text}]);
    assert_eq!(
        body,
        json!({
            "model": "upstream", "store": false, "stream": true, "max_output_tokens": 50,
            "temperature": 0.5, "top_p": 0.9, "user": "mia", "metadata": {"a": "b"},
            "reasoning": {"effort": "high"}, "parallel_tool_calls": false,
            "text": {"verbosity": "low", "format":
                {"type": "json_schema", "name": "x", "strict": true, "schema": {"type": "object"}}},
            "tools": [{"type": "function", "name": "f", "description": "does", "strict": false,
                "parameters": {"type": "object", "properties": {}}}],
            "tool_choice": {"type": "function", "name": "f"},
            "input": [
                {"type": "message", "role": "system", "content": told("Be brief.")},
                {"type": "message", "role": "user", "content": [
                    {"type": "input_text", "text": "What is this?"},
                    {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"},
                    {"type": "input_file", "filename": "a.pdf",
                        "file_data": "data:application/pdf;base64,AA=="}]},
                {"type": "message", "role": "assistant", "content": [
                    {"type": "output_text", "text": "I look.", "annotations": []}]},
                {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{\"x\": 1}"},
                {"type": "function_call_output", "call_id": "a", "output": told("42")},
            ],
        })
    );
}

#[test]
fn what_responses_cannot_do_is_named() {
    let asked = |field: &str, value: Value| testing::ask_with(FORMAT, field, value);
    for (field, outcome) in [
        ("n", asked("n", json!(2))),
        ("seed", asked("seed", json!(7))),
        ("stop", asked("stop", json!("END"))),
        ("logprobs", asked("logprobs", json!(true))),
        ("frequency_penalty", asked("frequency_penalty", json!(0.5))),
        ("tools[0].type", asked("tools", json!([{"type": "custom", "custom": {"name": "c"}}]))),
        (
            "messages[0].content[0].type",
            asked(
                "messages",
                json!([{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]),
            ),
        ),
    ] {
        assert_eq!(outcome.err().map(|error| error.field).as_deref(), Some(field));
    }
    assert!(asked("stop", json!([])).is_ok());
}
