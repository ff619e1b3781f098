//! How a deployment has been doing, and the circuit breaker that follows from it.

use crate::Breaker;
use kernel::UnixMillis;

/// After this long without news, what was seen counts half.
const HALF_LIFE_MS: f64 = 30_000.0;
/// How much of an average the newest first-byte time is.
const NEWEST: f64 = 0.2;
/// Share of requests that must have failed for the breaker to open.
const FAILED_SHARE: f64 = 0.5;

/// What is remembered of one deployment of a model.
///
/// Requests and failures decay, so that a bad minute is forgotten after some good ones. The breaker
/// is closed until enough has failed; then *open*, and nothing is sent; then *half open*: one
/// request is let through to find out, and its outcome closes or opens it again.
#[derive(Clone, Debug, Default)]
pub struct Health {
    requests: f64,
    failures: f64,
    first_byte_ms: Option<f64>,
    updated: Option<UnixMillis>,
    /// Until when nothing is sent. It stays set while half open.
    open_until: Option<UnixMillis>,
    /// Until when the outcome of the one request is waited for.
    probe_until: Option<UnixMillis>,
}

/// What an outcome has changed, for others to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing that others need to know.
    None,
    /// The breaker has opened, until this moment.
    Opened(UnixMillis),
    /// The breaker has closed.
    Closed,
}

impl Health {
    /// Whether a request may be sent. Of an open breaker whose time is over, this takes the one
    /// place there is.
    pub fn admits(&mut self, now: UnixMillis, rule: &Breaker) -> bool {
        let Some(open_until) = self.open_until else { return true };
        if now < open_until || self.probe_until.is_some_and(|until| now < until) {
            return false;
        }
        self.probe_until = Some(now.plus_ms(rule.open_ms.into()));
        true
    }

    /// Until when nothing is sent; `None` when the breaker is closed.
    #[must_use]
    pub fn open_until(&self) -> Option<UnixMillis> {
        self.open_until
    }

    /// Another instance has opened its breaker.
    pub fn heard_open(&mut self, until: UnixMillis) {
        self.open_until = Some(self.open_until.map_or(until, |known| known.max(until)));
    }

    /// A request began to be answered after `first_byte_ms`.
    pub fn succeeded(&mut self, now: UnixMillis, first_byte_ms: i64) -> Change {
        self.decay(now);
        self.requests += 1.0;
        // Times of a request are far below 2^52 milliseconds.
        #[allow(clippy::cast_precision_loss)]
        let newest = first_byte_ms.max(0) as f64;
        let average = self.first_byte_ms.map_or(newest, |old| old + NEWEST * (newest - old));
        self.first_byte_ms = Some(average);
        self.probe_until = None;
        if self.open_until.take().is_none() {
            return Change::None;
        }
        self.failures = 0.0;
        Change::Closed
    }

    /// A request failed. `retry_after_ms` is how long the provider has asked to be left alone.
    pub fn failed(
        &mut self,
        now: UnixMillis,
        rule: &Breaker,
        retry_after_ms: Option<u64>,
    ) -> Change {
        self.decay(now);
        self.requests += 1.0;
        self.failures += 1.0;
        let was_probe = self.probe_until.take().is_some();
        let too_many = self.failures >= f64::from(rule.failures)
            && self.failures >= FAILED_SHARE * self.requests;
        if !was_probe && !too_many {
            return Change::None;
        }
        let asked_ms = retry_after_ms.map_or(0, |ms| i64::try_from(ms).unwrap_or(i64::MAX));
        let open_ms = i64::from(rule.open_ms);
        let until = now.plus_ms(open_ms.max(asked_ms.min(Breaker::OPEN_MS_MAX.into())));
        self.open_until = Some(until);
        Change::Opened(until)
    }

    /// How long an answer is likely to be waited for, failures and all: less is better. `None`
    /// for a deployment of which nothing is known.
    #[must_use]
    pub fn expected_ms(&self, now: UnixMillis) -> Option<f64> {
        let first_byte_ms = self.first_byte_ms?;
        let mut current = self.clone();
        current.decay(now);
        let failed = current.failures / current.requests.max(1.0);
        // Of which so many fail, so many more are needed.
        Some(first_byte_ms.max(1.0) / (1.0 - failed.min(0.99)))
    }

    /// Whether more of the latest requests have failed than should.
    #[must_use]
    pub fn is_failing(&self, now: UnixMillis) -> bool {
        let mut current = self.clone();
        current.decay(now);
        current.failures >= 0.5 && current.failures > current.requests * FAILED_SHARE / 5.0
    }

    fn decay(&mut self, now: UnixMillis) {
        let elapsed_ms = self.updated.map_or(0, |updated| now.since_ms(updated).max(0));
        // Decades of milliseconds are far below 2^52.
        #[allow(clippy::cast_precision_loss)]
        let kept = (-(elapsed_ms as f64) / HALF_LIFE_MS).exp2();
        self.requests *= kept;
        self.failures *= kept;
        self.updated = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Breaker = Breaker { failures: 3, open_ms: 10_000 };
    const START: UnixMillis = UnixMillis(1_900_000_000_000);

    fn broken() -> Health {
        let mut health = Health::default();
        for _ in 0..2 {
            assert_eq!(health.failed(START, &RULE, None), Change::None);
            assert!(health.admits(START, &RULE));
        }
        assert_eq!(health.failed(START, &RULE, None), Change::Opened(START.plus_ms(10_000)));
        health
    }

    #[test]
    fn it_opens_after_enough_failures_and_lets_one_find_out() {
        let mut health = broken();
        assert!(!health.admits(START.plus_ms(9_999), &RULE));
        let later = START.plus_ms(10_000);
        assert!(health.admits(later, &RULE), "the one");
        assert!(!health.admits(later, &RULE), "and no other");
        assert_eq!(health.succeeded(later, 80), Change::Closed);
        assert!(health.admits(later, &RULE) && health.admits(later, &RULE));
    }

    #[test]
    fn a_failed_probe_opens_it_again_and_a_lost_one_is_repeated() {
        let mut health = broken();
        let later = START.plus_ms(10_000);
        assert!(health.admits(later, &RULE));
        assert_eq!(health.failed(later, &RULE, None), Change::Opened(later.plus_ms(10_000)));
        let again = later.plus_ms(10_000);
        assert!(health.admits(again, &RULE));
        // Its client went away: nothing is ever heard of it.
        assert!(!health.admits(again.plus_ms(9_999), &RULE));
        assert!(health.admits(again.plus_ms(10_000), &RULE));
    }

    #[test]
    fn failures_among_many_successes_do_not_open_it() {
        let mut health = Health::default();
        for _ in 0..20 {
            health.succeeded(START, 50);
        }
        for _ in 0..15 {
            assert_eq!(health.failed(START, &RULE, None), Change::None);
        }
    }

    #[test]
    fn old_failures_are_forgotten() {
        let mut health = Health::default();
        for minute in 0..10 {
            let now = START.plus_ms(minute * 60_000);
            assert_eq!(health.failed(now, &RULE, None), Change::None);
        }
    }

    #[test]
    fn a_provider_that_asks_for_more_time_gets_it_within_bounds() {
        let opened = |retry_after_ms| {
            let mut health = Health::default();
            health.failed(START, &RULE, None);
            health.failed(START, &RULE, None);
            health.failed(START, &RULE, Some(retry_after_ms))
        };
        assert_eq!(opened(30_000), Change::Opened(START.plus_ms(30_000)));
        assert_eq!(opened(1), Change::Opened(START.plus_ms(10_000)));
        assert_eq!(opened(u64::MAX), Change::Opened(START.plus_ms(Breaker::OPEN_MS_MAX.into())));
    }

    #[test]
    fn slow_and_failing_deployments_are_expected_to_take_longer() {
        let mut quick = Health::default();
        let mut slow = Health::default();
        assert_eq!(quick.expected_ms(START), None);
        quick.succeeded(START, 100);
        slow.succeeded(START, 300);
        assert!(quick.expected_ms(START) < slow.expected_ms(START));
        for _ in 0..4 {
            quick.failed(START, &Breaker { failures: 100, ..RULE }, None);
        }
        assert!(quick.expected_ms(START) > slow.expected_ms(START));
    }
}
