//! The Rust toolchain for the wasm targets.
//!
//! On most machines it is the one that cargo already uses, with two targets added by rustup. Where
//! rustup can fetch nothing, it is Debian's: its compiler comes with the sources of std, from which
//! std is built for the targets and put where the compiler looks.

use crate::shell::{as_root, exists, quietly, step};
use harness::{Result, root};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The target of Workers, and of components without imports.
pub const UNKNOWN: &str = "wasm32-unknown-unknown";
/// The target of Spin.
pub const WASIP2: &str = "wasm32-wasip2";

/// The name under which rustup knows Debian's toolchain.
const EDGE: &str = "edge";

/// Debian's packages: compiler, cargo, sources of std, clippy, linker, and WASI's C library.
const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "rust-web-clippy",
    "lld-22",
    "wasi-libc",
];
/// Where Debian's compiler is, and where WASI's C library is.
const DEBIAN: &str = "/usr";
const WASI_LIBC: &str = "/usr/lib/wasm32-wasi";

/// A toolchain that builds for both wasm targets.
#[derive(Clone, Copy)]
pub struct Toolchain {
    /// Its name, unless it is the one that cargo uses anyway.
    name: Option<&'static str>,
}

impl Toolchain {
    /// cargo with this toolchain.
    pub fn cargo(self) -> Command {
        let mut command = Command::new("cargo");
        // `cargo xtask` runs under cargo, whose own choice would be passed on.
        command.env_remove("CARGO").current_dir(root());
        if let Some(name) = self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command
    }

    /// Sets what a program needs that calls cargo by itself.
    pub fn set(self, command: &mut Command) {
        if let Some(name) = self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
    }

    fn sysroot(self) -> Option<PathBuf> {
        let mut rustc = Command::new("rustc");
        self.set(&mut rustc);
        let output = quietly(rustc.args(["--print", "sysroot"])).ok()?;
        Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
    }

    fn has_targets(self) -> bool {
        let Some(sysroot) = self.sysroot() else { return false };
        [UNKNOWN, WASIP2].iter().all(|target| has_std(&sysroot, target))
    }
}

fn library(sysroot: &Path, target: &str) -> PathBuf {
    sysroot.join("lib/rustlib").join(target).join("lib")
}

fn has_std(sysroot: &Path, target: &str) -> bool {
    let files = fs::read_dir(library(sysroot, target)).into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

/// Finds a toolchain, or sets one up.
///
/// `POSTERN_TOOLCHAIN=debian` keeps rustup out of it, as on a machine where it can fetch nothing.
pub fn ensure() -> Result<Toolchain> {
    let usual = Toolchain { name: None };
    let edge = Toolchain { name: Some(EDGE) };
    let rustup = env::var("POSTERN_TOOLCHAIN").as_deref() != Ok("debian");
    if rustup && usual.has_targets() {
        return Ok(usual);
    }
    if edge.has_targets() {
        return Ok(edge);
    }
    if rustup && exists("rustup") {
        let add =
            || quietly(Command::new("rustup").args(["target", "add", UNKNOWN, WASIP2])).map(drop);
        if step("wasm targets, by rustup", add).is_ok() && usual.has_targets() {
            return Ok(usual);
        }
    }
    debian()?;
    if edge.has_targets() {
        return Ok(edge);
    }
    Err("no toolchain for the wasm targets could be set up".into())
}

fn debian() -> Result<()> {
    let manual = || {
        format!(
            "rustup cannot fetch the wasm targets, and Debian's toolchain cannot be installed \
             without root: `apt-get install {}`, and start again",
            PACKAGES.join(" ")
        )
    };
    if !exists("apt-get") || !exists("rustup") {
        return Err(manual());
    }
    let compiler = Path::new(DEBIAN).join("bin/rustc");
    if !compiler.is_file() || !Path::new(WASI_LIBC).is_dir() {
        step("Debian's Rust, by apt-get", || install(PACKAGES).ok_or_else(manual)?)?;
    }
    for target in [UNKNOWN, WASIP2] {
        if !has_std(Path::new(DEBIAN), target) {
            step(&format!("std for {target}, from Debian's sources"), || build_std(target))?;
        }
    }
    quietly(Command::new("rustup").args(["toolchain", "link", EDGE, DEBIAN])).map(drop)
}

/// Installs Debian packages; `None` where that takes a password.
pub fn install(packages: &[&str]) -> Option<Result<()>> {
    let mut update = as_root("apt-get")?;
    let mut install = as_root("apt-get")?;
    install.env("DEBIAN_FRONTEND", "noninteractive");
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    // The lists may be missing or old. If they cannot be had, the installation tells.
    let _ = quietly(update.arg("update"));
    Some(quietly(&mut install).map(drop))
}

/// Builds std for a target and puts it where Debian's compiler looks.
fn build_std(target: &str) -> Result<()> {
    let folder = root().join("target/std");
    fs::create_dir_all(folder.join("src")).map_err(|e| e.to_string())?;
    let manifest = "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).map_err(|e| e.to_string())?;
    fs::write(folder.join("src/lib.rs"), "").map_err(|e| e.to_string())?;
    let mut cargo = Command::new(Path::new(DEBIAN).join("bin/cargo"));
    cargo.current_dir(&folder).env("RUSTC", Path::new(DEBIAN).join("bin/rustc"));
    cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    // Bitcode is what link-time optimisation takes of std.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", "-Cembed-bitcode=yes");
    cargo.args(["build", "--release", "--target", target, "--target-dir", "out"]);
    cargo.args(["-Z", "build-std=std,panic_abort,panic_unwind,proc_macro"]);
    quietly(&mut cargo)?;

    let library = library(Path::new(DEBIAN), target);
    let copy = |files: Vec<PathBuf>, to: &Path| -> Result<()> {
        let root = || as_root("install").ok_or("installing std takes root");
        quietly(root()?.args(["-d", &to.to_string_lossy()]))?;
        quietly(root()?.args(["-m", "644", "-t"]).arg(to).args(files)).map(drop)
    };
    let built = folder.join("out").join(target).join("release/deps");
    copy(files(&built, &["rlib"])?, &library)?;
    if target == WASIP2 {
        copy(files(Path::new(WASI_LIBC), &["a", "o"])?, &library.join("self-contained"))?;
    }
    Ok(())
}

fn files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let wanted = |path: &PathBuf| {
        let extension = path.extension().map(|e| e.to_string_lossy().into_owned());
        extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
            && !path.to_string_lossy().contains("libempty-")
    };
    Ok(paths.filter(wanted).collect())
}
