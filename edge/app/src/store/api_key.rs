//! The API keys of one tenant.

use super::{API_KEY_BY_HASH, API_KEY_INSERT, API_KEY_REVOKE};
use kernel::{AccountId, KeyId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};

/// A key that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    pub id: String,
    pub account: String,
    /// Words parted by spaces, as in a token's `scope`.
    pub scopes: String,
}

/// A key to be stored.
pub struct NewKey<'a> {
    pub hash: [u8; 32],
    pub id: &'a KeyId,
    pub account: &'a AccountId,
    pub name: &'a str,
    pub scopes: &'a str,
}

pub fn insert(tenant: &TenantId, key: &NewKey<'_>, now: UnixMillis) -> Statement {
    Statement::new(
        API_KEY_INSERT,
        [
            tenant.as_str().into(),
            key.hash.as_slice().into(),
            key.id.as_str().into(),
            key.account.as_str().into(),
            key.name.into(),
            key.scopes.into(),
            now.0.into(),
        ],
    )
}

pub fn by_hash(tenant: &TenantId, hash: &[u8; 32]) -> Statement {
    Statement::new(API_KEY_BY_HASH, [tenant.as_str().into(), hash.as_slice().into()])
}

pub fn revoke(tenant: &TenantId, account: &AccountId, id: &KeyId, now: UnixMillis) -> Statement {
    Statement::new(
        API_KEY_REVOKE,
        [tenant.as_str().into(), account.as_str().into(), id.as_str().into(), now.0.into()],
    )
}

impl TryFrom<&Row> for StoredKey {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.text(0)?.to_owned(),
            account: row.text(1)?.to_owned(),
            scopes: row.text(2)?.to_owned(),
        })
    }
}
