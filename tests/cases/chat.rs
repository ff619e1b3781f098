use conformance::{World, in_all_formats, question, read, read_until, unique, words};
use serde_json::{Value, json};
use std::cell::Cell;

/// What `question` sets aside: a prompt of 5 + 4 + 3 tokens with a fifth more, and 50 of
/// answer, times 72/100.
const RESERVED: i64 = 47;

#[tokio::test]
async fn an_answer_is_paid_for_exactly() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for model in in_all_formats(&["demo-echo"]) {
        let before = tenant.settled().await;
        let (status, body) = read(tenant.chat(&question(&model, json!({})))).await;
        assert_eq!(status, 200, "{model}: {body}");
        assert_eq!(body["object"], "chat.completion", "{model}");
        assert_eq!(body["choices"][0]["message"]["content"], "one two three four five", "{model}");
        assert_eq!(body["choices"][0]["finish_reason"], "stop", "{model}");
        assert_eq!(body["usage"]["total_tokens"], 10, "{model}");
        // 10 tokens times 72/100 is 7.2.
        assert_eq!(tenant.settled().await, before - 8, "{model}");
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn a_stream_is_relayed_and_paid_for_exactly() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let mut models = in_all_formats(&["demo-echo", "fault-odd-chunks"]);
    models.extend(["fault-usage-everywhere", "fault-no-done"].map(str::to_owned));
    for model in models {
        let before = tenant.settled().await;
        let ask = tenant.chat(&question(&model, json!({"stream": true})));
        let response = ask.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        let text = response.text().await.unwrap();
        assert_eq!(words(&text), "one two three four five", "{model}");
        assert!(text.ends_with("data: [DONE]\n\n"), "{model}: {text}");
        assert!(!text.contains("prompt_tokens"), "{model}: {text}");
        assert_eq!(tenant.settled().await, before - 8, "{model}");
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn usage_is_shown_to_those_who_ask() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let changes = json!({"stream": true, "stream_options": {"include_usage": true}});
    let (_, text) = read(tenant.chat(&question("demo-echo", changes))).await;
    let text = text.as_str().unwrap();
    assert!(text.contains(r#""total_tokens":10"#), "{text}");
}

#[tokio::test]
async fn without_usage_our_own_count_is_paid() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let (_, text) = read(tenant.chat(&question("fault-no-usage", json!({"stream": true})))).await;
    assert!(text.as_str().unwrap().ends_with("[DONE]\n\n"));
    // 12 of prompt and 5 of answer, times 72/100: 12.24.
    assert_eq!(tenant.settled().await, 1000 - 13);
}

#[tokio::test]
async fn a_piece_arrives_before_the_next_is_sent() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let user = unique("gate");
    let body = question("fault-gate-in-stream", json!({"stream": true, "user": user}));
    let response = tenant.chat(&body).send().await.unwrap();
    // The provider waits behind the third word; it has arrived here all the same.
    let (text, rest) = read_until(response, " three").await;
    assert_eq!(words(&text), "one two three");
    assert_eq!(tenant.wallet().await, (1000, RESERVED));
    world.open_gate(&user).await;
    world.seen(&user, "done").await;
    drop(rest);
    tenant.settled().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_stops_the_provider_and_pays_for_what_was_sent() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let user = unique("hangup");
    let body = question("fault-gate-in-stream", json!({"stream": true, "user": user}));
    let response = tenant.chat(&body).send().await.unwrap();
    let (_, rest) = read_until(response, " three").await;
    drop(rest);
    // The provider learns of it although it was waiting and had nothing to send.
    let seen = world.seen(&user, "left").await;
    assert_eq!(seen["words"], 3);
    // 12 of prompt and 3 of answer, times 72/100: 10.8.
    assert_eq!(tenant.settled().await, 1000 - 11);
    tenant.check_books().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_while_words_flow_pays_for_a_part() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    let user = unique("slow");
    let text = vec!["word"; 400].join(" ");
    let changes = json!({
        "stream": true, "user": user, "max_tokens": 1000,
        "messages": [{"role": "user", "content": text}],
    });
    let response = tenant.chat(&question("demo-slow", changes)).send().await.unwrap();
    let (_, rest) = read_until(response, " word").await;
    drop(rest);
    let seen = world.seen(&user, "left").await;
    let sent = seen["words"].as_i64().unwrap();
    assert!((1..100).contains(&sent), "{sent} words were sent");
    let paid = 10_000 - tenant.settled().await;
    // The prompt is 412 tokens by our count, and a word is at most 2.
    let prompt = 297;
    assert!((prompt..prompt + 2 * sent + 10).contains(&paid), "{paid} paid for {sent} words");
}

#[tokio::test]
async fn a_client_that_hangs_up_before_the_answer_begins_leaves_nothing_held() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for stream in [true, false] {
        let user = unique("early");
        let body = question("fault-gate", json!({"stream": stream, "user": user}));
        let ask = tenant.chat(&body).send();
        // The provider has the request and says nothing yet.
        tokio::select! {
            _ = ask => panic!("it was answered"),
            _ = world.seen(&user, "answering") => {}
        }
        assert_eq!(tenant.wallet().await.1, RESERVED);
        world.open_gate(&user).await;
        tenant.settled().await;
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn exactly_those_requests_pass_that_the_wallet_covers() {
    let world = World::new();
    let tenant = world.tenant(json!({})).await;
    tenant.grant(10 * RESERVED as u64 + 7).await;
    let user = unique("crowd");
    // The provider answers nobody until all hundred have been let in or sent away.
    let body = question("fault-gate", json!({"user": user}));
    let refused = Cell::new(0);
    let asks = (0..100).map(|_| async {
        let answer = read(tenant.chat(&body)).await;
        refused.set(refused.get() + u32::from(answer.0 == 402));
        answer
    });
    let everybody = futures::future::join_all(asks);
    let gate = async {
        conformance::until("ninety are refused", async || refused.get() >= 90).await;
        assert_eq!(tenant.wallet().await, (10 * RESERVED + 7, 10 * RESERVED));
        conformance::until("ten have reached the provider", async || {
            world.seen(&user, "answering").await["count"] == 10
        })
        .await;
        world.open_gate(&user).await;
    };
    let (answers, ()) = futures::join!(everybody, gate);
    let count = |wanted: u16| answers.iter().filter(|(status, _)| *status == wanted).count();
    assert_eq!((count(200), count(402)), (10, 90));
    let refused = answers.iter().find(|(status, _)| *status == 402).unwrap();
    assert_eq!(refused.1["error"]["code"], "insufficient_tokens");
    // Each used 10 tokens, times 72/100 rounded up.
    assert_eq!(tenant.settled().await, 10 * RESERVED + 7 - 80);
    tenant.check_books().await;
    let transfers = tenant.transfers().await;
    let of = |kind: &str| transfers.iter().filter(|t| t["kind"] == kind).count();
    assert_eq!((of("reserve"), of("settle"), of("void")), (10, 10, 0));
}

#[tokio::test]
async fn requests_reach_the_provider_as_they_were_meant() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    let user = unique("asis");
    let changes = json!({
        "stream": true, "user": user, "seed": 7, "stop": ["four"], "temperature": 0.5,
        "metadata": {"unknown": [1, 2.5, null]}, "response_format": {"type": "text"},
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [
                {"type": "text", "text": "one two three four five"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
        ],
    });
    let asked = question("demo-echo", changes);
    let (_, text) = read(tenant.chat(&asked)).await;
    assert_eq!(words(text.as_str().unwrap()), "one two three");
    assert!(text.as_str().unwrap().contains("fp_7"));
    let seen = world.seen(&user, "done").await;
    let mut expected = asked.clone();
    expected["stream_options"] = json!({"include_usage": true});
    assert_eq!(seen["body"], expected);
}

#[tokio::test]
async fn a_tool_is_called_and_its_answer_is_heard() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    let tools = json!([{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}]);
    for model in in_all_formats(&["demo-echo"]) {
        let ask = |changes| tenant.chat(&question(&model, changes));
        let (_, text) = read(ask(json!({"stream": true, "tools": tools}))).await;
        let text = text.as_str().unwrap();
        assert!(text.contains("look_up"), "{model}: {text}");
        assert!(text.contains(r#""finish_reason":"tool_calls""#), "{model}: {text}");
        let (_, body) = read(ask(json!({"tools": tools}))).await;
        let call = &body["choices"][0]["message"]["tool_calls"][0];
        assert_eq!(call["function"]["name"], "look_up", "{model}: {body}");
        let arguments = r#"{"echo":"one two three four five"}"#;
        assert_eq!(call["function"]["arguments"], arguments, "{model}: {body}");
        let messages = json!([
            {"role": "user", "content": "What is it?"},
            {"role": "assistant", "content": null, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": "It is here."},
        ]);
        let (_, body) = read(ask(json!({"messages": messages, "tools": tools}))).await;
        assert_eq!(body["choices"][0]["message"]["content"], "It is here.", "{model}: {body}");
    }
}

#[tokio::test]
async fn wrong_requests_are_named_and_cost_nothing() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000, "models": ["demo-echo"]})).await;
    for (body, status, param) in [
        (question("demo-echo", json!({"messages": []})), 422, json!("messages")),
        (
            question("demo-echo", json!({"messages": [{"role": "user"}]})),
            422,
            json!("messages[0].content"),
        ),
        (question("demo-echo", json!({"temperature": 9})), 422, json!("temperature")),
        (question("demo-echo", json!({"max_tokens": 5000})), 422, json!("max_tokens")),
        (question("demo-slow", json!({})), 404, json!("model")),
        (question("gpt-4o", json!({})), 404, json!("model")),
        (json!("not an object"), 400, Value::Null),
    ] {
        let (found, answer) = read(tenant.chat(&body)).await;
        assert_eq!(found, status, "{answer}");
        if !param.is_null() {
            assert_eq!(answer["error"]["param"], param, "{answer}");
        }
    }
    let ask = tenant.chat(&json!({})).body("{\"model\": ");
    let (status, answer) = read(ask).await;
    assert_eq!((status, answer["error"]["code"].as_str()), (400, Some("invalid_body")));
    let ask = tenant.chat(&json!({})).body(vec![b' '; 9 * 1024 * 1024]);
    let (status, answer) = read(ask).await;
    assert_eq!((status, answer["error"]["code"].as_str()), (413, Some("body_too_large")));
    assert_eq!(tenant.wallet().await, (1000, 0));
}
