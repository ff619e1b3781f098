//! The shop in a browser, without scripts: forms, redirects and cookies.

mod carts;
mod coupons;
mod invoices;
mod owned;
mod purchases;

use super::MARKET;
use crate::support::{Answer, SECRET, World};
use ports::memory::Layout;
use serde_json::json;
use std::{cell::RefCell, collections::BTreeMap};

/// Where people sign in in development.
const ISSUER: &str = "http://127.0.0.1:8791";
const SANDBOX: &str = "http://127.0.0.1:9099";

/// A shop at which test payments can be made.
fn shop() -> World {
    shop_with(&[])
}

/// The same with more settings.
fn shop_with(settings: &[(&str, &str)]) -> World {
    let secrets = [
        ("POSTERN_ENV", "dev"),
        ("JWT_DEV_KEY", SECRET),
        ("DATA_KEYS", "a=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ("DOWNLOAD_KEYS", "a=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("STRIPE_SECRET_KEY", "sk_test_1"),
        ("STRIPE_API_BASE", SANDBOX),
        (
            "FX_RATES",
            r#"{"as_of_ms": 1900000000000, "base": "EUR", "rates": {"USD": "1.1", "JPY": "160"}}"#,
        ),
    ];
    World::with(Layout::PerShard, &[&secrets, settings].concat())
}

/// A browser that keeps cookies and follows nothing.
struct Browser<'w> {
    world: &'w World,
    cookies: RefCell<BTreeMap<String, String>>,
    csrf: RefCell<String>,
}

impl<'w> Browser<'w> {
    /// A browser in which nobody is signed in, in the United States.
    fn new(world: &'w World) -> Self {
        let browser = Self { world, cookies: RefCell::default(), csrf: RefCell::default() };
        browser.cookies.borrow_mut().insert("__Host-country".into(), "US".into());
        browser
    }

    fn sign_in(&self, account: &str) {
        let claims = json!({"account": account, "profile": null});
        let token = self.world.token("market", claims);
        let made = self.world.ask("POST", MARKET, "/auth/session").bearer(token).send();
        assert_eq!(made.status, 204, "{made:?}");
        self.keep(&made);
        let me = self.get("/auth/me").json();
        *self.csrf.borrow_mut() = me["csrf"].as_str().unwrap().to_owned();
    }

    fn keep(&self, answer: &Answer) {
        for set in answer.headers.get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.borrow_mut().insert(name.into(), value.into());
        }
    }

    fn header(&self) -> String {
        let cookies = self.cookies.borrow();
        let pairs = cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn cookie(&self, name: &str) -> String {
        self.cookies.borrow().get(name).cloned().unwrap_or_default()
    }

    fn get(&self, path: &str) -> Answer {
        let ask = self.world.ask("GET", MARKET, path).header("cookie", self.header());
        let answer = ask.header("accept", "text/html").header("accept-language", "en-US").send();
        self.keep(&answer);
        answer
    }

    fn post(&self, path: &str, form: &str) -> Answer {
        self.post_from(&format!("http://{MARKET}"), path, form)
    }

    fn post_from(&self, origin: &str, path: &str, form: &str) -> Answer {
        let ask = self.world.ask("POST", MARKET, path).header("cookie", self.header());
        let ask = ask.header("origin", origin).header("accept", "text/html");
        let ask = ask.header("content-type", "application/x-www-form-urlencoded");
        let answer = ask.body(format!("_csrf={}&{form}", self.csrf.borrow())).send();
        self.keep(&answer);
        answer
    }

    /// Adds so many of a product.
    fn add(&self, product: &str, quantity: u32) -> Answer {
        let added = self.post("/cart/lines", &format!("product_id={product}&quantity={quantity}"));
        assert_eq!(added.status, 303, "{added:?}");
        added
    }
}

/// Status and place of an answer that sends elsewhere.
fn sent(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("location").unwrap_or_default())
}

/// The origins that a page's forms may lead to.
fn form_action(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy").unwrap();
    let rest = policy.split_once("form-action ").unwrap().1;
    rest.split(';').next().unwrap().to_owned()
}
