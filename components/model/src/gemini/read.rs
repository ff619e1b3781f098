//! Gemini's answers, which have one shape whether they are streamed or not.

use super::WireError;
use crate::{
    Completion, Event, Failure, FailureKind, Usage,
    answer::{Head, Message},
    stream::{Flow, Reader, read_json},
    teller::{Call, Teller},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;

/// An answer, or a piece of one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wire<'a> {
    #[serde(borrow, default)]
    candidates: Vec<Candidate<'a>>,
    #[serde(default)]
    usage_metadata: Option<WireUsage>,
    #[serde(borrow, default)]
    model_version: Cow<'a, str>,
    #[serde(borrow, default)]
    response_id: Cow<'a, str>,
    #[serde(borrow, default)]
    prompt_feedback: Option<Feedback<'a>>,
    #[serde(default)]
    error: Option<WireError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate<'a> {
    #[serde(borrow, default)]
    content: Content<'a>,
    #[serde(borrow, default)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    parts: Vec<Part<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    /// Whether the text is the model's thinking.
    #[serde(default)]
    thought: bool,
    #[serde(borrow, default)]
    thought_signature: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    function_call: Option<FunctionCall<'a>>,
}

#[derive(Deserialize)]
struct FunctionCall<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    args: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback<'a> {
    #[serde(borrow, default)]
    block_reason: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireUsage {
    prompt_token_count: u64,
    tool_use_prompt_token_count: u64,
    cached_content_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
    prompt_tokens_details: Option<Vec<ModalityTokens>>,
    candidates_tokens_details: Option<Vec<ModalityTokens>>,
}

/// Tokens of one kind: `TEXT`, `IMAGE`, `AUDIO` and others.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ModalityTokens {
    modality: String,
    token_count: u64,
}

fn tokens_of(modality: &str, details: Option<&[ModalityTokens]>) -> u64 {
    let of_kind = details.into_iter().flatten().filter(|tokens| tokens.modality == modality);
    of_kind.fold(0, |sum, tokens| sum.saturating_add(tokens.token_count))
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let output = wire.candidates_token_count.saturating_add(wire.thoughts_token_count);
        Self {
            input_tokens: wire.prompt_token_count.saturating_add(wire.tool_use_prompt_token_count),
            cached_input_tokens: wire.cached_content_token_count,
            audio_input_tokens: tokens_of("AUDIO", wire.prompt_tokens_details.as_deref()),
            image_input_tokens: tokens_of("IMAGE", wire.prompt_tokens_details.as_deref()),
            output_tokens: output,
            reasoning_tokens: wire.thoughts_token_count,
            audio_output_tokens: tokens_of("AUDIO", wire.candidates_tokens_details.as_deref()),
            ..Self::default()
        }
    }
}

impl Wire<'_> {
    /// Why the answer has ended, if it has, in OpenAI's words.
    fn finish_reason(&self, calls: usize) -> Option<&'static str> {
        let blocked = self.prompt_feedback.as_ref().and_then(|f| f.block_reason.as_ref());
        if blocked.is_some() && self.candidates.is_empty() {
            return Some("content_filter");
        }
        let reason = self.candidates.first()?.finish_reason.as_deref()?;
        Some(match reason {
            "MAX_TOKENS" => "length",
            "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII"
            | "IMAGE_SAFETY" | "LANGUAGE" => "content_filter",
            _ if calls > 0 => "tool_calls",
            _ => "stop",
        })
    }

    fn head(&self, created_s: i64) -> Head {
        let (id, model) = (self.response_id.clone(), self.model_version.clone());
        Head { id: id.into_owned(), model: model.into_owned(), created_s }
    }
}

/// Where a call keeps the signature that Gemini wants back, as in Google's own
/// [compatible API](https://ai.google.dev/gemini-api/docs/openai).
fn extra_content(signature: Option<&str>) -> Option<Value> {
    signature.map(|signature| json!({ "google": { "thought_signature": signature } }))
}

impl FunctionCall<'_> {
    /// Calls come whole.
    fn told<T>(&self, signature: Option<&str>, tell: impl FnOnce(Call<'_>) -> T) -> T {
        let arguments = self.args.as_ref().map_or_else(|| "{}".to_owned(), Value::to_string);
        tell(Call {
            id: self.id.as_deref(),
            name: &self.name,
            arguments: &arguments,
            extra_content: extra_content(signature),
        })
    }
}

/// An answer in one piece.
pub fn completion(wire: Wire<'_>, created_s: i64) -> Result<Completion, Failure> {
    let head = wire.head(created_s);
    let mut message = Message::default();
    let parts = wire.candidates.first().map(|c| c.content.parts.as_slice()).unwrap_or_default();
    for part in parts {
        let signature = part.thought_signature.as_deref();
        match &part.function_call {
            Some(call) => call.told(signature, |call| message.call(&head, call)),
            None if part.thought => message.reasoning.push_str(&part.text),
            None => message.text.push_str(&part.text),
        }
    }
    let finish = wire.finish_reason(message.calls());
    if let Some(error) = wire.error {
        return Err(error.into());
    }
    let unfinished = || Failure::new(FailureKind::Malformed, "an answer without a candidate");
    let finish = finish.ok_or_else(unfinished)?;
    Ok(message.complete(&head, finish, wire.usage_metadata.map(Usage::from)))
}

/// What a stream has been so far.
pub struct Chunks {
    teller: Teller,
    created_s: i64,
}

impl Chunks {
    pub fn new(show_usage: bool, created_s: i64) -> Self {
        Self { teller: Teller::new(show_usage), created_s }
    }
}

impl Reader for Chunks {
    fn read(&mut self, _name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure> {
        let mut wire: Wire<'_> = read_json(data)?;
        if let Some(error) = wire.error.take() {
            return Err(error.into());
        }
        let teller = &mut self.teller;
        teller.begin(|| wire.head(self.created_s), events);
        let parts = wire.candidates.first().map(|c| c.content.parts.as_slice());
        for part in parts.unwrap_or_default() {
            let signature = part.thought_signature.as_deref();
            match &part.function_call {
                Some(call) => {
                    call.told(signature, |call| teller.call(call, events))?;
                }
                None if part.thought => teller.reasoning(&part.text, events)?,
                None => teller.text(&part.text, events)?,
            }
        }
        if let Some(usage) = wire.usage_metadata.take() {
            teller.note(usage, events);
        }
        if let Some(reason) = wire.finish_reason(teller.calls()) {
            teller.finish(reason, events)?;
        }
        Ok(Flow::On)
    }

    /// The stream has no last word.
    fn is_whole(&self) -> bool {
        self.teller.has_finished()
    }

    fn last_words(&self, events: &mut Vec<Event>) {
        self.teller.last_words(events);
    }
}
