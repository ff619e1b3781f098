//! Capacity that was bought on top of a plan's.

use super::*;
use ::usage::Capacity;

/// What was bought for the account: how much, whether it ends so many milliseconds from now, and
/// how long ago it was bought.
fn buy(f: &Fixture, order: &str, granted: i64, ends_in: Option<i64>, ago: i64) {
    let ends = ends_in.map_or("NULL".to_owned(), |ms| (NOW.0 + ms).to_string());
    f.sql(&format!(
        "INSERT INTO usage_extra (tenant_id, order_id, item, account_id, meter, granted, granted_at_ms, expires_at_ms) \
         VALUES ('ten_a', '{order}', 1, 'acc_a', 'calls', {granted}, {}, {ends})",
        NOW.0 - ago
    )).unwrap();
}

/// What was used of each purchase, by its order.
fn used(f: &Fixture) -> Vec<(String, i64)> {
    let found = f.sql("SELECT order_id, used FROM usage_extra ORDER BY order_id").unwrap();
    found.iter().map(|row| (row.text(0).unwrap().to_owned(), row.int(1).unwrap())).collect()
}

fn told(event: &Event) -> (i64, i64, i64) {
    (event.used, event.extra_used, event.extra)
}

#[test]
fn what_expires_first_is_drawn_first_and_then_the_oldest() {
    let f = Fixture::new(true);
    buy(&f, "a_late", 10, Some(900), 9);
    buy(&f, "b_young", 10, None, 1);
    buy(&f, "c_old", 10, None, 5);
    buy(&f, "d_soon", 10, Some(5), 0);
    buy(&f, "e_over", 10, Some(0), 9);
    assert_eq!(told(&f.use_up("a", 100).unwrap()), (100, 0, 40));
    assert_eq!(told(&f.use_up("b", 13).unwrap()), (113, 13, 27));
    let of = |amounts: [i64; 5]| {
        let orders = ["a_late", "b_young", "c_old", "d_soon", "e_over"].map(str::to_owned);
        orders.into_iter().zip(amounts).collect::<Vec<_>>()
    };
    assert_eq!(used(&f), of([3, 0, 0, 10, 0]));
    assert_eq!(told(&f.use_up("c", 12).unwrap()), (125, 25, 15));
    assert_eq!(used(&f), of([10, 0, 5, 10, 0]));
    // More than there is draws nothing at all.
    assert!(f.use_up("d", 16).unwrap_err().is_constraint(CAPACITY_USED_UP));
    assert_eq!(used(&f), of([10, 0, 5, 10, 0]));
    assert_eq!(told(&f.use_up("e", 15).unwrap()), (140, 40, 0));
    assert_eq!(used(&f), of([10, 10, 10, 10, 0]));
    assert!(f.use_up("f", 1).unwrap_err().is_constraint(CAPACITY_USED_UP));
    // What was recorded keeps its result.
    assert_eq!(told(&f.use_up("b", 13).unwrap()), (113, 13, 27));
    assert_eq!(f.window(), (140, 100));
}

#[test]
fn a_soft_meter_draws_first_and_is_not_made_up_for_later() {
    let f = Fixture::new(false);
    assert_eq!(told(&f.use_up("a", 120).unwrap()), (120, 0, 0));
    buy(&f, "a", 10, None, 0);
    assert_eq!(told(&f.use_up("b", 4).unwrap()), (124, 4, 6));
    assert_eq!(told(&f.use_up("c", 9).unwrap()), (133, 10, 0));
    assert_eq!(told(&f.use_up("d", 1).unwrap()), (134, 10, 0));
    let bill = |identifier: &str| {
        let request: RequestId = format!("req_{identifier}").parse().unwrap();
        let told = f.run(f.subscriptions().tell(identifier, &request, NOW)).unwrap();
        let body = told.first().map(|row| row.text(3).unwrap().to_owned())?;
        serde_json::from_str::<serde_json::Value>(&body).unwrap()["value"].as_i64()
    };
    let values = ["a", "b", "c", "d"].map(bill);
    assert_eq!(values, [Some(120), None, Some(3), Some(1)], "what was bought is not billed again");
}

#[test]
fn more_of_a_plan_is_used_before_extras_and_less_leaves_them_to_be_used() {
    let f = Fixture::new(true);
    buy(&f, "a", 20, None, 0);
    f.use_up("a", 105).unwrap();
    f.sql("UPDATE subscription SET quantity = 3, told_at_ms = 1900000000000").unwrap();
    // The five were paid for: the plan's own use is 100 of 125, as half of the window is left.
    assert_eq!(told(&f.use_up("b", 27).unwrap()), (132, 7, 13));
    f.sql("UPDATE subscription SET quantity = 1, told_at_ms = 1900000000000").unwrap();
    assert_eq!(told(&f.use_up("c", 13).unwrap()), (145, 20, 0));
    assert!(f.use_up("d", 1).unwrap_err().is_constraint(CAPACITY_USED_UP));
}

#[test]
fn alerts_are_about_the_plan() {
    let f = Fixture::new(true);
    buy(&f, "a", 100, None, 0);
    f.use_up("a", 79).unwrap();
    f.sql("UPDATE usage_window SET capacity = 75").unwrap();
    f.sql("DELETE FROM alert").unwrap();
    f.use_up("b", 21).unwrap();
    f.sql("DELETE FROM alert").unwrap();
    // 100 were used, 21 of them from extras: 79 of 105 are no 80 %.
    f.sql("UPDATE usage_window SET capacity = 105").unwrap();
    assert_eq!(f.alerts(), [""; 0]);
    f.use_up("c", 5).unwrap();
    assert_eq!(f.alerts(), ["usage_80"]);
}

#[test]
fn nothing_but_the_truth_is_drawn() {
    let f = Fixture::new(false);
    buy(&f, "a", 10, None, 0);
    f.use_up("a", 95).unwrap();
    for (quantity, claimed) in [(5, 1), (10, 4), (10, 6), (20, 11), (20, 9), (20, 0)] {
        let refused = f.sql(&format!(
            "INSERT INTO usage_event (tenant_id, account_id, identifier, request_id, subscription_id, meter, quantity,
               window_start_ms, used_at_ms, is_dated, used_after, capacity_then, created_at_ms, from_extra, extra_used_after)
             VALUES ('ten_a', 'acc_a', 'x', 'req_x', 'sub_a', 'calls', {quantity}, {}, 1, 0, 1, 1, {}, {claimed}, {claimed})",
            PERIOD.start.0, NOW.0
        ));
        let refused = refused.unwrap_err();
        assert!(refused.is_constraint("extra_is_drawn_last"), "{quantity} {claimed}: {refused}");
    }
    for wrong in ["used = 11", "returned = 11", "used = -1", "returned = -1", "granted = -1"] {
        assert!(f.sql(&format!("UPDATE usage_extra SET {wrong}")).is_err(), "{wrong}");
    }
    f.sql("UPDATE usage_extra SET returned = 4").unwrap();
    let refused = f.sql("UPDATE usage_extra SET used = 7").unwrap_err();
    assert!(refused.is_constraint("extra_used_up"), "{refused}");
    assert_eq!(used(&f), [("a".to_owned(), 0)]);
}

#[test]
fn the_database_draws_as_the_component_says() {
    // A plain generator, so that it is the same each time.
    let mut seed = 7_u64;
    let mut chance = |most: i64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(seed >> 33).unwrap() % most
    };
    for hard in [false, true] {
        let f = Fixture::new(hard);
        let (mut of_plan, mut extra, mut extra_used) = (0, 0, 0);
        for n in 0..200 {
            if chance(5) == 0 {
                let more = 1 + chance(30);
                buy(&f, &format!("o{n}"), more, Some(chance(500) + 1).filter(|at| at % 3 > 0), 0);
                extra += more;
            }
            let quantity = 1 + chance(12);
            let capacity = Capacity { plan: 100, extra };
            let drawn = capacity.drawn(of_plan, quantity);
            let is_refused = hard && quantity > capacity.left(of_plan).total();
            let done = f.use_up(&format!("e{n}"), quantity);
            if is_refused {
                assert!(done.unwrap_err().is_constraint(CAPACITY_USED_UP));
                continue;
            }
            (of_plan, extra, extra_used) =
                (of_plan + quantity - drawn, extra - drawn, extra_used + drawn);
            assert_eq!(told(&done.unwrap()), (of_plan + extra_used, extra_used, extra));
            let sum =
                f.sql("SELECT coalesce(sum(used), 0), coalesce(sum(granted), 0) FROM usage_extra");
            let sum = sum.unwrap();
            let both = (sum[0].int(0).unwrap(), sum[0].int(1).unwrap());
            assert_eq!(both, (extra_used, extra + extra_used));
        }
    }
}
