//! How many requests a caller may make.
//!
//! The generic cell rate algorithm ([GCRA](https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm))
//! keeps one number for each caller: its *theoretical arrival time*, at which its quota would be
//! whole again. Requests move it ahead by one interval each; a request that would move it too far
//! ahead is refused and moves nothing. One number is cheap to keep in a cache, and cheap to keep in
//! a row that one SQL statement checks and moves at once.
#![forbid(unsafe_code)]

use kernel::{SAFE_INTEGER_MAX, UnixMillis};

const MINUTE_US: i64 = 60_000_000;

/// A quota: so many requests in a minute, and as many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    per_minute: u32,
}

/// Where a caller stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether the request is within the quota.
    pub admitted: bool,
    /// Requests in a minute.
    pub limit: u32,
    /// Requests that could follow at once.
    pub remaining: u32,
    /// Milliseconds until the quota is whole again.
    pub reset_ms: u64,
    /// Milliseconds until one more request would be admitted; 0 when it would be now.
    pub retry_after_ms: u64,
}

impl Quota {
    /// `per_minute` requests in a minute; at least one.
    #[must_use]
    pub const fn per_minute(per_minute: u32) -> Self {
        Self { per_minute: if per_minute == 0 { 1 } else { per_minute } }
    }

    /// Microseconds that one request takes from the quota.
    #[must_use]
    pub const fn interval_us(self) -> i64 {
        // Rounded down, so that a minute's requests fit in a minute.
        let interval_us = MINUTE_US / self.per_minute as i64;
        if interval_us == 0 { 1 } else { interval_us }
    }

    /// How far ahead of the clock the theoretical arrival time may lie, in microseconds.
    #[must_use]
    pub const fn burst_us(self) -> i64 {
        MINUTE_US
    }

    /// Microseconds that `units` take from the quota, rounded up; 2^53 - 1 at most.
    #[must_use]
    pub fn cost_us(self, units: u64) -> i64 {
        let whole = u128::from(units) * u128::from(MINUTE_US.unsigned_abs());
        let cost = whole.div_ceil(self.per_minute.into());
        i64::try_from(cost).unwrap_or(SAFE_INTEGER_MAX).min(SAFE_INTEGER_MAX)
    }

    /// Decides about one request of a caller whose theoretical arrival time is `tat_us`
    /// (microseconds since the epoch; `None` for a caller not seen before). Returns the new one.
    #[must_use]
    pub fn admit(self, tat_us: Option<i64>, now: UnixMillis) -> (i64, Standing) {
        self.admit_cost(self.interval_us(), tat_us, now)
    }

    /// As [`Quota::admit`], for something that takes `cost_us` of the quota.
    #[must_use]
    pub fn admit_cost(self, cost_us: i64, tat_us: Option<i64>, now: UnixMillis) -> (i64, Standing) {
        let now_us = now.0.saturating_mul(1000);
        let current = tat_us.unwrap_or(now_us).max(now_us);
        let next = current.saturating_add(cost_us);
        let ahead_us = next.saturating_sub(now_us);
        if ahead_us > self.burst_us() {
            let short_us = ahead_us.saturating_sub(self.burst_us()).unsigned_abs();
            let retry_after_ms = short_us.div_ceil(1000);
            let standing = self.standing(current, now);
            return (current, Standing { admitted: false, retry_after_ms, ..standing });
        }
        (next, self.standing(next, now))
    }

    /// Where a caller stands whose theoretical arrival time is `tat_us`, without a request.
    #[must_use]
    pub fn standing(self, tat_us: i64, now: UnixMillis) -> Standing {
        let ahead_us = tat_us.saturating_sub(now.0.saturating_mul(1000)).max(0);
        let free_us = self.burst_us().saturating_sub(ahead_us).max(0);
        let short_us = self.interval_us().saturating_sub(free_us).max(0);
        let free = u128::from(free_us.unsigned_abs()) * u128::from(self.per_minute);
        let remaining = free / u128::from(MINUTE_US.unsigned_abs());
        let ms = |us: i64| us.unsigned_abs().div_ceil(1000);
        Standing {
            admitted: true,
            limit: self.per_minute,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset_ms: ms(ahead_us),
            retry_after_ms: ms(short_us),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UnixMillis = UnixMillis(1_900_000_000_000);

    /// Sends requests at the given milliseconds and tells which were admitted.
    fn run(quota: Quota, times_ms: impl IntoIterator<Item = i64>) -> Vec<bool> {
        let mut tat = None;
        times_ms
            .into_iter()
            .map(|ms| {
                let (next, standing) = quota.admit(tat, START.plus_ms(ms));
                tat = Some(next);
                standing.admitted
            })
            .collect()
    }

    #[test]
    fn a_whole_quota_may_be_used_at_once_and_no_more() {
        let admitted = run(Quota::per_minute(10), [0; 12]);
        assert_eq!(admitted.iter().filter(|ok| **ok).count(), 10);
        assert_eq!(admitted[10..], [false, false]);
    }

    #[test]
    fn quota_grows_back_evenly() {
        // Ten a minute: one every six seconds.
        let times = [0; 10].into_iter().chain([5_999, 6_000, 6_001, 12_000, 72_000]);
        assert_eq!(run(Quota::per_minute(10), times)[10..], [false, true, false, true, true]);
    }

    #[test]
    fn a_refused_request_costs_nothing() {
        let times = [0; 10].into_iter().chain([1; 100]).chain([6_000]);
        assert_eq!(run(Quota::per_minute(10), times).last(), Some(&true));
    }

    #[test]
    fn a_caller_is_told_where_it_stands() {
        let quota = Quota::per_minute(2);
        let (tat, first) = quota.admit(None, START);
        assert_eq!((first.limit, first.remaining, first.reset_ms), (2, 1, 30_000));
        assert_eq!(first.retry_after_ms, 0);
        let (tat, second) = quota.admit(Some(tat), START);
        assert_eq!((second.admitted, second.remaining, second.retry_after_ms), (true, 0, 30_000));
        let (_, third) = quota.admit(Some(tat), START.plus_ms(10_000));
        assert_eq!((third.admitted, third.remaining, third.retry_after_ms), (false, 0, 20_000));
        assert_eq!(quota.standing(tat, START.plus_ms(60_000)).remaining, 2);
    }

    #[test]
    fn what_takes_much_is_counted_by_what_it_takes() {
        let quota = Quota::per_minute(70_000);
        let whole = quota.cost_us(70_000);
        assert_eq!(whole, 60_000_000);
        let (tat, standing) = quota.admit_cost(quota.cost_us(35_000), None, START);
        assert_eq!((standing.admitted, standing.remaining), (true, 35_000));
        let (_, refused) = quota.admit_cost(whole, Some(tat), START);
        assert_eq!((refused.admitted, refused.retry_after_ms), (false, 30_000));
        let (_, later) = quota.admit_cost(whole, Some(tat), START.plus_ms(30_000));
        assert!(later.admitted);
        assert_eq!(Quota::per_minute(u32::MAX).cost_us(1), 1);
        assert_eq!(Quota::per_minute(1).cost_us(u64::MAX), SAFE_INTEGER_MAX);
    }

    #[test]
    fn a_clock_that_goes_back_and_wild_numbers_do_no_harm() {
        let quota = Quota::per_minute(1);
        let (tat, _) = quota.admit(None, START);
        assert!(!quota.admit(Some(tat), START.plus_ms(-5_000)).1.admitted);
        assert!(!quota.admit(Some(i64::MAX), UnixMillis(i64::MIN)).1.admitted);
        assert!(quota.admit(Some(i64::MIN), START).1.admitted);
        assert_eq!(Quota::per_minute(0), Quota::per_minute(1));
        let (_, most) = Quota::per_minute(u32::MAX).admit(None, START);
        assert!(most.admitted);
    }
}
