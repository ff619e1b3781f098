//! One target for each parser of what strangers send.
//!
//! `cargo test` runs each for about a second, `cargo xtask fuzz` for a minute. A failure prints the
//! damage that caused it; what it turns out to be becomes a case of the parser's own tests.

mod answers;
mod money;
mod others;
mod requests;
mod sign_in;
