//! Whether the platform lives, works, and what it offers.

use crate::{
    app::{Cx, Platform},
    openapi, respond,
    store::READY,
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use ports::{Body, Host, Kv, Shard, Sql, Statement};
use serde_json::json;

/// `GET /healthz`: the instance runs.
pub fn healthz() -> http::Response<Body> {
    respond::json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// `GET /readyz`: what the instance needs can be reached.
pub async fn readyz<P: Platform>(cx: &Cx<P>) -> http::Response<Body> {
    let sql = cx.host.sql(&Shard::Directory).query(Statement::new(READY, [])).await;
    let kv = cx.host.kv().get("ready").await;
    if let Err(error) = &sql {
        log::error!("not ready: {error}");
    }
    if let Err(error) = &kv {
        log::error!("not ready: {error}");
    }
    let word = |works: bool| if works { "ok" } else { "unavailable" };
    let ready = sql.is_ok() && kv.is_ok();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let checks = json!({ "sql": word(sql.is_ok()), "kv": word(kv.is_ok()) });
    respond::json(status, &json!({ "status": word(ready), "checks": checks }))
}

/// `GET /openapi.json`: every route, as OpenAPI 3.1.
pub fn openapi<P: Platform>(cx: &Cx<P>) -> http::Response<Body> {
    let document = cx.app.openapi.get_or_init(|| Bytes::from(openapi::document().to_string()));
    let mut response = http::Response::new(Body::Full(document.clone()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
