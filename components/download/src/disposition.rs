//! What a download is called: the header `content-disposition`.

use crate::safe_file_name;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but `attr-char`
/// ([RFC 8187 §3.2.1](https://www.rfc-editor.org/rfc/rfc8187#section-3.2.1)).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The header that has a file saved as `name`, made safe
/// ([RFC 6266](https://www.rfc-editor.org/rfc/rfc6266)). It is ASCII, and can stand in a header as
/// it is.
///
/// A name that is not ASCII stands in it twice: as `filename*`, which is what browsers take, and
/// with `_` for each character that is none, for whoever knows `filename` only.
#[must_use]
pub fn content_disposition(name: &str) -> String {
    let name = safe_file_name(name);
    let plain: String = name.chars().map(plain).collect();
    if plain == name {
        return format!("attachment; filename=\"{name}\"");
    }
    let encoded = utf8_percent_encode(&name, ENCODED);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// What may stand between quotation marks and is read as it is: some browsers decode `%41`
/// ([RFC 6266 appendix D](https://www.rfc-editor.org/rfc/rfc6266#appendix-D)).
const fn plain(c: char) -> char {
    match c {
        '"' | '\\' | '%' => '_',
        ' '..='~' => c,
        _ => '_',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_rfc_6266_and_rfc_8187_want_them() {
        for (name, header) in [
            ("song.mp3", r#"attachment; filename="song.mp3""#),
            ("My song; take 2.mp3", r#"attachment; filename="My song; take 2.mp3""#),
            (
                "€ rates.pdf",
                r#"attachment; filename="_ rates.pdf"; filename*=UTF-8''%E2%82%AC%20rates.pdf"#,
            ),
            ("100%.txt", r#"attachment; filename="100_.txt"; filename*=UTF-8''100%25.txt"#),
            (
                "a'b*(c)é",
                r#"attachment; filename="a'b_(c)_"; filename*=UTF-8''a%27b_%28c%29%C3%A9"#,
            ),
        ] {
            assert_eq!(content_disposition(name), header);
        }
    }

    #[test]
    fn no_name_leaves_its_header() {
        for name in ["a\"; x=\"b", "a\r\nset-cookie: b=c", "a\\", "\u{7f}\u{85}", "\"", "..\0"] {
            let header = content_disposition(name);
            assert!(header.bytes().all(|b| (b' '..=b'~').contains(&b)), "{header:?}");
            assert_eq!(header.matches('"').count(), 2, "{header:?}");
            assert!(!header.contains('\\'), "{header:?}");
        }
    }
}
