//! ID tokens: what an issuer says of a person who has just signed in
//! ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
//!
//! An ID token opens nothing by itself. It is read once, when the issuer's token endpoint hands it
//! over, and becomes a session. Signature and times are checked as with access tokens; who it is
//! for is checked by §3.1.3.7.

use crate::{
    ID_TOKEN_LEN_MAX, Keys, TokenError,
    claims::{LIST_LEN_MAX, one_or_many},
    token::{end, read},
};
use kernel::UnixMillis;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Longest subject: 255 ASCII characters, by §2.
const SUBJECT_LEN_MAX: usize = 255;
/// Longest of the texts that describe a person. A longer one is left out.
const TEXT_LEN_MAX: usize = 320;

/// What an ID token must say to be accepted.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedId<'a> {
    /// The issuer whose token endpoint answered.
    pub issuer: &'a str,
    /// What Postern is called there.
    pub client_id: &'a str,
    /// The nonce of the sign-in. `None` only for the answer to a refresh, which belongs to no
    /// sign-in and whose subject the caller compares with that of the first (§12.2).
    pub nonce: Option<&'a str>,
}

/// What a verified ID token says.
#[derive(Clone, Debug, PartialEq)]
pub struct IdClaims {
    /// The issuer's name for the person: stable, and unique with this issuer only.
    pub subject: String,
    /// The person's address, as far as the issuer knows.
    pub email: Option<String>,
    /// Whether the issuer has seen that the person reads mail at this address.
    pub email_verified: bool,
    /// The person's name, for people.
    pub name: Option<String>,
    /// The person's language: `fr-FR`.
    pub locale: Option<String>,
    /// When the person last proved who they are.
    pub auth_time: Option<UnixMillis>,
    /// When the token ends, without leeway.
    pub expires_at: UnixMillis,
    /// Every claim as it stands in the token, except `exp`, `nbf` and `iat`, for the mapping of
    /// roles.
    pub raw: Map<String, Value>,
}

/// The claims that decide whether the token is ours.
#[derive(Deserialize)]
struct Raw {
    iss: String,
    #[serde(deserialize_with = "one_or_many")]
    aud: Vec<String>,
    azp: Option<String>,
    sub: String,
    nonce: Option<String>,
    #[serde(default)]
    auth_time: Option<f64>,
}

/// Verifies an ID token with the keys of its issuer.
///
/// Times are checked with [`crate::LEEWAY_SECONDS`]. A token without `exp` or `iat` is refused, and
/// so is one that says it is an access token.
///
/// # Errors
/// [`TokenError`] says what is wrong. [`TokenError::WrongAudience`] stands for `aud` and `azp`. On
/// [`TokenError::UnknownKey`] it is worth asking the issuer for its keys again.
pub fn verify_id_token(
    token: &str,
    keys: Keys<'_>,
    expected: &ExpectedId<'_>,
    now: UnixMillis,
) -> Result<IdClaims, TokenError> {
    if token.len() > ID_TOKEN_LEN_MAX {
        return Err(TokenError::TooLong);
    }
    let token = read(token, &["jwt"])?;
    let verified = keys.validate::<Map<String, Value>, _>(&token)?;
    let claims = verified.claims();
    let raw = Raw::deserialize(&claims.custom).map_err(|_| TokenError::BadClaims)?;
    let named = !raw.sub.is_empty() && raw.sub.len() <= SUBJECT_LEN_MAX;
    if !named || raw.aud.len() > LIST_LEN_MAX || claims.issued_at.is_none() {
        return Err(TokenError::BadClaims);
    }

    let expires_at = end(claims, now)?;
    if raw.iss != expected.issuer {
        return Err(TokenError::WrongIssuer);
    }
    if !is_for(expected.client_id, &raw) {
        return Err(TokenError::WrongAudience);
    }
    if expected.nonce.is_some() && raw.nonce.as_deref() != expected.nonce {
        return Err(TokenError::WrongNonce);
    }

    let text = |name: &str| {
        let value = claims.custom.get(name)?.as_str()?.trim();
        let fits = !value.is_empty() && value.len() <= TEXT_LEN_MAX;
        (fits && !value.chars().any(char::is_control)).then(|| value.to_owned())
    };
    // Some issuers write the truth of it as a text.
    let email_verified = claims.custom.get("email_verified");
    Ok(IdClaims {
        subject: raw.sub,
        email: text("email"),
        email_verified: email_verified.is_some_and(|v| v == true || v == "true"),
        name: text("name"),
        locale: text("locale"),
        auth_time: raw.auth_time.map(|seconds| UnixMillis::from_seconds(seconds as i64)),
        expires_at,
        raw: claims.custom.clone(),
    })
}

/// Whether a token is meant for this client: it is among the audiences and, where others are too
/// or where the token names whom it was given to, it is the one that it was given to.
fn is_for(client_id: &str, raw: &Raw) -> bool {
    let listed = raw.aud.iter().any(|audience| audience == client_id);
    let given = match &raw.azp {
        Some(azp) => azp == client_id,
        None => raw.aud.len() == 1,
    };
    listed && given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LEEWAY_SECONDS, mint_hs256};
    use serde_json::json;

    const NOW: UnixMillis = UnixMillis(1_900_000_000_000);
    const SECRET: &[u8] = b"a secret of at least 32 bytes, for tests";
    const EXPECTED: ExpectedId<'static> = ExpectedId {
        issuer: "https://id.example",
        client_id: "postern",
        nonce: Some("n-0S6_WzA2Mj"),
    };

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "sub": "248289761001", "aud": "postern",
            "nonce": "n-0S6_WzA2Mj", "iat": NOW.seconds(), "exp": NOW.seconds() + 300,
            "auth_time": NOW.seconds() - 5, "email": "jane@example.com", "email_verified": true,
            "name": "Jane Doe", "locale": "en-GB", "groups": ["admins"]
        })
    }

    fn verify(claims: &Value) -> Result<IdClaims, TokenError> {
        let token = mint_hs256(SECRET, claims.as_object().unwrap().clone()).unwrap();
        verify_id_token(&token, Keys::Shared(SECRET), &EXPECTED, NOW)
    }

    /// Verifies the standard claims with one change; `null` takes the claim away.
    fn with(field: &str, value: Value) -> Result<IdClaims, TokenError> {
        let mut claims = claims();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(field);
        } else {
            claims[field] = value;
        }
        verify(&claims)
    }

    #[test]
    fn a_good_token_says_who_signed_in() {
        let read = verify(&claims()).unwrap();
        assert_eq!(read.subject, "248289761001");
        assert_eq!(read.email.as_deref(), Some("jane@example.com"));
        assert!(read.email_verified);
        assert_eq!(read.name.as_deref(), Some("Jane Doe"));
        assert_eq!(read.locale.as_deref(), Some("en-GB"));
        assert_eq!(read.auth_time, Some(NOW.plus_ms(-5_000)));
        assert_eq!(read.expires_at, NOW.plus_ms(300_000));
        assert_eq!(read.raw.get("groups"), Some(&json!(["admins"])));
    }

    /// The claims of [OpenID Connect Core appendix A.2](https://openid.net/specs/openid-connect-core-1_0.html#id_tokenExample).
    #[test]
    fn the_example_of_openid_connect_core_is_read() {
        let claims = json!({
            "iss": "http://server.example.com", "sub": "248289761001", "aud": "s6BhdRkqt3",
            "nonce": "n-0S6_WzA2Mj", "exp": 1_311_281_970, "iat": 1_311_280_970,
            "name": "Jane Doe", "given_name": "Jane", "family_name": "Doe", "gender": "female",
            "birthdate": "0000-10-31", "email": "janedoe@example.com",
            "picture": "http://example.com/janedoe/me.jpg"
        });
        let token = mint_hs256(SECRET, claims.as_object().unwrap().clone()).unwrap();
        let expected = ExpectedId {
            issuer: "http://server.example.com",
            client_id: "s6BhdRkqt3",
            nonce: Some("n-0S6_WzA2Mj"),
        };
        let now = UnixMillis::from_seconds(1_311_281_000);
        let read = verify_id_token(&token, Keys::Shared(SECRET), &expected, now).unwrap();
        assert_eq!(read.name.as_deref(), Some("Jane Doe"));
        assert!(!read.email_verified);
    }

    #[test]
    fn the_nonce_is_that_of_the_sign_in() {
        assert_eq!(with("nonce", json!("another")), Err(TokenError::WrongNonce));
        assert_eq!(with("nonce", json!("")), Err(TokenError::WrongNonce));
        assert_eq!(with("nonce", Value::Null), Err(TokenError::WrongNonce));
        assert_eq!(with("nonce", json!(1)), Err(TokenError::BadClaims));
    }

    #[test]
    fn a_refresh_answers_no_nonce() {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove("nonce");
        let token = mint_hs256(SECRET, claims.as_object().unwrap().clone()).unwrap();
        let expected = ExpectedId { nonce: None, ..EXPECTED };
        assert!(verify_id_token(&token, Keys::Shared(SECRET), &expected, NOW).is_ok());
    }

    #[test]
    fn one_audience_needs_no_party_and_several_do() {
        assert_eq!(with("aud", json!("other")), Err(TokenError::WrongAudience));
        assert_eq!(with("aud", json!([])), Err(TokenError::WrongAudience));
        assert_eq!(with("aud", Value::Null), Err(TokenError::BadClaims));
        assert_eq!(with("aud", json!(vec!["postern"; 65])), Err(TokenError::BadClaims));
        assert!(with("aud", json!(["postern"])).is_ok());
        assert_eq!(with("aud", json!(["postern", "other"])), Err(TokenError::WrongAudience));
        let mut shared = claims();
        shared["aud"] = json!(["other", "postern"]);
        shared["azp"] = json!("postern");
        assert!(verify(&shared).is_ok());
        shared["azp"] = json!("other");
        assert_eq!(verify(&shared), Err(TokenError::WrongAudience));
    }

    #[test]
    fn a_token_that_was_given_to_another_client_is_refused() {
        assert!(with("azp", json!("postern")).is_ok());
        assert_eq!(with("azp", json!("other")), Err(TokenError::WrongAudience));
        assert_eq!(with("azp", json!("")), Err(TokenError::WrongAudience));
    }

    #[test]
    fn the_issuer_matches_to_the_letter() {
        for issuer in ["https://id.example/", "https://ID.example", "http://id.example"] {
            assert_eq!(with("iss", json!(issuer)), Err(TokenError::WrongIssuer), "{issuer}");
        }
        assert_eq!(with("iss", Value::Null), Err(TokenError::BadClaims));
    }

    #[test]
    fn the_clock_has_its_leeway_on_both_sides() {
        let now = NOW.seconds();
        assert!(with("exp", json!(now - LEEWAY_SECONDS + 1)).is_ok());
        assert_eq!(with("exp", json!(now - LEEWAY_SECONDS)), Err(TokenError::Expired));
        assert!(with("iat", json!(now + LEEWAY_SECONDS)).is_ok());
        assert_eq!(with("iat", json!(now + LEEWAY_SECONDS + 1)), Err(TokenError::NotYetValid));
        assert!(with("nbf", json!(now + LEEWAY_SECONDS)).is_ok());
        assert_eq!(with("nbf", json!(now + LEEWAY_SECONDS + 1)), Err(TokenError::NotYetValid));
        assert_eq!(with("exp", Value::Null), Err(TokenError::BadClaims));
        assert_eq!(with("iat", Value::Null), Err(TokenError::BadClaims));
    }

    #[test]
    fn a_subject_is_there_and_short() {
        assert_eq!(with("sub", Value::Null), Err(TokenError::BadClaims));
        assert_eq!(with("sub", json!("")), Err(TokenError::BadClaims));
        assert!(with("sub", json!("a".repeat(255))).is_ok());
        assert_eq!(with("sub", json!("a".repeat(256))), Err(TokenError::BadClaims));
    }

    #[test]
    fn an_email_counts_as_verified_only_when_the_issuer_says_so() {
        for (said, counts) in
            [(json!("true"), true), (json!("yes"), false), (json!(1), false), (Value::Null, false)]
        {
            assert_eq!(with("email_verified", said.clone()).unwrap().email_verified, counts);
        }
    }

    #[test]
    fn odd_descriptions_are_left_out_and_do_not_keep_anybody_out() {
        assert_eq!(with("name", json!("a".repeat(321))).unwrap().name, None);
        assert_eq!(with("name", json!("Jane\r\nDoe")).unwrap().name, None);
        assert_eq!(with("locale", json!({"a": 1})).unwrap().locale, None);
        assert_eq!(with("email", json!(" ")).unwrap().email, None);
    }

    /// `{"alg":"none"}`, in spellings that have worked against others.
    #[test]
    fn a_token_without_a_signature_is_refused() {
        let signed = mint_hs256(SECRET, claims().as_object().unwrap().clone()).unwrap();
        let payload = signed.split('.').nth(1).unwrap();
        for header in
            ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJOb25lIn0", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"]
        {
            for signature in ["", "AAAA"] {
                let token = format!("{header}.{payload}.{signature}");
                let outcome = verify_id_token(&token, Keys::Shared(SECRET), &EXPECTED, NOW);
                assert_eq!(outcome, Err(TokenError::AlgorithmNotAllowed), "{token}");
            }
        }
        let (unsigned, _) = signed.rsplit_once('.').unwrap();
        let token = format!("{unsigned}.{}", "A".repeat(43));
        let outcome = verify_id_token(&token, Keys::Shared(SECRET), &EXPECTED, NOW);
        assert_eq!(outcome, Err(TokenError::BadSignature));
    }

    /// The header is `{"alg":"HS256","typ":"at+jwt"}`
    /// ([RFC 9068 §2.1](https://www.rfc-editor.org/rfc/rfc9068#section-2.1)).
    #[test]
    fn an_access_token_is_no_id_token() {
        let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AAAA";
        let outcome = verify_id_token(token, Keys::Shared(SECRET), &EXPECTED, NOW);
        assert_eq!(outcome, Err(TokenError::HeaderNotAllowed));
    }

    #[test]
    fn a_token_has_a_longest_length() {
        let token = "a".repeat(ID_TOKEN_LEN_MAX + 1);
        let outcome = verify_id_token(&token, Keys::Shared(SECRET), &EXPECTED, NOW);
        assert_eq!(outcome, Err(TokenError::TooLong));
        // A person in many groups is still below it, and above that of an access token.
        let groups = vec!["a-group-with-a-name"; 500];
        assert!(with("groups", json!(groups)).is_ok());
    }
}
