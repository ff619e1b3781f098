//! The API keys of one tenant.

use super::{API_KEY_BY_HASH, API_KEY_INSERT, API_KEY_LIST, API_KEY_REVOKE, API_KEY_USED};
use kernel::{AccountId, KeyId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};
use serde::Serialize;

/// A key that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    pub id: String,
    pub account: String,
    /// Words parted by spaces, as in a token's `scope`.
    pub scopes: String,
    /// When it was last written down that it is used.
    pub used_at_ms: Option<i64>,
}

/// A key, for the one whose it is.
#[derive(Clone, Debug, Serialize)]
pub struct ListedKey {
    pub id: String,
    pub name: String,
    pub scopes: Vec<String>,
    pub created_at_ms: i64,
    pub used_at_ms: Option<i64>,
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

/// The keys of an account that work, newest first.
pub fn list(tenant: &TenantId, account: &AccountId, limit: u32) -> Statement {
    Statement::new(
        API_KEY_LIST,
        [tenant.as_str().into(), account.as_str().into(), i64::from(limit).into()],
    )
}

/// Writes down that a key is used.
pub fn used(tenant: &TenantId, id: &str, now: UnixMillis) -> Statement {
    Statement::new(API_KEY_USED, [tenant.as_str().into(), id.into(), now.0.into()])
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
            used_at_ms: row.opt_int(3)?,
        })
    }
}

impl TryFrom<&Row> for ListedKey {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.text(0)?.to_owned(),
            name: row.text(1)?.to_owned(),
            scopes: row.text(2)?.split(' ').map(str::to_owned).collect(),
            created_at_ms: row.int(3)?,
            used_at_ms: row.opt_int(4)?,
        })
    }
}
