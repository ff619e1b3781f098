//! `cargo xtask bench`: builds what is measured and what measures it.

use crate::{
    browser, build, setup,
    shell::{exists, quietly, shown, step},
};
use harness::{Result, root};
use std::process::Command;

/// `cargo xtask bench`, with what stands behind it.
pub fn bench(words: &[String], write: bool, port: Option<u16>) -> Result<()> {
    let word = match words {
        [] => "",
        [word] if ["money", "pages", "peers"].contains(&word.as_str()) => word.as_str(),
        _ => return Err("`bench` knows only `money`, `pages` and `peers`".into()),
    };
    let (peers, pages) = (word == "peers", word == "pages");
    if write && !peers {
        return Err("--write is for `bench peers`".into());
    }
    if port.is_some() && !pages {
        return Err("--port is for `bench pages`".into());
    }
    let toolchain = setup::for_running()?;
    build::workers(toolchain)?;
    if peers {
        setup::peers()?;
        hono()?;
    }
    if (peers || word == "money") && exists("spin") {
        build::spin(toolchain)?;
    }
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).env_remove("CARGO").args(["build", "--profile", "load"]);
    shown(cargo.args(["--package", "postern-sandbox", "--package", "postern-bench"]))?;
    let mut bench = Command::new(root().join("target/load/postern-bench"));
    bench.args(words).args(write.then_some("--write"));
    shown(&mut bench)?;
    if pages { lighthouse(port) } else { Ok(()) }
}

/// What Lighthouse says of pages, at a platform that runs, or one that is started for it.
fn lighthouse(port: Option<u16>) -> Result<()> {
    setup::pages()?;
    println!();
    browser::with_platform(port, |chromium, env| {
        let mut node = browser::node(chromium, env)?;
        shown(node.arg(root().join("tests/bench/pages/lighthouse.mjs")))
    })
}

/// The worker with Hono and jose in one file, as it would be uploaded.
fn hono() -> Result<()> {
    step("the worker with Hono and jose", || {
        let peers = root().join(".tools/peers");
        let mut esbuild = Command::new(root().join("node_modules/.bin/esbuild"));
        esbuild.arg(root().join("tests/bench/peers/hono.js"));
        esbuild.args(["--bundle", "--format=esm", "--minify", "--log-level=warning"]);
        esbuild.args(["--conditions=workerd,worker,browser", "--platform=neutral"]);
        esbuild.arg(format!("--outfile={}", peers.join("hono.js").display()));
        // The source lies where the project has it, and its packages where they were installed.
        esbuild.env("NODE_PATH", peers.join("node_modules"));
        quietly(&mut esbuild).map(drop)
    })
}
