//! Packs of tokens, and what one has bought to keep: paid, paid back, disputed.

use super::*;

fn refund(payment: &str, amount: Option<i64>) -> Act {
    Act::Refund { payment: payment.to_owned(), amount }
}

fn dispute(shop: &Shop, payment: &str) -> String {
    let act = Act::Dispute { payment: payment.to_owned(), amount: None, reason: None };
    shop.act(&act)["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_pack_is_paid_and_credited_once() {
    let shop = Shop::new();
    let (begun, _) = shop.buy("acc_a", &[line("tokens", 2)]);
    let events = shop.news();
    for _ in 0..3 {
        shop.deliver_all(&events);
    }
    let order = shop.order(&begun);
    assert_eq!((&order["state"], &order["total_minor"]), (&json!("paid"), &json!(2 * PACK_CENTS)));
    assert_eq!(shop.bought("acc_a"), 2 * PACK);
    assert_eq!(shop.books("acc_a")["wallet"], WELCOME + 2 * PACK);
    let effects = "SELECT count(*) FROM effect WHERE kind = 'order_paid'";
    assert_eq!(shop.number(effects), 1);
    assert_eq!(shop.number("SELECT count(*) FROM outbox WHERE heard < version"), 0);
}

#[test]
fn a_discount_takes_no_tokens_away() {
    let shop = Shop::new();
    let packs = shop.begin("acc_a", &[line("tokens", 3)], Some("WELCOME10"));
    shop.pay(&packs);
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), 3 * PACK);
    assert_eq!(shop.order(&packs)["lines"][0]["quantity"], 3);
}

#[test]
fn what_was_paid_back_is_known_before_what_was_paid() {
    let shop = Shop::new();
    let (begun, payment) = shop.buy("acc_a", &[line("tokens", 1)]);
    shop.act(&refund(&payment, Some(250)));
    let mut events = shop.news();
    events.reverse();
    shop.deliver_all(&events);
    let order = shop.order(&begun);
    assert_eq!(order["state"], "partly_refunded");
    assert_eq!(order["refunded_minor"], 250);
    assert_eq!(shop.bought("acc_a"), PACK * 3 / 4);
}

#[test]
fn tokens_go_back_in_proportion() {
    let shop = Shop::new();
    let (begun, payment) = shop.buy("acc_a", &[line("tokens", 1)]);
    shop.catch_up();
    let path = format!("/admin/orders/{}/refunds", begun.order);
    let ask = || {
        let ask = shop.world.ask("POST", MARKET, &path).bearer(shop.world.admin("market"));
        ask.header("idempotency-key", "once").json(&json!({"amount_minor": 333})).send()
    };
    assert_eq!((ask().status, ask().status), (201, 201));
    assert_eq!(shop.bought("acc_a"), PACK - PACK * 333 / 1_000);
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), PACK - PACK * 333 / 1_000);
    shop.act(&refund(&payment, None));
    shop.catch_up();
    assert_eq!((shop.bought("acc_a"), shop.state(&begun)), (0, "refunded".to_owned()));
    let many = shop.world.ask("POST", MARKET, &path).bearer(shop.world.admin("market"));
    let many = many.header("idempotency-key", "twice").json(&json!({})).send();
    assert_eq!((many.status, many.code()), (409, "nothing_to_refund".to_owned()));
}

/// Stripe knows a key for a day, and whoever sends it again may be later.
#[test]
fn what_was_paid_back_is_not_paid_back_again_the_next_day() {
    let shop = Shop::new();
    let (begun, _) = shop.buy("acc_a", &[line("tokens", 1)]);
    shop.catch_up();
    let path = format!("/admin/orders/{}/refunds", begun.order);
    let ask = |key: &str, minor: i64| {
        let ask = shop.world.ask("POST", MARKET, &path).bearer(shop.world.admin("market"));
        ask.header("idempotency-key", key).json(&json!({"amount_minor": minor})).send()
    };
    let back = || shop.order(&begun)["refunded_minor"].as_i64();
    assert_eq!((ask("a", 100).status, back()), (201, Some(100)));
    let other = ask("a", 200);
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency_key_reused"));
    shop.is_away.set(true);
    assert_eq!(ask("b", 100).status, 503);
    shop.is_away.set(false);
    assert_eq!((ask("b", 100).status, back()), (201, Some(200)));
    shop.is_away.set(true);
    assert_eq!(ask("c", 100).status, 503);
    shop.is_away.set(false);
    shop.pass(25 * 3_600_000);
    for key in ["a", "b"] {
        let again = ask(key, 100);
        assert_eq!((again.status, again.json()["refunds"].as_array().unwrap().len()), (201, 2));
    }
    assert_eq!(ask("c", 100).code(), "refund_unknown");
    shop.catch_up();
    assert_eq!(back(), Some(200));
}

#[test]
fn what_was_spent_is_owed() {
    let shop = Shop::new();
    let (_, payment) = shop.buy("acc_a", &[line("tokens", 1), line("album", 1)]);
    shop.catch_up();
    assert_eq!(shop.rights("acc_a"), [("prd_demo_album".to_owned(), "active".to_owned())]);
    assert_eq!(shop.bought("acc_a"), PACK);
    shop.spend("acc_a", WELCOME + 30_000, 1);
    shop.act(&refund(&payment, None));
    shop.catch_up();
    assert_eq!(shop.rights("acc_a"), [("prd_demo_album".to_owned(), "refunded".to_owned())]);
    let books = shop.books("acc_a");
    assert_eq!((books["wallet"], books["receivable"]), (0, -30_000));
}

#[test]
fn a_dispute_suspends_and_what_comes_of_it_decides() {
    for (won, state, right, tokens) in
        [(true, "paid", "active", PACK), (false, "lost", "refunded", 0)]
    {
        let shop = Shop::new();
        let (begun, payment) = shop.buy("acc_a", &[line("tokens", 1), line("album", 1)]);
        shop.catch_up();
        let dispute = dispute(&shop, &payment);
        let opened = shop.news();
        shop.deliver_all(&opened);
        assert_eq!(shop.state(&begun), "disputed");
        assert_eq!(shop.rights("acc_a")[0].1, "suspended");
        shop.act(&Act::CloseDispute { dispute, won });
        shop.catch_up();
        // What was said before says nothing new.
        shop.deliver_all(&opened);
        assert_eq!(shop.state(&begun), state);
        assert_eq!(shop.rights("acc_a")[0].1, right);
        assert_eq!(shop.bought("acc_a"), tokens);
    }
}

#[test]
fn what_is_not_paid_in_time_is_given_back() {
    let shop = Shop::new();
    let coupon = json!({"code": "ONCE", "kind": "percent", "value": 1_000, "max_uses": 1});
    assert_eq!(shop.administer("POST", "/admin/coupons", &coupon).status, 201);
    let begun = shop.begin("acc_a", &[line("shirt", 2)], Some("ONCE"));
    let used = "SELECT used FROM coupon WHERE code = 'ONCE'";
    assert_eq!((shop.stock("shirt"), shop.number(used)), ((5, 2), 1));
    shop.act(&Act::Decline { session: begun.session.clone(), buyer: Buyer::default() });
    shop.catch_up();
    assert_eq!(shop.state(&begun), "pending");
    shop.act(&Act::Expire { session: begun.session.clone() });
    shop.catch_up();
    assert_eq!(shop.state(&begun), "cancelled");
    assert_eq!((shop.stock("shirt"), shop.number(used)), ((5, 0), 0));
    let (again, _) = {
        let begun = shop.begin("acc_b", &[line("shirt", 2)], Some("ONCE"));
        let payment = shop.pay(&begun);
        (begun, payment)
    };
    shop.catch_up();
    assert_eq!((shop.state(&again).as_str(), shop.stock("shirt")), ("paid", (3, 0)));
    assert_eq!(shop.number(used), 1);
}
