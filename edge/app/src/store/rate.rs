//! How far callers have asked ahead.

use super::{RATE_ADMIT, RATE_FORGET, RATE_GIVE_BACK, RATE_READ};
use kernel::{AccountId, TenantId, TransferId, UnixMillis};
use limit::Quota;
use ports::{Statement, Value};

/// The constraint that refuses a caller that asks too often.
pub const RATE_LIMITED: &str = "rate_limited";

/// Whose requests are counted.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    pub tenant: &'a TenantId,
    /// The account whose shard counts; `None` where it is the tenant's.
    pub account: Option<&'a AccountId>,
    /// The caller, or the address.
    pub name: &'a str,
}

impl Key<'_> {
    fn owner(&self) -> [Value; 2] {
        [self.tenant.as_str().into(), self.account.map_or("", AccountId::as_str).into()]
    }

    /// Counts what takes `cost_us` of a quota, or breaks [`RATE_LIMITED`]. Returns the new arrival
    /// time.
    pub fn admit(&self, quota: Quota, cost_us: i64, now: UnixMillis) -> Statement {
        let [tenant, account] = self.owner();
        Statement::new(
            RATE_ADMIT,
            [
                tenant,
                account,
                self.name.into(),
                micros(now).into(),
                cost_us.into(),
                quota.burst_us().into(),
            ],
        )
    }

    /// Gives back what the request of an open hold has not used.
    pub fn give_back(&self, unused_us: i64, hold: &TransferId) -> Statement {
        let [tenant, account] = self.owner();
        Statement::new(
            RATE_GIVE_BACK,
            [tenant, account, self.name.into(), unused_us.into(), hold.as_str().into()],
        )
    }

    /// The arrival time.
    pub fn read(&self) -> Statement {
        let [tenant, account] = self.owner();
        Statement::new(RATE_READ, [tenant, account, self.name.into()])
    }

    /// Forgets all whose quota is whole again. They would be let in as if they were new.
    pub fn forget(&self, now: UnixMillis) -> Statement {
        let [tenant, account] = self.owner();
        Statement::new(RATE_FORGET, [tenant, account, micros(now).into()])
    }
}

fn micros(now: UnixMillis) -> i64 {
    now.0.saturating_mul(1000)
}
