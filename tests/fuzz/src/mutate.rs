//! Damage to a text.

use bolero::TypeGenerator;

/// What parsers are known to stumble over.
const SNAGS: &[&[u8]] = &[
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e999",
    b"0.5",
    b"18446744073709551615",
    b"18446744073709551616",
    b"9007199254740993",
    b"\"\"",
    b"\"x\"",
    b"\"\\ud800\"",
    b"\"\\u0000\"",
    b"\"\\n\\r\"",
    b"[]",
    b"{}",
    b"[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":1}}}",
    b"[null]",
    b"[{}]",
    b"\"",
    b"\\",
    b",",
    b"}",
    b"]",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\r\r",
    b":",
    b": x\n",
    b"data:",
    b"data: [DONE]\n\n",
    b"data: {}\n\n",
    b"event: error\n",
    b"event: ping\n",
    b"id: 1\n",
    b"\xEF\xBB\xBF",
    b"\xFF",
    b"\xC3",
    b"\xE2\x80\xA8",
    b"\0",
    b".",
    b"..",
    b"=",
    b"%00",
    b"xn--",
    b"@",
    b"[::1]",
    b":443",
    b"eyJhbGciOiJub25lIn0",
    b"\"usage\":{\"prompt_tokens\":18446744073709551615},",
    b"\"error\":{},",
    b"\"choices\":null,",
    b"\"index\":4294967296,",
];
/// Longest text that damage makes.
const LEN_MAX: usize = 64 * 1024;

/// One change. Places are taken modulo the text's length.
#[derive(Clone, Debug, TypeGenerator)]
enum Change {
    Set {
        at: u16,
        byte: u8,
    },
    Insert {
        at: u16,
        snag: u8,
    },
    Replace {
        at: u16,
        len: u8,
        snag: u8,
    },
    /// Puts a snag in the place of a JSON value.
    ReplaceValue {
        nth: u16,
        snag: u8,
    },
    /// Puts one JSON value in the place of another.
    CopyValue {
        from: u16,
        to: u16,
    },
    Delete {
        at: u16,
        len: u8,
    },
    Repeat {
        at: u16,
        len: u8,
    },
    Truncate {
        at: u16,
    },
    /// Goes on with another sound text.
    Append {
        seed: u8,
        at: u16,
    },
}

/// Which sound text is taken and what is done to it.
#[derive(Clone, Debug, TypeGenerator)]
pub struct Damage {
    seed: u8,
    count: u8,
    changes: [Change; 6],
}

/// Where a text is cut into the pieces that arrive.
#[derive(Clone, Debug, TypeGenerator)]
pub struct Cuts {
    every_byte: bool,
    at: [u16; 5],
}

impl Damage {
    /// The damaged text.
    #[must_use]
    pub fn of(&self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut text = pick(seeds, self.seed.into()).cloned().unwrap_or_default();
        let count = usize::from(self.count) % (self.changes.len() + 1);
        for change in self.changes.iter().take(count) {
            change.apply(&mut text, seeds);
            text.truncate(LEN_MAX);
        }
        text
    }
}

impl Cuts {
    /// The pieces, some of them empty.
    #[must_use]
    pub fn of<'a>(&self, text: &'a [u8]) -> Vec<&'a [u8]> {
        if self.every_byte {
            return text.chunks(1).collect();
        }
        let mut ends: Vec<_> = self.at.iter().map(|at| place(text, *at)).collect();
        ends.sort_unstable();
        let mut pieces = Vec::new();
        let mut begin = 0;
        for end in ends.into_iter().chain([text.len()]) {
            pieces.push(text.get(begin..end).unwrap_or_default());
            begin = end;
        }
        pieces
    }
}

impl Change {
    fn apply(&self, text: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        match *self {
            Self::Set { at, byte } => {
                let at = place(text, at);
                if let Some(old) = text.get_mut(at) {
                    *old = byte;
                }
            }
            Self::Insert { at, snag } => replace(text, at, 0, pick(SNAGS, snag.into())),
            Self::Replace { at, len, snag } => replace(text, at, len, pick(SNAGS, snag.into())),
            Self::ReplaceValue { nth, snag } => {
                if let (Some(range), Some(snag)) = (value(text, nth), pick(SNAGS, snag.into())) {
                    text.splice(range, snag.iter().copied());
                }
            }
            Self::CopyValue { from, to } => {
                let copy = value(text, from).and_then(|range| text.get(range)).map(<[u8]>::to_vec);
                if let (Some(range), Some(copy)) = (value(text, to), copy) {
                    text.splice(range, copy);
                }
            }
            Self::Delete { at, len } => replace(text, at, len, None),
            Self::Repeat { at, len } => {
                let begin = place(text, at);
                let end = text.len().min(begin + usize::from(len));
                let copy = text.get(begin..end).unwrap_or_default().to_vec();
                text.splice(end..end, copy);
            }
            Self::Truncate { at } => text.truncate(place(text, at)),
            Self::Append { seed, at } => {
                let other = pick(seeds, seed.into()).map_or(&[][..], Vec::as_slice);
                text.extend_from_slice(other.get(place(other, at)..).unwrap_or_default());
            }
        }
    }
}

fn pick<T>(from: &[T], index: usize) -> Option<&T> {
    from.get(index.checked_rem(from.len())?)
}

fn place(text: &[u8], at: u16) -> usize {
    usize::from(at) % (text.len() + 1)
}

fn replace(text: &mut Vec<u8>, at: u16, len: u8, by: Option<&&[u8]>) {
    let begin = place(text, at);
    let end = text.len().min(begin + usize::from(len));
    text.splice(begin..end, by.copied().unwrap_or_default().iter().copied());
}

/// Where a JSON value behind a colon stands. An object or a list counts to its first comma or end,
/// which is not all of it: damage need not be tidy.
fn value(text: &[u8], nth: u16) -> Option<std::ops::Range<usize>> {
    let colons: Vec<_> =
        text.iter().enumerate().filter(|(_, byte)| **byte == b':').map(|(at, _)| at + 1).collect();
    let begin = *pick(&colons, nth.into())?;
    let len = text.get(begin..)?.iter().position(|byte| b",}]\n".contains(byte))?;
    Some(begin..begin + len)
}
