//! `cargo xtask bench`: how fast Postern is on this machine, in one run, beside what it could be
//! measured against. Prints a table in Markdown.
//!
//! Nothing here passes or fails by its speed.

mod load;
mod servers;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use harness::{TokenOptions, dev_key, mint, root};
use http::{Method, Request};
use load::{Ask, Result, Until, ask_once, quantile};
use serde_json::{Value, json};
use servers::Server;
use std::{
    fs,
    io::Write,
    net::SocketAddr,
    process::ExitCode,
    time::{Duration, Instant},
};

/// Connections at once.
const CONNECTIONS: usize = 16;
/// How long each row is measured, after a warm-up.
const MEASURE: Duration = Duration::from_secs(5);
const WARM_UP: Duration = Duration::from_secs(1);
/// Streams that memory is watched over, and how often it is looked at.
const STREAMS: u64 = 10_000;
const LOOKS: u64 = 5;
/// Words of an answer.
const WORDS: usize = 60;

// One thread for the load, which leaves the other to what is measured.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match bench().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn bench() -> Result<()> {
    let key = dev_key()?;
    let sandbox = servers::sandbox()?;
    let workerd = servers::workerd(sandbox.address, &key)?;
    let postern = &workerd.postern;
    let tenant = Tenant::make(postern.address).await?;

    println!("{CONNECTIONS} connections, {} s a row, one workerd\n", MEASURE.as_secs());
    println!(
        "| what | requests/s | p50 ms | p99 ms | first byte p50 ms | p99 ms | CPU µs/request |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let get = |address, path| {
        let requests = (0..CONNECTIONS).map(|of| tenant.get(of, path));
        Ok::<_, String>(Ask { address, requests: requests.collect::<Result<_>>()? })
    };
    let chat = |address, path, stream| {
        let requests = (0..CONNECTIONS).map(|of| tenant.chat(of, path, stream));
        Ok::<_, String>(Ask { address, requests: requests.collect::<Result<_>>()? })
    };
    let (direct, through) = ("/openai/v1/chat/completions", "/v1/chat/completions");
    let hello = get(workerd.hello, "/")?;
    let base = row("JavaScript hello-world", postern, &hello).await?;
    let plain = get(workerd.plain, "/")?;
    let plain =
        row("JavaScript that reads the head, logs a line, answers", postern, &plain).await?;
    row("Postern: `GET /healthz`", postern, &get(postern.address, "/healthz")?).await?;
    let models = get(postern.address, "/v1/models")?;
    let models = row("Postern: JWT + tenant, `GET /v1/models`", postern, &models).await?;
    row("sandbox alone: chat", &sandbox, &chat(sandbox.address, direct, false)?).await?;
    row("Postern: chat", postern, &chat(postern.address, through, false)?).await?;
    row("sandbox alone: chat, streamed", &sandbox, &chat(sandbox.address, direct, true)?).await?;
    row("Postern: chat, streamed", postern, &chat(postern.address, through, true)?).await?;
    let (of_hello, of_plain) = (100.0 * models / base, 100.0 * models / plain);
    println!(
        "\nJWT + tenant: {of_hello:.0} % of hello-world, {of_plain:.0} % of the other worker."
    );
    println!("An answer has {WORDS} words, each an event of its own.");

    memory(postern, &chat(postern.address, through, true)?).await?;
    bundle()?;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "\nFrom the start of workerd to the first answer: {:.0} ms",
        ms(workerd.until_first_answer)
    );
    drop(workerd);
    println!(
        "First chat of a new instance: {:.1} ms",
        ms(first_chat(sandbox.address, &key).await?)
    );
    Ok(())
}

/// Measures and prints a row; the requests in a second.
async fn row(name: &str, server: &Server, ask: &Ask) -> Result<f64> {
    load::run(ask, Until::Elapsed(WARM_UP)).await?;
    let before = server.cpu();
    let measured = load::run(ask, Until::Elapsed(MEASURE)).await?;
    let cpu = before.zip(server.cpu()).map(|(before, after)| after.saturating_sub(before));
    let cpu = cpu.map_or_else(
        || "–".to_owned(),
        |cpu| format!("{:.0}", cpu.as_secs_f64() * 1e6 / measured.total.len() as f64),
    );
    let ms = |times: &[Duration], at| quantile(times, at).as_secs_f64() * 1e3;
    println!(
        "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {cpu} |",
        measured.per_second,
        ms(&measured.total, 500),
        ms(&measured.total, 990),
        ms(&measured.first_byte, 500),
        ms(&measured.first_byte, 990),
    );
    Ok(measured.per_second)
}

/// Streams, and what memory workerd holds between them.
async fn memory(server: &Server, ask: &Ask) -> Result<()> {
    print!("\nMemory over {STREAMS} streams, MiB: {}", server.memory_mib()?);
    for _ in 0..LOOKS {
        load::run(ask, Until::Count(STREAMS / LOOKS)).await?;
        print!(" → {}", server.memory_mib()?);
        // Shown as it comes, if it can be.
        let _ = std::io::stdout().flush();
    }
    println!();
    Ok(())
}

/// The size of what is uploaded.
fn bundle() -> Result<()> {
    let (mut raw, mut zipped) = (0, 0);
    for file in ["edge/cloudflare/entry.js", "build/index.js", "build/index_bg.wasm"] {
        let bytes = fs::read(root().join(file)).map_err(|e| format!("{file}: {e}"))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes).map_err(|e| e.to_string())?;
        raw += bytes.len();
        zipped += gzip.finish().map_err(|e| e.to_string())?.len();
    }
    println!("\nBundle: {} KiB raw, {} KiB gzip", raw / 1024, zipped / 1024);
    Ok(())
}

/// How long the first chat takes, for whom nothing is warm: no tenant, no key, no open database.
async fn first_chat(sandbox: SocketAddr, key: &str) -> Result<Duration> {
    let workerd = servers::workerd(sandbox, key)?;
    let token = mint(&TokenOptions::default())?;
    let request = request(Method::POST, "family.localhost", "/v1/chat/completions", &token);
    let request = request
        .header("content-type", "application/json")
        .body(question(false))
        .map_err(|e| e.to_string())?;
    let began = Instant::now();
    ask_once(workerd.postern.address, request).await?;
    Ok(began.elapsed())
}

fn request(method: Method, host: &str, path: &str, token: &str) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path).header("host", host);
    let request = request.header("authorization", format!("Bearer {token}"));
    // As `fetch` in a browser or in Node would.
    request.header("accept", "*/*")
}

fn question(stream: bool) -> Bytes {
    let words = vec!["word"; WORDS].join(" ");
    let body = json!({
        "model": "demo-echo", "max_tokens": 2 * WORDS, "stream": stream,
        "messages": [{"role": "user", "content": words}],
    });
    Bytes::from(body.to_string())
}

/// A tenant without limits, and an account for each connection.
struct Tenant {
    host: String,
    tokens: Vec<String>,
}

impl Tenant {
    async fn make(address: SocketAddr) -> Result<Self> {
        let record = json!({
            "handle": "bench", "name": "Bench", "app": "saas", "welcome_tokens": u32::MAX,
        });
        let operator = TokenOptions {
            tenant: "postern".into(),
            account: "operators".into(),
            roles: vec!["admin".into()],
            ..TokenOptions::default()
        };
        let ask = request(Method::POST, "postern.localhost", "/admin/tenants", &mint(&operator)?);
        let ask = ask
            .header("content-type", "application/json")
            .body(Bytes::from(record.to_string()))
            .map_err(|e| e.to_string())?;
        let made: Value =
            serde_json::from_slice(&ask_once(address, ask).await?).map_err(|e| e.to_string())?;
        let id = made["id"].as_str().ok_or("a tenant has an id")?;
        let tokens = (0..CONNECTIONS).map(|of| {
            mint(&TokenOptions {
                tenant: id.into(),
                account: format!("bench{of}"),
                ..TokenOptions::default()
            })
        });
        Ok(Self { host: "bench.localhost".into(), tokens: tokens.collect::<Result<_>>()? })
    }

    fn get(&self, of: usize, path: &str) -> Result<Request<Bytes>> {
        self.ask(Method::GET, of, path, Bytes::new())
    }

    fn chat(&self, of: usize, path: &str, stream: bool) -> Result<Request<Bytes>> {
        self.ask(Method::POST, of, path, question(stream))
    }

    fn ask(&self, method: Method, of: usize, path: &str, body: Bytes) -> Result<Request<Bytes>> {
        let token = self.tokens.get(of).map_or("", String::as_str);
        let mut request = request(method, &self.host, path, token);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        request.body(body).map_err(|e| e.to_string())
    }
}
