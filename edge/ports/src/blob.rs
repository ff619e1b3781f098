use crate::Body;
use bytes::Bytes;
use std::fmt;

/// Storage for large values: uploads, assets.
pub trait Blob {
    /// Stores a value under a key, in the place of any that was there.
    ///
    /// # Errors
    /// [`BlobError::Unavailable`]; the old value may then still be there.
    async fn put(&self, key: &str, value: Bytes, content_type: &str)
    -> Result<BlobMeta, BlobError>;

    /// A value or a part of it, as a stream; `None` when there is none.
    ///
    /// # Errors
    /// [`BlobError`].
    async fn get(
        &self,
        key: &str,
        range: Option<ByteRange>,
    ) -> Result<Option<BlobObject>, BlobError>;

    /// Removes a value, if it is there.
    ///
    /// # Errors
    /// [`BlobError::Unavailable`].
    async fn delete(&self, key: &str) -> Result<(), BlobError>;
}

/// What is known of a value without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobMeta {
    /// Bytes of the whole value.
    pub size: u64,
    /// Changes whenever the value does. Without quotation marks.
    pub etag: String,
    /// The media type it was stored with.
    pub content_type: String,
}

/// A value, or a part of it.
#[derive(Debug)]
pub struct BlobObject {
    /// About the whole value.
    pub meta: BlobMeta,
    /// Where in the value the body begins.
    pub start: u64,
    /// How long the body is.
    pub len: u64,
    /// The bytes.
    pub body: Body,
}

/// A part of a value ([RFC 9110 §14.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// From the first to the last position, both of them included.
    FromTo(u64, u64),
    /// From a position to the end.
    From(u64),
    /// So many bytes at the end.
    Last(u64),
}

impl ByteRange {
    /// Where the range begins in a value of `size` bytes, and how long it is; `None` when the
    /// value has no such part.
    #[must_use]
    pub fn resolve(self, size: u64) -> Option<(u64, u64)> {
        let (start, end) = match self {
            Self::FromTo(first, last) => (first, last.checked_add(1)?.min(size)),
            Self::From(first) => (first, size),
            Self::Last(len) => (size.saturating_sub(len), size),
        };
        (start < end).then(|| (start, end - start))
    }
}

/// Why a value could not be stored or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobError {
    /// The value has no such part.
    Range {
        /// Bytes of the whole value.
        size: u64,
    },
    /// The storage is out of reach.
    Unavailable(String),
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { size } => write!(f, "the value has only {size} bytes"),
            Self::Unavailable(cause) => write!(f, "blob storage is out of reach: {cause}"),
        }
    }
}

impl std::error::Error for BlobError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_resolve_as_rfc_9110_says() {
        for (range, part) in [
            (ByteRange::FromTo(0, 499), Some((0, 500))),
            (ByteRange::FromTo(9_500, 20_000), Some((9_500, 500))),
            (ByteRange::From(9_500), Some((9_500, 500))),
            (ByteRange::Last(500), Some((9_500, 500))),
            (ByteRange::Last(20_000), Some((0, 10_000))),
            (ByteRange::FromTo(10_000, 10_001), None),
            (ByteRange::FromTo(5, 4), None),
            (ByteRange::From(10_000), None),
            (ByteRange::Last(0), None),
            (ByteRange::FromTo(0, u64::MAX), None),
        ] {
            assert_eq!(range.resolve(10_000), part, "{range:?}");
        }
        assert_eq!(ByteRange::Last(1).resolve(0), None);
    }
}
