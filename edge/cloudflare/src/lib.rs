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
use wasm_bindgen::{JsCast, JsValue};
use worker::{Context, Env, Result, event, worker_sys::web_sys};

#[cfg(not(feature = "probe"))]
use app::MIGRATIONS;
#[cfg(feature = "probe")]
use ports::contract::MIGRATIONS;

#[event(start)]
fn start() {
    logger::init();
}

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> Result<web_sys::Response> {
    let (request, peer) = message::read_request(&JsValue::from(request))?;
    let response = answer(Workers::new(env, context), request, &peer).await;
    Ok(message::write_response(response)?.unchecked_into())
}

#[cfg(not(feature = "probe"))]
async fn answer(
    host: Workers,
    request: http::Request<ports::Body>,
    peer: &ports::Peer,
) -> http::Response<ports::Body> {
    use std::rc::Rc;

    struct Cloudflare;

    impl app::Platform for Cloudflare {
        type Host = Workers;
        type Functions = app::Linked;
    }

    thread_local! {
        static APP: Rc<app::App> = Rc::default();
    }
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
