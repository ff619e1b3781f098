//! The other side of the HTTP cases: a small server that tells what it sees.
//!
//! It is free of any runtime, so that the memory host's closure and the sandbox's listener can
//! both be it. Nothing in it waits for time: it waits for what the case does next.

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use std::{
    collections::HashMap,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

/// The pieces of a body that may move between threads.
pub type Pieces = Pin<Box<dyn Stream<Item = Bytes> + Send>>;

/// A request to the peer.
pub struct PeerRequest {
    /// Its method.
    pub method: String,
    /// Its path, with the query.
    pub path_and_query: String,
    /// The value of `x-contract`.
    pub header: String,
    /// Its body.
    pub body: Pieces,
}

/// The peer's response.
pub struct PeerResponse {
    /// Its status.
    pub status: u16,
    /// The value of `x-echo`, or empty.
    pub header: String,
    /// Its body.
    pub body: Pieces,
}

/// The peer. Clones share what they have seen.
#[derive(Clone, Default)]
pub struct Peer(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    counters: HashMap<String, usize>,
    waiting: Vec<Waker>,
}

/// Says that a stream has been dropped.
struct OnDrop(Peer, String);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.count(&self.1, 1);
    }
}

impl Peer {
    /// Answers a request whose path begins with `/contract/`.
    pub async fn handle(&self, request: PeerRequest) -> PeerResponse {
        let path_and_query = request.path_and_query.clone();
        let (path, query) = path_and_query.split_once('?').unwrap_or((&path_and_query, ""));
        let number = query.split_once('=').and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
        let mut segments = path.trim_start_matches("/contract/").splitn(2, '/');
        let action = segments.next().unwrap_or_default();
        let id = segments.next().unwrap_or_default().to_owned();
        match (request.method.as_str(), action) {
            ("GET", "status") => reply(id.parse().unwrap_or(500), ""),
            ("GET", "gate") => self.gate(id, number),
            ("POST", "gate") => {
                self.count(&format!("gate/{id}"), 1);
                reply(200, "ok")
            }
            ("GET", "upload") => {
                self.at_least(&format!("upload/{id}"), number).await;
                reply(200, "ok")
            }
            ("POST", "upload") => self.upload(&id, request.body).await,
            ("GET", "endless") => self.endless(id),
            ("GET", "closed") => {
                self.at_least(&format!("closed/{id}"), 1).await;
                reply(200, "closed")
            }
            (_, "echo") => PeerResponse {
                status: 207,
                header: format!("{} {path_and_query} {}", request.method, request.header),
                body: request.body,
            },
            _ => reply(404, "the peer does not know this"),
        }
    }

    /// Digits, of which each after the first waits to be let go.
    fn gate(&self, id: String, digits: usize) -> PeerResponse {
        let peer = self.clone();
        let body = stream::unfold(0, move |sent| {
            let (peer, id) = (peer.clone(), id.clone());
            async move {
                peer.at_least(&format!("gate/{id}"), sent).await;
                (sent < digits).then(|| (Bytes::from((sent + 1).to_string()), sent + 1))
            }
        });
        PeerResponse { status: 200, header: String::new(), body: body.boxed() }
    }

    async fn upload(&self, id: &str, mut body: Pieces) -> PeerResponse {
        let name = format!("upload/{id}");
        let mut received = 0;
        while let Some(piece) = body.next().await {
            received += piece.len();
            self.count(&name, piece.len());
        }
        reply(200, &received.to_string())
    }

    /// A body that ends only when its reader goes away.
    fn endless(&self, id: String) -> PeerResponse {
        let guard = OnDrop(self.clone(), format!("closed/{id}"));
        let body = stream::repeat(Bytes::from_static(&[b'x'; 1024])).map(move |piece| {
            let _ = &guard;
            piece
        });
        PeerResponse { status: 200, header: String::new(), body: body.boxed() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, name: &str, by: usize) {
        let mut state = self.state();
        *state.counters.entry(name.to_owned()).or_default() += by;
        state.waiting.drain(..).for_each(Waker::wake);
    }

    async fn at_least(&self, name: &str, count: usize) {
        poll_fn(|context| {
            let mut state = self.state();
            if state.counters.get(name).copied().unwrap_or(0) >= count {
                return Poll::Ready(());
            }
            state.waiting.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

fn reply(status: u16, text: &str) -> PeerResponse {
    let body = if text.is_empty() { None } else { Some(Bytes::from(text.to_owned())) };
    PeerResponse { status, header: String::new(), body: stream::iter(body).boxed() }
}
