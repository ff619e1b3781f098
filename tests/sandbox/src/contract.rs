//! The peer of the ports' contract, on a real socket.

use crate::World;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::any,
};
use bytes::Bytes;
use futures::{StreamExt, future::ready};
use ports::contract::peer::{PeerRequest, PeerResponse};
use std::{convert::Infallible, sync::Arc};

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new().route("/contract/{*rest}", any(answer))
}

async fn answer(State(world): State<Arc<World>>, request: Request) -> Response {
    let header = request.headers().get("x-contract").and_then(|value| value.to_str().ok());
    let path_and_query = request.uri().path_and_query().map(ToString::to_string);
    let method = request.method().to_string();
    let header = header.unwrap_or_default().to_owned();
    let body = request.into_body().into_data_stream();
    let asked = PeerRequest {
        method,
        path_and_query: path_and_query.unwrap_or_default(),
        header,
        // A body that breaks off is one that ends early.
        body: body.scan((), |(), piece| ready(piece.ok())).boxed(),
    };
    let PeerResponse { status, header, body } = world.peer.handle(asked).await;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = Body::from_stream(body.map(Ok::<Bytes, Infallible>));
    (status, [("x-echo", header)], body).into_response()
}
