//! Capacity that is bought when a plan's is used up: paid, used, paid back, disputed.

use super::*;
use crate::shop::product;

/// What a plan brings to a window, and what a top-up adds to it.
const PLAN: i64 = 10;
const CALLS: i64 = 100;
const CENTS: i64 = 1_000;

/// A market that sells a plan with a meter and a top-up of it, and an account with that plan.
struct Metered {
    shop: Shop,
    top_up: String,
}

impl Metered {
    fn new(hard: bool) -> Self {
        let shop = Shop::new();
        // The demo's products are there before the first of one's own.
        shop.ask("acc_a", "GET", "/public/products").send();
        let meter = json!({"name": "calls", "capacity": PLAN, "hard": hard});
        let plan = json!({"kind": "subscription", "details": {"meter": meter}});
        let plan = product(&shop.world, plan, 900);
        let top_up = json!({"meter": "calls", "capacity": CALLS});
        let top_up = json!({"kind": "token_pack", "details": {"top_up": top_up}});
        let top_up = product(&shop.world, top_up, CENTS);
        let this = Self { shop, top_up };
        this.shop.buy("acc_a", &[json!({"product": plan, "quantity": 1})]);
        this.shop.catch_up();
        this
    }

    fn buy(&self, quantity: u32) -> (Begun, String) {
        self.shop.buy("acc_a", &[json!({"product": self.top_up, "quantity": quantity})])
    }

    fn use_up(&self, identifier: &str, quantity: i64) -> Answer {
        let body = json!({"meter": "calls", "quantity": quantity, "identifier": identifier});
        self.shop.ask("acc_a", "POST", "/usage/events").json(&body).send()
    }

    fn window(&self) -> Value {
        let status = self.shop.ask("acc_a", "GET", "/subscription/status").send().json();
        status["data"][0]["windows"][0].clone()
    }

    fn extra(&self) -> i64 {
        self.window()["extra"].as_i64().unwrap()
    }

    /// What is known of all purchases: granted, used, returned, owed.
    fn known(&self) -> [i64; 4] {
        let sql = "SELECT sum(granted), sum(used), sum(returned), sum(owed) FROM usage_extra";
        let row = &self.shop.sql(sql)[0];
        [0, 1, 2, 3].map(|n| row.int(n).unwrap())
    }

    fn refund(&self, payment: &str, amount: Option<i64>) {
        self.shop.act(&Act::Refund { payment: payment.to_owned(), amount });
    }

    /// What the alert says that could not be taken back, and how many there are.
    fn short(&self) -> Vec<i64> {
        let sql = "SELECT details ->> 'quantity' FROM alert WHERE kind = 'top_up_short'";
        self.shop.sql(sql).iter().map(|row| row.int(0).unwrap()).collect()
    }
}

#[test]
fn a_top_up_is_granted_once_and_is_no_tokens() {
    let m = Metered::new(true);
    assert_eq!(m.use_up("a", PLAN + 1).code(), "capacity_used_up");
    let (begun, _) = m.buy(2);
    assert_eq!(m.extra(), 0, "nobody has told of the payment");
    let events = m.shop.news();
    for _ in 0..3 {
        m.shop.deliver_all(&events);
    }
    assert_eq!((m.shop.state(&begun).as_str(), m.extra()), ("paid", 2 * CALLS));
    assert_eq!(m.shop.bought("acc_a"), 0);
    assert_eq!(m.shop.number("SELECT count(*) FROM outbox WHERE kind = 'tokens'"), 0);
    assert_eq!(m.use_up("a", PLAN + 1).json()["extra"], 2 * CALLS - 1);
    m.shop.deliver_all(&events);
    m.shop.reconcile(MARKET);
    assert_eq!(m.known(), [2 * CALLS, 1, 0, 0]);
}

#[test]
fn a_bundle_brings_each_of_its_units() {
    let m = Metered::new(true);
    let items = json!([{"product": m.top_up, "quantity": 3}, line("album", 1)]);
    let bundle = json!({"kind": "bundle", "details": {"items": items}});
    let bundle = product(&m.shop.world, bundle, 5_000);
    m.shop.buy("acc_a", &[json!({"product": bundle, "quantity": 2})]);
    m.shop.catch_up();
    assert_eq!(m.extra(), 6 * CALLS);
}

#[test]
fn a_lifetime_begins_with_the_payment() {
    let m = Metered::new(true);
    let path = format!("/admin/products/{}", m.top_up);
    let top_up = json!({"meter": "calls", "capacity": 7});
    let details = json!({"details": {"top_up": top_up, "expires_after_days": 2}});
    assert_eq!(m.shop.administer("PATCH", &path, &details).status, 200);
    m.buy(1);
    m.shop.catch_up();
    assert_eq!((m.use_up("a", PLAN + 1).status, m.extra()), (201, 6));
    m.shop.pass(2 * DAY_MS);
    assert_eq!((m.use_up("b", 1).code().as_str(), m.extra()), ("capacity_used_up", 0));
}

#[test]
fn what_is_not_used_goes_back_in_proportion() {
    let m = Metered::new(true);
    let (_, payment) = m.buy(1);
    m.shop.catch_up();
    m.refund(&payment, Some(333));
    let events = m.shop.news();
    for _ in 0..2 {
        m.shop.deliver_all(&events);
    }
    assert_eq!(m.known(), [CALLS, 0, 33, 0]);
    assert_eq!(m.use_up("a", PLAN + 67).status, 201);
    assert_eq!(m.use_up("b", 1).code(), "capacity_used_up");
    assert_eq!((m.known(), m.short()), ([CALLS, 67, 33, 0], vec![]));
}

#[test]
fn what_was_used_is_told_once_and_by_what_it_comes_to() {
    let m = Metered::new(true);
    let (_, payment) = m.buy(1);
    m.shop.catch_up();
    m.use_up("a", PLAN + 60);
    m.refund(&payment, Some(250));
    m.shop.catch_up();
    assert_eq!((m.known(), m.short()), ([CALLS, 60, 25, 0], vec![]));
    m.refund(&payment, Some(250));
    m.shop.catch_up();
    assert_eq!((m.known(), m.short()), ([CALLS, 60, 40, 10], vec![10]));
    m.refund(&payment, None);
    m.shop.catch_up();
    assert_eq!((m.known(), m.short()), ([CALLS, 60, 40, 60], vec![60]));
    assert_eq!((m.extra(), m.use_up("b", 1).code()), (0, "capacity_used_up".to_owned()));
    let alerts = m.shop.administer("GET", "/admin/alerts", &Value::Null).json();
    let alert = alerts["data"].as_array().unwrap().iter().find(|a| a["kind"] == "top_up_short");
    let details = json!({"account": "acc_a", "meter": "calls", "quantity": 60});
    assert_eq!(alert.unwrap()["details"], details);
}

#[test]
fn the_same_facts_come_to_the_same_in_any_order() {
    let ends: Vec<_> = (0..24)
        .map(|turn| {
            let m = Metered::new(true);
            let (_, first) = m.buy(1);
            m.shop.catch_up();
            m.use_up("a", PLAN + 60);
            m.refund(&first, Some(300));
            let (_, second) = m.buy(2);
            m.refund(&second, Some(500));
            m.refund(&first, Some(400));
            let mut events = m.shop.news();
            let len = events.len();
            events.rotate_left(turn % len);
            if turn % 2 == 1 {
                events.reverse();
            }
            let again = events.clone();
            m.shop.deliver_all(&events);
            m.shop.deliver_all(&again[..len / 2]);
            (m.known(), m.short(), m.extra())
        })
        .collect();
    // Of the first 60 are used and 40 of the 70 can go back; of the second a quarter.
    assert_eq!(ends[0], ([3 * CALLS, 60, 40 + 50, 30], vec![30], 150));
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

#[test]
fn a_dispute_takes_what_is_left_when_it_is_lost() {
    for (won, left) in [(true, 70), (false, 0)] {
        let m = Metered::new(true);
        let (_, payment) = m.buy(1);
        m.shop.catch_up();
        m.use_up("a", PLAN + 30);
        let dispute = Act::Dispute { payment, amount: None, reason: None };
        let dispute = m.shop.act(&dispute)["id"].as_str().unwrap().to_owned();
        m.shop.catch_up();
        assert_eq!(m.extra(), 70);
        m.shop.act(&Act::CloseDispute { dispute, won });
        m.shop.catch_up();
        assert_eq!((m.extra(), m.short()), (left, if won { vec![] } else { vec![30] }));
    }
}

#[test]
fn money_that_did_not_go_back_after_all_gives_back_what_was_taken() {
    let m = Metered::new(true);
    let (begun, payment) = m.buy(1);
    m.shop.catch_up();
    m.use_up("a", PLAN + 60);
    m.refund(&payment, Some(800));
    m.shop.catch_up();
    assert_eq!(m.known(), [CALLS, 60, 40, 40]);
    m.shop.sql("UPDATE refund SET status = 'failed'");
    m.shop.sql("UPDATE payment SET refunded_minor = 0");
    m.shop.sql(&format!("INSERT INTO order_touched VALUES ('ten_market', '{}')", begun.order));
    // Whatever is heard next sees to what is touched.
    m.shop.buy("acc_b", &[line("album", 1)]);
    m.shop.catch_up();
    assert_eq!((m.known(), m.extra()), ([CALLS, 60, 0, 0], 40));
}
