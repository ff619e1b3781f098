//! What is measured on, and when, as a bench says it.

use crate::load::Result;
use harness::root;
use std::{fs, process::Command};

/// What is known at the beginning.
pub struct Began {
    date: String,
    load_average: String,
}

/// Looks at the clock and at what else the machine is doing.
#[must_use]
pub fn began() -> Began {
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    Began {
        date: said("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
        load_average: loads.split(' ').next().unwrap_or("unknown").to_owned(),
    }
}

impl Began {
    /// When, on what machine, and what of ours: a list in Markdown.
    ///
    /// # Errors
    /// When the system does not tell how many processors there are.
    pub fn lines(&self) -> Result<String> {
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let model = model.map_or("unknown processor", |(_, model)| model);
        let cores = std::thread::available_parallelism().map_err(|e| e.to_string())?;
        let kernel = said("uname", &["-sr"]);
        let changed = said("git", &["status", "--porcelain", ":!docs"]);
        let changed = if changed.is_empty() { "" } else { ", changed" };
        let commit = said("git", &["rev-parse", "--short", "HEAD"]);
        let spin = Command::new("spin").arg("--version").output().map_or_else(
            |_| "no Spin".to_owned(),
            |out| String::from_utf8_lossy(&out.stdout).trim().to_owned(),
        );
        Ok(format!(
            "- measured: {}, load average at the start {}
- machine: {model}, {cores} cores, {kernel}; the load and all that is measured share them
- Postern at {commit}{changed}, {}, {spin}
",
            self.date,
            self.load_average,
            of_node("workerd"),
        ))
    }
}

/// The version of a program that npm has installed.
#[must_use]
pub fn of_node(name: &str) -> String {
    said(&root().join("node_modules/.bin").join(name).to_string_lossy(), &["--version"])
}

/// What a program says; nothing, if there is no such program.
#[must_use]
pub fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).current_dir(root()).args(arguments).output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
