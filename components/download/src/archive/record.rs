//! The records of a zip, byte for byte. Section numbers are those of
//! [APPNOTE 6.3.10](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).

use jiff::{Timestamp, tz::Offset};
use kernel::UnixMillis;

/// In the place of a number that does not fit and stands in a zip64 record.
const FULL_32: u32 = u32::MAX;
const FULL_16: u16 = u16::MAX;

/// Version 2.0 of the format, and 4.5, which has zip64 (§4.4.3.2).
const VERSION: u16 = 20;
const VERSION_ZIP64: u16 = 45;
/// Made on Unix (§4.4.2), so that the permissions below count.
const MADE_BY_UNIX: u16 = 3 << 8;
/// A file that its owner may write and everybody may read.
const FILE_MODE: u32 = 0o100_644 << 16;

/// The checksum stands behind the data, and the name is UTF-8 (§4.4.4, bits 3 and 11).
const FLAGS: u16 = 1 << 3 | 1 << 11;
const STORED: u16 = 0;

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END_ZIP64: u32 = 0x0606_4b50;
const LOCATOR_ZIP64: u32 = 0x0706_4b50;
const END: u32 = 0x0605_4b50;

/// Bytes of the zip64 end record behind its length (§4.3.14.1).
const END_ZIP64_REST: u64 = 44;

/// What is known of an entry.
#[derive(Debug)]
pub struct Record {
    pub name: String,
    pub size: u64,
    pub crc: u32,
    /// Where its header begins.
    pub offset: u64,
    pub modified: UnixMillis,
}

impl Record {
    /// Whether the size needs zip64. It is decided before the data, and holds behind it too: a
    /// reader tells by the header how long the numbers of the descriptor are (§4.3.9.2).
    const fn is_large(&self) -> bool {
        self.size >= FULL_32 as u64
    }

    /// §4.3.7. Sizes and checksum are zero: the descriptor has them.
    pub fn local(&self) -> Vec<u8> {
        let mut extra = Bytes::default();
        if self.is_large() {
            extra.u16(1).u16(16).u64(0).u64(0);
        }
        self.moment(&mut extra);
        let mut out = Bytes::default();
        let (version, size) = match self.is_large() {
            true => (VERSION_ZIP64, FULL_32),
            false => (VERSION, 0),
        };
        out.u32(LOCAL).u16(version).u16(FLAGS).u16(STORED).u32(self.dos_moment());
        out.u32(0).u32(size).u32(size).len(&self.name).len(&extra.0);
        out.raw(self.name.as_bytes()).raw(&extra.0);
        out.0
    }

    /// §4.3.9.
    pub fn descriptor(&self) -> Vec<u8> {
        let mut out = Bytes::default();
        out.u32(DESCRIPTOR).u32(self.crc);
        match u32::try_from(self.size) {
            Ok(size) if !self.is_large() => out.u32(size).u32(size),
            _ => out.u64(self.size).u64(self.size),
        };
        out.0
    }

    /// §4.3.12, appended to the list of all entries.
    pub fn central(&self, out: &mut Bytes) {
        let (size, offset) = (narrow(self.size), narrow(self.offset));
        let mut wide = Bytes::default();
        if self.is_large() {
            wide.u64(self.size).u64(self.size);
        }
        if offset == FULL_32 {
            wide.u64(self.offset);
        }
        let mut extra = Bytes::default();
        if !wide.0.is_empty() {
            extra.u16(1).len(&wide.0).raw(&wide.0);
        }
        let version = if wide.0.is_empty() { VERSION } else { VERSION_ZIP64 };
        self.moment(&mut extra);
        out.u32(CENTRAL).u16(MADE_BY_UNIX | version).u16(version).u16(FLAGS).u16(STORED);
        out.u32(self.dos_moment()).u32(self.crc).u32(size).u32(size);
        // No comment, the first disk, and nothing about what is in the file.
        out.len(&self.name).len(&extra.0).u16(0).u16(0).u16(0).u32(FILE_MODE).u32(offset);
        out.raw(self.name.as_bytes()).raw(&extra.0);
    }

    /// The moment in UTC, as Info-ZIP adds it (extra field 0x5455), since the one in the header is
    /// read as local time.
    fn moment(&self, extra: &mut Bytes) {
        let seconds = self.modified.seconds().clamp(0, i32::MAX.into());
        extra.u16(0x5455).u16(5).raw(&[1]).u32(u32::try_from(seconds).unwrap_or_default());
    }

    /// Time and date as MS-DOS has them: from 1980 to 2107, in steps of two seconds (§4.4.6).
    fn dos_moment(&self) -> u32 {
        const FIRST: u32 = 1 << 21 | 1 << 16;
        let Ok(moment) = Timestamp::from_second(self.modified.seconds()) else { return FIRST };
        let moment = Offset::UTC.to_datetime(moment);
        let year = i32::from(moment.year()) - 1980;
        let Ok(year @ 0..128) = u32::try_from(year) else { return FIRST };
        let part = |part: i8| u32::from(part.unsigned_abs());
        let date = year << 9 | part(moment.month()) << 5 | part(moment.day());
        let time = part(moment.hour()) << 11 | part(moment.minute()) << 5;
        date << 16 | time | (part(moment.second()) / 2)
    }
}

/// The end of an archive: how many entries are listed, and where (§4.3.14 to §4.3.16).
pub fn end(count: u64, list_offset: u64, list_len: u64, out: &mut Bytes) {
    let count_16 = u16::try_from(count).unwrap_or(FULL_16);
    let (offset, len) = (narrow(list_offset), narrow(list_len));
    if count_16 == FULL_16 || offset == FULL_32 || len == FULL_32 {
        out.u32(END_ZIP64).u64(END_ZIP64_REST);
        out.u16(MADE_BY_UNIX | VERSION_ZIP64).u16(VERSION_ZIP64).u32(0).u32(0);
        out.u64(count).u64(count).u64(list_len).u64(list_offset);
        // Where the record that was just written begins, and that there is one disk.
        out.u32(LOCATOR_ZIP64).u32(0).u64(list_offset.saturating_add(list_len)).u32(1);
    }
    out.u32(END).u16(0).u16(0).u16(count_16).u16(count_16).u32(len).u32(offset).u16(0);
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(FULL_32)
}

/// Bytes that are written one number after the other, the lowest byte first.
#[derive(Debug, Default)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn u16(&mut self, number: u16) -> &mut Self {
        self.raw(&number.to_le_bytes())
    }

    fn u32(&mut self, number: u32) -> &mut Self {
        self.raw(&number.to_le_bytes())
    }

    fn u64(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_le_bytes())
    }

    /// How long something is that is short: a safe name, an extra field.
    fn len(&mut self, of: impl AsRef<[u8]>) -> &mut Self {
        self.u16(u16::try_from(of.as_ref().len()).unwrap_or(FULL_16))
    }
}
