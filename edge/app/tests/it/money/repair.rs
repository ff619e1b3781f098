//! What was missed is made up for, and everybody's goes to whom it belongs.

use super::*;

#[test]
fn only_who_has_the_key_may_reconcile() {
    let shop = Shop::new();
    let ask = || shop.world.ask("POST", MARKET, "/internal/reconcile");
    assert_eq!(ask().send().status, 401);
    assert_eq!(ask().bearer("another key").send().status, 401);
}

#[test]
fn what_was_never_delivered_is_made_up_for() {
    for host in [PLATFORM, MARKET] {
        let shop = Shop::new();
        let (begun, payment) = shop.buy("acc_a", &[line("tokens", 1)]);
        let late = shop.begin("acc_b", &[line("shirt", 1)], None);
        shop.act(&Act::Refund { payment, amount: Some(500) });
        shop.act(&Act::Expire { session: late.session.clone() });
        let report = shop.reconcile(host);
        assert_eq!(report["problems"], json!([]));
        assert!(report["repaired"].as_u64().unwrap() > 5, "{report}");
        assert_eq!(shop.bought("acc_a"), PACK / 2);
        assert_eq!(
            (shop.state(&begun).as_str(), shop.state(&late).as_str()),
            ("partly_refunded", "cancelled")
        );
        assert_eq!(shop.reconcile(host)["repaired"], 0);
    }
}

#[test]
fn messages_that_wait_are_delivered() {
    let shop = Shop::new();
    let (_, _) = shop.buy("acc_a", &[line("tokens", 1)]);
    shop.catch_up();
    shop.sql("UPDATE outbox SET version = version + 1, body = replace(body, '\"returned_minor\":0', '\"returned_minor\":500')");
    assert_eq!(shop.bought("acc_a"), PACK);
    assert_eq!(shop.reconcile(PLATFORM)["messages"], 1);
    assert_eq!(shop.bought("acc_a"), PACK / 2);
}

#[test]
fn orders_of_which_nothing_is_heard_are_looked_at() {
    let shop = Shop::new();
    let begun = shop.begin("acc_a", &[line("shirt", 1)], None);
    let (paid, _) = shop.buy("acc_b", &[line("shirt", 1)]);
    // Longer ago than events are listed.
    shop.pass(5 * DAY_MS);
    let report = shop.reconcile(PLATFORM);
    assert_eq!(report["orders"], 2, "{report}");
    assert_eq!((shop.state(&begun).as_str(), shop.state(&paid).as_str()), ("cancelled", "paid"));
    assert_eq!(shop.stock("shirt"), (4, 0));
}

#[test]
fn what_the_platform_is_told_goes_to_whom_it_concerns() {
    let shop = Shop::new();
    let one = shop.begin_at(MARKET, "acc_a", &[line("tokens", 1)], None);
    let two = shop.begin_at("saas.localhost", "acc_a", &[line("tokens", 1)], None);
    let payment = shop.pay(&two);
    shop.pay(&one);
    let dispute = shop.act(&Act::Dispute { payment, amount: None, reason: None });
    let dispute = dispute["id"].as_str().unwrap().to_owned();
    shop.act(&Act::CloseDispute { dispute, won: false });
    // Stripe knows one address of the platform's.
    for event in shop.news() {
        let answer = shop.webhook(PLATFORM, &event.to_string(), FIRST_SECRET, shop.now_s());
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    assert_eq!((shop.bought("acc_a"), shop.state(&one).as_str()), (PACK, "paid"));
    let path = format!("/me/orders/{}", two.order);
    let order = shop.ask_at("saas.localhost", "acc_a", "GET", &path).send().json();
    assert_eq!(order["state"], "lost");
    let balance = shop.ask_at("saas.localhost", "acc_a", "GET", "/me/balance").send().json();
    assert_eq!(balance["balances"][0]["posted"], WELCOME);
}

#[test]
fn a_secret_speaks_for_its_own_tenant_alone() {
    let shop = Shop::new();
    let payments = json!({"secret_key": "sk_test_own", "webhook_secrets": ["whsec_own"]});
    shop.world.tenant("crafty", json!({"app": "market", "payments": payments}));
    let (begun, _) = shop.buy("acc_a", &[line("tokens", 1)]);
    let events = shop.news();
    for event in &events {
        let send =
            |host: &str| shop.webhook(host, &event.to_string(), "whsec_own", shop.now_s()).status;
        assert_eq!((send(MARKET), send(PLATFORM)), (400, 400));
        assert_eq!(send("crafty.localhost"), 200);
    }
    assert_eq!((shop.state(&begun).as_str(), shop.bought("acc_a")), ("pending", 0));
    shop.deliver_all(&events);
    assert_eq!((shop.state(&begun).as_str(), shop.bought("acc_a")), ("paid", PACK));
}
