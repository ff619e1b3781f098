//! Two who want the same thing at once.

use super::*;
use futures::future::join_all;

/// Begins to pay all of these quotes at the same time: the statuses and codes, counted.
fn rush(shop: &Shop, quotes: &[(String, String)]) -> BTreeMap<(u16, String), usize> {
    shop.world.host.set_sql_takes_turns(true);
    let asks = quotes.iter().map(|(account, quote)| shop.checkout(account, quote).answer());
    let answers = shop.world.host.run(join_all(asks));
    let mut counted = BTreeMap::new();
    for answer in answers {
        let code = if answer.status == 201 { String::new() } else { answer.code() };
        *counted.entry((answer.status, code)).or_default() += 1;
    }
    counted
}

#[test]
fn the_same_quote_is_the_same_order() {
    let shop = Shop::new();
    let quote = shop.quote("acc_a", &[line("shirt", 1)], None);
    let ask = || shop.checkout("acc_a", &quote).answer();
    let (one, two) = shop.world.host.run(async { futures::join!(ask(), ask()) });
    let three = shop.checkout("acc_a", &quote).send();
    assert_eq!((one.status, two.status, three.status), (201, 201, 201));
    for name in ["order", "session", "url"] {
        assert_eq!(one.json()[name], two.json()[name]);
        assert_eq!(one.json()[name], three.json()[name]);
    }
    assert_eq!(shop.stock("shirt"), (5, 1));
    assert_eq!(shop.checkout("acc_b", &quote).send().status, 404);
    // Nor is what was begun another order when it is begun once more.
    let begun = shop.begin("acc_a", &[line("book", 1)], None);
    let again = shop.checkout("acc_a", &begun.quote).send().json();
    assert_eq!((&again["order"], &again["session"]), (&json!(begun.order), &json!(begun.session)));
}

#[test]
fn one_of_two_hundred_buys_the_last_one() {
    let shop = Shop::new();
    shop.begin("acc_first", &[line("shirt", 4)], None);
    let quotes: Vec<_> = (0..200)
        .map(|n| {
            let account = format!("acc_{n}");
            let quote = shop.quote(&account, &[line("bundle", 1)], None);
            (account, quote)
        })
        .collect();
    let counted = rush(&shop, &quotes);
    let wanted = [((201, String::new()), 1), ((409, "out_of_stock".to_owned()), 199)];
    assert_eq!(counted, wanted.into());
    assert_eq!(shop.stock("shirt"), (5, 5));
}

#[test]
fn one_of_two_hundred_uses_the_coupon() {
    let shop = Shop::new();
    let coupon = json!({"code": "ONCE", "kind": "percent", "value": 1_000, "max_uses": 1});
    assert_eq!(shop.administer("POST", "/admin/coupons", &coupon).status, 201);
    let quotes: Vec<_> = (0..200)
        .map(|n| {
            let account = format!("acc_{n}");
            let quote = shop.quote(&account, &[line("book", 1)], Some("ONCE"));
            (account, quote)
        })
        .collect();
    let counted = rush(&shop, &quotes);
    let wanted = [((201, String::new()), 1), ((409, "coupon_used_up".to_owned()), 199)];
    assert_eq!(counted, wanted.into());
    assert_eq!(shop.number("SELECT count(*) FROM orders"), 1);
    assert_eq!(shop.number("SELECT used FROM coupon WHERE code = 'ONCE'"), 1);
}
