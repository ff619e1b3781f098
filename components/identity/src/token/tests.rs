use super::*;
use crate::mint_hs256;
use serde::Deserialize;
use serde_json::{Value, json};

/// RFC 7515 appendix A.1.1.
const RFC7515_SECRET: &str =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
const RFC7515_PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                               cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// Just before the `exp` of the examples of RFC 7515.
const RFC7515_NOW: UnixMillis = UnixMillis(1_300_819_379_000);

/// The moment of every other test.
const NOW: UnixMillis = UnixMillis(1_900_000_000_000);
const SECRET: &[u8] = b"a secret of at least 32 bytes, for tests";

fn decode(base64url: &str) -> Vec<u8> {
    // A JWK is the one reader of base64url at hand, so that the test needs no crate of its own.
    let jwk = format!(r#"{{"kty":"oct","k":"{base64url}"}}"#);
    match serde_json::from_str(&jwk).unwrap() {
        jwt_compact::jwk::JsonWebKey::Symmetric { secret } => secret.to_vec(),
        other => panic!("{other:?}"),
    }
}

fn tenant() -> TenantId {
    "ten_one".parse().unwrap()
}

fn verify_as(
    token: &str,
    keys: Keys<'_>,
    issuer: &str,
    now: UnixMillis,
) -> Result<Claims, TokenError> {
    let tenant = tenant();
    let expected = Expected { issuer, audiences: &["postern".to_owned()], tenant: &tenant };
    verify(token, keys, &expected, now)
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example", "aud": "postern", "sub": "user-1", "tenant": "ten_one",
        "account": "acc_one", "profile": "prf_mia", "roles": ["child"], "scope": "chat account:read",
        "iat": NOW.seconds(), "exp": NOW.seconds() + 900
    })
}

fn mint(claims: &Value) -> String {
    mint_hs256(SECRET, claims.as_object().unwrap().clone()).unwrap()
}

/// Verifies the standard claims with one change.
fn with(field: &str, value: Value) -> Result<Claims, TokenError> {
    let mut claims = claims();
    claims[field] = value;
    verify_as(&mint(&claims), Keys::Shared(SECRET), "https://id.example", NOW)
}

/// The component's test reads the same file.
#[derive(Deserialize)]
struct Vector {
    about: String,
    token: String,
    jwks: Value,
    expected: VectorExpected,
    now_ms: i64,
    /// The account of a good token, or why it is not.
    outcome: String,
}

#[derive(Deserialize)]
struct VectorExpected {
    issuer: String,
    audiences: Vec<String>,
    tenant: TenantId,
}

#[test]
fn published_vectors_and_our_own_come_out_as_they_should() {
    // Past the signature, the RFC's examples fail for claims that they lack. With a wrong
    // signature they fail before that, so the error tells how far each came.
    let vectors = include_str!("../../vectors/tokens.json");
    let vectors: Vec<Vector> = serde_json::from_str(vectors).unwrap();
    for vector in vectors {
        let VectorExpected { issuer, audiences, tenant } = &vector.expected;
        let expected = Expected { issuer, audiences, tenant };
        let jwks = vector.jwks.to_string();
        let now = UnixMillis(vector.now_ms);
        let keys = Keys::Published(&jwks);
        let verified = verify(&vector.token, keys, &expected, now);
        // In two steps, with the signature checked by somebody else, it comes out the same.
        let begun = || begin(&vector.token, keys, &expected, now).map(Option::unwrap);
        let is_the_keys = verified != Err(TokenError::BadSignature);
        let settled = begun().and_then(|pending| pending.settle(is_the_keys));
        assert_eq!(settled, verified, "{}", vector.about);
        if let Ok(pending) = begun() {
            assert_eq!(pending.settle(false), Err(TokenError::BadSignature), "{}", vector.about);
        }
        let outcome = match verified {
            Ok(claims) => claims.account.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(outcome, vector.outcome, "{}", vector.about);
    }
}

#[test]
fn the_hs256_signature_of_rfc_7515_is_good() {
    let token = format!(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{RFC7515_PAYLOAD}.\
         dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    let secret = decode(RFC7515_SECRET);
    let outcome = verify_as(&token, Keys::Shared(&secret), "joe", RFC7515_NOW);
    assert_eq!(outcome, Err(TokenError::WrongAudience));
    let forged = token.replace("dBjf", "dBjg");
    let outcome = verify_as(&forged, Keys::Shared(&secret), "joe", RFC7515_NOW);
    assert_eq!(outcome, Err(TokenError::BadSignature));
}

/// RFC 7515 appendix A.2: RS256.
const RFC7515_A2: (&str, &str, &str) = (
    "eyJhbGciOiJSUzI1NiJ9",
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5\
     jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb\
     1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO\
     YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
    r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#,
);

/// RFC 7515 appendix A.3: ES256.
const RFC7515_A3: (&str, &str, &str) = (
    "eyJhbGciOiJFUzI1NiJ9",
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
);

#[test]
fn a_good_token_says_who_is_asking() {
    let claims = with("roles", json!(["child", "tester"])).unwrap();
    assert_eq!(claims.tenant, tenant());
    assert_eq!(claims.account.as_str(), "acc_one");
    assert_eq!(claims.profile.unwrap().as_str(), "prf_mia");
    assert_eq!(claims.roles, ["child", "tester"]);
    assert_eq!(claims.scopes.unwrap(), ["chat", "account:read"]);
    assert_eq!(claims.expires_at, NOW.plus_ms(900_000));
}

#[test]
fn audience_may_be_a_list_and_scope_may_be_missing() {
    assert!(with("aud", json!(["other", "postern"])).is_ok());
    let mut bare = claims();
    bare.as_object_mut().unwrap().remove("scope");
    bare.as_object_mut().unwrap().remove("profile");
    let read = verify_as(&mint(&bare), Keys::Shared(SECRET), "https://id.example", NOW).unwrap();
    assert_eq!((read.scopes, read.profile), (None, None));
}

#[test]
fn the_clock_has_sixty_seconds_of_leeway_on_both_sides() {
    let now = NOW.seconds();
    assert!(with("exp", json!(now - 59)).is_ok());
    assert_eq!(with("exp", json!(now - 60)), Err(TokenError::Expired));
    assert!(with("nbf", json!(now + 60)).is_ok());
    assert_eq!(with("nbf", json!(now + 61)), Err(TokenError::NotYetValid));
    assert!(with("iat", json!(now + 60)).is_ok());
    assert_eq!(with("iat", json!(now + 61)), Err(TokenError::NotYetValid));
    assert!(with("exp", json!(now as f64 + 0.5)).is_ok());
}

#[test]
fn what_is_not_expected_is_refused() {
    assert_eq!(with("iss", json!("https://evil.example")), Err(TokenError::WrongIssuer));
    assert_eq!(with("iss", json!("https://id.example/")), Err(TokenError::WrongIssuer));
    assert_eq!(with("aud", json!("else")), Err(TokenError::WrongAudience));
    assert_eq!(with("aud", json!([])), Err(TokenError::WrongAudience));
    assert_eq!(with("tenant", json!("ten_two")), Err(TokenError::WrongTenant));
    assert_eq!(with("tenant", Value::Null), Err(TokenError::WrongTenant));
    assert_eq!(with("account", Value::Null), Err(TokenError::BadClaims));
    assert_eq!(with("account", json!("ten_one")), Err(TokenError::BadClaims));
    assert_eq!(with("profile", json!("mia")), Err(TokenError::BadClaims));
    assert_eq!(with("roles", json!("admin")), Err(TokenError::BadClaims));
    assert_eq!(with("roles", json!(vec!["x"; 65])), Err(TokenError::BadClaims));
    assert_eq!(with("exp", json!("soon")), Err(TokenError::BadClaims));
    assert_eq!(with("exp", Value::Null), Err(TokenError::BadClaims));
    assert_eq!(with("exp", json!(i64::MAX)), Err(TokenError::BadClaims));
    let mut endless = claims();
    endless.as_object_mut().unwrap().remove("exp");
    let outcome = verify_as(&mint(&endless), Keys::Shared(SECRET), "https://id.example", NOW);
    assert_eq!(outcome, Err(TokenError::BadClaims));
}

/// base64url of a JSON header, made by signing with it is not possible, so by hand.
fn encode(json: &Value) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bytes = json.to_string().into_bytes();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let word = group.iter().fold(0_u32, |word, b| (word << 8) | u32::from(*b))
            << (8 * (3 - group.len()));
        for digit in 0..=group.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * digit)) as usize & 63]));
        }
    }
    text
}

/// The standard token under another header, with the signature it had.
fn under_header(header: Value) -> Result<Claims, TokenError> {
    let token = mint(&claims());
    let (_, rest) = token.split_once('.').unwrap();
    let token = format!("{}.{rest}", encode(&header));
    verify_as(&token, Keys::Shared(SECRET), "https://id.example", NOW)
}

#[test]
fn no_algorithm_is_no_signature() {
    for none in ["none", "None", "NONE", ""] {
        let outcome = under_header(json!({"alg": none}));
        assert_eq!(outcome, Err(TokenError::AlgorithmNotAllowed), "{none}");
    }
    let token = format!("{}.{}.", encode(&json!({"alg": "none"})), encode(&claims()));
    let outcome = verify_as(&token, Keys::Shared(SECRET), "https://id.example", NOW);
    assert_eq!(outcome, Err(TokenError::AlgorithmNotAllowed));
}

#[test]
fn a_token_does_not_bring_its_own_key() {
    for field in ["jwk", "jku", "x5u", "x5c", "crit", "enc", "zip", "b64"] {
        let value = match field {
            "jku" | "x5u" => json!("https://evil.example/keys"),
            _ => json!(["exp"]),
        };
        let outcome = under_header(json!({"alg": "HS256", field: value}));
        assert_eq!(outcome, Err(TokenError::HeaderNotAllowed), "{field}");
    }
    let outcome = under_header(json!({"alg": "HS256", "typ": "logout+jwt"}));
    assert_eq!(outcome, Err(TokenError::HeaderNotAllowed));
}

#[test]
fn a_public_key_is_no_shared_secret() {
    // The classic confusion: the attacker signs HS256 with the published key as the secret.
    let (_, _, jwk) = RFC7515_A2;
    let jwks = format!(r#"{{"keys":[{jwk}]}}"#);
    let forged = mint_hs256(jwk.as_bytes(), claims().as_object().unwrap().clone()).unwrap();
    let outcome = verify_as(&forged, Keys::Published(&jwks), "https://id.example", NOW);
    assert_eq!(outcome, Err(TokenError::AlgorithmNotAllowed));
    // And a published symmetric key is passed over.
    let oct =
        r#"{"keys":[{"kty":"oct","k":"YSBzZWNyZXQgb2YgYXQgbGVhc3QgMzIgYnl0ZXMsIGZvciB0ZXN0cw"}]}"#;
    let outcome = verify_as(&mint(&claims()), Keys::Published(oct), "https://id.example", NOW);
    assert_eq!(outcome, Err(TokenError::UnknownKey));
}

#[test]
fn a_key_serves_only_its_own_purpose() {
    let (header, signature, jwk) = RFC7515_A3;
    let token = format!("{header}.{RFC7515_PAYLOAD}.{signature}");
    let outcome = |member: &str| {
        let jwk = jwk.replacen('{', &format!("{{{member},"), 1);
        verify_as(&token, Keys::Published(&format!(r#"{{"keys":[{jwk}]}}"#)), "joe", RFC7515_NOW)
    };
    for fitting in [r#""alg":"ES256""#, r#""use":"sig""#, r#""key_ops":["verify"]"#] {
        assert_eq!(outcome(fitting), Err(TokenError::WrongAudience), "{fitting}");
    }
    for other in [r#""alg":"ES384""#, r#""use":"enc""#, r#""key_ops":["sign"]"#] {
        assert_eq!(outcome(other), Err(TokenError::UnknownKey), "{other}");
    }
}

#[test]
fn a_key_is_chosen_by_its_id() {
    let (_, _, rsa) = RFC7515_A2;
    let (header, signature, ec) = RFC7515_A3;
    let token = format!("{header}.{RFC7515_PAYLOAD}.{signature}");
    // Two keys and no id: which of them was meant cannot be known.
    let both = format!(r#"{{"keys":[{rsa},{ec}]}}"#);
    assert_eq!(
        verify_as(&token, Keys::Published(&both), "joe", RFC7515_NOW),
        Err(TokenError::UnknownKey)
    );
    // A broken neighbour does no harm.
    let beside = format!(r#"{{"keys":[{{"kty":"PQC"}}, 7, {ec}]}}"#);
    assert_eq!(
        verify_as(&token, Keys::Published(&beside), "joe", RFC7515_NOW),
        Err(TokenError::WrongAudience)
    );
    for nothing in ["", "{}", r#"{"keys":[]}"#, r#"{"keys":"none"}"#] {
        let outcome = verify_as(&token, Keys::Published(nothing), "joe", RFC7515_NOW);
        assert_eq!(outcome, Err(TokenError::UnknownKey), "{nothing}");
    }
}

#[test]
fn weak_keys_are_no_keys() {
    let outcome =
        verify_as(&mint(&claims()), Keys::Shared(&SECRET[..31]), "https://id.example", NOW);
    assert_eq!(outcome, Err(TokenError::UnknownKey));
    assert!(mint_hs256(b"short", claims().as_object().unwrap().clone()).is_err());
}

#[test]
fn rubbish_is_malformed_and_length_is_bounded() {
    for rubbish in
        ["", ".", "..", "...", "a.b.c", "é.é.é", "e30.e30", "e30.e30.e30.e30", "bnVsbA.e30.e30"]
    {
        let outcome = verify_as(rubbish, Keys::Shared(SECRET), "x", NOW);
        assert_eq!(outcome, Err(TokenError::Malformed), "{rubbish}");
        assert!(peek(rubbish).is_err());
    }
    let long = "a".repeat(TOKEN_LEN_MAX + 1);
    assert_eq!(verify_as(&long, Keys::Shared(SECRET), "x", NOW), Err(TokenError::TooLong));
}

#[test]
fn no_single_changed_character_passes() {
    let token = mint(&claims());
    for index in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let outcome = verify_as(&changed, Keys::Shared(SECRET), "https://id.example", NOW);
        assert!(outcome.is_err(), "position {index}");
    }
}

#[test]
fn peeking_finds_the_issuer() {
    assert_eq!(peek(&mint(&claims())).unwrap().issuer, "https://id.example");
    let mut anonymous = claims();
    anonymous.as_object_mut().unwrap().remove("iss");
    assert_eq!(peek(&mint(&anonymous)), Err(TokenError::BadClaims));
}

#[test]
fn a_fingerprint_belongs_to_one_tenant() {
    let two: TenantId = "ten_two".parse().unwrap();
    assert_eq!(fingerprint(&tenant(), "t"), fingerprint(&tenant(), "t"));
    assert_ne!(fingerprint(&tenant(), "t"), fingerprint(&two, "t"));
    assert_ne!(fingerprint(&tenant(), "t"), fingerprint(&tenant(), "u"));
}
