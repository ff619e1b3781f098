//! Answers that are kept for those who ask the same.

use conformance::{Tenant, World, question, read, unique, until};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map_or_else(String::new, |v| v.to_str().unwrap().to_owned())
}

async fn cache_status(ask: RequestBuilder) -> String {
    let response = ask.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let status = header(&response, "cache-status");
    response.bytes().await.unwrap();
    status
}

/// Asks until the answer is a kept one: keeping comes after answering.
async fn kept(tenant: &Tenant<'_>, body: &Value) -> Response {
    let mut found = None;
    let is_kept = async || {
        let response = tenant.chat(body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let is_kept = header(&response, "cache-status").starts_with("postern; hit");
        found = Some(response);
        is_kept
    };
    until("the answer is kept", is_kept).await;
    found.unwrap()
}

#[tokio::test]
async fn the_same_request_is_answered_once_and_paid_once() {
    let world = World::new();
    let tenant =
        world.tenant(json!({"welcome_tokens": 1000, "response_cache": {"ttl_seconds": 600}})).await;
    for stream in [false, true] {
        let user = unique("same");
        let body = question("demo-echo", json!({"user": user, "stream": stream}));
        let first = tenant.chat(&body).send().await.unwrap();
        assert_eq!(header(&first, "cache-status"), "postern; fwd=miss");
        let content_type = header(&first, "content-type");
        let first = first.text().await.unwrap();
        let second = kept(&tenant, &body).await;
        assert_eq!(header(&second, "content-type"), content_type);
        assert!(header(&second, "age").parse::<u32>().unwrap() < 600);
        assert_eq!(header(&second, "x-postern-model"), "demo-echo");
        assert_eq!(second.text().await.unwrap(), first);
        // The members in another order are the same request, as another client would send it.
        let text = format!(
            "{{\"messages\":{},\"stream\":{stream},\"user\":\"{user}\",\"max_tokens\":50,\"model\":\"demo-echo\"}}",
            body["messages"]
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), body);
        let before = tenant.settled().await;
        let ask = world.ask(reqwest::Method::POST, &tenant.host, "/v1/chat/completions");
        let ask = ask.header("content-type", "application/json").body(text);
        let status = cache_status(ask.bearer_auth(tenant.token(json!({})))).await;
        assert!(status.starts_with("postern; hit"), "{status}");
        assert_eq!(tenant.settled().await, before);
        // What differs in anything is another request.
        let mut other = body.clone();
        other["temperature"] = json!(0.5);
        assert_eq!(cache_status(tenant.chat(&other)).await, "postern; fwd=miss");
    }
    tenant.check_books().await;
}

#[tokio::test]
async fn a_kept_answer_is_for_the_same_profile_unless_the_tenant_says_otherwise() {
    let world = World::new();
    for (public, hits) in [(false, false), (true, true)] {
        let cache = json!({"ttl_seconds": 600, "public": public});
        let tenant = world.tenant(json!({"welcome_tokens": 1000, "response_cache": cache})).await;
        let stranger = world.tenant(json!({"welcome_tokens": 1000, "response_cache": cache})).await;
        let body = question("demo-echo", json!({}));
        kept(&tenant, &body).await;
        for who in [json!({"account": "acc_other"}), json!({"profile": "prf_other"})] {
            let ask = world.post(&tenant.host, "/v1/chat/completions", &body);
            let status = cache_status(ask.bearer_auth(tenant.token(who))).await;
            assert_eq!(status.starts_with("postern; hit"), hits, "public {public}: {status}");
        }
        // Another tenant's never.
        assert_eq!(cache_status(stranger.chat(&body)).await, "postern; fwd=miss");
    }
}

#[tokio::test]
async fn a_client_decides_with_cache_control() {
    let world = World::new();
    let tenant =
        world.tenant(json!({"welcome_tokens": 1000, "response_cache": {"ttl_seconds": 600}})).await;
    let body = question("demo-echo", json!({}));
    let wishing = |wish: &str| tenant.chat(&body).header("cache-control", wish);
    let (status, refusal) = read(wishing("only-if-cached")).await;
    assert_eq!((status, refusal["error"]["code"].as_str()), (504, Some("not_cached")));
    assert_eq!(cache_status(wishing("no-store")).await, "");
    tenant.settled().await;
    assert_eq!(read(wishing("only-if-cached")).await.0, 504);
    kept(&tenant, &body).await;
    assert!(cache_status(wishing("only-if-cached")).await.starts_with("postern; hit"));
    assert_eq!(cache_status(wishing("no-cache")).await, "postern; fwd=request");
    assert_eq!(cache_status(wishing("no-store")).await, "");
}

#[tokio::test]
async fn only_whole_answers_are_kept_and_only_where_the_tenant_wants_it() {
    let world = World::new();
    let cache = json!({"ttl_seconds": 600});
    let tenant = world.tenant(json!({"welcome_tokens": 1000, "response_cache": cache})).await;
    let body = question("fault-cut", json!({"stream": true}));
    for _ in 0..2 {
        assert_eq!(cache_status(tenant.chat(&body)).await, "postern; fwd=miss");
        tenant.settled().await;
    }
    let without = world.tenant(json!({"welcome_tokens": 1000})).await;
    let body = question("demo-echo", json!({}));
    for _ in 0..2 {
        assert_eq!(cache_status(without.chat(&body)).await, "");
        without.settled().await;
    }
}
