//! Anthropic's Messages, as clients write and read them.
//!
//! What has no word in a chat and changes the answer is an error that names the field, unless the
//! provider has this API itself. What only hints at how to get there (`cache_control`, `thinking`,
//! an `effort`) is passed over: clients such as coding agents send it always, and models without
//! such a control answer as they would.

mod blocks;
mod content;
mod options;
#[cfg(test)]
mod tests;
mod write;

use super::{
    Dialect, Original,
    fields::{KEPT, Untold},
};
use crate::{ChatRequest, Message, Role};
use kernel::FieldError;
use serde_json::json;
use std::sync::Arc;
pub use write::Writer;

/// Most messages of a conversation, and most blocks of a message.
const MESSAGES_MAX: usize = 10_000;
/// A conversation that the provider keeps between its turns.
pub const THREAD: &str = "thread";
/// Fields that hint, or that are read elsewhere.
const PASSED_OVER: &[&str] =
    &["cache_control", "context_management", "service_tier", "thinking", "speed", "betas"];

/// Reads a request for a message.
pub fn parse(body: &[u8]) -> Result<ChatRequest, FieldError> {
    read(body, true)
}

/// Reads the body of
/// [`POST /v1/messages/count_tokens`](https://platform.claude.com/docs/en/api/messages-count-tokens),
/// which is that of a message without its limit. Its [`summary`](ChatRequest::summary) has the
/// count.
///
/// # Errors
/// As for [`Dialect::parse`].
pub fn parse_count_tokens(body: &[u8]) -> Result<ChatRequest, FieldError> {
    read(body, false)
}

/// The answer to `POST /v1/messages/count_tokens`.
#[must_use]
pub fn write_count_tokens(tokens: u64) -> Vec<u8> {
    json!({ "input_tokens": tokens }).to_string().into_bytes()
}

fn read(body: &[u8], needs_limit: bool) -> Result<ChatRequest, FieldError> {
    let (mut fields, mut original) = Original::read(Dialect::AnthropicMessages, body)?;
    let mut untold = Untold::default();
    let model = fields.need_text("model")?;
    if model.is_empty() {
        return Err(fields.error("model", "must not be empty"));
    }
    let max_tokens = fields.count("max_tokens")?;
    if max_tokens.is_none() && needs_limit {
        return Err(fields.error("max_tokens", "must be given"));
    }
    for name in ["container", THREAD] {
        if fields.take(name).is_some() {
            return Err(fields.error(name, KEPT));
        }
    }
    let mut messages = Vec::new();
    if let Some(system) = fields.take("system") {
        let system = content::system("system", system, &mut untold)?;
        if system.is_some() {
            original.place("system");
            messages.push(Message::new(Role::System, system));
        }
    }
    if let Some(unsigned) = content::without_unsigned(&original) {
        original.set("messages", &unsigned);
    }
    let conversation = fields.objects("messages", MESSAGES_MAX)?;
    let conversation = conversation.filter(|conversation| !conversation.is_empty());
    let conversation =
        conversation.ok_or_else(|| fields.error("messages", "must have at least one entry"))?;
    for said in conversation {
        content::turn(said, &mut messages, &mut original, &mut untold)?;
    }
    if messages.is_empty() {
        return Err(fields.error("messages", "must say something"));
    }
    let mut request = ChatRequest {
        max_tokens,
        stream: fields.flag("stream")?,
        temperature: fields.number("temperature", 1.0)?,
        top_p: fields.number("top_p", 1.0)?,
        ..ChatRequest::new(model, messages)
    };
    options::read(&mut fields, &mut request, &mut untold)?;
    fields.pass_over(PASSED_OVER, &mut untold);
    original.untold = untold.0;
    request.original = Some(Arc::new(original));
    Ok(request)
}
