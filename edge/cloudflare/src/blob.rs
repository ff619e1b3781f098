//! Large values: R2.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use ports::{Blob, BlobError, BlobMeta, BlobObject, Body, BodyError, ByteRange};
use worker::{Bucket, Env, HttpMetadata, Object, Range};

/// The binding of the bucket.
const BINDING: &str = "BLOBS";

/// R2.
#[derive(Clone)]
pub struct R2(Env);

impl R2 {
    /// The bucket that is bound.
    pub fn new(env: Env) -> Self {
        Self(env)
    }

    fn bucket(&self) -> Result<Bucket, BlobError> {
        self.0.bucket(BINDING).map_err(unavailable)
    }
}

fn unavailable(error: worker::Error) -> BlobError {
    BlobError::Unavailable(error.to_string())
}

fn meta(object: &Object) -> BlobMeta {
    let content_type = object.http_metadata().content_type;
    BlobMeta {
        size: object.size(),
        etag: object.etag(),
        content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
    }
}

impl Blob for R2 {
    async fn put(
        &self,
        key: &str,
        value: Bytes,
        content_type: &str,
    ) -> Result<BlobMeta, BlobError> {
        let metadata =
            HttpMetadata { content_type: Some(content_type.to_owned()), ..HttpMetadata::default() };
        let put = self.bucket()?.put(key, value.to_vec()).http_metadata(metadata).execute().await;
        let object = put.map_err(unavailable)?;
        let object = object.ok_or_else(|| BlobError::Unavailable("nothing was stored".into()))?;
        Ok(meta(&object))
    }

    async fn get(
        &self,
        key: &str,
        range: Option<ByteRange>,
    ) -> Result<Option<BlobObject>, BlobError> {
        let bucket = self.bucket()?;
        // R2 counts a range that the value does not have as an error without telling the size, so
        // the size is asked for first.
        let part = match range {
            None => None,
            Some(range) => {
                let Some(object) = bucket.head(key).await.map_err(unavailable)? else {
                    return Ok(None);
                };
                let size = object.size();
                Some(range.resolve(size).ok_or(BlobError::Range { size })?)
            }
        };
        let get = match part {
            None => bucket.get(key),
            Some((offset, length)) => {
                bucket.get(key).range(Range::OffsetWithLength { offset, length })
            }
        };
        let Some(object) = get.execute().await.map_err(unavailable)? else { return Ok(None) };
        let meta = meta(&object);
        let (start, len) = part.unwrap_or((0, meta.size));
        let body = match object.body() {
            Some(body) if len > 0 => {
                let pieces = body.stream().map_err(unavailable)?;
                let pieces = pieces.map_err(|e| BodyError::Broken(e.to_string()));
                Body::Stream(pieces.map_ok(Bytes::from).boxed_local())
            }
            _ => Body::empty(),
        };
        Ok(Some(BlobObject { meta, start, len, body }))
    }

    async fn delete(&self, key: &str) -> Result<(), BlobError> {
        self.bucket()?.delete(key).await.map_err(unavailable)
    }
}
