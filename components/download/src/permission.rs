//! The proof that one account may have one asset until a moment:
//! `HMAC_SHA256(key, userId|assetId|entitlementId|exp)`.
//!
//! It is kept with the grant and checked again when the grant is used, so that a row that was
//! changed behind Postern's back opens nothing. The parts cannot run into each other: an id has no
//! `|` in it, and there are always four.

use crate::{
    DownloadKeys,
    keys::{mac, same},
};
use kernel::{AccountId, AssetId, EntitlementId, UnixMillis};
use std::fmt::{self, Write};

/// Who may have what, by which right, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Who downloads.
    pub account: AccountId,
    /// What is downloaded.
    pub asset: AssetId,
    /// By which right.
    pub entitlement: EntitlementId,
    /// The first moment at which it is over. It is hashed as a decimal number of milliseconds.
    pub expires_at: UnixMillis,
}

/// A permission's proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionHash {
    /// The name of the key that it was made with.
    pub kid: String,
    /// The hash: 64 digits of lower-case hex.
    pub hex: String,
}

/// Why a proof does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionError {
    /// Its key is not, or no longer, one of the operator's.
    UnknownKey,
    /// It was not made for this permission.
    Forged,
    /// It was made for this permission, which is over.
    Expired,
}

impl Permission {
    /// The proof, made with the newest key.
    #[must_use]
    pub fn hash(&self, keys: &DownloadKeys) -> PermissionHash {
        let key = keys.newest();
        PermissionHash { kid: key.id.clone(), hex: self.hex(key) }
    }

    /// Whether `hash` proves this permission at `now`. It takes as long for a wrong proof as for a
    /// right one.
    ///
    /// # Errors
    /// [`PermissionError`].
    pub fn verify(
        &self,
        keys: &DownloadKeys,
        hash: &PermissionHash,
        now: UnixMillis,
    ) -> Result<(), PermissionError> {
        let key = keys.named(&hash.kid).ok_or(PermissionError::UnknownKey)?;
        if !same(self.hex(key).as_bytes(), hash.hex.as_bytes()) {
            return Err(PermissionError::Forged);
        }
        if now >= self.expires_at { Err(PermissionError::Expired) } else { Ok(()) }
    }

    fn hex(&self, key: &kernel::NamedKey) -> String {
        let Self { account, asset, entitlement, expires_at } = self;
        let message = format!("{account}|{asset}|{entitlement}|{expires_at}");
        mac(key, &[message.as_bytes()]).iter().fold(String::with_capacity(64), |mut hex, byte| {
            // A text takes all that is written to it.
            _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl fmt::Display for PermissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownKey => "the permission was made with a key that is not in use",
            Self::Forged => "the permission was not made for this",
            Self::Expired => "the permission is over",
        })
    }
}

impl std::error::Error for PermissionError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::{keys, old_keys};

    fn permission() -> Permission {
        Permission {
            account: "acc_mia".parse().unwrap(),
            asset: "ast_song".parse().unwrap(),
            entitlement: "ent_1".parse().unwrap(),
            expires_at: UnixMillis(1_800_000_000_000),
        }
    }

    const BEFORE: UnixMillis = UnixMillis(1_799_999_999_999);

    /// As Python's `hmac.new(b"\1" * 32, b"acc_mia|ast_song|ent_1|1800000000000", "sha256")` says.
    #[test]
    fn the_hash_is_what_its_definition_says() {
        let hash = permission().hash(&keys());
        assert_eq!(hash.kid, "new");
        assert_eq!(hash.hex, "c8752a180c112d486f3d966d6a0ff0ee10fdcf03969f95cffb40c06eb9aaa7ea");
    }

    #[test]
    fn an_older_key_still_proves_and_a_key_that_is_gone_does_not() {
        let hash = permission().hash(&old_keys());
        assert_eq!(permission().verify(&keys(), &hash, BEFORE), Ok(()));
        let hash = permission().hash(&keys());
        let verdict = permission().verify(&old_keys(), &hash, BEFORE);
        assert_eq!(verdict, Err(PermissionError::UnknownKey));
    }

    #[test]
    fn a_proof_is_for_one_permission_and_its_time() {
        let (keys, good) = (keys(), permission());
        let hash = good.hash(&keys);
        assert_eq!(good.verify(&keys, &hash, BEFORE), Ok(()));
        assert_eq!(good.verify(&keys, &hash, good.expires_at), Err(PermissionError::Expired));
        let others = [
            Permission { account: "acc_max".parse().unwrap(), ..permission() },
            Permission { asset: "ast_film".parse().unwrap(), ..permission() },
            Permission { entitlement: "ent_2".parse().unwrap(), ..permission() },
            Permission { expires_at: good.expires_at.plus_ms(1), ..permission() },
        ];
        for other in others {
            assert_eq!(other.verify(&keys, &hash, BEFORE), Err(PermissionError::Forged));
        }
        let kid = hash.kid;
        let wrong = [String::new(), hash.hex.to_uppercase(), hash.hex.replacen('0', "", 1)];
        for hex in wrong.into_iter().chain([hash.hex.clone() + "0", "0".repeat(64)]) {
            let hash = PermissionHash { kid: kid.clone(), hex };
            assert_eq!(good.verify(&keys, &hash, BEFORE), Err(PermissionError::Forged));
        }
        let old = PermissionHash { kid: "old".into(), hex: hash.hex };
        assert_eq!(good.verify(&keys, &old, BEFORE), Err(PermissionError::Forged));
    }
}
