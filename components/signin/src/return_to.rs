//! Where a person goes after signing in: a page of the same host, and nowhere else.
//!
//! Browsers read more into an address than it seems to say: they drop tabs and line ends, take `\`
//! for `/`, and `//host` for another host. What is not plainly a local path is therefore not used
//! at all, and the person lands on the account page.

use percent_encoding::percent_decode_str;

/// Where a person goes who has not said where to.
pub const DEFAULT: &str = "/account";
/// Longest address, in bytes.
const LEN_MAX: usize = 512;
/// Going here after a sign-in would begin another, or end the one that has just begun.
const OWN: &str = "/auth";

/// The address to go to: `asked` when it is a path of the same host, or [`DEFAULT`].
#[must_use]
pub fn local(asked: Option<&str>) -> &str {
    asked.filter(|path| is_local(path)).unwrap_or(DEFAULT)
}

fn is_local(address: &str) -> bool {
    if address.len() > LEN_MAX || !is_clean(address) {
        return false;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    // Once more without percent signs: somebody behind us might decode the path and look again.
    let Ok(decoded) = percent_decode_str(path).decode_utf8() else { return false };
    let hidden = decoded.contains(|c: char| c.is_control() || c == '\\');
    let own = decoded == OWN || decoded.strip_prefix(OWN).is_some_and(|rest| rest.starts_with('/'));
    is_plain(path) && is_plain(&decoded) && !hidden && !own
}

/// Printable ASCII, and no `\`.
fn is_clean(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// A path from the root, without empty segments and without `.` and `..`.
fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    path == "/" || rest.split('/').all(|segment| !matches!(segment, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_same_host_are_kept() {
        for path in [
            "/",
            "/account",
            "/account/",
            "/playground?model=demo-echo&next=https://example.com//x",
            "/a/b#part",
            "/a.b/..c/d..",
            "/a%20b+c=d&e/caf%C3%A9",
            "/authors",
            "/~jane/:x/@y",
        ] {
            assert_eq!(local(Some(path)), path);
        }
    }

    #[test]
    fn what_a_browser_could_read_as_another_host_is_not_used() {
        for hostile in [
            "",
            "account",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/%09/evil.example",
            "/%0a/evil.example",
            "/%2f/evil.example",
            "/%2F%2Fevil.example",
            "/%5cevil.example",
            "/%5Cevil.example",
            "/..//evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/%2e%2e//evil.example",
            "/%2e%2e/evil.example",
            "/a//evil.example",
            "https:evil.example",
            "https:/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\u{ff0f}evil.example",
            "/\u{200b}/evil.example",
            "/evil\r\nSet-Cookie: a=b",
            "/evil%0d%0aSet-Cookie: a=b",
            "/evil%00",
            "/evil%ff",
            "?next=/",
            "#/",
            "@evil.example",
            ".evil.example",
        ] {
            assert_eq!(local(Some(hostile)), DEFAULT, "{hostile:?}");
        }
        assert_eq!(local(None), DEFAULT);
    }

    #[test]
    fn signing_in_does_not_end_in_signing_out() {
        for path in
            ["/auth", "/auth/", "/auth/logout", "/auth/login?return_to=/a", "/%61uth/logout"]
        {
            assert_eq!(local(Some(path)), DEFAULT, "{path}");
        }
    }

    #[test]
    fn an_address_is_bounded() {
        let longest = format!("/{}", "a".repeat(LEN_MAX - 1));
        assert_eq!(local(Some(&longest)), longest);
        assert_eq!(local(Some(&format!("{longest}a"))), DEFAULT);
    }
}
