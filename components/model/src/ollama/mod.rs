//! [Ollama's own API](https://docs.ollama.com/api/chat).
//!
//! Known quirks that are dealt with here and not propagated: a stream is lines of JSON; arguments
//! of tools are objects, and calls may have no id; a count that is zero is left out; an answer does
//! not name itself; errors are plain texts, and arrive inside a stream that began with 200.

mod ask;
mod read;
#[cfg(test)]
mod tests;

use crate::{
    ChatRequest, Codec, Completion, Decoder, Failure, FailureKind, Target, UpstreamRequest,
    lines::Lines,
    stream::{Stream, read_json},
};
use kernel::FieldError;
use serde::Deserialize;

pub struct Ollama;

impl Codec for Ollama {
    fn request(
        &self,
        request: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        let body = ask::body(request, target)?;
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(key) = target.api_key {
            headers.push(("authorization", format!("Bearer {key}")));
        }
        Ok(UpstreamRequest {
            url: format!("{}/api/chat", target.base_url),
            headers,
            body: body.to_string().into_bytes(),
        })
    }

    fn decoder(&self, show_usage: bool, created_s: i64) -> Box<dyn Decoder> {
        Box::new(Stream::<_, Lines>::framed(read::Answers::new(show_usage, created_s)))
    }

    fn completion(&self, body: &[u8], created_s: i64) -> Result<Completion, Failure> {
        read::completion(read_json(body)?, created_s)
    }

    fn failure(&self, status: u16, body: &[u8]) -> Failure {
        #[derive(Deserialize)]
        struct Refusal {
            error: String,
        }
        let kind = FailureKind::from_status(status);
        match serde_json::from_slice::<Refusal>(body) {
            Ok(Refusal { error }) => Failure::new(kind, format!("{status}: {error}")),
            Err(_) => Failure::new(kind, format!("{status}: {}", String::from_utf8_lossy(body))),
        }
    }
}
