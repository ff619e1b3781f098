//! A shop that is measured.
//!
//! It is filled by the platform's own routes, and its ledger by chats: every constraint and every
//! trigger has seen every row, and the rows are those that a shop would have.

use super::{
    Size,
    loads::{CHAT, CONNECTIONS, Kind, from},
};
use crate::{
    client::{self, Tenant},
    load::{self, Ask, Result, Until, ask_many, ask_once},
    servers::Server,
};
use bytes::Bytes;
use harness::{TokenOptions, mint};
use http::{Method, Request};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Requests at once while a shop is filled.
const FILLING: usize = 32;
/// People who bought the album. Each may ask for some dozens of links in ten minutes.
const BUYERS: usize = 120;
/// What the shop's webhooks are signed with; nobody's secret.
const WEBHOOK_SECRET: &str = "whsec_bench";
/// A file, and its SHA-256 in base64: the example of FIPS 180-2, appendix B.1.
const FILE: &[u8] = b"abc";
const FILE_SHA256: &str = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
/// Files of the album.
const FILES: usize = 3;
/// Transfers of a chat: one that reserves, and one that settles.
const ROWS_OF_CHAT: usize = 2;
/// What an account of the tenant is given first.
const WELCOME: u64 = client::WELCOME as u64;
/// What a grant gives: far more than the chats of a bench take.
const GRANT: u64 = 10_000_000;
/// How long the last chats may take to be settled.
const PATIENCE: Duration = Duration::from_secs(60);

/// A shop that is measured.
pub struct Shop {
    pub server: Server,
    pub tenant: Tenant,
    /// The token of the account that chats and pays.
    pub teller: String,
    /// The tokens of those who bought the album.
    pub buyers: Vec<String>,
    /// What is sold beside the album and the tokens.
    pub products: Vec<String>,
    /// A few tokens.
    pub pack: String,
    /// The album's files.
    pub assets: Vec<String>,
    /// How many requests were made, so that no two are alike where that matters.
    pub asked: usize,
    admin: String,
    sandbox: SocketAddr,
    /// The shop's account at the sandbox's Stripe, and how many of its events were read.
    stripe: String,
    events_read: usize,
    /// Orders that nobody has looked at since, and the tokens of their buyers.
    orders: Vec<(String, String)>,
}

/// A text in an answer.
fn text(body: &Bytes, name: &str) -> Result<String> {
    let body: Value = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let text = body[name].as_str().ok_or_else(|| format!("no {name} in {body}"))?;
    Ok(text.to_owned())
}

impl Shop {
    /// Opens a shop and fills it.
    ///
    /// # Errors
    /// When the platform or the sandbox refuses.
    pub async fn open(
        server: Server,
        size: Size,
        sandbox: SocketAddr,
        stripe: String,
    ) -> Result<Self> {
        let began = Instant::now();
        let payments = json!({
            "secret_key": stripe, "webhook_secrets": [WEBHOOK_SECRET], "automatic_tax": false,
        });
        let tenant = Tenant::make(server.address, json!({ "payments": payments })).await?;
        let admin = TokenOptions {
            tenant: tenant.id.clone(),
            account: "clerk".into(),
            roles: vec!["admin".into()],
            ..TokenOptions::default()
        };
        let admin = mint(&admin)?;
        let mut shop = Self {
            server,
            tenant,
            teller: String::new(),
            buyers: Vec::new(),
            products: Vec::new(),
            pack: String::new(),
            assets: Vec::new(),
            asked: 0,
            admin,
            sandbox,
            stripe,
            events_read: 0,
            orders: Vec::new(),
        };
        shop.teller = shop.token("teller")?;
        shop.fill_shelves(size.products).await?;
        shop.fill_ledger(size.ledger_rows).await?;
        shop.sell_album().await?;
        let (products, rows) = (size.products, size.ledger_rows);
        let took = began.elapsed().as_secs();
        eprintln!("a shop with {products} products and {rows} ledger rows: filled in {took} s");
        Ok(shop)
    }

    /// The token of an account.
    fn token(&self, account: &str) -> Result<String> {
        let (tenant, account) = (self.tenant.id.clone(), account.to_owned());
        mint(&TokenOptions { tenant, account, ..TokenOptions::default() })
    }

    fn post(&self, path: &str, token: &str, body: &Value) -> Result<Request<Bytes>> {
        client::post(&self.tenant.host, path, token, Bytes::from(body.to_string()))
    }

    /// A request of the shop's administrator.
    async fn admin(&self, method: Method, path: &str, kind: &str, body: Bytes) -> Result<Bytes> {
        let request = client::request(method, &self.tenant.host, path, &self.admin);
        let request = request.header("content-type", kind).body(body).map_err(|e| e.to_string())?;
        ask_once(self.server.address, request).await
    }

    async fn admin_json(&self, method: Method, path: &str, body: Value) -> Result<Bytes> {
        self.admin(method, path, "application/json", Bytes::from(body.to_string())).await
    }

    /// Puts products up for sale, each with a price; their ids.
    async fn put_up(&self, products: Vec<Value>) -> Result<Vec<String>> {
        let make = |product: &Value| self.post("/admin/products", &self.admin, product);
        let made = products.iter().map(make).collect::<Result<_>>()?;
        let made = ask_many(self.server.address, made, FILLING).await?;
        let ids = made.iter().map(|made| text(made, "id")).collect::<Result<Vec<_>>>()?;
        let prices = ids.iter().enumerate().map(|(index, id)| {
            let price = json!({ "list": "eur", "amount_minor": 100 + index % 5_000 });
            self.post(&format!("/admin/products/{id}/prices"), &self.admin, &price)
        });
        ask_many(self.server.address, prices.collect::<Result<_>>()?, FILLING).await?;
        Ok(ids)
    }

    async fn fill_shelves(&mut self, count: usize) -> Result<()> {
        let list = json!({ "currency": "EUR" });
        self.admin_json(Method::PUT, "/admin/price-lists/eur", list).await?;
        let product = |index| {
            json!({
                "kind": "digital", "name": format!("Book {index}"), "status": "active",
                "description": "A book about gates, and about those who keep them. ".repeat(4),
            })
        };
        self.products = self.put_up((0..count).map(product).collect()).await?;
        // As the list of products has them: they were made beside each other.
        self.products.sort_unstable();
        // Of the lots that they come in none is left when the next chats are measured.
        let pack = json!({
            "kind": "token_pack", "name": "Tokens", "status": "active",
            "details": { "tokens": 1, "expires_after_days": 365 },
        });
        self.pack = self.put_up(vec![pack]).await?.swap_remove(0);
        Ok(())
    }

    /// Has the teller chat until the ledger has its rows, and looks whether all is paid for.
    async fn fill_ledger(&self, rows: usize) -> Result<()> {
        let chat = client::chat(&self.tenant.host, CHAT, &self.teller, false)?;
        ask_once(self.server.address, chat.clone()).await?;
        let cost = WELCOME - self.settled(&self.teller).await?;
        let chats = rows / ROWS_OF_CHAT;
        let ask = Ask {
            address: self.server.address,
            requests: vec![vec![chat]; CONNECTIONS],
            is_whole: Kind::Chat.is_whole(),
        };
        load::run(&ask, Until::Count(u64::try_from(chats - 1).unwrap_or(0))).await?;
        let spent = WELCOME - self.settled(&self.teller).await?;
        let wanted = cost * u64::try_from(chats).unwrap_or(0);
        if cost == 0 || spent != wanted {
            return Err(format!("{chats} chats took {spent} tokens, and not {wanted}"));
        }
        Ok(())
    }

    /// What is in an account's wallet, once nothing is held.
    async fn settled(&self, token: &str) -> Result<u64> {
        let end = Instant::now() + PATIENCE;
        loop {
            let said = self.balance(token).await?;
            let wallet = &said["balances"][0];
            if let (Some(posted), Some(0)) = (wallet["posted"].as_u64(), wallet["held"].as_u64()) {
                return Ok(posted);
            }
            if Instant::now() > end {
                return Err(format!("the chats are not settled: {said}"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn balance(&self, token: &str) -> Result<Value> {
        let ask = client::get(&self.tenant.host, "/me/balance", token)?;
        let said = ask_once(self.server.address, ask).await?;
        serde_json::from_slice(&said).map_err(|e| e.to_string())
    }

    /// Puts an album up for sale, and has people buy it.
    async fn sell_album(&mut self) -> Result<()> {
        for file in 1..=FILES {
            let announced = json!({
                "fileName": format!("{file}.txt"), "contentType": "text/plain",
                "size": FILE.len(), "checksum": FILE_SHA256,
            });
            let place = self.admin_json(Method::POST, "/upload/url", announced).await?;
            let id = text(&place, "assetId")?;
            let put = format!("/upload/{id}");
            self.admin(Method::PUT, &put, "text/plain", FILE.into()).await?;
            self.admin_json(Method::POST, &format!("{put}/complete"), json!({})).await?;
            self.assets.push(id);
        }
        let album = json!({
            "kind": "digital", "name": "Album", "status": "active",
            "details": { "device_max": 5, "use_max": 50 },
        });
        let album = self.put_up(vec![album]).await?.swap_remove(0);
        let assets = json!({ "assets": self.assets });
        self.admin_json(Method::PUT, &format!("/admin/products/{album}/assets"), assets).await?;
        let buyers = (0..BUYERS).map(|buyer| self.token(&format!("buyer{buyer}")));
        self.buyers = buyers.collect::<Result<_>>()?;
        let events = self.sell(&self.buyers.clone(), &album).await?;
        let paid = events.iter().map(|event| self.webhook(event)).collect::<Result<_>>()?;
        ask_many(self.server.address, paid, CONNECTIONS).await?;
        self.check_sales().await
    }

    /// Has accounts buy and pay, and keeps to itself that they have: the events that would tell.
    ///
    /// # Errors
    /// When the platform or the sandbox refuses.
    pub async fn sell(&mut self, buyers: &[String], product: &str) -> Result<Vec<Bytes>> {
        let edge = self.server.address;
        let first = self.asked;
        self.asked += buyers.len();
        let carts = buyers.iter().zip(first..);
        let carts = carts.map(|(buyer, number)| self.cart_of(buyer, product, number));
        let carts = ask_many(edge, carts.collect::<Result<_>>()?, CONNECTIONS).await?;
        let quotes = carts.iter().zip(buyers).map(|(cart, buyer)| self.quote(cart, buyer));
        let quotes = ask_many(edge, quotes.collect::<Result<_>>()?, CONNECTIONS).await?;
        let sessions = quotes.iter().zip(buyers).map(|(quote, buyer)| {
            let quote = json!({ "quote": text(quote, "id")? });
            self.post("/checkout/create-session", buyer, &quote)
        });
        let begun = ask_many(edge, sessions.collect::<Result<_>>()?, CONNECTIONS).await?;
        for (begun, buyer) in begun.iter().zip(buyers) {
            self.orders.push((text(begun, "order")?, buyer.clone()));
        }
        let sessions = begun.iter().map(|begun| text(begun, "session"));
        let sessions = sessions.collect::<Result<Vec<_>>>()?;
        let pay = |session| {
            let body = Bytes::from(json!({ "session": session }).to_string());
            client::post("localhost", "/stripe/_sandbox/pay", &self.stripe, body)
        };
        let pay = sessions.iter().map(pay).collect::<Result<_>>()?;
        ask_many(self.sandbox, pay, CONNECTIONS).await?;
        let path = format!("/stripe/_sandbox/events?from={}", self.events_read);
        let events = client::get("localhost", &path, &self.stripe)?;
        let events: Value = serde_json::from_slice(&ask_once(self.sandbox, events).await?)
            .map_err(|e| e.to_string())?;
        let events = events["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        self.events_read += events.len();
        let completed = events.iter().filter(|e| e["type"] == "checkout.session.completed");
        let completed: HashMap<_, _> =
            completed.map(|event| (event["data"]["object"]["id"].as_str(), event)).collect();
        let of = |session: &String| {
            let event = completed.get(&Some(session.as_str()));
            let event = event.ok_or_else(|| format!("{session} was not completed"))?;
            Ok(Bytes::from(event.to_string()))
        };
        sessions.iter().map(of).collect()
    }

    /// Looks whether what was sold counts as paid, now that its events were delivered.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check_sales(&mut self) -> Result<()> {
        let orders = std::mem::take(&mut self.orders);
        let look = |(order, buyer): &(String, String)| {
            client::get(&self.tenant.host, &format!("/me/orders/{order}"), buyer)
        };
        let looks = orders.iter().map(look).collect::<Result<_>>()?;
        for order in ask_many(self.server.address, looks, CONNECTIONS).await? {
            if text(&order, "state")? != "paid" {
                return Err(format!("not paid: {}", String::from_utf8_lossy(&order)));
            }
        }
        Ok(())
    }

    /// A request for a new cart.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn cart(&self, number: usize) -> Result<Request<Bytes>> {
        self.cart_of(&self.teller, self.product(number), number)
    }

    /// A request for a new cart, from an address of its own: one may not have many made.
    fn cart_of(&self, buyer: &str, product: &str, number: usize) -> Result<Request<Bytes>> {
        let cart = json!({ "lines": [{ "product": product, "quantity": 1 }], "country": "DE" });
        from(self.post("/cart", buyer, &cart)?, number)
    }

    /// A request for a quote of a cart.
    ///
    /// # Errors
    /// When there is no cart.
    pub fn quote(&self, cart: &Bytes, buyer: &str) -> Result<Request<Bytes>> {
        self.post(&format!("/cart/{}/quote", text(cart, "id")?), buyer, &json!({}))
    }

    /// One of the products.
    pub fn product(&self, number: usize) -> &str {
        let count = self.products.len().max(1);
        self.products.get(number % count).map_or("", String::as_str)
    }

    /// A name that nothing else in the shop has.
    pub fn made(&self, number: usize) -> String {
        format!("{}_{number}", self.stripe.trim_start_matches("sk_test_"))
    }

    /// An event, signed now, as Stripe would post it.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn webhook(&self, event: &Bytes) -> Result<Request<Bytes>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let now = i64::try_from(now).unwrap_or_default();
        let signature = stripe::signature::header(event, WEBHOOK_SECRET, now);
        let signature = signature.map_err(|e| e.to_string())?;
        let request = Request::builder().method(Method::POST).uri("/webhooks/stripe");
        let request = request.header("host", &self.tenant.host);
        let request = request.header("content-type", "application/json; charset=utf-8");
        let request = request.header("stripe-signature", signature);
        request.body(event.clone()).map_err(|e| e.to_string())
    }

    /// The token of a new account whose tokens came in so many lots, all of which have some left.
    ///
    /// # Errors
    /// When the platform refuses, or not every lot is there.
    pub async fn account_with_lots(&self, count: usize) -> Result<String> {
        let name = format!("lots{count}");
        let token = self.token(&name)?;
        // The first is the welcome.
        self.balance(&token).await?;
        for number in 1..count {
            let path = format!("/admin/accounts/acc_{name}/grants");
            let request = client::request(Method::POST, &self.tenant.host, &path, &self.admin);
            let request = request.header("content-type", "application/json");
            let request = request.header("idempotency-key", format!("{name}-{number}"));
            let body = Bytes::from(json!({ "tokens": GRANT }).to_string());
            let request = request.body(body).map_err(|e| e.to_string())?;
            ask_once(self.server.address, request).await?;
        }
        let grants = u64::try_from(count - 1).unwrap_or(0);
        let (tokens, wanted) = (self.settled(&token).await?, WELCOME + grants * GRANT);
        if tokens == wanted { Ok(token) } else { Err(format!("{tokens} tokens, and not {wanted}")) }
    }
}
