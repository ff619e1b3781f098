//! The operator's keys for links: `DOWNLOAD_KEYS`.

use hmac::{Hmac, KeyInit, Mac};
use kernel::{FieldError, NamedKey};
use sha2::Sha256;
use std::{fmt, ops::RangeInclusive};
use subtle::ConstantTimeEq;

/// Shorter than the hash, a key would be what is guessed; longer than a block, it is hashed
/// ([RFC 2104 §3](https://www.rfc-editor.org/rfc/rfc2104#section-3)).
const KEY_LEN: RangeInclusive<usize> = 32..=64;

/// The keys that links are made and checked with.
///
/// The newest makes, all of them check: a key is replaced by putting a new one in front, and taking
/// the old one away when the links that it made have run out.
#[derive(Clone)]
pub struct DownloadKeys {
    newest: NamedKey,
    older: Vec<NamedKey>,
}

impl DownloadKeys {
    /// Reads `kid=base64,kid=base64`, newest first. A name is 1 to 16 of a-z, 0-9, `-` and `_`; a
    /// key is 32 to 64 bytes in standard base64.
    ///
    /// # Errors
    /// [`FieldError`] says which entry is wrong and never repeats a key.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let mut keys = kernel::read_keys(text, &KEY_LEN)?.into_iter();
        let newest = keys.next().ok_or_else(|| FieldError::new("", "must name a key"))?;
        Ok(Self { newest, older: keys.collect() })
    }

    /// What stands in the place of `value`, which is not to be kept: 32 digits of hex by each of the
    /// keys, newest first, so that what was kept before the keys were changed is recognised. Without
    /// the keys nobody can find out what it was, or try addresses until one fits. The same value
    /// has another name for each `purpose`.
    #[must_use]
    pub fn pseudonyms(&self, purpose: &str, value: &str) -> Vec<String> {
        let named = |key: &NamedKey| {
            let name =
                mac(key, &[b"postern/download-", purpose.as_bytes(), &[0], value.as_bytes()]);
            name.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
        };
        std::iter::once(&self.newest).chain(&self.older).map(named).collect()
    }

    pub(crate) const fn newest(&self) -> &NamedKey {
        &self.newest
    }

    pub(crate) fn named(&self, id: &str) -> Option<&NamedKey> {
        std::iter::once(&self.newest).chain(&self.older).find(|key| key.id == id)
    }
}

impl fmt::Debug for DownloadKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(std::iter::once(&self.newest).chain(&self.older)).finish()
    }
}

/// HMAC-SHA256 of the parts of a message, one after the other.
pub(crate) fn mac(key: &NamedKey, message: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a key up with zeros to the length of a block, and no key is longer than that.
    let mut block = [0; 64];
    block.iter_mut().zip(&key.bytes).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    message.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use base64ct::{Base64, Encoding};

    /// The keys of this crate's tests: `new` and, before it, `old`.
    pub(crate) fn keys() -> DownloadKeys {
        DownloadKeys::parse(&format!("new={},old={}", key(1), key(2))).unwrap()
    }

    /// What was there before `new`.
    pub(crate) fn old_keys() -> DownloadKeys {
        DownloadKeys::parse(&format!("old={}", key(2))).unwrap()
    }

    fn key(byte: u8) -> String {
        Base64::encode_string(&[byte; 32])
    }

    /// [RFC 4231 §4.3](https://www.rfc-editor.org/rfc/rfc4231#section-4.3), test case 2, whose key
    /// is short, and test case 4, in parts.
    #[test]
    fn messages_are_authenticated_as_rfc_4231_does() {
        let hex = |mac: [u8; 32]| mac.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let key = |bytes: Vec<u8>| NamedKey { id: "k".into(), bytes };
        let mac_2 = mac(&key(b"Jefe".to_vec()), &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(mac_2), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let mac_4 = mac(&key((1..=25).collect()), &[&[0xcd; 20], &[0xcd; 30]]);
        assert_eq!(hex(mac_4), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    }

    #[test]
    fn names_differ_by_key_by_purpose_and_by_value() {
        let [new, old] = keys().pseudonyms("ip", "203.0.113.7").try_into().unwrap();
        assert_eq!(
            (new.len(), old_keys().pseudonyms("ip", "203.0.113.7")),
            (32, vec![old.clone()])
        );
        assert_ne!(new, old);
        assert_ne!(keys().pseudonyms("device", "203.0.113.7")[0], new);
        assert_ne!(keys().pseudonyms("ip", "203.0.113.8")[0], new);
    }

    #[test]
    fn the_newest_is_first_and_no_key_is_printed() {
        let keys = keys();
        assert_eq!(keys.newest().id, "new");
        assert!(keys.named("old").is_some() && keys.named("older").is_none());
        assert_eq!(format!("{keys:?}"), r#"["new", "old"]"#);
        let error = DownloadKeys::parse("a=AAAA").unwrap_err().within("DOWNLOAD_KEYS");
        assert_eq!(error.to_string(), "`DOWNLOAD_KEYS[0]` must be 32 to 64 bytes in base64");
    }
}
