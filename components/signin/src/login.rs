//! The beginning of a sign-in: where to send the browser, and what to remember until it is back
//! ([OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
//!
//! What must be remembered is in a cookie of the browser that began, sealed, for ten minutes. Only
//! that browser can finish, which is what keeps an attacker from finishing it for somebody else
//! (login CSRF); so beginning is a plain link, and needs no token of its own. Each sign-in has its
//! own cookie, named after its state, so that tabs do not take each other's away.

use crate::{
    DataKeys, Secret, base64url, cookie,
    discovery::Provider,
    pkce, return_to,
    seal::{self, SealError},
};
use form_urlencoded::Serializer;
use kernel::{FieldError, TenantId, UnixMillis};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a person may take to sign in.
pub const LIFE_MS: i64 = 600_000;
/// What is asked for, unless the tenant says otherwise. `offline_access` is for the refresh token.
pub const SCOPE: &str = "openid profile email offline_access";

/// What the cookies of sign-ins begin with.
const COOKIE_PREFIX: &str = "__Host-login-";
/// How much of the state is in the cookie's name: enough to tell tabs apart.
const NAME_LEN: usize = 8;
/// Most sign-ins of one browser at once. Other sites can begin sign-ins in a person's browser by
/// sending it here, and each leaves a cookie; there must not be so many that requests grow too long.
const LOGINS_MAX: usize = 4;
/// Length of 32 bytes in base64.
const STATE_LEN: usize = 43;
/// Most parameters that a tenant may add.
const EXTRA_MAX: usize = 16;

/// Parameters that are ours to set, or that would change what the others mean.
const OWN: [&str; 13] = [
    "response_type",
    "response_mode",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
];

/// What a sign-in begins with.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Whose page it is.
    pub tenant: &'a TenantId,
    /// Who is asked.
    pub provider: &'a Provider,
    /// What Postern is called there.
    pub client_id: &'a str,
    /// Where the browser is to come back to: `https://<host>/auth/callback`.
    pub redirect_uri: &'a str,
    /// What to ask for; `None` for [`SCOPE`].
    pub scope: Option<&'a str>,
    /// What else to send: `prompt`, `ui_locales`, `access_type`. Some issuers give a refresh token
    /// only for `prompt=consent`, Google only for `access_type=offline`.
    pub extra: &'a BTreeMap<String, String>,
    /// Where the person wants to go.
    pub return_to: Option<&'a str>,
}

/// A sign-in that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Where to send the browser.
    pub url: String,
    /// What to remember; see [`LoginState::set_cookie`].
    pub state: LoginState,
}

/// What must be remembered of a sign-in until the browser is back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginState {
    /// Whose page it was.
    pub tenant: TenantId,
    /// Who was asked.
    pub issuer: String,
    /// What the answer must repeat.
    pub state: Secret,
    /// What the ID token must repeat.
    pub nonce: Secret,
    /// What proves to the issuer that the code was meant for us.
    pub verifier: Secret,
    /// Where the person wants to go; a local path.
    pub return_to: String,
    /// When it began.
    pub started_at: UnixMillis,
}

/// Begins a sign-in. `entropy` is for the state, the nonce and the verifier.
#[must_use]
pub fn start(ask: &Ask<'_>, entropy: [[u8; 32]; 3], now: UnixMillis) -> Login {
    let [state, nonce, verifier] = entropy;
    let state = LoginState {
        tenant: ask.tenant.clone(),
        issuer: ask.provider.issuer.clone(),
        state: Secret::new(base64url::encode(&state)),
        nonce: Secret::new(base64url::encode(&nonce)),
        verifier: pkce::verifier(verifier),
        return_to: return_to::local(ask.return_to).to_owned(),
        started_at: now,
    };
    Login { url: url(ask, &state), state }
}

fn url(ask: &Ask<'_>, state: &LoginState) -> String {
    let mut query = Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", ask.client_id)
        .append_pair("redirect_uri", ask.redirect_uri)
        .append_pair("scope", &scope(ask))
        .append_pair("state", state.state.expose())
        .append_pair("nonce", state.nonce.expose())
        .append_pair("code_challenge", &pkce::challenge(&state.verifier))
        .append_pair("code_challenge_method", pkce::METHOD);
    let extra = ask.extra.iter().filter(|(name, _)| !OWN.contains(&name.as_str()));
    query.extend_pairs(extra.take(EXTRA_MAX));
    with_query(&ask.provider.authorization_endpoint, &query.finish())
}

/// An address with more query. It may have one already
/// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)).
pub(crate) fn with_query(url: &str, query: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{query}")
}

/// What to ask for. What an issuer says that it does not know is left out, since Google and Cognito
/// refuse a sign-in that asks for `offline_access`.
fn scope(ask: &Ask<'_>) -> String {
    let known = |scope: &&str| {
        let scopes = ask.provider.scopes.as_ref();
        *scope == "openid" || scopes.is_none_or(|known| known.iter().any(|name| name == scope))
    };
    let asked = ask.scope.unwrap_or(SCOPE).split_ascii_whitespace();
    let others = asked.filter(|scope| *scope != "openid").filter(known);
    std::iter::once("openid").chain(others).collect::<Vec<_>>().join(" ")
}

/// Checks what a tenant wants to have sent beside what is always sent.
///
/// # Errors
/// A [`FieldError`] with the name of the parameter.
pub fn check_extra(extra: &BTreeMap<String, String>) -> Result<(), FieldError> {
    if extra.len() > EXTRA_MAX {
        return Err(FieldError::new("", format!("must have at most {EXTRA_MAX} entries")));
    }
    for (name, value) in extra {
        let wrong = |message: &str| Err(FieldError::new(name.as_str(), message));
        if OWN.contains(&name.as_str()) {
            return wrong("is set by Postern");
        }
        let clean = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        };
        if !clean(name) || !clean(value) || name.len() + value.len() > 500 {
            return wrong("must be a short text of printable ASCII");
        }
    }
    Ok(())
}

impl LoginState {
    /// The `Set-Cookie` header that has the browser remember.
    ///
    /// # Errors
    /// [`SealError::TooLong`] when an issuer's name is too long for a cookie.
    pub fn set_cookie(&self, keys: &DataKeys, nonce: seal::Nonce) -> Result<String, SealError> {
        let json = serde_json::to_vec(self).map_err(|_| SealError::TooLong)?;
        let sealed = seal::seal(keys, &["login", self.tenant.as_str()], &json, nonce)?;
        let name = cookie_name(self.state.expose()).ok_or(SealError::TooLong)?;
        cookie::set(&name, &sealed, LIFE_MS / 1000).map_err(|_| SealError::TooLong)
    }

    /// Opens what [`LoginState::set_cookie`] has the browser send back to `tenant`'s host.
    ///
    /// # Errors
    /// [`SealError::Unopened`], also for a cookie that was made for another tenant.
    pub fn open(keys: &DataKeys, tenant: &TenantId, value: &str) -> Result<Self, SealError> {
        let json = seal::open(keys, &["login", tenant.as_str()], value)?;
        serde_json::from_slice(&json).map_err(|_| SealError::Unopened)
    }
}

/// The name of the cookie of the sign-in with this state; `None` when it is no state of ours.
#[must_use]
pub fn cookie_name(state: &str) -> Option<String> {
    let ours = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if state.len() != STATE_LEN || !state.bytes().all(ours) {
        return None;
    }
    state.get(..NAME_LEN).map(|start| format!("{COOKIE_PREFIX}{start}"))
}

/// The cookies of earlier sign-ins that must go when one more begins: the oldest. From all
/// `Cookie` headers of the request.
#[must_use]
pub fn surplus<'h>(headers: impl IntoIterator<Item = &'h str>) -> Vec<&'h str> {
    let mut names = cookie::names(headers, COOKIE_PREFIX).unwrap_or_default();
    names.truncate((names.len() + 1).saturating_sub(LOGINS_MAX));
    names
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{discovery::tests::provider, keys::tests::keys};

    pub(crate) const NOW: UnixMillis = UnixMillis(1_900_000_000_000);
    const ENTROPY: [[u8; 32]; 3] = [[1; 32], [2; 32], [3; 32]];

    pub(crate) fn tenant() -> TenantId {
        "ten_one".parse().unwrap()
    }

    /// A sign-in with one change to what it begins with.
    fn started(change: impl FnOnce(&mut Ask<'_>)) -> Login {
        let (tenant, provider, extra) = (tenant(), provider(), BTreeMap::new());
        let mut ask = Ask {
            tenant: &tenant,
            provider: &provider,
            client_id: "s6BhdRkqt3",
            redirect_uri: "https://one.example/auth/callback",
            scope: None,
            extra: &extra,
            return_to: Some("/playground"),
        };
        change(&mut ask);
        start(&ask, ENTROPY, NOW)
    }

    /// The state of a sign-in that began at [`NOW`].
    pub(crate) fn state() -> LoginState {
        started(|_| ()).state
    }

    fn params(url: &str) -> BTreeMap<String, String> {
        let (_, query) = url.split_once('?').unwrap();
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let params: BTreeMap<_, _> = pairs.iter().cloned().collect();
        assert_eq!(params.len(), pairs.len(), "a parameter is there twice: {url}");
        params
    }

    #[test]
    fn the_address_asks_for_a_code_with_pkce() {
        let login = started(|_| ());
        assert!(login.url.starts_with("https://id.example/authorize?response_type=code&"));
        let params = params(&login.url);
        assert_eq!(params["client_id"], "s6BhdRkqt3");
        assert_eq!(params["redirect_uri"], "https://one.example/auth/callback");
        assert_eq!(params["scope"], SCOPE);
        assert_eq!(params["state"], login.state.state.expose());
        assert_eq!(params["nonce"], login.state.nonce.expose());
        assert_eq!(params["code_challenge"], pkce::challenge(&login.state.verifier));
        assert_eq!(params["code_challenge_method"], "S256");
        assert!(!login.url.contains(login.state.verifier.expose()));
    }

    #[test]
    fn state_nonce_and_verifier_are_three_things() {
        let state = state();
        assert_ne!(state.state, state.nonce);
        assert_ne!(state.nonce, state.verifier);
        assert_eq!(state.state.expose().len(), STATE_LEN);
        assert_eq!(state.return_to, "/playground");
        let printed = format!("{state:?}");
        assert!(!printed.contains(state.state.expose()) && !printed.contains(state.nonce.expose()));
    }

    #[test]
    fn a_query_of_the_endpoint_stays() {
        let mut provider = provider();
        provider.authorization_endpoint = "https://id.example/authorize?p=b2c".into();
        let url = started(|_| ()).url;
        let (tenant, extra) = (tenant(), BTreeMap::new());
        let ask = Ask {
            tenant: &tenant,
            provider: &provider,
            client_id: "s6BhdRkqt3",
            redirect_uri: "https://one.example/auth/callback",
            scope: None,
            extra: &extra,
            return_to: None,
        };
        let with = start(&ask, ENTROPY, NOW).url;
        assert_eq!(with, url.replace("authorize?", "authorize?p=b2c&"));
    }

    #[test]
    fn a_scope_that_the_issuer_does_not_know_is_not_asked_for() {
        let mut provider = provider();
        provider.scopes = Some(vec!["openid".into(), "email".into(), "profile".into()]);
        let (tenant, extra) = (tenant(), BTreeMap::new());
        let ask = |scope| {
            let ask = Ask {
                tenant: &tenant,
                provider: &provider,
                client_id: "c",
                redirect_uri: "https://one.example/auth/callback",
                scope,
                extra: &extra,
                return_to: None,
            };
            params(&start(&ask, ENTROPY, NOW).url)["scope"].clone()
        };
        assert_eq!(ask(None), "openid profile email");
        assert_eq!(ask(Some("email phone")), "openid email");
        assert_eq!(ask(Some("")), "openid");
    }

    #[test]
    fn a_tenant_adds_parameters_and_changes_none_of_ours() {
        let extra = BTreeMap::from([
            ("prompt".to_owned(), "consent".to_owned()),
            ("ui_locales".to_owned(), "fr-FR en".to_owned()),
            ("redirect_uri".to_owned(), "https://evil.example".to_owned()),
        ]);
        let params = params(&started(|ask| ask.extra = Box::leak(Box::new(extra.clone()))).url);
        assert_eq!(params["prompt"], "consent");
        assert_eq!(params["ui_locales"], "fr-FR en");
        assert_eq!(params["redirect_uri"], "https://one.example/auth/callback");

        assert_eq!(check_extra(&extra).unwrap_err().field, "redirect_uri");
        let one = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        assert!(check_extra(&one("prompt", "consent")).is_ok());
        assert!(check_extra(&one("prompt", "")).is_err());
        assert!(check_extra(&one("prompt", "a\nb")).is_err());
        assert!(check_extra(&one("request_uri", "x")).is_err());
        let many = (0..17).map(|i| (format!("p{i}"), "x".to_owned())).collect();
        assert!(check_extra(&many).is_err());
    }

    #[test]
    fn a_hostile_return_to_is_not_remembered() {
        let login = started(|ask| ask.return_to = Some("//evil.example"));
        assert_eq!(login.state.return_to, return_to::DEFAULT);
    }

    fn value(set_cookie: &str) -> &str {
        set_cookie.split(['=', ';']).nth(1).unwrap()
    }

    #[test]
    fn the_cookie_opens_at_the_same_tenant_only() {
        let state = state();
        let cookie = state.set_cookie(&keys(), [9; 24]).unwrap();
        assert!(cookie.starts_with("__Host-login-AQEBAQEB=v1.new."), "{cookie}");
        assert!(cookie.ends_with("; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax"));
        assert_eq!(LoginState::open(&keys(), &tenant(), value(&cookie)), Ok(state));
        let other = "ten_two".parse().unwrap();
        assert_eq!(LoginState::open(&keys(), &other, value(&cookie)), Err(SealError::Unopened));
        // Something else of ours that is sealed is no sign-in.
        let other = seal::seal(&keys(), &["login", "ten_one"], b"{}", [9; 24]).unwrap();
        assert_eq!(LoginState::open(&keys(), &tenant(), &other), Err(SealError::Unopened));
    }

    #[test]
    fn the_longest_cookies_of_all_sign_ins_fit_a_request() {
        let path = format!("/{}", "a".repeat(511));
        let login = started(|ask| ask.return_to = Some(Box::leak(path.into_boxed_str())));
        let cookie = login.state.set_cookie(&keys(), [9; 24]).unwrap();
        assert!(cookie.len() * LOGINS_MAX < 8 * 1024, "{}", cookie.len());
    }

    #[test]
    fn a_state_that_is_not_ours_names_no_cookie() {
        let long = "A".repeat(STATE_LEN);
        assert_eq!(cookie_name(&long).as_deref(), Some("__Host-login-AAAAAAAA"));
        let with = |c: char| format!("{c}{}", long.get(1..).unwrap());
        for state in ["", "AAAAAAAA", &format!("{long}A"), &with('='), &with(';'), &with(' ')] {
            assert_eq!(cookie_name(state), None, "{state}");
        }
    }

    #[test]
    fn the_oldest_sign_ins_make_room() {
        assert!(surplus(["__Host-login-a=1; x=2; __Host-login-b=1; __Host-login-c=1"]).is_empty());
        let names = ["a", "b", "c", "d", "e"].map(|name| format!("__Host-login-{name}=1"));
        let header = names.join("; ");
        assert_eq!(surplus([header.as_str()]), ["__Host-login-a", "__Host-login-b"]);
        assert!(surplus([""]).is_empty());
    }
}
