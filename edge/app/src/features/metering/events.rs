//! Recording usage.

use super::report::report_later;
use crate::{
    app::{Call, Platform},
    problem::{Problem, ShopProblem},
    respond,
    store::{
        ledger::rows,
        outbox::Message,
        usage::{CAPACITY_USED_UP, Event, NewEvent, Plan, WINDOW_OVERLAPS},
    },
};
use ::usage::{Capacity, UsageError, Window, window};
use http::StatusCode;
use kernel::{FieldError, UnixMillis};
use ports::{Body, Host, Sql};
use serde::{Deserialize, Serialize};

/// Most that is used at once.
const QUANTITY_MAX: i64 = 1_000_000_000;
/// Longest identifier.
const IDENTIFIER_LEN_MAX: usize = 100;
/// Longest name of a meter.
const METER_LEN_MAX: usize = 40;
/// How far back usage may be, and how far ahead a clock may go: what Stripe takes
/// ([create](https://docs.stripe.com/api/billing/meter-event/create)).
const PAST_MS: i64 = 35 * 86_400_000;
const FUTURE_MS: i64 = 5 * 60_000;
/// How often a window is computed again that another has come in the way of.
const ATTEMPTS_MAX: usize = 3;
/// How long the outbox leaves a message to the request that has made it.
const DELIVERY_MS: i64 = 60_000;

/// What was used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Used {
    meter: String,
    quantity: i64,
    identifier: String,
    #[serde(default)]
    at_ms: Option<UnixMillis>,
}

/// Where it left the window.
#[derive(Serialize)]
struct Recorded<'a> {
    window: Span<'a>,
    used: i64,
    capacity: i64,
    extra: i64,
    left: i64,
    alerts: Vec<u8>,
}

#[derive(Serialize)]
struct Span<'a> {
    start_ms: UnixMillis,
    end_ms: UnixMillis,
    zone: &'a str,
}

/// `POST /usage/events`
pub async fn record<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let used: Used = respond::read(std::mem::take(&mut call.body)).await?;
    used.check(call.cx.now)?;
    let sql = call.cx.host.sql(&call.tenant_shard());
    let (subscriptions, at) = (call.subscriptions(), used.at_ms.unwrap_or(call.cx.now));
    for _ in 0..ATTEMPTS_MAX {
        let reads =
            vec![subscriptions.event(&used.identifier), subscriptions.plan(&used.meter, at)];
        let found = sql.batch(reads).await?;
        let of = |index: usize| found.get(index).map_or(&[][..], Vec::as_slice);
        if let Some(event) = rows::<Event>(of(0))?.pop() {
            return used.answer(&event, StatusCode::OK);
        }
        let plan = rows::<Plan>(of(1))?.pop().ok_or(ShopProblem::NoSubscription)?;
        let span = plan.window(at, &call.tenant.time_zone)?;
        let event = NewEvent {
            identifier: &used.identifier,
            request: &call.cx.request_id,
            subscription: &plan.subscription,
            meter: &used.meter,
            quantity: used.quantity,
            window_start: span.start,
            used_at: at,
            is_dated: used.at_ms.is_some(),
            now: call.cx.now,
        };
        let zone = &call.tenant.time_zone;
        let next_at = call.cx.now.plus_ms(DELIVERY_MS);
        let batch = vec![
            subscriptions.open(event.subscription, event.meter, span, zone, call.cx.now),
            subscriptions.record(&event),
            subscriptions.tell(event.identifier, event.request, next_at),
            subscriptions.event(event.identifier),
        ];
        let done = match sql.batch(batch).await {
            Err(error) if error.is_constraint(WINDOW_OVERLAPS) => continue,
            Err(error) if error.is_constraint(CAPACITY_USED_UP) => {
                return Err(ShopProblem::CapacityUsedUp.into());
            }
            done => done?,
        };
        let of = |index: usize| done.get(index).map_or(&[][..], Vec::as_slice);
        // A subscription that has ended in between records nothing.
        let event = rows::<Event>(of(3))?.pop().ok_or(ShopProblem::NoSubscription)?;
        if event.request != call.cx.request_id.as_str() {
            return used.answer(&event, StatusCode::OK);
        }
        for message in rows::<Message>(of(2))? {
            report_later(&call.cx, &call.tenant, call.tenant_shard(), message);
        }
        return used.answer(&event, StatusCode::CREATED);
    }
    Err(ShopProblem::PeriodUnknown.into())
}

impl Used {
    fn check(&self, now: UnixMillis) -> Result<(), FieldError> {
        if self.meter.is_empty() || self.meter.len() > METER_LEN_MAX {
            return Err(FieldError::new("meter", "must be the name of a meter"));
        }
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            let message = format!("must be between 1 and {QUANTITY_MAX}");
            return Err(FieldError::new("quantity", message));
        }
        let identifier = self.identifier.as_bytes();
        let sound = (1..=IDENTIFIER_LEN_MAX).contains(&identifier.len());
        if !sound || !identifier.iter().all(u8::is_ascii_graphic) {
            let message = format!("must be 1 to {IDENTIFIER_LEN_MAX} visible characters");
            return Err(FieldError::new("identifier", message));
        }
        let known = now.plus_ms(-PAST_MS).max(UnixMillis(0))..=now.plus_ms(FUTURE_MS);
        if self.at_ms.is_some_and(|at| !known.contains(&at)) {
            return Err(FieldError::new(
                "at_ms",
                "must be in the last 35 days, and five minutes ahead at most",
            ));
        }
        Ok(())
    }

    /// Tells what was recorded, if it is what was meant.
    fn answer(&self, event: &Event, status: StatusCode) -> Result<http::Response<Body>, Problem> {
        let same = event.meter == self.meter
            && event.quantity == self.quantity
            && event.is_dated == self.at_ms.is_some()
            && self.at_ms.is_none_or(|at| at == event.used_at);
        if !same {
            return Err(ShopProblem::IdentifierReused.into());
        }
        let capacity = Capacity { plan: event.capacity, extra: event.extra };
        let of_plan = event.used.saturating_sub(event.extra_used);
        let Window { start, end } = event.window;
        let recorded = Recorded {
            window: Span { start_ms: start, end_ms: end, zone: &event.zone },
            used: event.used,
            capacity: event.capacity,
            extra: event.extra,
            left: capacity.left(of_plan).total(),
            alerts: ::usage::alerts(of_plan, event.capacity).collect(),
        };
        Ok(respond::json(status, &recorded))
    }
}

impl Plan {
    /// The window that a moment falls in: one that is there, or else by the calendar of `zone`.
    fn window(&self, at: UnixMillis, zone: &str) -> Result<Window, Problem> {
        if let Some(past) = self.past.filter(|past| past.contains(at)) {
            return Ok(past);
        }
        let wanted = window(at, zone, self.period, self.billed).map_err(|error| match error {
            UsageError::Zone => Problem::Misconfigured(format!("there is no zone {zone}")),
            // Stripe has not told of the renewal yet.
            UsageError::After => ShopProblem::PeriodUnknown.into(),
            UsageError::Before | UsageError::Moment => {
                FieldError::new("at_ms", "must be within the subscription's period").into()
            }
        })?;
        let before = self.past.map(|past| past.end);
        wanted.between(before, self.next).ok_or_else(|| ShopProblem::PeriodUnknown.into())
    }
}
