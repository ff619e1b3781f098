//! Several files as one zip, made while it is sent: nothing but the list of its entries is kept.
//!
//! The media that are sold do not get smaller, so entries are stored as they are, and so the
//! length of the whole is known before the first byte. The checksum of an entry is known only when
//! it has been read, and so stands behind it, in a *data descriptor*
//! ([APPNOTE 6.3.10](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT) §4.3.9).
//!
//! ```text
//! begin → header   data → the bytes as they are   end → descriptor      ... for each entry
//! finish → the list of all entries
//! ```
//!
//! An entry has to be as long as was said: a reader was told the length of the whole.

mod names;
mod record;
mod writer;

pub use writer::Archive;

use kernel::UnixMillis;
use std::fmt;

/// Most entries of an archive: what is kept of them takes some 100 bytes each.
pub const ENTRIES_MAX: usize = 100_000;

/// A file that goes into an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is called. It is made safe, and unlike the names before it.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// When it was last changed.
    pub modified: UnixMillis,
}

/// Why an archive cannot go on. It must then be broken off: what was sent is no archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveError {
    /// A call at the wrong time: data without an entry, an entry within another.
    OutOfOrder,
    /// A file is not as long as was said.
    WrongSize {
        /// How long it was said to be.
        expected: u64,
        /// How long it is, or how long it has become so far.
        found: u64,
    },
    /// There are more than [`ENTRIES_MAX`] files.
    TooMany,
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfOrder => f.write_str("the archive was not asked for this yet"),
            Self::WrongSize { expected, found } => {
                write!(f, "a file has {found} bytes and should have {expected}")
            }
            Self::TooMany => write!(f, "an archive has at most {ENTRIES_MAX} files"),
        }
    }
}

impl std::error::Error for ArchiveError {}

/// How many bytes the archive of these files will have, so that `content-length` can be sent.
///
/// # Errors
/// [`ArchiveError::TooMany`], and [`ArchiveError::WrongSize`] if the sum is more than 2^64.
pub fn total_len(entries: &[Entry]) -> Result<u64, ArchiveError> {
    // The archive itself is asked: it is made without what is in the files.
    let mut archive = Archive::new();
    for entry in entries {
        archive.begin(entry)?;
        archive.skip(entry.size)?;
        archive.end()?;
    }
    archive.len()
}

#[cfg(test)]
mod tests;
