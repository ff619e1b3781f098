//! Requests to other servers: `fetch`.

use crate::{glue, message};
use ports::{Body, Http, HttpError};
use wasm_bindgen::JsValue;
use worker::AbortController;

/// `fetch`.
#[derive(Clone, Copy)]
pub struct Fetch;

/// Aborts a request whose response nobody waits for any more.
pub struct Abort(Option<AbortController>);

impl Abort {
    /// Of something that ends by itself.
    pub const fn nothing() -> Self {
        Self(None)
    }

    /// There is nothing left to abort.
    pub fn disarm(&mut self) {
        self.0 = None;
    }
}

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
        let abort = Abort(Some(controller));
        let (method, url) = (parts.method.as_str(), parts.uri.to_string());
        let (head, body) = (message::write_headers(&parts.headers), message::write_body(body));
        let response = glue::send_request(method, &url, &head, &body, &signal).await;
        let response = response.map_err(|e| HttpError(glue::message(&e)))?;
        message::read_response(&response, abort).map_err(HttpError)
    }
}
