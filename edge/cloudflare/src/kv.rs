//! Key-value: Workers KV.

use ports::{Kv, KvError};
use worker::{Env, kv::KvStore};

/// The binding of the namespace.
const BINDING: &str = "KV";
/// Shortest time to live that Workers KV takes, in seconds.
const TTL_SECONDS_MIN: u64 = 60;
/// Bytes before each value: the moment it ends, in milliseconds, or zero.
const ENVELOPE_LEN: usize = 8;

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

fn now_ms() -> f64 {
    js_sys::Date::now()
}

impl Kv for WorkersKv {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        let value = self.store()?.get(key).bytes().await.map_err(|e| KvError(e.to_string()))?;
        let Some(mut value) = value else { return Ok(None) };
        let Some((ends_ms, _)) = value.split_first_chunk::<ENVELOPE_LEN>() else {
            return Err(KvError("a value without its envelope".into()));
        };
        let ends_ms = f64::from_le_bytes(*ends_ms);
        if ends_ms > 0.0 && now_ms() >= ends_ms {
            return Ok(None);
        }
        value.drain(..ENVELOPE_LEN);
        Ok(Some(value))
    }

    async fn put(&self, key: &str, value: &[u8], ttl_ms: Option<u64>) -> Result<(), KvError> {
        #[allow(clippy::cast_precision_loss)]
        let ends_ms = ttl_ms.map_or(0.0, |ms| now_ms() + ms as f64);
        let envelope = [&ends_ms.to_le_bytes(), value].concat();
        let put = self.store()?.put_bytes(key, &envelope).map_err(|e| KvError(e.to_string()))?;
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
