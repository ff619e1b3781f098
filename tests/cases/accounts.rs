use conformance::{World, question, read, unique};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_grant_is_made_once_however_often_it_is_sent() {
    let world = World::new();
    let tenant = world.tenant(json!({})).await;
    let key = unique("grant");
    let send = |tokens: u64| {
        let ask = tenant.admin(Method::POST, "/admin/accounts/acc_case/grants");
        read(ask.header("idempotency-key", &key).json(&json!({"tokens": tokens})))
    };
    // At once and one after the other.
    let together = futures::future::join_all((0..20).map(|_| send(500))).await;
    let made = together.iter().filter(|(status, _)| *status == 201).count();
    let again = together.iter().filter(|(status, _)| *status == 200).count();
    assert_eq!((made, again), (1, 19));
    assert_eq!(send(500).await.0, 200);
    assert_eq!(send(501).await.0, 422);
    assert_eq!(tenant.wallet().await, (500, 0));
    tenant.check_books().await;
}

#[tokio::test]
async fn wrong_grants_are_named() {
    let world = World::new();
    let tenant = world.tenant(json!({})).await;
    let path = "/admin/accounts/acc_case/grants";
    let ask = || tenant.admin(Method::POST, path);
    let (status, body) = read(ask().json(&json!({"tokens": 5}))).await;
    assert_eq!((status, body["field"].as_str()), (422, Some("Idempotency-Key")));
    let (status, body) =
        read(ask().header("idempotency-key", "k").json(&json!({"tokens": 0}))).await;
    assert_eq!((status, body["field"].as_str()), (422, Some("tokens")));
    let most = json!({"tokens": 9_007_199_254_740_991_u64});
    assert_eq!(read(ask().header("idempotency-key", "most").json(&most)).await.0, 201);
    assert_eq!(tenant.wallet().await, (9_007_199_254_740_991, 0));
}

#[tokio::test]
async fn transfers_come_in_pages() {
    let world = World::new();
    let tenant = world.tenant(json!({})).await;
    for _ in 0..5 {
        tenant.grant(10).await;
    }
    let mut path = "/me/transfers?limit=2".to_owned();
    let mut sizes = Vec::new();
    loop {
        let (status, page) = read(tenant.get(&path)).await;
        assert_eq!(status, 200, "{page}");
        sizes.push(page["data"].as_array().unwrap().len());
        match page["next"].as_str() {
            Some(next) => path = format!("/me/transfers?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    let (status, body) = read(tenant.get("/me/transfers?cursor=nonsense")).await;
    assert_eq!((status, body["field"].as_str()), (422, Some("cursor")));
}

#[tokio::test]
async fn accounts_and_tenants_do_not_see_each_other() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1000})).await;
    let (status, _) = read(tenant.chat(&question("demo-echo", json!({})))).await;
    assert_eq!(status, 200);
    let other = tenant.token(json!({"account": "acc_other"}));
    let (_, page) = read(world.get(&tenant.host, "/me/transfers").bearer_auth(other)).await;
    let sources: Vec<_> = page["data"].as_array().unwrap().iter().map(|t| &t["source"]).collect();
    assert_eq!(sources, ["welcome"]);
    // The same account id with another tenant is another account.
    let stranger = world.tenant(json!({})).await;
    assert_eq!(stranger.wallet().await, (0, 0));
    assert!(stranger.transfers().await.is_empty());
}
