use super::*;
use crate::{
    Completion, Event, Expect, Format, Usage,
    inbound::tests::{ASKED, ERROR, TARGET, check, chunk, events, parse, streamed, upstream},
    testing,
};
use serde_json::Value;

const DIALECT: Dialect = Dialect::AnthropicMessages;

fn minimal() -> Value {
    json!({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]})
}

fn with(field: &str, value: Value) -> Value {
    let mut body = minimal();
    body[field] = value;
    body
}

/// What a chat is asked for a body.
fn asked(body: &Value) -> Value {
    upstream(&parse(DIALECT, body).unwrap(), Format::OpenaiChat).unwrap()
}

#[test]
fn chunks_of_a_chat_are_events_of_a_message() {
    let request = parse(DIALECT, &minimal()).unwrap();
    check(include_str!("../../../vectors/messages_in.json"), &request);
}

/// As a coding agent writes it.
fn full() -> Value {
    json!({
        "model": "m", "max_tokens": 50, "stream": true, "temperature": 1, "top_p": 0.9,
        "stop_sequences": ["END"], "metadata": {"user_id": "mia"}, "service_tier": "auto",
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": {"type": "object"}}},
        "context_management": {"edits": []},
        "system": [
            {"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": "Be kind."}],
        "tools": [
            {"name": "f", "description": "F.", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral"}},
            {"type": "custom", "name": "g", "strict": true, "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": true},
        "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}},
                {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
                {"type": "document", "title": "T", "source": {"type": "text", "media_type": "text/plain", "data": "D"}},
                {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "BB=="}}]},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "Sig"},
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
                {"type": "tool_use", "id": "b__thought__YQ", "name": "g", "input": {}}]},
            {"role": "user", "content": [
                {"type": "text", "text": "Go on."},
                {"type": "tool_result", "tool_use_id": "a", "content": "42"},
                {"type": "tool_result", "tool_use_id": "b__thought__YQ", "is_error": true, "content": [
                    {"type": "text", "text": "No."},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "CC=="}}]}]},
        ],
    })
}

#[test]
fn a_full_request_is_said_as_a_chat() {
    let image = |url: &str| json!({"type": "image_url", "image_url": {"url": url}});
    let text = |text: &str| json!({"type": "text", "text": text});
    let expected = json!({
        "model": "upstream", "max_completion_tokens": 50, "stream": true,
        "stream_options": {"include_usage": true},
        "temperature": 1.0, "top_p": 0.9, "stop": ["END"], "user": "mia",
        "response_format": {"type": "json_schema", "json_schema": {
            "name": "answer", "schema": {"type": "object"}, "strict": true}},
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "F.", "parameters": {"type": "object"}}},
            {"type": "function", "function": {"name": "g", "strict": true, "parameters": {"type": "object"}}}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "parallel_tool_calls": false,
        "messages": [
            {"role": "system", "content": "Be brief.\nBe kind."},
            {"role": "user", "content": [
                text("What is this?"), image("data:image/png;base64,AA=="),
                image("https://example.com/a.png"), text("T"), text("D"),
                {"type": "file", "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,BB=="}}]},
            {"role": "assistant", "content": "I look.", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}},
                {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{}"},
                    "extra_content": {"google": {"thought_signature": "YQ=="}}}]},
            {"role": "tool", "tool_call_id": "a", "content": "42"},
            {"role": "tool", "tool_call_id": "b", "content": "The tool failed:\nNo.\nWhat the tool returned follows."},
            {"role": "user", "content": [image("data:image/png;base64,CC=="), text("Go on.")]},
        ],
    });
    let found = asked(&full());
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&found[name], value, "{name}");
    }
    assert_eq!(found.as_object().unwrap().len(), expected.as_object().unwrap().len());
}

#[test]
fn what_has_no_effect_is_left_out() {
    // Names of people that are longer than OpenAI takes, and choices without tools.
    let long = asked(&with("metadata", json!({"user_id": "x".repeat(65)})));
    assert_eq!(long.get("user"), None);
    let choice = asked(&with("tool_choice", json!({"type": "auto"})));
    assert_eq!(choice.get("tool_choice"), None);
    assert_eq!(asked(&with("top_k", json!(5)))["top_k"], 5);
}

#[test]
fn errors_name_the_field_as_the_client_wrote_it() {
    let said = |content: Value| with("messages", json!([{"role": "user", "content": content}]));
    let file = json!({"type": "file", "file_id": "f"});
    for (field, body) in [
        ("model", with("model", json!(7))),
        ("max_tokens", with("max_tokens", Value::Null)),
        ("max_tokens", with("max_tokens", json!(0))),
        ("temperature", with("temperature", json!(1.5))),
        ("messages", with("messages", json!([]))),
        ("messages[0].role", with("messages", json!([{"role": "tool", "content": ""}]))),
        ("messages[0].content", said(json!(7))),
        ("messages[0].content[0].type", said(json!([{}]))),
        ("messages[0].content[0].text", said(json!([{"type": "text"}]))),
        ("messages[0].content[0].source", said(json!([{"type": "image"}]))),
        ("messages[0].content[0].source.file_id", said(json!([{"type": "image", "source": file}]))),
        (
            "messages[0].content",
            said(json!([{"type": "tool_use", "id": "a", "name": "f", "input": {}}])),
        ),
        ("tools[0].input_schema", with("tools", json!([{"name": "f"}]))),
        ("tool_choice.type", {
            let mut body = with("tools", json!([{"name": "f", "input_schema": {}}]));
            body["tool_choice"] = json!({"type": "x"});
            body
        }),
        ("stop_sequences", with("stop_sequences", json!("x"))),
        (
            "output_config.format.schema",
            with("output_config", json!({"format": {"type": "json_schema"}})),
        ),
        ("container", with("container", json!("c"))),
        ("thread", with("thread", json!({"type": "create"}))),
        ("thread", with("thread", json!({"type": "continue", "previous_message_id": "msg_1"}))),
        ("system", with("system", json!(7))),
    ] {
        assert_eq!(parse(DIALECT, &body).unwrap_err().field, field);
    }
}

#[test]
fn what_only_anthropic_can_do_is_only_asked_of_it() {
    let said = |block: Value| with("messages", json!([{"role": "user", "content": [block]}]));
    for (field, body) in [
        (
            "tools[0].type",
            with("tools", json!([{"type": "web_search_20250305", "name": "web_search"}])),
        ),
        ("messages[0].content[0].type", said(json!({"type": "server_tool_use", "id": "s"}))),
        (
            "messages[0].content[0].source.type",
            said(
                json!({"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}),
            ),
        ),
        ("mcp_servers", with("mcp_servers", json!([]))),
        ("stop_sequences", with("stop_sequences", json!(["a", "b", "c", "d", "e"]))),
    ] {
        let request = parse(DIALECT, &body).unwrap();
        assert_eq!(upstream(&request, Format::OpenaiChat).unwrap_err().field, field);
        let mut native = body.clone();
        native["model"] = json!("upstream");
        assert_eq!(upstream(&request, Format::Anthropic).unwrap(), native);
        assert!(request.summary().prompt.tokens(crate::Tokenizer::Generic, 0) > 5);
    }
    // What another format cannot do is named in the client's words, too.
    let mut body = full();
    body["tool_choice"] = json!({"type": "auto", "disable_parallel_tool_use": true});
    let request = parse(DIALECT, &body).unwrap();
    assert_eq!(upstream(&request, Format::Gemini).unwrap_err().field, "messages[0]");
    body["messages"] = json!([{"role": "user", "content": "hi"}]);
    let request = parse(DIALECT, &body).unwrap();
    let error = upstream(&request, Format::Gemini).unwrap_err();
    assert_eq!(error.field, "tool_choice.disable_parallel_tool_use");
}

#[test]
fn a_body_passes_to_anthropic_as_it_was_written() {
    let body = r#"{"zebra": {"b": 1.50, "a": [ ]}, "model":"m","max_tokens":9, "messages":[
        {"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":"Sig"}]}]}"#;
    let request = DIALECT.parse(body.as_bytes()).unwrap_err();
    assert_eq!(request.field, "messages", "a conversation in which nobody says anything");
    let body = body.replace("[{\"type\"", "[{\"type\":\"text\",\"text\":\"x\"},{\"type\"");
    let request = DIALECT.parse(body.as_bytes()).unwrap().with_betas(Some("b-1, b-2"));
    assert!(request.is_native(Format::Anthropic) && !request.is_native(Format::Gemini));
    let sent = request.upstream(Format::Anthropic, &TARGET).unwrap();
    assert!(sent.headers.contains(&("anthropic-beta", "b-1, b-2".to_owned())));
    let text = String::from_utf8(sent.body).unwrap();
    let conversation = body.split_once("\"messages\":").unwrap().1;
    let expected = "{\"zebra\":{\"b\": 1.50, \"a\": [ ]},\"model\":\"upstream\",\"max_tokens\":9,\"messages\":";
    assert_eq!(text, format!("{expected}{conversation}"));
    let odd = DIALECT.parse(body.as_bytes()).unwrap().with_betas(Some("a\r\nx: y"));
    let sent = odd.upstream(Format::Anthropic, &TARGET).unwrap();
    assert!(sent.headers.iter().all(|(name, _)| *name != "anthropic-beta"));

    // Thoughts that nobody signed are not Anthropic's.
    let unsigned = text_of(&body.replace("Sig", ""));
    assert!(!unsigned.contains("thinking") && unsigned.contains("\"x\""));
}

fn text_of(body: &str) -> String {
    let request = DIALECT.parse(body.as_bytes()).unwrap();
    let sent = request.upstream(Format::Anthropic, &TARGET).unwrap();
    String::from_utf8(sent.body).unwrap()
}

#[test]
fn a_whole_answer_is_a_message() {
    let request = parse(DIALECT, &minimal()).unwrap();
    let whole = |message: Value, finish: &str| -> Value {
        let choice = json!({"index": 0, "message": message, "finish_reason": finish});
        let json = json!({ "choices": [choice] }).to_string().into_bytes();
        let usage =
            Usage { input_tokens: 9, cached_input_tokens: 4, output_tokens: 2, ..Usage::default() };
        let completion = Completion { json, text: String::new(), usage: Some(usage) };
        serde_json::from_slice(&request.writer(&ASKED).whole(completion)).unwrap()
    };
    let call = |arguments: &str| json!({"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}});
    let said = json!({
        "role": "assistant", "content": "I look.", "refusal": null, "reasoning_content": "Hm.",
        "tool_calls": [call("{\"x\":1}"), call(""), call("{\"x\":")],
    });
    let used = |input: Value| json!({"type": "tool_use", "id": "c", "name": "f", "input": input});
    let expected = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m",
        "stop_reason": "tool_use", "stop_sequence": null,
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": ""},
            {"type": "text", "text": "I look."},
            used(json!({"x": 1})), used(json!({})), used(json!({"INVALID_JSON": "{\"x\":"}))],
        "usage": {
            "input_tokens": 5, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 0,
            "output_tokens": 2},
    });
    assert_eq!(whole(said, "tool_calls"), expected);
    let reason = |finish: &str| whole(json!({"content": "x"}), finish)["stop_reason"].clone();
    assert_eq!(
        ["stop", "length", "content_filter"].map(reason),
        ["end_turn", "max_tokens", "refusal"]
    );
}

#[test]
fn a_stream_that_fails_does_not_end_as_if_it_were_whole() {
    let request = parse(DIALECT, &minimal()).unwrap();
    let (mut writer, mut out) = (request.writer(&ASKED), Vec::new());
    writer.chunk(&chunk(&json!({"index": 0, "delta": {"content": "x"}})), &mut out);
    writer.keep_alive(&mut out);
    writer.failed(&ERROR, &mut out);
    let kinds = events(&out).into_iter().map(|event| event["type"].clone()).collect::<Vec<_>>();
    let expected = ["message_start", "content_block_start", "content_block_delta", "ping", "error"];
    assert_eq!(kinds, expected);
}

/// What a client makes of a stream: its blocks, and why it ended.
fn made_of(stream: &[u8]) -> (Vec<Value>, Value) {
    let (mut blocks, mut stop) = (Vec::<(Value, String)>::new(), Value::Null);
    for event in events(stream) {
        match event["type"].as_str().unwrap() {
            "content_block_start" => blocks.push((event["content_block"].clone(), String::new())),
            "content_block_delta" => {
                let (_, said) = &mut blocks[event["index"].as_u64().unwrap() as usize];
                for name in ["text", "thinking", "partial_json"] {
                    said.push_str(event["delta"][name].as_str().unwrap_or_default());
                }
            }
            "message_delta" => stop = event["delta"]["stop_reason"].clone(),
            _ => {}
        }
    }
    let blocks = blocks.into_iter().filter(|(_, said)| !said.is_empty());
    let block = |(block, said): (Value, String)| json!([block["type"], block["name"], said]);
    (blocks.map(block).collect(), stop)
}

#[test]
fn a_message_that_goes_through_a_chat_says_the_same() {
    let request = parse(DIALECT, &with("stream", json!(true))).unwrap();
    let mut compared = 0;
    for vector in testing::vectors(include_str!("../../../vectors/anthropic.json")) {
        let stream = vector.stream.concat();
        // A chat has no word for the tools that a provider runs by itself; and some streams are too
        // short to begin a block.
        if stream.contains("server_tool_use") || !stream.contains("content_block_start") {
            continue;
        }
        compared += 1;
        let written = |format: Format, native: bool| {
            let asked = crate::Asked { format, ..ASKED };
            let (mut writer, mut out) = (request.writer(&asked), Vec::new());
            let mut decoder = Format::Anthropic.decoder(Expect { native, ..Expect::default() });
            let mut read = Vec::new();
            decoder.push(stream.as_bytes(), &mut read);
            decoder.finish(&mut read);
            for event in read {
                match event {
                    Event::Chunk(chunk) => writer.chunk(&chunk, &mut out),
                    Event::Usage(usage) => writer.usage(usage),
                    Event::KeepAlive => writer.keep_alive(&mut out),
                    Event::Done => writer.done(&mut out),
                    Event::Failed(_) => writer.failed(&ERROR, &mut out),
                }
            }
            out
        };
        let native = written(Format::Anthropic, true);
        let through = written(Format::OpenaiChat, false);
        assert_eq!(made_of(&through), made_of(&native), "{}", vector.about);
        let last = |stream: &[u8]| events(stream).last().map(|event| event["type"].clone());
        assert_eq!(last(&through), last(&native), "{}", vector.about);
    }
    assert!(compared > 1, "{compared}");
}

#[test]
fn an_end_that_the_provider_forgot_is_said() {
    let mut decoder = Format::Anthropic.decoder(Expect { native: true, ..Expect::default() });
    let mut read = Vec::new();
    let start = "data: {\"type\":\"message_start\",\"message\":{\"id\":\"i\",\"model\":\"m\"}}\n\n";
    let delta = "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n";
    decoder.push(format!("{start}{delta}").as_bytes(), &mut read);
    decoder.finish(&mut read);
    let chunks = read.iter().filter_map(|event| match event {
        Event::Chunk(chunk) => Some(String::from_utf8_lossy(&chunk.json).into_owned()),
        _ => None,
    });
    let expected = format!(
        "event: message_start\n{start}event: message_delta\n{delta}event: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n"
    );
    assert_eq!(chunks.collect::<String>(), expected);
    assert_eq!(read.last(), Some(&Event::Done));
}

#[test]
fn tokens_are_counted_without_a_limit() {
    let mut body = minimal();
    body["max_tokens"] = Value::Null;
    let request = parse_count_tokens(body.to_string().as_bytes()).unwrap();
    let tokens = request.summary().prompt.tokens(crate::Tokenizer::Generic, 0);
    assert_eq!(write_count_tokens(tokens), format!("{{\"input_tokens\":{tokens}}}").into_bytes());
    assert!(tokens > 3);
    let choices = [json!({"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"})];
    assert!(!streamed(&request, &choices, None).is_empty());
}
