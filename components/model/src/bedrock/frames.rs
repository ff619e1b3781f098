//! Frames of [`application/vnd.amazon.eventstream`](https://smithy.io/2.0/aws/amazon-eventstream.html),
//! read from pieces of any size.
//!
//! A frame is its length, the length of its headers and a checksum of both; the headers; the
//! payload; a checksum of everything. Numbers are big-endian, checksums CRC-32.

use super::words;
use crate::{
    Failure, FailureKind,
    sse::{EVENT_LEN_MAX, Item, TooLong},
    stream::{Framing, Sink},
};

/// The two lengths and their checksum.
const PRELUDE_LEN: usize = 12;
/// What a frame has beside its headers and its payload.
const FRAME_LEN_MIN: usize = PRELUDE_LEN + 4;

/// A parser of frames.
#[derive(Default)]
pub struct Frames {
    /// The part of a frame that has arrived.
    held: Vec<u8>,
}

impl Framing for Frames {
    fn push(&mut self, mut bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Failure> {
        loop {
            let in_prelude = self.held.len() < PRELUDE_LEN;
            let wanted = if in_prelude { PRELUDE_LEN } else { frame_len(&self.held)? };
            let (taken, rest) = bytes.split_at(bytes.len().min(wanted - self.held.len()));
            self.held.extend_from_slice(taken);
            bytes = rest;
            if self.held.len() < wanted {
                return Ok(());
            }
            if !in_prelude {
                Frame::read(&self.held)?.hand_on(sink)?;
                self.held.clear();
            }
        }
    }

    fn finish(&mut self, _sink: &mut Sink<'_>) -> Result<(), Failure> {
        match self.held.is_empty() {
            true => Ok(()),
            false => Err(malformed("the stream ends within a frame")),
        }
    }
}

/// What a frame says, as far as anyone asks.
#[derive(Debug, Default, PartialEq, Eq)]
struct Frame<'a> {
    /// `event`, `exception` or `error`.
    message_type: &'a str,
    event_type: &'a str,
    exception_type: &'a str,
    error_code: &'a str,
    error_message: &'a str,
    payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads a frame that has come whole.
    fn read(frame: &'a [u8]) -> Result<Self, Failure> {
        let cut = || malformed("a frame is shorter than it says");
        let (covered, checksum) = frame.split_last_chunk().ok_or_else(cut)?;
        if crc32fast::hash(covered) != u32::from_be_bytes(*checksum) {
            return Err(malformed("a frame's checksum is wrong"));
        }
        let (prelude, rest) = covered.split_first_chunk::<PRELUDE_LEN>().ok_or_else(cut)?;
        let [_, _, _, _, a, b, c, d, ..] = *prelude;
        let headers_len = length(u32::from_be_bytes([a, b, c, d]));
        let (mut headers, payload) = rest.split_at_checked(headers_len).ok_or_else(cut)?;
        let mut frame = Self { payload, ..Self::default() };
        while !headers.is_empty() {
            let (name, value) =
                header(&mut headers).ok_or_else(|| malformed("a frame's headers are cut"))?;
            let field = match name {
                b":message-type" => &mut frame.message_type,
                b":event-type" => &mut frame.event_type,
                b":exception-type" => &mut frame.exception_type,
                b":error-code" => &mut frame.error_code,
                b":error-message" => &mut frame.error_message,
                _ => continue,
            };
            *field = value
                .and_then(|value| str::from_utf8(value).ok())
                .ok_or_else(|| malformed("a frame's header is no text"))?;
        }
        Ok(frame)
    }

    fn hand_on(self, sink: &mut Sink<'_>) -> Result<(), Failure> {
        match self.message_type {
            "event" => sink(Item::Event { name: self.event_type, data: self.payload }),
            "exception" => Err(exception(self.exception_type, &words(self.payload))),
            "error" => Err(exception(self.error_code, self.error_message)),
            other => Err(malformed(&format!("a frame of the type {other:?}"))),
        }
    }
}

/// What goes wrong in a stream that began well, by
/// [name](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html).
fn exception(name: &str, message: &str) -> Failure {
    // Written both with and without a capital.
    let kind = match name.to_ascii_lowercase().as_str() {
        "throttlingexception" => FailureKind::RateLimited,
        "validationexception" => FailureKind::Rejected,
        "accessdeniedexception" => FailureKind::Unauthorized,
        _ => FailureKind::Unavailable,
    };
    Failure::new(kind, format!("{name}: {message}"))
}

/// The length of the frame that begins with these bytes, of which there are enough.
fn frame_len(bytes: &[u8]) -> Result<usize, Failure> {
    let prelude = bytes.first_chunk::<PRELUDE_LEN>();
    let [a, b, c, d, e, f, g, h, checksum @ ..] =
        *prelude.ok_or_else(|| malformed("a frame without a beginning"))?;
    // Before a length is believed.
    if crc32fast::hash(&[a, b, c, d, e, f, g, h]) != u32::from_be_bytes(checksum) {
        return Err(malformed("the checksum of a frame's beginning is wrong"));
    }
    let frame_len = length(u32::from_be_bytes([a, b, c, d]));
    let headers_len = length(u32::from_be_bytes([e, f, g, h]));
    if frame_len > EVENT_LEN_MAX {
        return Err(TooLong.into());
    }
    match frame_len >= headers_len.saturating_add(FRAME_LEN_MIN) {
        true => Ok(frame_len),
        false => Err(malformed("a frame that is shorter than its parts")),
    }
}

/// A length, or one that nothing has.
fn length(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Takes the first header off: its name, and its value if that is text.
fn header<'a>(headers: &mut &'a [u8]) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    let mut take = |length: usize| {
        let (taken, rest) = headers.split_at_checked(length)?;
        *headers = rest;
        Some(taken)
    };
    let [name_len] = *take(1)? else { return None };
    let name = take(usize::from(name_len))?;
    let [kind] = *take(1)? else { return None };
    let value_len = match kind {
        // True and false; a byte; 16 and 32 bits; 64 bits and a moment; a UUID.
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 | 8 => 8,
        9 => 16,
        // Bytes and text.
        6 | 7 => {
            let [high, low] = *take(2)? else { return None };
            usize::from(u16::from_be_bytes([high, low]))
        }
        _ => return None,
    };
    let value = take(value_len)?;
    Some((name, (kind == 7).then_some(value)))
}

fn malformed(detail: &str) -> Failure {
    Failure::new(FailureKind::Malformed, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames that [AWS's own decoder](https://github.com/boto/botocore/blob/develop/tests/unit/test_eventstream.py)
    /// is tested with.
    const EMPTY: &[u8] = b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff";
    const PAYLOAD: &[u8] = b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96";
    const ALL_HEADERS: &[u8] = b"\x00\x00\x00\x62\x00\x00\x00\x52\x03\xb5\xcb\x9c\
        \x010\x00\x011\x01\x012\x02\x02\x013\x03\x00\x03\
        \x014\x04\x00\x00\x00\x04\x015\x05\x00\x00\x00\x00\x00\x00\x00\x05\
        \x016\x06\x00\x05bytes\x017\x07\x00\x04utf8\
        \x018\x08\x00\x00\x00\x00\x00\x00\x00\x08\x019\x090123456789abcdef\
        \x63\x35\x36\x71";
    const ERROR: &[u8] = b"\x00\x00\x00\x52\x00\x00\x00\x42\xbf\x23\x63\x7e\
        \x0d:message-type\x07\x00\x05error\
        \x0b:error-code\x07\x00\x04code\
        \x0e:error-message\x07\x00\x07message\
        \x6b\x6c\xea\x3d";
    const CORRUPTED_HEADERS_LEN: &[u8] = b"\x00\x00\x00=\xff\x00\x01\x02\x07\xfd\x83\x96\
        \x0ccontent-type\x07\x00\x10application/json{'foo':'bar'}\x8d\x9c\x08\xb1";

    fn push(frames: &mut Frames, bytes: &[u8]) -> Result<(), Failure> {
        frames.push(bytes, &mut |_| Ok(()))
    }

    #[test]
    fn frames_are_read_as_aws_publishes() {
        assert_eq!(Frame::read(EMPTY).unwrap(), Frame::default());
        assert_eq!(Frame::read(PAYLOAD).unwrap().payload, b"{'foo':'bar'}");
        assert_eq!(Frame::read(ALL_HEADERS).unwrap(), Frame::default());
        for bytes in [EMPTY, PAYLOAD, ALL_HEADERS, ERROR] {
            assert_eq!(frame_len(bytes).unwrap(), bytes.len());
        }
        let failure = push(&mut Frames::default(), ERROR).unwrap_err();
        assert_eq!(failure, Failure::new(FailureKind::Unavailable, "code: message"));
    }

    #[test]
    fn no_bit_of_a_frame_can_change_unnoticed() {
        assert!(frame_len(CORRUPTED_HEADERS_LEN).is_err());
        for at in 0..ERROR.len() * 8 {
            let mut bytes = ERROR.to_vec();
            bytes[at / 8] ^= 1 << (at % 8);
            let failure = push(&mut Frames::default(), &bytes).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Malformed, "{at}");
        }
    }

    #[test]
    fn lengths_are_bounded() {
        let begin = |frame_len: u32, headers_len: u32| {
            let lengths = [frame_len.to_be_bytes(), headers_len.to_be_bytes()].concat();
            let checksum = crc32fast::hash(&lengths).to_be_bytes();
            frame_len_of(&[lengths.as_slice(), &checksum].concat())
        };
        assert_eq!(begin(16, 0), Some(16));
        for (frame_len, headers_len) in [(15, 0), (0, 0), (20, 5), (20, u32::MAX), (u32::MAX, 0)] {
            assert_eq!(begin(frame_len, headers_len), None, "{frame_len} {headers_len}");
        }
        let most = u32::try_from(EVENT_LEN_MAX).unwrap();
        assert_eq!((begin(most, 0), begin(most + 1, 0)), (Some(EVENT_LEN_MAX), None));
    }

    fn frame_len_of(bytes: &[u8]) -> Option<usize> {
        frame_len(bytes).ok()
    }
}
