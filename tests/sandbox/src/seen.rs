//! What the sandbox has been asked, so that a test can know what reached the other side.
//!
//! A chat request is remembered under its `user` field. `GET /seen/{user}?until=<state>` waits
//! until the request's stream has come to a state; `POST /gates/{name}` opens a gate at which
//! answers wait.

use crate::{World, json};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// Longest wait for a state.
const WAIT: Duration = Duration::from_secs(20);

/// The requests that were seen, and the gates that were opened.
pub struct Seen {
    state: Mutex<Inner>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Inner {
    requests: HashMap<String, Request>,
    gates: HashSet<String>,
}

#[derive(Clone)]
struct Request {
    count: u32,
    body: Value,
    /// `answering`, then `done`, `cut` or, when the other side hung up, `left`.
    state: &'static str,
    words: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self { state: Mutex::default(), changed: watch::Sender::new(()) }
    }
}

impl Seen {
    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        let result = work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
        result
    }

    /// Remembers a request.
    pub fn asked(&self, user: &str, body: &Value) {
        self.with(|inner| {
            let count = inner.requests.get(user).map_or(0, |request| request.count) + 1;
            let request = Request { count, body: body.clone(), state: "answering", words: 0 };
            inner.requests.insert(user.to_owned(), request);
        });
    }

    /// Remembers that a word has been sent.
    pub fn sent_word(&self, user: &str) {
        self.with(|inner| {
            if let Some(request) = inner.requests.get_mut(user) {
                request.words += 1;
            }
        });
    }

    /// Remembers how a request's answer ended. The first end counts.
    pub fn ended(&self, user: &str, state: &'static str) {
        self.with(|inner| {
            if let Some(request) = inner.requests.get_mut(user)
                && request.state == "answering"
            {
                request.state = state;
            }
        });
    }

    /// Waits until a gate is open.
    pub async fn gate(&self, name: &str) {
        let mut changed = self.changed.subscribe();
        while !self.with_quietly(|inner| inner.gates.contains(name)) {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Like `with`, for reading: nobody needs to be told.
    fn with_quietly<T>(&self, work: impl FnOnce(&Inner) -> T) -> T {
        work(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn until(&self, user: &str, state: Option<&str>) -> Option<Request> {
        let mut changed = self.changed.subscribe();
        let wait = async {
            loop {
                let request = self.with_quietly(|inner| inner.requests.get(user).cloned());
                let fits = |r: &Request| state.is_none_or(|state| r.state == state);
                if let Some(request) = request.filter(fits) {
                    return Some(request);
                }
                changed.changed().await.ok()?;
            }
        };
        tokio::time::timeout(WAIT, wait).await.ok().flatten()
    }
}

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new().route("/seen/{user}", get(look)).route("/gates/{name}", post(open))
}

async fn look(
    State(world): State<Arc<World>>,
    Path(user): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    match world.seen.until(&user, query.get("until").map(String::as_str)).await {
        Some(Request { count, body, state, words }) => {
            let seen = json!({ "count": count, "body": body, "state": state, "words": words });
            json(StatusCode::OK, &seen)
        }
        None => json(StatusCode::NOT_FOUND, &json!({ "seen": false })),
    }
}

async fn open(State(world): State<Arc<World>>, Path(name): Path<String>) -> StatusCode {
    world.seen.with(|inner| inner.gates.insert(name));
    StatusCode::NO_CONTENT
}
