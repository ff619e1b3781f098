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

/// The store is out of reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KvError(pub String);

impl fmt::Display for KvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key-value storage is out of reach: {}", self.0)
    }
}

impl std::error::Error for KvError {}
