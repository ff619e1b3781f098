//! Key-value: Workers KV.

use crate::host::JsClock;
use ports::{Clock, Kv, KvError, envelope};
use worker::{Env, kv::KvStore};

/// The binding of the namespace.
const BINDING: &str = "KV";
/// Shortest time to live that Workers KV takes, in seconds.
const TTL_SECONDS_MIN: u64 = 60;
/// Workers KV, with times to live shorter than its own: each value carries the moment it ends.
#[derive(Clone)]
pub struct WorkersKv(Env);

impl WorkersKv {
    /// The store that is bound.
    pub fn new(env: Env) -> Self {
        Self(env)
    }

    fn store(&self) -> Result<KvStore, KvError> {
        self.0.kv(BINDING).map_err(|e| KvError(e.to_string()))
    }
}

impl Kv for WorkersKv {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        let value = self.store()?.get(key).bytes().await.map_err(|e| KvError(e.to_string()))?;
        value.map_or(Ok(None), |sealed| envelope::open(sealed, JsClock.now()))
    }

    async fn put(&self, key: &str, value: &[u8], ttl_ms: Option<u64>) -> Result<(), KvError> {
        let sealed = envelope::seal(value, ttl_ms, JsClock.now());
        let put = self.store()?.put_bytes(key, &sealed).map_err(|e| KvError(e.to_string()))?;
        let put = match ttl_ms {
            Some(ms) => put.expiration_ttl(ms.div_ceil(1000).max(TTL_SECONDS_MIN)),
            None => put,
        };
        put.execute().await.map_err(|e| KvError(e.to_string()))
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.store()?.delete(key).await.map_err(|e| KvError(e.to_string()))
    }
}
