use crate::{Blob, Http, Kv, Shard, Sql};
use futures::future::LocalBoxFuture;
use kernel::UnixMillis;
use std::{fmt, net::IpAddr};

/// Everything a runtime offers, for one request.
///
/// A host is cheap to clone, since streams and late work outlive the call that made them.
pub trait Host: Clone + 'static {
    /// SQL.
    type Sql: Sql;
    /// Key-value storage.
    type Kv: Kv;
    /// Requests to other servers.
    type Http: Http;
    /// Storage for large values.
    type Blob: Blob;
    /// The clock.
    type Clock: Clock;
    /// Chance.
    type Random: Random;
    /// Secrets and settings.
    type Secrets: Secrets;
    /// Work after the response.
    type Tasks: Tasks;
    /// Checks of signatures.
    type Signatures: Signatures;

    /// The database of a shard. Nothing is sent before the first statement.
    fn sql(&self, shard: &Shard) -> Self::Sql;
    /// Key-value storage.
    fn kv(&self) -> &Self::Kv;
    /// Requests to other servers.
    fn http(&self) -> &Self::Http;
    /// Storage for large values.
    fn blob(&self) -> &Self::Blob;
    /// The clock.
    fn clock(&self) -> &Self::Clock;
    /// Chance.
    fn random(&self) -> &Self::Random;
    /// Secrets and settings.
    fn secrets(&self) -> &Self::Secrets;
    /// Work after the response.
    fn tasks(&self) -> &Self::Tasks;
    /// Checks of signatures.
    fn signatures(&self) -> &Self::Signatures;
}

/// The other end of a request's connection, as far as the runtime knows it.
#[derive(Default)]
pub struct Peer {
    /// Its address.
    pub address: Option<IpAddr>,
    /// Finds the country it is in, which few requests need and no runtime tells for nothing.
    pub country: Option<Box<dyn Fn() -> Option<String>>>,
}

impl Peer {
    /// The country that the connection comes from: two capital letters of
    /// [ISO 3166-1](https://www.iso.org/iso-3166-country-codes.html).
    #[must_use]
    pub fn country(&self) -> Option<String> {
        self.country.as_ref().and_then(|find| find())
    }
}

/// The clock.
pub trait Clock {
    /// This moment. On Cloudflare it stands still between two reads of the network.
    fn now(&self) -> UnixMillis;

    /// Waits.
    async fn sleep(&self, ms: u64);
}

/// Chance that nobody can predict.
pub trait Random {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// Secrets and settings, by name.
pub trait Secrets {
    /// The value of a name, when it has one that is not empty.
    async fn get(&self, name: &str) -> Option<Secret>;
}

/// Work that goes on when the response has been sent, or its reader has gone away.
pub trait Tasks {
    /// Runs `work` to its end, whatever happens to the response.
    ///
    /// Called before the response is returned. The work may wait for the response's stream to end,
    /// but not for more than half a minute after it: that is what Cloudflare grants.
    fn after_response(&self, work: LocalBoxFuture<'static, ()>);
}

/// The runtime's own checks of signatures, for runtimes that do them quicker than WebAssembly.
pub trait Signatures {
    /// Whether this runtime checks any.
    const ANY: bool;

    /// Whether `signature` is the key's, of `message`; `None` when the runtime cannot tell, because
    /// of the algorithm or of the key. The key is a JSON Web Key and the algorithm has its name in
    /// tokens ([RFC 7518 §3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1)).
    async fn check(
        &self,
        algorithm: &str,
        jwk: &str,
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool>;
}

/// A runtime that leaves signatures to WebAssembly.
#[derive(Clone, Copy, Default)]
pub struct NoSignatures;

impl Signatures for NoSignatures {
    const ANY: bool = false;

    async fn check(&self, _: &str, _: &str, _: &[u8], _: &[u8]) -> Option<bool> {
        None
    }
}

/// A value that must not be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    #[must_use]
    pub const fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("hunter2".into());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.expose(), "hunter2");
    }
}
