//! What the administrators of a tenant have done.

use super::{AUDIT_CHAIN, AUDIT_HEAD, AUDIT_INSERT, AUDIT_PAGE, AUDIT_UNCHAINED};
use chain::{Head, Link};
use kernel::TenantId;
use ports::{Row, SqlError, Statement};
use serde::Serialize;

/// What refuses an entry that does not follow the newest one.
pub const FOLLOWS: &str = "audit_follows";
/// What refuses an entry that is there already.
pub const IS_NEW: &str = "audit.tenant_id, audit.id";

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

/// Adds an entry behind the one that is the newest.
pub fn insert(entry: &chain::Entry<'_>, newest: &Head) -> Statement {
    let chain::Entry { tenant, id, actor, action, subject, request_id, created_at_ms } = *entry;
    let [tenant, id, actor, action, subject, request] =
        [tenant, id, actor, action, subject, request_id].map(Into::into);
    let head = newest.then(entry);
    let [prev_hash, hash] = [&newest.hash, &head.hash].map(|hash| hash.as_slice().into());
    let (at, seq) = (created_at_ms.into(), head.seq.into());
    let values = [tenant, id, actor, action, subject, request, at, seq, prev_hash, hash];
    Statement::new(AUDIT_INSERT, values)
}

/// The newest entry of the chain, for [`read_head`].
pub fn head(tenant: &TenantId) -> Statement {
    Statement::new(AUDIT_HEAD, [tenant.as_str().into()])
}

/// Reads what [`head`] has found.
///
/// # Errors
/// [`SqlError::Failed`] when it is no entry of a chain.
pub fn read_head(found: &[Row]) -> Result<Head, SqlError> {
    let Some(row) = found.first() else { return Ok(Head::START) };
    let hash = row.blob(1)?.try_into();
    let hash = hash.map_err(|_| SqlError::Failed("column 1 is not a hash".to_owned()))?;
    Ok(Head { seq: row.int(0)?, hash })
}

/// The chain from an entry's number on, in its order, for [`read_link`].
pub fn chain(tenant: &TenantId, seq: i64, limit: u32) -> Statement {
    Statement::new(AUDIT_CHAIN, [tenant.as_str().into(), seq.into(), limit.into()])
}

/// Reads an entry that [`chain`] has found. A hash that somebody has removed is read as an empty one.
///
/// # Errors
/// [`SqlError::Failed`] when it is no entry.
pub fn read_link<'a>(tenant: &'a TenantId, row: &'a Row) -> Result<Link<'a>, SqlError> {
    let entry = chain::Entry {
        tenant: tenant.as_str(),
        id: row.text(3)?,
        actor: row.text(4)?,
        action: row.text(5)?,
        subject: row.text(6)?,
        request_id: row.text(7)?,
        created_at_ms: row.int(8)?,
    };
    let [prev_hash, hash] = [1, 2].map(|column| row.blob(column).unwrap_or_default());
    Ok(Link { seq: row.int(0)?, prev_hash, hash, entry })
}

/// How many entries are older than the chain, `max` at most.
pub fn unchained(tenant: &TenantId, max: u32) -> Statement {
    Statement::new(AUDIT_UNCHAINED, [tenant.as_str().into(), max.into()])
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
