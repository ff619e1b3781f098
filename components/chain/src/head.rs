//! The end of a chain.

use crate::{Entry, Hash, hex};
use std::{fmt, str::FromStr};

/// The newest entry of a chain: what the next one follows.
///
/// As text it is the number and the hash with a dot between, `12.9f86…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The entry's number; 0 before the first.
    pub seq: i64,
    /// Its hash; zeros before the first.
    pub hash: Hash,
}

impl Head {
    /// The end of a chain that has not begun.
    pub const START: Self = Self { seq: 0, hash: [0; 32] };

    /// The end of the chain when `entry` has been added to it.
    #[must_use]
    pub fn then(&self, entry: &Entry<'_>) -> Self {
        let seq = self.seq.saturating_add(1);
        Self { seq, hash: entry.hash(seq, &self.hash) }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq, hex(&self.hash))
    }
}

/// A text that is no [`Head`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadError;

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be the number of an entry and its hash, as 12.9f86…")
    }
}

impl std::error::Error for HeadError {}

impl FromStr for Head {
    type Err = HeadError;

    /// Reads what [`Head::fmt`] writes, of an entry that there can be: the first or a later one.
    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (seq, digits) = text.split_once('.').ok_or(HeadError)?;
        let is_number = (1..=15).contains(&seq.len()) && seq.bytes().all(|b| b.is_ascii_digit());
        let seq: i64 = seq.parse().map_err(|_| HeadError)?;
        if !is_number || seq < 1 || digits.len() != 64 {
            return Err(HeadError);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let digits = pair.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            let pair = std::str::from_utf8(pair).ok().filter(|_| digits).ok_or(HeadError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| HeadError)?;
        }
        Ok(Self { seq, hash })
    }
}
