//! Reading what came and writing what goes, in the ways that most features share.

use crate::problem::Problem;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{FieldError, read_json};
use ports::Body;
use serde::{Serialize, de::DeserializeOwned};

/// Longest body of a request that is not about content.
const BODY_LEN_MAX: usize = 64 * 1024;

/// A JSON response.
pub fn json(status: StatusCode, value: &impl Serialize) -> http::Response<Body> {
    // Our own types, whose maps have text for keys: this cannot fail.
    let body = serde_json::to_vec(value).unwrap_or_default();
    let mut response = http::Response::new(body.into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// A response that says nothing more than its status.
pub fn empty(status: StatusCode) -> http::Response<Body> {
    let mut response = http::Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Sends a browser elsewhere, to ask with GET.
pub fn see_other(url: &str) -> http::Response<Body> {
    let mut response = empty(StatusCode::SEE_OTHER);
    if let Ok(url) = HeaderValue::from_str(url) {
        response.headers_mut().insert(header::LOCATION, url);
    }
    response
}

/// Adds a `Set-Cookie` header.
pub fn add_cookie(response: &mut http::Response<Body>, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Reads a JSON body.
pub async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    let bytes = body.collect(BODY_LEN_MAX).await?;
    Ok(read_json(&bytes)?)
}

/// Reads a JSON body that may be left out.
pub async fn read_or_default<T: DeserializeOwned + Default>(body: Body) -> Result<T, Problem> {
    let bytes = body.collect(BODY_LEN_MAX).await?;
    if bytes.is_empty() { Ok(T::default()) } else { Ok(read_json(&bytes)?) }
}

/// Reads a parameter of the path as an id or a name.
pub fn param<T: std::str::FromStr>(
    params: &[String],
    index: usize,
    name: &str,
) -> Result<T, Problem>
where
    T::Err: std::fmt::Display,
{
    let text = params.get(index).map(String::as_str).unwrap_or_default();
    text.parse().map_err(|e: T::Err| FieldError::new(name, e.to_string()).into())
}

/// The value of a parameter behind the question mark. The values Postern reads there are numbers
/// and cursors, which need no decoding.
pub fn query<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The text of a header; `None` when it is missing or not text.
pub fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_parameters_are_found_by_name() {
        assert_eq!(query("limit=5&cursor=a", "cursor"), Some("a"));
        assert_eq!(query("limit=5", "cursor"), None);
        assert_eq!(query("", "cursor"), None);
        assert_eq!(query("cursor=&limit", "cursor"), Some(""));
    }
}
