//! Whether a request that a cookie vouches for was meant by the person
//! ([OWASP: cross-site request forgery](https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html)).
//!
//! A browser sends the cookie whoever has made it ask. A request that changes something must
//! therefore come from a page of the same origin, by the browser's own word, and carry a token that
//! only such a page can have read. Either would do in a browser without fault; a cache that serves
//! one person's page to another, an old browser or a neighbour's script each break one of them.
//!
//! Pages must not have the referrer policy `no-referrer`: with it browsers send `origin: null` from
//! our own forms too ([Fetch §3.2](https://fetch.spec.whatwg.org/#origin-header)).
//!
//! Asking needs neither: the methods that are safe change nothing. A request that brings its
//! credentials itself (a bearer token, an API key) is not decided here, since no other page can
//! have a browser send those. Signing in is a link, and is bound to its browser by the cookie of
//! [`crate::login`].

use crate::{DataKeys, base64url};

/// The header that a script sends the token in.
pub const HEADER: &str = "x-csrf-token";
/// The field that a form sends the token in.
pub const FIELD: &str = "_csrf";
const PURPOSE: &str = "csrf";
const SALT_LEN: usize = 16;

/// What a request says of where it comes from. Header values as they are sent, absent ones `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attempt<'a> {
    /// Its method, in upper case.
    pub method: &'a str,
    /// The scheme that the person's browser used: `https`. Behind a proxy not what the proxy uses.
    pub scheme: &'a str,
    /// The host that the browser asked, with its port where that is not the scheme's own.
    pub host: &'a str,
    /// `origin`.
    pub origin: Option<&'a str>,
    /// `sec-fetch-site`.
    pub fetch_site: Option<&'a str>,
    /// `content-type`.
    pub content_type: Option<&'a str>,
    /// The token, from [`HEADER`] or, where that is not there, from the form's [`FIELD`].
    pub token: Option<&'a str>,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsrfError {
    /// It comes from a page of another origin, or does not say.
    CrossOrigin,
    /// Its body is of a kind that nothing of ours sends and any page can send.
    ContentType,
    /// It has no token.
    NoToken,
    /// Its token is not one of this session's.
    WrongToken,
}

impl CsrfError {
    /// A permanent name, for logs and for the text that a person reads.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CrossOrigin => "cross_origin",
            Self::ContentType => "content_type",
            Self::NoToken => "csrf_token_missing",
            Self::WrongToken => "csrf_token_wrong",
        }
    }
}

impl std::fmt::Display for CsrfError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for CsrfError {}

/// A token for the pages of a session, by [`crate::session::SessionHashes::session`], which stays
/// the same over the session's generations, so that a form that was open meanwhile still counts.
///
/// `salt` is random and makes each page's token another, so that its length in a compressed page
/// tells nothing ([BREACH](https://breachattack.com)).
#[must_use]
pub fn token(keys: &DataKeys, session: &[u8; 32], salt: [u8; SALT_LEN]) -> String {
    let mac = keys.newest().mac(PURPOSE, &message(session, &salt));
    base64url::encode(&[salt.as_slice(), &mac].concat())
}

fn message(session: &[u8; 32], salt: &[u8]) -> Vec<u8> {
    [salt, session].concat()
}

/// Decides about a request of `session` that a cookie vouches for.
///
/// # Errors
/// [`CsrfError`].
pub fn check(attempt: &Attempt<'_>, keys: &DataKeys, session: &[u8; 32]) -> Result<(), CsrfError> {
    if matches!(attempt.method, "GET" | "HEAD" | "OPTIONS") {
        return Ok(());
    }
    if !is_same_origin(attempt) {
        return Err(CsrfError::CrossOrigin);
    }
    // A form of any page can send text/plain that reads as JSON.
    let kind = attempt.content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    if kind.trim().eq_ignore_ascii_case("text/plain") {
        return Err(CsrfError::ContentType);
    }
    let token = attempt.token.filter(|token| !token.is_empty()).ok_or(CsrfError::NoToken)?;
    if is_token(keys, session, token) { Ok(()) } else { Err(CsrfError::WrongToken) }
}

fn is_token(keys: &DataKeys, session: &[u8; 32], token: &str) -> bool {
    if token.len() != (SALT_LEN + 32) * 4 / 3 {
        return false;
    }
    let decoded = base64url::decode(token);
    let Some((salt, mac)) = decoded.as_ref().and_then(|b| b.split_first_chunk::<SALT_LEN>()) else {
        return false;
    };
    let message = message(session, salt);
    keys.all().any(|key| key.is_mac(PURPOSE, &message, mac))
}

/// Whether the browser says that a page of the same origin asks: by both headers where it sends
/// both, by one where it sends one.
fn is_same_origin(attempt: &Attempt<'_>) -> bool {
    let site = attempt.fetch_site.map(|site| site == "same-origin");
    let origin = attempt.origin.map(|origin| {
        let parsed = origin.split_once("://");
        parsed.is_some_and(|(scheme, host)| {
            scheme == attempt.scheme && port_free(scheme, host) == port_free(scheme, attempt.host)
        })
    });
    match (origin, site) {
        (Some(origin), Some(site)) => origin && site,
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => false,
    }
}

/// A host in lower case and without its scheme's own port.
fn port_free(scheme: &str, host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let own = if scheme == "https" { ":443" } else { ":80" };
    host.strip_suffix(own).map(str::to_owned).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{keys, old_keys};

    const SESSION: [u8; 32] = [5; 32];

    /// A form that was sent as it should be, with one change.
    fn sent(change: impl FnOnce(&mut Attempt<'_>)) -> Result<(), CsrfError> {
        let token = token(&keys(), &SESSION, [9; 16]);
        let mut attempt = Attempt {
            method: "POST",
            scheme: "https",
            host: "one.example",
            origin: Some("https://one.example"),
            fetch_site: Some("same-origin"),
            content_type: Some("application/x-www-form-urlencoded"),
            token: Some(Box::leak(token.into_boxed_str())),
        };
        change(&mut attempt);
        check(&attempt, &keys(), &SESSION)
    }

    #[test]
    fn a_form_of_our_own_page_passes() {
        assert_eq!(sent(|_| ()), Ok(()));
        assert_eq!(sent(|a| a.content_type = Some("application/json")), Ok(()));
        for method in ["PUT", "PATCH", "DELETE"] {
            assert_eq!(sent(|a| (a.method, a.content_type) = (method, None)), Ok(()));
        }
    }

    #[test]
    fn asking_needs_nothing() {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let attempt = Attempt { method, ..Attempt::default() };
            assert_eq!(check(&attempt, &keys(), &SESSION), Ok(()));
        }
        // An unknown method, or one in other letters, is not taken for a safe one.
        for method in ["", "get", "TRACE", "QUERY"] {
            let attempt = Attempt { method, ..Attempt::default() };
            assert_eq!(check(&attempt, &keys(), &SESSION), Err(CsrfError::CrossOrigin));
        }
    }

    #[test]
    fn pages_of_other_origins_are_refused_whatever_they_know() {
        for origin in [
            "https://evil.example",
            "https://two.example",
            "https://sub.one.example",
            "https://one.example.evil.example",
            "http://one.example",
            "https://one.example:8443",
            "https://one.example/",
            "null",
            "",
            "one.example",
        ] {
            assert_eq!(sent(|a| a.origin = Some(origin)), Err(CsrfError::CrossOrigin), "{origin}");
        }
        for site in ["cross-site", "same-site", "none", ""] {
            let refused = sent(|a| a.fetch_site = Some(site));
            assert_eq!(refused, Err(CsrfError::CrossOrigin), "{site}");
            let refused = sent(|a| (a.origin, a.fetch_site) = (None, Some(site)));
            assert_eq!(refused, Err(CsrfError::CrossOrigin), "{site}");
        }
    }

    #[test]
    fn one_of_the_headers_is_enough_and_none_is_not() {
        assert_eq!(sent(|a| a.origin = None), Ok(()));
        assert_eq!(sent(|a| a.fetch_site = None), Ok(()));
        let neither = sent(|a| (a.origin, a.fetch_site) = (None, None));
        assert_eq!(neither, Err(CsrfError::CrossOrigin));
    }

    #[test]
    fn hosts_are_compared_as_browsers_write_them() {
        assert_eq!(sent(|a| a.host = "One.Example"), Ok(()));
        assert_eq!(sent(|a| a.host = "one.example:443"), Ok(()));
        assert_eq!(sent(|a| a.host = "one.example:80"), Err(CsrfError::CrossOrigin));
        let local = sent(|a| {
            (a.scheme, a.host) = ("http", "one.localhost:8787");
            a.origin = Some("http://one.localhost:8787");
        });
        assert_eq!(local, Ok(()));
        let neighbour = sent(|a| {
            (a.scheme, a.host) = ("http", "one.localhost:8787");
            a.origin = Some("http://two.localhost:8787");
        });
        assert_eq!(neighbour, Err(CsrfError::CrossOrigin));
    }

    #[test]
    fn plain_text_is_nothing_of_ours() {
        for kind in ["text/plain", "Text/Plain; charset=utf-8", " text/plain ;"] {
            assert_eq!(
                sent(|a| a.content_type = Some(kind)),
                Err(CsrfError::ContentType),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_token_belongs_to_one_session() {
        assert_eq!(sent(|a| a.token = None), Err(CsrfError::NoToken));
        assert_eq!(sent(|a| a.token = Some("")), Err(CsrfError::NoToken));
        let other = token(&keys(), &[6; 32], [9; 16]);
        let good = token(&keys(), &SESSION, [9; 16]);
        for wrong in ["x", &other, good.get(..63).unwrap(), &format!("{good}A"), &"A".repeat(64)] {
            let leaked = Box::leak(wrong.to_owned().into_boxed_str());
            assert_eq!(sent(|a| a.token = Some(leaked)), Err(CsrfError::WrongToken), "{wrong}");
        }
    }

    #[test]
    fn every_page_has_a_token_of_its_own_and_an_older_key_still_counts() {
        assert_ne!(token(&keys(), &SESSION, [1; 16]), token(&keys(), &SESSION, [2; 16]));
        let old = token(&old_keys(), &SESSION, [9; 16]);
        assert_eq!(sent(|a| a.token = Some(Box::leak(old.into_boxed_str()))), Ok(()));
    }
}
