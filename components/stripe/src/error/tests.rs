use super::*;
use crate::Answer;

fn read(status: u16, body: &str) -> Error {
    Error::read(status, body.as_bytes())
}

#[test]
fn a_decline_is_for_the_buyer() {
    let error = read(
        402,
        r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds",
            "message":"Your card has insufficient funds.","charge":"ch_1"}}"#,
    );
    assert_eq!(
        error,
        Error::Card {
            code: Some("card_declined".into()),
            decline_code: Some("insufficient_funds".into()),
            message: "Your card has insufficient funds.".into(),
        }
    );
    assert!(!error.retriable());
}

#[test]
fn a_wrong_parameter_is_named() {
    let error = read(
        400,
        r#"{"error":{"type":"invalid_request_error","code":"parameter_missing",
            "param":"line_items[0][price_data][currency]","message":"Missing required param."}}"#,
    );
    assert_eq!(
        error.to_string(),
        "Stripe refused `line_items[0][price_data][currency]`: Missing required param."
    );
    // An object that a field names is a wrong field; the object of the path is missing.
    let missing = |status, param: &str| {
        read(status, &format!(r#"{{"error":{{"code":"resource_missing","param":"{param}"}}}}"#))
    };
    assert!(matches!(missing(400, "customer"), Error::Invalid { .. }));
    assert_eq!(missing(404, "id"), Error::Missing);
}

#[test]
fn what_may_be_tried_again_is_known() {
    let cases = [
        (400, r#"{"error":{"type":"idempotency_error"}}"#, Error::KeyReused, false),
        (409, r#"{"error":{"code":"idempotency_key_in_use"}}"#, Error::Busy, true),
        (429, r#"{"error":{"code":"lock_timeout"}}"#, Error::Busy, true),
        (429, r#"{"error":{"code":"rate_limit"}}"#, Error::RateLimited, true),
        (401, r#"{"error":{"message":"Invalid API Key provided"}}"#, Error::Authentication, false),
        (403, "{}", Error::Forbidden, false),
        (500, "<html>", Error::Unavailable { status: 500 }, true),
        (503, "", Error::Unavailable { status: 503 }, true),
        (302, "", Error::Unavailable { status: 302 }, true),
    ];
    for (status, body, expected, retriable) in cases {
        let error = read(status, body);
        assert_eq!(error, expected, "{status} {body}");
        assert_eq!(error.retriable(), retriable, "{status} {body}");
    }
    let error = Error::Unavailable { status: 500 };
    let answer = Answer { status: 500, should_retry: Some("false"), body: b"" };
    assert!(!answer.retry(&error), "Stripe knows better");
    assert!(Answer { should_retry: Some("true"), ..answer }.retry(&Error::KeyReused));
    assert!(Answer::new(500, b"").retry(&error));
}

#[test]
fn a_message_is_bounded() {
    let body = format!(r#"{{"error":{{"message":"{}"}}}}"#, "ä".repeat(5_000));
    let Error::Invalid { message, .. } = read(400, &body) else { panic!("invalid") };
    assert_eq!(message.chars().count(), MESSAGE_CHARS_MAX);
}
