use crate::FieldError;
use base64ct::{Base64, Encoding};
use std::{fmt, ops::RangeInclusive};

/// Most keys at once: the newest, and those that what was made with still counts.
const KEYS_MAX: usize = 8;
/// Longest name of a key.
const KID_LEN_MAX: usize = 16;

/// One key of a list that an operator has set, and its name. It prints as its name only.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// What the key is known by: 1 to 16 of a-z, 0-9, `-` and `_`.
    pub id: String,
    /// The key.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for NamedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// Reads `kid=base64,kid=base64`, newest first: at most eight keys, no name twice, every key as
/// many bytes long as `len` says, in standard base64. There is at least one key in what returns.
///
/// # Errors
/// [`FieldError`] says which entry is wrong and never repeats a key.
pub fn read_keys(text: &str, len: &RangeInclusive<usize>) -> Result<Vec<NamedKey>, FieldError> {
    let mut keys = Vec::<NamedKey>::new();
    for (index, entry) in text.split(',').enumerate() {
        let wrong = |message: &str| FieldError::new(format!("[{index}]"), message);
        if index >= KEYS_MAX {
            return Err(wrong(&format!("is one too many: at most {KEYS_MAX} keys")));
        }
        let entry = entry.trim().split_once('=');
        let (id, key) = entry.ok_or_else(|| wrong("must be `name=base64`"))?;
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
        if id.is_empty() || id.len() > KID_LEN_MAX || !id.bytes().all(allowed) {
            return Err(wrong("must have a name of 1 to 16 of a-z, 0-9, - and _"));
        }
        if keys.iter().any(|key| key.id == id) {
            return Err(wrong("has the name of another key"));
        }
        let bytes = Base64::decode_vec(key).ok().filter(|bytes| len.contains(&bytes.len()));
        let bytes = bytes.ok_or_else(|| wrong(&wanted(len)))?;
        keys.push(NamedKey { id: id.to_owned(), bytes });
    }
    Ok(keys)
}

fn wanted(len: &RangeInclusive<usize>) -> String {
    let (least, most) = (len.start(), len.end());
    match least == most {
        true => format!("must be {least} bytes in base64"),
        false => format!("must be {least} to {most} bytes in base64"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(len: usize) -> String {
        Base64::encode_string(&vec![1; len])
    }

    #[test]
    fn keys_stand_in_the_order_they_are_written_in() {
        let text = format!("new={}, old-1={}", key(32), key(64));
        let keys = read_keys(&text, &(32..=64)).unwrap();
        assert_eq!(format!("{keys:?}"), r#"["new", "old-1"]"#);
        assert_eq!((keys[0].bytes.len(), keys[1].bytes.len()), (32, 64));
    }

    #[test]
    fn errors_say_which_key_and_not_what_it_is() {
        let good = key(32);
        for (text, error) in [
            (String::new(), "`[0]` must be `name=base64`"),
            ("a".into(), "`[0]` must be `name=base64`"),
            (format!("A={good}"), "`[0]` must have a name of 1 to 16 of a-z, 0-9, - and _"),
            (format!("={good}"), "`[0]` must have a name of 1 to 16 of a-z, 0-9, - and _"),
            (format!("a={good},b=secret"), "`[1]` must be 32 bytes in base64"),
            (format!("a={}", key(31)), "`[0]` must be 32 bytes in base64"),
            (format!("a={}", key(33)), "`[0]` must be 32 bytes in base64"),
            (format!("a={good},a={good}"), "`[1]` has the name of another key"),
            (format!("a={good},"), "`[1]` must be `name=base64`"),
        ] {
            assert_eq!(read_keys(&text, &(32..=32)).unwrap_err().to_string(), error, "{text}");
        }
        let error = read_keys(&format!("a={}", key(31)), &(32..=64)).unwrap_err();
        assert_eq!(error.message, "must be 32 to 64 bytes in base64");
        let many = (0..9).map(|i| format!("k{i}={good}")).collect::<Vec<_>>().join(",");
        let error = read_keys(&many, &(32..=32)).unwrap_err().to_string();
        assert_eq!(error, "`[8]` is one too many: at most 8 keys");
    }
}
