//! Which model answers, and what is booked of it.

use conformance::{
    FORMATS, Tenant, World, in_all_formats, question, read, read_until, until, words,
};
use reqwest::Method;
use serde_json::{Value, json};

/// The operations of the case's account, newest first, once there are as many as expected.
async fn operations(tenant: &Tenant<'_>, count: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let all_booked = async || {
        found = tenant.operations().await;
        found.len() >= count
    };
    until("all operations are booked", all_booked).await;
    assert_eq!(found.len(), count, "{found:?}");
    found
}

fn tried(operation: &Value) -> Vec<(&str, &str)> {
    let attempts = operation["attempts"].as_array().unwrap().iter();
    attempts.map(|a| (a["model"].as_str().unwrap(), a["outcome"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn another_model_answers_when_the_first_fails_before_output() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for (model, by, vendor, expected) in [
        (
            "demo-backed",
            "demo-echo-anthropic",
            "sandbox_anthropic",
            vec![("demo-backed", "unavailable"), ("demo-echo-anthropic", "answered")],
        ),
        // A role without content is no output yet; a reset before output is none either.
        (
            "demo-backed-preamble",
            "demo-echo-gemini",
            "sandbox_gemini",
            vec![
                ("demo-backed-preamble", "unavailable"),
                ("fault-reset-before", "unavailable"),
                ("demo-echo-gemini", "answered"),
            ],
        ),
    ] {
        let before = tenant.settled().await;
        let ask = tenant.chat(&question(model, json!({"stream": true})));
        let response = ask.send().await.unwrap();
        let header = |name| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(response.status(), 200);
        assert_eq!(
            (header("x-postern-model"), header("x-postern-provider")),
            (by.to_owned(), vendor.to_owned())
        );
        assert_eq!(header("x-postern-attempts"), expected.len().to_string());
        let request = header("x-request-id");
        let text = response.text().await.unwrap();
        assert_eq!(words(&text), "one two three four five", "{text}");
        assert!(text.ends_with("data: [DONE]\n\n"));
        // 10 tokens times 72/100: what failed costs nothing.
        assert_eq!(tenant.settled().await, before - 8);
        let ask = tenant.admin(Method::GET, "/admin/accounts/acc_case/operations?limit=1");
        let (_, page) = read(ask).await;
        let booked = &page["data"][0];
        assert_eq!((&booked["id"], &booked["outcome"]), (&json!(request), &json!("done")));
        assert_eq!((&booked["model"], &booked["vendor"]), (&json!(by), &json!(vendor)));
        let kinds: Vec<_> = tried(booked).iter().map(|(model, _)| *model).collect();
        assert_eq!(kinds, expected.iter().map(|(model, _)| *model).collect::<Vec<_>>());
        assert_eq!(tried(booked).last(), expected.last());
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn no_other_model_is_asked_after_output_or_for_what_was_rejected() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let (status, text) =
        read(tenant.chat(&question("demo-backed-cut", json!({"stream": true})))).await;
    let text = text.as_str().unwrap();
    assert_eq!((status, words(text).as_str()), (200, "one two three"));
    assert!(text.contains("event: error") && !text.contains("[DONE]"));
    let (status, body) = read(tenant.chat(&question("demo-backed-400", json!({})))).await;
    assert_eq!((status, body["error"]["code"].as_str()), (422, Some("provider_rejected")));
    let booked = operations(&tenant, 2).await;
    assert_eq!(tried(&booked[0]), [("demo-backed-400", "rejected")]);
    assert_eq!(tried(&booked[1]), [("demo-backed-cut", "answered")]);
    assert_eq!(
        (&booked[0]["outcome"], &booked[1]["outcome"]),
        (&json!("failed"), &json!("failed"))
    );
    assert_eq!(booked[0]["tokens"], 0);
    tenant.check_books().await;
}

#[tokio::test]
async fn a_busy_provider_is_asked_again_after_the_time_it_named() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let (status, body) = read(tenant.chat(&question("fault-once-patient", json!({})))).await;
    assert_eq!((status, body["error"]["code"].as_str()), (503, Some("provider_busy")));
    let booked = operations(&tenant, 1).await;
    assert_eq!(tried(&booked[0]), [("fault-once-patient", "rate_limited"); 3]);
    // It has asked for a second each time.
    assert!(booked[0]["total_ms"].as_i64().unwrap() >= 2_000, "{}", booked[0]);
    assert_eq!(tenant.settled().await, 1000);
}

#[tokio::test]
async fn a_model_that_keeps_failing_is_left_alone_and_others_answer_for_it() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    let left_alone = async || {
        let ask = tenant.chat(&question("demo-fragile", json!({})));
        let response = ask.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["x-postern-model"], "demo-echo");
        let request = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        tenant.settled().await;
        let ask = tenant.admin(Method::GET, "/admin/accounts/acc_case/operations?limit=5");
        let (_, page) = read(ask).await;
        let booked = page["data"].as_array().unwrap().iter().find(|o| o["id"] == request.as_str());
        booked.is_some_and(|o| tried(o)[0] == ("fault-fragile", "left_alone"))
    };
    until("the model is left alone", left_alone).await;
    tenant.check_books().await;
}

#[tokio::test]
async fn every_format_ends_in_the_same_books() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 100_000})).await;
    let tools = json!([{"type": "function", "function": {"name": "look_up",
        "parameters": {"type": "object", "properties": {"echo": {"type": "string"}}}}}]);
    for format in FORMATS {
        for stream in [true, false] {
            for (model, changes, reason, tokens) in [
                ("demo-echo", json!({}), "stop", (5, 5)),
                ("demo-echo", json!({"max_tokens": 2}), "length", (5, 2)),
                ("demo-echo", json!({"tools": tools}), "tool_calls", (5, 5)),
                // Another format answers for this one.
                ("demo-backed", json!({}), "stop", (5, 5)),
                ("fault-filtered", json!({}), "content_filter", (5, 5)),
            ] {
                if model == "fault-filtered" && format == "-ollama" {
                    continue; // Ollama has no filter.
                }
                let model = format!("{model}{format}");
                let case = format!("{model} stream {stream} {reason}");
                let before = tenant.settled().await;
                let mut body = question(&model, changes);
                body["stream"] = stream.into();
                let ask = tenant.chat(&body).send().await.unwrap();
                let request = ask.headers()["x-request-id"].to_str().unwrap().to_owned();
                let text = ask.text().await.unwrap();
                assert!(
                    text.contains(&format!("\"finish_reason\":\"{reason}\"")),
                    "{case}: {text}"
                );
                assert_eq!(text.contains("[DONE]"), stream, "{case}");
                let after = tenant.settled().await;
                let ask = tenant.admin(Method::GET, "/admin/accounts/acc_case/operations?limit=1");
                let (_, page) = read(ask).await;
                let booked = &page["data"][0];
                assert_eq!(booked["id"], request.as_str(), "{case}");
                assert_eq!(booked["outcome"], "done", "{case}");
                let attempts = if model.starts_with("demo-backed") { 2 } else { 1 };
                assert_eq!(tried(booked).len(), attempts, "{case}");
                assert_eq!(booked["estimated"], false, "{case}");
                let (input, output): (i64, i64) = tokens;
                assert_eq!(booked["input_tokens"], input, "{case}: {booked}");
                if reason != "tool_calls" {
                    assert_eq!(booked["output_tokens"], output, "{case}: {booked}");
                }
                let total = input + booked["output_tokens"].as_i64().unwrap();
                let paid = (total * 72 + 99) / 100;
                assert_eq!((before - after, &booked["tokens"]), (paid, &json!(paid)), "{case}");
                let cost = input * 100 + booked["output_tokens"].as_i64().unwrap() * 400;
                assert_eq!(booked["cost_nanousd"], cost, "{case}");
                assert_eq!(booked["output_bytes"], text.len(), "{case}");
            }
        }
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn usage_is_told_by_day_model_and_profile() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for model in ["demo-echo", "demo-echo-gemini", "demo-echo"] {
        assert_eq!(read(tenant.chat(&question(model, json!({})))).await.0, 200);
    }
    assert_eq!(read(tenant.chat(&question("fault-error-500", json!({})))).await.0, 503);
    operations(&tenant, 4).await;
    let (_, by_model) = read(tenant.get("/me/usage?by=model")).await;
    let row = |model: &str, operations: u32, failed: u32, each: u32, tokens: u32| {
        json!({"model": model, "operations": operations, "failed": failed,
            "input_tokens": each, "output_tokens": each, "tokens": tokens})
    };
    let expected = json!([
        row("demo-echo", 2, 0, 10, 16),
        row("demo-echo-gemini", 1, 0, 5, 8),
        row("fault-error-500", 1, 1, 0, 0)
    ]);
    assert_eq!(by_model["data"], expected);
    let (_, by_profile) = read(tenant.get("/me/usage?by=profile")).await;
    assert_eq!(by_profile["data"][0]["profile"], "prf_case");
    let (_, by_day) = read(tenant.get("/me/usage")).await;
    assert_eq!(by_day["data"][0]["operations"], 4, "{by_day}");
    assert_eq!(by_day["data"][0]["day"], by_day["until"]);
    let csv = tenant.get("/me/usage?by=model").header("accept", "text/csv").send().await.unwrap();
    assert!(csv.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let text = csv.text().await.unwrap();
    assert_eq!(text.lines().nth(1), Some("demo-echo,2,0,10,10,16"), "{text}");
    for (query, field) in [("by=year", "by"), ("from=yesterday", "from"), ("format=xml", "format")]
    {
        let (status, body) = read(tenant.get(&format!("/me/usage?{query}"))).await;
        assert_eq!((status, body["field"].as_str()), (422, Some(field)), "{query}");
    }
    // Somebody else's operations are nobody's.
    let other = tenant.token(json!({"account": "acc_other"}));
    let (_, body) = read(world.get(&tenant.host, "/me/usage").bearer_auth(other)).await;
    assert_eq!(body["data"], json!([]));
}

#[tokio::test]
async fn tokens_are_limited_by_the_minute_and_unused_ones_given_back() {
    let world = World::new();
    let limits = json!({"tokens_per_minute_per_account": 400});
    let tenant = world.tenant(json!({"welcome_tokens": 100_000, "limits": limits})).await;
    // Each reserves some 65 tokens and uses 10: more go through than reservations would let.
    for _ in 0..10 {
        assert_eq!(read(tenant.chat(&question("demo-echo", json!({})))).await.0, 200);
        tenant.settled().await;
    }
    let ask = tenant.chat(&question("demo-echo", json!({"max_tokens": 390})));
    let response = ask.send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "tokens_rate_limited", "{body}");
}

#[tokio::test]
async fn a_hang_up_is_booked_as_one_in_every_format_and_dialect() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 10_000})).await;
    for model in in_all_formats(&["fault-gate-in-stream"]) {
        let message = json!([{"role": "user", "content": "one two three four five"}]);
        for (path, body) in [
            ("/v1/chat/completions", json!({"max_tokens": 50, "messages": message})),
            ("/v1/messages", json!({"max_tokens": 50, "messages": message})),
            ("/v1/responses", json!({"max_output_tokens": 50, "input": message})),
        ] {
            let case = format!("{path} {model}");
            let before = tenant.settled().await;
            let mut body = body;
            body["model"] = json!(model);
            body["stream"] = json!(true);
            let ask = world.post(&tenant.host, path, &body).bearer_auth(tenant.token(json!({})));
            let response = ask.send().await.unwrap();
            assert_eq!(response.status(), 200, "{case}");
            drop(read_until(response, " three").await);
            let paid = before - tenant.settled().await;
            let booked = tenant.operations().await;
            assert_eq!(booked[0]["outcome"], "left", "{case}");
            assert_eq!((paid, &booked[0]["tokens"]), (paid, &json!(paid)), "{case}");
            // Three words of five, and the prompt, of which not every provider has told by then.
            assert!((6..=12).contains(&paid), "{case}: {paid}");
        }
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn a_cancelled_answer_costs_the_operator_what_its_provider_bills() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    for (model, billed_tokens) in [("fault-gate-in-stream", 3), ("fault-gate-billed-whole", 50)] {
        let ask = tenant.chat(&question(model, json!({"stream": true, "max_tokens": 50})));
        drop(read_until(ask.send().await.unwrap(), " three").await);
        tenant.settled().await;
        let booked = &tenant.operations().await[0];
        assert_eq!(booked["outcome"], "left", "{booked}");
        // Somebody who hangs up pays for what was sent, whatever the provider bills.
        assert!(booked["tokens"].as_i64().unwrap() < 15, "{booked}");
        let input_tokens = booked["input_tokens"].as_i64().unwrap();
        let cost = booked["cost_nanousd"].as_i64().unwrap() - input_tokens * 100;
        match model {
            "fault-gate-billed-whole" => assert_eq!(cost, billed_tokens * 400, "{booked}"),
            _ => assert!((1_200..=2_000).contains(&cost), "{booked}"),
        }
    }
}

#[tokio::test]
async fn another_tenant_sees_nothing_of_an_account_of_the_same_name() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let other = world.tenant(json!({"welcome_tokens": 1000})).await;
    assert_eq!(read(tenant.chat(&question("demo-echo", json!({})))).await.0, 200);
    operations(&tenant, 1).await;
    assert_eq!(operations(&other, 0).await, Vec::<Value>::new());
    let path = "/admin/accounts/acc_case/operations";
    // Nor does its administrator get in at the first one's door, nor one who is none.
    let foreign = other.token(json!({"roles": ["admin"]}));
    let ask = world.get(&tenant.host, path).bearer_auth(foreign);
    assert_eq!(read(ask).await.0, 401);
    assert_eq!(read(tenant.get(path)).await.0, 403);
}
