use super::MemoryClock;
use crate::{Blob, BlobError, BlobMeta, BlobObject, Body, ByteRange, Clock, Kv, KvError};
use bytes::Bytes;
use kernel::UnixMillis;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// A value, and the moment it ends.
type Entry = (Vec<u8>, Option<UnixMillis>);

/// Key-value storage that can be put out of reach.
#[derive(Clone)]
pub struct MemoryKv {
    clock: MemoryClock,
    values: Rc<RefCell<BTreeMap<String, Entry>>>,
    down: Rc<Cell<bool>>,
    reads: Rc<Cell<u32>>,
}

impl MemoryKv {
    pub(super) fn new(clock: MemoryClock) -> Self {
        Self { clock, values: Rc::default(), down: Rc::default(), reads: Rc::default() }
    }

    /// Puts the store out of reach, or back.
    pub fn set_down(&self, down: bool) {
        self.down.set(down);
    }

    /// How often the store has been read.
    #[must_use]
    pub fn reads(&self) -> u32 {
        self.reads.get()
    }

    fn reach(&self) -> Result<(), KvError> {
        if self.down.get() { Err(KvError("put out of reach by the test".into())) } else { Ok(()) }
    }
}

impl Kv for MemoryKv {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        self.reads.set(self.reads.get() + 1);
        self.reach()?;
        let values = self.values.borrow();
        let live = |until: &Option<UnixMillis>| until.is_none_or(|until| self.clock.now() < until);
        Ok(values.get(key).filter(|(_, until)| live(until)).map(|(value, _)| value.clone()))
    }

    async fn put(&self, key: &str, value: &[u8], ttl_ms: Option<u64>) -> Result<(), KvError> {
        self.reach()?;
        let ttl_ms = ttl_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
        let until = ttl_ms.map(|ms| self.clock.now().plus_ms(ms));
        self.values.borrow_mut().insert(key.to_owned(), (value.to_vec(), until));
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.reach()?;
        self.values.borrow_mut().remove(key);
        Ok(())
    }
}

/// Storage for large values, of which each has a number for its version.
#[derive(Clone, Default)]
pub struct MemoryBlob {
    values: Rc<RefCell<BTreeMap<String, (Bytes, BlobMeta)>>>,
    version: Rc<Cell<u64>>,
}

impl Blob for MemoryBlob {
    async fn put(
        &self,
        key: &str,
        value: Bytes,
        content_type: &str,
    ) -> Result<BlobMeta, BlobError> {
        self.version.set(self.version.get() + 1);
        let meta = BlobMeta {
            size: value.len() as u64,
            etag: format!("v{}", self.version.get()),
            content_type: content_type.to_owned(),
        };
        self.values.borrow_mut().insert(key.to_owned(), (value, meta.clone()));
        Ok(meta)
    }

    async fn get(
        &self,
        key: &str,
        range: Option<ByteRange>,
    ) -> Result<Option<BlobObject>, BlobError> {
        let values = self.values.borrow();
        let Some((value, meta)) = values.get(key) else {
            return Ok(None);
        };
        let (start, len) = match range {
            None => (0, meta.size),
            Some(range) => range.resolve(meta.size).ok_or(BlobError::Range { size: meta.size })?,
        };
        let from = usize::try_from(start).unwrap_or(usize::MAX);
        let part = value.slice(from..from + usize::try_from(len).unwrap_or(0));
        Ok(Some(BlobObject { meta: meta.clone(), start, len, body: Body::Full(part) }))
    }

    async fn delete(&self, key: &str) -> Result<(), BlobError> {
        self.values.borrow_mut().remove(key);
        Ok(())
    }
}
