use super::{Browser, sent, shop};
use crate::{shop::sql, support::World};
use ports::Host;

/// An order of an account, as checkout would make one.
fn order(world: &World, n: u32, account: &str) {
    let now = ports::Clock::now(world.host.clock()).0;
    for (table, columns, values) in [
        (
            "cart",
            "id, account_id, market, created_at_ms, changed_at_ms",
            format!("'crt_{n}', '{account}', 'us', {now}, {now}"),
        ),
        (
            "quote",
            "id, cart_id, status, record, created_at_ms, expires_at_ms",
            format!("'quo_{n}', 'crt_{n}', 'open', '{{}}', {now}, {now} + 60000"),
        ),
        (
            "orders",
            "id, account_id, quote_id, cart_id, mode, currency, subtotal_minor, discount_minor,
             total_minor, livemode, created_at_ms, expires_at_ms",
            format!(
                "'ord_{n}', '{account}', 'quo_{n}', 'crt_{n}', 'payment', 'USD', 3700, 0, 3700, 0,
                 {now}, {now} + 60000"
            ),
        ),
        (
            "order_line",
            "order_id, n, product_id, name, quantity, unit_minor, discount_minor, total_minor",
            format!("'ord_{n}', 0, 'prd_demo_tokens', '100,000 tokens', 2, 1850, 0, 3700"),
        ),
        (
            "order_item",
            "order_id, line, n, product_id, kind, units, tokens",
            format!("'ord_{n}', 0, 0, 'prd_demo_tokens', 'token_pack', 1, 100000"),
        ),
    ] {
        let insert =
            format!("INSERT INTO {table} (tenant_id, {columns}) VALUES ('ten_market', {values})");
        sql(world, &insert).unwrap();
    }
}

#[test]
fn orders_are_listed_newest_first_and_only_ones_own() {
    let world = shop();
    let browser = Browser::new(&world);
    assert_eq!(sent(&browser.get("/orders")), (303, "/auth/login?return_to=%2Forders"));
    browser.sign_in("acc_a");
    assert!(browser.get("/orders").text.contains("href=\"/shop\""));
    for n in 10..32 {
        order(&world, n, "acc_a");
    }
    order(&world, 99, "acc_b");
    let page = browser.get("/orders");
    assert!(page.text.contains("ord_31") && page.text.contains("$37.00"), "{}", page.text);
    assert!(!page.text.contains("ord_99") && !page.text.contains("ord_11"));
    assert!(page.text.find("ord_31") < page.text.find("ord_30"));
    assert!(page.text.contains("100,000 tokens"));
    let rest = browser.get("/orders?cursor=ord_12");
    assert!(rest.text.contains("ord_11") && rest.text.contains("ord_10"));
    assert!(!rest.text.contains("ord_12</code>"));
}

#[test]
fn the_return_from_a_payment_waits_a_while_and_tells() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.sign_in("acc_a");
    order(&world, 1, "acc_a");
    order(&world, 2, "acc_b");
    let waits = |page: &str| page.contains("http-equiv=\"refresh\"");
    let page = browser.get("/checkout/return?order=ord_1");
    assert!(page.status == 200 && waits(&page.text), "{page:?}");
    assert!(page.text.contains("/checkout/return?order=ord_1&#38;try=1"), "{}", page.text);
    assert!(waits(&browser.get("/checkout/return?order=ord_1&try=11").text));
    assert!(!waits(&browser.get("/checkout/return?order=ord_1&try=12").text), "not for ever");
    for other in ["ord_2", "ord_none", "x", ""] {
        let path = format!("/checkout/return?order={other}");
        assert_eq!(browser.get(&path).status, 404, "{other}");
    }
    assert_eq!(browser.get("/checkout/return").status, 404);
    sql(&world, "UPDATE orders SET status = 'paid', paid_at_ms = 1 WHERE id = 'ord_1'").unwrap();
    let page = browser.get("/checkout/return?order=ord_1");
    assert!(!waits(&page.text) && page.text.contains("200,000"), "{}", page.text);
    assert!(page.text.contains("href=\"/products\"") && page.text.contains("$37.00"));
    order(&world, 3, "acc_a");
    sql(&world, "UPDATE orders SET status = 'cancelled' WHERE id = 'ord_3'").unwrap();
    let page = browser.get("/checkout/return?order=ord_3");
    assert!(!waits(&page.text) && page.text.contains("href=\"/cart\""));
}
