//! What administrators have done in a tenant, for administrators to read.
//!
//! A route that only administrators may use leaves an entry when it has changed something. It is
//! written after the response, to the tenant's own shard, and is not part of what was done: an
//! account's grant is in its ledger in any case.
//!
//! Entries are a chain ([`chain`]). The shard refuses one that does not follow the newest, so that
//! whoever comes second looks again, and there is one chain however many write.

use crate::{
    app::{Call, Cx, Platform, entropy},
    problem::Problem,
    respond,
    store::{
        audit::{self, Entry, FOLLOWS, IS_NEW},
        ledger::rows,
    },
};
use chain::{Head, Walk};
use futures::FutureExt;
use http::StatusCode;
use kernel::{AccountId, AuditId, FieldError, TenantId};
use ports::{Body, Clock, Host, Shard, Sql, SqlError, Tasks};
use serde::Serialize;
use std::rc::Rc;
use tenant::Tenant;

/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "aud_~";
/// How often an entry finds its place taken before it is given up. Of those that write at once one
/// gets on each time, so this is how many may.
const ATTEMPTS_MAX: u32 = 64;
/// How often a shard that is out of reach is tried.
const FAILURES_MAX: u32 = 4;
/// How long such a shard is left alone, the first time.
const BACKOFF_MS: u64 = 100;
/// Entries of the chain that are read at a time.
const CHAIN_PAGE_LEN: u32 = 500;
/// How often, in one call.
const CHAIN_PAGES_MAX: u32 = 10;
/// Most entries from before the chain that are counted.
const UNCHAINED_MAX: u32 = 10_000;

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
    let (cx, tenant) = (cx.clone(), tenant.clone());
    let (actor, subject) = (actor.clone(), subject.to_owned());
    let host = cx.host.clone();
    let work = async move {
        let entry = chain::Entry {
            tenant: tenant.id.as_str(),
            id: id.as_str(),
            actor: actor.as_str(),
            action,
            subject: &subject,
            request_id: cx.request_id.as_str(),
            created_at_ms: cx.now.0,
        };
        if let Err(error) = write(&cx, &tenant, &entry).await {
            log::error!("{}: {action} is not in the audit log: {error}", cx.request_id);
        }
    };
    host.tasks().after_response(work.boxed_local());
}

/// Adds an entry to the end of the chain, wherever that is by then.
async fn write<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    entry: &chain::Entry<'_>,
) -> Result<(), SqlError> {
    let sql = cx.host.sql(&shard(tenant));
    let mut failures = 0;
    for _ in 1..ATTEMPTS_MAX {
        match append(&sql, &tenant.id, entry).await {
            Err(error) if error.is_constraint(FOLLOWS) => {}
            // An attempt that seemed to fail has taken place.
            Err(error) if error.is_constraint(IS_NEW) => return Ok(()),
            Err(SqlError::Unavailable(_)) if failures + 1 < FAILURES_MAX => {
                cx.host.clock().sleep(BACKOFF_MS << failures).await;
                failures += 1;
            }
            outcome => return outcome,
        }
    }
    append(&sql, &tenant.id, entry).await
}

async fn append(
    sql: &impl Sql,
    tenant: &TenantId,
    entry: &chain::Entry<'_>,
) -> Result<(), SqlError> {
    let newest = audit::read_head(&sql.query(audit::head(tenant)).await?)?;
    sql.query(audit::insert(entry, &newest)).await?;
    Ok(())
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

/// How much of the log was looked at, and whether it is as it was written.
#[derive(Serialize)]
struct Verdict {
    /// Entries that were looked at and are as they were written.
    entries: u64,
    /// Entries from before there was a chain, [`UNCHAINED_MAX`] at most.
    unchained: i64,
    intact: bool,
    /// The last of `entries`.
    head: Option<Place>,
    /// The number of the first entry that is missing or is not as it was written.
    broken_at: Option<i64>,
    /// What `after` must be to look at the rest, if there is any.
    next: Option<String>,
}

#[derive(Serialize)]
struct Place {
    seq: i64,
    /// In hexadecimal.
    hash: String,
}

/// `GET /admin/audit/verify`
pub async fn verify<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let after = respond::query(&call.query, "after").map(str::parse::<Head>).transpose();
    let after = after.map_err(|e| FieldError::new("after", e.to_string()))?;
    let tenant = &call.tenant.id;
    let sql = call.cx.host.sql(&shard(&call.tenant));
    let counted = sql.query(audit::unchained(tenant, UNCHAINED_MAX)).await?;
    let unchained = counted.first().map_or(Ok(0), |row| row.int(0))?;
    let mut walk = after.map_or_else(Walk::new, Walk::from);
    let (mut pages, mut is_end) = (0, false);
    while pages < CHAIN_PAGES_MAX && !is_end && walk.broken_at().is_none() {
        pages += 1;
        let page = audit::chain(tenant, walk.next_seq(), CHAIN_PAGE_LEN);
        let found = sql.query(page).await?;
        for row in &found {
            if !walk.push(&audit::read_link(tenant, row)?) {
                break;
            }
        }
        is_end = found.len() < CHAIN_PAGE_LEN as usize;
    }
    let intact = if is_end { walk.end() } else { walk.broken_at().is_none() };
    let head = walk.head();
    let verdict = Verdict {
        entries: walk.entries(),
        unchained,
        intact,
        head: head.map(|head| Place { seq: head.seq, hash: chain::hex(&head.hash) }),
        broken_at: walk.broken_at(),
        next: head.filter(|_| intact && !is_end).map(|head| head.to_string()),
    };
    Ok(respond::json(StatusCode::OK, &verdict))
}
