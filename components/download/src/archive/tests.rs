//! Archives are read by others: `unzip`, and Python's `zipfile`.
#![allow(clippy::disallowed_types)] // They read files.

use super::*;
use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
};

fn entry(name: &str, size: u64) -> Entry {
    Entry { name: name.into(), size, modified: UnixMillis(1_700_000_001_000) }
}

/// Writes the archive of files whose bytes `data` makes, in pieces of its choice.
fn write(
    out: &mut dyn Write,
    entries: &[Entry],
    mut data: impl FnMut(usize, u64) -> Vec<u8>,
) -> io::Result<u64> {
    let mut archive = Archive::new();
    let mut len = 0;
    let mut put = |bytes: &[u8]| {
        len += bytes.len() as u64;
        out.write_all(bytes)
    };
    for (index, entry) in entries.iter().enumerate() {
        put(&archive.begin(entry).unwrap())?;
        let mut left = entry.size;
        while left > 0 {
            let piece = data(index, left);
            archive.data(&piece).unwrap();
            put(&piece)?;
            left -= piece.len() as u64;
        }
        put(&archive.end().unwrap())?;
    }
    put(&archive.finish().unwrap())?;
    Ok(len)
}

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("postern-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs a program that may not be there; says so where it is not.
fn run(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let mut command = Command::new(program);
    match command.env("PYTHONIOENCODING", "utf-8").args(arguments).arg(file).output() {
        Err(error) => {
            eprintln!("SKIPPED: {program} could not be run ({error}), so it has read no archive");
            None
        }
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let wrong = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{program}: {said}{wrong}");
            Some(said)
        }
    }
}

fn python(code: &str, file: &Path) -> Option<String> {
    run("python3", &["-c", &format!("import sys, zipfile\n{code}")], file)
}

const LIST: &str = "
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
for i in z.infolist():
    print(i.filename, i.file_size, '%08x' % i.CRC, '%d-%02d-%02d %02d:%02d:%02d' % i.date_time)
";

#[test]
fn what_is_written_is_read_by_others_and_as_long_as_was_said() {
    let folder = Folder::new("small");
    let path = folder.0.join("a.zip");
    let entries = [
        entry("Größe.txt", 9),
        entry("empty", 0),
        entry("../up.bin", 100_000),
        Entry { modified: UnixMillis(-1), ..entry("Größe.txt", 9) },
    ];
    let mut file = File::create(&path).unwrap();
    let len = write(&mut file, &entries, |index, left| match index {
        2 => (0..left.min(7_777)).map(|at| ((left - at) % 251) as u8).collect(),
        _ => b"123456789".to_vec(),
    });
    assert_eq!(total_len(&entries), Ok(len.unwrap()));
    assert_eq!(std::fs::metadata(&path).unwrap().len(), total_len(&entries).unwrap());

    if let Some(said) = run("unzip", &["-t"], &path) {
        assert!(said.contains("No errors detected"), "{said}");
    }
    if let Some(said) = python(LIST, &path) {
        let lines: Vec<_> = said.lines().collect();
        // The checksum of the digits is CRC-32's own check value.
        assert_eq!(lines[0], "Größe.txt 9 cbf43926 2023-11-14 22:13:20");
        assert_eq!(lines[1], "empty 0 00000000 2023-11-14 22:13:20");
        assert!(lines[2].starts_with("_up.bin 100000 "), "{}", lines[2]);
        assert_eq!(lines[3], "Größe (2).txt 9 cbf43926 1980-01-01 00:00:00");
        assert_eq!(lines.len(), 4);
    }
}

#[test]
fn an_archive_without_files_is_one() {
    let bytes = Archive::new().finish().unwrap();
    assert_eq!(bytes, [b"PK\x05\x06".as_slice(), &[0; 18]].concat());
    assert_eq!(total_len(&[]), Ok(22));
}

#[test]
fn more_files_than_16_bits_count_are_listed() {
    let folder = Folder::new("many");
    let path = folder.0.join("a.zip");
    for count in [65_534, 65_535, 70_000] {
        let entries: Vec<_> = (0..count).map(|index| entry(&format!("{index}"), 1)).collect();
        let mut file = io::BufWriter::new(File::create(&path).unwrap());
        let len = write(&mut file, &entries, |_, _| b"x".to_vec()).unwrap();
        file.flush().unwrap();
        assert_eq!(total_len(&entries), Ok(len));
        if let Some(said) = python("print(len(zipfile.ZipFile(sys.argv[1]).namelist()))", &path) {
            assert_eq!(said.trim(), count.to_string());
        }
        run("unzip", &["-tqq"], &path);
    }
}

#[test]
fn an_archive_has_an_end() {
    let mut archive = Archive::new();
    for _ in 0..ENTRIES_MAX {
        archive.begin(&entry("a", 0)).unwrap();
        archive.end().unwrap();
    }
    assert_eq!(archive.begin(&entry("a", 0)), Err(ArchiveError::TooMany));
    let endless = [entry("a", u64::MAX - 100), entry("b", 1_000)];
    assert!(matches!(total_len(&endless), Err(ArchiveError::WrongSize { .. })));
}

#[test]
fn a_file_is_as_long_as_was_said() {
    let mut archive = Archive::new();
    archive.begin(&entry("a", 3)).unwrap();
    archive.data(b"ab").unwrap();
    let error = archive.data(b"cd").unwrap_err();
    assert_eq!(error, ArchiveError::WrongSize { expected: 3, found: 4 });
    let error = archive.end().unwrap_err();
    assert_eq!(error, ArchiveError::WrongSize { expected: 3, found: 2 });
}

#[test]
fn calls_have_an_order() {
    let mut archive = Archive::new();
    assert_eq!(archive.data(b""), Err(ArchiveError::OutOfOrder));
    assert_eq!(archive.end(), Err(ArchiveError::OutOfOrder));
    archive.begin(&entry("a", 0)).unwrap();
    assert_eq!(archive.begin(&entry("b", 0)), Err(ArchiveError::OutOfOrder));
    assert_eq!(archive.finish(), Err(ArchiveError::OutOfOrder));
}

/// The lengths around 2^32, without the data: sizes, offsets and the list each have their own
/// threshold, and a record is as long as it says.
#[test]
fn the_length_is_known_on_both_sides_of_4_gib() {
    const FULL: u64 = u32::MAX as u64;
    // Header 30, name 1, moment 9; descriptor 16; listed 46 + 1 + 9; end 22.
    let plain = 30 + 1 + 9 + 16 + 46 + 1 + 9 + 22;
    assert_eq!(total_len(&[entry("a", 1_000)]), Ok(plain + 1_000));
    // The list begins behind the 32 bits: a zip64 end and its locator.
    assert_eq!(total_len(&[entry("a", FULL - 1)]), Ok(plain + FULL - 1 + 56 + 20));
    // So is the size: 20 more in the header, 8 in the descriptor, 20 in the list.
    assert_eq!(total_len(&[entry("a", FULL)]), Ok(plain + FULL + 56 + 20 + 20 + 8 + 20));
    // And so is where the second begins: 12 more in the list.
    let second = 30 + 1 + 9 + 16 + 46 + 1 + 9 + 12;
    let two = [entry("a", FULL), entry("b", 5)];
    assert_eq!(total_len(&two), Ok(plain + FULL + 56 + 20 + 20 + 8 + 20 + second + 5));
}

/// Writes some 9 GiB to the disk: of zeros that are left out, where the file system can.
#[test]
#[ignore = "writes and reads 9 GiB"]
fn more_than_4_gib_are_read_by_others() {
    const SIZE: u64 = (4 << 30) + 12_345;
    let folder = Folder::new("large");
    let path = folder.0.join("a.zip");
    let entries = [
        entry("large.bin", SIZE),
        entry("behind.txt", 9),
        // One less than what is written where a number does not fit; with just that number, unzip
        // 6.0 confuses this file with the next.
        entry("full.bin", u64::from(u32::MAX) - 1),
        entry("last.txt", 9),
    ];
    let mut file = Sparse(File::create(&path).unwrap());
    let zeros = vec![0; 1 << 20];
    let len = write(&mut file, &entries, |index, left| match index {
        0 | 2 => zeros[..left.min(1 << 20) as usize].to_vec(),
        _ => b"123456789".to_vec(),
    })
    .unwrap();
    assert_eq!(total_len(&entries), Ok(len));
    assert_eq!(std::fs::metadata(&path).unwrap().len(), len);
    if let Some(said) = run("unzip", &["-t"], &path) {
        assert!(said.contains("No errors detected"), "{said}");
    }
    if let Some(said) = python(LIST, &path) {
        let lines: Vec<_> = said.lines().collect();
        assert!(lines[0].starts_with(&format!("large.bin {SIZE} ")), "{}", lines[0]);
        assert_eq!(lines[1], "behind.txt 9 cbf43926 2023-11-14 22:13:20");
        assert!(lines[2].starts_with(&format!("full.bin {} ", u32::MAX - 1)), "{}", lines[2]);
        assert_eq!(lines[3], "last.txt 9 cbf43926 2023-11-14 22:13:20");
    }
}

/// A file in which long runs of zeros take no room.
struct Sparse(File);

impl Write for Sparse {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use io::{Seek, SeekFrom};
        if bytes.len() > 4096 && bytes.iter().all(|&byte| byte == 0) {
            self.0.seek(SeekFrom::Current(bytes.len() as i64))?;
            return Ok(bytes.len());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
