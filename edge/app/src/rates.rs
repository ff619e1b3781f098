//! How often somebody has asked, where it need not be counted together with what is spent.
//!
//! Instances do not know of each other. Where one lives long, it counts by itself, which costs
//! nothing: a caller that reaches several has as many quotas, and each keeps its instance from
//! being flooded. Where instances live short, that would be no limit at all, so the tenant's shard
//! counts. What spends tokens is counted by `chat::hold`, always in the account's shard.

use crate::{
    app::{Cx, Platform},
    guard::Caller,
    problem::Problem,
    store::rate::{self, RATE_LIMITED},
};
use kernel::UnixMillis;
use limit::{Quota, Standing};
use lru::LruCache;
use ports::{Host, Row, Shard, Sql, SqlError, Statement};
use std::{cell::RefCell, num::NonZeroUsize};
use tenant::Tenant;

/// Most callers whose rate an instance remembers.
const CALLERS_MAX: usize = 10_000;

/// The callers that an instance has seen, and how far each has asked ahead.
pub struct Rates(RefCell<LruCache<String, i64>>);

impl Default for Rates {
    fn default() -> Self {
        let callers = NonZeroUsize::new(CALLERS_MAX).unwrap_or(NonZeroUsize::MIN);
        Self(RefCell::new(LruCache::new(callers)))
    }
}

impl Rates {
    fn count(&self, caller: String, quota: Quota, now: UnixMillis) -> Standing {
        let mut rates = self.0.borrow_mut();
        let (arrival, standing) = quota.admit(rates.get(&caller).copied(), now);
        rates.put(caller, arrival);
        standing
    }
}

/// Counts one request of a tenant's caller, or of an address.
///
/// # Errors
/// [`Problem::RateLimited`], and [`Problem::Sql`] where the tenant's shard counts.
pub async fn count<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    caller: &str,
    per_minute: u32,
) -> Result<Standing, Problem> {
    let quota = Quota::per_minute(per_minute);
    let standing = if P::INSTANCES_LAST {
        cx.app.rates.count(format!("{}/{caller}", tenant.id), quota, cx.now)
    } else {
        let shard = Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region };
        let sql = cx.host.sql(&shard);
        let key = rate::Key { tenant: &tenant.id, account: None, name: caller };
        match sql
            .batch(vec![key.forget(cx.now), key.admit(quota, quota.interval_us(), cx.now)])
            .await
        {
            Ok(results) => admitted(results.last(), quota, cx.now)?,
            Err(error) if error.is_constraint(RATE_LIMITED) => {
                refused(&sql, key.read(), quota, cx.now).await
            }
            Err(error) => return Err(error.into()),
        }
    };
    if standing.admitted { Ok(standing) } else { Err(Problem::RateLimited(standing)) }
}

/// Counts one request of somebody who is known, where the tenant limits them.
///
/// # Errors
/// As for [`count`].
pub async fn count_caller<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    caller: &Caller,
) -> Result<Option<Standing>, Problem> {
    let Some(per_minute) = tenant.limits.requests_per_minute_per_key else { return Ok(None) };
    count(cx, tenant, caller.quota_key(), per_minute).await.map(Some)
}

/// Where a caller stands whom the shard has let in.
pub fn admitted(
    rows: Option<&Vec<Row>>,
    quota: Quota,
    now: UnixMillis,
) -> Result<Standing, SqlError> {
    let row = rows.and_then(|rows| rows.first());
    Ok(quota.standing(row.map_or(Ok(0), |row| row.int(0))?, now))
}

/// Where a caller stands whom the shard has refused. Looked up only now, since most are not.
pub async fn refused(sql: &impl Sql, read: Statement, quota: Quota, now: UnixMillis) -> Standing {
    let rows = sql.query(read).await.unwrap_or_default();
    let arrival = rows.first().and_then(|row| row.int(0).ok()).unwrap_or(0);
    Standing { admitted: false, ..quota.standing(arrival, now) }
}
