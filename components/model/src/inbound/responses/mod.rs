//! OpenAI's Responses, as clients write and read them.
//!
//! Nothing is stored: `store` counts as false whatever it says, and what would need an earlier
//! response is an error that names the field, also for a provider that could have it. Its store
//! would be that of all tenants together.

mod input;
mod item;
mod options;
mod shape;
#[cfg(test)]
mod tests;
mod write;

use super::{Dialect, Original, fields::Untold};
use crate::{ChatRequest, Content, Message, Role};
use kernel::FieldError;
use serde_json::Value;
use std::sync::Arc;
pub use write::{Writer, write_error};

/// What a provider would have to keep.
const KEPT: &[&str] = &["previous_response_id", "conversation", "prompt"];
/// Fields that change nothing of an answer's words, or are echoed, or are read elsewhere.
const PASSED_OVER: &[&str] = &["store", "include", "stream_options", "truncation"];
const NOT_KEPT: &str =
    "cannot be used, as no response is kept: send the whole conversation as `input`";

/// Reads a request for a response.
pub fn parse(body: &[u8]) -> Result<ChatRequest, FieldError> {
    let (mut fields, mut original) = Original::read(Dialect::OpenaiResponses, body)?;
    let mut untold = Untold::default();
    let model = fields.need_text("model")?;
    if model.is_empty() {
        return Err(fields.error("model", "must not be empty"));
    }
    for name in KEPT {
        if fields.take(name).is_some() {
            return Err(fields.error(name, NOT_KEPT));
        }
    }
    if fields.flag("background")? == Some(true) {
        return Err(fields.error("background", NOT_KEPT));
    }
    let mut messages = Vec::new();
    if let Some(instructions) = fields.text("instructions")? {
        original.place("instructions");
        messages.push(Message::new(Role::System, Some(Content::Text(instructions))));
    }
    if let Some(known) = input::without_forgotten(&original) {
        original.set("input", &known);
    }
    let input = fields.take("input").ok_or_else(|| fields.error("input", "must be given"))?;
    input::read(input, &mut messages, &mut original, &mut untold)?;
    let mut request = ChatRequest {
        max_completion_tokens: fields.count("max_output_tokens")?,
        stream: fields.flag("stream")?,
        temperature: fields.number("temperature", 2.0)?,
        top_p: fields.number("top_p", 1.0)?,
        ..ChatRequest::new(model, messages)
    };
    options::read(&mut fields, &mut request, &mut untold)?;
    fields.pass_over(PASSED_OVER, &mut untold);
    original.untold = untold.0;
    request.original = Some(Arc::new(original));
    Ok(request)
}

/// Whether an item or a block is of a kind.
fn is_kind(value: &Value, kind: &str) -> bool {
    value.get("type").and_then(Value::as_str) == Some(kind)
}
