use crate::support::*;
use futures::StreamExt;
use http::StatusCode;
use ports::{Host, memory::Layout};
use serde_json::{Value, json};

/// What the question of these tests sets aside: a prompt of 2 + 4 + 3 tokens with a fifth more,
/// and an answer of at most 100, times 72/100.
const RESERVED: i64 = 80;

fn limited(changes: Value) -> Value {
    let mut body = question(json!({"max_tokens": 100}));
    for (name, value) in changes.as_object().cloned().unwrap_or_default() {
        body[name] = value;
    }
    body
}

fn streamed() -> Value {
    limited(json!({"stream": true}))
}

/// What has been spent of the welcome, and what is held.
fn spent(world: &World) -> (i64, i64) {
    let (posted, held, _) = world.wallet(FAMILY, &world.family());
    (1_000_000 - posted, held)
}

#[test]
fn an_answer_in_one_piece_is_paid_for_exactly() {
    let world = World::new();
    world.provider.will(whole("Hello", 10, 5));
    let answer = world.chat(limited(json!({}))).send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json()["choices"][0]["message"]["content"], "Hello");
    // 15 tokens times 72/100 is 10.8.
    assert_eq!(spent(&world), (11, 0));
}

#[test]
fn a_stream_is_relayed_as_it_comes_and_paid_for_exactly() {
    let world = World::new();
    let pieces = vec![word("one"), word(" two"), finish(), usage(10, 2), done()];
    world.provider.will(Does::Streams(pieces));
    let answer = world.chat(streamed()).send();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    let events: Vec<_> = answer.text.split("\n\n").filter(|e| !e.is_empty()).collect();
    assert_eq!(events.len(), 4);
    assert!(events[0].contains("one") && events[1].contains(" two"));
    assert_eq!(events[3], "data: [DONE]");
    // 12 times 72/100 is 8.64.
    assert_eq!(spent(&world), (9, 0));
}

#[test]
fn usage_is_forced_upstream_and_shown_when_asked_for() {
    let world = World::new();
    let pieces = || Does::Streams(vec![word("one"), finish(), usage(10, 1), done()]);
    world.provider.will(pieces());
    assert!(!world.chat(streamed()).send().text.contains("prompt_tokens"));
    world.provider.will(pieces());
    let asked = limited(json!({"stream": true, "stream_options": {"include_usage": true}}));
    assert!(world.chat(asked).send().text.contains(r#""prompt_tokens":10"#));
    for body in world.provider.asked() {
        assert_eq!(body["stream_options"]["include_usage"], true);
    }
}

#[test]
fn the_provider_gets_its_model_its_limit_and_nothing_of_ours() {
    let secrets = [
        ("POSTERN_ENV", "dev"),
        ("JWT_DEV_KEY", SECRET),
        ("OPENAI_API_KEY", "sk-provider"),
        ("OPENAI_API_BASE", "https://proxy.example/v1/"),
    ];
    let world = World::with(Layout::PerShard, &secrets);
    world.provider.will(whole("x", 1, 1));
    let body = question(json!({"model": "gpt-4o-mini", "user": "u", "metadata": {"a": "b"}}));
    assert_eq!(world.chat(body).send().status, 200);
    assert_eq!(world.provider.asked_urls(), ["https://proxy.example/v1/chat/completions"]);
    assert_eq!(world.provider.asked_header("authorization").as_deref(), Some("Bearer sk-provider"));
    let asked = &world.provider.asked()[0];
    assert_eq!(asked["max_completion_tokens"], 16_384);
    assert_eq!((&asked["user"], &asked["metadata"]), (&json!("u"), &json!({"a": "b"})));
}

#[test]
fn the_amount_is_held_while_the_model_answers() {
    let world = World::new();
    let pieces = vec![word("one"), Piece::Wait(1_000), finish(), usage(10, 1), done()];
    world.provider.will(Does::Streams(pieces));
    let response = world.chat(streamed()).open();
    assert_eq!(spent(&world), (0, RESERVED));
    let rest = world.host.run(response.into_body().collect(10_000)).unwrap();
    assert!(rest.ends_with(b"data: [DONE]\n\n"));
    world.host.run_tasks();
    assert_eq!(spent(&world), (8, 0));
}

#[test]
fn a_client_that_takes_its_time_is_not_taken_for_a_silent_provider() {
    let world = World::new();
    let pieces = vec![word("one"), Piece::Wait(1_500), word("two"), finish(), usage(10, 2), done()];
    world.provider.will(Does::Streams(pieces));
    let mut stream = world.chat(streamed()).open().into_body().into_stream();
    world.host.run(stream.next()).unwrap().unwrap();
    // Nothing is read for longer than a provider may be silent.
    world.host.clock().advance(70_000);
    let mut rest = Vec::new();
    while let Some(piece) = world.host.run(stream.next()) {
        rest.extend_from_slice(&piece.unwrap());
    }
    let rest = String::from_utf8(rest).unwrap();
    assert!(rest.starts_with(":\n\n"), "{rest}");
    assert!(rest.ends_with("data: [DONE]\n\n"), "{rest}");
}

#[test]
fn a_client_that_hangs_up_pays_for_what_it_was_sent() {
    let world = World::new();
    let pieces = vec![word("12345678"), Piece::Wait(10), word("abcd"), Piece::Hang];
    world.provider.will(Does::Streams(pieces));
    let mut stream = world.chat(streamed()).open().into_body().into_stream();
    for _ in 0..2 {
        world.host.run(stream.next()).unwrap().unwrap();
    }
    drop(stream);
    world.host.run_tasks();
    assert_eq!(world.provider.left.get(), 1);
    // The prompt of 9 and 6 tokens of answer, times 72/100: 10.8.
    assert_eq!(spent(&world), (11, 0));
}

#[test]
fn a_client_that_hangs_up_before_it_reads_pays_for_the_prompt() {
    let world = World::new();
    world.provider.will(Does::Streams(vec![word("12345678"), Piece::Hang]));
    drop(world.chat(streamed()).open());
    world.host.run_tasks();
    assert_eq!(spent(&world), (7, 0));
}

#[test]
fn a_cut_answer_ends_in_an_error_and_without_done() {
    for cut in [
        vec![word("12345678"), Piece::Break],
        vec![word("12345678")],
        vec![word("12345678"), Piece::Bytes("data: {\"cho".into())],
        vec![word("12345678"), event(&json!({"error": {"message": "secret words"}}))],
        vec![word("12345678"), Piece::Bytes("data: not json\n\n".into())],
        vec![word("12345678"), Piece::Hang],
    ] {
        let world = World::new();
        world.provider.will(Does::Streams(cut));
        let answer = world.chat(streamed()).send();
        assert_eq!(answer.status, 200);
        assert!(!answer.text.contains("[DONE]") && !answer.text.contains("secret words"));
        let last = answer.text.trim_end().rsplit("\n\n").next().unwrap();
        let error = last.strip_prefix("event: error\ndata: ").unwrap_or_else(|| panic!("{last}"));
        let error: Value = serde_json::from_str(error).unwrap();
        assert_eq!(error["error"]["type"], "server_error");
        // What was released is paid for: 9 and 5 tokens.
        assert_eq!(spent(&world), (11, 0));
    }
}

#[test]
fn a_failure_before_any_output_is_a_plain_problem_and_costs_nothing() {
    let unavailable = "provider_unavailable";
    let refusal = |status: u16| {
        let status = StatusCode::from_u16(status).unwrap();
        Does::Says(status, r#"{"error": {"message": "secret words"}}"#.into())
    };
    let preamble = || event(&json!({"choices": [{"delta": {"role": "assistant", "content": ""}}]}));
    let cases: Vec<(Does, u16, &str)> = vec![
        (Does::Nothing, 503, unavailable),
        (Does::Hangs, 503, unavailable),
        (refusal(500), 503, unavailable),
        (refusal(529), 503, unavailable),
        (refusal(401), 503, unavailable),
        (refusal(302), 503, unavailable),
        (refusal(429), 503, "provider_busy"),
        (refusal(400), 422, "provider_rejected"),
        (Does::Streams(vec![]), 503, "provider_broke_off"),
        (Does::Streams(vec![preamble(), Piece::Break]), 503, "provider_broke_off"),
        (Does::Streams(vec![preamble(), Piece::Hang]), 503, "provider_broke_off"),
        (Does::Streams(vec![event(&json!({"error": {"message": "x"}}))]), 503, unavailable),
        (Does::Says(StatusCode::OK, "<html>".into()), 503, "provider_broke_off"),
    ];
    for (index, (does, status, code)) in cases.into_iter().enumerate() {
        let world = World::new();
        world.provider.will(does);
        let answer = world.chat(streamed()).send();
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "case {index}");
        assert!(!answer.text.contains("secret words"));
        assert_eq!(answer.header("retry-after").is_some(), status == 503);
        assert_eq!(spent(&world), (0, 0), "case {index}");
    }
}

#[test]
fn an_answer_in_one_piece_that_is_none_costs_nothing() {
    for body in ["", "<html>", "{}", r#"{"error": {"message": "x"}}"#] {
        let world = World::new();
        world.provider.will(Does::Says(StatusCode::OK, body.into()));
        assert_eq!(world.chat(limited(json!({}))).send().status, 503, "{body}");
        assert_eq!(spent(&world), (0, 0));
    }
}

#[test]
fn without_the_providers_word_our_own_count_is_paid() {
    let world = World::new();
    world.provider.will(Does::Streams(vec![word("12345678"), finish(), done()]));
    world.chat(streamed()).send();
    assert_eq!(spent(&world), (11, 0));
}

#[test]
fn never_more_than_was_held() {
    let world = World::new();
    world.provider.will(whole("x", 1_000_000, 1_000_000));
    assert_eq!(world.chat(limited(json!({}))).send().status, 200);
    assert_eq!(spent(&world), (RESERVED, 0));
}

#[test]
fn exactly_those_requests_pass_that_the_wallet_covers() {
    for layout in [Layout::PerShard, Layout::Shared] {
        let world = World::with(layout, &[("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", SECRET)]);
        let id = world.tenant("shop", json!({}));
        world.grant("shop", &id, "acc_demo", 10 * RESERVED as u64 + 5);
        let token = world.token("shop", json!({"tenant": id}));
        let mut streams = Vec::new();
        let mut refused = 0;
        for _ in 0..100 {
            world.provider.will(Does::Streams(vec![
                word("one"),
                Piece::Wait(500),
                finish(),
                usage(10, 1),
                done(),
            ]));
            let ask = world.ask("POST", "shop.localhost", "/v1/chat/completions").bearer(&token);
            let response = ask.json(&streamed()).open();
            match response.status().as_u16() {
                200 => streams.push(response),
                402 => refused += 1,
                other => panic!("{other}"),
            }
        }
        assert_eq!((streams.len(), refused), (10, 90));
        let wallet = || world.wallet("shop.localhost", &token);
        assert_eq!(wallet(), (10 * RESERVED + 5, 10 * RESERVED, 5));
        for response in streams {
            world.host.run(response.into_body().collect(10_000)).unwrap();
        }
        world.host.run_tasks();
        assert_eq!(
            wallet(),
            (9 * RESERVED + RESERVED + 5 - 80, 0, 9 * RESERVED + RESERVED + 5 - 80)
        );
    }
}

#[test]
fn a_poor_wallet_is_told_how_poor() {
    let world = World::new();
    let id = world.tenant("shop", json!({}));
    world.grant("shop", &id, "acc_demo", 50);
    let token = world.token("shop", json!({"tenant": id}));
    let ask = world.ask("POST", "shop.localhost", "/v1/chat/completions").bearer(&token);
    let answer = ask.json(&limited(json!({}))).send();
    assert_eq!((answer.status, answer.code().as_str()), (402, "insufficient_tokens"));
    let error = &answer.json()["error"];
    assert_eq!(error["type"], "insufficient_quota");
    assert_eq!(error["message"], "The request may cost 80 tokens and 50 are available.");
    assert!(world.provider.asked().is_empty());
}

#[test]
fn a_hold_that_nobody_ended_ends_with_its_time() {
    let world = World::new();
    world.provider.will(Does::Streams(vec![word("one"), Piece::Hang]));
    let response = world.chat(streamed()).open();
    // The instance is gone: neither the stream nor the work after it goes on.
    std::mem::forget(response);
    assert_eq!(spent(&world), (0, RESERVED));
    world.host.clock().advance(120_000 + 119_999);
    assert_eq!(spent(&world), (0, RESERVED));
    world.host.clock().advance(1);
    assert_eq!(spent(&world), (0, 0));
}

#[test]
fn a_settlement_is_tried_again_when_the_shard_is_out_of_reach() {
    let world = World::new();
    world.provider.will(Does::Streams(vec![word("one"), finish(), usage(10, 5), done()]));
    let response = world.chat(streamed()).open();
    world.host.run(response.into_body().collect(10_000)).unwrap();
    world.host.set_sql_down(true);
    let host = world.host.clone();
    world.host.run(async {
        ports::Clock::sleep(host.clock(), 60).await;
        host.set_sql_down(false);
    });
    world.host.run_tasks();
    assert_eq!(spent(&world), (11, 0));
}

#[test]
fn the_database_out_of_reach_stops_a_chat_before_it_costs() {
    let world = World::new();
    world.host.set_sql_down(true);
    let answer = world.chat(limited(json!({}))).send();
    assert_eq!((answer.status, answer.code().as_str()), (503, "temporarily_unavailable"));
    assert!(world.provider.asked().is_empty());
}

#[test]
fn a_slow_stream_may_take_its_time_but_not_for_ever() {
    // Ten seconds between two pieces are allowed, and two minutes in all.
    let steps = |count: usize| {
        let steps = (0..count).flat_map(|_| [word("x"), Piece::Wait(9_999)]);
        Does::Streams(steps.chain([finish(), usage(1, 1), done()]).collect())
    };
    let world = World::new();
    world.provider.will(steps(11));
    assert!(world.chat(streamed()).send().text.ends_with("data: [DONE]\n\n"));
    world.provider.will(steps(13));
    assert!(world.chat(streamed()).send().text.contains("event: error"));
}

#[test]
fn wrong_requests_are_named_in_openais_shape() {
    let world = World::new();
    for (body, status, param, code) in [
        ("{".to_owned(), 400, Value::Null, "invalid_body"),
        (question(json!({"messages": []})).to_string(), 422, json!("messages"), "invalid_field"),
        (
            question(json!({"temperature": 3})).to_string(),
            422,
            json!("temperature"),
            "invalid_field",
        ),
        (
            question(json!({"max_tokens": 1025})).to_string(),
            422,
            json!("max_tokens"),
            "invalid_field",
        ),
        (question(json!({"model": "gpt-9"})).to_string(), 404, json!("model"), "model_not_found"),
        // Its provider's key is not configured.
        (question(json!({"model": "gpt-4o"})).to_string(), 404, json!("model"), "model_not_found"),
    ] {
        let ask = world.ask("POST", FAMILY, "/v1/chat/completions").bearer(world.family());
        let answer = ask.body(body.clone()).send();
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}");
        assert_eq!(answer.json()["error"]["param"], param, "{body}");
        assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
    }
    let huge =
        ports::Body::stream(futures::stream::repeat(Ok(bytes::Bytes::from(vec![b' '; 1 << 20]))));
    let ask = world.ask("POST", FAMILY, "/v1/chat/completions").bearer(world.family());
    let answer = ask.body(huge).send();
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    assert_eq!(spent(&world), (0, 0));
}

#[test]
fn a_tenant_offers_the_models_it_offers() {
    let world = World::new();
    let id = world.tenant("shop", json!({"models": ["demo-slow"]}));
    let token = world.token("shop", json!({"tenant": id}));
    let ask = |path: &str| world.ask("GET", "shop.localhost", path).bearer(&token).send();
    let listed = ask("/v1/models").json();
    let ids: Vec<_> = listed["data"].as_array().unwrap().iter().map(|m| m["id"].clone()).collect();
    assert_eq!(ids, ["demo-slow"]);
    assert_eq!(ask("/v1/models/demo-slow").json()["object"], "model");
    assert_eq!(ask("/v1/models/demo-echo").code(), "model_not_found");
    let chat = world.ask("POST", "shop.localhost", "/v1/chat/completions").bearer(&token);
    assert_eq!(chat.json(&question(json!({}))).send().code(), "model_not_found");
}

#[test]
fn chats_are_counted_in_the_shard_and_so_across_instances() {
    let world = World::new();
    let limits = json!({"requests_per_minute_per_key": 2});
    let id = world.tenant("shop", json!({"limits": limits, "welcome_tokens": 100_000}));
    let chat = |world: &World| {
        world.provider.will(whole("x", 1, 1));
        let token = world.token("shop", json!({"tenant": id}));
        let ask = world.ask("POST", "shop.localhost", "/v1/chat/completions").bearer(token);
        ask.json(&limited(json!({}))).send()
    };
    let first = chat(&world);
    assert_eq!((first.status, first.header("ratelimit-remaining")), (200, Some("1")));
    assert_eq!(chat(&world.restarted()).status, 200);
    let refused = chat(&world.restarted());
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), Some("30"));
    assert_eq!(refused.json()["error"]["type"], "rate_limit_error");
    world.host.clock().advance(30_000);
    assert_eq!(chat(&world).status, 200);
}
