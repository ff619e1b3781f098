use super::*;
use crate::{
    Completion, Format, Usage,
    inbound::tests::{ASKED, ERROR, TARGET, check, chunk, events, streamed, upstream},
};
use serde_json::json;

const DIALECT: Dialect = Dialect::OpenaiResponses;

fn read(body: &Value) -> Result<ChatRequest, FieldError> {
    DIALECT.parse(body.to_string().as_bytes())
}

fn with(field: &str, value: Value) -> Value {
    let mut body = json!({"model": "m", "input": "hi"});
    body[field] = value;
    body
}

/// What a chat is asked for a body.
fn asked(body: &Value) -> Value {
    upstream(&read(body).unwrap(), Format::OpenaiChat).unwrap()
}

#[test]
fn chunks_of_a_chat_are_events_of_a_response() {
    let request = read(&json!({"model": "m", "input": "hi"})).unwrap();
    check(include_str!("../../../vectors/responses_in.json"), &request);
}

fn full() -> Value {
    json!({
        "model": "m", "instructions": "Be brief.", "stream": true, "max_output_tokens": 50,
        "temperature": 0.5, "top_p": 0.9, "parallel_tool_calls": false, "store": true,
        "metadata": {"k": "v"}, "include": ["reasoning.encrypted_content"], "user": "mia",
        "reasoning": {"effort": "low", "summary": "auto"}, "truncation": "disabled",
        "text": {"verbosity": "medium", "format": {
            "type": "json_schema", "name": "x", "strict": true, "schema": {"type": "object"}}},
        "tools": [{"type": "function", "name": "f", "description": "F.", "strict": true, "parameters": {"type": "object"}}],
        "tool_choice": {"type": "function", "name": "f"},
        "input": [
            {"role": "developer", "content": "Be kind."},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "What is this?"},
                {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,BB=="}]},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [
                {"type": "output_text", "text": "I look.", "annotations": []}]},
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{\"x\":1}"},
            {"type": "function_call", "call_id": "b__thought__YQ", "name": "f", "arguments": ""},
            {"type": "function_call_output", "call_id": "a", "output": "42"},
            {"type": "function_call_output", "call_id": "b__thought__YQ", "output": [
                {"type": "input_image", "image_url": "https://example.com/a.png"}]},
            {"role": "user", "content": "Go on."},
        ],
    })
}

#[test]
fn a_full_request_is_said_as_a_chat() {
    let function = |arguments: &str| json!({"name": "f", "arguments": arguments});
    let expected = json!({
        "model": "upstream", "max_completion_tokens": 50, "stream": true,
        "stream_options": {"include_usage": true}, "user": "mia",
        "temperature": 0.5, "top_p": 0.9, "parallel_tool_calls": false,
        "reasoning_effort": "low",
        "response_format": {"type": "json_schema", "json_schema": {
            "name": "x", "strict": true, "schema": {"type": "object"}}},
        "tools": [{"type": "function", "function": {
            "name": "f", "description": "F.", "strict": true, "parameters": {"type": "object"}}}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}},
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,BB=="}}]},
            {"role": "assistant", "content": "I look.", "tool_calls": [
                {"id": "a", "type": "function", "function": function("{\"x\":1}")},
                {"id": "b", "type": "function", "function": function(""),
                    "extra_content": {"google": {"thought_signature": "YQ=="}}}]},
            {"role": "tool", "tool_call_id": "a", "content": "42"},
            {"role": "tool", "tool_call_id": "b", "content": "What the tool returned follows."},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
            {"role": "user", "content": "Go on."},
        ],
    });
    let found = asked(&full());
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&found[name], value, "{name}");
    }
    assert_eq!(found.as_object().unwrap().len(), expected.as_object().unwrap().len());
    let limit = read(&full()).unwrap().output_limit().unwrap();
    assert_eq!((limit.tokens, limit.field), (50, "max_output_tokens"));
}

#[test]
fn errors_name_the_field_as_the_client_wrote_it() {
    let item = |item: Value| with("input", json!([item]));
    for (field, body) in [
        ("input", with("input", Value::Null)),
        ("input", with("input", json!([]))),
        ("input[0].role", item(json!({"content": "x"}))),
        (
            "input[0].content[0].text",
            item(json!({"role": "user", "content": [{"type": "input_text"}]})),
        ),
        (
            "input[0].content[0].file_id",
            item(json!({"role": "user", "content": [{"type": "input_image", "file_id": "f"}]})),
        ),
        ("input[0].call_id", item(json!({"type": "function_call", "name": "f"}))),
        ("input[0].output", item(json!({"type": "function_call_output", "call_id": "a"}))),
        ("input[0].id", item(json!({"type": "item_reference", "id": "msg_1"}))),
        ("previous_response_id", with("previous_response_id", json!("resp_1"))),
        ("conversation", with("conversation", json!("conv_1"))),
        ("prompt", with("prompt", json!({"id": "p"}))),
        ("background", with("background", json!(true))),
        ("tools[0].name", with("tools", json!([{"type": "function"}]))),
        ("tools[0].vector_store_ids", with("tools", json!([{"type": "file_search"}]))),
        (
            "tools[0].container",
            with("tools", json!([{"type": "code_interpreter", "container": "c"}])),
        ),
        (
            "text.format.schema",
            with("text", json!({"format": {"type": "json_schema", "name": "x"}})),
        ),
        ("max_output_tokens", with("max_output_tokens", json!(-1))),
        ("temperature", with("temperature", json!(3))),
    ] {
        assert_eq!(read(&body).unwrap_err().field, field);
    }
    assert!(read(&with("background", json!(false))).is_ok());
    for (field, body) in [
        ("tools[0].type", with("tools", json!([{"type": "web_search"}]))),
        ("input[0].type", item(json!({"type": "web_search_call", "id": "ws_1"}))),
        ("max_tool_calls", with("max_tool_calls", json!(3))),
        ("reasoning.context", with("reasoning", json!({"context": "x"}))),
    ] {
        let request = read(&body).unwrap();
        assert_eq!(upstream(&request, Format::OpenaiChat).unwrap_err().field, field);
    }
    // What another format cannot do is named in the client's words, too.
    let request = read(&with("reasoning", json!({"effort": "low"}))).unwrap();
    assert_eq!(upstream(&request, Format::Gemini).unwrap_err().field, "reasoning.effort");
}

#[test]
fn a_body_for_the_same_api_is_not_stored_and_has_a_limit() {
    let body = r#"{"store":true,"model":"m","zebra":{"b":1, "a":2},"input":[
        {"role":"user","content":"hi"},{"type":"reasoning","id":"rs_1","summary":[]},
        {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"E"}]}"#;
    let request = DIALECT.parse(body.as_bytes()).unwrap();
    let native = request.native_body(DIALECT, &TARGET).unwrap();
    let text = String::from_utf8(native).unwrap();
    assert!(text.starts_with(r#"{"store":false,"model":"upstream","zebra":{"b":1, "a":2},"#));
    assert!(text.ends_with(r#""max_output_tokens":99}"#));
    assert!(text.contains("rs_2") && !text.contains("rs_1"));
    assert_eq!(request.native_body(Dialect::AnthropicMessages, &TARGET), None);
}

#[test]
fn a_whole_answer_is_a_response_that_repeats_what_was_asked() {
    let request = read(&full()).unwrap();
    let choice = json!({"index": 0, "finish_reason": "tool_calls", "message": {
        "role": "assistant", "content": "I look.", "reasoning_content": "Hm.",
        "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
    }});
    let json = json!({ "choices": [choice] }).to_string().into_bytes();
    let usage = Usage {
        input_tokens: 9,
        cached_input_tokens: 4,
        output_tokens: 2,
        reasoning_tokens: 1,
        ..Usage::default()
    };
    let completion = Completion { json, text: String::new(), usage: Some(usage) };
    let whole: Value = serde_json::from_slice(&request.writer(&ASKED).whole(completion)).unwrap();
    for name in [
        "instructions",
        "tools",
        "tool_choice",
        "text",
        "reasoning",
        "metadata",
        "max_output_tokens",
        "user",
    ] {
        assert_eq!(whole[name], full()[name], "{name}");
    }
    assert_eq!(
        (&whole["id"], &whole["object"], &whole["store"]),
        (&json!("resp_1"), &json!("response"), &json!(false))
    );
    assert_eq!((&whole["status"], &whole["model"]), (&json!("completed"), &json!("m")));
    let kinds = whole["output"].as_array().unwrap().iter().map(|item| item["type"].clone());
    assert_eq!(kinds.collect::<Vec<_>>(), ["reasoning", "message", "function_call"]);
    assert_eq!(whole["output"][2]["arguments"], "{}");
    assert_eq!(
        whole["usage"],
        json!({
            "input_tokens": 9, "output_tokens": 2, "total_tokens": 11,
            "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 1},
        })
    );
    // The stream ends with the same.
    let choices = [json!({"index": 0, "delta": choice["message"], "finish_reason": "tool_calls"})];
    let last = events(&streamed(&request, &choices, Some(usage))).pop().unwrap();
    assert_eq!(last["response"], whole);
}

#[test]
fn a_stream_that_fails_does_not_end_as_if_it_were_whole() {
    let request = read(&with("stream", json!(true))).unwrap();
    let (mut writer, mut out) = (request.writer(&ASKED), Vec::new());
    writer.chunk(&chunk(&json!({"index": 0, "delta": {"content": "x"}})), &mut out);
    writer.keep_alive(&mut out);
    writer.failed(&ERROR, &mut out);
    let events = events(&out);
    let [.., error, failed] = events.as_slice() else { panic!("too few") };
    let expected = json!({
        "type": "error", "code": "provider_broke_off", "message": "Again.", "param": null,
        "sequence_number": 5,
    });
    assert_eq!(error, &expected);
    assert_eq!(
        (&failed["type"], &failed["sequence_number"]),
        (&json!("response.failed"), &json!(6))
    );
    assert_eq!(failed["response"]["error"], json!({"code": "server_error", "message": "Again."}));
    assert_eq!(failed["response"]["status"], "failed");
    assert_eq!(failed["response"]["output"][0]["status"], "incomplete");
}
