//! What an issuer says of itself
//! ([OpenID Connect Discovery §3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).
//!
//! The document is believed for the issuer that was asked, and for no other. What the code flow
//! needs and the issuer says it lacks is found here, where an operator can be told, and not later,
//! where a person would see it.

use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr};

/// Longest document that is read, in bytes.
pub const DOCUMENT_LEN_MAX: usize = 64 * 1024;
/// Longest address of an endpoint.
const URL_LEN_MAX: usize = 500;
/// Most entries of a list that are kept.
const LIST_LEN_MAX: usize = 100;
/// The signatures that `identity` checks.
const ALGORITHMS: [&str; 3] = ["RS256", "ES256", "EdDSA"];

/// An issuer, as far as signing in goes. Made by [`read`]; it can be kept as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its name, as configured and as in its tokens.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where codes become tokens.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where people sign out.
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    /// Where tokens are given back ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).
    #[serde(default)]
    pub revocation_endpoint: Option<String>,
    /// Whether its answers always say whose they are
    /// ([RFC 9207](https://www.rfc-editor.org/rfc/rfc9207)).
    #[serde(default)]
    pub names_itself: bool,
    /// How a client may prove who it is, of the ways that Postern knows.
    pub auth_methods: Vec<AuthMethod>,
    /// The scopes it knows, when it says so.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
}

/// How a client proves who it is at the token endpoint
/// ([OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// It sends its secret in a header.
    ClientSecretBasic,
    /// It sends its secret in the body.
    ClientSecretPost,
    /// It has no secret.
    None,
}

/// Why an issuer cannot be signed in with. For operators and logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoveryError {
    /// The document is longer than [`DOCUMENT_LEN_MAX`].
    TooLong,
    /// The document is not what it should be, and why.
    Malformed(String),
    /// It is another issuer's document. Holds the name that it gives.
    WrongIssuer(String),
    /// An endpoint, by its name, is no address behind `https`.
    BadEndpoint(&'static str),
    /// It does not speak the code flow.
    NoCodeFlow,
    /// It does not take PKCE with SHA-256.
    NoPkce,
    /// It signs in no way that Postern can check.
    NoAlgorithm,
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "its metadata is longer than {DOCUMENT_LEN_MAX} bytes"),
            Self::Malformed(why) => write!(f, "its metadata is not as expected: {why}"),
            Self::WrongIssuer(other) => write!(f, "its metadata names another issuer: {other:?}"),
            Self::BadEndpoint(name) => write!(f, "its {name} is no https address"),
            Self::NoCodeFlow => f.write_str("it does not speak the authorisation code flow"),
            Self::NoPkce => f.write_str("it does not take PKCE with S256"),
            Self::NoAlgorithm => write!(f, "it signs with none of {}", ALGORITHMS.join(", ")),
        }
    }
}

impl std::error::Error for DiscoveryError {}

/// The document as it is sent.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    response_types_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    scopes_supported: Option<Vec<String>>,
}

/// Where the document of `issuer` is (§4.1).
#[must_use]
pub fn url(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

/// Reads the document that was found for `issuer`.
///
/// `dev` allows endpoints over plain `http` on this machine itself.
///
/// # Errors
/// [`DiscoveryError`].
pub fn read(json: &[u8], issuer: &str, dev: bool) -> Result<Provider, DiscoveryError> {
    if json.len() > DOCUMENT_LEN_MAX {
        return Err(DiscoveryError::TooLong);
    }
    let document: Document =
        kernel::read_json(json).map_err(|e| DiscoveryError::Malformed(e.to_string()))?;
    // §4.3: exactly the same. An issuer that could name another could have its tokens believed.
    if document.issuer != issuer {
        let named = document.issuer.chars().take(URL_LEN_MAX).collect();
        return Err(DiscoveryError::WrongIssuer(named));
    }
    let lacks = |list: &Option<Vec<String>>, wanted: &[&str]| {
        list.as_ref().is_some_and(|list| !list.iter().any(|name| wanted.contains(&name.as_str())))
    };
    if lacks(&document.response_types_supported, &["code"]) {
        return Err(DiscoveryError::NoCodeFlow);
    }
    // Cognito says nothing of PKCE and takes it; only a list without it counts against an issuer.
    if lacks(&document.code_challenge_methods_supported, &[crate::pkce::METHOD]) {
        return Err(DiscoveryError::NoPkce);
    }
    if lacks(&document.id_token_signing_alg_values_supported, &ALGORITHMS) {
        return Err(DiscoveryError::NoAlgorithm);
    }
    let endpoint = |name: &'static str, url: String| {
        if is_endpoint(&url, dev) { Ok(url) } else { Err(DiscoveryError::BadEndpoint(name)) }
    };
    let optional = |name, url: Option<String>| url.map(|url| endpoint(name, url)).transpose();
    Ok(Provider {
        issuer: document.issuer,
        authorization_endpoint: endpoint(
            "authorization_endpoint",
            document.authorization_endpoint,
        )?,
        token_endpoint: endpoint("token_endpoint", document.token_endpoint)?,
        jwks_uri: endpoint("jwks_uri", document.jwks_uri)?,
        end_session_endpoint: optional("end_session_endpoint", document.end_session_endpoint)?,
        revocation_endpoint: optional("revocation_endpoint", document.revocation_endpoint)?,
        names_itself: document.authorization_response_iss_parameter_supported,
        auth_methods: auth_methods(document.token_endpoint_auth_methods_supported),
        scopes: document.scopes_supported.map(|mut scopes| {
            scopes.truncate(LIST_LEN_MAX);
            scopes
        }),
    })
}

fn auth_methods(names: Option<Vec<String>>) -> Vec<AuthMethod> {
    let Some(names) = names else {
        // §3: what an issuer speaks that does not say.
        return vec![AuthMethod::ClientSecretBasic];
    };
    let known = names.iter().take(LIST_LEN_MAX).filter_map(|name| match name.as_str() {
        "client_secret_basic" => Some(AuthMethod::ClientSecretBasic),
        "client_secret_post" => Some(AuthMethod::ClientSecretPost),
        "none" => Some(AuthMethod::None),
        _ => None,
    });
    known.collect()
}

/// Whether a browser or we may be sent to `url`: an address without user name and fragment, over
/// TLS or, in development, on this machine.
pub(crate) fn is_endpoint(url: &str, dev: bool) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let clean = rest.bytes().all(|b| b.is_ascii_graphic()) && !rest.contains(['@', '#', '\\']);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let secure = match scheme {
        "https" => true,
        "http" => dev && is_loopback(authority),
        _ => false,
    };
    url.len() <= URL_LEN_MAX && clean && secure && !authority.is_empty()
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    };
    let address = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    address || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://id.example";

    fn document() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://keys.example/jwks",
            "end_session_endpoint": "https://id.example/logout",
            "authorization_response_iss_parameter_supported": true,
            "token_endpoint_auth_methods_supported":
                ["private_key_jwt", "client_secret_post", "client_secret_basic", "none"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "response_types_supported": ["code", "id_token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile", "offline_access"]
        })
    }

    /// The issuer of this crate's tests.
    pub(crate) fn provider() -> Provider {
        read(document().to_string().as_bytes(), ISSUER, false).unwrap()
    }

    /// Reads the document with one change; `null` takes the field away.
    fn with(field: &str, value: Value, dev: bool) -> Result<Provider, DiscoveryError> {
        let mut document = document();
        document[field] = value;
        if document[field].is_null() {
            document.as_object_mut().unwrap().remove(field);
        }
        read(document.to_string().as_bytes(), ISSUER, dev)
    }

    #[test]
    fn a_sound_document_is_read_and_kept() {
        let provider = provider();
        assert_eq!(provider.authorization_endpoint, "https://id.example/authorize");
        assert_eq!(provider.jwks_uri, "https://keys.example/jwks");
        assert_eq!(provider.end_session_endpoint.as_deref(), Some("https://id.example/logout"));
        assert_eq!(provider.revocation_endpoint, None);
        assert!(provider.names_itself);
        use AuthMethod::{ClientSecretBasic, ClientSecretPost, None as NoSecret};
        assert_eq!(provider.auth_methods, [ClientSecretPost, ClientSecretBasic, NoSecret]);
        let kept = serde_json::to_vec(&provider).unwrap();
        assert_eq!(serde_json::from_slice::<Provider>(&kept).unwrap(), provider);
    }

    /// The documents of Google and Cognito, as far as they are read here.
    #[test]
    fn documents_of_known_issuers_are_read() {
        let google = json!({
            "issuer": "https://accounts.google.com",
            "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
            "token_endpoint": "https://oauth2.googleapis.com/token",
            "revocation_endpoint": "https://oauth2.googleapis.com/revoke",
            "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
            "response_types_supported": ["code", "token", "id_token", "code token", "none"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["plain", "S256"]
        });
        let json = google.to_string();
        let read_google = read(json.as_bytes(), "https://accounts.google.com", false).unwrap();
        assert!(!read_google.names_itself);
        assert_eq!(read_google.end_session_endpoint, None);

        let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example";
        let cognito = json!({
            "issuer": issuer,
            "authorization_endpoint": "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/authorize",
            "token_endpoint": "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token",
            "end_session_endpoint": "https://shop.auth.eu-west-1.amazoncognito.com/logout",
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"]
        });
        assert!(read(cognito.to_string().as_bytes(), issuer, false).is_ok());
    }

    #[test]
    fn the_issuer_matches_to_the_letter() {
        for other in ["https://id.example/", "https://ID.example", "http://id.example", ""] {
            let error = DiscoveryError::WrongIssuer(other.to_owned());
            assert_eq!(with("issuer", json!(other), false), Err(error));
        }
    }

    #[test]
    fn endpoints_are_behind_https() {
        for url in [
            "http://id.example/token",
            "http://127.0.0.1:9000/token",
            "ftp://id.example/token",
            "//id.example/token",
            "https:/id.example",
            "https://",
            "https:///token",
            "https://user@id.example/token",
            "https://id.example/token#x",
            "https://id.example\\@evil.example",
            "https://id.example/to ken",
            "https://id.example/\u{e4}",
            "javascript:alert(1)",
        ] {
            let refused = with("token_endpoint", json!(url), false);
            assert_eq!(refused, Err(DiscoveryError::BadEndpoint("token_endpoint")), "{url}");
        }
        let refused = with("end_session_endpoint", json!("http://id.example"), true);
        assert_eq!(refused, Err(DiscoveryError::BadEndpoint("end_session_endpoint")));
        assert!(with("authorization_endpoint", json!("https://id.example?p=b2c"), false).is_ok());
    }

    #[test]
    fn development_has_issuers_on_this_machine() {
        for host in
            ["localhost", "localhost:9000", "id.localhost:9000", "127.0.0.1:9000", "[::1]:9"]
        {
            let url = json!(format!("http://{host}/token"));
            assert!(with("token_endpoint", url.clone(), true).is_ok(), "{host}");
            assert!(with("token_endpoint", url, false).is_err(), "{host}");
        }
        for host in ["id.example", "localhost.evil.example", "10.0.0.1", "127.0.0.1.evil.example"] {
            let url = json!(format!("http://{host}/token"));
            assert!(with("token_endpoint", url, true).is_err(), "{host}");
        }
    }

    #[test]
    fn what_an_issuer_lacks_is_said() {
        for (field, value, error) in [
            ("response_types_supported", json!(["id_token"]), DiscoveryError::NoCodeFlow),
            ("code_challenge_methods_supported", json!(["plain"]), DiscoveryError::NoPkce),
            (
                "id_token_signing_alg_values_supported",
                json!(["none", "HS256"]),
                DiscoveryError::NoAlgorithm,
            ),
        ] {
            assert_eq!(with(field, value, false), Err(error));
            // An issuer that does not say is tried.
            assert!(with(field, Value::Null, false).is_ok());
        }
        let quiet = with("token_endpoint_auth_methods_supported", Value::Null, false).unwrap();
        assert_eq!(quiet.auth_methods, [AuthMethod::ClientSecretBasic]);
    }

    #[test]
    fn rubbish_is_malformed_and_length_is_bounded() {
        for json in ["", "[]", "{}", "<html>"] {
            let error = read(json.as_bytes(), ISSUER, false).unwrap_err();
            assert!(matches!(error, DiscoveryError::Malformed(_)), "{json}");
        }
        assert!(matches!(with("jwks_uri", Value::Null, false), Err(DiscoveryError::Malformed(_))));
        let long = vec![b' '; DOCUMENT_LEN_MAX + 1];
        assert_eq!(read(&long, ISSUER, false), Err(DiscoveryError::TooLong));
    }

    #[test]
    fn the_document_is_at_the_well_known_place() {
        let url = "https://id.example/realms/a/.well-known/openid-configuration";
        assert_eq!(super::url("https://id.example/realms/a"), url);
        assert_eq!(super::url("https://id.example/realms/a/"), url);
    }
}
