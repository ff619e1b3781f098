//! The browser is back: what the issuer sent it with, and whether that answers a sign-in that began
//! in this browser, at this tenant, with this issuer.
//!
//! Nothing of the answer counts before its state is found to be right, not even that it is an error:
//! anybody can send a browser here with anything.

use crate::{
    DataKeys, cookie,
    discovery::Provider,
    login::{self, LIFE_MS, LoginState},
};
use kernel::{TenantId, UnixMillis};
use std::fmt;

/// Longest query that is read, in bytes.
const QUERY_LEN_MAX: usize = 8 * 1024;
/// Longest code. Azure's have some 1,500 characters.
const CODE_LEN_MAX: usize = 4 * 1024;
/// Longest description of an error that is kept for the log.
const DESCRIPTION_LEN_MAX: usize = 500;
/// How far the clocks of two edges may lie apart.
const LEEWAY_MS: i64 = 60_000;

/// What an issuer sent the browser back with
/// ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Callback {
    code: Option<String>,
    state: String,
    issuer: Option<String>,
    error: Option<String>,
    /// What the issuer says about an error. For the log: it is not written for people, and not to
    /// be believed before [`Callback::check`].
    pub description: Option<String>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("issuer", &self.issuer)
            .field("error", &self.error)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

/// Why a sign-in does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackError {
    /// The query is not one that an issuer sends.
    Malformed,
    /// This browser has not begun such a sign-in, or has finished it. So it is with a second click
    /// on "back", a link from somebody else, and a browser without cookies.
    UnknownState,
    /// It began too long ago.
    Expired,
    /// It began at another tenant.
    WrongTenant,
    /// Another issuer answered, or one that does not say who it is and should.
    WrongIssuer,
    /// The person said no, or the issuer did not let them in.
    Denied,
    /// The issuer would have to ask the person something, and was asked not to.
    SignInNeeded,
    /// The issuer cannot answer now.
    Unavailable,
    /// The issuer does not accept what it was asked: it is set up differently from Postern.
    Misconfigured,
}

impl CallbackError {
    /// A permanent name, for logs and for the text that a person reads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "login_malformed",
            Self::UnknownState => "login_unknown",
            Self::Expired => "login_expired",
            Self::WrongTenant => "login_wrong_tenant",
            Self::WrongIssuer => "login_wrong_issuer",
            Self::Denied => "login_denied",
            Self::SignInNeeded => "login_needed",
            Self::Unavailable => "login_unavailable",
            Self::Misconfigured => "login_misconfigured",
        }
    }

    /// Whether the person can do something about it by signing in again. If not, it is for whoever
    /// runs the site.
    #[must_use]
    pub const fn can_retry(self) -> bool {
        !matches!(self, Self::Misconfigured | Self::WrongIssuer)
    }
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "This is not how a sign-in comes back.",
            Self::UnknownState => {
                "This sign-in was not begun in this browser, or it is finished already."
            }
            Self::Expired => "This sign-in has taken too long.",
            Self::WrongTenant => "This sign-in was begun at another site.",
            Self::WrongIssuer => "The sign-in was answered by somebody who was not asked.",
            Self::Denied => "The sign-in was declined.",
            Self::SignInNeeded => "The sign-in needs an answer from you.",
            Self::Unavailable => "The sign-in service cannot answer now.",
            Self::Misconfigured => {
                "The sign-in service does not accept what this site asks. Its set-up must be mended."
            }
        })
    }
}

impl std::error::Error for CallbackError {}

impl Callback {
    /// Reads the query with which a browser has come.
    ///
    /// # Errors
    /// [`CallbackError::Malformed`]: too long, a parameter is there twice
    /// ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)), or there is no state
    /// or neither or both of a code and an error.
    pub fn parse(query: &str) -> Result<Self, CallbackError> {
        if query.len() > QUERY_LEN_MAX {
            return Err(CallbackError::Malformed);
        }
        let mut state = None;
        let mut callback = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let field = match name.as_ref() {
                "code" => &mut callback.code,
                "state" => &mut state,
                "iss" => &mut callback.issuer,
                "error" => &mut callback.error,
                "error_description" => &mut callback.description,
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return Err(CallbackError::Malformed);
            }
        }
        let code = callback.code.as_ref();
        let sound = code.is_none_or(|code| !code.is_empty() && code.len() <= CODE_LEN_MAX);
        if !sound || code.is_some() == callback.error.is_some() {
            return Err(CallbackError::Malformed);
        }
        callback.state = state.ok_or(CallbackError::Malformed)?;
        callback.description = callback.description.map(|text| {
            text.chars().filter(|c| !c.is_control()).take(DESCRIPTION_LEN_MAX).collect()
        });
        Ok(callback)
    }

    /// The name of the cookie of the sign-in that this answers. It is taken away whatever comes of
    /// the answer, so that none is answered twice.
    #[must_use]
    pub fn cookie_name(&self) -> Option<String> {
        login::cookie_name(&self.state)
    }

    /// Finds the sign-in that this answers among the request's `Cookie` headers.
    ///
    /// # Errors
    /// [`CallbackError::UnknownState`] when it did not begin in this browser at this tenant.
    pub fn login<'h>(
        &self,
        keys: &DataKeys,
        tenant: &TenantId,
        headers: impl IntoIterator<Item = &'h str>,
    ) -> Result<LoginState, CallbackError> {
        let unknown = CallbackError::UnknownState;
        let name = self.cookie_name().ok_or(unknown)?;
        let value = cookie::read(headers, &name).ok().flatten().ok_or(unknown)?;
        LoginState::open(keys, tenant, value).map_err(|_| unknown)
    }

    /// Checks the answer and returns the code to exchange.
    ///
    /// `provider` is the issuer that the sign-in names and that the tenant still has.
    ///
    /// # Errors
    /// [`CallbackError`].
    pub fn check(
        &self,
        login: &LoginState,
        tenant: &TenantId,
        provider: &Provider,
        now: UnixMillis,
    ) -> Result<&str, CallbackError> {
        if !login.state.is(&self.state) {
            return Err(CallbackError::UnknownState);
        }
        let age_ms = now.since_ms(login.started_at);
        if !(-LEEWAY_MS..LIFE_MS).contains(&age_ms) {
            return Err(CallbackError::Expired);
        }
        if login.tenant != *tenant {
            return Err(CallbackError::WrongTenant);
        }
        // RFC 9207 §2.4. Without it one issuer could have a code sent to another.
        let named = match &self.issuer {
            Some(issuer) => *issuer == login.issuer,
            None => !provider.names_itself,
        };
        if !named || provider.issuer != login.issuer {
            return Err(CallbackError::WrongIssuer);
        }
        match &self.error {
            Some(error) => Err(refusal(error)),
            None => self.code.as_deref().ok_or(CallbackError::Malformed),
        }
    }
}

/// What an issuer's error means
/// ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1),
/// [OpenID Connect Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)).
fn refusal(error: &str) -> CallbackError {
    match error {
        "access_denied" => CallbackError::Denied,
        "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => CallbackError::SignInNeeded,
        "server_error" | "temporarily_unavailable" => CallbackError::Unavailable,
        _ => CallbackError::Misconfigured,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        discovery::tests::provider,
        keys::tests::keys,
        login::tests::{NOW, state, tenant},
    };

    /// Answers the sign-in of the tests.
    fn answer(query: &str) -> Result<String, CallbackError> {
        answer_at(query, &provider(), NOW.plus_ms(60_000))
    }

    fn answer_at(
        query: &str,
        provider: &Provider,
        now: UnixMillis,
    ) -> Result<String, CallbackError> {
        let query = query.replace("STATE", state().state.expose());
        let callback = Callback::parse(&query)?;
        callback.check(&state(), &tenant(), provider, now).map(str::to_owned)
    }

    const ISS: &str = "iss=https%3A%2F%2Fid.example";

    /// The code of RFC 6749 §4.1.2, with the issuer of RFC 9207 §2.1 beside it.
    #[test]
    fn the_answer_to_a_sign_in_has_a_code() {
        let code = answer(&format!("code=SplxlOBeZQQYbYS6WxSbIA&state=STATE&{ISS}"));
        assert_eq!(code.as_deref(), Ok("SplxlOBeZQQYbYS6WxSbIA"));
        let more = format!("session_state=x&code=a%2Fb%2Bc&state=STATE&{ISS}&scope=openid");
        assert_eq!(answer(&more).as_deref(), Ok("a/b+c"));
    }

    #[test]
    fn a_state_that_is_not_the_one_counts_for_nothing() {
        let other = "B".repeat(43);
        for query in [
            format!("code=a&state={other}&{ISS}"),
            format!("error=access_denied&state={other}&{ISS}"),
            format!("code=a&state=&{ISS}"),
            format!("code=a&state=STATEA&{ISS}"),
        ] {
            assert_eq!(answer(&query), Err(CallbackError::UnknownState), "{query}");
        }
    }

    #[test]
    fn another_issuer_is_not_believed() {
        let evil = "code=a&state=STATE&iss=https%3A%2F%2Fevil.example";
        assert_eq!(answer(evil), Err(CallbackError::WrongIssuer));
        let slash = format!("code=a&state=STATE&{ISS}%2F");
        assert_eq!(answer(&slash), Err(CallbackError::WrongIssuer));
        assert_eq!(answer("code=a&state=STATE"), Err(CallbackError::WrongIssuer));
        assert_eq!(answer("error=access_denied&state=STATE"), Err(CallbackError::WrongIssuer));
        // One that does not say of itself that it names itself need not, but must not lie either.
        let quiet = Provider { names_itself: false, ..provider() };
        let at = NOW.plus_ms(1);
        assert!(answer_at("code=a&state=STATE", &quiet, at).is_ok());
        assert_eq!(answer_at(evil, &quiet, at), Err(CallbackError::WrongIssuer));
        // The sign-in began with one issuer, and the tenant now has another.
        let moved = Provider { issuer: "https://new.example".into(), ..quiet };
        assert_eq!(answer_at("code=a&state=STATE", &moved, at), Err(CallbackError::WrongIssuer));
    }

    #[test]
    fn a_sign_in_has_its_time() {
        let query = format!("code=a&state=STATE&{ISS}");
        let at = |ms| answer_at(&query, &provider(), NOW.plus_ms(ms));
        assert!(at(0).is_ok() && at(LIFE_MS - 1).is_ok() && at(-LEEWAY_MS).is_ok());
        assert_eq!(at(LIFE_MS), Err(CallbackError::Expired));
        assert_eq!(at(-LEEWAY_MS - 1), Err(CallbackError::Expired));
    }

    #[test]
    fn another_tenant_is_refused() {
        let query = format!("code=a&state={}&{ISS}", state().state.expose());
        let callback = Callback::parse(&query).unwrap();
        let other = "ten_two".parse().unwrap();
        let outcome = callback.check(&state(), &other, &provider(), NOW);
        assert_eq!(outcome, Err(CallbackError::WrongTenant));
    }

    #[test]
    fn what_issuers_refuse_is_told_apart() {
        for (error, meant) in [
            ("access_denied", CallbackError::Denied),
            ("login_required", CallbackError::SignInNeeded),
            ("consent_required", CallbackError::SignInNeeded),
            ("temporarily_unavailable", CallbackError::Unavailable),
            ("server_error", CallbackError::Unavailable),
            ("invalid_scope", CallbackError::Misconfigured),
            ("unauthorized_client", CallbackError::Misconfigured),
            ("anything", CallbackError::Misconfigured),
        ] {
            assert_eq!(answer(&format!("error={error}&state=STATE&{ISS}")), Err(meant), "{error}");
        }
    }

    #[test]
    fn what_no_issuer_sends_is_malformed() {
        for query in [
            "",
            "code=a",
            "state=STATE",
            "code=&state=STATE",
            "code=a&error=access_denied&state=STATE",
            "code=a&code=b&state=STATE",
            "code=a&state=STATE&state=STATE",
            "code=a&state=STATE&iss=a&iss=b",
        ] {
            assert_eq!(answer(query), Err(CallbackError::Malformed), "{query}");
        }
        let code = "a".repeat(CODE_LEN_MAX + 1);
        assert_eq!(answer(&format!("code={code}&state=STATE")), Err(CallbackError::Malformed));
        let long = format!("code=a&state=STATE&x={}", "a".repeat(QUERY_LEN_MAX));
        assert_eq!(answer(&long), Err(CallbackError::Malformed));
    }

    #[test]
    fn a_description_is_cut_to_what_a_log_takes() {
        let query = format!("error=e&state=s&error_description=a%0Ab{}", "c".repeat(600));
        let description = Callback::parse(&query).unwrap().description.unwrap();
        assert!(description.starts_with("abc") && description.len() == DESCRIPTION_LEN_MAX);
    }

    #[test]
    fn the_sign_in_is_found_in_the_browser_that_began_it() {
        let set = state().set_cookie(&keys(), [9; 24]).unwrap();
        let cookie = set.split(';').next().unwrap();
        let query = format!("code=a&state={}&{ISS}", state().state.expose());
        let callback = Callback::parse(&query).unwrap();
        let other_tab = "__Host-login-BBBBBBBB=v1.new.AAAA";
        let jar = format!("{other_tab}; {cookie}; lang=de");
        assert_eq!(callback.login(&keys(), &tenant(), [jar.as_str()]), Ok(state()));
        // A browser that has not begun it, has finished it, or brings two of them.
        for jar in ["", other_tab, &format!("{cookie}; {cookie}")] {
            let found = callback.login(&keys(), &tenant(), [jar]);
            assert_eq!(found, Err(CallbackError::UnknownState), "{jar}");
        }
        // The cookie of one tenant's host at another's.
        let other = "ten_two".parse().unwrap();
        let found = callback.login(&keys(), &other, [jar.as_str()]);
        assert_eq!(found, Err(CallbackError::UnknownState));
        // A state that shares its beginning with that of another sign-in.
        let mixed = format!("{}{}", state().state.expose().get(..8).unwrap(), "B".repeat(35));
        let callback = Callback::parse(&format!("code=a&state={mixed}&{ISS}")).unwrap();
        let found = callback.login(&keys(), &tenant(), [jar.as_str()]).unwrap();
        let outcome = callback.check(&found, &tenant(), &provider(), NOW);
        assert_eq!(outcome, Err(CallbackError::UnknownState));
    }

    #[test]
    fn a_debug_print_shows_neither_code_nor_state() {
        let callback = Callback::parse("code=secret-code&state=secret-state").unwrap();
        assert!(!format!("{callback:?}").contains("secret"));
    }
}
