//! Names of files as somebody's disk takes them, whatever they were called by whoever uploaded them.

/// Longest name of a file, in bytes of UTF-8: every file system takes it, and ` (65535)` too.
pub const FILE_NAME_LEN_MAX: usize = 200;

/// Longest ending that is kept when a name is cut, in bytes with its dot.
const ENDING_LEN_MAX: usize = 16;

/// What a file is called that has no name left.
const NAMELESS: &str = "file";

/// Names that Windows keeps for devices, whatever their ending
/// ([Naming Files](https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file)).
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A name that is a file's name everywhere, and never a path: 1 to [`FILE_NAME_LEN_MAX`] bytes,
/// without separators, control characters and what Windows forbids, not hidden, not a device, and
/// not reading differently from what it is.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let cleaned: String = name.chars().filter(|&c| !turns_text(c)).map(allowed).collect();
    let cleaned = cleaned.trim_start_matches(|c: char| c == '.' || c.is_whitespace());
    let cleaned = cleaned.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    if cleaned.is_empty() {
        return NAMELESS.to_owned();
    }
    let (stem, _) = split_ending(cleaned);
    let first = stem.split('.').next().unwrap_or_default().trim_end();
    if DEVICES.iter().any(|device| first.eq_ignore_ascii_case(device)) {
        return cut(&format!("_{cleaned}"));
    }
    cut(cleaned)
}

/// A name before its ending, and the ending with its dot: `song` and `.mp3`.
pub(crate) fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= ENDING_LEN_MAX => name.split_at(at),
        _ => (name, ""),
    }
}

fn allowed(c: char) -> char {
    match c {
        '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        c if c.is_control() => '_',
        c => c,
    }
}

/// Characters that are not seen and change what is: `gnp.exe` could be read as `exe.png`
/// ([UTR 36 §2.3](https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing)).
const fn turns_text(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{feff}')
}

/// At most [`FILE_NAME_LEN_MAX`] bytes, with its ending.
fn cut(name: &str) -> String {
    if name.len() <= FILE_NAME_LEN_MAX {
        return name.to_owned();
    }
    let (stem, ending) = split_ending(name);
    let room = stem.floor_char_boundary(FILE_NAME_LEN_MAX - ending.len());
    let stem = stem.get(..room).unwrap_or_default().trim_end_matches(['.', ' ']);
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe_and_good_names_stay() {
        for (name, safe) in [
            ("Song 1.mp3", "Song 1.mp3"),
            ("Größe & Maß (live).flac", "Größe & Maß (live).flac"),
            ("音楽.mp3", "音楽.mp3"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("..\\..\\boot.ini", "_.._boot.ini"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\a.txt", "C__a.txt"),
            ("..", "file"),
            (" . ", "file"),
            ("", "file"),
            (".htaccess", "htaccess"),
            ("a.mp3. ", "a.mp3"),
            ("a\r\nb\0.mp3", "a__b_.mp3"),
            ("what?.mp3", "what_.mp3"),
            ("CON", "_CON"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("console.log", "console.log"),
            ("\u{202e}gnp.exe", "gnp.exe"),
        ] {
            assert_eq!(safe_file_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_cut_between_characters_and_keep_their_ending() {
        let name = safe_file_name(&format!("{}.mp3", "ä".repeat(300)));
        assert!(name.len() <= FILE_NAME_LEN_MAX && name.ends_with("ä.mp3"), "{name}");
        let name = safe_file_name(&"x".repeat(1000));
        assert_eq!(name.len(), FILE_NAME_LEN_MAX);
        let name = safe_file_name(&format!("a.{}", "x".repeat(1000)));
        assert_eq!(name.len(), FILE_NAME_LEN_MAX);
    }

    #[test]
    fn a_safe_name_is_safe_already() {
        for name in ["../x", "CON.txt", &"y.".repeat(200), " .a", "a/../b", "._.", "aux ."] {
            let safe = safe_file_name(name);
            assert_eq!(safe_file_name(&safe), safe, "{name:?}");
        }
    }
}
