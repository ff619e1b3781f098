//! Which account a person has.
//!
//! The account's name is a hash of who says that this is whom: the tenant, the issuer and the
//! issuer's name for the person. The same person always finds the same account, without a table to
//! look them up in before their shard is known; and what one issuer says never leads to an account
//! that another issuer's word has made, whatever subject or address it claims.

use kernel::{AccountId, TenantId, UnixMillis};
use sha2::{Digest, Sha256};

/// The account of `subject`, as `issuer` names the person, with `tenant`.
#[must_use]
pub fn account_id(tenant: &TenantId, issuer: &str, subject: &str) -> AccountId {
    let mut hash = Sha256::new();
    hash.update("postern/account/v1");
    for part in [tenant.as_str(), issuer, subject] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    // 128 bits of the hash, written as every other id is: the first 48 stand where the time would.
    let [a, b, c, d, e, f, rest @ ..] = <[u8; 32]>::from(hash.finalize());
    let high = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let mut low = [0; 10];
    low.iter_mut().zip(rest).for_each(|(to, from)| *to = from);
    AccountId::generate(UnixMillis(high), low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(tenant: &str, issuer: &str, subject: &str) -> AccountId {
        account_id(&tenant.parse().unwrap(), issuer, subject)
    }

    #[test]
    fn an_account_is_named_the_same_for_ever() {
        let id = id("ten_one", "https://id.example", "248289761001");
        assert_eq!(id.as_str(), "acc_290n0wbv2mxsz56b7zc1m7bcs6");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn all_128_bits_are_in_the_name() {
        // The vector, by another way: SHA-256 of the parts, its first 16 bytes as one number, in
        // Crockford's base 32.
        let mut text = b"postern/account/v1".to_vec();
        for part in ["ten_one", "https://id.example", "248289761001"] {
            text.extend((part.len() as u64).to_be_bytes());
            text.extend(part.as_bytes());
        }
        let hash: [u8; 32] = Sha256::digest(&text).into();
        let mut number = u128::from_be_bytes(hash[..16].try_into().unwrap());
        let mut digits = Vec::new();
        for _ in 0..26 {
            digits.push(b"0123456789abcdefghjkmnpqrstvwxyz"[(number & 31) as usize]);
            number >>= 5;
        }
        digits.reverse();
        let expected = format!("acc_{}", String::from_utf8(digits).unwrap());
        assert_eq!(id("ten_one", "https://id.example", "248289761001").as_str(), expected);
    }

    #[test]
    fn issuers_and_tenants_never_meet() {
        let one = id("ten_one", "https://id.example", "1");
        assert_ne!(one, id("ten_two", "https://id.example", "1"));
        assert_ne!(one, id("ten_one", "https://id.example/", "1"));
        assert_ne!(one, id("ten_one", "https://id.exampl", "e1"));
        assert_ne!(one, id("ten_one", "https://id.example1", ""));
        assert_ne!(one, id("ten_one", "https://id.example", "2"));
    }
}
