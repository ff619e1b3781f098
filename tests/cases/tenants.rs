use conformance::{PLATFORM, World, read, unique};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_demo_tenants_are_there() {
    let world = World::new();
    for handle in ["family", "stories", "paybot", "saas", "market"] {
        let token = world.token(&format!("ten_{handle}"), json!({}));
        let host = format!("{handle}.localhost");
        let (status, body) = read(world.get(&host, "/v1/models").bearer_auth(token)).await;
        assert_eq!(status, 200, "{host}");
        let ids: Vec<_> =
            body["data"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&"demo-echo") && ids.contains(&"demo-slow"), "{ids:?}");
    }
}

#[tokio::test]
async fn a_host_has_many_spellings() {
    let world = World::new();
    let token = world.token("ten_family", json!({}));
    for host in ["FAMILY.localhost", "family.localhost.", "family.localhost:8787"] {
        let (status, _) = read(world.get(host, "/v1/models").bearer_auth(&token)).await;
        assert_eq!(status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_forwarded_host_of_a_stranger_counts_for_nothing() {
    let world = World::new();
    let token = world.token("ten_family", json!({}));
    let ask = world.get("nobody.localhost", "/v1/models").bearer_auth(&token);
    let ask = ask
        .header("x-forwarded-host", "family.localhost")
        .header("forwarded", "host=family.localhost");
    // Spin passes on a client's own copy of the header that it adds itself.
    let ask = ask.header("spin-client-addr", "10.0.0.1:1").header("cf-connecting-ip", "10.0.0.1");
    assert_eq!(read(ask).await.0, 404);
}

#[tokio::test]
async fn a_tenant_and_its_domain_are_there_as_soon_as_they_are_made() {
    let world = World::new();
    let tenant = world.tenant(json!({"region": "weur"})).await;
    let (status, _) = read(tenant.get("/v1/models")).await;
    assert_eq!(status, 200);

    let domain = format!("{}.example", unique("shop"));
    let path = format!("/admin/tenants/{}/domains/{}", tenant.id, domain.to_uppercase());
    let put = || world.ask(Method::PUT, PLATFORM, &path).bearer_auth(world.operator());
    let (status, body) = read(put()).await;
    assert_eq!((status, body["host"].as_str()), (200, Some(domain.as_str())), "{body}");
    assert_eq!(read(put()).await.0, 200);
    let ask =
        world.get(&format!("{domain}:443"), "/v1/models").bearer_auth(tenant.token(json!({})));
    assert_eq!(read(ask).await.0, 200);

    let other = world.tenant(json!({})).await;
    let path = format!("/admin/tenants/{}/domains/{domain}", other.id);
    let (status, body) =
        read(world.ask(Method::PUT, PLATFORM, &path).bearer_auth(world.operator())).await;
    assert_eq!((status, body["field"].as_str()), (409, Some("host")));
}

#[tokio::test]
async fn only_operators_make_tenants() {
    let world = World::new();
    let record = json!({"handle": unique("x"), "name": "x", "app": "saas"});
    let post = |host: &str, token: String| {
        read(world.post(host, "/admin/tenants", &record).bearer_auth(token))
    };
    // An administrator of a tenant is nobody on the operators' host, and theirs has no such path.
    let admin = world.token("ten_family", json!({"roles": ["admin"]}));
    assert_eq!(post(PLATFORM, admin.clone()).await.0, 401);
    assert_eq!(post("family.localhost", admin).await.0, 404);
    let user = world.token("ten_postern", json!({}));
    assert_eq!(post(PLATFORM, user).await.0, 403);
}

#[tokio::test]
async fn a_wrong_tenant_is_told_what_is_wrong() {
    let world = World::new();
    for (record, status, field) in [
        (json!({"handle": "Wrong!", "name": "x", "app": "saas"}), 422, "handle"),
        (json!({"handle": "x", "name": "x", "app": "bank"}), 422, "app"),
        (json!({"handle": "family", "name": "x", "app": "saas"}), 409, "handle"),
    ] {
        let ask = world.post(PLATFORM, "/admin/tenants", &record).bearer_auth(world.operator());
        let (found, body) = read(ask).await;
        assert_eq!((found, body["field"].as_str()), (status, Some(field)), "{body}");
    }
}

#[tokio::test]
async fn browsers_of_allowed_origins_may_read() {
    let world = World::new();
    let tenant = world.tenant(json!({"cors_origins": ["https://app.example"]})).await;
    let preflight = |origin: &'static str| {
        let ask = world.ask(Method::OPTIONS, &tenant.host, "/v1/chat/completions");
        ask.header("origin", origin).header("access-control-request-method", "POST").send()
    };
    let allowed = preflight("https://app.example").await.unwrap();
    assert_eq!(allowed.status(), 204);
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://app.example");
    assert_eq!(allowed.headers()["access-control-allow-methods"], "POST");
    let refused = preflight("https://evil.example").await.unwrap();
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
    let ask = tenant.get("/me/balance").header("origin", "https://app.example");
    let answer = ask.send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example");
}
