//! Lines of JSON ([NDJSON](https://github.com/ndjson/ndjson-spec)), read from pieces of any size.

use crate::{
    Failure,
    sse::{EVENT_LEN_MAX, Item, TooLong},
    stream::{Framing, Sink},
};
use memchr::memchr;

/// A parser of lines.
#[derive(Default)]
pub struct Lines {
    /// The part of a line that has arrived.
    line: Vec<u8>,
}

impl Lines {
    fn keep(&mut self, part: &[u8]) -> Result<(), TooLong> {
        if self.line.len() + part.len() > EVENT_LEN_MAX {
            return Err(TooLong);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }
}

impl Framing for Lines {
    fn push(&mut self, mut bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure> {
        while let Some(end) = memchr(b'\n', bytes) {
            let (text, rest) = bytes.split_at(end);
            bytes = rest.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                say(text, sink)?;
            } else {
                self.keep(text)?;
                say(&self.line, sink)?;
                self.line.clear();
            }
        }
        Ok(self.keep(bytes)?)
    }

    /// A last line that was not ended is read as if it were.
    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Failure> {
        say(&std::mem::take(&mut self.line), sink)
    }
}

/// Empty lines say nothing; CR before the end belongs to the end.
fn say(line: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure> {
    match line.trim_ascii() {
        [] => Ok(()),
        data => sink(Item::Event { name: "", data }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pieces: &[&[u8]]) -> Result<Vec<String>, Failure> {
        let mut seen = Vec::new();
        let mut sink = |item: Item<'_>| {
            if let Item::Event { data, .. } = item {
                seen.push(String::from_utf8_lossy(data).into_owned());
            }
            Ok(())
        };
        let mut lines = Lines::default();
        for piece in pieces {
            lines.push(piece, &mut sink)?;
        }
        lines.finish(&mut sink)?;
        Ok(seen)
    }

    #[test]
    fn no_cut_changes_what_is_read() {
        let text = "{\"a\":1}\n\n  {\"b\":\"ü\"}\r\n\r\n{}";
        let expected = ["{\"a\":1}", "{\"b\":\"ü\"}", "{}"];
        for cut in 0..=text.len() {
            let (start, end) = text.as_bytes().split_at(cut);
            assert_eq!(parse(&[start, end]).unwrap(), expected, "{cut}");
        }
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(parse(&single).unwrap(), expected);
    }

    #[test]
    fn an_endless_line_is_refused() {
        let half = vec![b'x'; EVENT_LEN_MAX / 2];
        assert!(parse(&[&half, &half]).is_ok());
        assert!(parse(&[&half, &half, b"x"]).is_err());
        assert!(parse(&[&half, b"\n", &half, b"\n", &half]).is_ok());
    }
}
