//! Every format of the sandbox's, asked and read by Postern's codecs.

use crate::router;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use futures::StreamExt;
use kernel::UnixMillis;
use model::{
    AwsCredentials, ChatRequest, Event, Failure, FailureKind, Format, Meter, OutputLimitField,
    Target,
};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use tower::ServiceExt;

const FORMATS: [(Format, &str); 6] = [
    (Format::OpenaiChat, "/openai/v1"),
    (Format::Anthropic, "/anthropic/v1"),
    (Format::Gemini, "/gemini/v1"),
    (Format::Bedrock, "/bedrock"),
    (Format::Ollama, "/ollama"),
    (Format::OpenaiResponses, "/openai/v1"),
];

/// What came back, up to where it broke off.
struct Came {
    status: StatusCode,
    pieces: Vec<Vec<u8>>,
}

async fn ask(format: Format, path: &str, model: &str, changes: Value, secret: &str) -> Came {
    let mut request = json!({
        "model": "m", "messages": [{"role": "user", "content": "one two three four five"}],
    });
    for (field, value) in changes.as_object().unwrap() {
        request[field] = value.clone();
    }
    let request = ChatRequest::parse(request.to_string().as_bytes()).unwrap();
    let credentials = AwsCredentials {
        access_key_id: "sandbox".into(),
        secret_access_key: secret.into(),
        session_token: Some("lent".into()),
        region: "eu-central-1".into(),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let target = Target {
        base_url: &format!("http://sandbox.example:8790{path}"),
        api_key: Some("key"),
        aws: Some(&credentials),
        model,
        output_tokens_max: 50,
        output_limit_field: OutputLimitField::MaxTokens,
        now: UnixMillis(now.try_into().unwrap()),
    };
    let asked = format.codec().request(&request, &target).unwrap();
    let path = asked.url.strip_prefix("http://sandbox.example:8790").unwrap();
    let mut request = Request::post(path).header("host", "sandbox.example:8790");
    for (name, value) in &asked.headers {
        request = request.header(*name, value);
    }
    let response = router().oneshot(request.body(Body::from(asked.body)).unwrap()).await.unwrap();
    let status = response.status();
    let pieces = response.into_body().into_data_stream();
    let pieces = pieces.take_while(|piece| futures::future::ready(piece.is_ok()));
    let pieces = pieces.map(|piece| piece.unwrap().to_vec()).collect().await;
    Came { status, pieces }
}

/// What a stream says, how it ends, and what it consumed.
async fn stream(
    format: Format,
    path: &str,
    model: &str,
    mut changes: Value,
) -> (String, Option<Failure>, u64) {
    changes["stream"] = true.into();
    let came = ask(format, path, model, changes, "sandbox").await;
    assert_eq!(came.status, StatusCode::OK, "{format:?} {model}");
    let mut decoder = format.codec().decoder(true, 0);
    let (mut events, mut meter) = (Vec::new(), Meter::new(99, model::Tokenizer::Generic));
    for piece in came.pieces {
        decoder.push(&piece, &mut events);
    }
    decoder.finish(&mut events);
    let (mut text, mut failure) = (String::new(), None);
    for event in events {
        meter.note(&event);
        match event {
            Event::Chunk(chunk) => text.push_str(&chunk.text),
            Event::Failed(failed) => failure = Some(failed),
            Event::Usage(_) | Event::KeepAlive | Event::Done => {}
        }
    }
    (text, failure, meter.read().usage.output_tokens)
}

#[tokio::test]
async fn answers_are_read_in_every_format() {
    let all = "one two three four five".to_owned();
    for (format, path) in FORMATS {
        for model in
            ["demo-echo", "fault-odd-chunks", "fault-one-byte-chunks", "fault-usage-decreasing"]
        {
            let found = stream(format, path, model, json!({})).await;
            assert_eq!(found, (all.clone(), None, 5), "{format:?} {model}");
        }
        let (text, ..) = stream(format, path, "demo-echo", json!({"max_tokens": 2})).await;
        assert_eq!(text, "one two", "{format:?}");
        let tools = json!([{"type": "function", "function": {"name": "f"}}]);
        let (text, failure, _) = stream(format, path, "demo-echo", json!({"tools": tools})).await;
        assert_eq!((text, failure), (format!("f{{\"echo\":\"{all}\"}}"), None), "{format:?}");

        let whole = ask(format, path, "demo-echo", json!({"tools": tools}), "sandbox").await;
        let whole = format.codec().completion(&whole.pieces.concat(), 0).unwrap();
        let json: Value = serde_json::from_slice(&whole.json).unwrap();
        assert_eq!(json["choices"][0]["finish_reason"], "tool_calls", "{format:?}");
        let call = json["choices"][0]["message"]["tool_calls"][0].clone();
        let result = json!([
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": null, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": "it is so"},
        ]);
        let changes = json!({"tools": tools, "messages": result});
        let (text, ..) = stream(format, path, "demo-echo", changes).await;
        assert_eq!(text, "it is so", "{format:?}");
    }
}

#[tokio::test]
async fn faults_are_faults_in_every_format() {
    let cases = [
        ("fault-cut", "one two three", FailureKind::Truncated),
        ("fault-cut-before", "", FailureKind::Truncated),
        ("fault-reset", "one two three", FailureKind::Truncated),
        ("fault-reset-before", "", FailureKind::Truncated),
        ("fault-stops", "one two three", FailureKind::Truncated),
        ("fault-error-in-stream", "one two three", FailureKind::Unavailable),
        ("fault-preamble-then-error", "", FailureKind::Unavailable),
        ("fault-invalid-utf8", "one two three", FailureKind::Malformed),
        ("fault-huge-line", "one two three", FailureKind::Malformed),
    ];
    for (format, path) in FORMATS {
        for (model, said, kind) in cases {
            let (text, failure, _) = stream(format, path, model, json!({})).await;
            let found = (text.as_str(), failure.as_ref().map(|failure| failure.kind));
            assert_eq!(found, (said, Some(kind)), "{format:?} {model} {failure:?}");
        }
        for (model, kind) in [
            ("fault-error-400", FailureKind::Rejected),
            ("fault-error-429", FailureKind::RateLimited),
            ("fault-error-500", FailureKind::Unavailable),
            ("fault-error-529", FailureKind::Unavailable),
        ] {
            let came = ask(format, path, model, json!({}), "sandbox").await;
            let status = came.status.as_u16();
            assert_eq!(format!("fault-error-{status}"), model);
            let failure = format.codec().failure(status, &came.pieces.concat());
            assert_eq!(failure.kind, kind, "{format:?} {model}");
            assert!(failure.detail.contains(": this model"), "{format:?} {failure:?}");
        }
    }
}

#[tokio::test]
async fn bedrock_wants_the_right_secret() {
    // A model whose name is encoded in the path, and once more where it is signed.
    for (secret, status) in [("sandbox", 200), ("another", 403)] {
        let model = "anthropic.claude-sonnet-5-v1:0";
        let came = ask(Format::Bedrock, "/bedrock", model, json!({}), secret).await;
        assert_eq!(came.status.as_u16(), status, "{:?}", String::from_utf8(came.pieces.concat()));
    }
}
