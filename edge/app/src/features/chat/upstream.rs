//! One request to a provider, and how long we wait for it.

use crate::app::{Cx, Platform};
use bytes::Bytes;
use futures::{
    FutureExt, StreamExt,
    future::{Either, LocalBoxFuture, select},
    pin_mut,
};
use http::{HeaderValue, StatusCode};
use kernel::UnixMillis;
use model::{Failure, FailureKind, Timeouts, UpstreamRequest};
use ports::{Body, BodyError, BodyStream, Clock, Host, Http};

/// Longest refusal of a provider that is read.
pub const REFUSAL_LEN_MAX: usize = 64 * 1024;
/// Longest answer in one piece.
pub const ANSWER_LEN_MAX: usize = 16 * 1024 * 1024;

/// A provider's answer, of which the head has come.
pub struct Answer<H> {
    /// Its status.
    pub status: StatusCode,
    pieces: BodyStream,
    watch: Watch<H>,
}

/// Sends a request and waits for the head of its answer.
///
/// # Errors
/// [`FailureKind::Unavailable`] when none comes in time.
pub async fn send<P: Platform>(
    cx: &Cx<P>,
    request: UpstreamRequest,
    timeouts: Timeouts,
) -> Result<Answer<P::Host>, Failure> {
    let mut watch = Watch::new(cx.host.clone(), timeouts);
    let mut builder = http::Request::post(request.url);
    for (name, value) in request.headers {
        let value = HeaderValue::from_str(&value).map_err(unavailable)?;
        builder = builder.header(name, value);
    }
    let request = builder.body(Body::from(request.body)).map_err(unavailable)?;
    let response = watch.limit(cx.host.http().send(request)).await?.map_err(unavailable)?;
    let (head, body) = response.into_parts();
    Ok(Answer { status: head.status, pieces: body.into_stream(), watch })
}

impl<H: Host> Answer<H> {
    /// The next piece of the answer; `None` at its end.
    ///
    /// # Errors
    /// [`FailureKind::Truncated`] when it breaks off or does not go on in time.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let piece = self.watch.limit(self.pieces.next()).await?.transpose();
        piece.map_err(|e| Failure::new(FailureKind::Truncated, e.to_string()))
    }

    /// The whole answer.
    ///
    /// # Errors
    /// As for [`Answer::next`], and [`FailureKind::Malformed`] beyond `limit` bytes.
    pub async fn whole(self, limit: usize) -> Result<Bytes, Failure> {
        let Self { pieces, mut watch, .. } = self;
        let body = watch.limit(Body::Stream(pieces).collect(limit)).await?;
        body.map_err(|error| {
            let kind = match error {
                BodyError::TooLarge { .. } => FailureKind::Malformed,
                BodyError::Broken(_) => FailureKind::Truncated,
            };
            Failure::new(kind, error.to_string())
        })
    }
}

fn unavailable(error: impl ToString) -> Failure {
    Failure::new(FailureKind::Unavailable, error.to_string())
}

/// Gives up when a provider keeps us waiting.
///
/// One timer serves for many waits: when it rings, it is looked at how long this wait has really
/// been. A timer for every piece of every stream would cost more than the pieces.
struct Watch<H> {
    host: H,
    timeouts: Timeouts,
    started: UnixMillis,
    has_begun: bool,
    timer: LocalBoxFuture<'static, ()>,
}

impl<H: Host> Watch<H> {
    fn new(host: H, timeouts: Timeouts) -> Self {
        let started = host.clock().now();
        let timer = Self::timer(&host, timeouts.first_byte_ms.into());
        Self { host, timeouts, started, has_begun: false, timer }
    }

    fn timer(host: &H, ms: u64) -> LocalBoxFuture<'static, ()> {
        let host = host.clone();
        async move { host.clock().sleep(ms).await }.boxed_local()
    }

    /// Waits for `work` as long as the provider may take for it.
    async fn limit<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let began = self.host.clock().now();
        pin_mut!(work);
        loop {
            match select(work.as_mut(), self.timer.as_mut()).await {
                Either::Left((value, _)) => {
                    self.has_begun = true;
                    return Ok(value);
                }
                Either::Right(((), _)) => {
                    let left_ms = self.left_ms(began)?;
                    self.timer = Self::timer(&self.host, left_ms);
                }
            }
        }
    }

    /// How much longer a wait may take that began at a moment.
    fn left_ms(&self, began: UnixMillis) -> Result<u64, Failure> {
        let now = self.host.clock().now();
        let Timeouts { first_byte_ms, idle_ms, total_ms } = self.timeouts;
        let (wait_ms, kind, what) = if self.has_begun {
            (idle_ms, FailureKind::Truncated, "the answer did not go on")
        } else {
            (first_byte_ms, FailureKind::Unavailable, "no answer came")
        };
        let wait_ms = i64::from(wait_ms) - now.since_ms(began);
        let total_ms = i64::from(total_ms) - now.since_ms(self.started);
        match u64::try_from(wait_ms.min(total_ms)) {
            Ok(left_ms) if left_ms > 0 => Ok(left_ms),
            _ => Err(Failure::new(kind, format!("{what} in time"))),
        }
    }
}
