//! What is subscribed to, used up and topped up.

use conformance::{World, read, till::Till, until};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const BUYER: &str = "acc_caller";

struct Plan<'w>(Till<'w>);

impl Plan<'_> {
    /// A market that sells a plan of ten calls a month, which the account has, and five more calls.
    async fn open(world: &World) -> (Plan<'_>, String) {
        let till = Till::open(world).await;
        let meter = json!({"name": "calls", "capacity": 10, "hard": true});
        let plan = till.sells("subscription", json!({"meter": meter}), None, 900).await;
        let more = json!({"top_up": {"meter": "calls", "capacity": 5}});
        let more = till.sells("token_pack", more, None, 300).await;
        till.buy(BUYER, &plan).await;
        let this = Plan(till);
        until("the plan runs", async || !this.window().await.is_null()).await;
        (this, more)
    }

    async fn window(&self) -> Value {
        let status = self.0.of(BUYER, "/subscription/status").await;
        status["data"][0]["windows"][0].clone()
    }

    async fn call(&self, identifier: &str, quantity: i64) -> (u16, Value) {
        let body = json!({"meter": "calls", "quantity": quantity, "identifier": identifier});
        read(self.0.as_account(Method::POST, "/usage/events", BUYER).json(&body)).await
    }
}

#[tokio::test]
async fn a_capacity_is_used_up_and_topped_up() {
    let world = World::new();
    let (plan, more) = Plan::open(&world).await;
    let (status, used) = plan.call("first", 9).await;
    assert_eq!((status, &used["left"], &used["alerts"]), (201, &json!(1), &json!([80, 90])));
    assert_eq!(plan.call("first", 9).await.0, 200);
    let (status, refused) = plan.call("second", 2).await;
    assert_eq!((status, refused["code"].as_str()), (402, Some("capacity_used_up")));
    let order = plan.0.buy(BUYER, &more).await;
    until("there is more", async || plan.window().await["extra"] == 5).await;
    let (status, used) = plan.call("second", 2).await;
    assert_eq!((status, &used["extra"], &used["left"]), (201, &json!(4), &json!(4)), "{used}");
    let path = format!("/admin/orders/{order}/refunds");
    let ask = plan.0.tenant.admin(Method::POST, &path).header("idempotency-key", "all");
    assert_eq!(read(ask.json(&json!({}))).await.0, 201);
    assert_eq!(plan.window().await["extra"], 0);
    assert_eq!(plan.call("third", 1).await.0, 402);
}

#[tokio::test]
async fn the_last_call_is_made_once() {
    let world = World::new();
    let (plan, more) = Plan::open(&world).await;
    plan.0.buy(BUYER, &more).await;
    until("there is more", async || plan.window().await["extra"] == 5).await;
    assert_eq!(plan.call("first", 14).await.0, 201);
    let names: Vec<_> = (0..40).map(|n| format!("n{n}")).collect();
    let answers = join_all(names.iter().map(|name| plan.call(name, 1))).await;
    let statuses: Vec<_> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 402].contains(status)), "{statuses:?}");
    let window = plan.window().await;
    assert_eq!((&window["used"], &window["left"]), (&json!(15), &json!(0)));
}

/// Every deed of an administrator is in the chain, also when many are done at once.
#[tokio::test]
async fn what_administrators_do_is_chained() {
    let world = World::new();
    let till = Till::open(&world).await;
    let codes: Vec<_> = (0..8).map(|n| format!("CODE{n}")).collect();
    join_all(codes.iter().map(|code| {
        let coupon = json!({"code": code, "kind": "percent", "value": 500, "details": {}});
        till.admin(Method::POST, "/admin/coupons", coupon)
    }))
    .await;
    let verify = async || {
        let ask = till.tenant.admin(Method::GET, "/admin/audit/verify");
        let (status, verdict) = read(ask).await;
        assert_eq!((status, &verdict["intact"]), (200, &json!(true)), "{verdict}");
        verdict
    };
    // They are written after the answers.
    until("all of it is written", async || verify().await["entries"].as_u64() >= Some(9)).await;
    let verdict = verify().await;
    assert_eq!(verdict["head"]["seq"], verdict["entries"]);
}
