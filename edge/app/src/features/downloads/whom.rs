//! Who downloads, by names from which nobody can tell who it is.

use crate::{
    app::{Cx, Platform},
    respond::header_text,
    store::download::Whose,
};
use download::DownloadKeys;
use http::HeaderMap;
use kernel::{AccountId, FieldError};
use std::net::{IpAddr, Ipv6Addr};
use tenant::Tenant;

/// Longest name that a program may give its device.
const DEVICE_ID_LEN_MAX: usize = 200;

/// The names of whoever downloads, each made with the operator's keys.
pub struct Whom {
    /// The address.
    pub ip: String,
    /// The device, newest key first.
    pub device: Vec<String>,
    /// The address and the program.
    pub client: String,
}

impl Whom {
    /// Names whoever sent a request. A device that does not say which it is, in the body or in the
    /// header `x-device-id`, is known by what its browser says of itself, without the version
    /// numbers, which change every month.
    ///
    /// # Errors
    /// A [`FieldError`] for a device's name that is too long or not visible.
    pub fn of(
        keys: &DownloadKeys,
        account: &AccountId,
        address: Option<IpAddr>,
        headers: &HeaderMap,
        device_id: Option<&str>,
    ) -> Result<Self, FieldError> {
        let address = address.map_or_else(|| format!("unknown, of {account}"), network);
        let agent = header_text(headers, "user-agent").unwrap_or_default();
        let (field, id) = match device_id {
            Some(id) => ("deviceId", Some(id)),
            None => ("x-device-id", header_text(headers, "x-device-id")),
        };
        if id.is_some_and(|id| !is_device_id(id)) {
            let message = format!("must be 1 to {DEVICE_ID_LEN_MAX} visible characters");
            return Err(FieldError::new(field, message));
        }
        let device = match id {
            Some(id) => format!("{account} is {id}"),
            None => {
                let kind: String = agent.chars().filter(|c| !c.is_ascii_digit()).collect();
                let language = header_text(headers, "accept-language").unwrap_or_default();
                format!("{account} uses {kind} in {language}")
            }
        };
        let newest = |purpose, value: &str| {
            let names = keys.pseudonyms(purpose, value);
            names.into_iter().next().unwrap_or_default()
        };
        Ok(Self {
            ip: newest("ip", &address),
            // Two people with the same browser have two devices.
            device: keys.pseudonyms("device", &device),
            client: newest("client", &format!("{address} {agent}")),
        })
    }

    /// The statements of whoever it is.
    pub fn whose<'a, P: Platform>(
        &'a self,
        cx: &'a Cx<P>,
        tenant: &'a Tenant,
        account: &'a AccountId,
    ) -> Whose<'a> {
        Whose {
            tenant: &tenant.id,
            account,
            ip: &self.ip,
            device: self.device.first().map_or("", String::as_str),
            client: &self.client,
            request: &cx.request_id,
            now: cx.now,
        }
    }
}

fn is_device_id(id: &str) -> bool {
    (1..=DEVICE_ID_LEN_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

/// The address, or the network that it is in: a home has a /64 of IPv6, and changes within it.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::from([a, b, c, d, 0, 0, 0, 0]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn whom(address: &str, agent: &'static str, device: Option<&str>) -> Result<Whom, FieldError> {
        let keys = format!("k={}=", "A".repeat(43));
        let keys = DownloadKeys::parse(&keys).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("user-agent", HeaderValue::from_static(agent));
        let account = "acc_mia".parse().unwrap();
        Whom::of(&keys, &account, Some(address.parse().unwrap()), &headers, device)
    }

    #[test]
    fn a_browsers_update_and_a_homes_next_address_are_the_same() {
        let first = whom("2001:db8:1:2::a", "Firefox/140.0", None).unwrap();
        let next = whom("2001:db8:1:2::b", "Firefox/141.0", None).unwrap();
        assert_eq!((&first.ip, &first.device), (&next.ip, &next.device));
        assert_ne!(first.client, next.client);
        assert_ne!(first.ip, whom("2001:db8:1:3::a", "", None).unwrap().ip);
        let mapped = whom("::ffff:203.0.113.7", "", None).unwrap();
        assert_eq!(mapped.ip, whom("203.0.113.7", "", None).unwrap().ip);
    }

    #[test]
    fn a_device_that_names_itself_is_known_by_its_name() {
        let phone = whom("203.0.113.7", "a", Some("phone")).unwrap();
        assert_eq!(phone.device, whom("203.0.113.8", "b", Some("phone")).unwrap().device);
        assert_ne!(phone.device, whom("203.0.113.7", "a", Some("pad")).unwrap().device);
        for wrong in ["", "a b", "ä", &"x".repeat(201)] {
            let error = whom("203.0.113.7", "a", Some(wrong)).err().unwrap();
            assert_eq!(error.field, "deviceId");
        }
    }
}
