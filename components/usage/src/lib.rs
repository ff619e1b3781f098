//! What is used of a capacity: in which window it counts, and when somebody should be told.
//!
//! A window is a span of time, `[start, end)`. Its ends follow the calendar of a time zone, where a
//! day has 23 hours, 24.5 or none at all, and so they are computed once, by [`window`], and then
//! kept: what follows works with moments and knows no calendar.
//!
//! Zones are those of the [IANA database](https://www.iana.org/time-zones), which is compiled in.
#![forbid(unsafe_code)]

mod capacity;
mod window;

pub use capacity::{Capacity, PERCENTS, alerts};
pub use window::{Period, UsageError, Window, is_zone, window};
