//! What the readers of all streams share: the bytes in, the one end.

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

/// What takes the items of a stream.
pub type Sink<'a> = dyn FnMut(Item<'_>) -> Result<(), Failure> + 'a;

/// How the items of a stream are told apart.
pub trait Framing: Default {
    /// Reads more bytes and hands every complete item to `sink`.
    ///
    /// # Errors
    /// A [`Failure`] of the framing's or of the sink's. The stream cannot go on after either.
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure>;

    /// Ends the stream.
    ///
    /// # Errors
    /// As for [`Framing::push`], and when the stream ends within an item.
    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Failure>;
}

/// Server-sent events.
impl Framing for Parser {
    fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure> {
        Self::push(self, bytes, &mut |item| sink(item))
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Failure> {
        Self::finish(self, &mut |item| sink(item))
    }
}

/// A stream that is read by `R`, once `F` has told its items apart.
pub struct Stream<R, F = Parser> {
    parser: F,
    reader: R,
    ended: bool,
    /// Whether chunks are the provider's own events.
    keeps_words: bool,
}

impl<R: Reader> Stream<R> {
    /// A stream of server-sent events.
    pub fn new(reader: R) -> Self {
        Self::framed(reader)
    }
}

impl<R: Reader, F: Framing> Stream<R, F> {
    /// A stream in another framing.
    pub fn framed(reader: R) -> Self {
        Self { parser: F::default(), reader, ended: false, keeps_words: false }
    }

    fn run(
        &mut self,
        events: &mut Vec<Event>,
        parse: impl FnOnce(&mut F, &mut Sink<'_>) -> Result<(), Failure>,
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

impl<R: Reader, F: Framing> Decoder for Stream<R, F> {
    fn push(&mut self, bytes: &[u8], events: &mut Vec<Event>) {
        if self.ended {
            return;
        }
        if let Err(failure) = self.run(events, |parser, sink| parser.push(bytes, sink)) {
            self.fail(failure, events);
        }
    }

    fn finish(&mut self, events: &mut Vec<Event>) {
        if self.ended {
            return;
        }
        let outcome = self.run(events, |parser, sink| parser.finish(sink));
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

/// Reads a JSON object that a provider has sent.
///
/// What is passed on to clients as it came must be sound where nobody here looks at it, too: the
/// derived readers skip text that is not UTF-8, and take a list for an object.
pub fn read_json<'a, T: Deserialize<'a>>(data: &'a [u8]) -> Result<T, Failure> {
    let malformed = |detail: &str| Failure::new(FailureKind::Malformed, detail);
    let text = std::str::from_utf8(data).map_err(|e| malformed(&e.to_string()))?;
    if !text.trim_start().starts_with('{') {
        return Err(malformed("JSON that is no object"));
    }
    serde_json::from_str(text).map_err(|e| malformed(&e.to_string()))
}

#[cfg(test)]
mod tests {
    use crate::{Event, FailureKind, Format, testing::decode};

    #[test]
    fn nothing_unsound_is_passed_on() {
        for data in [&b"{\"odd\":\"\x80\",\"choices\":[]}"[..], b"[]", b"[null,null,null]", b"7"] {
            let stream = [b"data: ", data, b"\n\ndata: [DONE]\n\n"].concat();
            for format in Format::ALL {
                let events = decode(*format, &[&stream], false);
                let [Event::Failed(failure)] = events.as_slice() else { panic!("{events:?}") };
                assert_eq!(failure.kind, FailureKind::Malformed, "{format:?}");
                assert!(format.codec().completion(data, 0).is_err(), "{format:?}");
            }
        }
    }
}
