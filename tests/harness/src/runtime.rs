use crate::{Process, Result, root, wait_for};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// How long a server may take until it answers. The first start builds.
const PATIENCE: Duration = Duration::from_secs(600);

/// Lines that wrangler prints when the machine is offline, and that mean nothing.
const NOISE: &[&str] = &[
    "Unable to fetch the `Request.cf` object",
    "ENOTFOUND workers.cloudflare.com",
    "GetAddrInfoReqWrap",
];

/// A runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// Cloudflare's, through wrangler.
    Workers,
    /// Fermyon's Spin.
    Spin,
}

impl Runtime {
    /// Every runtime.
    pub const ALL: [Self; 2] = [Self::Workers, Self::Spin];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workers => "workers",
            Self::Spin => "spin",
        }
    }
}

/// What is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// The application, by the project's own files.
    Application,
    /// The probe of the ports' contract.
    Probe,
}

/// How it is started.
pub struct Options {
    /// What.
    pub build: Build,
    /// The port to listen on, on 127.0.0.1.
    pub port: u16,
    /// Where the data is kept; by default where a developer has it.
    pub data: Option<PathBuf>,
    /// Variables beside those of `.dev.vars` and `.env`.
    pub variables: Vec<(String, String)>,
    /// The file that the output goes to; by default it is shown.
    pub log: Option<PathBuf>,
}

/// A platform that runs.
pub struct Platform {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub process: Process,
}

impl Platform {
    /// Starts a platform and waits until it answers.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(runtime: Runtime, options: &Options) -> Result<Self> {
        let mut command = match runtime {
            Runtime::Workers => wrangler(options)?,
            Runtime::Spin => spin(options)?,
        };
        command.current_dir(root());
        let name = format!("the platform on {}", runtime.as_str());
        let mut process = match &options.log {
            Some(log) => Process::start(&name, &mut command, log)?,
            None => Process::spawn(&name, command.stdout(Stdio::piped()).stderr(Stdio::piped()))?,
        };
        process.show(NOISE);
        let address = SocketAddr::from(([127, 0, 0, 1], options.port));
        let path = match options.build {
            Build::Application => "/healthz",
            Build::Probe => "/contract/cases",
        };
        wait_for(&mut process, address, path, PATIENCE)?;
        Ok(Self { address, process })
    }
}

fn wrangler(options: &Options) -> Result<Command> {
    let bin = root().join("node_modules/.bin");
    let mut command = Command::new(bin.join("wrangler"));
    // wrangler needs a newer Node than the machine may have; the project brings one.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", bin.display()));
    command.env("WRANGLER_SEND_METRICS", "false").env("NO_COLOR", "1");
    let config = match options.build {
        Build::Application => root().join("wrangler.toml"),
        Build::Probe => probe_wrangler()?,
    };
    command.arg("dev").arg("--config").arg(config);
    command.args(["--port", &options.port.to_string(), "--inspector-port", "0"]);
    command.args(["--show-interactive-dev-session", "false"]);
    if let Some(data) = &options.data {
        command.arg("--persist-to").arg(data);
    }
    for (name, value) in &options.variables {
        command.arg("--var").arg(format!("{name}:{value}"));
    }
    Ok(command)
}

fn spin(options: &Options) -> Result<Command> {
    let mut command = Command::new("spin");
    let manifest = match options.build {
        Build::Application => root().join("spin.toml"),
        Build::Probe => probe_spin()?,
    };
    command.arg("up").arg("--from").arg(manifest);
    command.args(["--listen", &format!("127.0.0.1:{}", options.port)]);
    if let Some(data) = &options.data {
        fs::create_dir_all(data).map_err(|e| e.to_string())?;
        command.arg("--state-dir").arg(data);
    }
    for (name, value) in &options.variables {
        command.env(format!("SPIN_VARIABLE_{name}"), value);
    }
    Ok(command)
}

/// The project's wrangler file with another build in it, in a folder of its own.
fn probe_wrangler() -> Result<PathBuf> {
    let mut config = read_toml(&root().join("wrangler.toml"))?;
    let entry = root().join("target/probe/entry.js");
    config.insert("main".into(), entry.display().to_string().into());
    for part in ["build", "assets"] {
        config.remove(part);
    }
    write_toml(&root().join("target/probe/wrangler.toml"), &config)
}

fn probe_spin() -> Result<PathBuf> {
    let mut config = read_toml(&root().join("spin.toml"))?;
    let component = config.get_mut("component").and_then(|c| c.get_mut("postern"));
    let component = component.and_then(toml::Value::as_table_mut).ok_or("spin.toml")?;
    let wasm = root().join("target/probe/postern_spin.wasm");
    component.insert("source".into(), wasm.display().to_string().into());
    component.remove("files");
    component.remove("build");
    write_toml(&root().join("target/probe/spin.toml"), &config)
}

fn read_toml(path: &Path) -> Result<toml::Table> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    text.parse().map_err(|e| format!("{}: {e}", path.display()))
}

fn write_toml(path: &Path, table: &toml::Table) -> Result<PathBuf> {
    fs::write(path, table.to_string()).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path.to_owned())
}

/// The variables by which a platform finds a sandbox.
#[must_use]
pub fn sandbox_variables(sandbox: SocketAddr) -> Vec<(String, String)> {
    let providers = [
        ("SANDBOX", "openai/v1"),
        ("SANDBOX_ANTHROPIC", "anthropic/v1"),
        ("SANDBOX_GEMINI", "gemini/v1"),
        ("SANDBOX_BEDROCK", "bedrock"),
        ("SANDBOX_OLLAMA", "ollama"),
        ("SANDBOX_RESPONSES", "openai/v1"),
        ("SANDBOX_PATIENT", "openai/v1"),
        ("SANDBOX_FRAGILE", "openai/v1"),
        ("SANDBOX_WHOLE", "openai/v1"),
    ];
    let variable =
        |(provider, path)| (format!("{provider}_API_BASE"), format!("http://{sandbox}/{path}"));
    let stripe = ("STRIPE_API_BASE".to_owned(), format!("http://{sandbox}/stripe"));
    providers.map(variable).into_iter().chain([stripe]).collect()
}

/// The variables by which operators sign in at a demo issuer.
#[must_use]
pub fn issuer_variables(issuer: SocketAddr) -> Vec<(String, String)> {
    let issuer = format!("http://{issuer}");
    let variables = [
        ("PLATFORM_ISSUER", issuer.as_str()),
        ("PLATFORM_AUDIENCE", "postern"),
        ("PLATFORM_CLIENT_ID", "postern"),
        ("PLATFORM_CLIENT_SECRET", "postern-demo-secret"),
        ("PLATFORM_ADMIN_CLAIM", "groups"),
        ("PLATFORM_ADMIN_VALUE", "admins"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// Where the sandbox's Stripe sends its events: to the operators' host of a platform.
#[must_use]
pub fn webhook_variables(platform_port: u16) -> Vec<(&'static str, String)> {
    // Without a secret nothing is set up yet, and nothing is paid.
    let secrets = crate::dev_variable("STRIPE_WEBHOOK_SECRETS").unwrap_or_default();
    let secret = secrets.split(',').next().unwrap_or_default().to_owned();
    let key = crate::dev_variable("STRIPE_SECRET_KEY").unwrap_or_default();
    let url = format!("http://postern.localhost:{platform_port}/webhooks/stripe");
    vec![
        ("SANDBOX_STRIPE_WEBHOOK_KEY", key),
        ("SANDBOX_STRIPE_WEBHOOK_URL", url),
        ("SANDBOX_STRIPE_WEBHOOK_SECRET", secret),
    ]
}

/// Starts the sandbox, for a platform on a port, and waits until it answers.
///
/// # Errors
/// When it cannot be started.
pub fn start_sandbox(port: u16, platform_port: u16, log: &Path) -> Result<Process> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut command = Command::new(root().join("target/debug/postern-sandbox"));
    command.arg(address.to_string()).envs(webhook_variables(platform_port));
    let mut sandbox = Process::start("the sandbox", &mut command, log)?;
    wait_for(&mut sandbox, address, "/", Duration::from_secs(20))?;
    Ok(sandbox)
}

/// Starts the demo issuer of OpenID Connect and waits until it answers.
///
/// # Errors
/// When it cannot be started.
pub fn start_issuer(port: u16, log: &Path) -> Result<Process> {
    let mut issuer = Process::start("the demo issuer", &mut issuer_command(port), log)?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    wait_for(&mut issuer, address, "/.well-known/openid-configuration", Duration::from_secs(20))?;
    Ok(issuer)
}

/// The command that runs the demo issuer. Its lifetimes can be set by variables.
#[must_use]
pub fn issuer_command(port: u16) -> Command {
    let mut command = Command::new(root().join("node_modules/.bin/node"));
    command.arg(root().join("tests/issuer/issuer.mjs")).arg(port.to_string());
    command
}
