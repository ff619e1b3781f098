use conformance::{World, question, read};
use serde_json::json;

#[tokio::test]
async fn a_caller_that_asks_too_often_is_told_when_to_come_back() {
    let world = World::new();
    let limits = json!({"requests_per_minute_per_key": 3});
    let tenant = world.tenant(json!({"limits": limits, "welcome_tokens": 100_000})).await;
    let chat = || tenant.chat(&question("demo-echo", json!({}))).send();
    for remaining in ["2", "1", "0"] {
        let response = chat().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["ratelimit-limit"], "3");
        assert_eq!(response.headers()["ratelimit-remaining"], remaining);
    }
    let refused = chat().await.unwrap();
    assert_eq!(refused.status(), 429);
    let after: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&after), "{after}");
    let body: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(body["error"]["type"], "rate_limit_error");
    // Another person of the same account has a quota of their own.
    let other = tenant.token(json!({"profile": "prf_other"}));
    let ask = world.post(&tenant.host, "/v1/chat/completions", &question("demo-echo", json!({})));
    assert_eq!(read(ask.bearer_auth(other)).await.0, 200);
    // What was refused was not charged for.
    tenant.settled().await;
    let transfers = tenant.transfers().await;
    assert_eq!(transfers.iter().filter(|t| t["kind"] == "reserve").count(), 4);
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_refused() {
    let world = World::new();
    let limits = json!({"requests_per_minute_per_ip": 5});
    let tenant = world.tenant(json!({"limits": limits})).await;
    for remaining in ["4", "3", "2", "1", "0"] {
        let response = tenant.get("/v1/models").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["ratelimit-remaining"], remaining);
    }
    let (status, body) = read(tenant.get("/v1/models")).await;
    assert_eq!((status, body["error"]["code"].as_str()), (429, Some("rate_limited")));
}
