//! Who is really asking, when a proxy stands in front.
//!
//! Anyone can send `x-forwarded-*` headers. They count only when the connection itself comes from
//! a proxy that the operator has listed; otherwise they are as if they were not there.

use ipnet::IpNet;
use kernel::FieldError;
use std::net::IpAddr;

/// The networks whose proxies are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads a comma-separated list of addresses and networks: `10.0.0.0/8, ::1`.
    ///
    /// # Errors
    /// A [`FieldError`] that names the entry, when one is neither.
    pub fn parse(list: &str) -> Result<Self, FieldError> {
        let entries = list.split(',').map(str::trim).enumerate();
        entries
            .filter(|(_, entry)| !entry.is_empty())
            .map(|(index, entry)| {
                let network = entry.parse().or_else(|_| entry.parse::<IpAddr>().map(IpNet::from));
                network.map_err(|_| {
                    FieldError::new(format!("[{index}]"), "must be an IP address or a network")
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a connection from `address` is one of theirs.
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }
}

/// The request as the first trusted proxy saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarded<'a> {
    /// The host that was asked for.
    pub host: &'a str,
    /// The address that asked; `None` when the runtime does not know it.
    pub client: Option<IpAddr>,
}

/// Unwraps `x-forwarded-host` and `x-forwarded-for`, as far as `proxies` allow.
///
/// `peer` is the other end of the connection. Of a list of hosts the last counts, which the
/// nearest proxy wrote; of a list of addresses the last one that is no trusted proxy itself.
#[must_use]
pub fn forwarded<'a>(
    host: &'a str,
    peer: Option<IpAddr>,
    forwarded_host: Option<&'a str>,
    forwarded_for: Option<&str>,
    proxies: &Proxies,
) -> Forwarded<'a> {
    let direct = Forwarded { host, client: peer };
    let Some(peer) = peer.filter(|peer| proxies.trust(*peer)) else {
        return direct;
    };
    let last = |list: &'a str| list.rsplit(',').next().map(str::trim).filter(|h| !h.is_empty());
    let mut client = peer;
    for hop in forwarded_for.unwrap_or_default().rsplit(',').map(str::trim) {
        let Ok(address) = hop.parse() else { break };
        client = address;
        if !proxies.trust(client) {
            break;
        }
    }
    Forwarded { host: forwarded_host.and_then(last).unwrap_or(host), client: Some(client) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn see<'a>(peer: &str, host: Option<&'a str>, addresses: Option<&str>) -> (&'a str, String) {
        let proxies = Proxies::parse("10.0.0.0/8, ::1").unwrap();
        let seen =
            forwarded("direct.example", Some(peer.parse().unwrap()), host, addresses, &proxies);
        (seen.host, seen.client.unwrap().to_string())
    }

    #[test]
    fn a_stranger_cannot_forward() {
        let seen = see("203.0.113.9", Some("evil.example"), Some("198.51.100.1"));
        assert_eq!(seen, ("direct.example", "203.0.113.9".into()));
    }

    #[test]
    fn a_trusted_proxy_can() {
        let seen = see("10.1.2.3", Some("shop.example"), Some("198.51.100.1"));
        assert_eq!(seen, ("shop.example", "198.51.100.1".into()));
        let mapped = see("::ffff:10.1.2.3", Some("shop.example"), None);
        assert_eq!(mapped.0, "shop.example");
    }

    #[test]
    fn only_what_the_trusted_side_wrote_counts() {
        let seen =
            see("::1", Some("evil.example, shop.example"), Some("1.1.1.1, 198.51.100.1, 10.9.9.9"));
        assert_eq!(seen, ("shop.example", "198.51.100.1".into()));
        let seen = see("::1", Some(" , "), Some("198.51.100.1, rubbish"));
        assert_eq!(seen, ("direct.example", "::1".into()));
    }

    #[test]
    fn an_unknown_peer_is_trusted_with_nothing() {
        let proxies = Proxies::parse("0.0.0.0/0, ::/0").unwrap();
        let seen = forwarded("direct.example", None, Some("evil.example"), None, &proxies);
        assert_eq!(seen, Forwarded { host: "direct.example", client: None });
    }

    #[test]
    fn a_bad_list_names_the_entry() {
        let error = Proxies::parse("10.0.0.0/8,,nonsense").unwrap_err();
        assert_eq!(error.field, "[2]");
    }
}
