//! Pages: how long workerd takes for one on one connection, and how much a browser fetches for it.
//! Prints a table in Markdown.

use crate::{
    client::{self, Tenant},
    load::{self, Ask, Result, Until, ask_all, ask_for_header, ask_once, quantile_ms},
    servers,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use harness::{TokenOptions, dev_key, mint, root};
use http::{Method, Request};
use serde_json::json;
use std::{collections::BTreeSet, fs, io::Write, net::SocketAddr};

/// What is measured.
const PAGES: [&str; 3] = ["/", "/account", "/playground"];
/// How often, after a warm-up.
const REQUESTS: u64 = 500;
const WARM_UP: u64 = 100;
/// What the account has done before.
const CHATS: usize = 12;

/// Measures, and prints.
///
/// # Errors
/// When something cannot be started or a request fails.
pub async fn bench() -> Result<()> {
    let key = dev_key()?;
    let sandbox = servers::sandbox()?;
    let workerd = servers::workerd("workerd", sandbox.address, &key)?;
    let address = workerd.postern.address;
    let tenant = Tenant::make(address, json!({})).await?;
    let token = mint(&TokenOptions {
        tenant: tenant.id.clone(),
        account: "bench".into(),
        ..TokenOptions::default()
    })?;
    let host = &tenant.host;
    let chats = (0..CHATS).map(|_| client::chat(host, "/v1/chat/completions", &token, false));
    ask_all(address, chats.collect::<Result<_>>()?).await?;
    let wanted = json!({"name": "Bench", "scopes": ["chat"]}).to_string();
    ask_once(address, client::post(host, "/me/keys", &token, wanted.into())?).await?;
    let session = client::post(host, "/auth/session", &token, Bytes::new())?;
    let cookie = ask_for_header(address, session, "set-cookie").await?;
    let cookie = cookie.split(';').next().unwrap_or_default();

    println!("One connection, {REQUESTS} requests a row, one workerd\n");
    println!("| page | p50 ms | p99 ms | CPU µs/request | HTML KiB | JavaScript KiB gzip |");
    println!("|---|--:|--:|--:|--:|--:|");
    for path in PAGES {
        let ask = page(address, host, path, cookie)?;
        let html = ask_once(address, get(host, path, cookie)?).await?;
        let html = String::from_utf8_lossy(&html);
        load::run(&ask, Until::Count(WARM_UP)).await?;
        let before = workerd.postern.cpu();
        let measured = load::run(&ask, Until::Count(REQUESTS)).await?;
        let cpu = before.zip(workerd.postern.cpu()).map(|(before, after)| after - before);
        let cpu = cpu.map_or_else(
            || "–".to_owned(),
            |cpu| format!("{:.0}", cpu.as_secs_f64() * 1e6 / measured.total.len() as f64),
        );
        println!(
            "| `{path}` | {:.2} | {:.2} | {cpu} | {:.1} | {:.1} |",
            quantile_ms(&measured.total, 500),
            quantile_ms(&measured.total, 990),
            html.len() as f64 / 1024.0,
            scripts(&html)? as f64 / 1024.0,
        );
    }
    Ok(())
}

/// A page, for somebody who is signed in.
fn get(host: &str, path: &str, cookie: &str) -> Result<Request<Bytes>> {
    let request = Request::builder().method(Method::GET).uri(path).header("host", host);
    let request = request.header("accept", "text/html").header("cookie", cookie);
    request.body(Bytes::new()).map_err(|e| e.to_string())
}

fn page(address: SocketAddr, host: &str, path: &str, cookie: &str) -> Result<Ask> {
    client::each(address, is_whole, [get(host, path, cookie)].into_iter())
}

/// A page, and one for somebody who is signed in.
fn is_whole(body: &[u8]) -> bool {
    let has = |text: &[u8]| memchr::memmem::find(body, text).is_some();
    body.trim_ascii_end().ends_with(b"</html>") && has(b"/auth/logout")
}

/// How many bytes of scripts a page has a browser fetch, each compressed by itself.
fn scripts(html: &str) -> Result<usize> {
    let named = html.split('"').filter(|text| text.starts_with("/assets/js/"));
    let mut bytes = 0;
    for name in named.collect::<BTreeSet<_>>() {
        let file = root().join("target/assets/public").join(name.trim_start_matches('/'));
        let script = fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&script).map_err(|e| e.to_string())?;
        bytes += gzip.finish().map_err(|e| e.to_string())?.len();
    }
    Ok(bytes)
}
