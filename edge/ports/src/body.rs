use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt, stream::LocalBoxStream};
use std::fmt;

/// Pieces of a body, as they come.
pub type BodyStream = LocalBoxStream<'static, Result<Bytes, BodyError>>;

/// The body of a request or a response.
///
/// A body that is [`Body::Full`] is sent in one write with its length. A stream is sent as it
/// comes; a runtime that no longer needs it drops it, which is how a stream learns that its reader
/// has gone away.
pub enum Body {
    /// All of it.
    Full(Bytes),
    /// One piece after the other.
    Stream(BodyStream),
}

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than the reader allows.
    TooLarge {
        /// The longest allowed, in bytes.
        limit: usize,
    },
    /// It broke off.
    Broken(String),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "the body is longer than {limit} bytes"),
            Self::Broken(cause) => write!(f, "the body broke off: {cause}"),
        }
    }
}

impl std::error::Error for BodyError {}

impl Body {
    /// No body.
    #[must_use]
    pub const fn empty() -> Self {
        Self::Full(Bytes::new())
    }

    /// A body from a stream.
    pub fn stream(pieces: impl Stream<Item = Result<Bytes, BodyError>> + 'static) -> Self {
        Self::Stream(pieces.boxed_local())
    }

    /// The body as a stream.
    #[must_use]
    pub fn into_stream(self) -> BodyStream {
        match self {
            Self::Full(bytes) if bytes.is_empty() => futures::stream::empty().boxed_local(),
            Self::Full(bytes) => futures::stream::iter([Ok(bytes)]).boxed_local(),
            Self::Stream(pieces) => pieces,
        }
    }

    /// Reads the whole body into memory.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`] as soon as there are more than `limit` bytes, without reading on.
    pub async fn collect(self, limit: usize) -> Result<Bytes, BodyError> {
        let too_large = BodyError::TooLarge { limit };
        let mut pieces = match self {
            Self::Full(bytes) if bytes.len() <= limit => return Ok(bytes),
            Self::Full(_) => return Err(too_large),
            Self::Stream(pieces) => pieces,
        };
        // Most bodies come in one piece, which then need not be copied.
        let Some(first) = pieces.next().await.transpose()? else {
            return Ok(Bytes::new());
        };
        if first.len() > limit {
            return Err(too_large);
        }
        let Some(second) = pieces.next().await.transpose()? else {
            return Ok(first);
        };
        let mut whole = BytesMut::from(first.as_ref());
        let mut piece = second;
        loop {
            if whole.len() + piece.len() > limit {
                return Err(too_large);
            }
            whole.extend_from_slice(&piece);
            piece = match pieces.next().await.transpose()? {
                Some(piece) => piece,
                None => return Ok(whole.freeze()),
            };
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(bytes) => write!(f, "Body::Full({} bytes)", bytes.len()),
            Self::Stream(_) => f.write_str("Body::Stream"),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Full(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Full(bytes.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Full(text.into())
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::Full(Bytes::from_static(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::executor::block_on;

    fn body(pieces: &[&'static str]) -> Body {
        let pieces: Vec<_> = pieces.iter().map(|p| Ok(Bytes::from_static(p.as_bytes()))).collect();
        Body::stream(futures::stream::iter(pieces))
    }

    fn collect(body: Body, limit: usize) -> Result<Bytes, BodyError> {
        block_on(body.collect(limit))
    }

    #[test]
    fn pieces_add_up() {
        assert_eq!(collect(body(&[]), 0), Ok(Bytes::new()));
        assert_eq!(collect(body(&["abc"]), 3), Ok("abc".into()));
        assert_eq!(collect(body(&["a", "", "bc"]), 3), Ok("abc".into()));
        assert_eq!(collect("abc".into(), 3), Ok("abc".into()));
    }

    #[test]
    fn the_limit_holds_for_every_kind_of_body() {
        let too_large = Err(BodyError::TooLarge { limit: 2 });
        assert_eq!(collect(body(&["abc"]), 2), too_large);
        assert_eq!(collect(body(&["a", "b", "c"]), 2), too_large);
        assert_eq!(collect("abc".into(), 2), too_large);
        let endless = Body::stream(futures::stream::repeat(Ok(Bytes::from_static(b"x"))));
        assert_eq!(collect(endless, 2), too_large);
    }

    #[test]
    fn an_error_in_the_middle_is_an_error() {
        let broken = BodyError::Broken("reset".into());
        let pieces = [Ok(Bytes::from_static(b"a")), Err(broken.clone())];
        let body = Body::stream(futures::stream::iter(pieces));
        assert_eq!(collect(body, 10), Err(broken));
    }
}
