//! Requests and responses, between the runtime's and the `http` crate's.

use crate::{glue, http_client::Abort};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use js_sys::Uint8Array;
use ports::{Body, BodyError, BodyStream, Peer};
use wasm_bindgen::{JsCast, JsValue};
use wasm_streams::ReadableStream;

/// A request body whose length is known to be at most this is read in one go, which takes fewer
/// turns of the event loop than a stream.
const WHOLE_BODY_LEN_MAX: usize = 1024 * 1024;

/// Reads the runtime's request.
pub fn read_request(request: &JsValue) -> Result<(http::Request<Body>, Peer), String> {
    let head = glue::request_head(request);
    let mut lines = str::from_utf8(&head).map_err(|e| e.to_string())?.split('\n');
    let method = lines.next().unwrap_or_default();
    let url = lines.next().unwrap_or_default();
    let mut parsed = http::Request::builder().method(method).uri(url);
    if let Some(headers) = parsed.headers_mut() {
        read_headers(lines, headers);
    }
    let mut parsed = parsed.body(Body::empty()).map_err(|e| e.to_string())?;
    // The runtime has no body for these; asking for it costs as much as a header.
    if !matches!(*parsed.method(), Method::GET | Method::HEAD) {
        *parsed.body_mut() = request_body(request, parsed.headers());
    }
    let address = parsed.headers().get("cf-connecting-ip").and_then(|v| v.to_str().ok());
    let asked = request.clone();
    let country = move || {
        let country = glue::property(&glue::property(&asked, "cf")?, "country")?.as_string()?;
        (country.len() == 2).then_some(country)
    };
    let address = address.and_then(|text| text.parse().ok());
    Ok((parsed, Peer { address, country: Some(Box::new(country)) }))
}

fn request_body(request: &JsValue, headers: &HeaderMap) -> Body {
    let Some(raw) = glue::body_of(request) else { return Body::empty() };
    let length = headers.get(http::header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    match length.and_then(|text| text.parse::<usize>().ok()) {
        Some(length) if length <= WHOLE_BODY_LEN_MAX => {
            read_whole(request.clone(), Abort::nothing())
        }
        _ => Body::Stream(read_stream(raw)),
    }
}

/// Writes the runtime's response.
pub fn write_response(response: http::Response<Body>) -> Result<JsValue, String> {
    let (parts, body) = response.into_parts();
    let head = write_headers(&parts.headers);
    let body = match parts.status.as_u16() {
        // The runtime refuses a body here, even an empty one.
        101 | 204 | 205 | 304 => JsValue::NULL,
        _ => write_body(body),
    };
    glue::make_response(parts.status.as_u16(), &head, &body).map_err(|e| glue::message(&e))
}

/// Longest response that is read at once, when it tells its length. A stream costs several promises
/// and an error with its stack, which the runtime makes when a reader lets go of it.
const WHOLE_LEN_MAX: u64 = 64 * 1024;

/// Reads the runtime's response to a request of ours, which `abort` ends while nobody else would.
pub fn read_response(response: &JsValue, mut abort: Abort) -> Result<http::Response<Body>, String> {
    let head = glue::response_head(response);
    let mut lines = str::from_utf8(&head).map_err(|e| e.to_string())?.split('\n');
    let mut parsed = http::Response::builder().status(lines.next().unwrap_or_default());
    if let Some(headers) = parsed.headers_mut() {
        read_headers(lines, headers);
    }
    let length = parsed.headers_ref().and_then(|headers| headers.get(http::header::CONTENT_LENGTH));
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let body = match (glue::body_of(response), length) {
        (Some(_), Some(length)) if length <= WHOLE_LEN_MAX => read_whole(response.clone(), abort),
        (raw, _) => {
            // From here on, dropping the stream is what closes the connection.
            abort.disarm();
            raw.map_or_else(Body::empty, |raw| Body::Stream(read_stream(raw)))
        }
    };
    parsed.body(body).map_err(|e| e.to_string())
}

/// A body as the runtime takes it: `null`, bytes, or a stream.
pub fn write_body(body: Body) -> JsValue {
    match body {
        Body::Full(bytes) if bytes.is_empty() => JsValue::NULL,
        Body::Full(bytes) => Uint8Array::from(bytes.as_ref()).into(),
        Body::Stream(pieces) => {
            let pieces = pieces.map(|piece| match piece {
                Ok(bytes) => Ok(Uint8Array::from(bytes.as_ref()).into()),
                Err(error) => Err(js_sys::Error::new(&error.to_string()).into()),
            });
            ReadableStream::from_stream(pieces).into_raw().into()
        }
    }
}

/// Headers as pairs of lines.
pub fn write_headers(headers: &HeaderMap) -> String {
    let mut head = String::new();
    for (name, value) in headers {
        if !head.is_empty() {
            head.push('\n');
        }
        head.push_str(name.as_str());
        head.push('\n');
        head.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    head
}

fn read_headers<'a>(mut lines: impl Iterator<Item = &'a str>, headers: &mut HeaderMap) {
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
}

fn read_stream(raw: JsValue) -> BodyStream {
    let stream = ReadableStream::from_raw(raw.unchecked_into());
    let pieces = stream.into_stream().map_err(broken);
    let bytes = |piece: JsValue| Bytes::from(Uint8Array::new(&piece).to_vec());
    pieces.map_ok(bytes).boxed_local()
}

/// Reads all of a request or a response, then lets go of what `abort` would end.
fn read_whole(message: JsValue, mut abort: Abort) -> Body {
    Body::stream(stream::once(async move {
        let bytes = glue::body_bytes(&message).await.map_err(broken)?;
        abort.disarm();
        Ok(Bytes::from(Uint8Array::unchecked_from_js(bytes).to_vec()))
    }))
}

fn broken(error: JsValue) -> BodyError {
    BodyError::Broken(glue::message(&error))
}
