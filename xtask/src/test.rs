//! All tests: natively, as components, and on the runtimes.

use crate::{
    build, setup,
    shell::{exists, quietly, shown},
    toolchain::Toolchain,
    up,
};
use harness::{
    Build, Options, Platform, Process, Result, Runtime, dev_key, forward_v6, free_port,
    issuer_variables, root, sandbox_variables, start_issuer, start_sandbox, wait_for,
};
use std::{
    fs,
    net::SocketAddr,
    process::Command,
    time::{Duration, Instant},
};

const PARTS: [&str; 6] = ["unit", "components", "contract", "http", "crash", "clients"];

/// `cargo xtask test`
pub fn test(wanted: &[String]) -> Result<()> {
    if let Some(unknown) = wanted.iter().find(|part| !PARTS.contains(&part.as_str())) {
        return Err(format!("there are no tests `{unknown}`: {}", PARTS.join(", ")));
    }
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    let began = Instant::now();
    let toolchain = setup::for_tests()?;
    if wants("unit") {
        heading("unit tests and the application in memory");
        shown(cargo().args(["test", "--quiet"]))?;
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
    for runtime in [Runtime::Workers, Runtime::Spin] {
        if runtime == Runtime::Spin && !exists("spin") {
            heading("Spin: SKIPPED, there is no `spin` on the PATH");
            continue;
        }
        if wants("contract") {
            contract(toolchain, runtime)?;
        }
        if ["http", "crash", "clients"].iter().any(|part| wants(part)) {
            match runtime {
                Runtime::Workers => build::workers(toolchain)?,
                Runtime::Spin => build::spin(toolchain)?,
            }
        }
        if wants("http") || wants("clients") {
            over_http(runtime, wants("http"), wants("clients"))?;
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

/// What the conformance suite is told of what runs.
struct Env {
    runtime: Runtime,
    edge: Option<SocketAddr>,
    sandbox: Option<SocketAddr>,
    issuer: Option<SocketAddr>,
}

impl Env {
    fn set(&self, command: &mut Command) -> Result<()> {
        command.env("POSTERN_TEST_RUNTIME", self.runtime.as_str());
        command.env("JWT_DEV_KEY", dev_key()?);
        if let Some(edge) = self.edge {
            command.env("POSTERN_TEST_EDGE", edge.to_string());
        }
        if let Some(sandbox) = self.sandbox {
            command.env("POSTERN_TEST_SANDBOX", sandbox.to_string());
        }
        if let Some(issuer) = self.issuer {
            command.env("POSTERN_TEST_ISSUER", format!("http://{issuer}"));
        }
        Ok(())
    }
}

fn suite(name: &str, env: &Env) -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--quiet", "--package", "postern-conformance", "--test", name]);
    env.set(&mut command)?;
    shown(&mut command)
}

/// A sandbox for tests, on a port of its own.
fn sandbox() -> Result<(Process, SocketAddr)> {
    let port = free_port()?;
    let process = start_sandbox(port, &up::log("sandbox-test")?)?;
    Ok((process, SocketAddr::from(([127, 0, 0, 1], port))))
}

/// A demo issuer for tests, on a port of its own.
fn issuer() -> Result<(Process, SocketAddr)> {
    let port = free_port()?;
    let process = start_issuer(port, &up::log("issuer-test")?)?;
    Ok((process, SocketAddr::from(([127, 0, 0, 1], port))))
}

/// A platform for tests, with nothing in it.
fn platform(
    runtime: Runtime,
    build: Build,
    sandbox: SocketAddr,
    variables: Vec<(String, String)>,
) -> Result<Platform> {
    let name = match build {
        Build::Application => format!("{}-test", runtime.as_str()),
        Build::Probe => format!("{}-probe", runtime.as_str()),
    };
    let data = root().join("target/data").join(&name);
    // It may not be there, and whatever is left of it does no harm.
    let _ = fs::remove_dir_all(&data);
    let options = Options {
        build,
        port: free_port()?,
        data: Some(data),
        variables: [sandbox_variables(sandbox), variables].concat(),
        log: Some(up::log(&name)?),
    };
    Platform::start(runtime, &options)
}

fn contract(toolchain: Toolchain, runtime: Runtime) -> Result<()> {
    heading(&format!("{}: the ports' contract", runtime.as_str()));
    match runtime {
        Runtime::Workers => build::workers_probe(toolchain)?,
        Runtime::Spin => build::spin_probe(toolchain)?,
    }
    let (_process, sandbox) = sandbox()?;
    let run = |variables| {
        let platform = platform(runtime, Build::Probe, sandbox, variables)?;
        let (edge, sandbox) = (Some(platform.address), Some(sandbox));
        suite("contract", &Env { runtime, edge, sandbox, issuer: None })
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

fn over_http(runtime: Runtime, http: bool, clients: bool) -> Result<()> {
    let (_sandbox, sandbox) = sandbox()?;
    let (_issuer, issuer) = issuer()?;
    let platform = platform(runtime, Build::Application, sandbox, issuer_variables(issuer))?;
    let (edge, sandbox) = (Some(platform.address), Some(sandbox));
    let env = Env { runtime, edge, sandbox, issuer: Some(issuer) };
    if http {
        heading(&format!("{}: the suite over HTTP", runtime.as_str()));
        suite("http", &env)?;
    }
    if clients {
        heading(&format!("{}: real clients", runtime.as_str()));
        // Node and Python take the first address of a name, which is that of IPv6.
        forward_v6(platform.address);
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
    }
    Ok(())
}
