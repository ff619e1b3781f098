//! Postern by itself, beside what its runtime could do at best. Prints a table in Markdown.

use crate::{
    client::{self, Tenant, WORDS},
    load::{self, Ask, Result, Until, ask_once, quantile_ms},
    servers::{self, Server, Size},
};
use harness::{TokenOptions, dev_key, mint};
use serde_json::json;
use std::{
    io::Write,
    net::SocketAddr,
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

/// Measures, and prints.
///
/// # Errors
/// When something cannot be started or a request fails.
pub async fn bench() -> Result<()> {
    let key = dev_key()?;
    let sandbox = servers::sandbox()?;
    let workerd = servers::workerd("workerd", sandbox.address, &key)?;
    let postern = &workerd.postern;
    let tenant = Tenant::make(postern.address, json!({})).await?;
    let tokens = (0..CONNECTIONS).map(|of| {
        let account = format!("bench{of}");
        mint(&TokenOptions { tenant: tenant.id.clone(), account, ..TokenOptions::default() })
    });
    let tokens = tokens.collect::<Result<Vec<_>>>()?;

    println!("{CONNECTIONS} connections, {} s a row, one workerd\n", MEASURE.as_secs());
    println!(
        "| what | requests/s | p50 ms | p99 ms | first byte p50 ms | p99 ms | CPU µs/request |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let host = &tenant.host;
    let get = |address, path| {
        client::each(address, client::any, tokens.iter().map(|t| client::get(host, path, t)))
    };
    let chat = |address, path, stream| {
        let is_whole = if stream { client::is_whole_stream } else { client::is_whole_answer };
        let requests = tokens.iter().map(|token| client::chat(host, path, token, stream));
        client::each(address, is_whole, requests)
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
    let Size { raw_kib, gzip_kib } = servers::size(&servers::BUNDLE)?;
    println!("\nBundle: {raw_kib} KiB raw, {gzip_kib} KiB gzip");
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "\nFrom the start of workerd to the first answer: {:.0} ms",
        ms(workerd.postern.until_first_answer)
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
    println!(
        "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {cpu} |",
        measured.per_second(),
        quantile_ms(&measured.total, 500),
        quantile_ms(&measured.total, 990),
        quantile_ms(&measured.first_byte, 500),
        quantile_ms(&measured.first_byte, 990),
    );
    Ok(measured.per_second())
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

/// How long the first chat takes, for whom nothing is warm: no tenant, no key, no open database.
async fn first_chat(sandbox: SocketAddr, key: &str) -> Result<Duration> {
    let workerd = servers::workerd("workerd", sandbox, key)?;
    let token = mint(&TokenOptions::default())?;
    let request = client::chat("family.localhost", "/v1/chat/completions", &token, false)?;
    let began = Instant::now();
    ask_once(workerd.postern.address, request).await?;
    Ok(began.elapsed())
}
