//! Going along a chain, from entry to entry.

use crate::{Entry, Head};

/// An entry as it is stored, with its place in the chain. The hashes are bytes as they were found,
/// of whatever length.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The entry's number.
    pub seq: i64,
    /// The hash of the one before, as this one says.
    pub prev_hash: &'a [u8],
    /// Its own hash, as it says.
    pub hash: &'a [u8],
    /// What it says beside them.
    pub entry: Entry<'a>,
}

/// How far a chain was found whole.
#[derive(Clone, Debug)]
pub struct Walk {
    head: Head,
    /// The entry that somebody has seen before, until it is met again.
    noted: Option<Head>,
    entries: u64,
    broken_at: Option<i64>,
}

impl Walk {
    /// A walk from the first entry.
    #[must_use]
    pub fn new() -> Self {
        Self { head: Head::START, noted: None, entries: 0, broken_at: None }
    }

    /// A walk that begins with an entry that was seen before, which must come first.
    #[must_use]
    pub fn from(noted: Head) -> Self {
        Self { noted: Some(noted), ..Self::new() }
    }

    /// The least number of the entries that are to come.
    #[must_use]
    pub fn next_seq(&self) -> i64 {
        self.noted.map_or(self.head.seq.saturating_add(1), |noted| noted.seq)
    }

    /// Takes the next entry. Returns whether the chain is still whole.
    pub fn push(&mut self, link: &Link<'_>) -> bool {
        if self.broken_at.is_some() {
            return false;
        }
        let wanted = self.next_seq();
        if link.seq != wanted {
            return self.breaks(wanted);
        }
        let Ok(prev_hash) = link.prev_hash.try_into() else { return self.breaks(wanted) };
        // What comes before the entry that was noted was looked at when it was noted.
        let follows = self.noted.is_some() || self.head.hash == prev_hash;
        let hash = link.entry.hash(link.seq, &prev_hash);
        let is_noted = self.noted.is_none_or(|noted| noted.hash == hash);
        if !follows || !is_noted || link.hash != hash {
            return self.breaks(wanted);
        }
        // The entry that was noted has been counted by whoever noted it.
        self.entries += u64::from(self.noted.take().is_none());
        self.head = Head { seq: link.seq, hash };
        true
    }

    /// There are no more entries. Returns whether the chain is whole: not if what was noted is gone.
    pub fn end(&mut self) -> bool {
        match self.noted {
            Some(noted) if self.broken_at.is_none() => self.breaks(noted.seq),
            _ => self.broken_at.is_none(),
        }
    }

    fn breaks(&mut self, seq: i64) -> bool {
        self.broken_at = Some(seq);
        false
    }

    /// The last entry that was found as it was written, if there was one.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        (self.head != Head::START).then_some(self.head)
    }

    /// How many entries were found as they were written, that which was noted not among them.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The number of the first entry that is missing, has changed or does not follow the one before.
    #[must_use]
    pub fn broken_at(&self) -> Option<i64> {
        self.broken_at
    }
}

impl Default for Walk {
    fn default() -> Self {
        Self::new()
    }
}
