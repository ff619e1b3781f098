//! Money, from the cart to the books: a shop whose Stripe is the sandbox, in the same process.
//!
//! Nothing that happens at Stripe is told to the shop by itself. A test takes what is new with
//! [`Shop::news`] and delivers it, in which order and how often it likes.

mod accounts;
mod again;
mod forged;
mod history;
mod others;
mod packs;
mod plans;
mod races;
mod repair;
mod top_ups;

use crate::support::{Answer, Ask, PLATFORM, World};
use kernel::Region;
use ports::{
    Body, Clock, Host, HttpError, Row, Shard, Sql, Statement,
    memory::{Layout, MemoryHost},
};
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};
use stripe_sandbox::{Act, Buyer, Request, World as Stripe};

pub const MARKET: &str = "market.localhost";
pub const FIRST_SECRET: &str = "whsec_a";
pub const SECOND_SECRET: &str = "whsec_b";
pub const INTERNAL_KEY: &str = "a key that only machines know";
/// What every account of the market has from the start.
pub const WELCOME: i64 = 1_000_000;
/// What the market's pack and a period of its plan are.
pub const PACK: i64 = 100_000;
pub const PERIOD: i64 = 50_000;
/// What they cost, in cents.
pub const PACK_CENTS: i64 = 1_000;
pub const DAY_MS: i64 = 86_400_000;

/// The market of the demo with its Stripe.
pub struct Shop {
    pub world: World,
    pub stripe: Rc<RefCell<Stripe>>,
    /// Whether Stripe is out of reach.
    pub is_away: Rc<Cell<bool>>,
    told: Cell<usize>,
}

/// An order that waits to be paid.
#[derive(Clone, Debug)]
pub struct Begun {
    pub account: String,
    pub quote: String,
    pub order: String,
    pub session: String,
}

pub fn line(product: &str, quantity: u32) -> Value {
    json!({"product": format!("prd_demo_{product}"), "quantity": quantity})
}

impl Shop {
    pub fn new() -> Self {
        Self::seeded(1, Layout::PerShard)
    }

    /// A shop at whose Stripe the ids are made of `seed`.
    pub fn seeded(seed: u64, layout: Layout) -> Self {
        let world = World::with(
            layout,
            &[
                ("POSTERN_ENV", "dev"),
                ("JWT_DEV_KEY", crate::support::SECRET),
                ("STRIPE_SECRET_KEY", "sk_test_x"),
                ("STRIPE_API_BASE", "http://stripe.test"),
                ("STRIPE_WEBHOOK_SECRETS", "whsec_a,whsec_b"),
                ("INTERNAL_KEY", INTERNAL_KEY),
                ("DATA_KEYS", "a=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ],
        );
        let stripe = Rc::new(RefCell::new(Stripe::new(seed, "http://stripe.test")));
        let is_away = Rc::default();
        connect(&world.host, &stripe, &is_away);
        Self { world, stripe, is_away, told: Cell::new(0) }
    }

    pub fn now_s(&self) -> i64 {
        self.world.host.clock().now().seconds()
    }

    /// Asks the market as an account, and as nobody if it has no name.
    pub fn ask(&self, account: &str, method: &str, path: &str) -> Ask<'_> {
        self.ask_at(MARKET, account, method, path)
    }

    pub fn ask_at(&self, host: &str, account: &str, method: &str, path: &str) -> Ask<'_> {
        let handle = host.split('.').next().unwrap();
        let token = self.world.token(handle, json!({"account": account, "profile": null}));
        self.world.ask(method, host, path).bearer(token)
    }

    pub fn administer(&self, method: &str, path: &str, body: &Value) -> Answer {
        let ask = self.world.ask(method, MARKET, path).bearer(self.world.admin("market"));
        if body.is_null() { ask.send() } else { ask.json(body).send() }
    }

    /// A quote of a cart with these lines: its id.
    pub fn quote(&self, account: &str, lines: &[Value], coupon: Option<&str>) -> String {
        self.quote_at(MARKET, account, lines, coupon)
    }

    pub fn quote_at(
        &self,
        host: &str,
        account: &str,
        lines: &[Value],
        coupon: Option<&str>,
    ) -> String {
        let cart = json!({"lines": lines, "country": "US", "coupon": coupon});
        let made = self.ask_at(host, account, "POST", "/cart").json(&cart).send();
        assert_eq!(made.status, 201, "{made:?}");
        let path = format!("/cart/{}/quote", made.json()["id"].as_str().unwrap());
        let quoted = self.ask_at(host, account, "POST", &path).json(&json!({})).send();
        assert_eq!(quoted.status, 201, "{quoted:?}");
        quoted.json()["id"].as_str().unwrap().to_owned()
    }

    pub fn checkout(&self, account: &str, quote: &str) -> Ask<'_> {
        let ask = self.ask(account, "POST", "/checkout/create-session");
        ask.json(&json!({"quote": quote}))
    }

    /// An order of these lines, which waits to be paid.
    pub fn begin(&self, account: &str, lines: &[Value], coupon: Option<&str>) -> Begun {
        self.begin_at(MARKET, account, lines, coupon)
    }

    pub fn begin_at(
        &self,
        host: &str,
        account: &str,
        lines: &[Value],
        coupon: Option<&str>,
    ) -> Begun {
        let quote = self.quote_at(host, account, lines, coupon);
        let ask = self.ask_at(host, account, "POST", "/checkout/create-session");
        let made = ask.json(&json!({"quote": quote})).send();
        assert_eq!(made.status, 201, "{made:?}");
        let made = made.json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Begun { account: account.into(), quote, order: text("order"), session: text("session") }
    }

    /// Has something happen at Stripe: the object that it happened to.
    pub fn act(&self, act: &Act) -> Value {
        let done = self.stripe.borrow_mut().act(self.now_s(), act);
        done.unwrap_or_else(|refusal| panic!("{act:?}: {refusal:?}"))
    }

    /// The buyer pays: the payment's id, or the subscription's.
    pub fn pay(&self, begun: &Begun) -> String {
        let session = begun.session.clone();
        let paid = self.act(&Act::Pay { session, buyer: Buyer::default() });
        let id = paid["payment_intent"].as_str().or(paid["subscription"].as_str());
        id.unwrap_or_default().to_owned()
    }

    /// An order of these lines that is paid, which the shop has not heard yet.
    pub fn buy(&self, account: &str, lines: &[Value]) -> (Begun, String) {
        let begun = self.begin(account, lines, None);
        let payment = self.pay(&begun);
        (begun, payment)
    }

    /// Lets time pass, and has happen at Stripe what is due.
    pub fn pass(&self, ms: i64) {
        self.world.host.clock().advance(ms);
        self.stripe.borrow_mut().handle(self.now_s(), &Request::default());
    }

    /// The events that were not taken yet, oldest first.
    pub fn news(&self) -> Vec<Value> {
        let stripe = self.stripe.borrow();
        let news = stripe.events_since(self.told.get());
        self.told.set(self.told.get() + news.len());
        news.to_vec()
    }

    /// Sends a body as Stripe would, signed with a secret at a time.
    pub fn webhook(&self, host: &str, body: &str, secret: &str, at_s: i64) -> Answer {
        let header = stripe::signature::header(body.as_bytes(), secret, at_s).unwrap();
        let ask = self.world.ask("POST", host, "/webhooks/stripe");
        ask.header("stripe-signature", header).body(body.to_owned()).send()
    }

    /// Delivers an event to the platform's endpoint.
    pub fn deliver(&self, event: &Value) -> Answer {
        self.webhook(MARKET, &event.to_string(), FIRST_SECRET, self.now_s())
    }

    pub fn deliver_all(&self, events: &[Value]) {
        for event in events {
            let answer = self.deliver(event);
            assert_eq!(answer.status, 200, "{} {answer:?}", event["type"]);
        }
    }

    /// Delivers what is new, in order and once.
    pub fn catch_up(&self) {
        self.deliver_all(&self.news());
    }

    pub fn reconcile(&self, host: &str) -> Value {
        let ask = self.world.ask("POST", host, "/internal/reconcile").bearer(INTERNAL_KEY);
        let answer = ask.send();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub fn order(&self, begun: &Begun) -> Value {
        let path = format!("/me/orders/{}", begun.order);
        self.ask(&begun.account, "GET", &path).send().json()
    }

    pub fn state(&self, begun: &Begun) -> String {
        self.order(begun)["state"].as_str().unwrap().to_owned()
    }

    /// What an account can spend beyond what it was welcomed with.
    pub fn bought(&self, account: &str) -> i64 {
        let answer = self.ask(account, "GET", "/me/balance").send().json();
        answer["balances"][0]["posted"].as_i64().unwrap() - WELCOME
    }

    /// States of the rights of an account, by product.
    pub fn rights(&self, account: &str) -> Vec<(String, String)> {
        let answer = self.ask(account, "GET", "/me/entitlements").send().json();
        let rights = answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let text = |right: &Value, name: &str| right[name].as_str().unwrap().to_owned();
        let mut rights: Vec<_> =
            rights.iter().map(|right| (text(right, "product"), text(right, "state"))).collect();
        rights.sort();
        rights
    }

    /// The books of an account: credits less debits, by asset and book. They are checked to be even.
    pub fn books(&self, account: &str) -> BTreeMap<String, i64> {
        let path = format!("/admin/accounts/{account}/books");
        let answer = self.administer("GET", &path, &Value::Null).json();
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        let mut books = BTreeMap::new();
        for book in answer["books"].as_array().unwrap() {
            let net =
                book["credits_posted"].as_i64().unwrap() - book["debits_posted"].as_i64().unwrap();
            *sums.entry(book["asset"].to_string()).or_default() += net;
            books.insert(book["book"].as_str().unwrap().to_owned(), net);
        }
        assert!(sums.values().all(|sum| *sum == 0), "{answer}");
        books
    }

    /// What a statement gives in the market's database.
    pub fn sql(&self, text: &str) -> Vec<Row> {
        let shard = Shard::Tenant { tenant: "ten_market".parse().unwrap(), region: Region::Auto };
        self.sql_of(&shard, text)
    }

    pub fn sql_of(&self, shard: &Shard, text: &str) -> Vec<Row> {
        let statement = Statement::new(text.to_owned().leak(), []);
        self.world.host.run(self.world.host.sql(shard).query(statement)).unwrap()
    }

    /// The one number that a statement gives.
    pub fn number(&self, text: &str) -> i64 {
        self.sql(text)[0].int(0).unwrap()
    }

    /// What there is of a product, and what of it is set aside.
    pub fn stock(&self, product: &str) -> (i64, i64) {
        let sql = format!("SELECT stock, held FROM product WHERE id = 'prd_demo_{product}'");
        let row = &self.sql(&sql)[0];
        (row.int(0).unwrap(), row.int(1).unwrap())
    }

    /// An account spends tokens, as if it had asked a model. `n` tells it from other spending.
    pub fn spend(&self, account: &str, tokens: i64, n: usize) {
        let shard = Shard::Account {
            tenant: "ten_market".parse().unwrap(),
            account: account.parse().unwrap(),
            region: Region::Auto,
        };
        self.sql_of(
            &shard,
            &format!(
                "INSERT INTO transfer (tenant_id, account_id, id, kind, asset, debit, credit,
                   amount, source, source_id, created_at_ms)
                 VALUES ('ten_market', '{account}', 'trf_spent{n}', 'post', 'tokens', 'wallet',
                   'used', {tokens}, 'operation', 'spent{n}', 1)"
            ),
        );
    }
}

/// Lets the sandbox answer what is asked of `stripe.test`.
fn connect(host: &MemoryHost, stripe: &Rc<RefCell<Stripe>>, is_away: &Rc<Cell<bool>>) {
    let (stripe, is_away, clock) = (stripe.clone(), is_away.clone(), host.clock().clone());
    host.http().script(move |request| {
        let (stripe, is_away, clock) = (stripe.clone(), is_away.clone(), clock.clone());
        async move {
            let (parts, body) = request.into_parts();
            if is_away.get() || parts.uri.host() != Some("stripe.test") {
                return Err(HttpError("connection refused".into()));
            }
            let body = body.collect(1 << 24).await.unwrap();
            let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
            let answer = stripe.borrow_mut().handle(
                clock.now().seconds(),
                &Request {
                    method: parts.method.as_str(),
                    path: parts.uri.path_and_query().unwrap().as_str(),
                    authorization: header("authorization"),
                    idempotency_key: header("idempotency-key"),
                    account: header("stripe-account"),
                    body: std::str::from_utf8(&body).unwrap(),
                },
            );
            if answer.status >= 400 {
                // Shown when the test fails.
                println!("{} {}: {}", parts.method, parts.uri, answer.json);
            }
            let mut response = http::Response::new(Body::from(answer.json.to_string()));
            *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap();
            Ok(response)
        }
    });
}
