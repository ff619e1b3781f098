//! Key-value: Spin's default store.

use crate::host::WasiClock;
use ports::{Clock, Kv, KvError, envelope};
use spin_sdk::key_value::{Error, Store};

/// The default store. It has no times to live, so each value carries the moment it ends.
#[derive(Clone, Copy)]
pub struct SpinKv;

pub fn failed(error: Error) -> KvError {
    KvError(error.to_string())
}

impl Kv for SpinKv {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        let store = Store::open_default().await.map_err(failed)?;
        match store.get(key).await.map_err(failed)? {
            None => Ok(None),
            Some(sealed) => {
                let value = envelope::open(sealed, WasiClock.now())?;
                if value.is_none() {
                    // Nobody else would ever remove it. If this fails, the next reader tries.
                    let _ = store.delete(key).await;
                }
                Ok(value)
            }
        }
    }

    async fn put(&self, key: &str, value: &[u8], ttl_ms: Option<u64>) -> Result<(), KvError> {
        let store = Store::open_default().await.map_err(failed)?;
        store.set(key, envelope::seal(value, ttl_ms, WasiClock.now())).await.map_err(failed)
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        let store = Store::open_default().await.map_err(failed)?;
        store.delete(key).await.map_err(failed)
    }
}
