use super::*;
use crate::{
    Format,
    testing::{self, CREATED_S, Vector, told},
};
use serde_json::json;

const FORMAT: Format = Format::OpenaiChat;

fn decode(pieces: &[&[u8]], show_usage: bool) -> Vec<Event> {
    testing::decode(FORMAT, pieces, show_usage)
}

fn vectors() -> Vec<Vector> {
    testing::vectors(include_str!("../../vectors/streams.json"))
}

/// The first vector: what OpenAI documents.
fn documented() -> String {
    vectors()[0].stream.concat()
}

#[test]
fn streams_are_read_as_their_servers_mean_them_however_they_are_cut() {
    testing::check(FORMAT, &vectors());
}

#[test]
fn invalid_utf8_does_not_pass() {
    for stream in [
        b"data: {\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}\n\ndata: [DONE]\n\n".as_slice(),
        // Nor in a field that only the client reads.
        b"data: {\"choices\":[],\"mood\":\"\xff\"}\n\ndata: [DONE]\n\n",
    ] {
        assert_eq!(told(&decode(&[stream], false)), ["malformed"]);
    }
}

#[test]
fn usage_is_shown_to_those_who_asked() {
    let shown = |show_usage| {
        let events = decode(&[documented().as_bytes()], show_usage);
        let json = events.iter().filter_map(|event| match event {
            Event::Chunk(chunk) => Some(String::from_utf8_lossy(&chunk.json).into_owned()),
            _ => None,
        });
        json.collect::<Vec<_>>()
    };
    assert_eq!(shown(false).len(), 4);
    assert!(!shown(false).concat().contains("prompt_tokens"));
    assert_eq!(shown(true).len(), 5);
    assert!(shown(true)[4].contains(r#""total_tokens":11"#));

    // A usage that rides on a chunk of the answer is taken off, and the answer stays.
    let riding = "data: {\"id\":\"7\",\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":{\"prompt_tokens\":3}}\n\n";
    let Event::Chunk(chunk) = &decode(&[riding.as_bytes()], false)[1] else { panic!("no chunk") };
    let json: Value = serde_json::from_slice(&chunk.json).unwrap();
    assert_eq!(json, json!({"id": "7", "choices": [{"delta": {"content": "x"}}]}));
}

#[test]
fn usage_keeps_its_details() {
    let events = decode(&[documented().as_bytes()], false);
    let usage = events.iter().find_map(|event| match event {
        Event::Usage(usage) => Some(*usage),
        _ => None,
    });
    let expected = Usage {
        input_tokens: 9,
        cached_input_tokens: 4,
        output_tokens: 2,
        reasoning_tokens: 1,
        ..Usage::default()
    };
    assert_eq!(usage, Some(expected));
}

#[test]
fn a_whole_answer_is_read_and_kept_as_it_is() {
    let body = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "system_fingerprint": "fp_1",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}
    });
    let body = body.to_string().into_bytes();
    let completion = Openai.completion(&body, CREATED_S).unwrap();
    assert_eq!(completion.json, body);
    assert_eq!(completion.text, "Hello");
    assert_eq!(completion.usage.unwrap().total(), Some(6));
}

#[test]
fn what_is_no_answer_is_a_failure() {
    for (body, kind) in [
        ("", FailureKind::Malformed),
        ("<html>", FailureKind::Malformed),
        ("{}", FailureKind::Malformed),
        (r#"{"choices": []}"#, FailureKind::Malformed),
        (r#"{"error": {"message": "later"}}"#, FailureKind::Unavailable),
    ] {
        assert_eq!(Openai.completion(body.as_bytes(), CREATED_S).unwrap_err().kind, kind, "{body}");
    }
    let failure = Openai.failure(429, br#"{"error":{"message":"Slow down","type":"tokens"}}"#);
    assert_eq!(failure, Failure::new(FailureKind::RateLimited, "429: Slow down"));
    assert_eq!(Openai.failure(502, b"bad gateway").detail, "502: bad gateway");
}

#[test]
fn a_request_goes_up_with_the_providers_model_its_limit_and_usage() {
    let target = Target {
        base_url: "https://api.example/v1",
        api_key: Some("sk-1"),
        aws: None,
        model: "upstream",
        output_tokens_max: 64,
        output_limit_field: OutputLimitField::MaxTokens,
        now: kernel::UnixMillis::from_seconds(CREATED_S),
    };
    let send = |mut request: Value| {
        request["model"] = json!("public");
        request["messages"] = json!([{"role": "user", "content": "hi"}]);
        let request = ChatRequest::parse(request.to_string().as_bytes()).unwrap();
        let upstream = Openai.request(&request, &target).unwrap();
        assert_eq!(upstream.url, "https://api.example/v1/chat/completions");
        assert!(upstream.headers.contains(&("authorization", "Bearer sk-1".to_owned())));
        serde_json::from_slice::<Value>(&upstream.body).unwrap()
    };
    let plain = send(json!({}));
    assert_eq!((&plain["model"], &plain["max_tokens"]), (&json!("upstream"), &json!(64)));
    assert_eq!(plain.get("stream_options"), None);
    let stream = send(
        json!({"stream": true, "stream_options": {"include_usage": false, "include_obfuscation": false}}),
    );
    assert_eq!(
        stream["stream_options"],
        json!({"include_usage": true, "include_obfuscation": false})
    );
    let limited = send(json!({"max_completion_tokens": 5, "logprobs": true}));
    assert_eq!(limited["max_completion_tokens"], json!(5));
    assert_eq!((limited.get("max_tokens"), &limited["logprobs"]), (None, &json!(true)));
}

#[test]
fn what_a_provider_adds_reaches_the_client() {
    let perplexity = vectors().into_iter().find(|v| v.about.starts_with("Perplexity")).unwrap();
    for show_usage in [false, true] {
        let events = decode(&[&perplexity.bytes()], show_usage);
        let chunks = events.iter().filter_map(|event| match event {
            Event::Chunk(chunk) => Some(serde_json::from_slice::<Value>(&chunk.json).unwrap()),
            _ => None,
        });
        for chunk in chunks {
            assert_eq!(chunk["citations"], json!(["https://a.example/1"]));
            assert_eq!(chunk["search_results"][0]["title"], "A");
            assert_eq!(chunk.get("usage").is_some(), show_usage);
        }
        // Usage that is repeated is not summed.
        let mut meter = crate::Meter::new(99, crate::Tokenizer::Generic);
        events.iter().for_each(|event| meter.note(event));
        let metered = meter.read();
        assert_eq!((metered.usage.total(), metered.estimated), (Some(10), false));
    }
}

#[test]
fn every_kind_of_token_is_told_apart() {
    let usage = |json: Value| {
        let body = json!({"choices": [{"message": {"content": "x"}}], "usage": json});
        let format = crate::Format::OpenaiChat.codec();
        format.completion(body.to_string().as_bytes(), 0).unwrap().usage.unwrap()
    };
    let told = usage(json!({
        "prompt_tokens": 100, "completion_tokens": 40, "total_tokens": 140,
        "prompt_tokens_details": {"cached_tokens": 50, "cache_write_tokens": 5, "audio_tokens": 20, "image_tokens": null},
        "completion_tokens_details": {"reasoning_tokens": 10, "audio_tokens": 30,
            "accepted_prediction_tokens": 0},
    }));
    let expected = Usage {
        input_tokens: 100,
        cached_input_tokens: 50,
        cache_write_tokens: 5,
        audio_input_tokens: 20,
        image_input_tokens: 0,
        output_tokens: 40,
        reasoning_tokens: 10,
        audio_output_tokens: 30,
    };
    assert_eq!(told, expected);
    // Servers that count reasoning beside the completion.
    let reasoning = json!({"reasoning_tokens": 300});
    for (total, output) in [(350, 340), (50, 40), (0, 40), (9_999, 340)] {
        let told = usage(json!({
            "prompt_tokens": 10, "completion_tokens": 40, "total_tokens": total,
            "completion_tokens_details": reasoning,
        }));
        assert_eq!(told.output_tokens, output, "of {total}");
    }
}
