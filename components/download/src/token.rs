//! What `GET /d/{token}` carries: which grant of whom, and until when, so that a wrong link costs
//! no look-up at all.
//!
//! ```text
//! token = base64url( fields mac )                 without padding
//! fields = 1 kid tenant account grant exp         1: the version, one byte
//! kid, tenant, account, grant = length text       length: one byte
//! exp = UTC milliseconds                          eight bytes, big-endian
//! mac = HMAC_SHA256(key, "postern/download-token" fields)
//! ```

use crate::{
    DownloadKeys,
    keys::{mac, same},
};
use base64ct::{Base64UrlUnpadded, Encoding};
use kernel::{AccountId, GrantId, TenantId, UnixMillis};
use std::{fmt, str::FromStr};

const VERSION: u8 = 1;
const MAC_LEN: usize = 32;
/// Keeps what is hashed here apart from what is hashed elsewhere with the same key.
const PURPOSE: &[u8] = b"postern/download-token";

/// Longest token, in characters: the longest name of a key and three of the longest ids.
pub const TOKEN_LEN_MAX: usize = 258;

/// A link to one grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DownloadToken {
    /// Where it counts.
    pub tenant: TenantId,
    /// Whose grant it is: it says which shard keeps it.
    pub account: AccountId,
    /// What may be downloaded.
    pub grant: GrantId,
    /// The first moment at which it is over.
    pub expires_at: UnixMillis,
}

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It is no token at all.
    Malformed,
    /// Its key is not, or no longer, one of the operator's.
    UnknownKey,
    /// It was not made here, or was made for another tenant.
    Forged,
    /// It was made here and is over.
    Expired,
}

impl DownloadToken {
    /// The token as text, made with the newest key; at most [`TOKEN_LEN_MAX`] of
    /// `A-Z a-z 0-9 - _`.
    #[must_use]
    pub fn seal(&self, keys: &DownloadKeys) -> String {
        let key = keys.newest();
        let mut fields = vec![VERSION];
        let texts = [&key.id, self.tenant.as_str(), self.account.as_str(), self.grant.as_str()];
        for text in texts {
            // The longest id has 44 bytes.
            fields.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
            fields.extend_from_slice(text.as_bytes());
        }
        fields.extend_from_slice(&self.expires_at.0.to_be_bytes());
        let proof = mac(key, &[PURPOSE, &fields]);
        fields.extend_from_slice(&proof);
        Base64UrlUnpadded::encode_string(&fields)
    }

    /// Reads a token that was sent to `tenant`.
    ///
    /// # Errors
    /// [`TokenError`]. Nothing of a token that was not made here is believed; that it is over is
    /// only said of one that was.
    pub fn open(
        text: &str,
        keys: &DownloadKeys,
        tenant: &TenantId,
        now: UnixMillis,
    ) -> Result<Self, TokenError> {
        if text.len() > TOKEN_LEN_MAX {
            return Err(TokenError::Malformed);
        }
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| TokenError::Malformed)?;
        let (fields, proof) = bytes.split_last_chunk::<MAC_LEN>().ok_or(TokenError::Malformed)?;
        let (kid, token) = read(fields).ok_or(TokenError::Malformed)?;
        let key = keys.named(kid).ok_or(TokenError::UnknownKey)?;
        if !same(&mac(key, &[PURPOSE, fields]), proof) || token.tenant != *tenant {
            return Err(TokenError::Forged);
        }
        if now >= token.expires_at { Err(TokenError::Expired) } else { Ok(token) }
    }
}

/// The name of the key and what the fields say, whoever has written them.
fn read(fields: &[u8]) -> Option<(&str, DownloadToken)> {
    let (&version, rest) = fields.split_first()?;
    if version != VERSION {
        return None;
    }
    let (kid, rest) = read_text(rest)?;
    let (tenant, rest) = read_id(rest)?;
    let (account, rest) = read_id(rest)?;
    let (grant, rest) = read_id(rest)?;
    let expires_at = UnixMillis(i64::from_be_bytes(rest.try_into().ok()?));
    Some((kid, DownloadToken { tenant, account, grant, expires_at }))
}

fn read_text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (&len, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(len.into())?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

fn read_id<T: FromStr>(bytes: &[u8]) -> Option<(T, &[u8])> {
    let (text, rest) = read_text(bytes)?;
    Some((text.parse().ok()?, rest))
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the link is not a download link",
            Self::UnknownKey => "the link was made with a key that is not in use",
            Self::Forged => "the link was not made here",
            Self::Expired => "the link is over",
        })
    }
}

impl std::error::Error for TokenError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{keys, old_keys};

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    fn token() -> DownloadToken {
        DownloadToken {
            tenant: "ten_market".parse().unwrap(),
            account: "acc_mia".parse().unwrap(),
            grant: "gra_1".parse().unwrap(),
            expires_at: NOW.plus_ms(1),
        }
    }

    fn open(text: &str) -> Result<DownloadToken, TokenError> {
        DownloadToken::open(text, &keys(), &token().tenant, NOW)
    }

    #[test]
    fn what_was_sealed_is_opened_with_any_of_the_keys() {
        assert_eq!(open(&token().seal(&keys())), Ok(token()));
        assert_eq!(open(&token().seal(&old_keys())), Ok(token()));
        let text = token().seal(&keys());
        let gone = DownloadToken::open(&text, &old_keys(), &token().tenant, NOW);
        assert_eq!(gone, Err(TokenError::UnknownKey));
    }

    #[test]
    fn a_token_ends_at_its_moment_and_counts_at_one_tenant() {
        let text = token().seal(&keys());
        let tenant = token().tenant;
        let late = DownloadToken::open(&text, &keys(), &tenant, NOW.plus_ms(1));
        assert_eq!(late, Err(TokenError::Expired));
        let elsewhere = "ten_family".parse().unwrap();
        let other = DownloadToken::open(&text, &keys(), &elsewhere, NOW);
        assert_eq!(other, Err(TokenError::Forged));
        let late = DownloadToken::open(&text, &keys(), &elsewhere, NOW.plus_ms(1));
        assert_eq!(late, Err(TokenError::Forged), "a stranger is not told that it is over");
    }

    #[test]
    fn every_bit_counts() {
        let text = token().seal(&keys());
        let bytes = Base64UrlUnpadded::decode_vec(&text).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let error = open(&Base64UrlUnpadded::encode_string(&changed)).unwrap_err();
                assert_ne!(error, TokenError::Expired, "byte {at}, bit {bit}");
            }
        }
        // As text, too: no character has a second spelling.
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut changed = text.clone().into_bytes();
                changed[at] ^= 1 << bit;
                let changed = String::from_utf8(changed).unwrap();
                assert!(open(&changed).is_err(), "character {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn what_is_no_token_is_malformed() {
        let text = token().seal(&keys());
        for len in 0..text.len() {
            let error = open(text.get(..len).unwrap()).unwrap_err();
            assert!(matches!(error, TokenError::Malformed), "{len}: {error}");
        }
        for wrong in ["", "?", &format!("{text}="), &format!("{text}A"), &"A".repeat(259)] {
            assert_eq!(open(wrong), Err(TokenError::Malformed), "{wrong:?}");
        }
        assert_eq!(open(&"A".repeat(64)), Err(TokenError::Malformed));
    }

    #[test]
    fn the_longest_token_is_as_long_as_is_said() {
        let longest = DownloadToken {
            tenant: format!("ten_{}", "t".repeat(40)).parse().unwrap(),
            account: format!("acc_{}", "a".repeat(40)).parse().unwrap(),
            grant: format!("gra_{}", "g".repeat(40)).parse().unwrap(),
            expires_at: UnixMillis(i64::MAX),
        };
        let key = base64ct::Base64::encode_string(&[3; 64]);
        let keys = DownloadKeys::parse(&format!("{}={key}", "k".repeat(16))).unwrap();
        let text = longest.seal(&keys);
        assert_eq!(text.len(), TOKEN_LEN_MAX);
        assert_eq!(DownloadToken::open(&text, &keys, &longest.tenant, NOW), Ok(longest));
    }
}
