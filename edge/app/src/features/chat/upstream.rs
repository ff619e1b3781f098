//! One request to a provider, and how long we wait for it.

use crate::{
    app::{Cx, Platform},
    respond::header_text,
};
use bytes::Bytes;
use futures::{
    FutureExt, StreamExt,
    future::{Either, LocalBoxFuture, select},
    pin_mut,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use kernel::UnixMillis;
use model::{Failure, FailureKind, Timeouts, UpstreamRequest};
use ports::{Body, BodyError, BodyStream, Clock, Host, Http};

/// After how long a wait the client is told that it goes on, in milliseconds. Only by writing is it
/// found out that nobody is there any more: workerd does not look otherwise.
const QUIET_MS: i64 = 1_000;

/// Longest refusal of a provider that is read.
pub const REFUSAL_LEN_MAX: usize = 64 * 1024;
/// Longest answer in one piece.
pub const ANSWER_LEN_MAX: usize = 16 * 1024 * 1024;

/// A provider's answer, of which the head has come.
pub struct Answer<H> {
    /// Its status.
    pub status: StatusCode,
    /// How long the provider has asked to be left alone.
    pub retry_after_ms: Option<u64>,
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
    let mut watch = Watch::new(cx.host.clone(), timeouts, cx.now);
    let mut builder = http::Request::post(request.url);
    for (name, value) in request.headers {
        let value = HeaderValue::from_str(&value).map_err(unavailable)?;
        builder = builder.header(name, value);
    }
    let request = builder.body(Body::from(request.body)).map_err(unavailable)?;
    let response = watch.limit(cx.host.http().send(request)).await?.map_err(unavailable)?;
    let (head, body) = response.into_parts();
    let retry_after_ms = retry_after_ms(&head.headers);
    Ok(Answer { status: head.status, retry_after_ms, pieces: body.into_stream(), watch })
}

/// What a `Retry-After` in seconds says, or OpenAI's `retry-after-ms`. Dates are passed over: no
/// provider of models is known to send one.
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let number = |name| header_text(headers, name)?.trim().parse::<f64>().ok();
    let ms = number("retry-after-ms").or_else(|| number("retry-after").map(|s| s * 1_000.0))?;
    // Beyond an hour it makes no difference how long.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (ms.is_finite() && ms >= 0.0).then(|| ms.min(3_600_000.0).ceil() as u64)
}

/// What comes of an answer.
pub enum Piece {
    /// A part of it.
    Bytes(Bytes),
    /// Nothing, for a while.
    Quiet,
    /// Its end.
    End,
}

impl<H: Host> Answer<H> {
    /// The next piece of the answer.
    ///
    /// # Errors
    /// [`FailureKind::Truncated`] when it breaks off or does not go on in time.
    pub async fn next(&mut self) -> Result<Piece, Failure> {
        match self.watch.wait(self.pieces.next()).await? {
            Some(Some(Ok(bytes))) => Ok(Piece::Bytes(bytes)),
            Some(Some(Err(error))) => Err(Failure::new(FailureKind::Truncated, error.to_string())),
            Some(None) => Ok(Piece::End),
            None => Ok(Piece::Quiet),
        }
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
    /// How long the provider has been waited for since its last sign. Time in which nobody waits,
    /// because the client takes its own, is not the provider's.
    silent_ms: i64,
    has_begun: bool,
    timer: LocalBoxFuture<'static, ()>,
}

impl<H: Host> Watch<H> {
    /// `started` is when the request came: earlier attempts count.
    fn new(host: H, timeouts: Timeouts, started: UnixMillis) -> Self {
        let timer = Self::timer(&host, QUIET_MS.unsigned_abs());
        Self { host, timeouts, started, silent_ms: 0, has_begun: false, timer }
    }

    fn timer(host: &H, ms: u64) -> LocalBoxFuture<'static, ()> {
        let host = host.clone();
        async move { host.clock().sleep(ms).await }.boxed_local()
    }

    /// Waits for `work` as long as the provider may take for it.
    async fn limit<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        pin_mut!(work);
        loop {
            if let Some(value) = self.wait(work.as_mut()).await? {
                return Ok(value);
            }
        }
    }

    /// Waits for `work` as long as the provider may take for it, but for [`QUIET_MS`] at most.
    async fn wait<T>(&mut self, work: impl Future<Output = T>) -> Result<Option<T>, Failure> {
        let began = self.host.clock().now();
        pin_mut!(work);
        loop {
            match select(work.as_mut(), self.timer.as_mut()).await {
                Either::Left((value, _)) => {
                    self.has_begun = true;
                    self.silent_ms = 0;
                    return Ok(Some(value));
                }
                Either::Right(((), _)) => {
                    let now = self.host.clock().now();
                    let waited_ms = now.since_ms(began);
                    let left_ms = self.left_ms(now, self.silent_ms + waited_ms)?;
                    // The timer was set for a wait that is long over, or for this one.
                    let is_quiet = waited_ms >= QUIET_MS;
                    let next_ms = if is_quiet { QUIET_MS } else { QUIET_MS - waited_ms };
                    self.timer = Self::timer(&self.host, left_ms.min(next_ms.unsigned_abs()));
                    if is_quiet {
                        self.silent_ms += waited_ms;
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// How much longer this wait may take.
    fn left_ms(&self, now: UnixMillis, silent_ms: i64) -> Result<u64, Failure> {
        let Timeouts { first_byte_ms, idle_ms, total_ms } = self.timeouts;
        let (wait_ms, kind, what) = if self.has_begun {
            (idle_ms, FailureKind::Truncated, "the answer did not go on")
        } else {
            (first_byte_ms, FailureKind::Unavailable, "no answer came")
        };
        let wait_ms = i64::from(wait_ms) - silent_ms;
        let total_ms = i64::from(total_ms) - now.since_ms(self.started);
        match u64::try_from(wait_ms.min(total_ms)) {
            Ok(left_ms) if left_ms > 0 => Ok(left_ms),
            _ => Err(Failure::new(kind, format!("{what} in time"))),
        }
    }
}
