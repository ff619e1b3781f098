//! Buying, with the sandbox in Stripe's place.

use base64::{Engine, prelude::BASE64_STANDARD};
use conformance::{Tenant, World, read, unique, until};
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A tenant with an account of its own at Stripe.
struct Till<'w> {
    tenant: Tenant<'w>,
    key: String,
}

impl<'w> Till<'w> {
    async fn open(world: &'w World) -> Till<'w> {
        let key = unique("sk_test_case").replace('-', "_");
        let secret = unique("whsec");
        let payments = json!({
            "secret_key": key, "webhook_secrets": [secret], "automatic_tax": false,
        });
        let tenant = world.tenant(json!({"payments": payments})).await;
        let till = Till { tenant, key };
        let url = till.tenant.url("/webhooks/stripe").to_string();
        till.lever(Method::POST, "endpoints", json!({"url": url, "secret": secret})).await;
        let list = till.tenant.admin(Method::PUT, "/admin/price-lists/usd");
        assert!(list.json(&json!({"currency": "USD"})).send().await.unwrap().status().is_success());
        till
    }

    /// Something that is done at Stripe rather than by Postern.
    async fn lever(&self, method: Method, name: &str, body: Value) -> Value {
        let world = self.tenant.world;
        let url = format!("{}/stripe/_sandbox/{name}", world.sandbox);
        let ask = world.client.request(method, url).bearer_auth(&self.key).json(&body);
        let (status, answer) = read(ask).await;
        assert!(status < 300, "{name}: {status} {answer}");
        answer
    }

    /// Waits until every event has been acknowledged.
    async fn settled(&self) {
        self.lever(Method::GET, "deliveries?until=idle", json!(null)).await;
    }

    async fn admin(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = read(self.tenant.admin(method, path).json(&body)).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    async fn sells(&self, kind: &str, details: Value, stock: Option<i64>, minor: i64) -> String {
        let mut product = json!({
            "kind": kind, "name": format!("A {kind}"), "description": "", "status": "active",
            "details": details,
        });
        if let Some(stock) = stock {
            product["stock"] = stock.into();
        }
        let made = self.admin(Method::POST, "/admin/products", product).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let price = json!({"list": "usd", "amount_minor": minor});
        self.admin(Method::POST, &format!("/admin/products/{id}/prices"), price).await;
        id
    }

    fn as_account(&self, method: Method, path: &str, account: &str) -> reqwest::RequestBuilder {
        let token = self.tenant.token(json!({"account": account, "profile": null}));
        self.tenant.world.ask(method, &self.tenant.host, path).bearer_auth(token)
    }

    async fn quote(&self, account: &str, product: &str, coupon: Option<&str>) -> String {
        let cart = json!({"lines": [{"product": product, "quantity": 1}], "country": "US"});
        let (status, cart) =
            read(self.as_account(Method::POST, "/cart", account).json(&cart)).await;
        assert_eq!(status, 201, "{cart}");
        let path = format!("/cart/{}", cart["id"].as_str().unwrap());
        if let Some(code) = coupon {
            let ask = self.as_account(Method::PATCH, &path, account).json(&json!({"coupon": code}));
            let (status, cart) = read(ask).await;
            assert_eq!(status, 200, "{cart}");
        }
        let ask = self.as_account(Method::POST, &format!("{path}/quote"), account);
        let (status, quote) = read(ask.json(&json!({}))).await;
        assert_eq!(status, 201, "{quote}");
        quote["id"].as_str().unwrap().to_owned()
    }

    async fn checkout(&self, account: &str, quote: &str) -> (u16, Value) {
        let ask = self.as_account(Method::POST, "/checkout/create-session", account);
        read(ask.json(&json!({"quote": quote}))).await
    }

    /// Buys, and says which order it is.
    async fn buy(&self, account: &str, product: &str) -> String {
        let quote = self.quote(account, product, None).await;
        let (status, begun) = self.checkout(account, &quote).await;
        assert_eq!(status, 201, "{begun}");
        self.lever(Method::POST, "pay", json!({"session": begun["session"]})).await;
        begun["order"].as_str().unwrap().to_owned()
    }

    /// Makes up for what was missed.
    async fn reconcile(&self) -> Value {
        let world = self.tenant.world;
        let key = std::env::var("INTERNAL_KEY").unwrap();
        let ask = world.ask(Method::POST, &self.tenant.host, "/internal/reconcile");
        let (status, report) = read(ask.bearer_auth(key)).await;
        assert_eq!(status, 200, "{report}");
        report
    }

    async fn of(&self, account: &str, path: &str) -> Value {
        let (status, answer) = read(self.as_account(Method::GET, path, account)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn balance(&self, account: &str) -> i64 {
        self.of(account, "/me/balance").await["balances"][0]["available"].as_i64().unwrap()
    }

    async fn state(&self, account: &str, order: &str) -> String {
        let order = self.of(account, &format!("/me/orders/{order}")).await;
        order["state"].as_str().unwrap().to_owned()
    }
}

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
    assert_eq!((status, answer["field"].as_str()), (422, Some("amount_minor")), "{answer}");
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
