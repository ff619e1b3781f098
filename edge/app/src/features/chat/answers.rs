//! Answers that are given again to the very same request, for tenants that want it.
//!
//! A request is the same when all of its JSON is, in whatever order its members stand, and when the
//! same profile of the same account asks, unless the tenant has declared its answers public. What
//! is kept is what the client got, byte for byte, and only an answer that came to its end. Clients
//! decide with `cache-control` ([RFC 9111](https://www.rfc-editor.org/rfc/rfc9111)) and learn what
//! happened from `cache-status` ([RFC 9211](https://www.rfc-editor.org/rfc/rfc9211)).
//!
//! Key-value storage is consistent eventually: elsewhere an answer is found some time later.

use crate::{
    app::{Call, Cx, Platform},
    problem::Problem,
    respond::header_text,
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use identity::fingerprint;
use kernel::UnixMillis;
use model::Dialect;
use ports::{Body, Host, Kv};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Longest answer that is kept.
const ANSWER_LEN_MAX: usize = 256 * 1024;

/// Where the answer to a request is kept, and what the client has said about it.
pub struct Place {
    key: String,
    ttl_ms: u64,
    wishes: Wishes,
}

/// What a client's `cache-control` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wishes {
    /// Do not give me a kept answer.
    no_cache: bool,
    /// Nor keep this one.
    no_store: bool,
    /// Do not ask a model.
    only_if_cached: bool,
    /// The oldest that will do, in seconds.
    max_age_s: Option<u64>,
}

/// What stands before the bytes of a kept answer.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    model: String,
    provider: String,
    content_type: String,
    at_ms: i64,
}

/// An answer that is being written down while it is given.
pub struct Draft {
    key: String,
    ttl_ms: u64,
    head: Head,
    body: Vec<u8>,
}

impl Wishes {
    fn read(headers: &HeaderMap) -> Self {
        let mut wishes = Self::default();
        let values = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|v| v.to_str().ok());
        for directive in values.flat_map(|value| value.split(',')) {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" => wishes.no_cache = true,
                "no-store" => (wishes.no_cache, wishes.no_store) = (true, true),
                "only-if-cached" => wishes.only_if_cached = true,
                // An age that cannot be read is the strictest.
                "max-age" => wishes.max_age_s = Some(value.trim().parse().unwrap_or(0)),
                _ => {}
            }
        }
        wishes
    }

    fn accept(self, age_s: u64) -> bool {
        !self.no_cache && self.max_age_s.is_none_or(|most| age_s <= most)
    }
}

impl Place {
    /// Where the answer to `body` is kept; `None` for a tenant that keeps none, or a client that
    /// wants no part in it.
    pub fn of<P: Platform>(call: &Call<P>, dialect: Dialect, body: &[u8]) -> Option<Self> {
        let rule = call.tenant.response_cache.as_ref()?;
        let wishes = Wishes::read(&call.headers);
        if wishes.no_store {
            return None;
        }
        let whose = match (rule.public, call.caller.profile()) {
            (true, _) => "public".to_owned(),
            (false, None) => call.caller.account().to_string(),
            (false, Some(profile)) => format!("{}/{profile}", call.caller.account()),
        };
        let request: serde_json::Value = serde_json::from_slice(body).ok()?;
        let betas = header_text(&call.headers, "anthropic-beta").unwrap_or_default();
        let request = format!("{whose}\n{dialect:?}\n{betas}\n{request}");
        let mut key = "answer/".to_owned();
        for byte in fingerprint(&call.tenant.id, &request) {
            // Writing to a text cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        Some(Self { key, ttl_ms: u64::from(rule.ttl_seconds) * 1_000, wishes })
    }

    /// The kept answer, if there is one that will do.
    ///
    /// # Errors
    /// [`Problem::NotCached`] when there is none and the client wants no other.
    pub async fn look<P: Platform>(
        &self,
        cx: &Cx<P>,
    ) -> Result<Option<http::Response<Body>>, Problem> {
        let found = match self.wishes.no_cache {
            true => None,
            // Out of reach is as good as empty.
            false => cx.host.kv().get(&self.key).await.ok().flatten(),
        };
        let answer = found.and_then(|bytes| self.response(&bytes, cx.now));
        if answer.is_none() && self.wishes.only_if_cached {
            return Err(Problem::NotCached);
        }
        Ok(answer)
    }

    fn response(&self, bytes: &[u8], now: UnixMillis) -> Option<http::Response<Body>> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, body) = bytes.split_at_checked(end)?;
        let head: Head = serde_json::from_slice(head).ok()?;
        let age_ms = now.since_ms(UnixMillis(head.at_ms)).max(0).unsigned_abs();
        let (age_s, ttl_s) = (age_ms / 1_000, self.ttl_ms.checked_sub(age_ms)? / 1_000);
        if !self.wishes.accept(age_s) {
            return None;
        }
        let body = body.get(1..)?.to_vec();
        let mut response = http::Response::new(Body::from(body));
        let headers = response.headers_mut();
        let mut add = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        add(header::CONTENT_TYPE, &head.content_type);
        add(header::AGE, &age_s.to_string());
        add(HeaderName::from_static("cache-status"), &format!("postern; hit; ttl={ttl_s}"));
        add(HeaderName::from_static("x-postern-model"), &head.model);
        add(HeaderName::from_static("x-postern-provider"), &head.provider);
        add(HeaderName::from_static("x-postern-attempts"), "0");
        Some(response)
    }

    /// What an answer of `model` is written down in, and what its client is told of that.
    pub fn draft(self, model: &str, provider: &str, is_stream: bool, now: UnixMillis) -> Draft {
        let content_type = if is_stream { super::EVENT_STREAM } else { super::JSON };
        let head = Head {
            model: model.to_owned(),
            provider: provider.to_owned(),
            content_type: content_type.to_owned(),
            at_ms: now.0,
        };
        Draft { key: self.key, ttl_ms: self.ttl_ms, head, body: Vec::new() }
    }

    /// What the client of an answer that is not a kept one is told.
    pub fn status(&self) -> HeaderValue {
        HeaderValue::from_static(match self.wishes.no_cache {
            true => "postern; fwd=request",
            false => "postern; fwd=miss",
        })
    }
}

impl Draft {
    /// Writes down what is released. Returns whether there is room for more.
    pub fn add(&mut self, bytes: &[u8]) -> bool {
        let fits = self.body.len() + bytes.len() <= ANSWER_LEN_MAX;
        if fits {
            self.body.extend_from_slice(bytes);
        }
        fits
    }

    /// Keeps it. Failing to do so harms nobody, and is only logged.
    pub async fn keep<P: Platform>(self, cx: &Cx<P>) {
        // Plain fields: this cannot fail.
        let mut bytes = serde_json::to_vec(&self.head).unwrap_or_default();
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        if let Err(error) = cx.host.kv().put(&self.key, &bytes, Some(self.ttl_ms)).await {
            log::warn!("{}: an answer is not kept: {error}", cx.request_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(values: &[&'static str]) -> Wishes {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::CACHE_CONTROL, HeaderValue::from_static(value));
        }
        Wishes::read(&headers)
    }

    #[test]
    fn cache_control_is_read() {
        assert_eq!(wishes(&[]), Wishes::default());
        assert!(wishes(&["No-Cache"]).no_cache);
        assert!(wishes(&["max-age=5 , no-store"]).no_store);
        assert!(wishes(&["max-age=5", "only-if-cached"]).only_if_cached);
        assert_eq!(wishes(&["max-age=60"]).max_age_s, Some(60));
        assert_eq!(wishes(&["max-age=soon"]).max_age_s, Some(0));
        assert_eq!(wishes(&["stale-if-error=9"]), Wishes::default());
    }

    #[test]
    fn a_kept_answer_ends_with_its_time_and_where_the_client_says() {
        let place = |values: &[&'static str]| Place {
            key: String::new(),
            ttl_ms: 60_000,
            wishes: wishes(values),
        };
        let at = UnixMillis(1_000_000);
        let head =
            br#"{"model":"m","provider":"p","content_type":"application/json","at_ms":1000000}"#;
        let kept = [head.as_slice(), b"\n{}"].concat();
        let age = |place: Place, after_ms: i64| {
            let response = place.response(&kept, at.plus_ms(after_ms))?;
            Some(response.headers()[header::AGE].to_str().unwrap().to_owned())
        };
        assert_eq!(age(place(&[]), 59_999).as_deref(), Some("59"));
        assert_eq!(age(place(&[]), 60_001), None);
        assert_eq!(age(place(&["max-age=10"]), 10_999).as_deref(), Some("10"));
        assert_eq!(age(place(&["max-age=10"]), 11_000), None);
        assert!(place(&[]).response(b"not an answer", at).is_none());
    }
}
