//! Chromium against a platform: the cases of `tests/browser`, and screenshots of every page.

use crate::{
    build, setup,
    shell::{exists, shown, step},
    toolchain, up,
    world::{Env, World},
};
use harness::{Result, Runtime, root};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// What Chromium is called on the PATH.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Debian's packages: the browser, and letters that look the same everywhere.
const PACKAGES: [&str; 3] = ["chromium", "fonts-dejavu-core", "fonts-liberation"];
/// Files with cases that run at once. More would wait for the processor, and take no less time.
const FILES_AT_ONCE: u32 = 2;

/// Chromium, installed if that is possible; `None` where there is none.
pub fn chromium() -> Option<PathBuf> {
    if let Some(found) = find() {
        return Some(found);
    }
    if exists("apt-get") {
        let install = || {
            let install = toolchain::install(&PACKAGES);
            install.unwrap_or_else(|| Err("installing it takes root".into()))
        };
        // Whether it is there now is what counts.
        let _ = step("Chromium, by apt-get", install);
    }
    find()
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let files = env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// The project's Node, told of a browser and of what runs.
pub fn node(chromium: &Path, env: &Env) -> Result<Command> {
    let mut node = Command::new(root().join("node_modules/.bin/node"));
    node.current_dir(root()).env("CHROMIUM", chromium);
    env.set(&mut node)?;
    Ok(node)
}

/// Runs all cases.
pub fn cases(chromium: &Path, env: &Env) -> Result<()> {
    let mut node = node(chromium, env)?;
    node.arg("--test").arg(format!("--test-concurrency={FILES_AT_ONCE}"));
    shown(node.arg(root().join("tests/browser/*.test.mjs")))
}

/// Does something with a browser: at the platform that runs on a port, or at one that is started
/// for it.
pub fn with_platform(
    port: Option<u16>,
    work: impl FnOnce(&Path, &Env) -> Result<()>,
) -> Result<()> {
    let chromium = chromium().ok_or("there is no Chromium on the PATH")?;
    if let Some(port) = port {
        return work(&chromium, &Env::running(port));
    }
    let toolchain = setup::for_running()?;
    build::workers(toolchain)?;
    up::build_sandbox()?;
    let world = World::start(Runtime::Workers)?;
    work(&chromium, &world.env)
}

/// `cargo xtask shots`
pub fn shots(port: Option<u16>) -> Result<()> {
    with_platform(port, |chromium, env| {
        let mut node = node(chromium, env)?;
        node.arg(root().join("tests/browser/shots.mjs"));
        shown(node.arg(root().join("target/shots")))
    })
}
