//! What belongs to somebody else, in a database that holds everything, as on Spin.

use super::*;
use crate::support::FAMILY;

/// Who asks for a bought album's objects by their ids, and what is answered.
fn asks(shop: &Shop, host: &str, account: &str, begun: &Begun) -> Vec<(String, Answer)> {
    let id = |sql: &str| shop.sql(sql)[0].text(0).unwrap().to_owned();
    let quote = shop.quote("acc_a", &[line("album", 1)], None);
    let cart = id(&format!("SELECT cart_id FROM quote WHERE id = '{quote}'"));
    let entitlement = id("SELECT id FROM entitlement");
    let invoice = id("SELECT id FROM invoice");
    [
        ("GET", format!("/me/orders/{}", begun.order), Value::Null),
        ("GET", format!("/me/invoices/{invoice}"), Value::Null),
        ("GET", format!("/cart/{cart}"), Value::Null),
        ("PATCH", format!("/cart/{cart}"), json!({"lines": [line("tokens", 1)]})),
        ("POST", format!("/cart/{cart}/quote"), json!({})),
        ("DELETE", format!("/cart/{cart}"), Value::Null),
        ("POST", "/checkout/create-session".into(), json!({"quote": quote})),
        ("POST", "/checkout/payment-intent".into(), json!({"quote": quote})),
        ("POST", format!("/me/entitlements/{entitlement}/licence"), json!({"accept": true})),
    ]
    .into_iter()
    .map(|(method, path, body)| {
        let ask = shop.ask_at(host, account, method, &path);
        let answer = if body.is_null() { ask.send() } else { ask.json(&body).send() };
        (format!("{method} {path}"), answer)
    })
    .collect()
}

#[test]
fn what_is_anothers_is_not_there() {
    let shop = Shop::seeded(1, Layout::Shared);
    let (begun, _) = shop.buy("acc_a", &[line("album", 1)]);
    shop.catch_up();
    // Somebody else at the same shop, and somebody of the same name at another.
    for (host, account) in [(MARKET, "acc_b"), (FAMILY, "acc_a")] {
        for (what, answer) in asks(&shop, host, account, &begun) {
            let is_refused = [403, 404].contains(&answer.status);
            assert!(is_refused, "{account} at {host}: {what} {answer:?}");
        }
        let order = shop.ask_at(host, account, "GET", "/me/orders").send().json();
        assert_eq!(order["data"], json!([]));
    }
    let path = format!("/admin/orders/{}/refunds", begun.order);
    let ask = shop.world.ask("POST", FAMILY, &path).bearer(shop.world.admin("family"));
    let refused =
        ask.header("idempotency-key", "k").json(&json!({"reason": "requested_by_customer"}));
    assert_eq!(refused.send().status, 404);
    assert_eq!(shop.number("SELECT count(*) FROM orders"), 1);
    assert_eq!(shop.state(&begun), "paid");
}
