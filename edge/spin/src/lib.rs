//! Postern on Spin.
//!
//! One file a port. An adapter converts types and looks bindings up; what is decided is decided in
//! the application. The runtime itself is chosen by building this crate.
#![forbid(unsafe_code)]

mod assets;
mod blob;
mod host;
mod http_client;
mod kv;
mod logger;
mod message;
mod s3;
mod sql;

use host::Spin;
use ports::{Body, Peer};
use spin_sdk::{
    http::Request,
    http_service,
    wasip3::http::types::{ErrorCode, Response},
};

#[cfg(not(feature = "probe"))]
use app::MIGRATIONS;
#[cfg(feature = "probe")]
use ports::contract::MIGRATIONS;

#[http_service]
async fn handle(request: Request) -> Result<Response, ErrorCode> {
    logger::init();
    let (request, peer) = message::read_request(request);
    if let Some(asset) = assets::find(&request) {
        return message::write_response(asset);
    }
    message::write_response(answer(Spin, request, &peer).await)
}

#[cfg(not(feature = "probe"))]
async fn answer(host: Spin, request: http::Request<Body>, peer: &Peer) -> http::Response<Body> {
    use std::rc::Rc;

    struct OnSpin;

    impl app::Platform for OnSpin {
        type Host = Spin;
        type Functions = app::Linked;
        /// An instance serves 128 requests at most, and there are as many as are needed at once.
        const INSTANCES_LAST: bool = false;
    }

    thread_local! {
        static APP: Rc<app::App> = Rc::default();
    }
    let app = APP.with(Rc::clone);
    app::handle::<OnSpin>(&app, host, request, peer).await
}

#[cfg(feature = "probe")]
async fn answer(host: Spin, request: http::Request<Body>, _peer: &Peer) -> http::Response<Body> {
    ports::contract::handle(host, request).await
}
