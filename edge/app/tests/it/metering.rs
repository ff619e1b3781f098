//! What is used of subscriptions.

mod top_ups;

use crate::support::{Answer, SECRET, World};
use futures::future::join_all;
use kernel::Region;
use ports::{Body, Clock, Host, Shard, Sql, Statement, memory::Layout};
use serde_json::{Value, json};
use std::{cell::RefCell, rc::Rc};

const MARKET: &str = "market.localhost";
const DAY_MS: i64 = 86_400_000;

/// What Stripe was asked: path and form.
type Asked = Rc<RefCell<Vec<(String, String)>>>;

struct Shop {
    world: World,
    asked: Asked,
}

impl Shop {
    /// An account with one subscription, which brings ten calls.
    fn new(hard: bool, period: &str) -> Self {
        let secrets =
            [("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", SECRET), ("STRIPE_SECRET_KEY", "sk_test_a")];
        let world = World::with(Layout::PerShard, &secrets);
        let asked = Asked::default();
        let told = asked.clone();
        world.host.http().script(move |request| {
            let told = told.clone();
            async move {
                let (parts, body) = request.into_parts();
                let form = body.collect(1 << 16).await.unwrap();
                let path = parts.uri.path().to_owned();
                told.borrow_mut().push((path.clone(), String::from_utf8(form.into()).unwrap()));
                let answer = match path.as_str() {
                    "/v1/billing_portal/sessions" => {
                        json!({"id": "bps_1", "url": "https://billing.stripe.com/p/1"})
                    }
                    "/v1/subscriptions/sub_a" => {
                        let quantity = if parts.method == http::Method::GET { 1 } else { 3 };
                        json!({"id": "sub_a", "status": "active",
                            "items": {"data": [{"id": "si_a", "quantity": quantity}], "has_more": false}})
                    }
                    _ => json!({"identifier": "x", "timestamp": 1}),
                };
                Ok(http::Response::new(Body::from(answer.to_string())))
            }
        });
        let shop = Self { world, asked };
        let now = shop.world.host.clock().now().0;
        shop.sql(&format!(
            "INSERT INTO order_item (tenant_id, order_id, line, n, product_id, kind, units, meter, capacity, meter_hard, meter_period) \
             VALUES ('ten_market', 'ord_a', 1, 1, 'prd_a', 'subscription', 1, 'calls', 10, {}, '{period}')",
            i64::from(hard)
        ));
        shop.sql("INSERT INTO order_line (tenant_id, order_id, n, product_id, name, quantity, unit_minor, discount_minor, total_minor) \
                  VALUES ('ten_market', 'ord_a', 1, 'prd_a', 'Plan', 1, 900, 0, 900)");
        shop.sql(&format!(
            "INSERT INTO subscription VALUES ('ten_market', 'sub_a', 'acc_demo', 'ord_a', 'cus_a', 'active', 1, 1, 'si_a', {}, {}, 0, 1, 1, 0)",
            now - DAY_MS, now + 30 * DAY_MS
        ));
        shop
    }

    fn sql(&self, sql: &str) -> Vec<ports::Row> {
        let tenant = "ten_market".parse().unwrap();
        let shard = Shard::Tenant { tenant, region: Region::Auto };
        let statement = Statement::new(sql.to_owned().leak(), []);
        self.world.host.run(self.world.host.sql(&shard).query(statement)).unwrap()
    }

    fn count(&self, sql: &str) -> i64 {
        self.sql(sql)[0].int(0).unwrap()
    }

    fn ask(&self, account: &str, method: &str, path: &str, body: &Value) -> Answer {
        let token = self.world.token("market", json!({"account": account, "profile": null}));
        let ask = self.world.ask(method, MARKET, path).bearer(token);
        let ask = ask.header("idempotency-key", "k1");
        if body.is_null() { ask.send() } else { ask.json(body).send() }
    }

    fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("acc_demo", "POST", path, &body)
    }

    fn use_up(&self, identifier: &str, quantity: i64) -> Answer {
        let body = json!({"meter": "calls", "quantity": quantity, "identifier": identifier});
        self.post("/usage/events", body)
    }
}

#[test]
fn usage_counts_once_and_stripe_is_told() {
    let shop = Shop::new(false, "billing");
    let first = shop.use_up("a", 8);
    assert_eq!(first.status, 201, "{first:?}");
    let told = first.json();
    assert_eq!(
        (&told["used"], &told["capacity"], &told["left"]),
        (&json!(8), &json!(10), &json!(2))
    );
    assert_eq!((&told["alerts"], &told["window"]["zone"]), (&json!([80]), &json!("Etc/UTC")));
    let again = shop.use_up("a", 8);
    assert_eq!((again.status, again.json()), (200, told));
    let other = shop.use_up("a", 9);
    assert_eq!((other.status, other.code().as_str()), (422, "identifier_reused"));
    let more = shop.use_up("b", 8).json();
    assert_eq!((&more["used"], &more["left"]), (&json!(16), &json!(0)));
    assert_eq!(more["alerts"], json!([80, 90, 100]));
    let asked = shop.asked.borrow();
    assert_eq!(asked.len(), 2);
    let (path, form) = &asked[0];
    assert_eq!(path, "/v1/billing/meter_events");
    assert!(form.contains("event_name=calls") && form.contains("cus_a"), "{form}");
    assert_eq!(shop.count("SELECT count(*) FROM outbox WHERE heard < version"), 0);
    assert_eq!(shop.count("SELECT count(*) FROM outbox WHERE kind = 'meter'"), 2);
}

#[test]
fn another_account_has_its_own_identifiers_and_no_subscription() {
    let shop = Shop::new(false, "billing");
    assert_eq!(shop.use_up("a", 1).status, 201);
    let body = json!({"meter": "calls", "quantity": 1, "identifier": "a"});
    let answer = shop.ask("acc_b", "POST", "/usage/events", &body);
    assert_eq!((answer.status, answer.code().as_str()), (404, "no_subscription"));
    let body = json!({"meter": "other", "quantity": 1, "identifier": "b"});
    assert_eq!(shop.post("/usage/events", body).code(), "no_subscription");
    shop.sql("UPDATE subscription SET status = 'canceled'");
    assert_eq!(shop.use_up("c", 1).code(), "no_subscription");
    assert_eq!(shop.use_up("a", 1).status, 200, "what was recorded stays");
}

#[test]
fn a_hard_capacity_lets_one_of_two_hundred_take_the_last_unit() {
    let shop = Shop::new(true, "month");
    assert_eq!(shop.use_up("a", 9).status, 201);
    let token = shop.world.token("market", json!({}));
    let asks = (0..200).map(|n| {
        let body = json!({"meter": "calls", "quantity": 1, "identifier": format!("n{n}")});
        let ask = shop.world.ask("POST", MARKET, "/usage/events").bearer(&token);
        ask.json(&body).answer()
    });
    let answers = shop.world.host.run(join_all(asks));
    shop.world.host.run_tasks();
    let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((of(201), of(402)), (1, 199), "{:?}", answers[0]);
    let refused = answers.iter().find(|answer| answer.status == 402).unwrap();
    assert_eq!(refused.code(), "capacity_used_up");
    assert_eq!(shop.count("SELECT used FROM usage_window"), 10);
    assert_eq!(shop.count("SELECT count(*) FROM usage_event"), 2);
    assert_eq!(shop.count("SELECT count(*) FROM outbox"), 2);
    assert_eq!(shop.count("SELECT count(*) FROM alert"), 3);
}

#[test]
fn wrong_usage_is_told_what_is_wrong() {
    let shop = Shop::new(false, "billing");
    let now = shop.world.host.clock().now().0;
    for (change, field) in [
        (json!({"meter": ""}), "meter"),
        (json!({"quantity": 0}), "quantity"),
        (json!({"quantity": 1_000_000_001}), "quantity"),
        (json!({"identifier": ""}), "identifier"),
        (json!({"identifier": "a b"}), "identifier"),
        (json!({"identifier": "x".repeat(101)}), "identifier"),
        (json!({"at_ms": now + 300_001}), "at_ms"),
        (json!({"at_ms": now - 36 * DAY_MS}), "at_ms"),
        (json!({"at_ms": now - 2 * DAY_MS}), "at_ms"),
        (json!({"other": 1}), "other"),
    ] {
        let mut body = json!({"meter": "calls", "quantity": 1, "identifier": "a"});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = shop.post("/usage/events", body);
        assert_eq!((answer.status, &answer.json()["field"]), (422, &json!(field)), "{answer:?}");
    }
    assert_eq!(shop.count("SELECT count(*) FROM usage_window"), 0);
}

#[test]
fn usage_behind_a_period_waits_for_the_next_to_be_told() {
    let shop = Shop::new(false, "billing");
    assert_eq!(shop.use_up("a", 1).status, 201);
    shop.world.host.clock().advance(31 * DAY_MS);
    let early = shop.use_up("b", 1);
    assert_eq!((early.status, early.code().as_str()), (503, "period_unknown"));
    assert!(early.header("retry-after").is_some());
    shop.sql("UPDATE subscription SET period_start_ms = period_end_ms, period_end_ms = period_end_ms + 86400000 * 30");
    assert_eq!(shop.use_up("b", 1).json()["used"], 1);
    // What is told late still counts where it belongs.
    let at = shop.world.host.clock().now().0 - 3 * DAY_MS;
    let body = json!({"meter": "calls", "quantity": 2, "identifier": "c", "at_ms": at});
    assert_eq!(shop.post("/usage/events", body).json()["used"], 3);
}

#[test]
fn a_status_tells_windows_and_administrators_see_alerts() {
    let shop = Shop::new(false, "day");
    let status = || shop.ask("acc_demo", "GET", "/subscription/status", &Value::Null).json();
    let before = status();
    let plan = &before["data"][0];
    assert_eq!((&plan["name"], &plan["status"]), (&json!("Plan"), &json!("active")));
    assert_eq!(
        (&plan["windows"][0]["capacity"], &plan["windows"][0]["end_ms"]),
        (&json!(10), &Value::Null)
    );
    shop.use_up("a", 9);
    let after = status();
    let window = &after["data"][0]["windows"][0];
    assert_eq!((&window["used"], &window["alerts"]), (&json!(9), &json!([80, 90])));
    let length = window["end_ms"].as_i64().unwrap() - window["start_ms"].as_i64().unwrap();
    assert_eq!(length, DAY_MS);
    let stranger = shop.ask("acc_b", "GET", "/subscription/status", &Value::Null);
    assert_eq!(stranger.json(), json!({"data": []}));
    let page = |query: &str| {
        let ask = shop.world.ask("GET", MARKET, &format!("/admin/alerts?limit=1{query}"));
        ask.bearer(shop.world.admin("market")).send()
    };
    let first = page("").json();
    assert_eq!(first["data"][0]["kind"], "usage_90");
    let second = page(&format!("&cursor={}", first["next"].as_str().unwrap())).json();
    assert_eq!((&second["data"][0]["kind"], &second["next"]), (&json!("usage_80"), &Value::Null));
    assert_eq!(page("&cursor=x").status, 422);
    let person = shop.ask("acc_demo", "GET", "/admin/alerts", &Value::Null);
    assert_eq!((person.status, person.code().as_str()), (403, "admin_required"));
}

#[test]
fn the_portal_comes_back_to_the_tenant_and_nowhere_else() {
    let shop = Shop::new(false, "billing");
    let none = shop.post("/subscription/portal", json!({}));
    assert_eq!((none.status, none.code().as_str()), (404, "no_subscription"));
    shop.sql("INSERT INTO stripe_customer VALUES ('ten_market', 'acc_demo', 0, '', 'cus_a', 1)");
    let own = format!("http://{MARKET}/account?tab=plan");
    let answer = shop.post("/subscription/portal", json!({"return_url": own}));
    assert_eq!(answer.json()["url"], "https://billing.stripe.com/p/1", "{answer:?}");
    assert!(shop.asked.borrow()[0].1.contains("customer=cus_a"));
    for url in [
        "https://evil.example/".to_owned(),
        format!("http://{MARKET}.evil.example/"),
        format!("http://{MARKET}@evil.example/"),
        format!("http://{MARKET}/\\evil"),
        "/account".to_owned(),
    ] {
        let answer = shop.post("/subscription/portal", json!({"return_url": url}));
        assert_eq!((answer.status, &answer.json()["field"]), (422, &json!("return_url")), "{url}");
    }
}

#[test]
fn a_quantity_is_changed_at_stripe_and_here_when_it_is_told() {
    let shop = Shop::new(false, "billing");
    shop.use_up("a", 1);
    let answer = shop.post("/subscription/quantity", json!({"quantity": 3}));
    assert_eq!(
        answer.json(),
        json!({"subscription": "sub_a", "quantity": 3, "quantity_before": 1})
    );
    let (path, form) = shop.asked.borrow().last().unwrap().clone();
    assert_eq!(path, "/v1/subscriptions/sub_a");
    assert!(form.contains("quantity%5D=3&proration_behavior=always_invoice"), "{form}");
    assert_eq!(shop.count("SELECT capacity FROM usage_window"), 10);
    shop.sql("UPDATE subscription SET quantity = 3, told_at_ms = 2");
    assert_eq!(shop.use_up("b", 1).json()["capacity"], 30);
    for quantity in [0, 1_000] {
        let answer = shop.post("/subscription/quantity", json!({"quantity": quantity}));
        assert_eq!((answer.status, &answer.json()["field"]), (422, &json!("quantity")));
    }
    let body = json!({"quantity": 2, "subscription": "sub_other"});
    assert_eq!(shop.post("/subscription/quantity", body).code(), "no_subscription");
}

#[test]
fn what_stripe_does_not_hear_stays_in_the_outbox() {
    let shop = Shop::new(false, "billing");
    shop.world.host.http().script(|_| async { Err(ports::HttpError("refused".into())) });
    assert_eq!(shop.use_up("a", 1).status, 201);
    assert_eq!(shop.count("SELECT count(*) FROM outbox WHERE heard < version"), 1);
    let body = shop.sql("SELECT body, key FROM outbox");
    let told: Value = serde_json::from_str(body[0].text(0).unwrap()).unwrap();
    assert_eq!((&told["value"], &told["customer"]), (&json!(1), &json!("cus_a")));
    assert_eq!(told["identifier"], body[0].text(1).unwrap());
}

#[test]
fn a_month_is_the_zones_and_a_change_of_zone_leaves_no_gap() {
    let shop = Shop::new(false, "month");
    let before = shop.use_up("a", 1).json();
    // As if it had been counted until now by another calendar, which ended an hour ago.
    let now = shop.world.host.clock().now().0;
    shop.sql(&format!("UPDATE usage_window SET end_ms = {}", now - 3_600_000));
    let after = shop.use_up("b", 1).json();
    assert_eq!(after["window"]["start_ms"], now - 3_600_000);
    assert_eq!(after["window"]["end_ms"], before["window"]["end_ms"]);
    assert_eq!(after["used"], 1);
}
