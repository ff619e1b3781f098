use hmac::{Hmac, Mac};
use kernel::{FieldError, NamedKey};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// Why a list of keys cannot be used.
pub type KeysError = FieldError;

/// The operator's keys for what Postern keeps or hands out: `DATA_KEYS`.
///
/// The newest makes, all of them open, so that a key is replaced by putting a new one in front and
/// taking the old one away when nothing that it made counts any more. No key is used as it is: each
/// purpose has its own, derived from it, so that a seal is never an invitation.
#[derive(Clone)]
pub struct DataKeys {
    newest: DataKey,
    older: Vec<DataKey>,
}

/// One of the keys.
#[derive(Clone)]
pub(crate) struct DataKey {
    pub id: String,
    key: [u8; 32],
}

impl DataKeys {
    /// Reads `kid=base64,kid=base64`, newest first. A name is 1 to 16 of a-z, 0-9, `-` and `_`; a
    /// key is 32 bytes in standard base64.
    ///
    /// # Errors
    /// [`KeysError`] says which entry is wrong and never repeats a key.
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let mut keys = kernel::read_keys(text, &(32..=32))?.into_iter().filter_map(|key| {
            let NamedKey { id, bytes } = key;
            Some(DataKey { id, key: bytes.try_into().ok()? })
        });
        let newest = keys.next().ok_or_else(|| FieldError::new("", "must name a key"))?;
        Ok(Self { newest, older: keys.collect() })
    }

    pub(crate) const fn newest(&self) -> &DataKey {
        &self.newest
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &DataKey> {
        std::iter::once(&self.newest).chain(&self.older)
    }

    pub(crate) fn named(&self, id: &str) -> Option<&DataKey> {
        self.all().find(|key| key.id == id)
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all().map(|key| &key.id)).finish()
    }
}

impl DataKey {
    /// The key for one purpose: HKDF-Expand of one block
    /// ([RFC 5869 §2.3](https://www.rfc-editor.org/rfc/rfc5869#section-2.3)). There is nothing to
    /// extract, since the key is as random as a key can be.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        expand(&self.key, &[b"postern/", purpose.as_bytes()].concat())
    }

    /// What proves that `message` was made here for `purpose`.
    pub fn mac(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        hmac(&self.derive(purpose), &[message])
    }

    /// Whether `mac` proves that `message` was made here for `purpose`.
    pub fn is_mac(&self, purpose: &str, message: &[u8], mac: &[u8]) -> bool {
        self.mac(purpose, message).as_slice().ct_eq(mac).into()
    }
}

fn expand(key: &[u8; 32], info: &[u8]) -> [u8; 32] {
    hmac(key, &[info, &[1]])
}

fn hmac(key: &[u8; 32], message: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key up with zeros to the length of a block, which is 64 bytes.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block.into());
    message.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use base64ct::{Base64, Encoding};

    /// The keys of this crate's tests: `new` and, before it, `old`.
    pub(crate) fn keys() -> DataKeys {
        DataKeys::parse(&format!("new={},old={}", key(1), key(2))).unwrap()
    }

    /// What was there before `new`.
    pub(crate) fn old_keys() -> DataKeys {
        DataKeys::parse(&format!("old={}", key(2))).unwrap()
    }

    fn key(byte: u8) -> String {
        Base64::encode_string(&[byte; 32])
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    /// [RFC 5869 appendix A.1](https://www.rfc-editor.org/rfc/rfc5869#appendix-A.1), first block.
    #[test]
    fn keys_are_derived_as_rfc_5869_does() {
        let key = hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        let okm = hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
        let info = hex("f0f1f2f3f4f5f6f7f8f9");
        assert_eq!(expand(&key.try_into().unwrap(), &info).as_slice(), okm);
    }

    #[test]
    fn a_key_serves_one_purpose() {
        let keys = keys();
        let mac = keys.newest().mac("invite", b"text");
        assert!(keys.newest().is_mac("invite", b"text", &mac));
        assert!(!keys.newest().is_mac("csrf", b"text", &mac));
        assert!(!keys.newest().is_mac("invite", b"texs", &mac));
        assert!(!keys.newest().is_mac("invite", b"text", &mac[..31]));
        assert!(!keys.newest().is_mac("invite", b"text", &[]));
        assert!(!keys.named("old").unwrap().is_mac("invite", b"text", &mac));
    }

    #[test]
    fn the_newest_is_first_and_names_are_found() {
        let keys = keys();
        assert_eq!(keys.newest().id, "new");
        assert_eq!(keys.all().count(), 2);
        assert!(keys.named("old").is_some() && keys.named("older").is_none());
        assert_eq!(format!("{keys:?}"), r#"["new", "old"]"#);
    }

    #[test]
    fn keys_of_another_length_are_refused() {
        for len in [31, 33] {
            let text = format!("a={}", Base64::encode_string(&vec![1; len]));
            let error = DataKeys::parse(&text).unwrap_err().to_string();
            assert_eq!(error, "`[0]` must be 32 bytes in base64");
        }
    }
}
