//! Who is measured, and how each is started.

use super::CONNECTIONS_MAX;
use crate::{
    client::{self, Tenant},
    load::{Result, ask_all, ask_once},
    servers::{self, Server, Size},
};
use bytes::Bytes;
use harness::{Process, get, root};
use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

/// Where `cargo xtask bench peers` installs what is not Postern.
pub const INSTALLED: &str = ".tools/peers";
/// Who signs the tokens, and for whom.
const ISSUER: &str = "/oidc/bench";
const AUDIENCE: &str = "bench";
/// Tokens that are shown once in so many requests: more than an instance of Postern remembers.
const TOKENS_SHOWN_ONCE: usize = 8_192;
/// Far enough away for any bench, in seconds since 1970.
const TOKENS_END: u32 = 4_000_000_000;
/// How long TensorZero may take until it says where it listens and answers there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who is measured.
pub struct Field {
    /// The sandbox by itself, and then everybody in front of it.
    pub contenders: Vec<Contender>,
    /// Who cannot be measured here, and why.
    pub absent: Vec<(&'static str, String)>,
}

/// Somebody who stands before a provider.
pub struct Contender {
    /// Its name in the tables.
    pub name: &'static str,
    /// Its process, or processes.
    pub server: Server,
    /// What it asks of a chat.
    pub host: String,
    pub path: &'static str,
    pub model: &'static str,
    pub headers: Vec<(&'static str, String)>,
    /// A token, and with it an account, for each connection.
    pub tokens: Vec<String>,
    /// Tokens for the check alone; none if there is no check.
    pub once: Vec<String>,
    /// What is uploaded, if it is for the edge.
    pub size: Option<Size>,
    /// Whether a chat is paid for.
    pub is_metered: bool,
}

/// The name of the row that the others are compared with.
pub const DIRECT: &str = "the sandbox, directly";
pub const WORKERS: &str = "Postern on workerd";
pub const SPIN: &str = "Postern on Spin";
pub const HONO: &str = "Hono + jose on workerd";
pub const PORTKEY: &str = "Portkey on Node";
pub const TENSORZERO: &str = "TensorZero";

/// Starts everybody who can be started.
///
/// # Errors
/// When one that should be there does not answer.
pub async fn start(key: &str) -> Result<Field> {
    let sandbox = servers::sandbox()?;
    let provider = sandbox.address;
    let mut absent = Vec::new();

    let workerd = servers::workerd("workerd", provider, key)?.postern;
    let workers = postern(WORKERS, workerd, provider, &servers::BUNDLE).await?;
    let strangers = workers.tokens.clone();
    let other = |name, server| Contender {
        name,
        server,
        host: "localhost".into(),
        path: "/v1/chat/completions",
        model: "demo-echo",
        headers: Vec::new(),
        tokens: strangers.clone(),
        once: Vec::new(),
        size: None,
        is_metered: false,
    };
    let bundle = format!("{INSTALLED}/hono.js");
    let hono = Contender {
        once: workers.once.clone(),
        size: Some(servers::size(&[&bundle])?),
        ..other(HONO, hono(provider)?)
    };
    let portkey = Contender {
        headers: vec![
            ("x-portkey-provider", "openai".into()),
            ("x-portkey-custom-host", format!("http://{provider}/openai/v1")),
        ],
        ..other(PORTKEY, portkey()?)
    };
    let direct = Contender { path: "/openai/v1/chat/completions", ..other(DIRECT, sandbox) };
    let mut contenders = vec![direct, workers];
    if servers::has_spin() {
        let wasm = "target/wasm32-wasip2/release/postern_spin.wasm";
        contenders.push(
            postern(SPIN, servers::spin("spin", provider, Vec::new())?, provider, &[wasm]).await?,
        );
    } else {
        absent.push((SPIN, "there is no `spin` on the PATH".to_owned()));
    }
    contenders.extend([hono, portkey]);
    if root().join(INSTALLED).join("venv/tensorzero.txt").is_file() {
        contenders.push(Contender {
            path: "/openai/v1/chat/completions",
            model: "tensorzero::model_name::demo-echo",
            ..other(TENSORZERO, tensorzero(provider)?)
        });
    } else {
        absent.push((TENSORZERO, "its Python package could not be installed".to_owned()));
    }
    Ok(Field { contenders, absent })
}

async fn postern(
    name: &'static str,
    server: Server,
    provider: SocketAddr,
    files: &[&str],
) -> Result<Contender> {
    let issuer = format!("http://{provider}{ISSUER}");
    let issuers = json!([{ "issuer": issuer, "audiences": [AUDIENCE] }]);
    let tenant = Tenant::make(server.address, json!({ "issuers": issuers })).await?;
    Ok(Contender {
        name,
        server,
        path: "/v1/chat/completions",
        model: "demo-echo",
        headers: Vec::new(),
        tokens: tokens(provider, &tenant.id, CONNECTIONS_MAX).await?,
        once: tokens(provider, &tenant.id, TOKENS_SHOWN_ONCE).await?,
        size: Some(servers::size(files)?),
        is_metered: true,
        host: tenant.host,
    })
}

/// Tokens of the sandbox's issuer, each of an account of its own.
async fn tokens(issuer: SocketAddr, tenant: &str, count: usize) -> Result<Vec<String>> {
    let host = issuer.to_string();
    let ask = |of: usize| {
        let claims = json!({
            "aud": AUDIENCE, "tenant": tenant, "account": format!("acc_bench{of}"),
            "exp": TOKENS_END, "jti": format!("{count}-{of}"),
        });
        let path = format!("{ISSUER}/tokens?alg=ES256");
        client::post(&host, &path, "", Bytes::from(claims.to_string()))
    };
    let signed = ask_all(issuer, (0..count).map(ask).collect::<Result<_>>()?).await?;
    Ok(signed.iter().map(|token| String::from_utf8_lossy(token).into_owned()).collect())
}

fn hono(provider: SocketAddr) -> Result<Server> {
    let address = servers::local()?;
    let mut command = Command::new(root().join("node_modules/.bin/workerd"));
    command.arg("serve").arg(root().join("tests/bench/workerd/hono.capnp"));
    command.arg(format!("--socket-addr=hono={address}"));
    command.env("ISSUER", format!("http://{provider}{ISSUER}")).env("AUDIENCE", AUDIENCE);
    command.env("OPENAI_API_BASE", format!("http://{provider}/openai/v1"));
    Server::start("hono", &mut command, address, "/healthz")
}

fn portkey() -> Result<Server> {
    let address = servers::local()?;
    let gateway = "node_modules/@portkey-ai/gateway/build/start-server.js";
    let mut command = Command::new(root().join("node_modules/.bin/node"));
    command.arg(root().join(INSTALLED).join(gateway)).arg(format!("--port={}", address.port()));
    // Without its page, which keeps the last requests.
    command.arg("--headless").env("NODE_ENV", "production");
    Server::start("portkey", &mut command, address, "/")
}

fn tensorzero(provider: SocketAddr) -> Result<Server> {
    let config = servers::empty_folder("bench-tensorzero")?.join("tensorzero.toml");
    // Without a database there is nowhere to keep what it observes.
    let text = format!(
        "[gateway]\nobservability.enabled = false\n\n\
         [models.demo-echo]\nrouting = [\"sandbox\"]\n\n\
         [models.demo-echo.providers.sandbox]\ntype = \"openai\"\nmodel_name = \"demo-echo\"\n\
         api_base = \"http://{provider}/openai/v1/\"\napi_key_location = \"none\"\n"
    );
    fs::write(&config, text).map_err(|e| e.to_string())?;
    let mut command = Command::new(root().join(INSTALLED).join("venv/bin/python"));
    command.arg(root().join("tests/bench/peers/tensorzero_gateway.py")).arg(config);
    let (log, began) = (servers::log("tensorzero")?, Instant::now());
    let mut process = Process::start("tensorzero", &mut command, &log)?;
    loop {
        let said = fs::read_to_string(&log).unwrap_or_default();
        let said = said.lines().find_map(|line| line.strip_prefix("http://"));
        let address = said.and_then(|said| said.split('/').next()?.parse().ok());
        // It has no route to `GET`, and says so as soon as it runs.
        if let Some(address) = address.filter(|address| get(*address, "localhost", "/").is_ok()) {
            return Ok(Server::running(process, address, began));
        }
        process.check()?;
        if began.elapsed() > PATIENCE {
            return Err("TensorZero does not answer".into());
        }
        sleep(Duration::from_millis(5));
    }
}

impl Contender {
    /// Looks whether the chats of a connection have been paid for, and nothing is still held.
    ///
    /// # Errors
    /// When that is not so after some time.
    pub async fn has_settled(&self) -> Result<()> {
        let token = self.tokens.first().filter(|_| self.is_metered);
        let Some(token) = token else { return Ok(()) };
        let end = Instant::now() + PATIENCE;
        loop {
            let ask = client::get(&self.host, "/me/balance", token)?;
            let said = ask_once(self.server.address, ask).await?;
            let said: Value = serde_json::from_slice(&said).map_err(|e| e.to_string())?;
            let balance = &said["balances"][0];
            let paid = balance["posted"].as_u64().is_some_and(|left| left < u32::MAX.into());
            if paid && balance["held"] == 0 {
                return Ok(());
            }
            if Instant::now() > end {
                return Err(format!("{}: the chats are not settled: {said}", self.name));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
