//! What the administrators of a tenant have done.

use super::{AUDIT_INSERT, AUDIT_PAGE};
use kernel::{AuditId, RequestId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};
use serde::Serialize;

/// Something that was done.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub id: String,
    /// The account that did it.
    pub actor: String,
    /// What it did, by the route's name.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The request that did it.
    pub request_id: String,
    pub created_at_ms: i64,
}

pub fn insert(
    tenant: &TenantId,
    id: &AuditId,
    (actor, action, subject): (&str, &str, &str),
    request: &RequestId,
    now: UnixMillis,
) -> Statement {
    let texts = [tenant.as_str(), id.as_str(), actor, action, subject, request.as_str()];
    let [tenant, id, actor, action, subject, request] = texts.map(Into::into);
    Statement::new(AUDIT_INSERT, [tenant, id, actor, action, subject, request, now.0.into()])
}

/// The entries from before one, newest first.
pub fn page(tenant: &TenantId, before: &str, limit: u32) -> Statement {
    Statement::new(AUDIT_PAGE, [tenant.as_str().into(), before.into(), i64::from(limit).into()])
}

impl TryFrom<&Row> for Entry {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.text(0)?.to_owned(),
            actor: row.text(1)?.to_owned(),
            action: row.text(2)?.to_owned(),
            subject: row.text(3)?.to_owned(),
            request_id: row.text(4)?.to_owned(),
            created_at_ms: row.int(5)?,
        })
    }
}
