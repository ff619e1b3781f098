//! What the readers of all streams share: the bytes in, the one end.

use crate::{
    Decoder, Event, Failure, FailureKind,
    sse::{Item, Parser, TooLong},
};
use serde::Deserialize;

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
        Self { parser: F::default(), reader, ended: false }
    }

    fn run(
        &mut self,
        events: &mut Vec<Event>,
        parse: impl FnOnce(&mut F, &mut Sink<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Self { parser, reader, ended } = self;
        parse(parser, &mut |item| {
            match item {
                _ if *ended => {}
                Item::Comment => events.push(Event::KeepAlive),
                Item::Event { name, data } => {
                    if reader.read(name, data, events)? == Flow::End {
                        *ended = true;
                        reader.last_words(events);
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
            self.reader.last_words(events);
            events.push(Event::Done);
        } else {
            self.fail(Failure::new(FailureKind::Truncated, "the stream broke off"), events);
        }
    }
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
