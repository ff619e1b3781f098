//! What people are by invitation, and the invitations that were accepted.

use super::{INVITE_USE, INVITE_USER, MEMBERSHIP_LIST, MEMBERSHIP_PUT, MEMBERSHIP_REMOVE};
use kernel::{AccountId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};
use serde::Serialize;

/// A role that somebody was invited to.
#[derive(Clone, Debug, Serialize)]
pub struct Membership {
    pub role: String,
    pub created_at_ms: i64,
}

/// In the tenant's shard: the invitation is this account's, unless it is somebody's already.
pub fn use_invite(
    tenant: &TenantId,
    id: &str,
    account: &AccountId,
    now: UnixMillis,
) -> Vec<Statement> {
    let [tenant, id, account] = [tenant.as_str(), id, account.as_str()];
    vec![
        Statement::new(INVITE_USE, [tenant.into(), id.into(), account.into(), now.0.into()]),
        Statement::new(INVITE_USER, [tenant.into(), id.into()]),
    ]
}

/// In the account's shard: the account has a role.
pub fn put(
    tenant: &TenantId,
    account: &AccountId,
    (role, invite): (&str, &str),
    now: UnixMillis,
) -> Statement {
    let [tenant, account, role, invite] =
        [tenant.as_str(), account.as_str(), role, invite].map(Into::into);
    Statement::new(MEMBERSHIP_PUT, [tenant, account, role, invite, now.0.into()])
}

/// The roles of an account.
pub fn list(tenant: &TenantId, account: &AccountId, limit: u32) -> Statement {
    let [tenant, account] = [tenant.as_str(), account.as_str()].map(Into::into);
    Statement::new(MEMBERSHIP_LIST, [tenant, account, i64::from(limit).into()])
}

/// Takes a role away, by whatever invitations it came. A row for each, if the account had it.
pub fn remove(tenant: &TenantId, account: &AccountId, role: &str, now: UnixMillis) -> Statement {
    let [tenant, account, role] = [tenant.as_str(), account.as_str(), role].map(Into::into);
    Statement::new(MEMBERSHIP_REMOVE, [tenant, account, role, now.0.into()])
}

impl TryFrom<&Row> for Membership {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self { role: row.text(0)?.to_owned(), created_at_ms: row.int(1)? })
    }
}
