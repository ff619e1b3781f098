use super::*;
use crate::{
    Event, OutputLimitField,
    sse::{Item, Parser, TooLong},
    testing::{self, CREATED_S},
};
use serde_json::{Value, json};

pub const ASKED: Asked<'static> = Asked {
    format: Format::OpenaiChat,
    id: "1",
    created_s: CREATED_S,
    prompt_tokens: 7,
    tokenizer: crate::Tokenizer::Generic,
};

/// The chunks of a chat, and the events that a dialect says them in.
#[derive(Deserialize)]
struct Vector {
    about: String,
    choices: Vec<Value>,
    usage: Option<[u64; 3]>,
    events: Vec<Value>,
}

/// The events of a stream, each of which must be called what it says it is.
pub fn events(stream: &[u8]) -> Vec<Value> {
    let mut events = Vec::new();
    let mut sink = |item: Item<'_>| {
        if let Item::Event { name, data } = item {
            let event: Value = serde_json::from_slice(data).unwrap();
            assert_eq!(event["type"], name);
            events.push(event);
        }
        Ok::<(), TooLong>(())
    };
    let mut parser = Parser::default();
    parser.push(stream, &mut sink).unwrap();
    assert!(stream.ends_with(b"\n\n"), "whole events");
    events
}

/// What the model writes in a choice.
fn text(choice: &Value) -> String {
    let delta = &choice["delta"];
    let words = ["content", "refusal", "reasoning_content"].map(|name| delta[name].as_str());
    words.into_iter().flatten().collect()
}

pub fn chunk(choice: &Value) -> Chunk {
    let json = json!({ "id": "c", "object": "chat.completion.chunk", "choices": [choice] });
    Chunk { json: json.to_string().into_bytes(), text: text(choice), is_output: true }
}

/// A stream of a vector's choices, in the words of the request's dialect.
pub fn streamed(request: &ChatRequest, choices: &[Value], usage: Option<Usage>) -> Vec<u8> {
    let (mut writer, mut out) = (request.writer(&ASKED), Vec::new());
    for choice in choices {
        writer.chunk(&chunk(choice), &mut out);
    }
    if let Some(usage) = usage {
        writer.usage(usage);
    }
    writer.done(&mut out);
    out
}

pub fn check(vectors: &str, request: &ChatRequest) {
    let vectors: Vec<Vector> = serde_json::from_str(vectors).unwrap();
    for Vector { about, choices, usage, events: expected } in vectors {
        let usage = usage.map(|[input_tokens, cached_input_tokens, output_tokens]| Usage {
            input_tokens,
            cached_input_tokens,
            output_tokens,
            ..Usage::default()
        });
        let mut found = events(&streamed(request, &choices, usage));
        // What a response repeats of its request is not the stream's to say.
        for event in &mut found {
            if let Some(response) = event.get_mut("response").and_then(Value::as_object_mut) {
                let told = ["status", "output", "usage", "incomplete_details", "error"];
                response.retain(|name, _| told.contains(&name.as_str()));
            }
        }
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{about}");
        }
        assert_eq!(found.len(), expected.len(), "{about}");
    }
}

pub fn parse(dialect: Dialect, body: &Value) -> Result<ChatRequest, FieldError> {
    dialect.parse(body.to_string().as_bytes())
}

pub const TARGET: Target<'static> = Target {
    aws: None,
    now: kernel::UnixMillis(0),
    base_url: "https://api.example/v1",
    api_key: Some("key"),
    model: "upstream",
    output_tokens_max: 99,
    output_limit_field: OutputLimitField::MaxCompletionTokens,
};

/// The body of the request to a provider.
pub fn upstream(request: &ChatRequest, format: Format) -> Result<Value, FieldError> {
    let asked = request.upstream(format, &TARGET)?;
    Ok(serde_json::from_slice(&asked.body).unwrap())
}

#[test]
fn a_chats_words_pass_as_they_are() {
    let body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
    let request = parse(Dialect::OpenaiChat, &body).unwrap();
    assert!(!request.is_native(Format::OpenaiChat));
    let (mut writer, mut out) = (request.writer(&ASKED), Vec::new());
    let json = b"{\"id\":  \"7\"}".to_vec();
    writer.chunk(&Chunk { json, text: String::new(), is_output: true }, &mut out);
    writer.keep_alive(&mut out);
    writer.usage(Usage::default());
    writer.done(&mut out);
    assert_eq!(out, b"data: {\"id\":  \"7\"}\n\n:\n\ndata: [DONE]\n\n");

    let mut out = Vec::new();
    writer.failed(&ERROR, &mut out);
    let expected = "event: error\ndata: {\"error\":{\"code\":\"provider_broke_off\",\"message\":\"Again.\",\"param\":null,\"type\":\"server_error\"}}\n\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

pub const ERROR: WrittenError<'static> =
    WrittenError { status: 503, code: "provider_broke_off", message: "Again.", field: None };

#[test]
fn errors_are_said_in_each_dialect() {
    let said = |dialect: Dialect, status: u16| -> Value {
        let field = Some("model");
        let error = WrittenError { status, field, ..ERROR };
        serde_json::from_slice(&dialect.error(&error)).unwrap()
    };
    let openai = json!({"error": {
        "code": "provider_broke_off", "message": "Again.", "param": "model",
        "type": "invalid_request_error",
    }});
    assert_eq!(said(Dialect::OpenaiChat, 422), openai);
    assert_eq!(said(Dialect::OpenaiResponses, 422), openai);
    for (status, kind) in [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (413, "request_too_large"),
        (422, "invalid_request_error"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (503, "overloaded_error"),
    ] {
        let expected = json!({"type": "error", "error": {"type": kind, "message": "Again."}});
        assert_eq!(said(Dialect::AnthropicMessages, status), expected);
    }
    let error = WrittenError { status: 422, field: Some("thread"), ..ERROR };
    let no_thread: Value =
        serde_json::from_slice(&Dialect::AnthropicMessages.error(&error)).unwrap();
    let details = json!({"error_code": "thread_unsupported_request", "unsupported": ["thread"]});
    assert_eq!(no_thread["error"]["details"], details);
}

/// A body of any shape, from a generator that is the same every time.
struct Anything(u64);

impl Anything {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn value(&mut self, depth: u32) -> Value {
        const WORDS: &[&str] = &[
            "",
            "text",
            "user",
            "assistant",
            "system",
            "tool_use",
            "tool_result",
            "image",
            "base64",
            "document",
            "thinking",
            "message",
            "function_call",
            "function_call_output",
            "reasoning",
            "input_text",
            "input_image",
            "input_file",
            "function",
            "auto",
            "tool",
            "json_schema",
            "data:image/png;base64,AA",
            "a__thought__b",
            "größe",
        ];
        const NAMES: &[&str] = &[
            "type",
            "role",
            "content",
            "text",
            "source",
            "id",
            "call_id",
            "tool_use_id",
            "name",
            "input",
            "output",
            "arguments",
            "data",
            "media_type",
            "image_url",
            "format",
            "schema",
            "file_id",
            "is_error",
            "input_schema",
            "parameters",
            "extra",
        ];
        match self.next(if depth == 0 { 5 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.next(2) == 0),
            2 => json!(self.next(9)),
            3 | 4 => json!(WORDS[self.next(WORDS.len() as u64) as usize]),
            5 | 6 => (0..self.next(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let fields = (0..self.next(6)).map(|_| {
                    let name = NAMES[self.next(NAMES.len() as u64) as usize];
                    (name.to_owned(), self.value(depth - 1))
                });
                Value::Object(fields.collect())
            }
        }
    }
}

#[test]
fn no_body_brings_a_dialect_down() {
    const FIELDS: &[&str] = &[
        "system",
        "messages",
        "input",
        "tools",
        "tool_choice",
        "metadata",
        "stop_sequences",
        "output_config",
        "text",
        "reasoning",
        "instructions",
        "temperature",
        "stream",
    ];
    let mut anything = Anything(0x9E37_79B9_7F4A_7C15);
    let mut read = 0;
    for _ in 0..8_000 {
        let mut body = json!({
            "model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}],
            "input": "hi",
        });
        for _ in 0..anything.next(3) {
            let field = FIELDS[anything.next(FIELDS.len() as u64) as usize];
            body[field] = anything.value(5);
        }
        for dialect in [Dialect::AnthropicMessages, Dialect::OpenaiResponses] {
            let Ok(request) = parse(dialect, &body) else { continue };
            read += 1;
            let _ = request.summary();
            for format in [Format::OpenaiChat, Format::Anthropic, Format::Gemini] {
                let _ = request.upstream(format, &TARGET);
            }
            let (mut writer, mut out) = (request.writer(&ASKED), Vec::new());
            writer.chunk(&chunk(&anything.value(5)), &mut out);
            writer.chunk(&chunk(&json!({ "delta": anything.value(4) })), &mut out);
            writer.done(&mut out);
        }
    }
    assert!(read > 2_000, "{read}");
    for body in ["", "{", "[1]", "7", "{\"model\": \"m\"} {", "\u{0}"] {
        for dialect in [Dialect::AnthropicMessages, Dialect::OpenaiResponses] {
            assert_eq!(dialect.parse(body.as_bytes()).unwrap_err().field, "", "{body}");
        }
    }
    let deep = format!("{{\"model\":{}", "[".repeat(100_000));
    assert!(Dialect::AnthropicMessages.parse(deep.as_bytes()).is_err());
}

#[test]
fn words_of_a_provider_pass_as_they_are_however_they_are_cut() {
    for vector in testing::vectors(include_str!("../../vectors/anthropic.json")) {
        let stream = vector.stream.concat();
        let read = |pieces: &[&[u8]]| {
            let expect = Expect { native: true, ..Expect::default() };
            let mut decoder = Format::Anthropic.decoder(expect);
            let mut events = Vec::new();
            pieces.iter().for_each(|piece| decoder.push(piece, &mut events));
            decoder.finish(&mut events);
            events
        };
        let whole = read(&[stream.as_bytes()]);
        for cut in 0..=stream.len() {
            let (start, end) = stream.as_bytes().split_at(cut);
            assert_eq!(read(&[start, end]), whole, "{}, at {cut}", vector.about);
        }
        // Text, usage and the end are those that are read otherwise.
        let plain = testing::decode(Format::Anthropic, &[stream.as_bytes()], false);
        let words = |events: &[Event]| -> String {
            let text = events.iter().filter_map(|event| match event {
                Event::Chunk(chunk) => Some(chunk.text.as_str()),
                _ => None,
            });
            text.collect()
        };
        let usages = |events: &[Event]| -> Vec<Event> {
            events.iter().filter(|event| matches!(event, Event::Usage(_))).cloned().collect()
        };
        assert_eq!(words(&whole), words(&plain), "{}", vector.about);
        assert_eq!(usages(&whole), usages(&plain), "{}", vector.about);
        assert_eq!(whole.last(), plain.last(), "{}", vector.about);
    }
}
