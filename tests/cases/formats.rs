//! Models whose providers speak other formats, asked in OpenAI's.

use conformance::{World, question, read, read_until, unique, words};
use serde_json::{Value, json};

/// The formats, by the ends of their models' names.
const FORMATS: [&str; 2] = ["anthropic", "gemini"];

/// What three words cost: 5 tokens of prompt, which the provider tells at the start, and 4 of answer
/// by our own count, times 72/100: 6.48.
const PAID_HALF_WAY: i64 = 7;

#[tokio::test]
async fn an_answer_comes_in_openais_words_and_is_paid_for_exactly() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for format in FORMATS {
        let before = tenant.settled().await;
        let model = format!("demo-echo-{format}");
        let (status, body) = read(tenant.chat(&question(&model, json!({})))).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["object"], "chat.completion");
        assert_eq!(body["choices"][0]["message"]["content"], "one two three four five");
        assert_eq!(body["choices"][0]["finish_reason"], "stop");
        assert_eq!(body["usage"]["total_tokens"], 10);
        // 10 tokens times 72/100 is 7.2.
        assert_eq!(tenant.settled().await, before - 8);
    }
    let models = ["demo-echo", "fault-odd-chunks"];
    for model in models.iter().flat_map(|model| FORMATS.map(|format| format!("{model}-{format}"))) {
        let before = tenant.settled().await;
        let (_, text) = read(tenant.chat(&question(&model, json!({"stream": true})))).await;
        let text = text.as_str().unwrap();
        assert_eq!(words(text), "one two three four five", "{model}");
        assert!(text.ends_with("data: [DONE]\n\n"), "{model}: {text}");
        assert!(!text.contains("prompt_tokens"), "{model}: {text}");
        assert_eq!(tenant.settled().await, before - 8, "{model}");
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn a_request_reaches_anthropic_in_its_own_words() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    let user = unique("asis");
    let changes = json!({
        "stream": true, "user": user, "stop": ["four"], "temperature": 0.5,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "one two three four five"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
        ],
    });
    let (_, text) = read(tenant.chat(&question("demo-echo-anthropic", changes))).await;
    assert_eq!(words(text.as_str().unwrap()), "one two three");
    let seen = world.seen(&user, "done").await;
    let expected = json!({
        "model": "demo-echo", "max_tokens": 50, "stream": true, "temperature": 0.5,
        "stop_sequences": ["four"], "metadata": {"user_id": user},
        "system": [{"type": "text", "text": "Be brief."}],
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": "one two three four five"},
            {"type": "image", "source":
                {"type": "base64", "media_type": "image/png", "data": "AA=="}}]}],
    });
    assert_eq!(seen["body"], expected);
}

#[tokio::test]
async fn a_tool_is_called_and_its_answer_is_heard() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    let tools = json!([{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}]);
    for format in FORMATS {
        let ask = |changes| tenant.chat(&question(&format!("demo-echo-{format}"), changes));
        let (_, body) = read(ask(json!({"tools": tools}))).await;
        let call = &body["choices"][0]["message"]["tool_calls"][0];
        assert_eq!(call["function"]["name"], "look_up");
        assert_eq!(call["function"]["arguments"], r#"{"echo":"one two three four five"}"#);
        let messages = json!([
            {"role": "user", "content": "What is it?"},
            {"role": "assistant", "content": null, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": "It is here."},
        ]);
        let (_, body) = read(ask(json!({"messages": messages, "tools": tools}))).await;
        assert_eq!(body["choices"][0]["message"]["content"], "It is here.");
    }
}

#[tokio::test]
async fn what_the_provider_cannot_do_is_named_and_costs_nothing() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for (model, changes, param) in [
        ("demo-echo-anthropic", json!({"seed": 7}), "seed"),
        ("demo-echo-anthropic", json!({"n": 2}), "n"),
        (
            "demo-echo-anthropic",
            json!({"response_format": {"type": "json_object"}}),
            "response_format.type",
        ),
        ("demo-echo-gemini", json!({"n": 2}), "n"),
        ("demo-echo-gemini", json!({"logprobs": true}), "logprobs"),
    ] {
        let (status, body) = read(tenant.chat(&question(model, changes))).await;
        assert_eq!((status, body["error"]["code"].as_str()), (400, Some("unsupported_field")));
        assert_eq!(body["error"]["param"], param, "{body}");
    }
    assert_eq!(tenant.wallet().await, (1000, 0));
    assert!(tenant.transfers().await.iter().all(|transfer| transfer["kind"] == "post"));
}

#[tokio::test]
async fn failures_are_told_as_for_any_provider() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for (model, code) in
        [("fault-error-500", "provider_unavailable"), ("fault-error-429", "provider_busy")]
    {
        for format in FORMATS {
            let model = format!("{model}-{format}");
            let (status, body) =
                read(tenant.chat(&question(&model, json!({"stream": true})))).await;
            assert_eq!((status, body["error"]["code"].as_str()), (503, Some(code)), "{body}");
        }
    }
    let models = ["fault-cut", "fault-error-in-stream"];
    for model in models.iter().flat_map(|model| FORMATS.map(|format| format!("{model}-{format}"))) {
        let before = tenant.settled().await;
        let (_, text) = read(tenant.chat(&question(&model, json!({"stream": true})))).await;
        let text = text.as_str().unwrap();
        assert_eq!(words(text), "one two three", "{model}");
        assert!(!text.contains("[DONE]"), "{model}: {text}");
        let error = text.trim_end().rsplit("event: error\ndata: ").next().unwrap();
        let error: Value = serde_json::from_str(error).unwrap();
        assert_eq!(error["error"]["type"], "server_error", "{model}");
        assert_eq!(tenant.settled().await, before - PAID_HALF_WAY, "{model}");
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_stops_the_provider_and_pays_for_what_was_sent() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let user = unique("hangup");
    let hang_up = async |model: &str, changes: Value| {
        let before = tenant.settled().await;
        let response = tenant.chat(&question(model, changes)).send().await.unwrap();
        let (_, rest) = read_until(response, " three").await;
        drop(rest);
        before - tenant.settled().await
    };
    let changes = json!({"stream": true, "user": user});
    assert_eq!(hang_up("fault-gate-in-stream-anthropic", changes).await, PAID_HALF_WAY);
    assert_eq!(world.seen(&user, "left").await["words"], 3);
    let user = unique("hangup");
    let changes = json!({
        "stream": true,
        "messages": [
            {"role": "system", "content": format!("user {user}")},
            {"role": "user", "content": "one two three four five"},
        ],
    });
    // The system has said two words more: 11 times 72/100 is 7.92.
    assert_eq!(hang_up("fault-gate-in-stream-gemini", changes).await, 8);
    assert_eq!(world.seen(&user, "left").await["words"], 3);
    tenant.check_books().await;
}
