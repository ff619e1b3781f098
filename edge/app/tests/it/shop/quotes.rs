use super::{MARKET, administer, ask, ask_as, cart, coupon, line, problem, product, sql, told};
use crate::support::World;
use ports::Host;
use serde_json::{Value, json};

/// The quotes and their status, oldest first.
fn statuses(world: &World) -> Vec<String> {
    let rows = sql(world, "SELECT status FROM quote ORDER BY created_at_ms, id").unwrap();
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

#[test]
fn a_quote_holds_all_that_checkout_needs() {
    let world = World::new();
    let lines = [line("prd_demo_bundle", 2), line("prd_demo_tokens", 1), line("prd_demo_album", 1)];
    let path = cart(&world, &lines);
    ask(&world, "PATCH", &path, &json!({"coupon": " welcome10 "}));
    let answer = ask_as(&world, "acc_a", "POST", &format!("{path}/quote"), &Value::Null);
    assert_eq!(answer.status, 201, "{answer:?}");
    let quote = answer.json();
    let now = ports::Clock::now(world.host.clock()).0;
    assert_eq!(quote["expires_at_ms"], now + 30 * 60_000);
    assert!(quote["id"].as_str().unwrap().starts_with("quo_"));
    for (member, value) in [
        ("account", json!("acc_a")),
        ("market", json!("us")),
        ("list", json!("usd")),
        ("currency", json!("USD")),
        ("tax_mode", json!("exclusive")),
        ("coupon", json!("WELCOME10")),
        ("locale", json!("en-US")),
        ("subtotal_minor", json!(10_000)),
        ("discount_minor", json!(1_000)),
        ("total_minor", json!(9_000)),
        ("interval", Value::Null),
    ] {
        assert_eq!(quote[member], value, "{member}");
    }
    assert!(quote["payment_methods"].as_array().unwrap().contains(&json!("card")));
    assert!(quote["address_fields"].as_array().unwrap().contains(&json!("postal_code")));
    assert!(quote["shipping"]["countries"].as_array().unwrap().contains(&json!("US")));
    let lines = quote["lines"].as_array().unwrap();
    let find = |id: &str| lines.iter().find(|line| line["product"] == id).unwrap();
    let bundle = find("prd_demo_bundle");
    let kinds: Vec<_> = bundle["items"].as_array().unwrap().iter().map(|i| &i["kind"]).collect();
    assert_eq!(kinds, ["digital", "digital", "physical"]);
    assert_eq!(bundle["items"][0]["device_max"], 5);
    assert!(bundle["items"][1]["licence"].is_string());
    let tokens = &find("prd_demo_tokens")["items"][0];
    assert_eq!((&tokens["tokens"], &tokens["units"]), (&json!(100_000), &json!(1)));
    assert_eq!(tokens["lifetime_ms"], 365_i64 * 86_400_000);
    let sums = |of: &str| lines.iter().map(|line| line[of].as_i64().unwrap()).sum::<i64>();
    assert_eq!((sums("discount_minor"), sums("total_minor")), (1_000, 9_000));
    let stored = sql(&world, "SELECT record FROM quote").unwrap();
    let stored: Value = serde_json::from_str(stored[0].text(0).unwrap()).unwrap();
    assert_eq!(stored["lines"], quote["lines"]);
}

#[test]
fn a_plans_quote_says_how_often() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_plan", 3)]);
    let quote = ask(&world, "POST", &format!("{path}/quote"), &Value::Null).json();
    assert_eq!(
        (&quote["interval"], &quote["lines"][0]["interval"]),
        (&json!("month"), &json!("month"))
    );
    assert_eq!(quote["lines"][0]["items"][0]["tokens"], 50_000);
    let methods = quote["payment_methods"].as_array().unwrap();
    assert!(methods.contains(&json!("card")) && !methods.contains(&json!("klarna")));
    assert!(quote["shipping"].is_null() && quote["account"].is_null());
}

#[test]
fn a_changed_cart_ends_its_quote() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_album", 1)]);
    let quote = || ask(&world, "POST", &format!("{path}/quote"), &Value::Null);
    assert_eq!(quote().status, 201);
    assert_eq!(statuses(&world), ["open"]);
    for change in [
        json!({"lines": [line("prd_demo_album", 2)]}),
        json!({"lines": [line("prd_demo_book", 1)]}),
        json!({"lines": [line("prd_demo_book", 0)]}),
        json!({"coupon": "WELCOME10"}),
        json!({"coupon": null}),
        json!({"country": "DE"}),
    ] {
        ask(&world, "PATCH", &path, &change);
        assert!(statuses(&world).iter().all(|status| status == "stale"), "{change}");
        world.host.clock().advance(1);
        assert_eq!(quote().status, 201);
        assert_eq!(statuses(&world).last().unwrap(), "open");
    }
    // What changes nothing ends nothing.
    ask(
        &world,
        "PATCH",
        &path,
        &json!({"country": "DE", "coupon": null, "lines": [line("prd_demo_album", 2)]}),
    );
    assert_eq!(statuses(&world).last().unwrap(), "open");
    ask(&world, "DELETE", &path, &Value::Null);
    assert!(statuses(&world).iter().all(|status| status == "stale"));
}

#[test]
fn a_new_price_does_not_change_a_quote() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_album", 1)]);
    let quote = || ask(&world, "POST", &format!("{path}/quote"), &Value::Null).json();
    assert_eq!(quote()["total_minor"], 1_200);
    administer(&world, "DELETE", MARKET, "/admin/prices/pri_demo_album_usd", &Value::Null);
    let price = json!({"list": "usd", "amount_minor": 1_500});
    administer(&world, "POST", MARKET, "/admin/products/prd_demo_album/prices", &price);
    assert_eq!(statuses(&world), ["open"]);
    world.host.clock().advance(1);
    assert_eq!(quote()["total_minor"], 1_500);
    assert_eq!(statuses(&world), ["stale", "open"]);
}

#[test]
fn of_two_quotes_at_once_one_counts() {
    let world = World::new();
    let path = format!("{}/quote", cart(&world, &[line("prd_demo_album", 1)]));
    let (one, two) = world.host.run(async {
        futures::join!(
            world.ask("POST", MARKET, &path).answer(),
            world.ask("POST", MARKET, &path).answer()
        )
    });
    assert_eq!((one.status, two.status), (201, 201));
    assert_ne!(one.json()["id"], two.json()["id"]);
    let open = statuses(&world).into_iter().filter(|status| status == "open").count();
    assert_eq!(open, 1);
}

#[test]
fn what_cannot_be_bought_is_not_quoted() {
    let world = World::new();
    let empty = format!("{}/quote", cart(&world, &[]));
    let refused = ask(&world, "POST", &empty, &Value::Null);
    assert_eq!(problem(&refused), told(422, "invalid_field", "lines"));
    assert_eq!(ask(&world, "POST", "/cart/crt_none/quote", &Value::Null).status, 404);
    let path = cart(&world, &[line("prd_demo_book", 1), line("prd_demo_shirt", 6)]);
    let quote = format!("{path}/quote");
    let refused = ask(&world, "POST", &quote, &Value::Null);
    assert_eq!(problem(&refused), told(409, "out_of_stock", "lines[1].quantity"));
    ask(&world, "PATCH", &path, &json!({"lines": [line("prd_demo_shirt", 5)]}));
    assert_eq!(ask(&world, "POST", &quote, &Value::Null).status, 201);
    administer(&world, "DELETE", MARKET, "/admin/products/prd_demo_book", &Value::Null);
    let refused = ask(&world, "POST", &quote, &Value::Null);
    assert_eq!(problem(&refused), told(409, "not_sold", "lines[0].product"));
    let here = json!({"kind": "physical", "stock": 1, "details": {"ship_to": ["JP"]}});
    let here = product(&world, here, 100);
    let lines = json!({"lines": [line("prd_demo_book", 0), line(&here, 1)]});
    ask(&world, "PATCH", &path, &lines);
    let refused = ask(&world, "POST", &quote, &Value::Null);
    assert_eq!(problem(&refused), told(409, "not_shipped_together", "lines"));
}

#[test]
fn a_cart_that_is_not_as_it_was_seen_is_not_quoted() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_album", 1)]);
    let seen = ask(&world, "GET", &path, &Value::Null).json()["version"].clone();
    let quote = format!("{path}/quote");
    assert_eq!(ask(&world, "POST", &quote, &json!({"version": seen})).status, 201);
    ask(&world, "PATCH", &path, &json!({"lines": [line("prd_demo_album", 2)]}));
    let refused = ask(&world, "POST", &quote, &json!({"version": seen}));
    assert_eq!(problem(&refused), told(409, "cart_changed", "version"));
}

#[test]
fn coupons_count_within_their_limits() {
    let world = World::new();
    coupon(&world, json!({"max_uses": 2, "max_per_account": 1}));
    let path = cart(&world, &[line("prd_demo_album", 1)]);
    let seen = ask_as(&world, "acc_a", "PATCH", &path, &json!({"coupon": "save"})).json();
    assert_eq!((&seen["coupon"], &seen["total"]["minor"]), (&json!("SAVE"), &json!(900)));
    let use_by = |account: &str, order: &str| {
        let insert = format!(
            "INSERT INTO coupon_use (tenant_id, code, order_id, account_id, used_at_ms)
             VALUES ('ten_market', 'SAVE', '{order}', '{account}', 1900000000000)"
        );
        sql(&world, &insert).unwrap();
    };
    use_by("acc_a", "ord_1");
    let quote = format!("{path}/quote");
    let refused = ask_as(&world, "acc_a", "POST", &quote, &Value::Null);
    assert_eq!(problem(&refused), told(409, "coupon_used_up", "coupon"));
    let seen = ask_as(&world, "acc_a", "GET", &path, &Value::Null).json();
    assert_eq!(
        (&seen["coupon_problem"]["code"], &seen["total"]["minor"]),
        (&json!("coupon_used_up"), &json!(1_200))
    );
    let other = cart(&world, &[line("prd_demo_album", 1)]);
    let seen = ask_as(&world, "acc_b", "PATCH", &other, &json!({"coupon": "SAVE"})).json();
    assert_eq!(seen["total"]["minor"], 900, "another account's limit is its own");
    use_by("acc_c", "ord_2");
    let seen = ask_as(&world, "acc_b", "GET", &other, &Value::Null).json();
    assert_eq!(seen["coupon_problem"]["code"], "coupon_used_up");
    administer(&world, "DELETE", MARKET, "/admin/coupons/SAVE", &Value::Null);
    let seen = ask_as(&world, "acc_b", "GET", &other, &Value::Null).json();
    assert_eq!(seen["coupon_problem"]["code"], "coupon_gone");
    let gone = ask(&world, "POST", "/cart", &json!({"coupon": "SAVE"}));
    assert_eq!(problem(&gone), told(422, "invalid_field", "coupon"));
}

#[test]
fn a_coupon_that_does_not_fit_is_told_why() {
    let world = World::new();
    let now = ports::Clock::now(world.host.clock()).0;
    let least = json!({"min_subtotal": {"minor": 2_000, "currency": "USD"}});
    for (code, changes, told) in [
        ("BIG", json!({"details": least}), "coupon_below_minimum"),
        ("LATER", json!({"valid_from_ms": now + 1}), "coupon_not_yet_valid"),
        ("GONE", json!({"valid_until_ms": now}), "coupon_expired"),
        ("EURO", json!({"kind": "fixed", "currency": "EUR", "value": 100}), "coupon_currency"),
        ("BOOK", json!({"details": {"products": ["prd_demo_book"]}}), "coupon_not_applicable"),
    ] {
        let mut changes = changes;
        changes["code"] = json!(code);
        coupon(&world, changes);
        let path = cart(&world, &[line("prd_demo_album", 1)]);
        let seen = ask(&world, "PATCH", &path, &json!({"coupon": code})).json();
        assert_eq!(
            (&seen["coupon_problem"]["code"], &seen["total"]["minor"]),
            (&json!(told), &json!(1_200))
        );
        let refused = ask(&world, "POST", &format!("{path}/quote"), &Value::Null);
        assert_eq!((refused.status, refused.code().as_str()), (409, told));
    }
}
