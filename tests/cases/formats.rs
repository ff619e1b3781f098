//! Models whose providers speak other formats, asked in OpenAI's.

use conformance::{World, question, read, read_until, unique, words};
use serde_json::{Value, json};

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
    // 5 of prompt, which the provider tells at the start, and 3 of answer, times 72/100: 5.76.
    assert_eq!(hang_up("fault-gate-in-stream-anthropic", changes).await, 6);
    assert_eq!(world.seen(&user, "left").await["words"], 3);
    let user = unique("hangup");
    let changes = json!({
        "stream": true,
        "messages": [
            {"role": "system", "content": format!("user {user}")},
            {"role": "user", "content": "one two three four five"},
        ],
    });
    // The system has said two words more: 10 times 72/100 is 7.2.
    assert_eq!(hang_up("fault-gate-in-stream-gemini", changes).await, 8);
    assert_eq!(world.seen(&user, "left").await["words"], 3);
    tenant.check_books().await;
}
