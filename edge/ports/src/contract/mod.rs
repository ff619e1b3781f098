//! What every port promises, as cases that every runtime runs.
//!
//! A case takes a host and a [`Peer`](peer::Peer)'s address and returns what went wrong. Cases
//! that need a client of their own, because they are about one that goes away, are routes of
//! [`handle`], which a runtime's probe build serves in place of the application.

mod cases;
pub mod peer;
mod probe;

pub use cases::{Case, Context, MIGRATIONS, cases};
pub use probe::handle;
