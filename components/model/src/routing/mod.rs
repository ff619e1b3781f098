//! Which model is asked, in which order, how often, and which is left alone for a while.
//!
//! All of it is decided from values: what happened before ([`Health`]), what has been tried for
//! this request ([`Schedule`]), what the operator prefers ([`order`]). Who waits, sends and
//! remembers is somebody else.

mod choice;
mod health;
mod schedule;

pub use choice::{Candidate, order};
pub use health::{Change, Health};
pub use schedule::{Next, Schedule, again_after_ms};
