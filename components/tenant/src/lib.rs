//! From a `Host` header to a tenant.
//!
//! A host name is the only thing that says whose request this is before a token is read, so it is
//! read strictly: one spelling per host, nothing that a proxy could have understood differently,
//! and forwarded names only from proxies that the operator has named.
//!
//! This crate says where to look and in which order. It does not look: the directory is the
//! caller's.
#![cfg_attr(not(feature = "component"), forbid(unsafe_code))]

#[cfg(feature = "component")]
mod component;
mod forwarding;
mod host;
mod payments;
mod record;

pub use forwarding::{Forwarded, Proxies, forwarded};
pub use host::{Handle, Host, HostError};
pub use payments::Payments;
pub use record::{
    App, Client, Issuer, Limits, Palette, ResponseCache, RoleRule, Tenant, Theme, default_scopes,
};

/// What the operator has configured about host names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Domains under which every tenant has its handle as a subdomain: `postern.example`.
    pub shared_domains: Vec<String>,
    /// Whether `<handle>.localhost` names a tenant too. Never outside development.
    pub dev: bool,
}

/// Where to look a host up: first the exact domain, then the handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The host, for the table of custom domains.
    pub host: Host,
    /// The handle that the host spells, for the table of handles.
    pub handle: Option<Handle>,
}

/// Reads a `Host` header and says where to look its tenant up.
///
/// ```
/// # use tenant::{lookup, Rules};
/// let rules = Rules { shared_domains: vec!["postern.example".into()], dev: false };
/// let found = lookup("Family.Postern.example:443", &rules)?;
/// assert_eq!(found.host.as_str(), "family.postern.example");
/// assert_eq!(found.handle.unwrap().as_str(), "family");
/// # Ok::<(), tenant::HostError>(())
/// ```
///
/// # Errors
/// [`HostError`] when the header is no host name.
pub fn lookup(header: &str, rules: &Rules) -> Result<Lookup, HostError> {
    let host = Host::parse(header)?;
    let under = |domain: &str| {
        let label = host.as_str().strip_suffix(domain)?.strip_suffix('.')?;
        label.parse::<Handle>().ok()
    };
    let handle = rules
        .shared_domains
        .iter()
        .find_map(|domain| under(domain))
        .or_else(|| if rules.dev { under("localhost") } else { None });
    Ok(Lookup { host, handle })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(dev: bool) -> Rules {
        Rules { shared_domains: vec!["postern.example".into(), "postern.test".into()], dev }
    }

    fn handle(header: &str, dev: bool) -> Option<String> {
        let found = lookup(header, &rules(dev)).unwrap();
        found.handle.map(|handle| handle.as_str().to_owned())
    }

    /// The component's test reads the same file.
    #[derive(serde::Deserialize)]
    struct Vector {
        header: String,
        host: Option<String>,
        handle: Option<String>,
        error: Option<String>,
    }

    #[test]
    fn one_spelling_per_host_and_one_error_for_each_that_is_none() {
        let vectors = include_str!("../vectors/hosts.json");
        let vectors: Vec<Vector> = serde_json::from_str(vectors).unwrap();
        for vector in vectors {
            let found = lookup(&vector.header, &rules(true));
            let error = found.as_ref().err().map(|error| match error {
                HostError::Missing => "missing",
                HostError::TooLong => "too-long",
                HostError::Malformed => "malformed",
            });
            assert_eq!(error, vector.error.as_deref(), "{:?}", vector.header);
            if let Ok(found) = found {
                assert_eq!(Some(found.host.to_string()), vector.host);
                assert_eq!(found.handle.map(String::from), vector.handle);
            }
        }
    }

    #[test]
    fn a_label_under_a_shared_domain_is_a_handle() {
        assert_eq!(handle("family.postern.example", false).as_deref(), Some("family"));
        assert_eq!(handle("FAMILY.postern.test.:8443", false).as_deref(), Some("family"));
    }

    #[test]
    fn nothing_else_is_a_handle() {
        for header in [
            "postern.example",
            "a.b.postern.example",
            "evilpostern.example",
            "family.postern.example.evil.test",
            "shop.example.com",
            "127.0.0.1",
            "[::1]:8787",
        ] {
            assert_eq!(handle(header, true), None, "{header}");
        }
    }

    #[test]
    fn localhost_counts_in_development_only() {
        assert_eq!(handle("family.localhost:8787", true).as_deref(), Some("family"));
        assert_eq!(handle("family.localhost:8787", false), None);
        assert_eq!(handle("localhost:8787", true), None);
    }
}
