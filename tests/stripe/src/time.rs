//! What happens by itself when time passes: sessions expire, subscriptions renew, invoices are
//! finalized and tried again. Test clocks have times of their own.

use crate::{
    World,
    error::{Answer, Refusal},
    value::Peek,
};
use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Something that is due.
#[derive(Clone, Debug)]
pub(crate) enum Job {
    /// A checkout session ends.
    Expire(String),
    /// A subscription's period ends.
    Renew(String),
    /// A draft becomes an invoice.
    Finalize(String),
    /// An invoice is tried again.
    Retry(String),
}

/// What is due, by clock, time and turn. The clock without a name is everyone's.
pub(crate) type Agenda = BTreeMap<String, BTreeMap<(i64, u64), Job>>;

/// How far a test clock goes at once: two of the longest periods.
const ADVANCE_MAX_S: i64 = 2 * 366 * 24 * 60 * 60;
const CLOCK_LIFE_S: i64 = 30 * 24 * 60 * 60;

impl World {
    /// Notes that something is due by a clock.
    pub(crate) fn due(&mut self, clock: &str, at_s: i64, job: Job) {
        let turn = self.given;
        self.given += 1;
        self.agenda.entry(clock.to_owned()).or_default().insert((at_s, turn), job);
    }

    /// Does what is due by everyone's clock.
    pub(crate) fn wake(&mut self, now_s: i64) {
        let before = self.now.clone();
        while let Some((at_s, job)) = self.next("", now_s) {
            self.now.s = at_s;
            self.run(&job, at_s);
        }
        self.now = before;
    }

    fn next(&mut self, clock: &str, until_s: i64) -> Option<(i64, Job)> {
        let jobs = self.agenda.get_mut(clock)?;
        let first = jobs.first_entry().filter(|first| first.key().0 <= until_s)?;
        let at_s = first.key().0;
        Some((at_s, first.remove()))
    }

    fn run(&mut self, job: &Job, at_s: i64) {
        let (Job::Expire(id) | Job::Renew(id) | Job::Finalize(id) | Job::Retry(id)) = job;
        self.now.account = self.objects.get(id).and_then(|entry| entry.account.clone());
        match job {
            Job::Expire(id) => self.expire(id),
            Job::Renew(id) => self.renew(id, at_s),
            Job::Finalize(id) => self.bill_due(id),
            Job::Retry(id) => self.bill_again(id),
        }
    }

    pub(crate) fn clock_create(&mut self, params: &Value) -> Answer {
        let id = self.new_id("clock");
        self.insert(json!({
            "id": id, "object": "test_helpers.test_clock", "created": self.now.s,
            "deletes_after": self.now.s + CLOCK_LIFE_S, "frozen_time": params["frozen_time"],
            "livemode": false, "name": params["name"], "status": "ready", "status_details": {},
        }));
        self.emit("test_helpers.test_clock.created", &id);
        if let Some(customer) = params.opt("customer") {
            self.find("customer", customer, Some("customer"))?;
            self.set(customer, json!({ "test_clock": id }));
        }
        Ok(self.copy(&id))
    }

    /// Stripe answers at once and advances behind the answer; here it has happened before it.
    pub(crate) fn clock_advance(&mut self, id: &str, params: &Value) -> Answer {
        let from = self.find("test_helpers.test_clock", id, None)?.int("frozen_time");
        let to = params.int("frozen_time");
        if to <= from || to - from > ADVANCE_MAX_S {
            let message = "Test clocks go forward, by two years at most.";
            return Err(Refusal::param("frozen_time", message));
        }
        let details = json!({ "advancing": { "target_frozen_time": to } });
        self.set(id, json!({ "status": "advancing", "status_details": details }));
        self.emit("test_helpers.test_clock.advancing", id);
        while let Some((at_s, job)) = self.next(id, to) {
            self.set(id, json!({ "frozen_time": at_s }));
            self.run(&job, at_s);
        }
        self.set(id, json!({ "frozen_time": to, "status": "ready", "status_details": {} }));
        self.emit("test_helpers.test_clock.ready", id);
        Ok(self.copy(id))
    }
}

/// The end of the period that begins at a time, where periods are counted from an anchor: the
/// 31st of January is followed by the 28th of February and the 31st of March.
pub(crate) fn period_end(anchor_s: i64, begins_s: i64, recurring: &Value) -> i64 {
    let count = recurring.int("interval_count").max(1);
    for turn in 1..i64::from(i32::MAX) {
        let end = after(anchor_s, recurring.text("interval"), count * turn);
        if end > begins_s {
            return end;
        }
    }
    begins_s
}

fn after(anchor_s: i64, interval: &str, count: i64) -> i64 {
    const DAY_S: i64 = 24 * 60 * 60;
    let months = match interval {
        "day" => return anchor_s + count * DAY_S,
        "week" => return anchor_s + count * 7 * DAY_S,
        "year" => count * 12,
        _ => count,
    };
    let Ok(anchor) = Timestamp::from_second(anchor_s) else { return anchor_s };
    let ends = Span::new()
        .try_months(months)
        .and_then(|span| anchor.to_zoned(TimeZone::UTC).checked_add(span))
        .or_else(|_| anchor.to_zoned(TimeZone::UTC).checked_add(SignedDuration::from_hours(1)));
    ends.map_or(anchor_s, |ends| ends.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_keep_their_anchor() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let monthly = json!({ "interval": "month", "interval_count": 1 });
        let anchor = at("2026-01-31T10:00:00Z");
        let february = period_end(anchor, anchor, &monthly);
        assert_eq!(february, at("2026-02-28T10:00:00Z"));
        assert_eq!(period_end(anchor, february, &monthly), at("2026-03-31T10:00:00Z"));
        let weekly = json!({ "interval": "week", "interval_count": 2 });
        assert_eq!(period_end(anchor, anchor, &weekly), at("2026-02-14T10:00:00Z"));
    }
}
