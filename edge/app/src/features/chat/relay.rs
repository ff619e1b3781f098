//! A streamed answer on its way through.
//!
//! Whatever ends the stream, its drop hands the meter over: the provider finishing, the provider
//! breaking off, the client going away. Memory holds one piece of the stream and no more.

use super::{attempt::Opened, hold::Hold};
use crate::{
    app::{Cx, Platform},
    problem::Problem,
};
use bytes::Bytes;
use futures::stream;
use http::{HeaderValue, header};
use model::{Breaker, Event, Meter, Writer};
use ports::Body;

/// A streamed answer that has begun.
struct Relay<P: Platform> {
    cx: Cx<P>,
    opened: Opened<P>,
    writer: Box<dyn Writer>,
    meter: Meter,
    hold: Hold,
    /// What a failure after output counts against.
    model: String,
    breaker: Breaker,
    ended: Option<&'static str>,
}

/// The response that goes on with the rest of an answer of `model`.
pub fn stream<P: Platform>(
    cx: &Cx<P>,
    opened: Opened<P>,
    writer: Box<dyn Writer>,
    meter: Meter,
    hold: Hold,
    (model, breaker): (&str, Breaker),
) -> http::Response<Body> {
    let (cx, model) = (cx.clone(), model.to_owned());
    let relay = Relay { cx, opened, writer, meter, hold, model, breaker, ended: None };
    let pieces = stream::unfold(relay, |mut relay| async move {
        loop {
            let released = relay.release();
            if !released.is_empty() {
                return Some((Ok(Bytes::from(released)), relay));
            }
            if relay.ended.is_some() {
                return None;
            }
            relay.opened.read().await;
        }
    });
    let mut response = http::Response::new(Body::stream(pieces));
    let headers = response.headers_mut();
    let event_stream = HeaderValue::from_static(super::EVENT_STREAM);
    headers.insert(header::CONTENT_TYPE, event_stream);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

impl<P: Platform> Relay<P> {
    /// Turns what has been read into what the client gets, and meters it.
    fn release(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        for event in std::mem::take(&mut self.opened.events) {
            self.meter.note(&event);
            match event {
                Event::Chunk(chunk) => self.writer.chunk(&chunk, &mut out),
                Event::Usage(usage) => self.writer.usage(usage),
                Event::KeepAlive => self.writer.keep_alive(&mut out),
                Event::Done => {
                    self.writer.done(&mut out);
                    self.ended = Some("done");
                }
                Event::Failed(failure) => {
                    let (request, now) = (&self.cx.request_id, self.cx.clock_now());
                    log::warn!("{request}: {}: after output: {}", self.model, failure.detail);
                    let health = &self.cx.app.health;
                    self.hold.news(health.failed(&self.model, &self.breaker, None, now));
                    let problem = Problem::from(failure);
                    problem.written(|error| self.writer.failed(error, &mut out));
                    self.ended = Some("failed");
                }
            }
        }
        self.hold.released(&out);
        if let Some(how) = self.ended {
            self.hold.end(self.meter.read(), how);
        }
        out
    }
}

impl<P: Platform> Drop for Relay<P> {
    fn drop(&mut self) {
        self.hold.end(self.meter.read(), "left");
    }
}
