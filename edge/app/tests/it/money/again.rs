//! Buyers who leave Stripe's page, come back to their cart and begin again.

use super::*;

impl Shop {
    /// A cart with these lines, and a coupon if there is one: its path.
    fn cart(&self, account: &str, lines: &[Value], coupon: Option<&str>) -> String {
        let cart = json!({"lines": lines, "country": "US", "coupon": coupon});
        let made = self.ask(account, "POST", "/cart").json(&cart).send();
        assert_eq!(made.status, 201, "{made:?}");
        format!("/cart/{}", made.json()["id"].as_str().unwrap())
    }

    fn quote_of(&self, account: &str, cart: &str) -> String {
        let quoted = self.ask(account, "POST", &format!("{cart}/quote")).json(&json!({})).send();
        assert_eq!(quoted.status, 201, "{quoted:?}");
        quoted.json()["id"].as_str().unwrap().to_owned()
    }

    /// Begins to pay for a cart as it is now.
    fn begin_with(&self, account: &str, cart: &str) -> Begun {
        let quote = self.quote_of(account, cart);
        let made = self.checkout(account, &quote).send();
        assert_eq!(made.status, 201, "{made:?}");
        let made = made.json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Begun { account: account.into(), quote, order: text("order"), session: text("session") }
    }

    /// How many lines a cart has.
    fn lines_of(&self, account: &str, cart: &str) -> usize {
        let cart = self.ask(account, "GET", cart).send().json();
        cart["lines"].as_array().unwrap_or_else(|| panic!("{cart}")).len()
    }

    fn status_at_stripe(&self, id: &str) -> String {
        self.stripe.borrow().object(id).unwrap()["status"].as_str().unwrap().to_owned()
    }
}

#[test]
fn what_was_begun_before_is_not_in_the_way() {
    let shop = Shop::new();
    let coupon = json!({"code": "ONCE", "kind": "percent", "value": 1_000, "max_per_account": 1});
    let made = shop.administer("POST", "/admin/coupons", &coupon);
    assert_eq!(made.status, 201, "{made:?}");
    shop.ask("acc_a", "GET", "/public/products").send();
    let (stock, _) = shop.stock("shirt");
    let all = u32::try_from(stock).unwrap();
    let cart = shop.cart("acc_a", &[line("shirt", all)], Some("ONCE"));
    let first = shop.begin_with("acc_a", &cart);
    let second = shop.begin_with("acc_a", &cart);
    assert_eq!(shop.state(&first), "cancelled");
    assert_eq!(shop.status_at_stripe(&first.session), "expired");
    assert_eq!(shop.stock("shirt"), (stock, stock));
    shop.pay(&second);
    shop.catch_up();
    assert_eq!((shop.state(&first).as_str(), shop.state(&second).as_str()), ("cancelled", "paid"));
    assert_eq!(shop.stock("shirt"), (0, 0));
}

#[test]
fn what_is_bought_is_not_in_the_cart_any_more() {
    let shop = Shop::new();
    let cart = shop.cart("acc_a", &[line("tokens", 1), line("album", 1)], None);
    let begun = shop.begin_with("acc_a", &cart);
    assert_eq!(shop.lines_of("acc_a", &cart), 2);
    shop.pass(1_000);
    let put = json!({"lines": [line("shirt", 1)]});
    assert_eq!(shop.ask("acc_a", "PATCH", &cart).json(&put).send().status, 200);
    shop.pay(&begun);
    shop.catch_up();
    assert_eq!(shop.lines_of("acc_a", &cart), 1);
    // What comes later, or again, takes nothing else out of it.
    let put = json!({"lines": [line("album", 1)]});
    assert_eq!(shop.ask("acc_a", "PATCH", &cart).json(&put).send().status, 200);
    shop.reconcile(MARKET);
    assert_eq!(shop.lines_of("acc_a", &cart), 2);
}

#[test]
fn a_cart_that_is_being_paid_for_is_not_paid_for_twice() {
    let shop = Shop::new();
    let cart = shop.cart("acc_a", &[line("tokens", 1)], None);
    let begun = shop.begin_with("acc_a", &cart);
    let quote = shop.quote_of("acc_a", &cart);
    // It is paid, and Stripe has not told of it yet.
    shop.pay(&begun);
    let refused = shop.checkout("acc_a", &quote).send();
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("payment_under_way")));
    assert_eq!(shop.state(&begun), "paid");
    assert_eq!(shop.lines_of("acc_a", &cart), 0);
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), PACK);
    // Whoever wants more puts more into it.
    let put = json!({"lines": [line("tokens", 2)]});
    shop.pass(1_000);
    assert_eq!(shop.ask("acc_a", "PATCH", &cart).json(&put).send().status, 200);
    let again = shop.begin_with("acc_a", &cart);
    shop.pay(&again);
    shop.catch_up();
    assert_eq!(shop.bought("acc_a"), 3 * PACK);
}

#[test]
fn a_payment_that_is_never_made_holds_nothing_for_long() {
    let shop = Shop::new();
    let cart = shop.cart("acc_a", &[line("shirt", 1)], None);
    let (stock, _) = shop.stock("shirt");
    let intent = |cart: &str| {
        let quote = shop.quote_of("acc_a", cart);
        let ask = shop.ask("acc_a", "POST", "/checkout/payment-intent");
        let made = ask.json(&json!({"quote": quote})).send();
        assert_eq!(made.status, 201, "{made:?}");
        made.json()["payment_intent"].as_str().unwrap().to_owned()
    };
    let first = intent(&cart);
    let second = intent(&cart);
    assert_eq!(shop.status_at_stripe(&first), "canceled");
    assert_eq!(shop.stock("shirt"), (stock, 1));
    shop.pass(3_600_000);
    let report = shop.reconcile(MARKET);
    assert_eq!(report["problems"], json!([]));
    assert_eq!(shop.status_at_stripe(&second), "canceled");
    assert_eq!(shop.stock("shirt"), (stock, 0));
    shop.catch_up();
    assert_eq!(shop.stock("shirt"), (stock, 0));
}

#[test]
fn one_order_that_stripe_has_lost_is_not_in_the_way_of_others() {
    let shop = Shop::new();
    let lost = shop.begin("acc_a", &[line("shirt", 1)], None);
    let (paid, _) = shop.buy("acc_b", &[line("shirt", 1)]);
    shop.sql("UPDATE orders SET session_id = 'cs_test_lost' WHERE account_id = 'acc_a'");
    shop.pass(5 * DAY_MS);
    shop.reconcile(MARKET);
    assert_eq!((shop.state(&lost).as_str(), shop.state(&paid).as_str()), ("cancelled", "paid"));
}

#[test]
fn an_order_is_paid_in_one_way() {
    let shop = Shop::new();
    let begin = |quote: &str, way: &str| {
        let ask = |path| shop.ask("acc_a", "POST", path);
        match way {
            "intent" => ask("/checkout/payment-intent").json(&json!({"quote": quote})),
            way => ask("/checkout/create-session").json(&json!({"quote": quote, "ui_mode": way})),
        }
    };
    let ways = ["hosted", "embedded", "intent"];
    for first in ways {
        for second in ways {
            let quote = shop.quote("acc_a", &[line("tokens", 1)], None);
            let one = begin(&quote, first).send();
            assert_eq!(one.status, 201, "{one:?}");
            let two = begin(&quote, second).send();
            if first == second {
                assert_eq!(two.json(), one.json());
            } else {
                assert_eq!((two.status, two.code().as_str()), (409, "quote_over"));
            }
            // Nor in two at the same moment.
            let quote = shop.quote("acc_a", &[line("tokens", 1)], None);
            let (one, two) = (begin(&quote, first), begin(&quote, second));
            let asks = async { futures::join!(one.answer(), two.answer()) };
            let (one, two) = shop.world.host.run(asks);
            let won = [&one, &two].iter().filter(|answer| answer.status == 201).count();
            assert_eq!(won, if first == second { 2 } else { 1 }, "{one:?} {two:?}");
        }
    }
    // What lost was ended at Stripe: as many can be paid as there are orders.
    let orders = shop.number("SELECT count(*) FROM orders WHERE status = 'pending'");
    let stripe = shop.stripe.borrow();
    let objects = stripe.events_since(0).iter().map(|event| &event["data"]["object"]);
    let intents = objects.filter(|object| object["object"] == "payment_intent");
    let mut intents: Vec<_> = intents.map(|intent| intent["id"].as_str().unwrap()).collect();
    intents.sort_unstable();
    intents.dedup();
    let status = |id: &str| stripe.object(id).unwrap()["status"].as_str().unwrap().to_owned();
    let sessions = shop.sql("SELECT session_id FROM orders WHERE session_id IS NOT NULL");
    let open = intents.iter().filter(|id| status(id) == "requires_payment_method").count()
        + sessions.iter().filter(|row| status(row.text(0).unwrap()) == "open").count();
    assert_eq!(i64::try_from(open).unwrap(), orders);
}

#[test]
fn a_payment_that_is_one_too_many_is_told() {
    let shop = Shop::new();
    let (begun, first) = shop.buy("acc_a", &[line("tokens", 1)]);
    shop.catch_up();
    let payment = shop.stripe.borrow().object(&first).unwrap().clone();
    let event = json!({"id": "evt_more", "object": "event", "type": "payment_intent.succeeded",
        "created": shop.now_s(), "livemode": false, "api_version": "2026-10-28.endive",
        "data": {"object": payment}});
    let second: Value =
        serde_json::from_str(&event.to_string().replace(&first, "pi_more")).unwrap();
    for _ in 0..2 {
        assert_eq!(shop.deliver(&second).status, 200);
        assert_eq!((shop.state(&begun).as_str(), shop.bought("acc_a")), ("paid", PACK));
        let alerts = shop.sql("SELECT subject FROM alert WHERE kind = 'payment_unmatched'");
        assert_eq!((alerts.len(), alerts[0].text(0).unwrap()), (1, "pi_more"));
    }
}

/// A shop may delete its customers at Stripe, and somebody may ask it to.
#[test]
fn a_customer_who_was_deleted_at_stripe_can_buy_again() {
    let shop = Shop::new();
    shop.buy("acc_a", &[line("plan", 1)]);
    shop.catch_up();
    let customer = || shop.sql("SELECT id FROM stripe_customer")[0].text(0).unwrap().to_owned();
    let portal = || shop.ask("acc_a", "POST", "/subscription/portal").json(&json!({})).send();
    assert_eq!(portal().status, 200);
    for _ in 0..2 {
        let gone = customer();
        let path = format!("/v1/customers/{gone}");
        let authorization = Some("Bearer sk_test_x");
        let request =
            Request { method: "DELETE", path: &path, authorization, ..Request::default() };
        let answer = shop.stripe.borrow_mut().handle(shop.now_s(), &request);
        assert_eq!(answer.status, 200, "{}", answer.json);
        shop.catch_up();
        let refused = portal();
        assert_eq!((refused.status, refused.code().as_str()), (404, "no_subscription"));

        let begun = shop.begin("acc_a", &[line("tokens", 1)], None);
        assert_ne!(customer(), gone);
        let before = shop.bought("acc_a");
        shop.pay(&begun);
        shop.catch_up();
        assert_eq!(shop.bought("acc_a"), before + PACK);
        assert_eq!(portal().status, 200);
        let quote = shop.quote("acc_a", &[line("tokens", 1)], None);
        let body = json!({"quote": quote});
        let intent = shop.ask("acc_a", "POST", "/checkout/payment-intent").json(&body).send();
        assert_eq!(intent.status, 201, "{intent:?}");
    }
    assert_eq!(shop.number("SELECT count(*) FROM stripe_customer"), 1);
    assert_eq!(shop.number("SELECT count(*) FROM subscription WHERE status = 'canceled'"), 1);
}
