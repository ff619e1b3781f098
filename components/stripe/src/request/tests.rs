use super::*;
use crate::{object::Customer, requests::retrieve};

#[test]
fn the_key_is_sent_and_not_shown() {
    let request = retrieve::refund("re_1").unwrap().with_key("sk_test_secret");
    let sent: Vec<_> = request.headers().collect();
    assert!(sent.contains(&("authorization", "Bearer sk_test_secret")));
    assert!(sent.contains(&("stripe-version", API_VERSION)));
    let shown = format!("{request:?}");
    assert!(shown.contains("authorization") && !shown.contains("sk_test_secret"), "{shown}");
}

#[test]
fn a_header_is_sent_once() {
    let request = retrieve::refund("re_1").unwrap().with_key("one").with_key("two");
    let keys: Vec<_> = request.headers().filter(|(name, _)| *name == "authorization").collect();
    assert_eq!(keys, [("authorization", "Bearer two")]);
    assert!(!request.on_account(None).headers().any(|(name, _)| name == "stripe-account"));
}

#[test]
fn ids_stay_within_their_place_in_the_address() {
    for id in ["", "re_1/../x", "re_1?x=1", "re 1", "re_1#", "ré", "%2e", &"a".repeat(256)] {
        let error = retrieve::refund(id).err().map(|error| error.field);
        assert_eq!(error.as_deref(), Some("refund"), "{id:?}");
    }
}

#[test]
fn answers_are_read_by_their_status() {
    let request = Request::<Customer>::post("/v1/customers", Form::new());
    let read = |status, body: &str| request.read(&Answer::new(status, body.as_bytes()));
    assert_eq!(read(200, r#"{"id":"cus_1","object":"customer"}"#).unwrap().id, "cus_1");
    assert_eq!(read(404, "{}"), Err(Error::Missing));
    assert!(matches!(read(200, "{}"), Err(Error::Malformed(_))));
    assert!(matches!(read(200, "<html>"), Err(Error::Malformed(_))));
}

#[test]
fn keys_follow_from_the_quote() {
    let quote = "quo_9".parse().unwrap();
    let key = IdempotencyKey::of_quote("checkout", &quote);
    assert_eq!(key, IdempotencyKey::of_quote("checkout", &quote));
    assert_eq!(key.as_str(), "checkout:quo_9");
    assert_ne!(key, IdempotencyKey::of_quote("pay", &quote));
    assert_eq!(IdempotencyKey::of("x", &"y".repeat(300)).as_str().len(), 255);
}
