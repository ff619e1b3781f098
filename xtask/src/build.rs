//! Building for the runtimes. What has not changed is not built again.

use crate::{
    assets, setup,
    shell::{quietly, shown, step},
    toolchain::{Toolchain, UNKNOWN, WASIP2},
};
use harness::{Result, root};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::UNIX_EPOCH,
};

/// The crates that are also components.
pub const COMPONENTS: [&str; 4] = ["tenant", "identity", "model", "pricing"];

/// `cargo xtask build`
pub fn build(what: &[String]) -> Result<()> {
    let toolchain = setup::for_running()?;
    let all = ["workers", "spin", "components"].map(str::to_owned);
    for part in if what.is_empty() { &all[..] } else { what } {
        match part.as_str() {
            "workers" => workers(toolchain)?,
            "spin" => spin(toolchain)?,
            "components" => components(toolchain)?,
            "probes" => {
                workers_probe(toolchain)?;
                spin_probe(toolchain)?;
            }
            other => return Err(format!("`{other}` cannot be built")),
        }
    }
    Ok(())
}

/// The worker, in `build/`.
pub fn workers(toolchain: Toolchain) -> Result<()> {
    worker(toolchain, "target", &root().join("build"), &[])
}

/// The worker's probe, in `target/probe/`.
pub fn workers_probe(toolchain: Toolchain) -> Result<()> {
    let folder = root().join("target/probe");
    worker(toolchain, "target", &folder.join("build"), &["--features", "probe"])?;
    let entry = fs::read_to_string(root().join("edge/cloudflare/entry.js"));
    let entry = entry.map_err(|e| e.to_string())?.replace("../../build/", "./build/");
    fs::write(folder.join("entry.js"), entry).map_err(|e| e.to_string())
}

fn worker(toolchain: Toolchain, target: &str, out: &Path, features: &[&str]) -> Result<()> {
    assets::assets()?;
    let mut cargo = toolchain.cargo();
    cargo.env("POSTERN_ASSETS", assets::manifest());
    cargo.args(["build", "--release", "--lib", "--package", "postern-cloudflare"]);
    cargo.args(["--target", UNKNOWN]).args(features);
    shown(&mut cargo)?;
    let wasm = root().join(target).join(UNKNOWN).join("release/cloudflare.wasm");
    let stamp = out.with_extension("stamp");
    let state = state_of(&wasm)?;
    if fs::read_to_string(&stamp).is_ok_and(|known| known == state)
        && out.join("index.js").is_file()
    {
        return Ok(());
    }
    step(&format!("bindings and wasm-opt, into {}", shorten(out)), || {
        let (tools, bin) = (root().join(".tools/bin"), root().join("node_modules/.bin"));
        let mut build = Command::new(tools.join("worker-build"));
        toolchain.set(&mut build);
        build.current_dir(root()).env_remove("CARGO").env("POSTERN_ASSETS", assets::manifest());
        build.env("WASM_BINDGEN_BIN", tools.join("wasm-bindgen"));
        build.env("WASM_OPT_BIN", bin.join("wasm-opt"));
        build.env("ESBUILD_BIN", bin.join("esbuild"));
        let folder = Path::new("../..").join(shorten(out));
        build.args(["--release", "edge/cloudflare", "--out-dir"]).arg(folder);
        if !features.is_empty() {
            // A probe is run once; making it small would take longer.
            build.arg("--no-opt").arg("--").args(features);
        }
        quietly(&mut build)?;
        fs::write(&stamp, &state).map_err(|e| e.to_string())
    })
}

/// What tells one build of a file from another.
fn state_of(file: &Path) -> Result<String> {
    let meta = file.metadata().map_err(|e| format!("{}: {e}", file.display()))?;
    let modified = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok(format!("{} {:?}", meta.len(), modified.unwrap_or_default()))
}

fn shorten(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Spin's component, where `spin.toml` looks for it.
pub fn spin(toolchain: Toolchain) -> Result<()> {
    assets::assets()?;
    let mut cargo = toolchain.cargo();
    cargo.env("POSTERN_ASSETS", assets::manifest());
    cargo.args(["build", "--release", "--package", "postern-spin", "--target", WASIP2]);
    shown(&mut cargo)
}

/// Spin's probe, in `target/probe/`.
pub fn spin_probe(toolchain: Toolchain) -> Result<()> {
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--release", "--package", "postern-spin", "--target", WASIP2]);
    // Beside the application's build, not in its place.
    cargo.args(["--features", "probe", "--target-dir", "target/spin-probe"]);
    shown(&mut cargo)?;
    let folder = root().join("target/probe");
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let built = root().join("target/spin-probe").join(WASIP2).join("release/postern_spin.wasm");
    fs::copy(built, folder.join("postern_spin.wasm")).map(drop).map_err(|e| e.to_string())
}

/// Each component by itself, in `target/components/`: WebAssembly that imports nothing.
pub fn components(toolchain: Toolchain) -> Result<()> {
    let folder = root().join("target/components");
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    for name in COMPONENTS {
        let mut cargo = toolchain.cargo();
        cargo.args(["rustc", "--release", "--package", &format!("postern-{name}")]);
        cargo.args(["--target", UNKNOWN, "--features", "component", "--crate-type", "cdylib"]);
        shown(&mut cargo)?;
        let file = format!("{name}.wasm");
        let module = root().join("target").join(UNKNOWN).join("release").join(&file);
        componentize(&module, &folder.join(&file))?;
    }
    Ok(())
}

fn componentize(module: &PathBuf, component: &PathBuf) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).env_remove("CARGO");
    cargo.args(["run", "--quiet", "--package", "componentize", "--"]).arg(module).arg(component);
    shown(&mut cargo)
}
