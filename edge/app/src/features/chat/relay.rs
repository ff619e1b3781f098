//! A streamed answer on its way through.
//!
//! Whatever ends the stream, its drop hands the meter over: the provider finishing, the provider
//! breaking off, the client going away. Memory holds one piece of the stream and no more.

use super::{
    hold::Hold,
    upstream::{Answer, Piece},
};
use crate::{
    app::{Cx, Platform},
    functions::Functions,
    problem::{Problem, Shape},
};
use bytes::Bytes;
use futures::stream;
use http::{HeaderValue, header};
use kernel::RequestId;
use model::{Event, Failure, Meter, write_event};
use ports::Body;

/// A streamed answer that has begun.
struct Relay<P: Platform> {
    answer: Answer<P::Host>,
    decoder: <P::Functions as Functions>::Decoder,
    /// Events that have been read and not yet been released.
    events: Vec<Event>,
    meter: Meter,
    hold: Hold,
    request_id: RequestId,
    ended: Option<&'static str>,
}

/// Waits for the first piece of the answer and returns the response that goes on with the rest.
///
/// # Errors
/// A [`Problem`] while nothing has been released: then the request can still fail as a whole.
pub async fn stream<P: Platform>(
    cx: &Cx<P>,
    answer: Answer<P::Host>,
    decoder: <P::Functions as Functions>::Decoder,
    meter: Meter,
    hold: Hold,
) -> Result<http::Response<Body>, Problem> {
    let request_id = cx.request_id.clone();
    let mut relay =
        Relay::<P> { answer, decoder, events: Vec::new(), meter, hold, request_id, ended: None };
    while !relay.has_output() {
        relay.read().await;
        if let Some(failure) = relay.take_early_failure() {
            relay.hold.give_back();
            return Err(failure.into());
        }
    }
    let pieces = stream::unfold(relay, |mut relay| async move {
        loop {
            let released = relay.release();
            if !released.is_empty() {
                return Some((Ok(Bytes::from(released)), relay));
            }
            if relay.ended.is_some() {
                return None;
            }
            relay.read().await;
        }
    });
    let mut response = http::Response::new(Body::stream(pieces));
    let headers = response.headers_mut();
    let event_stream = HeaderValue::from_static("text/event-stream; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, event_stream);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

impl<P: Platform> Relay<P> {
    /// Whether the client may be answered: there is output, or the answer is whole without any.
    fn has_output(&self) -> bool {
        self.events.iter().any(|event| match event {
            Event::Chunk(chunk) => chunk.is_output,
            Event::Done => true,
            Event::Usage(_) | Event::KeepAlive | Event::Failed(_) => false,
        })
    }

    /// Reads what the provider sends next.
    async fn read(&mut self) {
        match self.answer.next().await {
            Ok(Piece::Bytes(bytes)) => {
                P::Functions::push(&mut self.decoder, &bytes, &mut self.events);
            }
            Ok(Piece::Quiet) => self.events.push(Event::KeepAlive),
            Ok(Piece::End) => P::Functions::finish(&mut self.decoder, &mut self.events),
            Err(failure) => self.events.push(Event::Failed(failure)),
        }
    }

    /// A failure before any output.
    fn take_early_failure(&mut self) -> Option<Failure> {
        if self.has_output() {
            return None;
        }
        self.events.iter().find_map(|event| match event {
            Event::Failed(failure) => Some(failure.clone()),
            _ => None,
        })
    }

    /// Turns what has been read into what the client gets, and meters it.
    fn release(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        for event in std::mem::take(&mut self.events) {
            self.meter.note(&event);
            match event {
                Event::Chunk(chunk) => write_event(&mut out, &chunk.json),
                Event::Usage(_) => {}
                Event::KeepAlive => out.extend_from_slice(b":\n\n"),
                Event::Done => {
                    write_event(&mut out, b"[DONE]");
                    self.ended = Some("done");
                }
                Event::Failed(failure) => {
                    log::warn!("{}: after output: {}", self.request_id, failure.detail);
                    let problem = Problem::from(failure);
                    let json = problem.json(Shape::Openai, &self.request_id);
                    out.extend_from_slice(b"event: error\n");
                    write_event(&mut out, json.to_string().as_bytes());
                    self.ended = Some("failed");
                }
            }
        }
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
