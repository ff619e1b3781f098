//! Starts and stops the platform, the sandbox and the demo issuer.
//!
//! What a developer starts by hand is started here in the same way: `wrangler dev` and `spin up`
//! with the project's own files, and their ports and data moved out of the way where a test needs
//! it.

mod process;
mod runtime;
mod token;
mod v6;

pub use process::{Process, free_port, get, leave_running, wait_for};
pub use runtime::{
    Build, Options, Platform, Runtime, issuer_command, issuer_variables, sandbox_variables,
    start_issuer, start_sandbox, webhook_variables,
};
pub use token::{TokenOptions, dev_key, dev_variable, mint};
pub use v6::forward_v6;

use std::path::PathBuf;

/// The project's folder.
#[must_use]
pub fn root() -> PathBuf {
    // The harness stands two folders below it, wherever the project is.
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap_or_default()
}

/// A message for people. What goes wrong here is told and not handled.
pub type Error = String;

/// Either a value or a message.
pub type Result<T> = std::result::Result<T, Error>;
