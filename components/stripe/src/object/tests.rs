use super::*;
use crate::testing::{fixture, metadata};

#[test]
fn references_come_plain_or_expanded() {
    let read = |json: &str| serde_json::from_str::<Expandable<Customer>>(json);
    assert_eq!(read("\"cus_1\"").unwrap(), Expandable { id: "cus_1".into(), object: None });
    let expanded = read(r#"{"id":"cus_1","metadata":{"tenant":"ten_a"}}"#).unwrap();
    assert!(expanded.object.unwrap().metadata.tenant.is_some());
    assert!(read(r#"{"id":"cus_1","deleted":true}"#).is_ok(), "a deleted one has no more");
    for wrong in ["1", "[]", "{}", "{\"id\":1}", "null"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn metadata_of_others_is_passed_over() {
    let read = |json: &str| serde_json::from_str::<Metadata>(json).unwrap();
    assert_eq!(read("null"), Metadata::default());
    assert!(read("{}").is_empty());
    let mixed = read(r#"{"tenant":"ten_a","order":"not one","account":7,"colour":"red"}"#);
    assert_eq!(mixed.tenant.unwrap().as_str(), "ten_a");
    assert_eq!((mixed.order, mixed.account), (None, None));
}

#[test]
fn objects_are_told_apart_by_their_name() {
    let session = serde_json::from_slice::<Object>(fixture("session_expanded")).unwrap();
    let Object::Session(session) = session else { panic!("a session") };
    assert_eq!(session.metadata, metadata("ord_01k0"));
    let line = &session.line_items.as_ref().unwrap().data[0];
    assert_eq!(line.reference.as_deref(), Some("0"));
    assert_eq!(line.taxes[0].rate.percentage, "19");
    assert_eq!(line.taxes[0].rate.display_name, "VAT");
    let address = session.customer_details.unwrap().address.unwrap();
    assert_eq!(address.country.as_deref(), Some("DE"));
    let other = serde_json::from_str::<Object>(r#"{"object":"coupon","id":"x"}"#).unwrap();
    assert_eq!(other, Object::Other);
    assert!(serde_json::from_str::<Object>(r#"{"id":"x"}"#).is_err());
}

#[test]
fn percentages_are_text() {
    let read = |number: &str| {
        let json = format!(r#"{{"id":"txr_1","percentage":{number}}}"#);
        serde_json::from_str::<TaxRate>(&json).unwrap().percentage
    };
    assert_eq!(read("8.875"), "8.875");
    assert_eq!(read("19.0"), "19");
    assert_eq!(read("7"), "7");
    assert_eq!(read("null"), "");
}

#[test]
fn secrets_do_not_show() {
    let Object::Session(session) =
        serde_json::from_slice::<Object>(fixture("session_expanded")).unwrap()
    else {
        panic!("a session")
    };
    assert!(!format!("{session:?}").contains("_secret_"));
    let intent = session.payment_intent.unwrap().object.unwrap();
    assert_eq!(intent.client_secret.unwrap().expose(), "pi_3QPay_secret_x");
}
