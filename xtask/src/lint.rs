//! Formatting, clippy natively and for both wasm targets, and the types of the browser's modules.

use crate::{
    build::COMPONENTS,
    setup,
    shell::shown,
    toolchain::{UNKNOWN, WASIP2},
};
use harness::{Result, root};
use std::process::Command;

/// `cargo xtask lint`
pub fn lint() -> Result<()> {
    let toolchain = setup::for_running()?;
    let native = || {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(root()).env_remove("CARGO");
        cargo
    };
    shown(native().args(["fmt", "--all", "--check"]))?;
    let deny = ["--", "-D", "warnings"];
    shown(native().args(["clippy", "--workspace", "--all-targets"]).args(deny))?;
    let clippy = |target: &str, packages: &[&str], features: &[&str]| {
        let mut cargo = toolchain.cargo();
        cargo.args(["clippy", "--target", target]);
        for package in packages {
            cargo.args(["--package", package]);
        }
        for feature in features {
            cargo.args(["--features", feature]);
        }
        shown(cargo.args(deny))
    };
    clippy(UNKNOWN, &["postern-cloudflare"], &[])?;
    clippy(UNKNOWN, &["postern-cloudflare"], &["probe"])?;
    for component in COMPONENTS {
        clippy(UNKNOWN, &[&format!("postern-{component}")], &["component"])?;
    }
    clippy(WASIP2, &["postern-spin"], &[])?;
    clippy(WASIP2, &["postern-spin"], &["probe"])?;
    browser_types()
}

/// What runs in a document and what runs in a service worker have different globals.
fn browser_types() -> Result<()> {
    for (config, source) in [("tsconfig.json", "js"), ("tsconfig.worker.json", "sw.js")] {
        // The compiler refuses to check nothing.
        if root().join("static").join(source).exists() {
            let mut node = Command::new(root().join("node_modules/.bin/node"));
            node.current_dir(root()).arg("node_modules/typescript/bin/tsc");
            shown(node.args(["--project", config]))?;
        }
    }
    Ok(())
}
