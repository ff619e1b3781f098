//! Sealing: what Postern hands to a browser or writes to a disk and nobody else may read or change.
//!
//! The cipher is XChaCha20-Poly1305
//! ([draft-irtf-cfrg-xchacha](https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03)).
//! Its nonce has 192 bits, so that random ones never meet, where the 96 bits of AES-GCM call for a
//! counter or a new key every 2^32 messages; and it is quick and constant in time without hardware
//! that WebAssembly cannot reach.
//!
//! A seal is `v1.<kid>.<base64url of nonce, text and tag>`. It opens only in the context that it
//! was made for: its purpose, the tenant, the account. A cookie of one tenant's is rubble to
//! another, and a refresh token in the wrong row does not open.

use crate::{DataKeys, base64url};
use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead, KeyInit, Payload},
};
use std::fmt;

/// Random bytes for one seal. They must be new for each.
pub type Nonce = [u8; NONCE_LEN];

const NONCE_LEN: usize = 24;
const VERSION: &str = "v1";

/// Longest text that is sealed, in bytes.
pub const TEXT_LEN_MAX: usize = 48 * 1024;
/// Longest seal: the text, the nonce and the tag in base64, behind the name of the key.
const SEAL_LEN_MAX: usize = 65 * 1024;

/// Why a text is not sealed, or a seal does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The text is longer than [`TEXT_LEN_MAX`].
    TooLong,
    /// Made with another key or for another context, changed, cut, or no seal at all. Which of them
    /// is nobody's business.
    Unopened,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the text is too long to be sealed",
            Self::Unopened => "the seal does not open here",
        })
    }
}

impl std::error::Error for SealError {}

/// Seals `text` with the newest key for `context`: what it is and whose, from the outside in, such
/// as `["refresh", tenant, account, session]`.
///
/// # Errors
/// [`SealError::TooLong`].
pub fn seal(
    keys: &DataKeys,
    context: &[&str],
    text: &[u8],
    nonce: Nonce,
) -> Result<String, SealError> {
    if text.len() > TEXT_LEN_MAX {
        return Err(SealError::TooLong);
    }
    let key = keys.newest();
    let sealed = encrypt(&key.derive("seal"), &nonce, &join(context), text)?;
    let body = [nonce.as_slice(), &sealed].concat();
    Ok(format!("{VERSION}.{}.{}", key.id, base64url::encode(&body)))
}

/// Opens what [`seal`] has made, with the key that it names.
///
/// # Errors
/// [`SealError::Unopened`].
pub fn open(keys: &DataKeys, context: &[&str], sealed: &str) -> Result<Vec<u8>, SealError> {
    if sealed.len() > SEAL_LEN_MAX {
        return Err(SealError::Unopened);
    }
    let mut parts = sealed.splitn(3, '.');
    let (Some(VERSION), Some(id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(SealError::Unopened);
    };
    let key = keys.named(id).ok_or(SealError::Unopened)?.derive("seal");
    let body = base64url::decode(body).ok_or(SealError::Unopened)?;
    let (nonce, text) = body.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Unopened)?;
    let payload = Payload { msg: text, aad: &join(context) };
    let cipher = XChaCha20Poly1305::new(&key.into());
    cipher.decrypt(nonce.into(), payload).map_err(|_| SealError::Unopened)
}

fn encrypt(key: &[u8; 32], nonce: &Nonce, aad: &[u8], text: &[u8]) -> Result<Vec<u8>, SealError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.encrypt(nonce.into(), Payload { msg: text, aad }).map_err(|_| SealError::TooLong)
}

/// The context in one piece. Each part's length stands before it, so that no two contexts are the
/// same.
fn join(context: &[&str]) -> Vec<u8> {
    let parts = context.iter().flat_map(|part| {
        let length = (part.len() as u64).to_be_bytes();
        length.into_iter().chain(part.bytes())
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{keys, old_keys};

    const CONTEXT: [&str; 2] = ["login", "ten_one"];

    /// [draft-irtf-cfrg-xchacha-03 appendix A.3.1](https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03#appendix-A.3.1).
    #[test]
    fn the_vector_of_the_draft() {
        let key = std::array::from_fn(|i| 0x80 + i as u8);
        let nonce = std::array::from_fn(|i| 0x40 + i as u8);
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip \
                     for the future, sunscreen would be it.";
        let sealed = encrypt(&key, &nonce, &aad, text).unwrap();
        let hex = sealed.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(
            hex,
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
             731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
             2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
             21f9664c97637da9768812f615c68b13b52e\
             c0875924c1c7987947deafd8780acf49"
        );
    }

    #[test]
    fn what_was_sealed_opens() {
        for text in [b"".as_slice(), b"a", &[0xff; 5000]] {
            let sealed = seal(&keys(), &CONTEXT, text, [7; 24]).unwrap();
            assert!(sealed.starts_with("v1.new."));
            assert_eq!(open(&keys(), &CONTEXT, &sealed).unwrap(), text);
        }
    }

    #[test]
    fn an_older_key_still_opens_and_a_newer_one_is_not_needed() {
        let sealed = seal(&old_keys(), &CONTEXT, b"text", [7; 24]).unwrap();
        assert!(open(&keys(), &CONTEXT, &sealed).is_ok());
        let sealed = seal(&keys(), &CONTEXT, b"text", [7; 24]).unwrap();
        assert_eq!(open(&old_keys(), &CONTEXT, &sealed), Err(SealError::Unopened));
    }

    #[test]
    fn a_seal_opens_in_its_own_context_only() {
        let sealed = seal(&keys(), &CONTEXT, b"text", [7; 24]).unwrap();
        for other in [
            ["login", "ten_two"].as_slice(),
            &["login"],
            &["login", "ten_one", ""],
            &["loginten_one"],
            &["logi", "nten_one"],
            &[],
        ] {
            assert_eq!(open(&keys(), other, &sealed), Err(SealError::Unopened), "{other:?}");
        }
    }

    #[test]
    fn no_single_changed_character_opens() {
        let sealed = seal(&keys(), &CONTEXT, b"text", [7; 24]).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(open(&keys(), &CONTEXT, &changed), Err(SealError::Unopened), "{changed}");
        }
        // A seal of `new` that says it is one of `old`.
        let renamed = sealed.replace(".new.", ".old.");
        assert_eq!(open(&keys(), &CONTEXT, &renamed), Err(SealError::Unopened));
    }

    #[test]
    fn a_text_has_a_longest_length() {
        let sealed = seal(&keys(), &CONTEXT, &[0; TEXT_LEN_MAX], [7; 24]).unwrap();
        assert!(open(&keys(), &CONTEXT, &sealed).is_ok());
        let longer = seal(&keys(), &CONTEXT, &[0; TEXT_LEN_MAX + 1], [7; 24]);
        assert_eq!(longer, Err(SealError::TooLong));
    }

    #[test]
    fn rubble_does_not_open() {
        let sealed = seal(&keys(), &CONTEXT, b"text", [7; 24]).unwrap();
        for text in ["", ".", "..", "v1.new.", "v1.new.AAAA", "v2.new.AAAA", "v1..AAAA", "v1.new"] {
            assert_eq!(open(&keys(), &CONTEXT, text), Err(SealError::Unopened), "{text}");
        }
        assert_eq!(
            open(&keys(), &CONTEXT, sealed.get(..sealed.len() - 4).unwrap()),
            Err(SealError::Unopened)
        );
        assert_eq!(open(&keys(), &CONTEXT, &format!("{sealed}AAAA")), Err(SealError::Unopened));
        assert_eq!(
            open(&keys(), &CONTEXT, &"A".repeat(SEAL_LEN_MAX + 1)),
            Err(SealError::Unopened)
        );
    }
}
