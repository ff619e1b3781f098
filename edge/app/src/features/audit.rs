//! What administrators have done in a tenant, for administrators to read.
//!
//! A route that only administrators may use leaves an entry when it has changed something. It is
//! written after the response, to the tenant's own shard, and is not part of what was done: an
//! account's grant is in its ledger in any case.

use crate::{
    app::{Cx, Platform, entropy},
    problem::Problem,
    store::{
        audit::{self, Entry},
        ledger::rows,
    },
};
use futures::FutureExt;
use kernel::{AccountId, AuditId};
use ports::{Host, Shard, Sql, Tasks};
use std::rc::Rc;
use tenant::Tenant;

/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "aud_~";

fn shard(tenant: &Tenant) -> Shard {
    Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region }
}

/// Writes down that `actor` has done `action` to `subject`.
pub fn note<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    actor: &AccountId,
    action: &'static str,
    subject: &str,
) {
    let id = AuditId::generate(cx.now, entropy(&cx.host));
    let what = (actor.as_str(), action, subject);
    let insert = audit::insert(&tenant.id, &id, what, &cx.request_id, cx.now);
    let (cx, shard) = (cx.clone(), shard(tenant));
    let host = cx.host.clone();
    let work = async move {
        if let Err(error) = cx.host.sql(&shard).query(insert).await {
            log::error!("{}: {action} is not in the audit log: {error}", cx.request_id);
        }
    };
    host.tasks().after_response(work.boxed_local());
}

/// A page of the log, newest first, and where the next begins.
///
/// # Errors
/// [`Problem::Sql`].
pub async fn page<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    before: Option<&str>,
    limit: u32,
) -> Result<(Vec<Entry>, Option<String>), Problem> {
    let page = audit::page(&tenant.id, before.unwrap_or(AFTER_ALL_IDS), limit + 1);
    let mut entries: Vec<Entry> = rows(&cx.host.sql(&shard(tenant)).query(page).await?)?;
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let next = entries.last().filter(|_| more).map(|last| last.id.clone());
    Ok((entries, next))
}
