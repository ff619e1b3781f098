//! Google's [Gemini](https://ai.google.dev/api/generate-content).
//!
//! Known quirks that are dealt with here and not propagated: usage is repeated in every chunk,
//! cumulative, and thoughts are billed beside the answer's own tokens; the stream has no last word;
//! calls of tools come whole, may have no id, and carry a signature that the next request must
//! bring back; a prompt that is blocked has no candidates at all.

mod ask;
mod read;
#[cfg(test)]
mod tests;

use crate::{
    ChatRequest, Codec, Completion, Decoder, Failure, FailureKind, Target, UpstreamRequest,
    stream::{Stream, read_json},
};
use kernel::FieldError;
use serde::Deserialize;

pub struct Gemini;

impl Codec for Gemini {
    fn request(
        &self,
        request: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        let body = ask::body(request, target)?;
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(key) = target.api_key {
            headers.push(("x-goog-api-key", key.to_owned()));
        }
        let method = match request.wants_stream() {
            true => "streamGenerateContent?alt=sse",
            false => "generateContent",
        };
        Ok(UpstreamRequest {
            url: format!("{}/models/{}:{method}", target.base_url, target.model),
            headers,
            body: body.to_string().into_bytes(),
        })
    }

    fn decoder(&self, show_usage: bool, created_s: i64) -> Box<dyn Decoder> {
        Box::new(Stream::new(read::Chunks::new(show_usage, created_s)))
    }

    fn completion(&self, body: &[u8], created_s: i64) -> Result<Completion, Failure> {
        read::completion(read_json(body)?, created_s)
    }

    fn failure(&self, status: u16, body: &[u8]) -> Failure {
        #[derive(Deserialize)]
        struct Refusal {
            error: WireError,
        }
        match read_json::<Refusal>(body) {
            Ok(Refusal { error }) => {
                let kind = FailureKind::from_status(status);
                Failure::new(kind, format!("{status}: {}: {}", error.status, error.message))
            }
            Err(_) => Failure::new(
                FailureKind::from_status(status),
                format!("{status}: {}", String::from_utf8_lossy(body)),
            ),
        }
    }
}

/// A [`google.rpc.Status`](https://cloud.google.com/apis/design/errors).
#[derive(Deserialize)]
struct WireError {
    #[serde(default)]
    code: u16,
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: String,
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        let kind = FailureKind::from_status(error.code);
        Self::new(kind, format!("{}: {}", error.status, error.message))
    }
}
