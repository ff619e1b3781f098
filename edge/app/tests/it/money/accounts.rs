//! What becomes of the account that a tenant is paid by, and of what is paid out to it.

use super::*;

const SHOP: &str = "creator.localhost";

/// A tenant that is paid by a connected account.
struct Creator {
    shop: Shop,
    tenant: String,
    account: String,
}

impl Creator {
    fn new() -> Self {
        let shop = Shop::new();
        let request = Request {
            method: "POST",
            path: "/v1/accounts",
            authorization: Some("Bearer sk_test_x"),
            body: "country=US",
            ..Request::default()
        };
        let made = shop.stripe.borrow_mut().handle(shop.now_s(), &request);
        let account = made.json["id"].as_str().unwrap().to_owned();
        let changes = json!({"app": "market", "payments": {"account": account}});
        let tenant = shop.world.tenant("creator", changes);
        Self { shop, tenant, account }
    }

    /// Stripe has looked at the account: what it tells of it.
    fn checked(&self, charges_enabled: bool, payouts_enabled: bool) -> Vec<Value> {
        let account = self.account.clone();
        self.shop.act(&Act::Account { account, charges_enabled, payouts_enabled });
        self.shop.news()
    }

    fn paid_out(&self, fails: bool) -> Vec<Value> {
        let (account, currency) = (Some(self.account.clone()), "usd".to_owned());
        self.shop.act(&Act::Payout { account, amount: 2_500, currency, fails });
        self.shop.news()
    }

    fn get(&self, path: &str) -> Value {
        let claims = json!({"tenant": self.tenant, "roles": ["admin"]});
        let admin = self.shop.world.token("creator", claims);
        let answer = self.shop.world.ask("GET", SHOP, path).bearer(admin).send();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// What it can do: charge, be paid out.
    fn can(&self) -> (Value, Value) {
        let payments = self.get("/admin/payments");
        (payments["charges_enabled"].clone(), payments["payouts_enabled"].clone())
    }

    /// Kinds and subjects of the alerts, newest first.
    fn alerts(&self) -> Vec<(String, String)> {
        let alerts = self.get("/admin/alerts");
        let text = |alert: &Value, name: &str| alert[name].as_str().unwrap().to_owned();
        let alerts = alerts["data"].as_array().unwrap().iter();
        alerts.map(|alert| (text(alert, "kind"), text(alert, "subject"))).collect()
    }

    fn restricted(&self) -> Vec<(String, String)> {
        vec![("account_restricted".to_owned(), self.account.clone())]
    }
}

#[test]
fn what_an_account_can_do_is_told() {
    let creator = Creator::new();
    let told = |charges: Value, payouts: Value, due: Value| {
        json!({"account": creator.account, "charges_enabled": charges, "payouts_enabled": payouts,
               "requirements_due": due, "livemode": false, "configured": true})
    };
    let unknown = told(Value::Null, Value::Null, json!([]));
    assert_eq!(creator.get("/admin/payments"), unknown);
    creator.shop.deliver_all(&creator.checked(true, false));
    let first = told(json!(true), json!(false), json!(["external_account"]));
    assert_eq!(creator.get("/admin/payments"), first);
    creator.shop.pass(1_000);
    creator.shop.deliver_all(&creator.checked(true, true));
    assert_eq!(creator.get("/admin/payments"), told(json!(true), json!(true), json!([])));
    assert_eq!(creator.alerts(), []);
    // The others are paid by the platform's own account, of which nothing is told.
    let market = creator.shop.administer("GET", "/admin/payments", &Value::Null).json();
    assert_eq!((&market["account"], &market["charges_enabled"]), (&Value::Null, &Value::Null));
    assert_eq!(market["configured"], true);
    let ask = creator.shop.ask("acc_a", "GET", "/admin/payments");
    assert_eq!(ask.send().status, 403);
}

#[test]
fn an_account_that_cannot_charge_any_more_is_an_alert_once() {
    let creator = Creator::new();
    let enabled = creator.checked(true, true);
    creator.shop.deliver_all(&enabled);
    creator.shop.pass(1_000);
    let disabled = creator.checked(false, true);
    creator.shop.deliver_all(&disabled);
    assert_eq!(creator.can(), (json!(false), json!(true)));
    assert_eq!(creator.alerts(), creator.restricted());
    creator.shop.pass(1_000);
    creator.shop.deliver_all(&creator.checked(false, false));
    // What comes again, and late, changes nothing.
    creator.shop.deliver_all(&[disabled, enabled].concat());
    assert_eq!(creator.can(), (json!(false), json!(false)));
    assert_eq!(creator.alerts(), creator.restricted());
    let alert = creator.get("/admin/alerts");
    let first = alert["data"][0]["created_at_ms"].as_i64().unwrap();
    // When it happens again, it is told as new.
    creator.shop.pass(1_000);
    creator.shop.deliver_all(&creator.checked(true, true));
    assert_eq!(creator.alerts(), creator.restricted());
    creator.shop.pass(1_000);
    creator.shop.deliver_all(&creator.checked(false, true));
    let alert = creator.get("/admin/alerts");
    assert_eq!(creator.alerts(), creator.restricted());
    assert!(alert["data"][0]["created_at_ms"].as_i64().unwrap() > first, "{alert}");
}

#[test]
fn an_account_that_could_never_charge_is_no_alert() {
    let creator = Creator::new();
    creator.shop.deliver_all(&creator.checked(false, false));
    creator.shop.pass(1_000);
    creator.shop.deliver_all(&creator.checked(false, true));
    assert_eq!(creator.can(), (json!(false), json!(true)));
    assert_eq!(creator.alerts(), []);
}

#[test]
fn the_order_of_events_does_not_matter() {
    let mut ends = Vec::new();
    for reversed in [false, true] {
        let creator = Creator::new();
        let mut events = creator.checked(true, true);
        creator.shop.pass(1_000);
        events.extend(creator.checked(false, true));
        assert_eq!(events.len(), 2);
        if reversed {
            events.reverse();
        }
        creator.shop.deliver_all(&events);
        assert_eq!(creator.alerts(), creator.restricted());
        ends.push((creator.get("/admin/payments"), creator.get("/admin/alerts")));
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn an_older_answer_does_not_undo_a_newer_one() {
    let creator = Creator::new();
    creator.shop.deliver_all(&creator.checked(true, true));
    let shard = Shard::Tenant { tenant: creator.tenant.parse().unwrap(), region: Region::Auto };
    let old = "UPDATE connected_account SET told_at_ms = told_at_ms - 1";
    let statement = Statement::new(old, []);
    let host = &creator.shop.world.host;
    let refused = host.run(host.sql(&shard).query(statement)).unwrap_err();
    assert!(refused.is_constraint("account_only_learns"), "{refused}");
    // An answer that was a long time on its way: the clock of whoever asked stood earlier.
    let events = creator.checked(false, false);
    creator.shop.world.host.clock().advance(-10_000);
    creator.shop.deliver_all(&events);
    assert_eq!(creator.can(), (json!(true), json!(true)));
    creator.shop.world.host.clock().advance(20_000);
    creator.shop.deliver_all(&creator.checked(false, true));
    assert_eq!(creator.can(), (json!(false), json!(true)));
}

#[test]
fn a_tenants_own_key_needs_none_of_the_platforms() {
    let shop = Shop::new();
    shop.world.host.set_secret("STRIPE_SECRET_KEY", "");
    let payments = json!({"secret_key": "sk_test_x", "webhook_secrets": ["whsec_own"]});
    let tenant = shop.world.tenant("creator", json!({"app": "market", "payments": payments}));
    let admin = shop.world.token("creator", json!({"tenant": tenant, "roles": ["admin"]}));
    let told = shop.world.ask("GET", SHOP, "/admin/payments").bearer(admin).send().json();
    assert_eq!((&told["configured"], &told["account"]), (&json!(true), &Value::Null), "{told}");
    // Stripe is asked by the tenant's key about what is signed with the tenant's secret.
    let request = Request {
        method: "POST",
        path: "/v1/accounts",
        authorization: Some("Bearer sk_test_x"),
        body: "country=US",
        ..Request::default()
    };
    let made = shop.stripe.borrow_mut().handle(shop.now_s(), &request);
    let account = made.json["id"].as_str().unwrap().to_owned();
    shop.act(&Act::Account { account, charges_enabled: true, payouts_enabled: true });
    let event = shop.news().pop().unwrap().to_string();
    let send = |host: &str, secret: &str| shop.webhook(host, &event, secret, shop.now_s());
    let refused = send(SHOP, FIRST_SECRET);
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(send(SHOP, "whsec_own").status, 200);
    let shard = Shard::Tenant { tenant: tenant.parse().unwrap(), region: Region::Auto };
    let known = shop.sql_of(&shard, "SELECT charges_enabled FROM connected_account");
    assert_eq!(known[0].int(0), Ok(1));
    // The others are paid by nobody.
    let market = shop.administer("GET", "/admin/payments", &Value::Null).json();
    assert_eq!(market["configured"], false);
    assert_eq!(send(MARKET, FIRST_SECRET).code(), "payments_not_configured");
}

#[test]
fn a_payout_that_fails_is_an_alert_once() {
    let creator = Creator::new();
    creator.shop.deliver_all(&creator.paid_out(false));
    assert_eq!(creator.alerts(), []);
    let mut events = creator.paid_out(true);
    events.extend(creator.paid_out(true));
    events.reverse();
    creator.shop.deliver_all(&events);
    creator.shop.deliver_all(&events);
    let alerts = creator.get("/admin/alerts");
    let data = alerts["data"].as_array().unwrap();
    assert_eq!(data.len(), 2, "{alerts}");
    for alert in data {
        assert_eq!(alert["kind"], "payout_failed");
        assert!(alert["subject"].as_str().unwrap().starts_with("po_"));
        let details =
            json!({"amount_minor": 2_500, "currency": "USD", "failure": "account_closed"});
        assert_eq!(alert["details"], details);
    }
    // It is the creator's alone.
    assert_eq!(creator.shop.number("SELECT count(*) FROM alert"), 0);
}
