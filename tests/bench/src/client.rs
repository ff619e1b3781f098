//! What is asked, and by whom.

use crate::load::{Ask, Result, ask_once};
use bytes::Bytes;
use harness::{TokenOptions, mint};
use http::{Method, Request};
use memchr::memmem;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Words of an answer.
pub const WORDS: usize = 60;
/// The one that is repeated.
const WORD: &str = "word";

/// The tenant's handle, and with it its host.
const HANDLE: &str = "bench";

/// Tokens that each account has at first.
pub const WELCOME: u32 = u32::MAX;

/// A tenant without limits.
pub struct Tenant {
    /// Its id.
    pub id: String,
    /// The host under which it is asked.
    pub host: String,
}

impl Tenant {
    /// Makes the tenant, with more of its record: who signs its people's tokens, how it is paid.
    ///
    /// # Errors
    /// When the platform refuses.
    pub async fn make(address: SocketAddr, more: Value) -> Result<Self> {
        let mut record = json!({
            "handle": HANDLE, "name": "Bench", "app": "saas", "welcome_tokens": WELCOME,
        });
        if let (Some(record), Value::Object(more)) = (record.as_object_mut(), more) {
            record.extend(more);
        }
        let operator = TokenOptions {
            tenant: "postern".into(),
            account: "operators".into(),
            roles: vec!["admin".into()],
            ..TokenOptions::default()
        };
        let operator = mint(&operator)?;
        let record = Bytes::from(record.to_string());
        let ask = post("postern.localhost", "/admin/tenants", &operator, record)?;
        let made: Value =
            serde_json::from_slice(&ask_once(address, ask).await?).map_err(|e| e.to_string())?;
        let id = made["id"].as_str().ok_or("a tenant has an id")?;
        Ok(Self { id: id.to_owned(), host: format!("{HANDLE}.localhost") })
    }
}

/// A request that bears a token.
pub fn request(method: Method, host: &str, path: &str, token: &str) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path).header("host", host);
    let request = request.header("authorization", format!("Bearer {token}"));
    // As `fetch` in a browser or in Node would.
    request.header("accept", "*/*")
}

/// A whole `GET`.
///
/// # Errors
/// When a part of it cannot be sent.
pub fn get(host: &str, path: &str, token: &str) -> Result<Request<Bytes>> {
    request(Method::GET, host, path, token).body(Bytes::new()).map_err(|e| e.to_string())
}

/// The body of a chat.
#[must_use]
pub fn question(model: &str, stream: bool) -> Bytes {
    let body = json!({
        "model": model, "max_tokens": 2 * WORDS, "stream": stream,
        "messages": [{"role": "user", "content": vec![WORD; WORDS].join(" ")}],
    });
    Bytes::from(body.to_string())
}

/// A whole chat.
///
/// # Errors
/// When a part of it cannot be sent.
pub fn chat(host: &str, path: &str, token: &str, stream: bool) -> Result<Request<Bytes>> {
    post(host, path, token, question("demo-echo", stream))
}

/// A whole `POST` of JSON.
///
/// # Errors
/// When a part of it cannot be sent.
pub fn post(host: &str, path: &str, token: &str, body: Bytes) -> Result<Request<Bytes>> {
    let request = request(Method::POST, host, path, token);
    let request = request.header("content-type", "application/json");
    request.body(body).map_err(|e| e.to_string())
}

/// Every connection with one request of its own.
///
/// # Errors
/// When a request cannot be made.
pub fn each(
    address: SocketAddr,
    is_whole: fn(&[u8]) -> bool,
    requests: impl Iterator<Item = Result<Request<Bytes>>>,
) -> Result<Ask> {
    let requests = requests.map(|request| Ok::<_, String>(vec![request?]));
    Ok(Ask { address, is_whole, requests: requests.collect::<Result<_>>()? })
}

/// Anything at all.
#[must_use]
pub fn any(_: &[u8]) -> bool {
    true
}

/// A list of models.
#[must_use]
pub fn lists_models(body: &[u8]) -> bool {
    memmem::find(body, b"demo-echo").is_some()
}

/// All the words, and the answer's end.
#[must_use]
pub fn is_whole_answer(body: &[u8]) -> bool {
    count_words(body) == WORDS && body.trim_ascii_end().ends_with(b"}")
}

/// All the words, and the stream's end.
#[must_use]
pub fn is_whole_stream(body: &[u8]) -> bool {
    count_words(body) == WORDS && body.trim_ascii_end().ends_with(b"data: [DONE]")
}

fn count_words(body: &[u8]) -> usize {
    memmem::find_iter(body, WORD.as_bytes()).count()
}
