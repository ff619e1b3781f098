//! Running other programs, and telling what takes time.

use harness::Result;
use std::{
    io::{Write, stdout},
    process::{Command, Output, Stdio},
    time::Instant,
};

/// Does something that takes time, and says what and how long.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    print!("• {what} … ");
    // The line is for people; if it cannot be shown, the work goes on.
    let _ = stdout().flush();
    let began = Instant::now();
    let outcome = work();
    let seconds = began.elapsed().as_secs_f32();
    println!("{} ({seconds:.1} s)", if outcome.is_ok() { "done" } else { "failed" });
    outcome
}

/// Runs a program, quietly; if it fails, what it said is the error.
pub fn quietly(command: &mut Command) -> Result<Output> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|e| told(command, &e.to_string()))?;
    if output.status.success() {
        return Ok(output);
    }
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    Err(told(command, &String::from_utf8_lossy(&text)))
}

/// Runs a program and shows what it says.
pub fn shown(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|e| told(command, &e.to_string()))?;
    if status.success() { Ok(()) } else { Err(told(command, &status.to_string())) }
}

/// The first line that a program prints; `None` if it fails or there is no such program.
pub fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    let output = quietly(Command::new(program).args(arguments)).ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}

/// Whether a program is on the PATH.
pub fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// A command that runs as root: as it is, or through sudo; `None` where neither is possible.
pub fn as_root(program: &str) -> Option<Command> {
    if ask("id", &["-u"]).as_deref() == Some("0") {
        return Some(Command::new(program));
    }
    // Without asking for a password: set-up runs unattended.
    quietly(Command::new("sudo").args(["-n", "true"])).ok()?;
    let mut command = Command::new("sudo");
    command.arg("-n").arg(program);
    Some(command)
}

/// What failed, without the command's environment: there are secrets in it.
fn told(command: &Command, what: &str) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("{}: {what}", words.join(" "))
}
