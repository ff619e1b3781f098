//! What has been tried for one request, and what is tried next.

use crate::Retry;
use kernel::UnixMillis;

/// Most attempts for one request, whatever the configuration says.
const ATTEMPTS_MAX: u32 = 8;

/// The attempts of one request.
///
/// The candidates are tried in their order. One that failed in a way that may pass is tried again
/// after a while; meanwhile the next ones have their turn, so that nobody waits who need not.
#[derive(Clone, Debug)]
pub struct Schedule {
    candidates: Vec<Turn>,
    attempts: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    attempts: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ready,
    After(UnixMillis),
    Out,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try the candidate with this index.
    Try(usize),
    /// Wait so many milliseconds, then ask again.
    Wait(u64),
    /// Nothing is left to be tried.
    GiveUp,
}

impl Schedule {
    /// A schedule for so many candidates.
    #[must_use]
    pub fn new(candidates: usize) -> Self {
        Self { candidates: vec![Turn::default(); candidates], attempts: 0 }
    }

    /// How often something was tried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What to do next. A candidate that is handed out counts as tried.
    pub fn next(&mut self, now: UnixMillis) -> Next {
        if self.attempts >= ATTEMPTS_MAX {
            return Next::GiveUp;
        }
        let ready = |turn: &Turn| match turn.state {
            State::Ready => true,
            State::After(moment) => moment <= now,
            State::Out => false,
        };
        if let Some(index) = self.candidates.iter().position(ready) {
            if let Some(turn) = self.candidates.get_mut(index) {
                turn.attempts += 1;
                turn.state = State::Out;
            }
            self.attempts += 1;
            return Next::Try(index);
        }
        let soonest = self.candidates.iter().filter_map(|turn| match turn.state {
            State::After(moment) => Some(moment),
            State::Ready | State::Out => None,
        });
        match soonest.min() {
            Some(moment) => Next::Wait(moment.since_ms(now).max(1).unsigned_abs()),
            None => Next::GiveUp,
        }
    }

    /// A candidate was handed out and not asked after all, because its breaker is open.
    pub fn passed_over(&mut self) {
        self.attempts = self.attempts.saturating_sub(1);
    }

    /// How often a candidate has been tried.
    #[must_use]
    pub fn attempts_of(&self, index: usize) -> u32 {
        self.candidates.get(index).map_or(0, |turn| turn.attempts)
    }

    /// A candidate failed and may be tried again at `moment`.
    pub fn again_at(&mut self, index: usize, moment: UnixMillis) {
        if let Some(turn) = self.candidates.get_mut(index) {
            turn.state = State::After(moment);
        }
    }
}

/// How long to wait before a candidate that was tried `attempts` times is tried once more; `None`
/// when it is not to be.
///
/// The wait doubles each time, and half of it is up to chance, so that those who failed together do
/// not come back together ([AWS on jitter](https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/)).
/// It is never shorter than what the provider has asked for; when that is longer than a person
/// would want to wait, there is no next time.
#[must_use]
pub fn again_after_ms(
    rule: &Retry,
    attempts: u32,
    retry_after_ms: Option<u64>,
    chance: u32,
) -> Option<u64> {
    let asked_ms = retry_after_ms.unwrap_or(0);
    if attempts >= rule.attempts || asked_ms > rule.retry_after_ms_max.into() {
        return None;
    }
    let doubled = attempts.saturating_sub(1).min(10);
    let most_ms = u64::from(rule.backoff_ms) << doubled;
    let half_ms = most_ms / 2;
    let jitter_ms = u64::from(chance) % (most_ms - half_ms + 1);
    Some((half_ms + jitter_ms).max(asked_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UnixMillis = UnixMillis(1_900_000_000_000);
    const RULE: Retry = Retry { attempts: 3, backoff_ms: 100, retry_after_ms_max: 2_000 };

    #[test]
    fn candidates_have_their_turn_before_any_is_waited_for() {
        let mut schedule = Schedule::new(2);
        assert_eq!(schedule.next(START), Next::Try(0));
        schedule.again_at(0, START.plus_ms(100));
        assert_eq!(schedule.next(START), Next::Try(1));
        assert_eq!(schedule.next(START), Next::Wait(100));
        assert_eq!(schedule.next(START.plus_ms(100)), Next::Try(0));
        assert_eq!(schedule.next(START.plus_ms(100)), Next::GiveUp);
        assert_eq!((schedule.attempts(), schedule.attempts_of(0)), (3, 2));
    }

    #[test]
    fn there_is_an_end_to_it() {
        let mut schedule = Schedule::new(1);
        let mut tried = 0;
        while let Next::Try(index) = schedule.next(START) {
            schedule.again_at(index, START);
            tried += 1;
        }
        assert_eq!(tried, ATTEMPTS_MAX);
        assert_eq!(Schedule::new(0).next(START), Next::GiveUp);
    }

    #[test]
    fn waits_double_and_are_half_up_to_chance() {
        let wait = |attempts, chance| again_after_ms(&RULE, attempts, None, chance);
        assert_eq!((wait(1, 0), wait(1, 50)), (Some(50), Some(100)));
        assert_eq!((wait(2, 0), wait(2, 100)), (Some(100), Some(200)));
        assert_eq!(wait(3, 0), None);
        for chance in [0, 1, 7_919, u32::MAX] {
            assert!((50..=100).contains(&wait(1, chance).unwrap()), "{chance}");
        }
    }

    #[test]
    fn what_a_provider_asks_for_is_kept_or_not_waited_for() {
        assert_eq!(again_after_ms(&RULE, 1, Some(1_500), 0), Some(1_500));
        assert_eq!(again_after_ms(&RULE, 1, Some(2_001), 0), None);
    }
}
