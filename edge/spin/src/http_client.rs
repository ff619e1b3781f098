//! Requests to other servers: `wasi:http`.

use bytes::Bytes;
use futures::StreamExt;
use http::{HeaderValue, header};
use http_body::Frame;
use http_body_util::{BodyExt, Either, Full, StreamBody};
use ports::{Body, BodyError, Http, HttpError};
use std::{future::poll_fn, pin::pin};

/// Waits for `work` that spawns a task when it is first polled, as sending does for the body.
///
/// wit-bindgen 0.57 takes a task that is spawned while another is polled into its queue and does not
/// look at the queue before the next event. Where nothing else is under way, that event is the
/// answer to a request whose body nobody writes. Waking once makes it look.
async fn starting_at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut is_first = true;
    poll_fn(|cx| {
        let outcome = work.as_mut().poll(cx);
        if std::mem::take(&mut is_first) && outcome.is_pending() {
            cx.waker().wake_by_ref();
        }
        outcome
    })
    .await
}

/// Outbound HTTP, to the hosts that `spin.toml` allows.
#[derive(Clone, Copy)]
pub struct Outbound;

impl Http for Outbound {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<Body>, HttpError> {
        let (mut parts, body) = request.into_parts();
        let body = match body {
            Body::Full(bytes) => {
                if !bytes.is_empty() {
                    let length = HeaderValue::from(bytes.len());
                    parts.headers.insert(header::CONTENT_LENGTH, length);
                }
                Either::Left(Full::new(bytes))
            }
            Body::Stream(pieces) => {
                Either::Right(StreamBody::new(pieces.map(|piece| piece.map(Frame::<Bytes>::data))))
            }
        };
        let request = http::Request::from_parts(parts, body);
        let response = starting_at_once(spin_sdk::http::send(request)).await;
        let response = response.map_err(|e| HttpError(e.to_string()))?;
        // Dropping the body before its end closes the connection.
        Ok(response.map(|body| {
            let pieces = body.into_data_stream();
            let pieces = pieces.map(|p| p.map_err(|e| BodyError::Broken(e.to_string())));
            Body::Stream(pieces.boxed_local())
        }))
    }
}
