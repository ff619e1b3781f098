//! What clients send.

use bolero::check;
use fuzz::{Cuts, Damage, ITERATIONS};
use kernel::UnixMillis;
use model::{
    Asked, AwsCredentials, ChatRequest, Dialect, Expect, Format, OutputLimitField, Target,
    TextCount, Tokenizer,
};

fn credentials() -> AwsCredentials {
    AwsCredentials {
        access_key_id: "id".to_owned(),
        secret_access_key: "secret".to_owned(),
        session_token: None,
        region: "eu-central-1".to_owned(),
    }
}

fn target(aws: &AwsCredentials) -> Target<'_> {
    Target {
        base_url: "https://api.example",
        api_key: Some("key"),
        aws: Some(aws),
        now: UnixMillis(1_900_000_000_000),
        model: "upstream",
        output_tokens_max: 99,
        output_limit_field: OutputLimitField::MaxTokens,
    }
}

#[test]
fn chat_requests() {
    let seeds = fuzz::chat_requests();
    let aws = credentials();
    let target = target(&aws);
    check!().with_type::<Damage>().with_iterations(ITERATIONS).for_each(|damage| {
        let Ok(request) = ChatRequest::parse(&damage.of(&seeds)) else { return };
        let summary = request.summary();
        for tokenizer in Tokenizer::ALL {
            let tokens = summary.prompt.tokens(tokenizer, 1_000);
            assert!(tokenizer.hold(tokens) >= tokens);
        }
        for format in Format::ALL {
            // A refusal may name the empty field, where the client has sent one of that name.
            match format.codec().request(&request, &target) {
                Ok(asked) => assert!(asked.url.starts_with("https://api.example/"), "{format:?}"),
                Err(error) => assert!(!error.message.is_empty(), "{format:?}: {error}"),
            }
        }
    });
}

#[test]
fn any_bytes_as_chat_requests() {
    check!().with_iterations(ITERATIONS).for_each(|bytes: &[u8]| {
        for dialect in DIALECTS {
            let _ = dialect.parse(bytes);
        }
    });
}

const DIALECTS: [Dialect; 3] =
    [Dialect::OpenaiChat, Dialect::AnthropicMessages, Dialect::OpenaiResponses];

/// Requests of the other dialects, and the answers to them in their words.
#[test]
fn messages_and_responses() {
    let requests = [MESSAGE, RESPONSE].map(|text| text.as_bytes().to_vec()).to_vec();
    let streams = fuzz::streams();
    let aws = credentials();
    let target = target(&aws);
    check!().with_type::<(Damage, Damage)>().with_iterations(ITERATIONS).for_each(
        |(of_request, of_stream)| {
            let body = of_request.of(&requests);
            for dialect in [Dialect::AnthropicMessages, Dialect::OpenaiResponses] {
                let Ok(request) = dialect.parse(&body) else { continue };
                for format in Format::ALL {
                    let _ = request.upstream(*format, &target);
                }
                let (format, tokenizer) = (Format::OpenaiChat, Tokenizer::Generic);
                let asked = Asked { format, id: "1", created_s: 0, prompt_tokens: 1, tokenizer };
                let mut writer = request.writer(&asked);
                let mut decoder = format.decoder(Expect::default());
                let (mut events, mut out) = (Vec::new(), Vec::new());
                decoder.push(&of_stream.of(&streams), &mut events);
                decoder.finish(&mut events);
                for event in events {
                    match event {
                        model::Event::Chunk(chunk) => writer.chunk(&chunk, &mut out),
                        model::Event::Usage(usage) => writer.usage(usage),
                        model::Event::KeepAlive => writer.keep_alive(&mut out),
                        model::Event::Done => writer.done(&mut out),
                        model::Event::Failed(_) => {}
                    }
                }
                // Whole events, and text.
                assert!(out.is_empty() || out.ends_with(b"\n\n"));
                assert!(std::str::from_utf8(&out).is_ok());
            }
        },
    );
}

const MESSAGE: &str = r#"{"model":"m","max_tokens":9,"system":[{"type":"text","text":"s"}],"stream":true,
"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64",
"media_type":"image/png","data":"AA=="}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"t",
"signature":"x"},{"type":"tool_use","id":"c","name":"f","input":{"a":1}}]},{"role":"user","content":[
{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"r"}],"is_error":true}]}],
"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"},"top_k":3,
"stop_sequences":["z"],"temperature":0.5,"metadata":{"user_id":"u"},"thinking":{"type":"adaptive"}}"#;

const RESPONSE: &str = r#"{"model":"m","instructions":"i","stream":true,"max_output_tokens":9,"input":[
{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":
"data:image/png;base64,AA=="}]},{"type":"reasoning","id":"r","summary":[],"encrypted_content":"x"},
{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output",
"call_id":"c","output":"o"}],"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],
"tool_choice":"required","text":{"format":{"type":"json_schema","name":"n","schema":{}}},
"reasoning":{"effort":"low"},"parallel_tool_calls":true,"metadata":{"a":"b"},"store":true}"#;

#[test]
fn counts_of_text() {
    check!().with_type::<(String, Cuts)>().with_iterations(ITERATIONS).for_each(|(text, cuts)| {
        let mut whole = TextCount::default();
        whole.add(text);
        let mut pieces = TextCount::default();
        let mut rest = text.as_str();
        for piece in cuts.of(text.as_bytes()) {
            // Only between characters, where texts are cut.
            let Some((piece, after)) = rest.split_at_checked(piece.len()) else { continue };
            pieces.add(piece);
            rest = after;
        }
        pieces.add(rest);
        assert_eq!(pieces, whole);
    });
}
