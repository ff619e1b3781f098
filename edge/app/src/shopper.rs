//! Somebody who looks and buys, and need not be known.

use crate::{
    app::{Cx, Platform, Visit},
    guard::Caller,
    respond::header_text,
};
use http::{HeaderMap, request::Parts};
use kernel::AccountId;
use ports::{Body, Peer, Shard};
use std::{net::IpAddr, rc::Rc};
use tenant::Tenant;

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Whence {
    /// The address that asked.
    pub client: Option<IpAddr>,
    /// The country that the network says it is in, by ISO 3166-1.
    pub country: Option<String>,
}

impl Whence {
    /// Where a request comes from whose client is known. Anyone can send `x-country`: it counts
    /// from a proxy that the operator has listed.
    pub fn of<P: Platform>(cx: &Cx<P>, parts: &Parts, peer: &Peer, client: Option<IpAddr>) -> Self {
        let is_proxy = peer.address.is_some_and(|address| cx.settings.proxies.trust(address));
        let told = header_text(&parts.headers, "x-country").filter(|_| is_proxy);
        Self { client, country: told.map(str::to_owned).or_else(|| peer.country()) }
    }
}

/// A request of somebody who looks and buys.
pub struct Shopper<P: Platform> {
    /// Its surroundings.
    pub cx: Cx<P>,
    /// Whose host was asked.
    pub tenant: Rc<Tenant>,
    /// Who asks, where that is known.
    pub caller: Option<Caller>,
    /// The parameters of the path.
    pub params: Vec<String>,
    /// What stands behind the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Where it comes from.
    pub whence: Whence,
}

impl<P: Platform> Shopper<P> {
    /// The tenant's own shard.
    pub fn shard(&self) -> Shard {
        Shard::Tenant { tenant: self.tenant.id.clone(), region: self.tenant.region }
    }

    /// Who asks, where that is known.
    pub fn account(&self) -> Option<&AccountId> {
        self.caller.as_ref().map(Caller::account)
    }
}

impl<P: Platform> Visit<P> {
    /// The same visitor, as the shop knows one.
    pub fn shopper(&self) -> Shopper<P> {
        Shopper {
            cx: self.cx.clone(),
            tenant: self.tenant.clone(),
            caller: self.session.as_ref().map(Caller::from_session),
            params: self.params.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: Body::empty(),
            whence: self.whence.clone(),
        }
    }
}
