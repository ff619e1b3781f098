//! What every case needs: the platform's address, a client that can play any host, tokens, tenants
//! of one's own.
//!
//! `cargo xtask test` starts a platform and a sandbox and tells the cases where they are. A case
//! makes a tenant for itself, so that cases run beside each other and find nothing of each other.
#![allow(missing_docs)]

pub mod browser;
pub mod issuer;
pub mod till;

use futures::StreamExt;
use reqwest::{Client, Method, RequestBuilder, Response, Url, redirect};
use serde_json::{Map, Value, json};
use std::{
    env,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How long something may take to become true.
const PATIENCE: Duration = Duration::from_secs(20);

pub const PLATFORM: &str = "postern.localhost";

/// What is added to a model's name for the same model behind a provider of another format.
pub const FORMATS: [&str; 6] = ["", "-anthropic", "-gemini", "-bedrock", "-ollama", "-responses"];

/// Models, each behind providers of all formats.
pub fn in_all_formats(models: &[&str]) -> Vec<String> {
    models.iter().flat_map(|model| FORMATS.map(|format| format!("{model}{format}"))).collect()
}

fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: `cargo xtask test` sets it"))
}

/// The platform and the sandbox beside it.
pub struct World {
    pub edge: String,
    pub sandbox: String,
    pub client: Client,
    secret: String,
}

impl World {
    /// Those that `cargo xtask test` has started.
    pub fn new() -> Self {
        Self::at(&setting("POSTERN_TEST_EDGE"), &setting("POSTERN_TEST_SANDBOX"))
    }

    pub fn at(edge: &str, sandbox: &str) -> Self {
        // Not one idle connection is kept: a case that hangs up means to.
        let client = Client::builder().redirect(redirect::Policy::none()).pool_max_idle_per_host(0);
        Self {
            edge: format!("http://{edge}"),
            sandbox: format!("http://{sandbox}"),
            client: client.build().unwrap(),
            secret: setting("JWT_DEV_KEY"),
        }
    }

    pub fn is_spin(&self) -> bool {
        env::var("POSTERN_TEST_RUNTIME").is_ok_and(|runtime| runtime == "spin")
    }

    /// A request to the platform, as a client of `host` would send it.
    pub fn ask(&self, method: Method, host: &str, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.edge)).header("host", host)
    }

    pub fn get(&self, host: &str, path: &str) -> RequestBuilder {
        self.ask(Method::GET, host, path)
    }

    pub fn post(&self, host: &str, path: &str, body: &Value) -> RequestBuilder {
        self.ask(Method::POST, host, path).json(body)
    }

    /// A token of development's issuer.
    pub fn token(&self, tenant: &str, changes: Value) -> String {
        let now = now_seconds();
        let mut claims = Map::new();
        let standard = json!({
            "iss": "postern-dev", "aud": "postern", "tenant": tenant, "account": "acc_case",
            "profile": "prf_case", "iat": now, "exp": now + 3600,
        });
        claims.extend(standard.as_object().cloned().unwrap());
        claims.extend(changes.as_object().cloned().unwrap_or_default());
        identity::mint_hs256(self.secret.as_bytes(), claims).unwrap()
    }

    pub fn operator(&self) -> String {
        self.token("ten_postern", json!({"roles": ["admin"], "account": "acc_operators"}))
    }

    /// A tenant that nobody else uses, with changes to its record.
    pub async fn tenant(&self, changes: Value) -> Tenant<'_> {
        let handle = unique("case");
        let mut record = json!({"handle": handle, "name": "A case", "app": "saas"});
        for (name, value) in changes.as_object().cloned().unwrap_or_default() {
            record[name] = value;
        }
        let ask = self.post(PLATFORM, "/admin/tenants", &record).bearer_auth(self.operator());
        let (status, made) = read(ask).await;
        assert_eq!(status, 201, "{made}");
        let id = made["id"].as_str().unwrap().to_owned();
        Tenant { world: self, host: format!("{handle}.localhost"), id }
    }

    /// A tenant that is there from the start.
    pub fn demo(&self, handle: &str) -> Tenant<'_> {
        Tenant { world: self, host: format!("{handle}.localhost"), id: format!("ten_{handle}") }
    }

    /// The demo issuer, as a tenant's record has it.
    pub fn demo_issuer(&self) -> Value {
        issuer::record(&setting("POSTERN_TEST_ISSUER"), "postern", "postern-demo-secret")
    }

    /// A tenant that nobody else uses, whose people sign in at the demo issuer.
    pub async fn people(&self, changes: Value) -> Tenant<'_> {
        let mut record = json!({"issuers": [self.demo_issuer()]});
        for (name, value) in changes.as_object().cloned().unwrap_or_default() {
            record[name] = value;
        }
        self.tenant(record).await
    }

    /// What the sandbox's provider has seen of the request of a user, once it is in a state.
    pub async fn seen(&self, user: &str, state: &str) -> Value {
        let url = format!("{}/seen/{user}?until={state}", self.sandbox);
        let seen: Value = self.client.get(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(seen["state"], state, "{user}: {seen}");
        seen
    }

    /// Opens a gate at which the sandbox's provider waits.
    pub async fn open_gate(&self, name: &str) {
        let url = format!("{}/gates/{name}", self.sandbox);
        assert!(self.client.post(url).send().await.unwrap().status().is_success());
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// A tenant of one case.
pub struct Tenant<'w> {
    pub world: &'w World,
    pub host: String,
    pub id: String,
}

impl Tenant<'_> {
    /// A token for this tenant, with changes to its claims.
    pub fn token(&self, changes: Value) -> String {
        self.world.token(&self.id, changes)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.world.get(&self.host, path).bearer_auth(self.token(json!({})))
    }

    /// An address of its host, as browsers have it.
    pub fn url(&self, path: &str) -> Url {
        let port = self.world.edge.rsplit(':').next().unwrap_or_default();
        Url::parse(&format!("http://{}:{port}{path}", self.host)).unwrap()
    }

    /// Scheme and host of its pages.
    pub fn origin(&self) -> String {
        self.url("/").origin().ascii_serialization()
    }

    pub fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        let token = self.token(json!({"roles": ["admin"]}));
        self.world.ask(method, &self.host, path).bearer_auth(token)
    }

    pub fn chat(&self, body: &Value) -> RequestBuilder {
        let ask = self.world.post(&self.host, "/v1/chat/completions", body);
        ask.bearer_auth(self.token(json!({})))
    }

    pub async fn grant(&self, tokens: u64) {
        let ask = self.admin(Method::POST, "/admin/accounts/acc_case/grants");
        let ask = ask.header("idempotency-key", unique("grant")).json(&json!({"tokens": tokens}));
        let (status, made) = read(ask).await;
        assert_eq!(status, 201, "{made}");
    }

    /// The wallet: posted and held.
    pub async fn wallet(&self) -> (i64, i64) {
        let (status, body) = read(self.get("/me/balance")).await;
        assert_eq!(status, 200, "{body}");
        let of = |name: &str| body["balances"][0][name].as_i64().unwrap();
        assert_eq!(of("available"), of("posted") - of("held"));
        (of("posted"), of("held"))
    }

    /// The wallet's posted amount, once nothing is held. Administrators' requests, of which there
    /// may be many, are not counted against the quota of the case's caller.
    pub async fn settled(&self) -> i64 {
        let is_settled = async || {
            let ask = self.admin(Method::GET, "/admin/accounts/acc_case/books");
            let (_, body) = read(ask).await;
            let mut books = body["books"].as_array().into_iter().flatten();
            books.all(|book| book["debits_pending"] == 0)
        };
        until("nothing is held", is_settled).await;
        let (posted, held) = self.wallet().await;
        assert_eq!(held, 0, "a hold is taken while the case waits for the last to end");
        posted
    }

    /// Checks that the books of the case's account balance.
    pub async fn check_books(&self) {
        let ask = self.admin(Method::GET, "/admin/accounts/acc_case/books");
        let (_, body) = read(ask).await;
        let books = body["books"].as_array().unwrap();
        let sum = |of: &str| books.iter().map(|book| book[of].as_i64().unwrap()).sum::<i64>();
        assert_eq!(sum("debits_posted"), sum("credits_posted"), "{body}");
        assert_eq!(sum("debits_pending"), sum("credits_pending"), "{body}");
    }

    /// All operations of the case's account, newest first.
    pub async fn operations(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut path = "/admin/accounts/acc_case/operations?limit=100".to_owned();
        loop {
            let (status, page) = read(self.admin(Method::GET, &path)).await;
            assert_eq!(status, 200, "{page}");
            all.extend(page["data"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => {
                    path = format!("/admin/accounts/acc_case/operations?limit=100&cursor={next}");
                }
                None => return all,
            }
        }
    }

    /// All transfers of the case's account, newest first.
    pub async fn transfers(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut path = "/me/transfers?limit=100".to_owned();
        loop {
            let (status, page) = read(self.get(&path)).await;
            assert_eq!(status, 200, "{page}");
            all.extend(page["data"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => path = format!("/me/transfers?limit=100&cursor={next}"),
                None => return all,
            }
        }
    }
}

/// Sends a request and reads the answer as JSON; text that is none comes as a JSON string.
pub async fn read(ask: RequestBuilder) -> (u16, Value) {
    let response = ask.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap_or_else(|e| format!("broken: {e}"));
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// The time in seconds, as tokens have it.
pub fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A name that nothing else has.
pub fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    format!("{prefix}-{now:x}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Waits until something is true.
pub async fn until(what: &str, is_true: impl AsyncFnMut() -> bool) {
    until_within(PATIENCE, what, is_true).await;
}

/// Waits until something is true that may take so long.
pub async fn until_within(patience: Duration, what: &str, mut is_true: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !is_true().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(patience, wait).await;
    assert!(waited.is_ok(), "it did not become true that {what}");
}

/// A question to a model of the sandbox.
pub fn question(model: &str, changes: Value) -> Value {
    let mut body = json!({
        "model": model, "max_tokens": 50,
        "messages": [{"role": "user", "content": "one two three four five"}],
    });
    for (name, value) in changes.as_object().cloned().unwrap_or_default() {
        body[name] = value;
    }
    body
}

/// The words of a stream that has been read whole.
pub fn words(stream: &str) -> String {
    let mut text = String::new();
    for event in stream.split("\n\n") {
        let Some(data) = event.strip_prefix("data: ") else { continue };
        let chunk: Value = serde_json::from_str(data).unwrap_or_default();
        text.push_str(chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
    }
    text
}

/// Reads a stream until it holds a text, and gives back what has come and the rest.
pub async fn read_until(response: Response, wanted: &str) -> (String, impl Sized + use<>) {
    let mut pieces = response.bytes_stream();
    let mut text = String::new();
    while !text.contains(wanted) {
        let piece = pieces.next().await.unwrap_or_else(|| panic!("ended at: {text}"));
        text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
    }
    (text, pieces)
}
