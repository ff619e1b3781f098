//! Anthropic's [Messages](https://platform.claude.com/docs/en/api/messages).
//!
//! Known quirks that are dealt with here and not propagated: usage comes at the start and again,
//! cumulative, at the end; the prompt's cached tokens are not among its input tokens; pings and
//! events that nobody knows yet occur; errors arrive inside a stream that began with 200.

mod ask;
mod stream;
#[cfg(test)]
mod tests;

use crate::{
    ChatRequest, Codec, Completion, Decoder, Dialect, Failure, FailureKind, Target,
    UpstreamRequest, Usage,
    answer::{Head, Message},
    stream::{Stream, read_json},
    teller::Call,
};
use kernel::FieldError;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// The version of the API that is spoken.
const VERSION: &str = "2023-06-01";

pub struct Anthropic;

impl Codec for Anthropic {
    fn request(
        &self,
        request: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        let body = match request.native_body(Dialect::AnthropicMessages, target) {
            Some(body) => body,
            None => ask::body(request, target)?.to_string().into_bytes(),
        };
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("anthropic-version", VERSION.to_owned()),
        ];
        if let Some(betas) = request.betas() {
            headers.push(("anthropic-beta", betas.to_owned()));
        }
        if let Some(key) = target.api_key {
            headers.push(("x-api-key", key.to_owned()));
        }
        Ok(UpstreamRequest { url: format!("{}/messages", target.base_url), headers, body })
    }

    fn decoder(&self, show_usage: bool, created_s: i64) -> Box<dyn Decoder> {
        Box::new(Stream::new(stream::Message::new(show_usage, created_s)))
    }

    fn completion(&self, body: &[u8], created_s: i64) -> Result<Completion, Failure> {
        #[derive(Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Answer<'a> {
            #[serde(borrow)]
            Message(WireMessage<'a>),
            Error {
                error: WireError,
            },
        }
        let wire = match read_json(body)? {
            Answer::Message(wire) => wire,
            Answer::Error { error } => return Err(error.into()),
        };
        let head = Head { id: wire.id.into_owned(), model: wire.model.into_owned(), created_s };
        let mut message = Message::default();
        for block in &wire.content {
            match block {
                Block::Text { text } => message.text.push_str(text),
                Block::Thinking { thinking } => message.reasoning.push_str(thinking),
                Block::ToolUse { id, name, input } => {
                    let arguments = input.to_string();
                    let call =
                        Call { id: Some(id), name, arguments: &arguments, extra_content: None };
                    message.call(&head, call);
                }
                Block::Other => {}
            }
        }
        let finish = finish_reason(wire.stop_reason.as_deref().unwrap_or_default());
        Ok(message.complete(&head, finish, Some(wire.usage.into())))
    }

    fn failure(&self, status: u16, body: &[u8]) -> Failure {
        #[derive(Deserialize)]
        struct Refusal {
            error: WireError,
        }
        let kind = FailureKind::from_status(status);
        let words = match serde_json::from_slice::<Refusal>(body) {
            Ok(Refusal { error }) => Cow::Owned(error.message),
            Err(_) => String::from_utf8_lossy(body),
        };
        Failure::new(kind, format!("{status}: {words}"))
    }
}

/// An answer, or the beginning of a streamed one.
#[derive(Deserialize)]
struct WireMessage<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    model: Cow<'a, str>,
    #[serde(borrow, default)]
    content: Vec<Block<'a>>,
    #[serde(borrow, default)]
    stop_reason: Option<Cow<'a, str>>,
    #[serde(default)]
    usage: WireUsage,
}

/// A part of an answer, or its beginning.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block<'a> {
    Text {
        #[serde(borrow, default)]
        text: Cow<'a, str>,
    },
    Thinking {
        #[serde(borrow, default)]
        thinking: Cow<'a, str>,
    },
    ToolUse {
        #[serde(borrow)]
        id: Cow<'a, str>,
        #[serde(borrow)]
        name: Cow<'a, str>,
        #[serde(default)]
        input: Value,
    },
    #[serde(other)]
    Other,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct WireUsage {
    input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let cached = wire.cache_read_input_tokens.unwrap_or(0);
        let written = wire.cache_creation_input_tokens.unwrap_or(0);
        let fresh = wire.input_tokens.unwrap_or(0);
        Self {
            input_tokens: fresh.saturating_add(cached).saturating_add(written),
            cached_input_tokens: cached,
            cache_write_tokens: written,
            output_tokens: wire.output_tokens.unwrap_or(0),
            ..Self::default()
        }
    }
}

#[derive(Deserialize)]
struct WireError {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    message: String,
}

impl From<WireError> for Failure {
    /// By the [names of errors](https://platform.claude.com/docs/en/api/errors), where no status
    /// tells.
    fn from(error: WireError) -> Self {
        let kind = match error.kind.as_str() {
            "invalid_request_error" | "not_found_error" | "request_too_large" => {
                FailureKind::Rejected
            }
            "authentication_error" | "permission_error" | "billing_error" => {
                FailureKind::Unauthorized
            }
            "rate_limit_error" => FailureKind::RateLimited,
            _ => FailureKind::Unavailable,
        };
        Self::new(kind, format!("{}: {}", error.kind, error.message))
    }
}

/// Why an answer ended, in OpenAI's words.
fn finish_reason(stop_reason: &str) -> &'static str {
    match stop_reason {
        "max_tokens" | "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => "stop",
    }
}
