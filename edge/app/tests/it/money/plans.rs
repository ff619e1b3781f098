//! Subscriptions: their periods, and their end.

use super::*;

/// A month and the hour for which a draft waits.
const PERIOD_MS: i64 = 31 * DAY_MS + 2 * 3_600_000;

fn lots(shop: &Shop) -> Vec<(i64, bool)> {
    let answer = shop.ask("acc_a", "GET", "/me/balance").send().json();
    let lots = answer["lots"].as_array().unwrap().iter();
    let ends = |lot: &Value| !lot["expires_at_ms"].is_null();
    lots.map(|lot| (lot["left"].as_i64().unwrap_or_else(|| panic!("{lot}")), ends(lot))).collect()
}

fn customer(shop: &Shop) -> String {
    shop.sql("SELECT id FROM stripe_customer WHERE account_id = 'acc_a'")[0]
        .text(0)
        .unwrap()
        .to_owned()
}

#[test]
fn each_period_brings_its_tokens() {
    let shop = Shop::new();
    let (begun, _) = shop.buy("acc_a", &[line("plan", 1)]);
    let events = shop.news();
    for _ in 0..2 {
        shop.deliver_all(&events);
    }
    assert_eq!(shop.state(&begun), "paid");
    assert_eq!(lots(&shop), [(PERIOD, true), (WELCOME, false)]);
    assert_eq!(shop.rights("acc_a"), [("prd_demo_plan".to_owned(), "active".to_owned())]);
    shop.pass(PERIOD_MS);
    // The period's tokens end with it, and the next come when it is paid for.
    assert_eq!(lots(&shop), [(WELCOME, false)]);
    shop.catch_up();
    assert_eq!(lots(&shop), [(PERIOD, true), (WELCOME, false)]);
    let invoices = shop.ask("acc_a", "GET", "/me/invoices").send().json();
    let invoices = invoices["data"].as_array().unwrap();
    assert_eq!(invoices.len(), 2);
    assert!(invoices.iter().all(|invoice| invoice["status"] == "paid"));
    assert_eq!(shop.books("acc_a")["expired"], PERIOD);
}

#[test]
fn a_card_that_does_not_pay_brings_nothing() {
    let shop = Shop::new();
    let (begun, _) = shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.act(&Act::Card { customer: customer(&shop), declines: true });
    shop.pass(PERIOD_MS);
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), 0);
    // Stripe tries again for two weeks, in which the right lasts.
    assert_eq!(shop.rights("acc_a")[0].1, "active");
    let status = "SELECT status FROM subscription";
    assert_eq!(shop.sql(status)[0].text(0).unwrap(), "past_due");
    shop.pass(20 * DAY_MS);
    shop.catch_up();
    assert_eq!(shop.state(&begun), "ended");
    assert_ne!(shop.rights("acc_a")[0].1, "active");
}

#[test]
fn who_cancels_has_what_was_paid_for() {
    let shop = Shop::new();
    let (begun, subscription) = shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.act(&Act::CancelSubscription { subscription, now: false });
    shop.catch_up();
    assert_eq!((shop.state(&begun).as_str(), shop.bought("acc_a")), ("paid", PERIOD));
    assert_eq!(shop.rights("acc_a")[0].1, "active");
    shop.pass(PERIOD_MS);
    shop.catch_up();
    assert_eq!((shop.state(&begun).as_str(), shop.bought("acc_a")), ("ended", 0));
    assert_ne!(shop.rights("acc_a")[0].1, "active");
}

fn ask_for(shop: &Shop, quantity: u32, key: &str) -> Answer {
    let ask = shop.ask("acc_a", "POST", "/subscription/quantity").header("idempotency-key", key);
    ask.json(&json!({"quantity": quantity})).send()
}

#[test]
fn more_within_a_period_is_paid_for_and_brings_its_share() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.pass(15 * DAY_MS);
    let before = shop.stripe.borrow().events_since(0).len();
    let answer = ask_for(&shop, 3, "more");
    assert_eq!((answer.status, answer.json()["quantity"].as_i64()), (200, Some(3)), "{answer:?}");
    let events = shop.news();
    for _ in 0..2 {
        shop.deliver_all(&events);
    }
    let stripe = shop.stripe.borrow();
    let is_paid = |event: &&Value| event["type"] == "invoice.paid";
    let invoice =
        stripe.events_since(before).iter().find(is_paid).unwrap()["data"]["object"].clone();
    drop(stripe);
    let (net, paid) = (invoice["subtotal"].as_i64().unwrap(), invoice["amount_paid"].as_i64());
    assert!((800..1_000).contains(&net), "about half of two months at $9: {invoice}");
    let more = PERIOD * net / 900;
    assert_eq!(shop.bought("acc_a"), PERIOD + more);
    // Less is not paid back, and takes nothing away.
    assert_eq!(ask_for(&shop, 1, "less").status, 200);
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), PERIOD + more);
    let invoices = shop.ask("acc_a", "GET", "/me/invoices").send().json();
    assert_eq!(invoices["data"].as_array().unwrap().len(), 2, "{invoices}");
    assert_eq!(invoices["data"][0]["total_minor"].as_i64(), paid, "{invoices}");
    // All of it ends with the period.
    shop.pass(16 * DAY_MS + 2 * 3_600_000);
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), PERIOD);
}

#[test]
fn more_that_is_not_paid_for_is_not_there() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.act(&Act::Card { customer: customer(&shop), declines: true });
    let answer = ask_for(&shop, 3, "more");
    assert_eq!((answer.status, answer.code().as_str()), (402, "card_declined"), "{answer:?}");
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), PERIOD);
    assert_eq!(shop.number("SELECT quantity FROM subscription"), 1);
}

/// A shop may let people change how many they have on Stripe's own page, and have it credit them.
#[test]
fn to_and_fro_at_stripe_brings_what_was_paid_for_in_the_end() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.pass(15 * DAY_MS);
    let row = &shop.sql("SELECT id, item_id FROM subscription")[0];
    let (subscription, item) = (row.text(0).unwrap(), row.text(1).unwrap());
    let mut events = Vec::new();
    let mut bought = Vec::new();
    for quantity in [3, 1, 3, 1, 3] {
        let body = format!(
            "items[0][id]={item}&items[0][quantity]={quantity}&proration_behavior=always_invoice"
        );
        let path = format!("/v1/subscriptions/{subscription}");
        let request = Request {
            method: "POST",
            path: &path,
            authorization: Some("Bearer sk_test_x"),
            body: &body,
            ..Request::default()
        };
        let answer = shop.stripe.borrow_mut().handle(shop.now_s(), &request);
        assert_eq!(answer.status, 200, "{}", answer.json);
        events.extend(shop.news());
        shop.deliver_all(&events);
        bought.push(shop.bought("acc_a"));
    }
    assert!(bought[0] > PERIOD && bought[0] < 2 * PERIOD + PERIOD / 10, "{bought:?}");
    assert_eq!(bought, [bought[0], PERIOD, bought[0], PERIOD, bought[0]]);
}

#[test]
fn asking_twice_for_more_is_asking_once() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.pass(15 * DAY_MS);
    for heard in [false, true] {
        let answer = ask_for(&shop, 3, "more");
        assert_eq!((answer.status, answer.json()["quantity"].as_i64()), (200, Some(3)), "{heard}");
        if heard {
            shop.catch_up();
        }
    }
    // Lowered, and not heard of yet: three are still paid for.
    assert_eq!(ask_for(&shop, 1, "less").status, 200);
    assert_eq!(ask_for(&shop, 3, "again").json()["quantity_before"], 1);
    shop.catch_up();
    let invoices = shop.ask("acc_a", "GET", "/me/invoices").send().json();
    assert_eq!(invoices["data"].as_array().unwrap().len(), 2, "{invoices}");
}

#[test]
fn what_is_paid_for_is_not_paid_for_again() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.pass(15 * DAY_MS);
    let invoices = || {
        let listed = shop.ask("acc_a", "GET", "/me/invoices").send().json();
        let amounts = listed["data"].as_array().unwrap().iter();
        amounts.map(|invoice| invoice["subtotal_minor"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let ask = |quantity: u32, key: &str| {
        let answer = ask_for(&shop, quantity, key);
        shop.catch_up();
        let there = shop.number("SELECT quantity FROM subscription");
        (answer.status, there, invoices().len(), shop.bought("acc_a"))
    };
    let (status, there, paid, bought) = ask(3, "a");
    assert_eq!((status, there, paid), (200, 3, 2));
    for (quantity, key) in [(1, "b"), (2, "c"), (3, "d"), (1, "e")] {
        assert_eq!(ask(quantity, key), (200, quantity.into(), 2, bought), "{key}");
    }
    // Of five, three are paid for. Where two are not paid, there is what there was.
    shop.act(&Act::Card { customer: customer(&shop), declines: true });
    assert_eq!(ask(5, "f"), (402, 1, 2, bought));
    shop.act(&Act::Card { customer: customer(&shop), declines: false });
    let (status, there, paid, more) = ask(5, "g");
    assert_eq!((status, there, paid), (200, 5, 3));
    assert_eq!(more - bought, bought - PERIOD);
    assert_eq!(invoices()[0], invoices()[1]);
    // In the next period, one is paid for.
    assert_eq!(ask(1, "h"), (200, 1, 3, more));
    shop.pass(16 * DAY_MS + 2 * 3_600_000);
    shop.catch_up();
    assert_eq!(invoices()[0], 900);
    assert_eq!(shop.bought("acc_a"), PERIOD);
    let (status, there, paid, bought) = ask(2, "i");
    assert_eq!((status, there, paid), (200, 2, 5));
    assert!(bought > PERIOD);
}

/// Who is credited on Stripe's own page has not paid any more.
#[test]
fn what_was_credited_elsewhere_is_paid_for_again() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    let subscription = shop.sql("SELECT id FROM subscription")[0].text(0).unwrap().to_owned();
    assert_eq!(ask_for(&shop, 5, "a").status, 200);
    assert_eq!(ask_for(&shop, 3, "b").status, 200);
    shop.act(&Act::Quantity { subscription, quantity: 1 });
    shop.catch_up();
    let before = shop.ask("acc_a", "GET", "/me/invoices").send().json();
    assert_eq!(ask_for(&shop, 3, "c").status, 200);
    shop.catch_up();
    let after = shop.ask("acc_a", "GET", "/me/invoices").send().json();
    let count = |invoices: &Value| invoices["data"].as_array().unwrap().len();
    assert_eq!(count(&after), count(&before) + 1, "{after}");
}

/// Or two could undo each other's payment, and leave what it brought.
#[test]
fn changes_are_made_one_at_a_time() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    shop.world.host.set_sql_takes_turns(true);
    let wanted = |quantity: u32| {
        let ask = shop.ask("acc_a", "POST", "/subscription/quantity");
        let ask = ask.header("idempotency-key", quantity.to_string());
        ask.json(&json!({"quantity": quantity})).answer()
    };
    let answers = shop.world.host.run(futures::future::join_all([9, 2, 5, 3].map(wanted)));
    shop.world.host.set_sql_takes_turns(false);
    let refused = answers.iter().filter(|answer| answer.status == 409);
    let codes: Vec<_> = refused.map(Answer::code).collect();
    assert_eq!(codes, ["change_under_way"; 3]);
    shop.catch_up();
    assert_eq!(ask_for(&shop, 4, "after").status, 200);
}
