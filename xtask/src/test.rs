//! All tests: natively, as components, and on the runtimes.

use crate::{
    browser, build, setup,
    shell::{exists, quietly, shown},
    toolchain::Toolchain,
    up,
    world::{Env, World, platform, sandbox},
};
use harness::{Build, Process, Result, Runtime, free_port, root, wait_for};
use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

const PARTS: [&str; 7] = ["unit", "components", "contract", "http", "crash", "clients", "browser"];

/// How many histories of purchases are told in order and out of order.
const HISTORIES: &str = "2000";

/// `cargo xtask test`
pub fn test(wanted: &[String]) -> Result<()> {
    let is_runtime = |word: &&String| Runtime::ALL.iter().any(|one| one.as_str() == word.as_str());
    let (runtimes, parts): (Vec<_>, Vec<_>) = wanted.iter().partition(is_runtime);
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        return Err(format!("there are no tests `{unknown}`: {}", PARTS.join(", ")));
    }
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| *wanted == part);
    let began = Instant::now();
    let toolchain = setup::for_tests()?;
    if wants("unit") {
        heading("unit tests and the application in memory");
        shown(cargo().env("HISTORIES", HISTORIES).args(["test", "--quiet"]))?;
        heading("the demo issuer");
        let mut node = Command::new(root().join("node_modules/.bin/node"));
        shown(node.arg("--test").arg(root().join("tests/issuer/*.test.mjs")))?;
    }
    if wants("components") {
        heading("components in wasmtime");
        build::components(toolchain)?;
        shown(cargo().args(["test", "--quiet", "--package", "postern-component-tests"]))?;
    }
    up::build_sandbox()?;
    let chromium = wants("browser").then(browser::chromium).flatten();
    if wants("browser") && chromium.is_none() {
        heading("browser: SKIPPED, there is no Chromium, and it cannot be installed");
    }
    for runtime in Runtime::ALL {
        if !runtimes.is_empty() && !runtimes.iter().any(|one| *one == runtime.as_str()) {
            continue;
        }
        if runtime == Runtime::Spin && !exists("spin") {
            heading("Spin: SKIPPED, there is no `spin` on the PATH");
            continue;
        }
        if wants("contract") {
            contract(toolchain, runtime)?;
        }
        let is_asked = ["http", "crash", "clients"].iter().any(|part| wants(part));
        if is_asked || chromium.is_some() {
            match runtime {
                Runtime::Workers => build::workers(toolchain)?,
                Runtime::Spin => build::spin(toolchain)?,
            }
        }
        if wants("http") || wants("clients") || chromium.is_some() {
            over_http(runtime, wants, chromium.as_deref())?;
        }
        if wants("crash") {
            heading(&format!("{}: killed in the middle of a load", runtime.as_str()));
            suite("crash", &Env { runtime, edge: None, sandbox: None, issuer: None })?;
        }
    }
    heading(&format!("all passed in {:.0} s", began.elapsed().as_secs_f32()));
    Ok(())
}

fn heading(text: &str) {
    println!("\n== {text}");
}

fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).env_remove("CARGO");
    cargo
}

fn suite(name: &str, env: &Env) -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--package", "postern-conformance", "--test", name]);
    env.set(&mut command)?;
    shown(&mut command)
}

fn contract(toolchain: Toolchain, runtime: Runtime) -> Result<()> {
    heading(&format!("{}: the ports' contract", runtime.as_str()));
    match runtime {
        Runtime::Workers => build::workers_probe(toolchain)?,
        Runtime::Spin => build::spin_probe(toolchain)?,
    }
    let (_process, sandbox) = sandbox(free_port()?)?;
    let run = |variables| {
        let platform = platform(runtime, Build::Probe, free_port()?, sandbox, variables)?;
        let edge = Some(platform.address);
        let env = Env { runtime, edge, sandbox: Some(sandbox), issuer: None };
        suite("contract", &env)
    };
    run(Vec::new())?;
    if runtime == Runtime::Spin {
        heading("spin: the same with large values in S3");
        let (_server, variables) = s3()?;
        run(variables)?;
    }
    Ok(())
}

/// An S3 server with a bucket, and the variables by which Spin finds it.
fn s3() -> Result<(Process, Vec<(String, String)>)> {
    setup::s3_server()?;
    let python = root().join(".tools/venv/bin");
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let mut server = Command::new(python.join("moto_server"));
    server.args(["--port", &address.port().to_string()]);
    let mut server = Process::start("the S3 server", &mut server, &up::log("s3")?)?;
    wait_for(&mut server, address, "/moto-api/", Duration::from_secs(60))?;
    let make = format!(
        "from urllib.request import *; urlopen(Request('http://{address}/probe', method='PUT'))"
    );
    quietly(Command::new(python.join("python")).args(["-c", &make]))?;
    let endpoint = format!("http://{address}");
    let variables = [
        ("S3_ENDPOINT", endpoint.as_str()),
        ("S3_BUCKET", "probe"),
        ("S3_REGION", "us-east-1"),
        ("S3_ACCESS_KEY_ID", "probe"),
        ("S3_SECRET_ACCESS_KEY", "probe"),
    ];
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Ok((server, variables.map(owned).to_vec()))
}

/// What asks a platform over HTTP: the suite, clients, a browser. One platform serves them all.
fn over_http(
    runtime: Runtime,
    wants: impl Fn(&str) -> bool,
    chromium: Option<&Path>,
) -> Result<()> {
    let world = World::start(runtime)?;
    if wants("http") {
        heading(&format!("{}: the suite over HTTP", runtime.as_str()));
        suite("http", &world.env)?;
    }
    if wants("clients") {
        heading(&format!("{}: real clients", runtime.as_str()));
        clients(&world.env)?;
    }
    if let Some(chromium) = chromium {
        heading(&format!("{}: in a browser", runtime.as_str()));
        browser::cases(chromium, &world.env)?;
    }
    Ok(())
}

fn clients(env: &Env) -> Result<()> {
    let clients = root().join("tests/clients");
    let mut node = Command::new(root().join("node_modules/.bin/node"));
    node.arg("--test").arg(clients.join("node/*.test.mjs"));
    env.set(&mut node)?;
    shown(node.current_dir(root()))?;
    for (venv, cases) in [("venv", "test_openai.py"), ("litellm", "test_litellm.py")] {
        let mut python = Command::new(root().join(format!(".tools/{venv}/bin/python")));
        python.args(["-m", "unittest", "discover", "--pattern", cases, "--start-directory"]);
        python.arg(clients.join("python"));
        env.set(&mut python)?;
        shown(python.current_dir(root()))?;
    }
    Ok(())
}
