//! Large values: an S3-compatible store when one is configured, else pieces in key-value.

use crate::{
    host::{WasiClock, WasiRandom},
    kv::failed,
    s3::S3,
};
use bytes::Bytes;
use futures::stream;
use ports::{
    Blob, BlobError, BlobMeta, BlobObject, Body, BodyError, ByteRange, Clock, KvError, Random,
};
use spin_sdk::key_value::Store;

/// Length of the pieces in key-value.
const PIECE_LEN: usize = 1024 * 1024;

/// The store that is configured.
#[derive(Clone, Copy)]
pub struct SpinBlob;

fn unavailable(error: KvError) -> BlobError {
    BlobError::Unavailable(error.0)
}

/// The key of a value's description: where its pieces are, how long it is, what it is.
fn head_key(key: &str) -> String {
    format!("blob/{key}")
}

fn piece_key(version: &str, index: usize) -> String {
    format!("blob-piece/{version}/{index}")
}

/// A name for what is stored now.
fn new_version() -> String {
    let mut entropy = [0; 8];
    WasiRandom.fill(&mut entropy);
    format!("{:x}-{:016x}", WasiClock.now().0, u64::from_le_bytes(entropy))
}

/// What the description says. Pieces are named by version, so that a reader of an old value is not
/// given pieces of a new one.
fn read_head(text: &[u8]) -> Option<BlobMeta> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.splitn(3, '\n');
    let etag = lines.next()?.to_owned();
    let size = lines.next()?.parse().ok()?;
    Some(BlobMeta { size, etag, content_type: lines.next()?.to_owned() })
}

async fn head(store: &Store, key: &str) -> Result<Option<BlobMeta>, BlobError> {
    let text = store.get(head_key(key)).await.map_err(|e| unavailable(failed(e)))?;
    Ok(text.and_then(|text| read_head(&text)))
}

async fn remove_pieces(store: &Store, meta: &BlobMeta) {
    let count = usize::try_from(meta.size).unwrap_or(usize::MAX).div_ceil(PIECE_LEN);
    for index in 0..count {
        // Pieces that stay take room and are never read again.
        let _ = store.delete(piece_key(&meta.etag, index)).await;
    }
}

async fn open() -> Result<Store, BlobError> {
    Store::open_default().await.map_err(|e| unavailable(failed(e)))
}

impl Blob for SpinBlob {
    async fn put(
        &self,
        key: &str,
        value: Bytes,
        content_type: &str,
    ) -> Result<BlobMeta, BlobError> {
        if let Some(s3) = S3::configured().await? {
            return s3.put(key, value, content_type).await;
        }
        let store = open().await?;
        let old = head(&store, key).await?;
        let etag = new_version();
        let size = value.len() as u64;
        let meta = BlobMeta { size, etag, content_type: content_type.to_owned() };
        for (index, piece) in value.chunks(PIECE_LEN).enumerate() {
            let key = piece_key(&meta.etag, index);
            store.set(key, piece).await.map_err(|e| unavailable(failed(e)))?;
        }
        // Written last: until then the old value stands.
        let text = format!("{}\n{}\n{}", meta.etag, meta.size, meta.content_type);
        store.set(head_key(key), text).await.map_err(|e| unavailable(failed(e)))?;
        if let Some(old) = old {
            remove_pieces(&store, &old).await;
        }
        Ok(meta)
    }

    async fn get(
        &self,
        key: &str,
        range: Option<ByteRange>,
    ) -> Result<Option<BlobObject>, BlobError> {
        if let Some(s3) = S3::configured().await? {
            return s3.get(key, range).await;
        }
        let store = open().await?;
        let Some(meta) = head(&store, key).await? else { return Ok(None) };
        let (start, len) = match range {
            None => (0, meta.size),
            Some(range) => range.resolve(meta.size).ok_or(BlobError::Range { size: meta.size })?,
        };
        let (from, left) = (usize::try_from(start), usize::try_from(len));
        let state = (store, meta.etag.clone(), from.unwrap_or(0), left.unwrap_or(0));
        let pieces = stream::unfold(state, |(store, etag, from, left)| async move {
            if left == 0 {
                return None;
            }
            let piece = store.get(piece_key(&etag, from / PIECE_LEN)).await;
            let piece = piece.ok().flatten().map(Bytes::from);
            let offset = from % PIECE_LEN;
            let Some(piece) = piece.filter(|piece| piece.len() > offset) else {
                let lost = BodyError::Broken("a piece of the value is gone".to_owned());
                return Some((Err(lost), (store, etag, from, 0)));
            };
            let part = piece.slice(offset..piece.len().min(offset + left));
            let count = part.len();
            Some((Ok(part), (store, etag, from + count, left - count)))
        });
        Ok(Some(BlobObject { meta, start, len, body: Body::stream(pieces) }))
    }

    async fn delete(&self, key: &str) -> Result<(), BlobError> {
        if let Some(s3) = S3::configured().await? {
            return s3.delete(key).await;
        }
        let store = open().await?;
        let Some(meta) = head(&store, key).await? else { return Ok(()) };
        store.delete(head_key(key)).await.map_err(|e| unavailable(failed(e)))?;
        remove_pieces(&store, &meta).await;
        Ok(())
    }
}
