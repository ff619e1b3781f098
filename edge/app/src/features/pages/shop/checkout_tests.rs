//! From a cart to what is paid for, and back when that cannot be.

use super::{CART, again, checkout};
use crate::{
    App, DEV_AUDIENCE, DEV_ISSUER, Linked, MIGRATIONS, Platform,
    app::{Cx, Visit},
    directory,
    features::shop::quotes::find_quote,
    problem::{Problem, ShopProblem},
};
use kernel::{CartId, RequestId, UnixMillis};
use ports::{
    Body, Clock, Host, Peer, Row, Shard, Sql, Statement,
    memory::{Layout, MemoryHost},
};
use serde_json::{Value, json};
use std::rc::Rc;

const HOST: &str = "market.localhost";
const SECRET: &str = "a secret of at least 32 bytes, for tests";

struct InMemory;

impl Platform for InMemory {
    type Host = MemoryHost;
    type Functions = Linked;
    const INSTANCES_LAST: bool = true;
}

struct Market {
    host: MemoryHost,
    app: Rc<App>,
}

impl Market {
    fn new() -> Self {
        let host = MemoryHost::new(Layout::PerShard, MIGRATIONS);
        for (name, value) in [
            ("POSTERN_ENV", "dev"),
            ("JWT_DEV_KEY", SECRET),
            ("DATA_KEYS", "a=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ("STRIPE_SECRET_KEY", "sk_test_1"),
        ] {
            host.set_secret(name, value);
        }
        Self { host, app: Rc::default() }
    }

    fn now(&self) -> UnixMillis {
        self.host.clock().now()
    }

    fn token(&self, account: &str, roles: &Value) -> String {
        let now = self.now().seconds();
        let claims = json!({
            "iss": DEV_ISSUER, "aud": DEV_AUDIENCE, "tenant": "ten_market", "account": account,
            "roles": roles, "iat": now, "exp": now + 3600,
        });
        let claims = claims.as_object().unwrap().clone();
        identity::mint_hs256(SECRET.as_bytes(), claims).unwrap()
    }

    fn ask(&self, account: &str, method: &str, path: &str, body: &Value) -> http::Response<Body> {
        let token = self.token(account, &json!(["admin"]));
        let request = http::Request::builder().method(method).uri(format!("http://{HOST}{path}"));
        let request =
            request.header("host", HOST).header("authorization", format!("Bearer {token}"));
        let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
        let request = request.body(body).unwrap();
        self.host.run(crate::handle::<InMemory>(
            &self.app,
            self.host.clone(),
            request,
            &Peer::default(),
        ))
    }

    /// A cart of an account with a coupon.
    fn cart(&self, account: &str, lines: &Value) -> Value {
        let wanted = json!({"lines": lines, "country": "US", "coupon": "WELCOME10"});
        let made = self.ask(account, "POST", "/cart", &wanted);
        assert_eq!(made.status(), 201);
        serde_json::from_str(&self.text(made)).unwrap()
    }

    fn text(&self, response: http::Response<Body>) -> String {
        let bytes = self.host.run(response.into_body().collect(1 << 20)).unwrap();
        String::from_utf8(bytes.into()).unwrap()
    }

    /// A form to check out, as the browser of an account sends it.
    fn visit(&self, account: Option<&str>, cart: &str, seen: &str) -> Visit<InMemory> {
        let mut cookies = format!("{CART}={cart}");
        if let Some(account) = account {
            let signed_in = self.ask(account, "POST", "/auth/session", &Value::Null);
            let set = signed_in.headers()["set-cookie"].to_str().unwrap();
            cookies = format!("{cookies}; {}", set.split(';').next().unwrap());
        }
        self.host.run(async {
            let cx = Cx {
                app: self.app.clone(),
                host: self.host.clone(),
                settings: self.app.settings(&self.host).await.unwrap(),
                request_id: RequestId::generate(self.now(), kernel::Entropy::default()),
                now: self.now(),
            };
            let tenant = directory::resolve(&cx, HOST).await.unwrap();
            let request = http::Request::post("/cart/checkout").header("cookie", cookies);
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let mut visit = Visit::new(cx, tenant, &parts, format!("http://{HOST}"));
            visit.recognise().await;
            assert_eq!(visit.session.is_some(), account.is_some());
            visit.form.push(("seen".to_owned(), seen.to_owned()));
            visit
        })
    }

    /// The page after a problem: its status and its text.
    fn again(&self, visit: &Visit<InMemory>, problem: Problem) -> (u16, String) {
        let response = self.host.run(again(visit, problem)).unwrap();
        (response.status().as_u16(), self.text(response))
    }

    fn count(&self, sql: &'static str) -> i64 {
        let tenant = "ten_market".parse().unwrap();
        let shard = Shard::Tenant { tenant, region: kernel::Region::Auto };
        let rows: Vec<Row> =
            self.host.run(self.host.sql(&shard).query(Statement::new(sql, []))).unwrap();
        rows[0].int(0).unwrap()
    }
}

fn album(quantity: u32) -> Value {
    json!([{"product": "prd_demo_album", "quantity": quantity}])
}

/// What the page's form carries of a cart.
fn seen(cart: &Value) -> String {
    format!("{}-{}-USD", cart["version"], cart["total"]["minor"])
}

#[test]
fn what_was_seen_is_what_is_paid_for() {
    let market = Market::new();
    let cart = market.cart("acc_a", &album(2));
    let id: CartId = cart["id"].as_str().unwrap().parse().unwrap();
    for seen in [seen(&cart), String::new(), "nonsense".to_owned()] {
        let visit = market.visit(Some("acc_a"), id.as_str(), &seen);
        let quote = market.host.run(checkout(&visit)).unwrap();
        let found = market.host.run(find_quote(&visit.cx, &visit.tenant, &quote)).unwrap();
        assert_eq!((found.1.total_minor, &found.1.cart), (2_160, &id));
        assert_eq!(found.0.account.as_ref().map(kernel::AccountId::as_str), Some("acc_a"));
    }
    assert_eq!(market.count("SELECT count(*) FROM quote WHERE status = 'open'"), 1);
}

#[test]
fn nobody_pays_without_signing_in() {
    let market = Market::new();
    let visit = market.visit(None, "crt_none", "");
    let problem = market.host.run(checkout(&visit)).unwrap_err();
    let response = market.host.run(again(&visit, problem)).unwrap();
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/auth/login?return_to=/cart");
}

#[test]
fn a_cart_that_is_not_what_was_seen_is_shown_again() {
    let market = Market::new();
    let cart = market.cart("acc_a", &album(1));
    let id = cart["id"].as_str().unwrap();
    let try_with = |account: &str, id: &str, seen: &str| {
        let visit = market.visit(Some(account), id, seen);
        let problem = market.host.run(checkout(&visit)).unwrap_err();
        market.again(&visit, problem)
    };
    let (status, page) = try_with("acc_a", id, "99-1080-USD");
    assert!(status == 409 && page.contains("changed elsewhere") && page.contains("$10.80"));
    // Another's, and none.
    for (account, id) in [("acc_b", id), ("acc_a", "crt_none")] {
        let (status, page) = try_with(account, id, "");
        assert!(status == 409 && page.contains("changed elsewhere"), "{page}");
        assert!(!page.contains("Demo album"));
    }
    market.ask("acc_a", "DELETE", "/admin/prices/pri_demo_album_usd", &Value::Null);
    let price = json!({"list": "usd", "amount_minor": 1_500});
    market.ask("acc_a", "POST", "/admin/products/prd_demo_album/prices", &price);
    let (status, page) = try_with("acc_a", id, &seen(&cart));
    assert!(status == 409 && page.contains("$13.50") && page.contains("caution"), "{page}");
    // What it says now can be paid for.
    assert!(page.contains("action=\"/cart/checkout\"") && page.contains("-1350-USD"));
}

#[test]
fn a_coupon_that_is_gone_is_taken_out_and_the_next_time_goes_on() {
    let market = Market::new();
    let cart = market.cart("acc_a", &album(1));
    let id = cart["id"].as_str().unwrap();
    market.ask("acc_a", "DELETE", "/admin/coupons/WELCOME10", &Value::Null);
    let visit = market.visit(Some("acc_a"), id, &seen(&cart));
    let problem = market.host.run(checkout(&visit)).unwrap_err();
    let (status, page) = market.again(&visit, problem);
    assert!(status == 409 && page.contains("value=\"WELCOME10\"") && page.contains("$12.00"));
    assert!(page.contains("action=\"/cart/checkout\""));
    let form = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let visit = market.visit(Some("acc_a"), id, form);
    market.host.run(checkout(&visit)).unwrap();
}

#[test]
fn what_went_wrong_with_the_payment_is_told_with_the_cart() {
    let market = Market::new();
    let cart = market.cart("acc_a", &album(1));
    let visit = market.visit(Some("acc_a"), cart["id"].as_str().unwrap(), "");
    for (problem, status, text) in [
        (ShopProblem::OutOfStock, 409, "sold out"),
        (ShopProblem::QuoteOver, 409, "changed elsewhere"),
        (ShopProblem::NotConfigured, 409, "not available"),
        (ShopProblem::Unreachable("refused".to_owned()), 503, "not available"),
        (ShopProblem::Stripe(stripe::Error::RateLimited), 503, "try again"),
        (ShopProblem::Coupon("coupon_used_by_account"), 409, "already used"),
    ] {
        let (told, page) = market.again(&visit, problem.into());
        assert_eq!(told, status, "{text}");
        assert!(page.contains(text) && page.contains("Demo album"), "{text}: {page}");
    }
    let other = market.host.run(again(&visit, Problem::NotFound));
    assert!(matches!(other, Err(Problem::NotFound)));
}
