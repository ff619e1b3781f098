//! The token endpoint: what to ask it and what its answers mean
//! ([RFC 6749 §4.1.3 to §6](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)).

use crate::{
    Secret,
    discovery::{AuthMethod, Provider},
    login::LoginState,
};
use base64ct::{Base64, Encoding};
use form_urlencoded::{Serializer, byte_serialize};
use kernel::UnixMillis;
use serde::Deserialize;
use std::fmt;

/// The content type of a [`TokenRequest`].
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";
/// Longest answer that is read, in bytes.
pub const ANSWER_LEN_MAX: usize = 128 * 1024;
/// Longest single token.
const TOKEN_LEN_MAX: usize = 32 * 1024;
/// How long access lasts when the issuer does not say.
const ACCESS_MS: i64 = 300_000;
/// Access does not end sooner, or every request would ask the issuer.
const ACCESS_MS_MIN: i64 = 60_000;
/// Access does not last longer, so that what the issuer takes from a person is gone within an hour.
const ACCESS_MS_MAX: i64 = 3_600_000;

/// Postern, as an issuer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    id: String,
    auth: Auth,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Auth {
    Public,
    Basic(Secret),
    Post(Secret),
}

/// The issuer takes a client's secret in no way that Postern knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAuthMethod;

impl fmt::Display for NoAuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it takes neither client_secret_basic nor client_secret_post")
    }
}

impl std::error::Error for NoAuthMethod {}

impl Client {
    /// The client `id` with its secret, if it has one. The header is preferred, since bodies are
    /// logged more often.
    ///
    /// # Errors
    /// [`NoAuthMethod`].
    pub fn new(
        id: &str,
        secret: Option<Secret>,
        provider: &Provider,
    ) -> Result<Self, NoAuthMethod> {
        let takes = |method| provider.auth_methods.contains(&method);
        let auth = match secret {
            // PKCE alone proves who began the sign-in.
            None => Auth::Public,
            Some(secret) if takes(AuthMethod::ClientSecretBasic) => Auth::Basic(secret),
            Some(secret) if takes(AuthMethod::ClientSecretPost) => Auth::Post(secret),
            Some(_) => return Err(NoAuthMethod),
        };
        Ok(Self { id: id.to_owned(), auth })
    }
}

/// A POST request to make, with [`CONTENT_TYPE`] and `accept: application/json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// Where to.
    pub url: String,
    /// The `authorization` header, if there is one.
    pub authorization: Option<Secret>,
    /// The body.
    pub body: Secret,
}

/// Asks for the tokens that a code stands for (§4.1.3). `redirect_uri` is the one that the sign-in
/// began with, to the letter.
#[must_use]
pub fn exchange(
    provider: &Provider,
    client: &Client,
    redirect_uri: &str,
    login: &LoginState,
    code: &str,
) -> TokenRequest {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", login.verifier.expose()),
    ];
    request(&provider.token_endpoint, client, &fields)
}

/// Asks for new tokens (§6).
#[must_use]
pub fn refresh(provider: &Provider, client: &Client, refresh_token: &Secret) -> TokenRequest {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
    request(&provider.token_endpoint, client, &fields)
}

/// Gives a refresh token back, so that nobody can use it any more
/// ([RFC 7009 §2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)). `None` when the issuer
/// takes none back. The answer is of no interest, except that it is no error.
#[must_use]
pub fn revoke(
    provider: &Provider,
    client: &Client,
    refresh_token: &Secret,
) -> Option<TokenRequest> {
    let fields = [("token", refresh_token.expose()), ("token_type_hint", "refresh_token")];
    Some(request(provider.revocation_endpoint.as_ref()?, client, &fields))
}

fn request(url: &str, client: &Client, fields: &[(&str, &str)]) -> TokenRequest {
    let mut body = Serializer::new(String::new());
    body.extend_pairs(fields);
    let authorization = match &client.auth {
        Auth::Public => {
            body.append_pair("client_id", &client.id);
            None
        }
        Auth::Post(secret) => {
            body.append_pair("client_id", &client.id);
            body.append_pair("client_secret", secret.expose());
            None
        }
        Auth::Basic(secret) => Some(basic(&client.id, secret)),
    };
    TokenRequest { url: url.to_owned(), authorization, body: Secret::new(body.finish()) }
}

/// Name and secret are each written as in a form before they are joined (§2.3.1), so that a colon
/// in the name does not end it.
fn basic(id: &str, secret: &Secret) -> Secret {
    let form = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", form(id), form(secret.expose()));
    Secret::new(format!("Basic {}", Base64::encode_string(pair.as_bytes())))
}

/// What the token endpoint gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Opens the issuer's own services. Postern has no use for it.
    pub access_token: Secret,
    /// Gets new tokens. A refresh that brings none leaves the old one good.
    pub refresh_token: Option<Secret>,
    /// Says who signed in. A sign-in without it is none.
    pub id_token: Option<Secret>,
    /// When to ask again.
    pub access_until: UnixMillis,
}

/// Why the token endpoint gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFailure {
    /// The code or the refresh token is no good: used already, expired, revoked, somebody else's.
    GrantRefused,
    /// The code was asked for with another `redirect_uri`. The address that we send is not the one
    /// that is registered.
    RedirectMismatch,
    /// The issuer does not know the client or its secret.
    ClientRefused,
    /// The issuer does not accept what it was asked.
    Misconfigured,
    /// The issuer cannot answer now.
    Unavailable,
    /// The answer is not one that a token endpoint gives.
    Malformed,
}

impl TokenFailure {
    /// A permanent name, for logs and for the text that a person reads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GrantRefused => "grant_refused",
            Self::RedirectMismatch => "redirect_mismatch",
            Self::ClientRefused => "client_refused",
            Self::Misconfigured => "issuer_misconfigured",
            Self::Unavailable => "issuer_unavailable",
            Self::Malformed => "issuer_malformed",
        }
    }

    /// Whether a session ends when its refresh fails so. A mistake in the set-up or an issuer that
    /// is down is no word about the person.
    #[must_use]
    pub const fn ends_session(self) -> bool {
        matches!(self, Self::GrantRefused)
    }
}

impl fmt::Display for TokenFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for TokenFailure {}

#[derive(Deserialize)]
struct Granted {
    access_token: Secret,
    token_type: String,
    refresh_token: Option<Secret>,
    id_token: Option<Secret>,
    expires_in: Option<Seconds>,
}

/// Some issuers write the number as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(String),
}

#[derive(Deserialize)]
struct Refused {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Reads an answer of the token endpoint (§5).
///
/// # Errors
/// [`TokenFailure`].
pub fn read(status: u16, body: &[u8], now: UnixMillis) -> Result<Tokens, TokenFailure> {
    if status >= 500 || status == 429 {
        return Err(TokenFailure::Unavailable);
    }
    if body.len() > ANSWER_LEN_MAX {
        return Err(TokenFailure::Malformed);
    }
    if status != 200 {
        let refused = serde_json::from_slice(body).map_err(|_| TokenFailure::Malformed)?;
        return Err(failure(&refused));
    }
    let granted: Granted = serde_json::from_slice(body).map_err(|_| TokenFailure::Malformed)?;
    let sound = |token: &Secret| (1..=TOKEN_LEN_MAX).contains(&token.expose().len());
    let others = [&granted.refresh_token, &granted.id_token];
    if !sound(&granted.access_token)
        || !others.into_iter().flatten().all(sound)
        || !granted.token_type.eq_ignore_ascii_case("bearer")
    {
        return Err(TokenFailure::Malformed);
    }
    let seconds = match granted.expires_in {
        None => None,
        Some(Seconds::Number(seconds)) => Some(seconds),
        Some(Seconds::Text(text)) => text.parse().ok(),
    };
    let access_ms = seconds.map_or(ACCESS_MS, |seconds| (seconds * 1000.0) as i64);
    Ok(Tokens {
        access_token: granted.access_token,
        refresh_token: granted.refresh_token,
        id_token: granted.id_token,
        access_until: now.plus_ms(access_ms.clamp(ACCESS_MS_MIN, ACCESS_MS_MAX)),
    })
}

/// What an error means (§5.2). For a wrong `redirect_uri` Google has an error of its own; Keycloak
/// and others say so in the description only.
fn failure(refused: &Refused) -> TokenFailure {
    match refused.error.as_str() {
        "redirect_uri_mismatch" => TokenFailure::RedirectMismatch,
        "invalid_grant" if refused.error_description.to_ascii_lowercase().contains("redirect") => {
            TokenFailure::RedirectMismatch
        }
        "invalid_grant" => TokenFailure::GrantRefused,
        "invalid_client" | "unauthorized_client" => TokenFailure::ClientRefused,
        "temporarily_unavailable" | "server_error" | "slow_down" => TokenFailure::Unavailable,
        _ => TokenFailure::Misconfigured,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        discovery::tests::provider,
        login::tests::{NOW, state},
    };
    use serde_json::{Value, json};

    fn client(secret: Option<&str>, methods: &[AuthMethod]) -> Result<Client, NoAuthMethod> {
        let provider = Provider { auth_methods: methods.to_vec(), ..provider() };
        Client::new("s6BhdRkqt3", secret.map(|secret| Secret::new(secret.into())), &provider)
    }

    /// RFC 6749 §2.3.1, §4.1.3 and §6, with the verifier of RFC 7636 §4.5 beside the code.
    #[test]
    fn the_examples_of_the_rfc() {
        let client =
            client(Some("7Fjfp0ZBr1KtDRbnfVdmIw"), &[AuthMethod::ClientSecretBasic]).unwrap();
        let redirect_uri = "https://client.example.com/cb";
        let code = "SplxlOBeZQQYbYS6WxSbIA";
        let request = exchange(&provider(), &client, redirect_uri, &state(), code);
        assert_eq!(request.url, "https://id.example/token");
        let authorization = request.authorization.unwrap();
        assert_eq!(authorization.expose(), "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
        let verifier = state().verifier;
        assert_eq!(
            request.body.expose(),
            format!(
                "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA\
                 &redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb&code_verifier={}",
                verifier.expose()
            )
        );
        let request = refresh(&provider(), &client, &Secret::new("tGzv3JOkF0XG5Qx2TlKWIA".into()));
        assert_eq!(
            request.body.expose(),
            "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA"
        );
    }

    #[test]
    fn name_and_secret_are_written_as_in_a_form_first() {
        let header = basic("a:b c", &Secret::new("p%q+r&ä".into()));
        let pair = header.expose().strip_prefix("Basic ").unwrap();
        let pair = String::from_utf8(Base64::decode_vec(pair).unwrap()).unwrap();
        assert_eq!(pair, "a%3Ab+c:p%25q%2Br%26%C3%A4");
    }

    #[test]
    fn a_client_proves_itself_as_the_issuer_asks() {
        use AuthMethod::{ClientSecretBasic, ClientSecretPost, None as NoSecret};
        let token = Secret::new("r".into());
        let ask = |client: Client| refresh(&provider(), &client, &token);
        let body = "grant_type=refresh_token&refresh_token=r";

        let basic = ask(client(Some("s&s"), &[ClientSecretPost, ClientSecretBasic]).unwrap());
        assert!(basic.authorization.is_some());
        assert_eq!(basic.body.expose(), body);

        let post = ask(client(Some("s&s"), &[NoSecret, ClientSecretPost]).unwrap());
        assert_eq!(post.authorization, None);
        assert_eq!(post.body.expose(), format!("{body}&client_id=s6BhdRkqt3&client_secret=s%26s"));

        let public = ask(client(None, &[NoSecret]).unwrap());
        assert_eq!(public.authorization, None);
        assert_eq!(public.body.expose(), format!("{body}&client_id=s6BhdRkqt3"));

        assert_eq!(client(Some("s"), &[NoSecret]), Err(NoAuthMethod));
        assert!(!format!("{basic:?}{post:?}").contains("s%26s"));
    }

    #[test]
    fn a_refresh_token_is_given_back_where_that_is_possible() {
        let client = client(None, &[AuthMethod::None]).unwrap();
        let token = Secret::new("45ghiukldjahdnhzdauz".into());
        assert_eq!(revoke(&provider(), &client, &token), None);
        let url = "https://id.example/revoke";
        let provider = Provider { revocation_endpoint: Some(url.into()), ..provider() };
        let request = revoke(&provider, &client, &token).unwrap();
        assert_eq!(request.url, url);
        let body = "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token&client_id=s6BhdRkqt3";
        assert_eq!(request.body.expose(), body);
    }

    fn answer(change: impl FnOnce(&mut Value)) -> Result<Tokens, TokenFailure> {
        // RFC 6749 §5.1.
        let mut answer = json!({
            "access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA", "id_token": "a.b.c", "scope": "openid"
        });
        change(&mut answer);
        read(200, answer.to_string().as_bytes(), NOW)
    }

    #[test]
    fn tokens_are_read() {
        let tokens = answer(|_| ()).unwrap();
        assert_eq!(tokens.access_token.expose(), "2YotnFZFEjr1zCsicMWpAA");
        assert_eq!(tokens.refresh_token.unwrap().expose(), "tGzv3JOkF0XG5Qx2TlKWIA");
        assert_eq!(tokens.id_token.unwrap().expose(), "a.b.c");
        assert_eq!(tokens.access_until, NOW.plus_ms(3_600_000));
        let bare = answer(|a| a["refresh_token"] = Value::Null).unwrap();
        assert_eq!(bare.refresh_token, None);
        assert!(!format!("{bare:?}").contains("2Yotn"));
    }

    #[test]
    fn access_is_neither_too_short_nor_too_long() {
        let access_ms = |said: Value| {
            let tokens = answer(|a| a["expires_in"] = said).unwrap();
            tokens.access_until.since_ms(NOW)
        };
        assert_eq!(access_ms(json!(600)), 600_000);
        assert_eq!(access_ms(json!("600")), 600_000);
        assert_eq!(access_ms(Value::Null), ACCESS_MS);
        assert_eq!(access_ms(json!("soon")), ACCESS_MS);
        for said in [json!(0), json!(-1), json!(1), json!("NaN")] {
            assert_eq!(access_ms(said), ACCESS_MS_MIN);
        }
        for said in [json!(86_400), json!(1e300), json!("inf")] {
            assert_eq!(access_ms(said), ACCESS_MS_MAX);
        }
    }

    #[test]
    fn answers_that_are_none_are_malformed() {
        let malformed = Err(TokenFailure::Malformed);
        assert_eq!(answer(|a| a["access_token"] = Value::Null), malformed);
        assert_eq!(answer(|a| a["access_token"] = json!("")), malformed);
        assert_eq!(answer(|a| a["id_token"] = json!("")), malformed);
        assert_eq!(answer(|a| a["token_type"] = json!("mac")), malformed);
        assert_eq!(
            answer(|a| a["refresh_token"] = json!("a".repeat(TOKEN_LEN_MAX + 1))),
            malformed
        );
        assert_eq!(read(200, b"<html>", NOW), malformed);
        assert_eq!(read(302, b"", NOW), malformed);
        assert_eq!(read(200, &vec![b' '; ANSWER_LEN_MAX + 1], NOW), malformed);
    }

    #[test]
    fn errors_are_told_apart() {
        for (status, body, meant) in [
            // RFC 6749 §5.2.
            (400, r#"{"error":"invalid_request"}"#, TokenFailure::Misconfigured),
            (400, r#"{"error":"invalid_grant"}"#, TokenFailure::GrantRefused),
            (401, r#"{"error":"invalid_client"}"#, TokenFailure::ClientRefused),
            (400, r#"{"error":"unauthorized_client"}"#, TokenFailure::ClientRefused),
            (400, r#"{"error":"unsupported_grant_type"}"#, TokenFailure::Misconfigured),
            // Keycloak, on a code that was used and on another address.
            (
                400,
                r#"{"error":"invalid_grant","error_description":"Code not valid"}"#,
                TokenFailure::GrantRefused,
            ),
            (
                400,
                r#"{"error":"invalid_grant","error_description":"Incorrect redirect_uri"}"#,
                TokenFailure::RedirectMismatch,
            ),
            // Google.
            (400, r#"{"error":"redirect_uri_mismatch"}"#, TokenFailure::RedirectMismatch),
            (500, "", TokenFailure::Unavailable),
            (503, r#"{"error":"invalid_grant"}"#, TokenFailure::Unavailable),
            (429, "slow", TokenFailure::Unavailable),
            (400, "slow", TokenFailure::Malformed),
        ] {
            assert_eq!(read(status, body.as_bytes(), NOW), Err(meant), "{body}");
            assert_eq!(meant.ends_session(), meant == TokenFailure::GrantRefused);
        }
    }
}
