use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    payload: String,
    secret: String,
    timestamp: i64,
    header: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../vectors/signatures.json")).unwrap()
}

const BODY: &[u8] = br#"{"id":"evt_1"}"#;
const T: i64 = 1_793_232_000;

fn at(seconds: i64) -> UnixMillis {
    UnixMillis::from_seconds(seconds)
}

fn check(header: &str, secrets: &[&str]) -> Result<(), SignatureError> {
    verify(BODY, header, secrets, at(T))
}

#[test]
fn headers_are_those_of_stripes_own_library() {
    let vectors = vectors();
    assert!(vectors.len() >= 5);
    for v in &vectors {
        let body = v.payload.as_bytes();
        assert_eq!(header(body, &v.secret, v.timestamp).as_deref(), Ok(v.header.as_str()));
        assert_eq!(verify(body, &v.header, &[&v.secret], at(v.timestamp)), Ok(()));
    }
}

#[test]
fn any_signature_may_fit_any_secret() {
    let vectors = vectors();
    let [first, second, ..] = vectors.as_slice() else { panic!("two vectors of one body") };
    let body = first.payload.as_bytes();
    let check = |header: &str, secrets: &[&str]| verify(body, header, secrets, at(first.timestamp));
    assert_eq!(check(&second.header, &[&first.secret, &second.secret]), Ok(()));
    assert_eq!(check(&second.header, &[&first.secret]), Err(SignatureError::Mismatch));
    let (_, other) = second.header.split_once(",v1=").unwrap();
    let both = format!("{},v1={other},v0=6ffbb59b", first.header);
    for secret in [&first.secret, &second.secret] {
        assert_eq!(check(&both, &[secret]), Ok(()));
        assert_eq!(check(&both, &["", "whsec_other", secret]), Ok(()));
    }
}

#[test]
fn a_changed_byte_is_noticed() {
    let header = header(BODY, "whsec_a", T).unwrap();
    for index in 0..BODY.len() {
        let mut body = BODY.to_vec();
        body[index] ^= 1;
        assert_eq!(
            verify(&body, &header, &["whsec_a"], at(T)),
            Err(SignatureError::Mismatch),
            "byte {index}"
        );
    }
    let later = header.replace("t=1793232000", "t=1793232001");
    assert_eq!(check(&later, &["whsec_a"]), Err(SignatureError::Mismatch));
}

#[test]
fn time_is_bounded_both_ways() {
    let header = header(BODY, "whsec_a", T).unwrap();
    let check = |now| verify(BODY, &header, &["whsec_a"], at(now));
    assert_eq!(check(T + TOLERANCE_S), Ok(()));
    assert_eq!(check(T + TOLERANCE_S + 1), Err(SignatureError::TooOld));
    assert_eq!(check(T - TOLERANCE_S), Ok(()));
    assert_eq!(check(T - TOLERANCE_S - 1), Err(SignatureError::InFuture));
}

#[test]
fn blank_secrets_verify_nothing() {
    let mac = mac(BODY, "", T).unwrap().finalize().into_bytes();
    let forged = format!("t={T},v1={}", hex::encode(mac));
    assert_eq!(check(&forged, &[""]), Err(SignatureError::NoSecret));
    assert_eq!(check(&forged, &[" "]), Err(SignatureError::NoSecret));
    assert_eq!(check(&forged, &[]), Err(SignatureError::NoSecret));
    assert_eq!(header(BODY, " ", T), Err(SignatureError::NoSecret));
}

#[test]
fn malformed_headers_are_errors() {
    let sixty_four = "a".repeat(64);
    for header in [
        "",
        ",",
        "t",
        "t=",
        "v1=",
        "t=1793232000,v1=abc",
        "t=1793232000,v1=zz",
        &format!("v1={sixty_four}"),
        &format!("t=01793232000,v1={sixty_four}"),
        &format!("t=+1793232000,v1={sixty_four}"),
        &format!("t=-1,v1={sixty_four}"),
        &format!("t=99999999999999999999,v1={sixty_four}"),
        &format!("t=1,t=1793232000,v1={sixty_four}"),
    ] {
        assert_eq!(check(header, &["whsec_a"]), Err(SignatureError::Malformed), "{header:?}");
    }
    assert_eq!(check("t=1793232000", &["whsec_a"]), Err(SignatureError::NoSignature));
    assert_eq!(check("t=1793232000,v0=ab", &["whsec_a"]), Err(SignatureError::NoSignature));
    let long = format!("t={T},x={}", "a".repeat(HEADER_LEN_MAX));
    assert_eq!(check(&long, &["whsec_a"]), Err(SignatureError::TooLong));
}
