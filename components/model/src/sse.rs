//! Server-sent events, read from pieces of any size.

use memchr::{memchr2, memchr2_iter};

/// Longest line, and longest event, that is put together.
pub const EVENT_LEN_MAX: usize = 4 * 1024 * 1024;

/// One event of the stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// An event with data. `name` is empty where the stream gives none.
    Event {
        /// The event's type.
        name: &'a str,
        /// Its data lines, joined by line feeds.
        data: &'a [u8],
    },
    /// A comment, which servers send to keep a connection open.
    Comment,
}

/// A line or an event is longer than [`EVENT_LEN_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// A parser of `text/event-stream`
/// ([HTML Standard §9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)).
///
/// Lines end in LF, CR or CRLF, each of which may be parted from its line by the network.
#[derive(Debug, Default)]
pub struct Parser {
    /// The part of a line that has arrived.
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    name: String,
    /// The last byte ended a line with CR; an LF after it belongs to the same end.
    after_cr: bool,
    started: bool,
}

impl Parser {
    /// Reads more bytes and hands every complete event to `sink`.
    ///
    /// # Errors
    /// [`TooLong`], and whatever `sink` returns. The stream cannot go on after either.
    pub fn push<E: From<TooLong>>(
        &mut self,
        mut bytes: &[u8],
        sink: &mut impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(first) = bytes.first() else {
            return Ok(());
        };
        if std::mem::take(&mut self.after_cr) && *first == b'\n' {
            bytes = bytes.get(1..).unwrap_or_default();
        }
        while let Some(end) = memchr2(b'\n', b'\r', bytes) {
            let (text, rest) = bytes.split_at(end);
            let is_cr = rest.first() == Some(&b'\r');
            let after = rest.get(1..).unwrap_or_default();
            bytes = match after.first() {
                Some(b'\n') if is_cr => after.get(1..).unwrap_or_default(),
                None if is_cr => {
                    self.after_cr = true;
                    after
                }
                _ => after,
            };
            if self.line.is_empty() {
                self.end_line(text, sink)?;
            } else {
                self.keep(text)?;
                let line = std::mem::take(&mut self.line);
                self.end_line(&line, sink)?;
                self.line = line;
                self.line.clear();
            }
        }
        self.keep(bytes)?;
        Ok(())
    }

    /// Ends the stream. A last line that was not ended is read as if it were, since servers are
    /// known to forget it behind `[DONE]`.
    ///
    /// # Errors
    /// As for [`Parser::push`].
    pub fn finish<E: From<TooLong>>(
        &mut self,
        sink: &mut impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.end_line(&line, sink)?;
        }
        self.end_line(b"", sink)
    }

    fn keep(&mut self, part: &[u8]) -> Result<(), TooLong> {
        if self.line.len() + part.len() > EVENT_LEN_MAX {
            return Err(TooLong);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn end_line<E: From<TooLong>>(
        &mut self,
        line: &[u8],
        sink: &mut impl FnMut(Item<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let line = if std::mem::replace(&mut self.started, true) {
            line
        } else {
            line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
        };
        if line.is_empty() {
            return self.end_event(sink);
        }
        let (field, value) = match line.iter().position(|&b| b == b':') {
            Some(0) => return sink(Item::Comment),
            Some(colon) => {
                let (field, rest) = line.split_at(colon);
                let value = rest.get(1..).unwrap_or_default();
                (field, value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &b""[..]),
        };
        match field {
            b"data" => {
                if self.data.len() + value.len() >= EVENT_LEN_MAX {
                    return Err(TooLong.into());
                }
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
                self.has_data = true;
            }
            b"event" => self.name = String::from_utf8_lossy(value).into_owned(),
            _ => {}
        }
        Ok(())
    }

    fn end_event<E>(&mut self, sink: &mut impl FnMut(Item<'_>) -> Result<(), E>) -> Result<(), E> {
        let outcome = if self.has_data {
            sink(Item::Event { name: &self.name, data: &self.data })
        } else {
            Ok(())
        };
        self.data.clear();
        self.has_data = false;
        self.name.clear();
        outcome
    }
}

/// Appends one server-sent event to `out`. `data` may have several lines.
pub fn write_event(out: &mut Vec<u8>, data: &[u8]) {
    out.reserve(data.len() + 8);
    let mut start = 0;
    for end in memchr2_iter(b'\n', b'\r', data).chain([data.len()]) {
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(data.get(start..end).unwrap_or_default());
        out.push(b'\n');
        start = end + 1;
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pieces: &[&[u8]]) -> Vec<String> {
        let mut seen = Vec::new();
        let mut sink = |item: Item<'_>| {
            seen.push(match item {
                Item::Event { name, data } => format!("{name}|{}", String::from_utf8_lossy(data)),
                Item::Comment => ":".to_owned(),
            });
            Ok::<(), TooLong>(())
        };
        let mut parser = Parser::default();
        for piece in pieces {
            parser.push(piece, &mut sink).unwrap();
        }
        parser.finish(&mut sink).unwrap();
        seen
    }

    /// The examples of the HTML Standard, and what servers send beside them.
    const STREAMS: &[(&str, &[&str])] = &[
        ("data: YHOO\ndata: +2\ndata: 10\n\n", &["|YHOO\n+2\n10"]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            &[":", "|first event", "|second event", "| third event"],
        ),
        ("data\n\ndata\ndata\n\ndata:", &["|", "|\n", "|"]),
        ("data:test\n\ndata: test\n\n", &["|test", "|test"]),
        ("event: error\r\ndata: {}\r\n\r\ndata: a\r\rdata: b\n\r\n", &["error|{}", "|a", "|b"]),
        ("\u{feff}data: bom\n\n", &["|bom"]),
        ("data: [DONE]", &["|[DONE]"]),
        ("retry: 5\nfoo: bar\n\n", &[]),
        ("data: größe 大\n\n", &["|größe 大"]),
        ("", &[]),
    ];

    #[test]
    fn events_are_read_as_the_standard_says() {
        for (stream, events) in STREAMS {
            assert_eq!(&parse(&[stream.as_bytes()]), events, "{stream:?}");
        }
    }

    #[test]
    fn no_cut_changes_what_is_read() {
        for (stream, events) in STREAMS {
            let bytes = stream.as_bytes();
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    assert_eq!(&parse(&pieces), events, "{stream:?} at {first} and {second}");
                }
            }
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for data in ["", "x", "a\nb", "a\n", "\n"] {
            let mut out = Vec::new();
            write_event(&mut out, data.as_bytes());
            assert_eq!(parse(&[&out]), [format!("|{data}")]);
        }
    }

    #[test]
    fn endless_lines_and_events_are_refused() {
        let mut parser = Parser::default();
        let mut sink = |_: Item<'_>| Ok::<(), TooLong>(());
        let piece = vec![b'x'; EVENT_LEN_MAX / 2];
        assert_eq!(parser.push(b"data: ", &mut sink), Ok(()));
        assert_eq!(parser.push(&piece, &mut sink), Ok(()));
        assert_eq!(parser.push(&piece, &mut sink), Err(TooLong));

        let mut parser = Parser::default();
        let line = [b"data: ".as_slice(), &piece[..EVENT_LEN_MAX / 4], b"\n"].concat();
        assert_eq!(parser.push(&line, &mut sink), Ok(()));
        assert_eq!(parser.push(&line, &mut sink), Ok(()));
        assert_eq!(parser.push(&line, &mut sink), Ok(()));
        assert_eq!(parser.push(&line, &mut sink), Err(TooLong));
    }
}
