//! OpenAI's [Responses](https://platform.openai.com/docs/api-reference/responses).
//!
//! Known quirks that are dealt with here and not propagated: a stream ends without `[DONE]`;
//! schemas of tools are strict unless one says otherwise; answers are kept unless one asks for
//! something else; errors arrive inside a stream that began with 200, in more than one shape.

mod ask;
mod read;
mod stream;
#[cfg(test)]
mod tests;

use crate::{
    ChatRequest, Codec, Completion, Decoder, Dialect, Failure, Target, UpstreamRequest, openai,
    stream::{Stream, read_json},
};
use kernel::FieldError;

pub struct Responses;

impl Codec for Responses {
    fn request(
        &self,
        request: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        let body = match request.native_body(Dialect::OpenaiResponses, target) {
            Some(body) => body,
            None => ask::body(request, target)?.to_string().into_bytes(),
        };
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(key) = target.api_key {
            headers.push(("authorization", format!("Bearer {key}")));
        }
        Ok(UpstreamRequest { url: format!("{}/responses", target.base_url), headers, body })
    }

    fn decoder(&self, show_usage: bool, created_s: i64) -> Box<dyn Decoder> {
        Box::new(Stream::new(stream::Events::new(show_usage, created_s)))
    }

    fn completion(&self, body: &[u8], created_s: i64) -> Result<Completion, Failure> {
        read::completion(read_json(body)?, created_s)
    }

    /// Refusals are those of OpenAI's chat completions.
    fn failure(&self, status: u16, body: &[u8]) -> Failure {
        openai::Openai.failure(status, body)
    }
}
