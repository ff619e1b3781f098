//! A shop of one's own, with the sandbox in Stripe's place.

use crate::{Tenant, World, read, unique};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// A tenant with an account of its own at Stripe.
pub struct Till<'w> {
    pub tenant: Tenant<'w>,
    key: String,
}

impl<'w> Till<'w> {
    pub async fn open(world: &'w World) -> Till<'w> {
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
    pub async fn lever(&self, method: Method, name: &str, body: Value) -> Value {
        let world = self.tenant.world;
        let url = format!("{}/stripe/_sandbox/{name}", world.sandbox);
        let ask = world.client.request(method, url).bearer_auth(&self.key).json(&body);
        let (status, answer) = read(ask).await;
        assert!(status < 300, "{name}: {status} {answer}");
        answer
    }

    /// Waits until every event has been acknowledged.
    pub async fn settled(&self) {
        self.lever(Method::GET, "deliveries?until=idle", json!(null)).await;
    }

    pub async fn admin(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = read(self.tenant.admin(method, path).json(&body)).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    pub async fn sells(
        &self,
        kind: &str,
        details: Value,
        stock: Option<i64>,
        minor: i64,
    ) -> String {
        let mut product = json!({
            "kind": kind, "name": format!("A {kind}"), "description": "", "status": "active",
            "details": details,
        });
        if let Some(stock) = stock {
            product["stock"] = stock.into();
        }
        let made = self.admin(Method::POST, "/admin/products", product).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let mut price = json!({"list": "usd", "amount_minor": minor});
        if kind == "subscription" {
            price["interval"] = "month".into();
        }
        self.admin(Method::POST, &format!("/admin/products/{id}/prices"), price).await;
        id
    }

    pub fn as_account(&self, method: Method, path: &str, account: &str) -> RequestBuilder {
        let token = self.tenant.token(json!({"account": account, "profile": null}));
        self.tenant.world.ask(method, &self.tenant.host, path).bearer_auth(token)
    }

    /// A cart with one of a product: its path.
    pub async fn cart(&self, account: &str, product: &str) -> String {
        let cart = json!({"lines": [{"product": product, "quantity": 1}], "country": "US"});
        let (status, cart) =
            read(self.as_account(Method::POST, "/cart", account).json(&cart)).await;
        assert_eq!(status, 201, "{cart}");
        format!("/cart/{}", cart["id"].as_str().unwrap())
    }

    pub async fn quote(&self, account: &str, product: &str, coupon: Option<&str>) -> String {
        let path = self.cart(account, product).await;
        if let Some(code) = coupon {
            let ask = self.as_account(Method::PATCH, &path, account).json(&json!({"coupon": code}));
            let (status, cart) = read(ask).await;
            assert_eq!(status, 200, "{cart}");
        }
        self.quote_of(account, &path).await
    }

    pub async fn quote_of(&self, account: &str, cart: &str) -> String {
        let ask = self.as_account(Method::POST, &format!("{cart}/quote"), account);
        let (status, quote) = read(ask.json(&json!({}))).await;
        assert_eq!(status, 201, "{quote}");
        quote["id"].as_str().unwrap().to_owned()
    }

    pub async fn checkout(&self, account: &str, quote: &str) -> (u16, Value) {
        let ask = self.as_account(Method::POST, "/checkout/create-session", account);
        read(ask.json(&json!({"quote": quote}))).await
    }

    /// Buys, and says which order it is.
    pub async fn buy(&self, account: &str, product: &str) -> String {
        self.pay_for(account, &self.cart(account, product).await).await
    }

    /// Buys from a cart that has been emptied by buying.
    pub async fn buy_again(&self, account: &str, cart: &str, product: &str) -> String {
        let lines = json!({"lines": [{"product": product, "quantity": 1}]});
        let (status, filled) =
            read(self.as_account(Method::PATCH, cart, account).json(&lines)).await;
        assert_eq!(status, 200, "{filled}");
        self.pay_for(account, cart).await
    }

    async fn pay_for(&self, account: &str, cart: &str) -> String {
        let quote = self.quote_of(account, cart).await;
        let (status, begun) = self.checkout(account, &quote).await;
        assert_eq!(status, 201, "{begun}");
        self.lever(Method::POST, "pay", json!({"session": begun["session"]})).await;
        begun["order"].as_str().unwrap().to_owned()
    }

    /// Makes up for what was missed.
    pub async fn reconcile(&self) -> Value {
        let world = self.tenant.world;
        let key = std::env::var("INTERNAL_KEY").unwrap();
        let ask = world.ask(Method::POST, &self.tenant.host, "/internal/reconcile");
        let (status, report) = read(ask.bearer_auth(key)).await;
        assert_eq!(status, 200, "{report}");
        report
    }

    pub async fn of(&self, account: &str, path: &str) -> Value {
        let (status, answer) = read(self.as_account(Method::GET, path, account)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub async fn balance(&self, account: &str) -> i64 {
        self.of(account, "/me/balance").await["balances"][0]["available"].as_i64().unwrap()
    }

    pub async fn state(&self, account: &str, order: &str) -> String {
        let order = self.of(account, &format!("/me/orders/{order}")).await;
        order["state"].as_str().unwrap().to_owned()
    }
}
