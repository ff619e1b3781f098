//! Amazon Bedrock's [Converse](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html),
//! one format for the models of many makers.
//!
//! Known quirks that are dealt with here and not propagated: requests are signed, body and all;
//! streams are binary frames with checksums; usage comes behind the reason to stop; the prompt's
//! cached tokens are not among its input tokens; an answer names neither itself nor its model; a
//! conversation that has called tools must declare tools; errors arrive inside a stream that began
//! with 200.

mod ask;
mod frames;
mod read;
mod sigv4;
#[cfg(test)]
mod tests;

pub use sigv4::AwsCredentials;

use crate::{
    ChatRequest, Codec, Completion, Decoder, Failure, FailureKind, Target, UpstreamRequest,
    stream::{Stream, read_json},
};
use kernel::FieldError;
use serde::Deserialize;

/// The name under which AWS signs for the service.
const SERVICE: &str = "bedrock";

pub struct Bedrock;

impl Codec for Bedrock {
    fn request(
        &self,
        request: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        let body = ask::body(request, target)?.to_string().into_bytes();
        let method = if request.wants_stream() { "converse-stream" } else { "converse" };
        let model = sigv4::encode(target.model);
        let url = format!("{}/model/{model}/{method}", target.base_url);
        let mut headers = vec![("content-type", "application/json".to_owned())];
        match (target.aws, target.api_key) {
            (Some(credentials), _) => {
                let signer = sigv4::Signer { credentials, service: SERVICE, now: target.now };
                signer.sign("POST", &url, &mut headers, &body);
            }
            (None, Some(key)) => headers.push(("authorization", format!("Bearer {key}"))),
            (None, None) => {}
        }
        Ok(UpstreamRequest { url, headers, body })
    }

    fn decoder(&self, show_usage: bool, created_s: i64) -> Box<dyn Decoder> {
        Box::new(Stream::<_, frames::Frames>::framed(read::Events::new(show_usage, created_s)))
    }

    fn completion(&self, body: &[u8], created_s: i64) -> Result<Completion, Failure> {
        Ok(read::completion(read_json(body)?, created_s))
    }

    fn failure(&self, status: u16, body: &[u8]) -> Failure {
        let kind = match status {
            // The model has failed, not the request (`ModelErrorException`).
            424 => FailureKind::Unavailable,
            _ => FailureKind::from_status(status),
        };
        Failure::new(kind, format!("{status}: {}", words(body)))
    }
}

/// What an error says: `message`, or `Message` where it comes from before the service.
fn words(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        #[serde(alias = "Message")]
        message: String,
    }
    match serde_json::from_slice::<Refusal>(body) {
        Ok(Refusal { message }) => message,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}
