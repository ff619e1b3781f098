use std::fmt;

/// Key-value storage that is near everywhere and consistent eventually.
///
/// For what is read often and may be a minute old: the directory, key sets. Never for money.
pub trait Kv {
    /// The value of a key, unless it has none or the value has expired.
    ///
    /// # Errors
    /// [`KvError`] when the store is out of reach.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError>;

    /// Sets the value of a key, for `ttl_ms` milliseconds or for good.
    ///
    /// # Errors
    /// [`KvError`] when the store is out of reach; the value may be the old or the new one.
    async fn put(&self, key: &str, value: &[u8], ttl_ms: Option<u64>) -> Result<(), KvError>;

    /// Removes a key, if it is there.
    ///
    /// # Errors
    /// [`KvError`] when the store is out of reach.
    async fn delete(&self, key: &str) -> Result<(), KvError>;
}

/// How a store whose own times to live are too coarse, or that has none, keeps ours: the moment a
/// value ends stands before it, in milliseconds, or zero.
pub mod envelope {
    use super::KvError;
    use kernel::UnixMillis;

    const LEN: usize = 8;

    /// A value with the moment it ends.
    #[must_use]
    pub fn seal(value: &[u8], ttl_ms: Option<u64>, now: UnixMillis) -> Vec<u8> {
        let ttl_ms = ttl_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
        let ends = ttl_ms.map_or(0, |ms| now.plus_ms(ms).0);
        [&ends.to_le_bytes(), value].concat()
    }

    /// The value, unless it has ended.
    ///
    /// # Errors
    /// [`KvError`] for bytes that were not sealed.
    pub fn open(mut sealed: Vec<u8>, now: UnixMillis) -> Result<Option<Vec<u8>>, KvError> {
        let Some((ends, _)) = sealed.split_first_chunk::<LEN>() else {
            return Err(KvError("a value without the moment it ends".to_owned()));
        };
        let ends = i64::from_le_bytes(*ends);
        if ends != 0 && now.0 >= ends {
            return Ok(None);
        }
        sealed.drain(..LEN);
        Ok(Some(sealed))
    }
}

/// The store is out of reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KvError(pub String);

impl fmt::Display for KvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key-value storage is out of reach: {}", self.0)
    }
}

impl std::error::Error for KvError {}

#[cfg(test)]
mod tests {
    use super::envelope::{open, seal};
    use kernel::UnixMillis;

    #[test]
    fn a_sealed_value_opens_until_it_ends() {
        let now = UnixMillis(1_000);
        assert_eq!(open(seal(b"v", None, now), UnixMillis(i64::MAX)), Ok(Some(b"v".to_vec())));
        let short = seal(b"", Some(10), now);
        assert_eq!(open(short.clone(), now.plus_ms(9)), Ok(Some(Vec::new())));
        assert_eq!(open(short, now.plus_ms(10)), Ok(None));
        assert!(open(b"foreign".to_vec(), now).is_err());
    }
}
