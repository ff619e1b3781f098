//! Buying, with the sandbox in Stripe's place.

use base64::{Engine, prelude::BASE64_STANDARD};
use conformance::{World, read, till::Till, until};
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

#[tokio::test]
async fn tokens_are_credited_once_however_often_stripe_says_so() {
    let world = World::new();
    let till = Till::open(&world).await;
    let chaos = json!({"duplicate": 3, "reorder": 5, "delay_ms": 0, "drop": 3, "hold": false});
    till.lever(Method::PUT, "chaos", chaos).await;
    let pack = till.sells("token_pack", json!({"tokens": 10_000}), None, 999).await;
    let order = till.buy("acc_buyer", &pack).await;
    till.settled().await;
    // A third of the events has not come, and will not come by itself.
    for _ in 0..2 {
        assert_eq!(till.reconcile().await["problems"], json!([]));
    }
    assert_eq!(till.balance("acc_buyer").await, 10_000);
    assert_eq!(till.state("acc_buyer", &order).await, "paid");
    let order = till.of("acc_buyer", &format!("/me/orders/{order}")).await;
    assert_eq!((&order["total_minor"], &order["lines"][0]["quantity"]), (&json!(999), &json!(1)));
    let invoices = till.of("acc_buyer", "/me/invoices").await;
    assert_eq!(invoices["data"][0]["status"], "paid", "{invoices}");
}

#[tokio::test]
async fn a_refund_takes_back_in_proportion_and_what_was_spent_is_owed() {
    let world = World::new();
    let till = Till::open(&world).await;
    let pack = till.sells("token_pack", json!({"tokens": 1_000}), None, 1_000).await;
    let order = till.buy("acc_case", &pack).await;
    until("the tokens are there", async || till.balance("acc_case").await == 1_000).await;
    let refund = |amount: Value, key: &'static str| {
        let ask = till.tenant.admin(Method::POST, &format!("/admin/orders/{order}/refunds"));
        let body = if amount.is_null() { json!({}) } else { json!({"amount_minor": amount}) };
        read(ask.header("idempotency-key", key).json(&body))
    };
    let (status, answer) = refund(json!(2_000), "more").await;
    let bought = till.of("acc_case", &format!("/me/orders/{order}")).await;
    assert_eq!(
        (status, answer["field"].as_str()),
        (422, Some("amount_minor")),
        "{answer} {bought}"
    );
    for _ in 0..2 {
        let (status, answer) = refund(json!(300), "part").await;
        assert_eq!((status, &answer["order"]["refunded_minor"]), (201, &json!(300)), "{answer}");
    }
    assert_eq!(till.balance("acc_case").await, 700);
    assert_eq!(till.state("acc_case", &order).await, "partly_refunded");
    let (status, answer) = refund(Value::Null, "rest").await;
    assert_eq!((status, answer["order"]["state"].as_str()), (201, Some("refunded")), "{answer}");
    assert_eq!(refund(Value::Null, "again").await.0, 409);
    till.settled().await;
    assert_eq!(till.balance("acc_case").await, 0);
    till.tenant.check_books().await;
}

#[tokio::test]
async fn who_comes_back_to_the_cart_begins_again() {
    let world = World::new();
    let till = Till::open(&world).await;
    let shirt = till.sells("physical", json!({}), Some(1), 2_500).await;
    let cart = till.cart("acc_case", &shirt).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let quote = till.quote_of("acc_case", &cart).await;
        let (status, begun) = till.checkout("acc_case", &quote).await;
        assert_eq!(status, 201, "{begun}");
        orders.push(begun);
    }
    assert_eq!(till.state("acc_case", orders[0]["order"].as_str().unwrap()).await, "cancelled");
    till.lever(Method::POST, "pay", json!({"session": orders[1]["session"]})).await;
    let order = orders[1]["order"].as_str().unwrap();
    until("it is paid", async || till.state("acc_case", order).await == "paid").await;
    assert_eq!(till.of("acc_case", &cart).await["lines"], json!([]));
}

#[tokio::test]
async fn the_last_one_in_stock_is_sold_once() {
    let world = World::new();
    let till = Till::open(&world).await;
    let shirt = till.sells("physical", json!({}), Some(1), 2_500).await;
    assert_eq!(winners(&till, 50, &shirt, None, "out_of_stock").await, 1);
}

#[tokio::test]
async fn a_coupon_for_one_use_is_used_once() {
    let world = World::new();
    let till = Till::open(&world).await;
    let book = till.sells("digital", json!({}), None, 2_500).await;
    let coupon = json!({
        "code": "ONCE", "kind": "percent", "value": 1_000, "details": {}, "max_uses": 1,
    });
    till.admin(Method::POST, "/admin/coupons", coupon).await;
    assert_eq!(winners(&till, 25, &book, Some("ONCE"), "coupon_used_up").await, 1);
}

/// How many of so many who want the same thing at once get it. The others are told why they do not.
/// There are no more of them than carts and tries of coupons are let through in a minute.
async fn winners(
    till: &Till<'_>,
    count: usize,
    product: &str,
    coupon: Option<&str>,
    lost: &str,
) -> usize {
    let accounts: Vec<_> = (0..count).map(|n| format!("acc_racer{n}")).collect();
    let mut quotes = Vec::new();
    for some in accounts.chunks(20) {
        quotes.extend(join_all(some.iter().map(|who| till.quote(who, product, coupon))).await);
    }
    let race = accounts.iter().zip(&quotes).map(|(who, quote)| till.checkout(who, quote));
    let answers = join_all(race).await;
    for (status, answer) in answers.iter().filter(|(status, _)| *status != 201) {
        assert_eq!((*status, answer["code"].as_str()), (409, Some(lost)), "{answer}");
    }
    answers.iter().filter(|(status, _)| *status == 201).count()
}

#[tokio::test]
async fn a_link_for_one_download_is_used_once() {
    let world = World::new();
    let till = Till::open(&world).await;
    let album = till.sells("digital", json!({}), None, 500).await;
    let bytes = b"ID3 a song, or nearly".to_vec();
    let upload = json!({
        "fileName": "song.mp3", "contentType": "audio/mpeg", "size": bytes.len(),
        "checksum": BASE64_STANDARD.encode(Sha256::digest(&bytes)),
    });
    let asset = till.admin(Method::POST, "/upload/url", upload).await;
    let id = asset["assetId"].as_str().unwrap().to_owned();
    let put = till.tenant.admin(Method::PUT, &format!("/upload/{id}"));
    let put = put.header("content-type", "audio/mpeg").body(bytes.clone()).send().await.unwrap();
    assert!(put.status().is_success(), "{}", put.text().await.unwrap());
    till.admin(Method::POST, &format!("/upload/{id}/complete"), json!({})).await;
    let assets = json!({"assets": [id]});
    till.admin(Method::PUT, &format!("/admin/products/{album}/assets"), assets).await;
    let link = json!({"assetId": id, "usesMax": 1});
    let ask = || till.as_account(Method::POST, "/downloads/link", "acc_buyer").json(&link);
    let (status, refused) = read(ask()).await;
    assert_eq!((status, refused["code"].as_str()), (403, Some("not_entitled")), "{refused}");
    till.buy("acc_buyer", &album).await;
    until("the album is theirs", async || read(ask()).await.0 == 201).await;
    let (_, link) = read(ask()).await;
    let path = format!("/d/{}", link["dlToken"].as_str().unwrap());
    let race = (0..200).map(|_| world.get(&till.tenant.host, &path).send());
    let mut statuses = BTreeMap::new();
    for answer in join_all(race).await {
        let answer = answer.unwrap();
        let status = answer.status();
        *statuses.entry(status.as_u16()).or_insert(0) += 1;
        if status == StatusCode::OK {
            assert_eq!(answer.bytes().await.unwrap(), bytes);
        }
    }
    assert_eq!(statuses.remove(&200), Some(1), "{statuses:?}");
    assert!(statuses.keys().all(|status| [410, 429].contains(status)), "{statuses:?}");
}
