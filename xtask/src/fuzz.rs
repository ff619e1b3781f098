//! The fuzz targets of `tests/fuzz`, each for longer than `cargo test` runs them.

use crate::shell::shown;
use harness::{Result, root};
use std::process::Command;

/// How long each target runs when nothing else is said.
pub const SECONDS: u32 = 60;
/// How many run at once: more than there are processors, since a minute is a minute of the clock.
const AT_ONCE: &str = "10";

/// `cargo xtask fuzz`
pub fn fuzz(targets: &[String], seconds: u32) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).env_remove("CARGO");
    // The engine takes these before what a target says of itself.
    cargo.env("BOLERO_RANDOM_TEST_TIME_MS", (u64::from(seconds) * 1_000).to_string());
    cargo.env("BOLERO_RANDOM_ITERATIONS", usize::MAX.to_string());
    cargo.args(["test", "--package", "postern-fuzz", "--test", "targets", "--"]);
    cargo.args(["--test-threads", AT_ONCE]).args(targets);
    shown(&mut cargo)
}
