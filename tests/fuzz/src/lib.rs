//! What the fuzz targets share: what they begin with, and what is done to it.
//!
//! Random bytes hardly ever are JSON, so a target begins with a text that is sound and damages it:
//! it replaces values, repeats and drops parts, and puts in what parsers are known to stumble over.
//! The engine chooses and, after a failure, looks for the shortest choice that fails too.

mod mutate;
mod seeds;

pub use mutate::{Cuts, Damage};
pub use seeds::{chat_requests, completions, headers, streams, stripe_events, tokens};

/// How often a target runs in a plain `cargo test`: about a second. `cargo xtask fuzz` overrides it.
pub const ITERATIONS: usize = 3_000;
