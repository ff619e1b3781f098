//! Each request against the one that npm `stripe` sends for the same.

use super::{
    billing, checkout,
    checkout::{Create, Every, Fee, Interval, Line, Mode, Page, TaxBehavior},
    customer, events, payment, refund, retrieve,
};
use crate::{IdempotencyKey, Metadata, Request, testing::metadata};
use kernel::{Money, UnixMillis};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Vector {
    method: String,
    path: String,
    body: Option<String>,
    version: String,
    key: Option<String>,
    account: Option<String>,
}

fn pairs(encoded: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs
}

fn same<T>(name: &str, request: &Request<T>) {
    let vectors: BTreeMap<String, Vector> =
        serde_json::from_str(include_str!("../../vectors/requests.json")).unwrap();
    let vector = &vectors[name];
    let header = |name| request.headers().find(|(other, _)| *other == name).map(|(_, value)| value);
    assert_eq!(request.method.as_str(), vector.method, "{name}");
    assert_eq!(header("stripe-version"), Some(vector.version.as_str()), "{name}");
    assert_eq!(header("stripe-account"), vector.account.as_deref(), "{name}");
    // The library makes up a key where it was given none.
    if let Some(key) = header("idempotency-key") {
        assert_eq!(Some(key), vector.key.as_deref(), "{name}");
    }
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let (their_path, their_query) = vector.path.split_once('?').unwrap_or((&vector.path, ""));
    assert_eq!(path, their_path, "{name}");
    assert_eq!(pairs(query), pairs(their_query), "{name}");
    let theirs = vector.body.as_deref().unwrap_or_default();
    assert_eq!(pairs(request.body.as_deref().unwrap_or_default()), pairs(theirs), "{name}");
    let form = Some("application/x-www-form-urlencoded").filter(|_| request.body.is_some());
    assert_eq!(header("content-type"), form, "{name}");
}

fn key(text: &'static str) -> IdempotencyKey {
    let (action, id) = text.split_once(':').unwrap();
    IdempotencyKey::of(action, id)
}

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, code.parse().unwrap())
}

fn hosted() -> Page {
    Page::Hosted {
        success_url: "https://market.example/done?s={CHECKOUT_SESSION_ID}&a=b".into(),
        cancel_url: "https://market.example/cart".into(),
    }
}

#[test]
fn a_payments_checkout() {
    let album = Line {
        description: Some("a+b=c".into()),
        reference: Some("0".into()),
        tax_code: Some("txcd_10401100".into()),
        tax_behavior: Some(TaxBehavior::Inclusive),
        adjustable: Some((1, 5)),
        ..Line::new("Album & “Bücher” 50%", money(1_190, "EUR"), 2)
    };
    let lines = vec![album, Line::new("Tokens", money(500, "EUR"), 1)];
    let session = Create {
        customer: Some("cus_1".into()),
        automatic_tax: true,
        methods: vec!["card".into(), "sepa_debit".into()],
        billing_address: true,
        shipping_countries: vec!["DE".into(), "AT".into()],
        phone: true,
        tax_ids: true,
        expires_at: Some(UnixMillis(1_793_240_000_000)),
        locale: Some("de".into()),
        fee: Some(Fee::Amount(money(119, "EUR"))),
        ..Create::new(Mode::Payment, hosted(), lines, metadata("ord_1"))
    };
    let quote = IdempotencyKey::of_quote("checkout", &"quo_9".parse().unwrap());
    let request = checkout::create(&session, &quote).unwrap().on_account(Some("acct_1"));
    same("checkout_payment", &request);
}

#[test]
fn a_subscriptions_checkout() {
    let plan = Line {
        tax_behavior: Some(TaxBehavior::Exclusive),
        recurring: Some(Every { count: 1, interval: Interval::Month }),
        ..Line::new("Plan", money(900, "JPY"), 3)
    };
    let page = Page::Embedded { return_url: "https://saas.example/back".into() };
    let session = Create {
        customer_email: Some("ada+test@example.com".into()),
        fee: Some(Fee::BasisPoints(250)),
        ..Create::new(Mode::Subscription, page, vec![plan], metadata("ord_1"))
    };
    same("checkout_subscription", &checkout::create(&session, &key("checkout:quo_9")).unwrap());
}

#[test]
fn what_stripe_would_refuse_is_named() {
    let line = Line::new("Album", money(1_190, "EUR"), 1);
    let monthly = Some(Every { count: 1, interval: Interval::Month });
    let payment = |lines| Create::new(Mode::Payment, hosted(), lines, Metadata::default());
    let field = |session: &Create| {
        checkout::create(session, &key("a:b")).err().map(|error| error.field).unwrap_or_default()
    };
    let cases = [
        ("lines", payment(vec![])),
        ("lines", payment(vec![line.clone(); 101])),
        ("lines", payment(vec![Line { recurring: monthly, ..line.clone() }])),
        ("lines", payment(vec![line.clone(), Line::new("Other", money(1, "USD"), 1)])),
        ("lines[0].name", payment(vec![Line { name: String::new(), ..line.clone() }])),
        ("lines[0].quantity", payment(vec![Line { quantity: 0, ..line.clone() }])),
        ("lines[0].adjustable", payment(vec![Line { adjustable: Some((2, 3)), ..line.clone() }])),
        ("lines[0].unit_amount", payment(vec![Line::new("Dinar", money(5_124, "KWD"), 1)])),
        ("lines[0].unit_amount", payment(vec![Line::new("Debt", money(-1, "EUR"), 1)])),
        ("customer", Create { customer: Some("cus/1".into()), ..payment(vec![line.clone()]) }),
        ("fee", Create { fee: Some(Fee::BasisPoints(1)), ..payment(vec![line.clone()]) }),
        ("", payment(vec![line])),
    ];
    for (expected, session) in cases {
        assert_eq!(field(&session), expected);
    }
}

#[test]
fn a_session_ends_when_stripe_lets_it() {
    let now = UnixMillis(1_793_232_000_000);
    let soon = checkout::expires_at(now, now);
    assert!(soon.since_ms(now) > checkout::LIFE_MS_MIN);
    let late = checkout::expires_at(now, now.plus_ms(i64::MAX));
    assert!(late.since_ms(now) < checkout::LIFE_MS_MAX);
    let hour = now.plus_ms(3_600_000);
    assert_eq!(checkout::expires_at(now, hour), hour);
}

#[test]
fn payments_and_refunds() {
    let create = payment::Create {
        customer: Some("cus_1".into()),
        ..payment::Create::new(money(5, "ISK"), metadata("ord_1"))
    };
    same("payment", &payment::create(&create, &key("pay:quo_9")).unwrap());
    let create = refund::Create {
        payment_intent: "pi_1".into(),
        amount: Some(money(250, "EUR")),
        reason: Some(refund::Reason::RequestedByCustomer),
        metadata: metadata("ord_1"),
        refund_fee: true,
    };
    same("refund", &refund::create(&create, &key("refund:r1")).unwrap());
    let nothing = refund::Create { amount: Some(money(0, "EUR")), ..create };
    assert_eq!(refund::create(&nothing, &key("a:b")).err().unwrap().field, "amount");
}

#[test]
fn customers_and_billing() {
    let create = customer::Create {
        email: Some("ada@example.com".into()),
        name: Some("Ada L".into()),
        locale: Some("de".into()),
        metadata: Metadata { order: None, quote: None, ..metadata("ord_1") },
    };
    same("customer", &customer::create(&create, &key("customer:acc_7")));
    let portal = customer::portal("cus_1", "https://saas.example/", Some("fr"));
    same("portal", &portal.unwrap());
    let wanted = billing::Quantity {
        subscription: "sub_1",
        item: "si_1",
        paid: "5/4/1795824000".parse().unwrap(),
        proration: billing::Proration::Now,
    };
    same("quantity", &billing::set_quantity(&wanted, &key("quantity:x")).unwrap());
    let usage = billing::Usage {
        event_name: "tokens".into(),
        customer: "cus_1".into(),
        value: 1_200,
        at: UnixMillis(1_793_232_000_999),
        identifier: "use_1".into(),
    };
    same("usage", &billing::report(&usage).unwrap());
    let long = billing::Usage { identifier: "x".repeat(101), ..usage };
    assert_eq!(billing::report(&long).err().unwrap().field, "identifier");
}

#[test]
fn objects_are_fetched_with_what_is_needed() {
    same("session", &retrieve::session("cs_1").unwrap());
    same("session_expire", &checkout::expire("cs_1").unwrap());
    same("payment_cancel", &payment::cancel("pi_1").unwrap());
    same("payment_intent", &retrieve::payment_intent("pi_1").unwrap());
    same("charge", &retrieve::charge("ch_1").unwrap());
    same("refund_get", &retrieve::refund("re_1").unwrap());
    same("dispute", &retrieve::dispute("du_1").unwrap());
    same("subscription", &retrieve::subscription("sub_1").unwrap());
    same("invoice", &retrieve::invoice("in_1").unwrap());
    same("tax_rate", &retrieve::tax_rate("txr_1").unwrap());
    for (name, kind, id) in [
        ("session", "checkout.session", "cs_1"),
        ("payment_intent", "payment_intent", "pi_1"),
        ("charge", "charge", "ch_1"),
        ("refund_get", "refund", "re_1"),
        ("dispute", "dispute", "du_1"),
        ("subscription", "subscription", "sub_1"),
        ("invoice", "invoice", "in_1"),
        ("account", "account", "acct_1"),
        ("payout", "payout", "po_1"),
    ] {
        same(name, &retrieve::object(kind, id).unwrap().unwrap());
    }
    assert!(retrieve::object("coupon", "x").unwrap().is_none());
    let since = UnixMillis(1_793_232_000_123);
    same("events", &events::list(since, Some("evt_9")).unwrap());
}
