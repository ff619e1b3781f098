//! Stripe, without the network.
//!
//! An action of [`requests`] builds a [`Request`] and reads the [`Answer`] to it; who sends it is
//! no business of this crate. [`signature`] says whether a webhook is Stripe's, [`event`] what it
//! is about, and [`facts`] turns it into plain facts that a store can merge in any order.
//!
//! Shapes are those of one version of Stripe's API, [`API_VERSION`], which every request names and
//! which the webhook endpoint must be created with. Unknown fields and unknown values are expected:
//! Stripe adds them without a new version
//! ([versioning](https://docs.stripe.com/api/versioning)).
//!
//! What must not be here: a clock, randomness, input or output, and any thought about what an
//! order or an entitlement is.
#![forbid(unsafe_code)]

pub mod error;
pub mod event;
pub mod facts;
pub mod form;
mod hidden;
mod kind;
pub mod object;
mod request;
pub mod requests;
pub mod signature;
#[cfg(test)]
mod testing;

pub use error::Error;
pub use event::{Event, Need};
pub use facts::{Fact, of_event, of_object};
pub use hidden::Hidden;
pub use kind::Kind;
pub use object::{Metadata, Object};
pub use request::{Answer, IdempotencyKey, Method, Request};

/// The version of Stripe's API whose shapes this crate knows. It is the one that npm `stripe`
/// 23.1.0 is pinned to, whose types were the reference.
pub const API_VERSION: &str = "2026-10-28.endive";

/// Where Stripe's API stands unless a setting says otherwise.
pub const API_BASE: &str = "https://api.stripe.com";

/// Longest answer that is read, in bytes. A page of a hundred events is the longest there is.
pub const ANSWER_LEN_MAX: usize = 8 * 1024 * 1024;

/// Longest webhook that is read, in bytes. Events carry one object and at most ten lines of it.
pub const EVENT_LEN_MAX: usize = 512 * 1024;
