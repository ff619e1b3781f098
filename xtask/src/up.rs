//! Running the platform on a developer's machine.

use crate::{
    build, setup,
    shell::{ask, exists, shown},
};
use harness::{
    Build, Options, Platform, Result, Runtime, TokenOptions, forward_v6, issuer_command, mint,
    root, start_issuer, start_sandbox,
};
use std::{
    fs,
    net::TcpListener,
    process::Command,
    sync::mpsc,
    time::{Duration, Instant},
};

/// Where the sandbox listens, and where the demo models look for it.
pub const SANDBOX_PORT: u16 = 8790;

/// Where the demo issuer listens, and where the demo tenants look for it.
pub const ISSUER_PORT: u16 = 8791;

/// How long the printed token counts.
const TOKEN_TTL_SECONDS: u64 = 30 * 86_400;

/// `cargo xtask up`
pub fn up(runtime: Runtime, port: u16) -> Result<()> {
    let began = Instant::now();
    if runtime == Runtime::Spin && !exists("spin") {
        return Err("there is no `spin` on the PATH; https://spinframework.dev/install tells how \
                    to get it"
            .into());
    }
    let toolchain = setup::for_running()?;
    is_free(port)?;
    build_sandbox()?;
    match runtime {
        Runtime::Workers => build::workers(toolchain)?,
        Runtime::Spin => build::spin(toolchain)?,
    }
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Told twice, it is stopping already.
        let _ = stop.send(());
    })
    .map_err(|e| e.to_string())?;

    let _sandbox = if is_free(SANDBOX_PORT).is_ok() {
        Some(start_sandbox(SANDBOX_PORT, port, &log("sandbox")?)?)
    } else {
        None
    };
    let _issuer = if is_free(ISSUER_PORT).is_ok() {
        Some(start_issuer(ISSUER_PORT, &log("issuer")?)?)
    } else {
        None
    };
    let options =
        Options { build: Build::Application, port, data: None, variables: Vec::new(), log: None };
    let mut platform = Platform::start(runtime, &options)?;
    forward_v6(platform.address);
    print!("{}", banner(runtime, port, began.elapsed())?);
    while stopped.recv_timeout(Duration::from_millis(500)).is_err() {
        platform.process.check()?;
    }
    println!("\nstopping");
    Ok(())
}

/// Where plain `wrangler dev` listens.
const WRANGLER_PORT: u16 = 8787;

/// `cargo xtask sandbox`
pub fn sandbox(port: u16) -> Result<()> {
    build_sandbox()?;
    let address = format!("127.0.0.1:{port}");
    shown(Command::new(root().join("target/debug/postern-sandbox")).arg(address))
}

/// Starts the sandbox and the demo issuer beside the program that has this one build for it, plain
/// `wrangler dev` or `spin build --up`, and lets them end with that program. What runs already is
/// left alone.
pub fn services_beside_parent() -> Result<()> {
    let Some(owner) = owner() else { return Ok(()) };
    if is_free(SANDBOX_PORT).is_ok() {
        build_sandbox()?;
        let address = format!("127.0.0.1:{SANDBOX_PORT}");
        let mut sandbox = Command::new(root().join("target/debug/postern-sandbox"));
        sandbox.args([&address, &owner]).envs(harness::webhook_variables(WRANGLER_PORT));
        harness::leave_running("the sandbox", &mut sandbox, &log("sandbox")?)?;
        println!(
            "sandbox, in place of model providers, token issuers and Stripe, on port {SANDBOX_PORT}"
        );
    }
    if is_free(ISSUER_PORT).is_ok() {
        let mut issuer = issuer_command(ISSUER_PORT);
        issuer.env("ISSUER_OWNER", owner);
        harness::leave_running("the demo issuer", &mut issuer, &log("issuer")?)?;
        println!("demo issuer, which signs people in, on port {ISSUER_PORT}");
    }
    Ok(())
}

/// The nearest program above this one that is neither cargo nor a shell.
fn owner() -> Option<String> {
    let mut id = std::os::unix::process::parent_id().to_string();
    loop {
        let process = ask("ps", &["-o", "ppid=,comm=", "-p", &id])?;
        let (parent, name) = process.trim().split_once(' ')?;
        match name.trim().rsplit('/').next()? {
            "cargo" | "sh" | "bash" | "dash" | "zsh" => id = parent.to_owned(),
            "init" | "systemd" => return None,
            _ => return Some(id),
        }
    }
}

/// Builds the sandbox, if it has changed.
pub fn build_sandbox() -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).env_remove("CARGO");
    shown(cargo.args(["build", "--package", "postern-sandbox"]))
}

/// The file that a background program's output goes to.
pub fn log(name: &str) -> Result<std::path::PathBuf> {
    let folder = root().join("target/logs");
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    Ok(folder.join(format!("{name}.log")))
}

fn is_free(port: u16) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port));
    listener.map(drop).map_err(|_| format!("port {port} is taken; --port takes another"))
}

fn banner(runtime: Runtime, port: u16, took: Duration) -> Result<String> {
    let token = mint(&TokenOptions {
        profile: Some("mia".into()),
        ttl_seconds: TOKEN_TTL_SECONDS,
        ..TokenOptions::default()
    })?;
    let name = match runtime {
        Runtime::Workers => "Cloudflare's runtime (wrangler dev)",
        Runtime::Spin => "Spin (spin up)",
    };
    let tenants = ["family", "stories", "paybot", "saas", "market"];
    let tenants = tenants.map(|tenant| format!("  http://{tenant}.localhost:{port}\n")).concat();
    Ok(format!(
        "
Postern runs on {name}, after {took:.0?}. Ctrl-C stops it.

The demo tenants:
{tenants}
The operators' own host: http://postern.localhost:{port}
Sign in as ada, mia or jonas; the demo issuer, which has no passwords: http://127.0.0.1:{ISSUER_PORT}
The sandbox, which stands in for model providers, token issuers and Stripe: http://127.0.0.1:{SANDBOX_PORT}

A token for the family tenant:
  {token}

Ask its demo model:
  curl -N http://family.localhost:{port}/v1/chat/completions -H 'content-type: application/json' -H 'authorization: Bearer {token}' -d '{{\"model\":\"demo-slow\",\"stream\":true,\"messages\":[{{\"role\":\"user\",\"content\":\"Tell me what a postern is.\"}}]}}'

"
    ))
}
