use serde::{Deserialize, Serialize};
use std::{fmt, net::Ipv4Addr, net::Ipv6Addr, str::FromStr};

/// Longest host name, by [RFC 1035 §2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)
/// without the root's dot.
const HOST_LEN_MAX: usize = 253;
/// Longest header worth reading: a host, its dot, a colon and a port.
const HEADER_LEN_MAX: usize = HOST_LEN_MAX + 7;
/// Longest label of a host name.
const LABEL_LEN_MAX: usize = 63;

/// A host in its one spelling: lower case, ASCII ([IDNA](https://www.unicode.org/reports/tr46/)),
/// without port and without the root's dot. IP addresses keep their literal form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Host(String);

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostError {
    /// There is none.
    Missing,
    /// It is longer than a host name can be.
    TooLong,
    /// It is not a host name, an IP address or either with a port.
    Malformed,
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "must be given",
            Self::TooLong => "is longer than a host name can be",
            Self::Malformed => "is not a host name",
        })
    }
}

impl std::error::Error for HostError {}

impl Host {
    /// Reads the value of a `Host` header
    /// ([RFC 9110 §7.2](https://www.rfc-editor.org/rfc/rfc9110#section-7.2)).
    ///
    /// # Errors
    /// [`HostError`], when it is no host.
    pub fn parse(header: &str) -> Result<Self, HostError> {
        if header.is_empty() {
            return Err(HostError::Missing);
        }
        if header.len() > HEADER_LEN_MAX {
            return Err(HostError::TooLong);
        }
        if let Some(rest) = header.strip_prefix('[') {
            let (address, port) = rest.split_once(']').ok_or(HostError::Malformed)?;
            check_port(port)?;
            let address: Ipv6Addr = address.parse().map_err(|_| HostError::Malformed)?;
            return Ok(Self(format!("[{address}]")));
        }
        let (name, port) = header.split_at(header.find(':').unwrap_or(header.len()));
        check_port(port)?;
        if let Ok(address) = name.parse::<Ipv4Addr>() {
            return Ok(Self(address.to_string()));
        }
        Self::from_name(name)
    }

    fn from_name(name: &str) -> Result<Self, HostError> {
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.is_empty() {
            return Err(HostError::Malformed);
        }
        let ascii = if is_plain(name) {
            name.to_owned()
        } else {
            idna::domain_to_ascii_strict(name).map_err(|_| HostError::Malformed)?
        };
        if ascii.len() > HOST_LEN_MAX {
            return Err(HostError::TooLong);
        }
        if !ascii.split('.').all(is_label) || ends_like_an_address(&ascii) {
            return Err(HostError::Malformed);
        }
        Ok(Self(ascii))
    }

    /// The host as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the host is a name rather than an IP address.
    #[must_use]
    pub fn is_name(&self) -> bool {
        !self.0.starts_with('[') && !ends_like_an_address(&self.0)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks what stands behind the host: nothing, or a colon and a port, which may be empty.
fn check_port(text: &str) -> Result<(), HostError> {
    let Some(port) = text.strip_prefix(':') else {
        return if text.is_empty() { Ok(()) } else { Err(HostError::Malformed) };
    };
    let digits = port.bytes().all(|b| b.is_ascii_digit());
    if !digits || (!port.is_empty() && port.parse::<u16>().is_err()) {
        return Err(HostError::Malformed);
    }
    Ok(())
}

/// Most hosts are already in their one spelling; only the others need IDNA's tables.
fn is_plain(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    name.bytes().all(plain) && !name.contains("xn--")
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= LABEL_LEN_MAX
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A name whose last label is a number reads as an IPv4 address to some and as a name to others
/// ([URL Standard, ends in a number](https://url.spec.whatwg.org/#ends-in-a-number-checker)).
fn ends_like_an_address(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|label| {
        label.bytes().all(|b| b.is_ascii_digit())
            || label
                .strip_prefix("0x")
                .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
    })
}

/// A tenant's short name, one label of a host: `family` in `family.postern.example`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);

impl Handle {
    /// Longest handle.
    pub const LEN_MAX: usize = 32;

    /// The handle as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Handle {
    type Err = HandleError;

    fn from_str(text: &str) -> Result<Self, HandleError> {
        if !is_label(text) || text.len() > Self::LEN_MAX || text.starts_with("xn--") {
            return Err(HandleError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Handle {
    type Error = HandleError;

    fn try_from(text: String) -> Result<Self, HandleError> {
        text.parse()
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no [`Handle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandleError;

impl fmt::Display for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "must be 1 to {} of a-z, 0-9 and -, and begin and end with a letter or digit",
            Handle::LEN_MAX
        )
    }
}

impl std::error::Error for HandleError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: &str) -> Result<String, HostError> {
        Host::parse(header).map(|host| host.0)
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for header in [
            ".",
            "..",
            "a..b",
            ".a",
            "a b",
            "a/b",
            "a@b",
            "a?b",
            "a#b",
            "a\\b",
            "a%41",
            "a_b.example",
            "-a.example",
            "a-.example",
            "example.com:99999",
            "example.com:80a",
            "example.com:-1",
            "::1",
            "[::1",
            "[::1]x",
            "[::1]:x",
            "[v1.a]",
            "1.2.3",
            "1.2.3.4.5",
            "0x7f.1",
            "a.0x10",
            "xn--a",
            "xn--",
            "a\u{0}b",
            "a\nb",
            "a,b",
            "256.1.1.1",
            "a\u{200b}b.example\u{ffff}",
        ] {
            assert_eq!(parse(header), Err(HostError::Malformed), "{header:?}");
        }
        assert_eq!(parse(""), Err(HostError::Missing));
    }

    #[test]
    fn length_is_bounded_before_anything_is_read() {
        let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        assert_eq!(longest.len(), HOST_LEN_MAX);
        assert!(parse(&format!("{longest}.:65535")).is_ok());
        assert_eq!(parse(&format!("{longest}b")), Err(HostError::TooLong));
        assert_eq!(parse(&"a.".repeat(100_000)), Err(HostError::TooLong));
        assert_eq!(parse(&format!("{}.example", "a".repeat(64))), Err(HostError::Malformed));
        // Short in Unicode, too long as ASCII.
        assert!(parse(&"ü.".repeat(60)).is_err());
    }

    #[test]
    fn addresses_are_not_names() {
        assert!(Host::parse("example.com").unwrap().is_name());
        assert!(!Host::parse("10.0.0.1").unwrap().is_name());
        assert!(!Host::parse("[::1]").unwrap().is_name());
    }

    #[test]
    fn handles_are_short_labels() {
        for good in ["a", "family", "a-1", "0"] {
            assert!(good.parse::<Handle>().is_ok(), "{good}");
        }
        for wrong in ["", "-a", "a-", "A", "a.b", "xn--bcher-kva", &"a".repeat(33)] {
            assert_eq!(wrong.parse::<Handle>(), Err(HandleError), "{wrong}");
        }
    }
}
