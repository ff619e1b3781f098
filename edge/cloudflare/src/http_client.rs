//! Requests to other servers: `fetch`.

use crate::{glue, message};
use ports::{Body, Http, HttpError};
use wasm_bindgen::JsValue;
use worker::AbortController;

/// `fetch`.
#[derive(Clone, Copy)]
pub struct Fetch;

/// Aborts a request whose response nobody waits for any more.
struct Abort(Option<AbortController>);

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

impl Http for Fetch {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<Body>, HttpError> {
        let (parts, body) = request.into_parts();
        let controller = AbortController::default();
        let signal = JsValue::from((*controller.signal()).clone());
        let mut abort = Abort(Some(controller));
        let (method, url) = (parts.method.as_str(), parts.uri.to_string());
        let (head, body) = (message::write_headers(&parts.headers), message::write_body(body));
        let response = glue::send_request(method, &url, &head, &body, &signal).await;
        let response = response.map_err(|e| HttpError(glue::message(&e)))?;
        // From here on, dropping the body is what closes the connection.
        abort.0 = None;
        message::read_response(&response).map_err(HttpError)
    }
}
