//! A platform in memory, with a provider that says what the test wants.

use app::{App, DEV_AUDIENCE, DEV_ISSUER, Linked, MIGRATIONS, Platform};
use bytes::Bytes;
use futures::StreamExt;
use http::{HeaderMap, StatusCode};
use ports::{
    Body, BodyError, BodyStream, Clock, Host, HttpError, Peer,
    memory::{Layout, MemoryHost},
};
use serde_json::{Map, Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

pub const SECRET: &str = "a secret of at least 32 bytes, for tests";
pub const FAMILY: &str = "family.localhost";
pub const PLATFORM: &str = "postern.localhost";

/// The pieces in which [`hundred_megabytes`] come.
pub const PIECE: usize = 64 * 1024;

/// A body of a hundred megabytes, and how much of it was fetched.
pub fn hundred_megabytes() -> (Body, Rc<Cell<usize>>) {
    let fetched = Rc::new(Cell::new(0));
    let counter = fetched.clone();
    let pieces = futures::stream::repeat(Bytes::from_static(&[b'x'; PIECE]))
        .take(100 * 1024 * 1024 / PIECE)
        .inspect(move |piece| counter.set(counter.get() + piece.len()))
        .map(Ok);
    (Body::stream(pieces), fetched)
}

struct InMemory;

impl Platform for InMemory {
    type Host = MemoryHost;
    type Functions = Linked;
    const INSTANCES_LAST: bool = true;
}

/// The same on a runtime whose instances do not last.
struct Fleeting;

impl Platform for Fleeting {
    type Host = MemoryHost;
    type Functions = Linked;
    const INSTANCES_LAST: bool = false;
}

/// A platform of its own for one test.
pub struct World {
    pub host: MemoryHost,
    pub app: Rc<App>,
    pub provider: Provider,
    /// Otherwise every request finds an instance that remembers nothing.
    pub instances_last: bool,
}

/// A response that has been read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The permanent code of a problem, in whichever shape.
    pub fn code(&self) -> String {
        let json = self.json();
        let code = json["code"].as_str().or(json["error"]["code"].as_str());
        code.unwrap_or_default().to_owned()
    }
}

/// A request in the making.
pub struct Ask<'w> {
    world: &'w World,
    builder: http::request::Builder,
    peer: Peer,
    body: Body,
}

impl Ask<'_> {
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.builder = self.builder.header(name, value.as_ref());
        self
    }

    pub fn bearer(self, token: impl AsRef<str>) -> Self {
        let value = format!("Bearer {}", token.as_ref());
        self.header("authorization", value)
    }

    pub fn from(mut self, address: &str) -> Self {
        self.peer.address = Some(address.parse().unwrap());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it and returns the response as it begins.
    pub fn open(self) -> http::Response<Body> {
        let request = self.builder.body(self.body).unwrap();
        let World { host, app, .. } = self.world;
        if self.world.instances_last {
            host.run(app::handle::<InMemory>(app, host.clone(), request, &self.peer))
        } else {
            let app = Rc::default();
            host.run(app::handle::<Fleeting>(&app, host.clone(), request, &self.peer))
        }
    }

    /// The whole response, for a test in which several are under way at once.
    pub async fn answer(self) -> Answer {
        let Ask { world, builder, peer, body } = self;
        let request = builder.body(body).unwrap();
        let host = world.host.clone();
        let response = if world.instances_last {
            app::handle::<InMemory>(&world.app, host, request, &peer).await
        } else {
            app::handle::<Fleeting>(&Rc::default(), host, request, &peer).await
        };
        let (parts, body) = response.into_parts();
        let text = match body.collect(1 << 24).await {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => format!("broken: {error}"),
        };
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// Sends it, reads the whole response, and lets the work after it end.
    pub fn send(self) -> Answer {
        let world = self.world;
        let answer = world.host.run(self.answer());
        world.host.run_tasks();
        answer
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(Layout::PerShard, &[("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", SECRET)])
    }

    pub fn with(layout: Layout, secrets: &[(&str, &str)]) -> Self {
        let host = MemoryHost::new(layout, MIGRATIONS);
        for (name, value) in secrets {
            host.set_secret(name, value);
        }
        let provider = Provider::default();
        provider.listen(&host);
        Self { host, app: Rc::default(), provider, instances_last: true }
    }

    /// Another instance on the same storage, which remembers nothing.
    pub fn restarted(&self) -> Self {
        let provider = self.provider.clone();
        let instances_last = self.instances_last;
        Self { host: self.host.clone(), app: Rc::default(), provider, instances_last }
    }

    pub fn ask(&self, method: &str, host: &str, path: &str) -> Ask<'_> {
        let uri = format!("http://{host}{path}");
        let builder = http::Request::builder().method(method).uri(uri).header("host", host);
        Ask { world: self, builder, peer: Peer::default(), body: Body::empty() }
    }

    /// A token for the tenant of a handle, with changes to its claims.
    pub fn token(&self, handle: &str, changes: Value) -> String {
        let now = self.host.clock().now().seconds();
        let mut claims = json!({
            "iss": DEV_ISSUER, "aud": DEV_AUDIENCE, "tenant": format!("ten_{handle}"),
            "account": "acc_demo", "profile": "prf_mia", "iat": now, "exp": now + 3600,
        });
        for (name, value) in changes.as_object().cloned().unwrap_or_default() {
            claims[name] = value;
        }
        let claims: Map<String, Value> = claims.as_object().unwrap().clone();
        identity::mint_hs256(SECRET.as_bytes(), claims).unwrap()
    }

    pub fn family(&self) -> String {
        self.token("family", json!({}))
    }

    pub fn admin(&self, handle: &str) -> String {
        self.token(handle, json!({"roles": ["admin"]}))
    }

    /// A tenant made by an operator: its id.
    pub fn tenant(&self, handle: &str, changes: Value) -> String {
        let mut tenant = json!({"handle": handle, "name": handle, "app": "saas"});
        for (name, value) in changes.as_object().cloned().unwrap_or_default() {
            tenant[name] = value;
        }
        let ask = self.ask("POST", PLATFORM, "/admin/tenants").bearer(self.admin("postern"));
        let answer = ask.json(&tenant).send();
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Gives tokens to an account of a tenant that [`World::tenant`] made.
    pub fn grant(&self, handle: &str, id: &str, account: &str, tokens: u64) {
        let admin = self.token(handle, json!({"tenant": id, "roles": ["admin"]}));
        let path = format!("/admin/accounts/{account}/grants");
        let ask = self.ask("POST", &format!("{handle}.localhost"), &path).bearer(admin);
        let ask = ask.header("idempotency-key", format!("grant-{tokens}-{account}"));
        let answer = ask.json(&json!({"tokens": tokens})).send();
        assert_eq!(answer.status, 201, "{answer:?}");
    }

    /// What a wallet shows: posted, held, available.
    pub fn wallet(&self, host: &str, token: &str) -> (i64, i64, i64) {
        let answer = self.ask("GET", host, "/me/balance").bearer(token).send();
        let balance = &answer.json()["balances"][0];
        let read = |name: &str| balance[name].as_i64().unwrap();
        (read("posted"), read("held"), read("available"))
    }

    pub fn chat(&self, body: Value) -> Ask<'_> {
        let ask = self.ask("POST", FAMILY, "/v1/chat/completions").bearer(self.family());
        ask.json(&body)
    }
}

/// A request for an answer by the demo model.
pub fn question(changes: Value) -> Value {
    let mut body =
        json!({"model": "demo-echo", "messages": [{"role": "user", "content": "abcdefgh"}]});
    for (name, value) in changes.as_object().cloned().unwrap_or_default() {
        body[name] = value;
    }
    body
}

/// What the provider does with one request.
pub enum Does {
    /// Nobody answers.
    Nothing,
    /// Answers with a status and a body at once.
    Says(StatusCode, String),
    /// Streams.
    Streams(Vec<Piece>),
    /// Never answers.
    Hangs,
}

/// One piece of a stream.
#[derive(Clone)]
pub enum Piece {
    Bytes(String),
    Wait(u64),
    Break,
    Hang,
}

/// A provider: answers in the order the test has set, and remembers what it was asked.
#[derive(Clone, Default)]
pub struct Provider {
    will: Rc<RefCell<VecDeque<Does>>>,
    asked: Rc<RefCell<Vec<(String, HeaderMap, Value)>>>,
    /// Streams that were dropped before their end.
    pub left: Rc<Cell<u32>>,
}

/// Counts a stream that is dropped before its end.
struct Leaving(Option<Rc<Cell<u32>>>);

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(left) = self.0.take() {
            left.set(left.get() + 1);
        }
    }
}

impl Provider {
    pub fn will(&self, does: Does) {
        self.will.borrow_mut().push_back(does);
    }

    /// The bodies of the requests that came.
    pub fn asked(&self) -> Vec<Value> {
        self.asked.borrow().iter().map(|(_, _, body)| body.clone()).collect()
    }

    pub fn asked_urls(&self) -> Vec<String> {
        self.asked.borrow().iter().map(|(url, _, _)| url.clone()).collect()
    }

    pub fn asked_header(&self, name: &str) -> Option<String> {
        let asked = self.asked.borrow();
        let value = asked.last()?.1.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }

    fn listen(&self, host: &MemoryHost) {
        let (provider, clock) = (self.clone(), host.clock().clone());
        host.http().script(move |request| {
            let (provider, clock) = (provider.clone(), clock.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect(1 << 24).await.unwrap();
                let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
                provider.asked.borrow_mut().push((parts.uri.to_string(), parts.headers, json));
                let does = provider.will.borrow_mut().pop_front().unwrap_or(Does::Nothing);
                match does {
                    Does::Nothing => Err(HttpError("connection refused".into())),
                    Does::Hangs => std::future::pending().await,
                    Does::Says(status, text) => {
                        let mut response = http::Response::new(Body::from(text));
                        *response.status_mut() = status;
                        Ok(response)
                    }
                    Does::Streams(pieces) => {
                        let stream = play(pieces, Leaving(Some(provider.left.clone())), clock);
                        Ok(http::Response::new(Body::Stream(stream)))
                    }
                }
            }
        });
    }
}

fn play(pieces: Vec<Piece>, leaving: Leaving, clock: impl Clock + 'static) -> BodyStream {
    let state = (pieces.into_iter(), leaving, clock);
    futures::stream::unfold(state, |(mut pieces, mut leaving, clock)| async move {
        loop {
            let piece = match pieces.next() {
                None => {
                    drop(leaving.0.take());
                    return None;
                }
                Some(Piece::Wait(ms)) => {
                    clock.sleep(ms).await;
                    continue;
                }
                Some(Piece::Hang) => std::future::pending().await,
                Some(Piece::Bytes(text)) => Ok(Bytes::from(text)),
                Some(Piece::Break) => {
                    drop(leaving.0.take());
                    Err(BodyError::Broken("reset".into()))
                }
            };
            return Some((piece, (pieces, leaving, clock)));
        }
    })
    .boxed_local()
}

/// An event of a stream with a word of an answer.
pub fn word(text: &str) -> Piece {
    event(&json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}))
}

pub fn event(json: &Value) -> Piece {
    Piece::Bytes(format!("data: {json}\n\n"))
}

pub fn finish() -> Piece {
    event(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
}

pub fn usage(prompt: u64, completion: u64) -> Piece {
    event(
        &json!({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion}}),
    )
}

pub fn done() -> Piece {
    Piece::Bytes("data: [DONE]\n\n".into())
}

/// An answer in one piece.
pub fn whole(text: &str, prompt: u64, completion: u64) -> Does {
    let answer = json!({
        "id": "chatcmpl-1", "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion},
    });
    Does::Says(StatusCode::OK, answer.to_string())
}
