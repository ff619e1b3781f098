//! `/stripe/v1/`: the API, as a client with `STRIPE_API_BASE` sees it.

use crate::{World, stripe::now_s};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use std::sync::Arc;
use stripe_sandbox::Request;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new().route("/stripe/v1/{*path}", any(answer))
}

/// Where this sandbox is, as the caller sees it.
pub fn base(headers: &HeaderMap) -> String {
    format!("http://{}/stripe", header_of(headers, "host").unwrap_or_default())
}

/// The secret key of a request.
pub fn key(headers: &HeaderMap) -> Option<&str> {
    header_of(headers, "authorization")?.strip_prefix("Bearer ")
}

fn header_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

async fn answer(
    State(world): State<Arc<World>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    let body = String::from_utf8_lossy(&body);
    let request = Request {
        method: method.as_str(),
        path: path.strip_prefix("/stripe").unwrap_or(path),
        authorization: header_of(&headers, "authorization"),
        idempotency_key: header_of(&headers, "idempotency-key"),
        account: header_of(&headers, "stripe-account"),
        body: &body,
    };
    let account = world.stripe.account(key(&headers).unwrap_or_default(), &base(&headers));
    let answer = account.change(|stripe| stripe.handle(now_s(), &request));
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], pretty(&answer.json))
        .into_response();
    let fields = response.headers_mut();
    if let Ok(id) = answer.request_id.parse() {
        fields.insert("request-id", id);
    }
    fields.insert("stripe-version", header::HeaderValue::from_static("2026-10-28.endive"));
    if answer.is_replay {
        fields.insert("idempotent-replayed", header::HeaderValue::from_static("true"));
    }
    response
}

/// JSON as Stripe writes it, over many lines.
pub fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
