//! `cargo xtask bench`: builds what is measured and what measures it.

use crate::{build, setup, shell::shown};
use harness::{Result, root};
use std::process::Command;

/// `cargo xtask bench`
pub fn bench() -> Result<()> {
    build::workers(setup::for_running()?)?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).env_remove("CARGO").args(["build", "--profile", "load"]);
    shown(cargo.args(["--package", "postern-sandbox", "--package", "postern-bench"]))?;
    shown(&mut Command::new(root().join("target/load/postern-bench")))
}
