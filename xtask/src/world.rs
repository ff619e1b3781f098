//! A platform for tests, and what it needs beside it.

use crate::up;
use harness::{
    Build, Options, Platform, Process, Result, Runtime, dev_variable, forward_v6, free_port,
    issuer_variables, root, sandbox_variables, start_issuer, start_sandbox,
};
use std::{fs, net::SocketAddr, process::Command};

/// What tests are told of what runs.
pub struct Env {
    pub runtime: Runtime,
    pub edge: Option<SocketAddr>,
    pub sandbox: Option<SocketAddr>,
    pub issuer: Option<SocketAddr>,
}

impl Env {
    /// Tells a program.
    pub fn set(&self, command: &mut Command) -> Result<()> {
        command.env("POSTERN_TEST_RUNTIME", self.runtime.as_str());
        for name in ["JWT_DEV_KEY", "INTERNAL_KEY", "STRIPE_WEBHOOK_SECRETS"] {
            command.env(name, dev_variable(name)?);
        }
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

/// A sandbox for tests, on a port of its own, for a platform on a port.
pub fn sandbox(platform_port: u16) -> Result<(Process, SocketAddr)> {
    let port = free_port()?;
    let process = start_sandbox(port, platform_port, &up::log("sandbox-test")?)?;
    Ok((process, SocketAddr::from(([127, 0, 0, 1], port))))
}

/// A platform for tests, with nothing in it.
pub fn platform(
    runtime: Runtime,
    build: Build,
    port: u16,
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
        port,
        data: Some(data),
        variables: [sandbox_variables(sandbox), variables].concat(),
        log: Some(up::log(&name)?),
    };
    Platform::start(runtime, &options)
}

/// A platform with nothing in it, and what it needs beside it, for as long as this lives.
pub struct World {
    pub env: Env,
    _platform: Platform,
    _beside: [Process; 2],
}

impl World {
    /// Starts everything, on ports of its own.
    pub fn start(runtime: Runtime) -> Result<Self> {
        let edge_port = free_port()?;
        let (sandbox_process, sandbox) = sandbox(edge_port)?;
        let port = free_port()?;
        let issuer_process = start_issuer(port, &up::log("issuer-test")?)?;
        let issuer = SocketAddr::from(([127, 0, 0, 1], port));
        let variables = issuer_variables(issuer);
        let platform = platform(runtime, Build::Application, edge_port, sandbox, variables)?;
        // Node and Python take the first address of a name, which is that of IPv6.
        forward_v6(platform.address);
        let (edge, sandbox, issuer) = (Some(platform.address), Some(sandbox), Some(issuer));
        let env = Env { runtime, edge, sandbox, issuer };
        Ok(Self { env, _platform: platform, _beside: [sandbox_process, issuer_process] })
    }
}

impl Env {
    /// What `cargo xtask up` runs here, on a port.
    pub fn running(port: u16) -> Self {
        let local = |port| Some(SocketAddr::from(([127, 0, 0, 1], port)));
        Self {
            runtime: Runtime::Workers,
            edge: local(port),
            sandbox: local(up::SANDBOX_PORT),
            issuer: local(up::ISSUER_PORT),
        }
    }
}
