use kernel::Entropy;
use sha2::{Digest, Sha256};
use std::fmt;

/// A secret that a server sends in place of a token: `pk_live_` and 32 letters and digits.
///
/// Postern keeps only the hash. A plain SHA-256 is enough for that, since the key is 160 random
/// bits and nobody can guess it; slow hashes are for passwords.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// What every key begins with.
    pub const PREFIX: &'static str = "pk_live_";
    const BODY_LEN: usize = 32;
    const DIGITS: &'static [u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

    /// A new key.
    #[must_use]
    pub fn generate(entropy: [Entropy; 2]) -> Self {
        let mut key = Self::PREFIX.to_owned();
        for half in entropy {
            let bits = half.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
            let digits = (0..16).filter_map(|i| Self::DIGITS.get((bits >> (i * 5)) as usize & 31));
            key.extend(digits.map(|&byte| char::from(byte)));
        }
        Self(key)
    }

    /// Reads what a caller sent; `None` when it does not look like a key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix(Self::PREFIX)?;
        let sound = body.len() == Self::BODY_LEN && body.bytes().all(|b| Self::DIGITS.contains(&b));
        sound.then(|| Self(text.to_owned()))
    }

    /// What is stored and looked up in place of the key.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    /// The key itself, to be shown to its owner once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_reads_back_and_every_bit_of_entropy_counts() {
        let key = ApiKey::generate([[0; 10], [0xff; 10]]);
        assert_eq!(key.reveal(), "pk_live_0000000000000000zzzzzzzzzzzzzzzz");
        assert_eq!(ApiKey::parse(key.reveal()), Some(key.clone()));
        for byte in 0..20 {
            let mut entropy = [[0_u8; 10]; 2];
            entropy[byte / 10][byte % 10] = 1;
            assert_ne!(ApiKey::generate(entropy).hash(), ApiKey::generate([[0; 10]; 2]).hash());
        }
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in
            ["", "pk_live_", "pk_live_0000000000000000zzzzzzzzzzzzzzz!", "eyJhbGciOiJub25lIn0.."]
        {
            assert_eq!(ApiKey::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_debug_print_does_not_show_the_key() {
        let key = ApiKey::generate([[7; 10]; 2]);
        assert!(!format!("{key:?}").contains("pk_live_"));
    }
}
