//! OpenAI's chat completions: the format that clients and most providers share.
//!
//! Known quirks that are dealt with here and not propagated: usage arrives in a last chunk without
//! choices, or in every chunk, or never; `choices` may be `null`; a chunk may repeat the whole
//! message so far beside what it adds, and reasoning under two names; a choice that goes on may
//! have an empty reason to finish; some servers end without `[DONE]`; errors arrive inside a stream
//! that began with 200.

use crate::{
    ChatRequest, Chunk, Codec, Completion, Decoder, Event, Failure, FailureKind, OutputLimitField,
    StreamOptions, Target, UpstreamRequest, Usage,
    stream::{Flow, Reader, Stream, read_json},
};
use kernel::FieldError;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

pub struct Openai;

impl Codec for Openai {
    fn request(
        &self,
        request: &ChatRequest,
        target: &Target<'_>,
    ) -> Result<UpstreamRequest, FieldError> {
        let mut body = request.clone();
        body.model = target.model.to_owned();
        // A chat's client knows which field the model wants; other dialects have but one.
        if body.output_limit().is_none() || body.original.is_some() {
            let limit = body.output_limit().map_or(target.output_tokens_max, |limit| limit.tokens);
            let limit = Some(limit);
            (body.max_tokens, body.max_completion_tokens) = (None, None);
            match target.output_limit_field {
                OutputLimitField::MaxTokens => body.max_tokens = limit,
                OutputLimitField::MaxCompletionTokens => body.max_completion_tokens = limit,
            }
        }
        if body.wants_stream() {
            let options = body.stream_options.get_or_insert_with(StreamOptions::default);
            options.include_usage = Some(true);
        }
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(key) = target.api_key {
            headers.push(("authorization", format!("Bearer {key}")));
        }
        Ok(UpstreamRequest {
            url: format!("{}/chat/completions", target.base_url),
            headers,
            // Maps with string keys and numbers that were read from JSON: this cannot fail.
            body: serde_json::to_vec(&body).unwrap_or_default(),
        })
    }

    fn decoder(&self, show_usage: bool, _created_s: i64) -> Box<dyn Decoder> {
        Box::new(Stream::new(Chunks { show_usage, ..Chunks::default() }))
    }

    fn completion(&self, body: &[u8], _created_s: i64) -> Result<Completion, Failure> {
        let wire: Wire<'_> = read_json(body)?;
        if let Some(error) = &wire.error {
            return Err(in_band(error));
        }
        let Some(choices) = wire.choices.as_ref().filter(|choices| !choices.is_empty()) else {
            return Err(Failure::new(FailureKind::Malformed, "an answer without choices"));
        };
        let mut text = String::new();
        for choice in choices {
            choice.append_text(&mut text);
        }
        Ok(Completion { json: body.to_vec(), text, usage: wire.usage.map(Usage::from) })
    }

    fn failure(&self, status: u16, body: &[u8]) -> Failure {
        let kind = FailureKind::from_status(status);
        let message = serde_json::from_slice::<Wire<'_>>(body).ok().and_then(|wire| wire.error);
        match message {
            Some(error) => Failure::new(kind, format!("{status}: {}", words(&error))),
            None => Failure::new(kind, format!("{status}: {}", String::from_utf8_lossy(body))),
        }
    }
}

/// The fields of a chunk, or of a whole answer, that Postern looks at.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    choices: Option<Vec<Choice<'a>>>,
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    /// What a chunk adds.
    #[serde(borrow, default)]
    delta: Option<Delta<'a>>,
    /// What a whole answer says, in the same shape. Perplexity's chunks have it too.
    #[serde(borrow, default)]
    message: Option<Delta<'a>>,
    #[serde(borrow, default)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    refusal: Option<Cow<'a, str>>,
    /// Not OpenAI's, but what servers of open models call reasoning. Some use both names at once.
    #[serde(borrow, default)]
    reasoning_content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    reasoning: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool_calls: Option<Vec<WireCall<'a>>>,
    #[serde(borrow, default)]
    function_call: Option<Function<'a>>,
}

#[derive(Deserialize)]
struct WireCall<'a> {
    #[serde(borrow, default)]
    function: Option<Function<'a>>,
}

#[derive(Deserialize)]
struct Function<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    arguments: Option<Cow<'a, str>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct WireUsage {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: Option<u64>,
    prompt_tokens_details: Option<PromptDetails>,
    completion_tokens_details: Option<CompletionDetails>,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: Option<u64>,
    /// Not OpenAI's, but what gateways to other providers say.
    #[serde(default)]
    cache_write_tokens: Option<u64>,
    #[serde(default)]
    audio_tokens: Option<u64>,
    #[serde(default)]
    image_tokens: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
struct CompletionDetails {
    #[serde(default)]
    reasoning_tokens: Option<u64>,
    #[serde(default)]
    audio_tokens: Option<u64>,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let input = wire.prompt_tokens_details.unwrap_or_default();
        let output = wire.completion_tokens_details.unwrap_or_default();
        let reasoning_tokens = output.reasoning_tokens.unwrap_or(0);
        // Some servers count reasoning beside the completion; their total tells.
        let sum = wire.prompt_tokens.saturating_add(wire.completion_tokens);
        let beside = wire.total_tokens.unwrap_or(0).saturating_sub(sum).min(reasoning_tokens);
        Self {
            input_tokens: wire.prompt_tokens,
            cached_input_tokens: input.cached_tokens.unwrap_or(0),
            cache_write_tokens: input.cache_write_tokens.unwrap_or(0),
            audio_input_tokens: input.audio_tokens.unwrap_or(0),
            image_input_tokens: input.image_tokens.unwrap_or(0),
            output_tokens: wire.completion_tokens.saturating_add(beside),
            reasoning_tokens,
            audio_output_tokens: output.audio_tokens.unwrap_or(0),
        }
    }
}

impl Choice<'_> {
    fn append_text(&self, text: &mut String) {
        let Some(delta) = self.delta.as_ref().or(self.message.as_ref()) else { return };
        let reasoning = delta.reasoning_content.as_ref().or(delta.reasoning.as_ref());
        for part in [delta.content.as_ref(), delta.refusal.as_ref(), reasoning] {
            text.push_str(part.map_or("", Cow::as_ref));
        }
        let calls = delta.tool_calls.iter().flatten().filter_map(|call| call.function.as_ref());
        for function in calls.chain(&delta.function_call) {
            text.push_str(function.name.as_deref().unwrap_or_default());
            text.push_str(function.arguments.as_deref().unwrap_or_default());
        }
    }
}

/// An error that a provider reports inside an answer.
fn in_band(error: &Value) -> Failure {
    Failure::new(FailureKind::Unavailable, words(error))
}

fn words(error: &Value) -> String {
    let message = error.get("message").and_then(Value::as_str);
    message.map_or_else(|| error.to_string(), str::to_owned)
}

/// What the stream has been so far.
#[derive(Default)]
struct Chunks {
    show_usage: bool,
    /// Whether a choice has begun, and whether one has finished.
    begun: bool,
    finished: bool,
}

impl Reader for Chunks {
    fn read(&mut self, name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure> {
        if data.trim_ascii() == b"[DONE]" {
            return Ok(Flow::End);
        }
        let wire: Wire<'_> = read_json(data)?;
        if let Some(error) = &wire.error {
            return Err(in_band(error));
        }
        if name == "error" {
            return Err(Failure::new(FailureKind::Unavailable, String::from_utf8_lossy(data)));
        }
        self.read_chunk(&wire, data, events);
        Ok(Flow::On)
    }

    fn is_whole(&self) -> bool {
        self.begun && self.finished
    }
}

impl Chunks {
    fn read_chunk(&mut self, wire: &Wire<'_>, data: &[u8], events: &mut Vec<Event>) {
        let mut text = String::new();
        let mut finishes = false;
        let choices = wire.choices.as_deref().unwrap_or_default();
        for choice in choices {
            choice.append_text(&mut text);
            finishes |= choice.finish_reason.as_ref().is_some_and(|reason| !reason.is_empty());
        }
        self.begun |= !choices.is_empty();
        self.finished |= finishes;
        if let Some(usage) = wire.usage {
            events.push(Event::Usage(usage.into()));
            if choices.is_empty() && !self.show_usage {
                return;
            }
        }
        let json = if wire.usage.is_some() && !self.show_usage {
            without_usage(data)
        } else {
            data.to_vec()
        };
        let is_output = finishes || !text.is_empty();
        events.push(Event::Chunk(Chunk { json, text, is_output }));
    }
}

/// The chunk without its usage, for a client that did not ask for it.
fn without_usage(data: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut chunk)) = serde_json::from_slice(data) else {
        return data.to_vec();
    };
    chunk.remove("usage");
    Value::Object(chunk).to_string().into_bytes()
}

#[cfg(test)]
mod tests;
