use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Random bytes for one new id: 80 bits, as in a [ULID](https://github.com/ulid/spec).
pub type Entropy = [u8; 10];

/// Longest part of an id behind its prefix.
const BODY_LEN_MAX: usize = 40;

/// Why a text is no id of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError {
    prefix: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be `{}` and 1 to {BODY_LEN_MAX} of a-z, 0-9 and _", self.prefix)
    }
}

impl std::error::Error for IdError {}

fn check(text: &str, prefix: &'static str) -> Result<(), IdError> {
    let body = text.strip_prefix(prefix).ok_or(IdError { prefix })?;
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if body.is_empty() || body.len() > BODY_LEN_MAX || !body.bytes().all(allowed) {
        return Err(IdError { prefix });
    }
    Ok(())
}

/// A ULID in lower case: ten digits of time, sixteen of chance, in Crockford's base 32.
/// Ids made later sort later, which keeps the newest rows of a table together.
fn ulid(now_ms: i64, entropy: Entropy) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut value = u128::from(now_ms.max(0).unsigned_abs() & 0xFFFF_FFFF_FFFF);
    for byte in entropy {
        value = (value << 8) | u128::from(byte);
    }
    (0..26)
        .rev()
        .filter_map(|digit| DIGITS.get(((value >> (digit * 5)) & 31) as usize))
        .map(|&byte| char::from(byte))
        .collect()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id. Unique as far as 80 random bits in one millisecond go.
            #[must_use]
            pub fn generate(now: crate::UnixMillis, entropy: Entropy) -> Self {
                Self(format!("{}{}", Self::PREFIX, ulid(now.0, entropy)))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                check(text, $prefix)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                check(&text, $prefix)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A tenant: one customer of Postern, with its own hosts, issuers and people.
    TenantId = "ten_";
    /// An account: who pays. A family, a company, a single user.
    AccountId = "acc_";
    /// A profile: one person within an account, such as a child.
    ProfileId = "prf_";
    /// A transfer of the ledger. A hold is named by the transfer that made it.
    TransferId = "trf_";
    /// One request, as `x-request-id` shows it.
    RequestId = "req_";
    /// An API key's public name; the key itself is kept only as a hash.
    KeyId = "key_";
    /// A browser in which somebody is signed in.
    SessionId = "ses_";
    /// An entry of what administrators have done.
    AuditId = "aud_";
    /// Something that a tenant sells.
    ProductId = "prd_";
    /// What a product costs on a price list.
    PriceId = "pri_";
    /// What somebody is about to buy.
    CartId = "crt_";
    /// A cart's prices, frozen.
    QuoteId = "quo_";
    /// A purchase.
    OrderId = "ord_";
    /// The right to use a product that was bought.
    EntitlementId = "ent_";
    /// A file that is sold, or was uploaded to be.
    AssetId = "ast_";
    /// A link to download assets with.
    GrantId = "gra_";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMillis;

    #[test]
    fn a_new_id_is_its_prefix_and_a_ulid() {
        // The ULID specification's own example, 01ARZ3NDEKTSV4RRFFQ69G5FAV, taken apart:
        // 01ARZ3NDEK is 1469922850259 ms; the other digits are these ten bytes.
        let entropy = [0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b];
        let id = TransferId::generate(UnixMillis(1_469_922_850_259), entropy);
        assert_eq!(id.as_str(), "trf_01arz3ndektsv4rrffq69g5fav");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn later_ids_sort_later() {
        let early = RequestId::generate(UnixMillis(1_000), [0xff; 10]);
        let late = RequestId::generate(UnixMillis(1_001), [0x00; 10]);
        assert!(early < late);
    }

    #[test]
    fn only_the_right_kind_and_the_right_letters_are_ids() {
        assert!("ten_family".parse::<TenantId>().is_ok());
        for wrong in ["", "ten_", "acc_family", "ten_Family", "ten_fam ily", "ten_ä", "ten_a/b"] {
            assert!(wrong.parse::<TenantId>().is_err(), "{wrong:?}");
        }
        assert!(format!("ten_{}", "a".repeat(40)).parse::<TenantId>().is_ok());
        assert!(format!("ten_{}", "a".repeat(41)).parse::<TenantId>().is_err());
        assert!(serde_json::from_str::<TenantId>("\"acc_1\"").is_err());
    }

    #[test]
    fn the_error_says_what_an_id_looks_like() {
        let error = "family".parse::<TenantId>().unwrap_err();
        assert_eq!(error.to_string(), "must be `ten_` and 1 to 40 of a-z, 0-9 and _");
    }
}
