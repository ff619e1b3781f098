//! A whole response. Streams end with one, too.

use crate::{
    Completion, Failure, FailureKind, Usage,
    answer::{Head, Message},
    teller::Call,
};
use serde::Deserialize;
use std::borrow::Cow;

/// A response, as far as it has come.
#[derive(Deserialize)]
pub struct Response<'a> {
    #[serde(borrow, default)]
    pub id: Cow<'a, str>,
    #[serde(borrow, default)]
    model: Cow<'a, str>,
    /// In seconds, with or without a fraction.
    #[serde(default)]
    created_at: Option<f64>,
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    output: Vec<Item<'a>>,
    #[serde(borrow, default)]
    incomplete_details: Option<Incomplete<'a>>,
    #[serde(default)]
    pub error: Option<WireError>,
    #[serde(default)]
    pub usage: Option<WireUsage>,
}

/// One thing that the model has done.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Item<'a> {
    Message {
        #[serde(borrow, default)]
        content: Vec<Part<'a>>,
    },
    Reasoning {
        #[serde(borrow, default)]
        summary: Vec<Part<'a>>,
        #[serde(borrow, default)]
        content: Option<Vec<Part<'a>>>,
    },
    FunctionCall {
        #[serde(borrow)]
        call_id: Cow<'a, str>,
        #[serde(borrow)]
        name: Cow<'a, str>,
        #[serde(borrow, default)]
        arguments: Cow<'a, str>,
    },
    #[serde(other)]
    Other,
}

/// Words. Either field may be there.
#[derive(Deserialize)]
pub struct Part<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    refusal: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Incomplete<'a> {
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct WireUsage {
    input_tokens: u64,
    input_tokens_details: Option<InputDetails>,
    output_tokens: u64,
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct InputDetails {
    cached_tokens: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct OutputDetails {
    reasoning_tokens: Option<u64>,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let cached = wire.input_tokens_details.and_then(|details| details.cached_tokens);
        let reasoning = wire.output_tokens_details.and_then(|details| details.reasoning_tokens);
        Self {
            input_tokens: wire.input_tokens,
            cached_input_tokens: cached.unwrap_or(0),
            output_tokens: wire.output_tokens,
            reasoning_tokens: reasoning.unwrap_or(0),
            ..Self::default()
        }
    }
}

#[derive(Clone, Default, Deserialize)]
pub struct WireError {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    message: String,
}

impl From<WireError> for Failure {
    /// By the [codes of errors](https://platform.openai.com/docs/api-reference/responses/object),
    /// where no status tells. All that are about images are about the client's.
    fn from(error: WireError) -> Self {
        let code = error.code.unwrap_or_default();
        let kind = match code.as_str() {
            "rate_limit_exceeded" => FailureKind::RateLimited,
            "invalid_prompt" | "bio_policy" | "context_length_exceeded" => FailureKind::Rejected,
            code if code.contains("image") => FailureKind::Rejected,
            _ => FailureKind::Unavailable,
        };
        Self::new(kind, format!("{code}: {}", error.message))
    }
}

impl Response<'_> {
    pub fn head(&self, created_s: i64) -> Head {
        // Seconds that far from 1970 fit, and others are cut to what does.
        #[allow(clippy::cast_possible_truncation)]
        let created_s = self.created_at.map_or(created_s, |created_at| created_at as i64);
        Head { id: self.id.clone().into_owned(), model: self.model.clone().into_owned(), created_s }
    }

    /// Why the answer ends, in OpenAI's older words.
    pub fn finish_reason(&self, calls: usize) -> &'static str {
        let reason = self.incomplete_details.as_ref().and_then(|details| details.reason.as_deref());
        match (reason, self.status.as_deref()) {
            (Some("content_filter"), _) => "content_filter",
            (Some(_), _) | (None, Some("incomplete")) => "length",
            _ if calls > 0 => "tool_calls",
            _ => "stop",
        }
    }
}

/// An answer in one piece.
pub fn completion(response: Response<'_>, created_s: i64) -> Result<Completion, Failure> {
    let is_over = matches!(response.status.as_deref(), None | Some("completed" | "incomplete"));
    if let Some(error) = response.error {
        return Err(error.into());
    }
    if !is_over || response.id.is_empty() {
        return Err(Failure::new(FailureKind::Malformed, "a response that is not complete"));
    }
    let head = response.head(created_s);
    let mut message = Message::default();
    for item in &response.output {
        match item {
            Item::Message { content } => {
                for part in content {
                    message.text.push_str(&part.text);
                    message.refusal.push_str(&part.refusal);
                }
            }
            Item::Reasoning { summary, content } => {
                for part in summary.iter().chain(content.iter().flatten()) {
                    message.reasoning.push_str(&part.text);
                }
            }
            Item::FunctionCall { call_id, name, arguments } => {
                let call = Call { id: Some(call_id), name, arguments, extra_content: None };
                message.call(&head, call);
            }
            Item::Other => {}
        }
    }
    let finish = response.finish_reason(message.calls());
    Ok(message.complete(&head, finish, response.usage.map(Usage::from)))
}
