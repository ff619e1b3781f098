//! Short questions to other servers: issuers of tokens. Bounded in time and in length.

use crate::app::{Cx, Platform};
use bytes::Bytes;
use futures::{FutureExt, future::Either, pin_mut};
use http::StatusCode;
use ports::{Body, Clock, Host, Http};

/// How long the other side may take to answer.
const TIMEOUT_MS: u64 = 5_000;

/// The status, the headers and the body of the answer to `request`.
///
/// # Errors
/// Words for the log: it did not answer in time, or not in so many bytes.
pub async fn ask<P: Platform>(
    cx: &Cx<P>,
    request: http::Request<Body>,
    limit: usize,
) -> Result<http::Response<Bytes>, String> {
    // Without the query, which may hold what is nobody's business.
    let url = request.uri().to_string();
    let url = url.split('?').next().unwrap_or_default().to_owned();
    let fetch = async {
        let response = cx.host.http().send(request).await.map_err(|e| e.to_string())?;
        let (head, body) = response.into_parts();
        let body = body.collect(limit).await.map_err(|e| e.to_string())?;
        Ok::<_, String>(http::Response::from_parts(head, body))
    };
    let timeout = cx.host.clock().sleep(TIMEOUT_MS).fuse();
    pin_mut!(fetch, timeout);
    match futures::future::select(fetch, timeout).await {
        Either::Left((Ok(response), _)) => Ok(response),
        Either::Left((Err(cause), _)) => Err(format!("{url}: {cause}")),
        Either::Right(((), _)) => Err(format!("{url} did not answer in {TIMEOUT_MS} ms")),
    }
}

/// The body of what `url` answers to a GET.
///
/// # Errors
/// As for [`ask`], and when the answer is no 200.
pub async fn get<P: Platform>(cx: &Cx<P>, url: &str, limit: usize) -> Result<Bytes, String> {
    let request = http::Request::get(url).header("accept", "application/json");
    let request = request.body(Body::empty()).map_err(|e| e.to_string())?;
    let response = ask(cx, request, limit).await?;
    match response.status() {
        StatusCode::OK => Ok(response.into_body()),
        status => Err(format!("{url} answered {status}")),
    }
}
