//! What the readers of all streams of server-sent events share: the bytes in, the one end.

use crate::{
    Chunk, Decoder, Event, Failure, FailureKind,
    sse::{Item, Parser, TooLong, write_event},
};
use serde::Deserialize;
use std::borrow::Cow;

/// A reader of one format's events.
pub trait Reader {
    /// Reads one event.
    ///
    /// # Errors
    /// A [`Failure`] that ends the stream.
    fn read(&mut self, name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure>;

    /// Whether what has come is all there is to say, should nothing more come.
    fn is_whole(&self) -> bool;

    /// What is said before a whole stream ends.
    fn last_words(&self, _events: &mut Vec<Event>) {}

    /// The event that says the end, for a client who waits for it though the provider forgot it.
    fn native_end(&self) -> Option<&'static str> {
        None
    }
}

/// Whether a stream goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    On,
    /// It is whole.
    End,
}

/// A stream that is read by `R`.
pub struct Stream<R> {
    parser: Parser,
    reader: R,
    ended: bool,
    /// Whether chunks are the provider's own events.
    keeps_words: bool,
}

impl<R: Reader> Stream<R> {
    pub fn new(reader: R) -> Self {
        Self { parser: Parser::default(), reader, ended: false, keeps_words: false }
    }

    fn run(
        &mut self,
        events: &mut Vec<Event>,
        parse: impl FnOnce(
            &mut Parser,
            &mut dyn FnMut(Item<'_>) -> Result<(), Failure>,
        ) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Self { parser, reader, ended, keeps_words } = self;
        parse(parser, &mut |item| {
            match item {
                _ if *ended => {}
                Item::Comment => events.push(Event::KeepAlive),
                Item::Event { name, data } => {
                    let first = events.len();
                    let flow = reader.read(name, data, events)?;
                    if *keeps_words {
                        keep_words(name, data, events, first);
                    }
                    if flow == Flow::End {
                        *ended = true;
                        if !*keeps_words {
                            reader.last_words(events);
                        }
                        events.push(Event::Done);
                    }
                }
            }
            Ok(())
        })
    }

    fn fail(&mut self, failure: Failure, events: &mut Vec<Event>) {
        if !std::mem::replace(&mut self.ended, true) {
            events.push(Event::Failed(failure));
        }
    }
}

impl<R: Reader> Decoder for Stream<R> {
    fn push(&mut self, bytes: &[u8], events: &mut Vec<Event>) {
        if self.ended {
            return;
        }
        if let Err(failure) = self.run(events, |parser, mut sink| parser.push(bytes, &mut sink)) {
            self.fail(failure, events);
        }
    }

    fn finish(&mut self, events: &mut Vec<Event>) {
        if self.ended {
            return;
        }
        let outcome = self.run(events, |parser, mut sink| parser.finish(&mut sink));
        if self.ended {
            return;
        }
        // Servers are known to forget the last word of an answer that is whole. A last line that
        // makes no sense is one that was cut.
        if outcome.is_ok() && self.reader.is_whole() {
            self.ended = true;
            match self.reader.native_end().filter(|_| self.keeps_words) {
                Some(end) => keep_words("", end.as_bytes(), events, events.len()),
                None if self.keeps_words => {}
                None => self.reader.last_words(events),
            }
            events.push(Event::Done);
        } else {
            self.fail(Failure::new(FailureKind::Truncated, "the stream broke off"), events);
        }
    }

    fn keep_words(&mut self) {
        self.keeps_words = true;
    }
}

/// Puts the event itself in the place of what was read from it, beginning at `first`.
fn keep_words(name: &str, data: &[u8], events: &mut Vec<Event>, first: usize) {
    let (mut text, mut is_output) = (String::new(), false);
    let read = events.split_off(first.min(events.len()));
    for event in read {
        match event {
            Event::Chunk(chunk) => {
                text.push_str(&chunk.text);
                is_output |= chunk.is_output;
            }
            // The event is passed on, and keeps the connection open as well.
            Event::KeepAlive => {}
            other => events.push(other),
        }
    }
    // Clients go by the event's name, which some servers leave to its data.
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(rename = "type", borrow, default)]
        kind: Cow<'a, str>,
    }
    let kind = match name {
        "" => serde_json::from_slice::<Named<'_>>(data).map(|named| named.kind).unwrap_or_default(),
        name => Cow::Borrowed(name),
    };
    let mut json = Vec::with_capacity(data.len() + kind.len() + 16);
    if !kind.is_empty() && !kind.contains(['\n', '\r']) {
        json.extend_from_slice(b"event: ");
        json.extend_from_slice(kind.as_bytes());
        json.push(b'\n');
    }
    write_event(&mut json, data);
    events.push(Event::Chunk(Chunk { json, text, is_output }));
}

impl From<TooLong> for Failure {
    fn from(_: TooLong) -> Self {
        Self::new(FailureKind::Malformed, "an event is longer than any event should be")
    }
}

/// Reads JSON that a provider has sent.
pub fn read_json<'a, T: Deserialize<'a>>(data: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(data).map_err(|e| Failure::new(FailureKind::Malformed, e.to_string()))
}
