use super::*;
use crate::testing::{FIXTURES, event, fixture};

#[test]
fn an_event_is_read() {
    let event = event("event_payout_failed");
    assert_eq!(event.id, "evt_1QPo");
    assert_eq!(event.kind(), Kind::PayoutFailed);
    assert_eq!(event.created, UnixMillis(1_793_232_000_000));
    assert_eq!(event.account.as_deref(), Some("acct_1QShop"));
    assert!(!event.livemode);
    assert!(matches!(event.object(), Ok(Object::Payout(_))));
}

#[test]
fn every_kind_has_its_name() {
    for &kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), kind);
    }
    assert_eq!(Kind::parse("price.created"), Kind::Unknown);
    assert_eq!(Kind::parse(""), Kind::Unknown);
}

#[test]
fn what_cannot_be_told_is_fetched_on_the_right_account() {
    let mut event = event("event_subscription_updated");
    event.account = Some("acct_1".into());
    assert!(event.must_refetch());
    let request = event.refetch().unwrap();
    assert_eq!(request.path, "/v1/subscriptions/sub_1QPlan");
    assert!(request.headers().any(|header| header == ("stripe-account", "acct_1")));
    // An account is asked about by the platform.
    let account = self::event("event_account_updated");
    assert!(account.must_refetch());
    assert!(!account.refetch().unwrap().headers().any(|(name, _)| name == "stripe-account"));
    assert_eq!(self::event("event_subscription_deleted").need(), Need::Nothing);
    assert_eq!(self::event("event_session_completed").need(), Need::Details);
    assert_eq!(self::event("event_session_async_failed").need(), Need::Nothing);
}

#[test]
fn another_versions_shapes_are_not_trusted() {
    let mut event = event("event_invoice_paid");
    assert_eq!(event.need(), Need::Details);
    event.api_version = Some("2020-08-27".into());
    assert!(event.must_refetch());
    assert_eq!(crate::of_event(&event), Ok(Vec::new()));
    event.type_name = "price.created".into();
    assert_eq!(event.need(), Need::Nothing, "nobody wants it");
}

#[test]
fn bad_input_names_the_field() {
    let field = |body: &str| Event::parse(body.as_bytes()).err().map(|error| error.field);
    let event = |id: &str, created: &str| {
        format!(r#"{{"id":{id},"type":"x","created":{created},"data":{{"object":{{}}}}}}"#)
    };
    assert_eq!(field(&event("\"evt_1\"", "1")), None);
    assert_eq!(field(&event("\"\"", "1")).as_deref(), Some("id"));
    assert_eq!(field(&event("\"evt_1\"", "\"1\"")).as_deref(), Some("created"));
    assert_eq!(field("[]").as_deref(), Some(""));
    let long = vec![b' '; EVENT_LEN_MAX + 1];
    assert!(Event::parse(&long).is_err());
}

/// A small generator, so that the same bytes are damaged in every run.
struct Damage(u64);

impl Damage {
    fn next(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

/// Reads bytes in every way there is. The test is that it returns.
fn read_all(bytes: &[u8]) {
    if let Ok(event) = Event::parse(bytes) {
        let _ = (event.kind(), event.need(), event.object(), event.refetch().is_some());
        let _ = (event.payment_intent(), crate::of_event(&event));
    }
    if let Ok(object) = serde_json::from_slice::<Object>(bytes) {
        let _ = crate::of_object(&object, UnixMillis(1));
    }
    let _ = crate::Error::read(400, bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = crate::signature::verify(bytes, &text, &["whsec_a"], UnixMillis(1));
}

#[test]
fn damaged_bytes_are_errors_and_no_panics() {
    let mut damage = Damage(7);
    let alphabet = br#"{}[]",:0129-.eE\utnafls "#;
    for (_, whole) in FIXTURES {
        for round in 0..400 {
            let mut bytes = whole.to_vec();
            for _ in 0..=damage.next(3) {
                let at = damage.next(bytes.len());
                match round % 4 {
                    0 => bytes[at] = alphabet[damage.next(alphabet.len())],
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes[at] = u8::try_from(damage.next(256)).unwrap(),
                    _ => {
                        let end = (at + damage.next(40)).min(bytes.len());
                        bytes.drain(at..end);
                        bytes.push(b'}');
                    }
                }
            }
            read_all(&bytes);
        }
    }
    let deep = [b"{\"data\":".repeat(50_000), b"1".to_vec()].concat();
    read_all(&deep);
    read_all(&b"[".repeat(100_000));
    read_all(b"\xff\xfe\x00");
}

#[test]
fn values_of_other_types_are_errors_and_no_panics() {
    let values = ["null", "9223372036854775807", "1.5", "\"\"", "[null]", "{}"];
    for (_, whole) in FIXTURES {
        let text = std::str::from_utf8(whole).unwrap();
        for (index, mark) in text.match_indices("\": ") {
            let (before, rest) = text.split_at(index + mark.len());
            let Some((_, after)) = rest.split_once([',', '\n']) else { continue };
            for value in values {
                // Behind the last value of an object the comma is one too many: an error too.
                read_all(format!("{before}{value}\n{after}").as_bytes());
                read_all(format!("{before}{value},{after}").as_bytes());
            }
        }
    }
    assert!(fixture("session_expanded").len() > 1_000);
}
