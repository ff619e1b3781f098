//! Cookies that belong to one host and to no script
//! ([RFC 6265bis](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis)).
//!
//! Every cookie has the prefix `__Host-` (§4.1.3.2): the browser takes it only over a secure
//! connection, from the very host that it will be sent to, for all paths. A neighbour under the
//! same domain, another tenant among them, can neither read it nor plant one in its place.
//!
//! In development a page is at `http://<handle>.localhost`. Chromium and Firefox hold `localhost`
//! and what is under it for trustworthy and take `Secure` and `__Host-` cookies there without TLS.
//! Safari does not: to sign in with it, put a proxy with TLS in front.

use std::fmt;

/// What every cookie's name begins with.
pub const PREFIX: &str = "__Host-";
/// The cookie that keeps a person signed in.
pub const SESSION: &str = "__Host-session";

/// Longest life that a browser grants, by §5.5: 400 days.
const MAX_AGE_SECONDS_MAX: i64 = 400 * 86_400;
/// Longest `Cookie` header that is read, in bytes.
const HEADER_LEN_MAX: usize = 16 * 1024;
/// Longest name and value together that a browser keeps, by §5.6.
const PAIR_LEN_MAX: usize = 4096;

/// Why a cookie cannot be set or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieError {
    /// The name is no token or lacks the prefix, the value has a character that cookies cannot
    /// have, or both together are longer than a browser keeps.
    Unwritable,
    /// The header is longer than 16 KiB.
    TooLong,
    /// The cookie is there twice. A browser keeps one of a `__Host-` cookie, so somebody else has
    /// written the other, and there is no telling which.
    Duplicate,
}

impl fmt::Display for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unwritable => "the cookie cannot be written",
            Self::TooLong => "there are too many cookies",
            Self::Duplicate => "a cookie is there twice",
        })
    }
}

impl std::error::Error for CookieError {}

/// A `Set-Cookie` header that gives `name` the value `value` for `max_age_seconds`.
///
/// `SameSite=Lax`, since a sign-in comes back from the issuer's site by a link, and must find what
/// it left.
///
/// # Errors
/// [`CookieError::Unwritable`].
pub fn set(name: &str, value: &str, max_age_seconds: i64) -> Result<String, CookieError> {
    let named = name.len() > PREFIX.len() && name.starts_with(PREFIX) && name.bytes().all(is_token);
    let fits = name.len() + value.len() <= PAIR_LEN_MAX;
    if !named || !fits || !value.bytes().all(is_octet) {
        return Err(CookieError::Unwritable);
    }
    let age = max_age_seconds.clamp(0, MAX_AGE_SECONDS_MAX);
    Ok(format!("{name}={value}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax"))
}

/// A `Set-Cookie` header that takes `name` away.
///
/// # Errors
/// [`CookieError::Unwritable`].
pub fn clear(name: &str) -> Result<String, CookieError> {
    set(name, "", 0)
}

/// The value of one cookie, from all `Cookie` headers of a request: HTTP/2 may split them
/// ([RFC 9113 §8.2.3](https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3)).
///
/// # Errors
/// [`CookieError::TooLong`] or [`CookieError::Duplicate`].
pub fn read<'h>(
    headers: impl IntoIterator<Item = &'h str>,
    name: &str,
) -> Result<Option<&'h str>, CookieError> {
    let mut found = None;
    for (cookie, value) in pairs(headers)? {
        if cookie == name && found.replace(value).is_some() {
            return Err(CookieError::Duplicate);
        }
    }
    Ok(found)
}

/// The names of the cookies that begin with `prefix`, as they come: browsers send the oldest first
/// (§5.8.3).
///
/// # Errors
/// [`CookieError::TooLong`].
pub fn names<'h>(
    headers: impl IntoIterator<Item = &'h str>,
    prefix: &str,
) -> Result<Vec<&'h str>, CookieError> {
    let names = pairs(headers)?.into_iter().map(|(name, _)| name);
    Ok(names.filter(|name| name.starts_with(prefix)).collect())
}

/// Name and value of every cookie that is written as it should be; others cannot be ours.
fn pairs<'h>(
    headers: impl IntoIterator<Item = &'h str>,
) -> Result<Vec<(&'h str, &'h str)>, CookieError> {
    let mut length = 0;
    let mut pairs = Vec::new();
    for header in headers {
        length += header.len();
        if length > HEADER_LEN_MAX {
            return Err(CookieError::TooLong);
        }
        let cookies =
            header.split(';').filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='));
        pairs.extend(cookies.filter(|(_, value)| value.bytes().all(is_octet)));
    }
    Ok(pairs)
}

/// `cookie-octet` of §4.1.1.
const fn is_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}

/// `token` of [RFC 9110 §5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one<'h>(header: &'h str, name: &str) -> Result<Option<&'h str>, CookieError> {
        read([header], name)
    }

    /// RFC 6265bis §3.1.
    #[test]
    fn the_examples_of_the_rfc_are_read() {
        let header = "SID=31d4d96e407aad42; lang=en-US";
        assert_eq!(one(header, "SID"), Ok(Some("31d4d96e407aad42")));
        assert_eq!(one(header, "lang"), Ok(Some("en-US")));
        assert_eq!(one(header, "sid"), Ok(None));
    }

    /// §4.1.3.2: what a browser takes with the prefix has `Secure`, `Path=/` and no `Domain`.
    #[test]
    fn a_cookie_is_set_as_its_prefix_asks() {
        assert_eq!(
            set("__Host-SID", "12345", 600).unwrap(),
            "__Host-SID=12345; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            clear(SESSION).unwrap(),
            "__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"
        );
        assert!(set(SESSION, "a", i64::MAX).unwrap().contains("Max-Age=34560000;"));
        assert!(set(SESSION, "a", -1).unwrap().contains("Max-Age=0;"));
    }

    #[test]
    fn what_would_break_the_header_is_not_written() {
        for value in ["a;b", "a,b", "a b", "a\"b", "a\\b", "a\r\nSet-Cookie: b=c", "ä"] {
            assert_eq!(set(SESSION, value, 1), Err(CookieError::Unwritable), "{value:?}");
        }
        for name in ["", "session", "__Host-", "__Host-a b", "__Host-a=b", "__host-a", "__Host-ä"]
        {
            assert_eq!(set(name, "v", 1), Err(CookieError::Unwritable), "{name:?}");
        }
        assert!(set(SESSION, &"a".repeat(4082), 1).is_ok());
        assert_eq!(set(SESSION, &"a".repeat(4083), 1), Err(CookieError::Unwritable));
    }

    #[test]
    fn a_name_matches_whole() {
        for header in
            ["x__Host-session=1", "__Host-session2=1", "a=__Host-session=1", "__Host-session"]
        {
            assert_eq!(one(header, SESSION), Ok(None), "{header}");
        }
        assert_eq!(one("__Host-session=a=b", SESSION), Ok(Some("a=b")));
        assert_eq!(one(";; ;__Host-session=a;", SESSION), Ok(Some("a")));
        assert_eq!(one("__Host-session=", SESSION), Ok(Some("")));
    }

    /// Chromium once took a nameless cookie whose value looked like a pair, and sent it as that
    /// pair (CVE-2022-2860). To us both are pairs, and two of a name are refused.
    #[test]
    fn two_of_a_name_are_refused() {
        assert_eq!(one("__Host-session=a; __Host-session=b", SESSION), Err(CookieError::Duplicate));
        assert_eq!(one("__Host-session=a; __Host-session=a", SESSION), Err(CookieError::Duplicate));
        let split = ["__Host-session=a", "b=c; __Host-session=d"];
        assert_eq!(read(split, SESSION), Err(CookieError::Duplicate));
        assert_eq!(read(["a=b", "__Host-session=d"], SESSION), Ok(Some("d")));
        assert_eq!(one("a=1; a=2; __Host-session=d", SESSION), Ok(Some("d")));
    }

    #[test]
    fn values_that_are_none_are_passed_over() {
        for header in ["__Host-session=\"a\"", "__Host-session=a b", "__Host-session=a,b"] {
            assert_eq!(one(header, SESSION), Ok(None), "{header}");
        }
    }

    #[test]
    fn headers_are_bounded_all_together() {
        let long = "a".repeat(HEADER_LEN_MAX);
        assert_eq!(one(&long, SESSION), Ok(None));
        assert_eq!(read([long.as_str(), "b"], SESSION), Err(CookieError::TooLong));
    }

    #[test]
    fn names_are_listed_in_their_order() {
        let header = "__Host-login-b=1; lang=de; __Host-login-a=2";
        assert_eq!(names([header], "__Host-login-").unwrap(), ["__Host-login-b", "__Host-login-a"]);
    }
}
