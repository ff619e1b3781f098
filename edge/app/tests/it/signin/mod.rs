//! Sessions over time: how access is renewed, what becomes of a token that is lost or stolen, and
//! when a session ends.

mod forms;
mod issuer;
mod renewal;
mod stolen;

use crate::support::{Answer, Ask, SECRET, World};
use issuer::{ISSUER, Issuer};
use ports::{Host, memory::Layout};
use serde_json::{Value, json};

const SHOP: &str = "shop.localhost";
/// 32 bytes.
const DATA_KEYS: &str = "a=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// How long a session that was read is believed, and how long an old token is good beside a new one.
const HALF_A_MINUTE_MS: i64 = 30_000;
const DAY_MS: i64 = 86_400_000;

/// A platform with a tenant whose people sign in at an issuer in memory.
struct Door {
    world: World,
    issuer: Issuer,
}

impl Door {
    fn new() -> Self {
        let secrets = [("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", SECRET), ("DATA_KEYS", DATA_KEYS)];
        let world = World::with(Layout::PerShard, &secrets);
        let issuer = Issuer::listen(&world);
        let roles = json!([{"claim": "groups", "value": "admins", "role": "admin"}]);
        let client = json!({"client_id": "postern", "client_secret": "a secret", "roles": roles});
        let record = json!({"issuer": ISSUER, "audiences": ["postern"], "client": client});
        world.tenant("shop", json!({"issuers": [record]}));
        Self { world, issuer }
    }

    /// Another instance, which remembers nothing.
    fn elsewhere(&self) -> Self {
        Self { world: self.world.restarted(), issuer: self.issuer.clone() }
    }

    fn wait(&self, ms: i64) {
        self.world.host.clock().advance(ms);
    }

    /// Signs in; the session's cookie.
    fn sign_in(&self) -> String {
        let begun = self.world.ask("GET", SHOP, "/auth/login").send();
        assert_eq!(begun.status, 303, "{begun:?}");
        let to = begun.header("location").unwrap();
        self.issuer.expect(param(to, "nonce"));
        let path = format!("/auth/callback?code=code&state={}", param(to, "state"));
        let cookie = begun.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let arrived = self.world.ask("GET", SHOP, &path).header("cookie", cookie).send();
        assert_eq!(
            (arrived.status, arrived.header("location")),
            (303, Some("/account")),
            "{arrived:?}"
        );
        new_cookie(&arrived).unwrap()
    }

    fn ask(&self, cookie: &str, path: &str) -> Ask<'_> {
        self.world.ask("GET", SHOP, path).header("cookie", format!("__Host-session={cookie}"))
    }

    fn me(&self, cookie: &str) -> Answer {
        self.ask(cookie, "/auth/me").send()
    }

    fn status(&self, cookie: &str) -> u16 {
        self.me(cookie).status
    }

    fn roles(&self, cookie: &str) -> Value {
        self.me(cookie).json()["roles"].clone()
    }
}

fn param<'t>(url: &'t str, name: &str) -> &'t str {
    let query = url.split_once('?').unwrap().1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).unwrap().1
}

/// The session's token that an answer gives a browser; `None` where it gives none.
fn new_cookie(answer: &Answer) -> Option<String> {
    let mut cookies = answer.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok());
    let value = cookies.find_map(|cookie| cookie.strip_prefix("__Host-session="))?;
    Some(value.split(';').next().unwrap().to_owned())
}
