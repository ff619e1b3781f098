//! Postern on Cloudflare Workers.
//!
//! One file a port. An adapter converts types and looks bindings up; what is decided is decided in
//! the application. The runtime itself is chosen by building this crate.
#![forbid(unsafe_code)]
// The runtime's traits and macros ask for docs on items that they make.
#![allow(missing_docs)]

mod blob;
mod glue;
mod host;
mod http_client;
mod kv;
mod logger;
mod message;
mod shard;
mod sql;
mod wire;

use host::Workers;
use js_sys::futures::future_to_promise;
use std::{
    future::Future,
    task::{self, Poll},
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{Context, Env, event, worker_sys};

#[cfg(not(feature = "probe"))]
use app::MIGRATIONS;
#[cfg(feature = "probe")]
use ports::contract::MIGRATIONS;
#[cfg(not(feature = "probe"))]
use std::rc::Rc;

#[event(start)]
fn start() {
    logger::init();
}

/// Answers a request, with a response or the promise of one.
///
/// By hand rather than by `#[event(fetch)]`, which always makes a promise. Most requests find all
/// they need in the instance's caches and never wait; they are answered in the call itself, which
/// saves two turns through the microtask queue.
#[wasm_bindgen]
pub fn fetch(request: JsValue, env: Env, context: worker_sys::Context) -> Result<JsValue, JsValue> {
    let host = Workers::new(env, Context::new(context));
    let mut work = Box::pin(async move {
        let (request, peer) = message::read_request(&request)?;
        message::write_response(answer(host, request, &peer).await)
    });
    let now = work.as_mut().poll(&mut task::Context::from_waker(task::Waker::noop()));
    match now {
        Poll::Ready(response) => response.map_err(JsValue::from),
        // Whatever waits has seen a waker that does nothing; the promise polls it again at once.
        Poll::Pending => Ok(future_to_promise(async { work.await.map_err(JsValue::from) }).into()),
    }
}

/// Does what is due from time to time; see `triggers` in `wrangler.toml`.
#[cfg(not(feature = "probe"))]
#[wasm_bindgen(js_name = lookAfter)]
pub fn look_after(env: Env, context: worker_sys::Context) -> js_sys::Promise {
    let host = Workers::new(env, Context::new(context));
    future_to_promise(async move {
        let app = APP.with(Rc::clone);
        app::look_after::<Cloudflare>(&app, host).await;
        Ok(JsValue::UNDEFINED)
    })
}

#[cfg(not(feature = "probe"))]
struct Cloudflare;

#[cfg(not(feature = "probe"))]
impl app::Platform for Cloudflare {
    type Host = Workers;
    type Functions = app::Linked;
    /// An isolate lives until it is evicted.
    const INSTANCES_LAST: bool = true;
}

#[cfg(not(feature = "probe"))]
thread_local! {
    static APP: Rc<app::App> = Rc::default();
}

#[cfg(not(feature = "probe"))]
async fn answer(
    host: Workers,
    request: http::Request<ports::Body>,
    peer: &ports::Peer,
) -> http::Response<ports::Body> {
    let app = APP.with(Rc::clone);
    app::handle::<Cloudflare>(&app, host, request, peer).await
}

#[cfg(feature = "probe")]
async fn answer(
    host: Workers,
    request: http::Request<ports::Body>,
    _peer: &ports::Peer,
) -> http::Response<ports::Body> {
    ports::contract::handle(host, request).await
}
