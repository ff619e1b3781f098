//! Capacity that was bought on top of a plan's.

use super::*;

/// An account with a plan of ten calls, and so many more that were bought.
fn topped_up(hard: bool, extra: i64, expires_at_ms: Option<i64>) -> Shop {
    let shop = Shop::new(hard, "month");
    let ends = expires_at_ms.map_or("NULL".to_owned(), |at| at.to_string());
    shop.sql(&format!(
        "INSERT INTO usage_extra (tenant_id, order_id, item, account_id, meter, granted, granted_at_ms, expires_at_ms) \
         VALUES ('ten_market', 'ord_x', 1, 'acc_demo', 'calls', {extra}, 1, {ends})"
    ));
    shop
}

fn told(answer: &Answer) -> [i64; 4] {
    let told = answer.json();
    ["used", "capacity", "extra", "left"]
        .map(|name| told[name].as_i64().unwrap_or_else(|| panic!("{name}: {answer:?}")))
}

/// What Stripe was told of usage, in order.
fn billed(shop: &Shop) -> Vec<String> {
    let asked = shop.asked.borrow();
    let values = asked.iter().flat_map(|(_, form)| form.split('&'));
    let value = |pair: &str| Some(pair.split_once("value%5D=")?.1.to_owned());
    values.filter_map(value).collect()
}

#[test]
fn extras_are_spent_after_the_plan_and_not_billed_again() {
    let shop = topped_up(false, 5, None);
    let first = shop.use_up("a", 8);
    assert_eq!((first.status, told(&first)), (201, [8, 10, 5, 7]));
    let second = shop.use_up("b", 4);
    assert_eq!(told(&second), [12, 10, 3, 3]);
    assert_eq!(second.json()["alerts"], json!([80, 90, 100]));
    assert_eq!(told(&shop.use_up("c", 1)), [13, 10, 2, 2]);
    assert_eq!(told(&shop.use_up("d", 6)), [19, 10, 0, 0]);
    assert_eq!(told(&shop.use_up("e", 3)), [22, 10, 0, 0]);
    for (identifier, quantity, was) in [("b", 4, &second), ("a", 8, &first)] {
        let again = shop.use_up(identifier, quantity);
        assert_eq!((again.status, again.json()), (200, was.json()));
    }
    assert_eq!(billed(&shop), ["8", "2", "4", "3"]);
    assert_eq!(shop.count("SELECT extra_used FROM usage_window"), 5);
    assert_eq!(shop.count("SELECT count(*) FROM alert"), 3);
    assert_eq!(shop.count("SELECT count(*) FROM outbox WHERE heard < version"), 0);
}

#[test]
fn a_hard_meter_refuses_what_neither_covers_and_then_nothing_has_happened() {
    let shop = topped_up(true, 5, None);
    let refused = shop.use_up("a", 16);
    assert_eq!((refused.status, refused.code().as_str()), (402, "capacity_used_up"));
    assert_eq!(shop.count("SELECT used FROM usage_extra"), 0);
    assert_eq!(shop.count("SELECT count(*) FROM usage_event"), 0);
    assert_eq!(shop.count("SELECT count(*) FROM outbox"), 0);
    assert_eq!(told(&shop.use_up("a", 15)), [15, 10, 0, 0]);
    assert_eq!(shop.use_up("b", 1).code(), "capacity_used_up");
}

#[test]
fn the_last_unit_that_was_bought_is_used_by_one_of_two_hundred() {
    for (hard, refused) in [(true, 199), (false, 0)] {
        let shop = topped_up(hard, 1, None);
        assert_eq!(told(&shop.use_up("a", 10)), [10, 10, 1, 1]);
        let token = shop.world.token("market", json!({}));
        let asks = (0..200).map(|n| {
            let body = json!({"meter": "calls", "quantity": 1, "identifier": format!("n{n}")});
            let ask = shop.world.ask("POST", MARKET, "/usage/events").bearer(&token);
            ask.json(&body).answer()
        });
        let answers = shop.world.host.run(join_all(asks));
        shop.world.host.run_tasks();
        let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((of(201), of(402)), (200 - refused, refused), "{:?}", answers[0]);
        assert_eq!(shop.count("SELECT used FROM usage_extra"), 1);
        let events = "SELECT count(*) FROM usage_event WHERE from_extra = 1";
        assert_eq!(shop.count(events), 1);
        let used = 11 + i64::from(!hard) * 199;
        assert_eq!(shop.count("SELECT used FROM usage_window"), used);
        // The ten of the plan, and what went beyond everything.
        assert_eq!(billed(&shop).len(), if hard { 1 } else { 200 });
    }
}

#[test]
fn extras_last_over_windows_until_they_expire() {
    let shop = topped_up(true, 6, None);
    let now = || shop.world.host.clock().now().0;
    shop.sql(&format!("UPDATE subscription SET period_end_ms = {}", now() + 400 * DAY_MS));
    shop.sql(&format!("UPDATE usage_extra SET expires_at_ms = {}", now() + 64 * DAY_MS));
    let status = || {
        let found = shop.ask("acc_demo", "GET", "/subscription/status", &Value::Null).json();
        let window = &found["data"][0]["windows"][0];
        ["used", "capacity", "extra", "left"].map(|name| window[name].as_i64().unwrap())
    };
    assert_eq!(status(), [0, 10, 6, 16]);
    assert_eq!(told(&shop.use_up("a", 12)), [12, 10, 4, 4]);
    assert_eq!(status(), [12, 10, 4, 4]);
    shop.world.host.clock().advance(32 * DAY_MS);
    assert_eq!(status(), [0, 10, 4, 14]);
    assert_eq!(told(&shop.use_up("b", 11)), [11, 10, 3, 3]);
    shop.world.host.clock().advance(32 * DAY_MS);
    assert_eq!(status(), [0, 10, 0, 10]);
    assert_eq!(told(&shop.use_up("c", 10)), [10, 10, 0, 0]);
    assert_eq!(shop.use_up("d", 1).code(), "capacity_used_up");
    assert_eq!(shop.count("SELECT used FROM usage_extra"), 3);
}

#[test]
fn extras_are_an_accounts_and_a_meters_own() {
    let shop = topped_up(true, 5, None);
    for change in ["account_id = 'acc_b'", "meter = 'other', account_id = 'acc_demo'"] {
        shop.sql(&format!("UPDATE usage_extra SET {change}"));
        assert_eq!(shop.use_up("a", 11).code(), "capacity_used_up", "{change}");
    }
    shop.sql("UPDATE usage_extra SET meter = 'calls'");
    assert_eq!(shop.use_up("a", 11).status, 201);
}
