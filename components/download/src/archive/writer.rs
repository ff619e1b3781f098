//! The archive as it grows.

use super::{
    ArchiveError, ENTRIES_MAX, Entry,
    names::Names,
    record::{self, Bytes, Record},
};
use crc32fast::Hasher;

/// A zip that is written one file after the other.
#[derive(Debug, Default)]
pub struct Archive {
    names: Names,
    done: Vec<Record>,
    /// The file that is being written, its checksum and its length so far.
    open: Option<(Record, Hasher, u64)>,
    /// Bytes of all that was returned or passed through.
    written: u64,
}

impl Archive {
    /// An archive without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a file. Returns what stands before its data.
    ///
    /// # Errors
    /// [`ArchiveError::OutOfOrder`] when another is not ended, [`ArchiveError::TooMany`].
    pub fn begin(&mut self, entry: &Entry) -> Result<Vec<u8>, ArchiveError> {
        if self.open.is_some() {
            return Err(ArchiveError::OutOfOrder);
        }
        if self.done.len() >= ENTRIES_MAX {
            return Err(ArchiveError::TooMany);
        }
        let record = Record {
            name: self.names.take(&entry.name),
            size: entry.size,
            crc: 0,
            offset: self.written,
            modified: entry.modified,
        };
        let header = record.local();
        self.count(header.len() as u64)?;
        self.open = Some((record, Hasher::new(), 0));
        Ok(header)
    }

    /// Takes note of the next bytes of the file. They go into the archive as they are.
    ///
    /// # Errors
    /// [`ArchiveError::WrongSize`] when there are more than was said: send nothing of them.
    /// [`ArchiveError::OutOfOrder`] when no file has begun.
    pub fn data(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.skip(bytes.len() as u64)?;
        if let Some((_, crc, _)) = &mut self.open {
            crc.update(bytes);
        }
        Ok(())
    }

    /// Ends the file. Returns what stands behind its data.
    ///
    /// # Errors
    /// [`ArchiveError::WrongSize`] when there is less data than was said.
    /// [`ArchiveError::OutOfOrder`] when no file has begun.
    pub fn end(&mut self) -> Result<Vec<u8>, ArchiveError> {
        let (mut record, crc, found) = self.open.take().ok_or(ArchiveError::OutOfOrder)?;
        if found != record.size {
            return Err(ArchiveError::WrongSize { expected: record.size, found });
        }
        record.crc = crc.finalize();
        let descriptor = record.descriptor();
        self.count(descriptor.len() as u64)?;
        self.done.push(record);
        Ok(descriptor)
    }

    /// Ends the archive. Returns the list of its files, some 60 bytes and the name for each.
    ///
    /// # Errors
    /// [`ArchiveError::OutOfOrder`] when a file is not ended.
    pub fn finish(self) -> Result<Vec<u8>, ArchiveError> {
        if self.open.is_some() {
            return Err(ArchiveError::OutOfOrder);
        }
        let mut list = Bytes::default();
        self.done.iter().for_each(|record| record.central(&mut list));
        let len = list.0.len() as u64;
        record::end(self.done.len() as u64, self.written, len, &mut list);
        Ok(list.0)
    }

    /// Bytes of the archive, once it is finished.
    pub(super) fn len(self) -> Result<u64, ArchiveError> {
        let written = self.written;
        let list = self.finish()?.len() as u64;
        let too_large = ArchiveError::WrongSize { expected: written, found: u64::MAX };
        written.checked_add(list).ok_or(too_large)
    }

    /// As [`Archive::data`], without the bytes.
    pub(super) fn skip(&mut self, len: u64) -> Result<(), ArchiveError> {
        let (record, _, so_far) = self.open.as_mut().ok_or(ArchiveError::OutOfOrder)?;
        let (expected, found) = (record.size, so_far.saturating_add(len));
        if found > expected {
            return Err(ArchiveError::WrongSize { expected, found });
        }
        *so_far = found;
        self.count(len)
    }

    fn count(&mut self, len: u64) -> Result<(), ArchiveError> {
        let too_large = ArchiveError::WrongSize { expected: self.written, found: u64::MAX };
        self.written = self.written.checked_add(len).ok_or(too_large)?;
        Ok(())
    }
}
