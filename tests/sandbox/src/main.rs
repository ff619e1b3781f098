//! The sandbox: stand-ins for the services outside Postern, for tests and for a developer's
//! machine without keys.
//!
//! It speaks their wire formats and nothing else of theirs: answers are echoes, and faults are
//! asked for by the model's name. It is not a service, and says so wherever a person could see it.

mod anthropic;
mod bedrock;
mod call;
mod contract;
mod fault;
mod gemini;
mod oidc;
mod ollama;
mod openai;
mod provider;
mod responses;
mod seen;
mod stripe;
#[cfg(test)]
mod tests;

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use nix::{sys::signal::kill, unistd::Pid};
use std::{env, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;

const ABOUT: &str = "This is the sandbox of a developer's machine. It stands in for model \
                     providers, token issuers and Stripe. Nothing here is real, and no money \
                     moves.\n";

/// How often the sandbox looks whether the process that it was started for still runs.
const LOOK: Duration = Duration::from_millis(500);

/// What the sandbox remembers.
#[derive(Default)]
struct World {
    seen: seen::Seen,
    issuers: oidc::Issuers,
    stripe: stripe::Stripe,
    peer: ports::contract::peer::Peer,
}

/// `postern-sandbox [address [process]]`: where to listen, and the process after which to end.
#[tokio::main]
async fn main() {
    let listen = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8790".to_owned());
    let address: SocketAddr = listen.parse().expect("the first argument is an address");
    let owner = env::args().nth(2).map(|id| id.parse().expect("the second is a process's id"));
    let listener = TcpListener::bind(address).await.expect("the address is free");
    println!("sandbox of outside services on http://{address}");
    let service = router().into_make_service_with_connect_info::<call::Socket>();
    let serve = axum::serve(call::Sockets(listener), service);
    tokio::select! {
        served = async { serve.await } => served.expect("the server runs until it is stopped"),
        () = outlived(owner) => {}
    }
}

/// Waits until a process has ended; for ever, if there is none to wait for.
async fn outlived(owner: Option<i32>) {
    let Some(owner) = owner else { return std::future::pending().await };
    while kill(Pid::from_raw(owner), None).is_ok() {
        tokio::time::sleep(LOOK).await;
    }
}

fn router() -> Router {
    Router::new()
        .route("/", get(async || ABOUT))
        .merge(anthropic::routes())
        .merge(bedrock::routes())
        .merge(gemini::routes())
        .merge(ollama::routes())
        .merge(openai::routes())
        .merge(responses::routes())
        .merge(oidc::routes())
        .merge(stripe::routes())
        .merge(seen::routes())
        .merge(contract::routes())
        .fallback(async || (StatusCode::NOT_FOUND, "the sandbox does not know this\n"))
        .with_state(Arc::new(World::default()))
}

/// A response in JSON with a status.
fn json(status: StatusCode, value: &serde_json::Value) -> axum::response::Response {
    (status, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
