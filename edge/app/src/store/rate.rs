//! How far callers of one account have asked ahead.

use super::{RATE_ADMIT, RATE_READ};
use kernel::{AccountId, TenantId, UnixMillis};
use limit::Quota;
use ports::Statement;

/// The constraint that refuses a caller that asks too often.
pub const RATE_LIMITED: &str = "rate_limited";

/// Counts one request of `key`, or breaks [`RATE_LIMITED`]. Returns the new arrival time.
pub fn admit(
    tenant: &TenantId,
    account: &AccountId,
    key: &str,
    quota: Quota,
    now: UnixMillis,
) -> Statement {
    Statement::new(
        RATE_ADMIT,
        [
            tenant.as_str().into(),
            account.as_str().into(),
            key.into(),
            now.0.saturating_mul(1000).into(),
            quota.interval_us().into(),
            quota.burst_us().into(),
        ],
    )
}

/// The arrival time of `key`.
pub fn read(tenant: &TenantId, account: &AccountId, key: &str) -> Statement {
    Statement::new(RATE_READ, [tenant.as_str().into(), account.as_str().into(), key.into()])
}
