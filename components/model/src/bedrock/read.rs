//! Converse's answers, in one piece and in events.

use crate::{
    Completion, Event, Failure, Usage,
    answer::{Head, Message},
    stream::{Flow, Reader, read_json},
    teller::{Call, Teller},
};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// An answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<'a> {
    #[serde(borrow)]
    output: Output<'a>,
    #[serde(borrow)]
    stop_reason: Cow<'a, str>,
    #[serde(default)]
    usage: Option<WireUsage>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    message: WireMessage<'a>,
}

#[derive(Deserialize)]
struct WireMessage<'a> {
    #[serde(borrow)]
    content: Vec<Block<'a>>,
}

/// A part of an answer. Only one of its fields is there, or one that nobody knows yet.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    tool_use: Option<ToolUse<'a>>,
    #[serde(borrow, default)]
    reasoning_content: Option<Reasoning<'a>>,
}

/// A call of a tool, or in a stream its beginning, which has no input.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToolUse<'a> {
    #[serde(borrow)]
    tool_use_id: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    /// `server_tool_use`, if the call is not the client's to answer.
    #[serde(borrow, rename = "type", default)]
    kind: Option<Cow<'a, str>>,
    #[serde(default)]
    input: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reasoning<'a> {
    #[serde(borrow, default)]
    reasoning_text: Option<ReasoningText<'a>>,
}

#[derive(Deserialize)]
struct ReasoningText<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireUsage {
    input_tokens: u64,
    output_tokens: u64,
    cache_read_input_tokens: Option<u64>,
    cache_write_input_tokens: Option<u64>,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let cached = wire.cache_read_input_tokens.unwrap_or(0);
        let written = wire.cache_write_input_tokens.unwrap_or(0);
        Self {
            input_tokens: wire.input_tokens.saturating_add(cached).saturating_add(written),
            cached_input_tokens: cached,
            cache_write_tokens: written,
            output_tokens: wire.output_tokens,
            ..Self::default()
        }
    }
}

/// Why an answer ended, in OpenAI's words.
fn finish_reason(stop_reason: &str) -> &'static str {
    match stop_reason {
        "max_tokens" | "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "guardrail_intervened" | "content_filtered" => "content_filter",
        _ => "stop",
    }
}

/// An answer names neither itself nor its model.
fn head(created_s: i64) -> Head {
    Head { id: format!("converse-{created_s}"), model: String::new(), created_s }
}

/// An answer in one piece.
pub fn completion(answer: Answer<'_>, created_s: i64) -> Completion {
    let head = head(created_s);
    let mut message = Message::default();
    for block in &answer.output.message.content {
        message.text.push_str(&block.text);
        let reasoning = block.reasoning_content.as_ref();
        if let Some(reasoning) = reasoning.and_then(|r| r.reasoning_text.as_ref()) {
            message.reasoning.push_str(&reasoning.text);
        }
        if let Some(call) = block.tool_use.as_ref().filter(|call| call.kind.is_none()) {
            let arguments = call.input.to_string();
            message.call(&head, call.told(&arguments));
        }
    }
    message.complete(&head, finish_reason(&answer.stop_reason), answer.usage.map(Usage::from))
}

impl ToolUse<'_> {
    fn told<'a>(&'a self, arguments: &'a str) -> Call<'a> {
        Call { id: Some(&self.tool_use_id), name: &self.name, arguments, extra_content: None }
    }
}

/// What every event may hold that anyone asks for. Which it is, its name says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    #[serde(default)]
    content_block_index: u32,
    #[serde(borrow, default)]
    start: Option<Start<'a>>,
    #[serde(borrow, default)]
    delta: Option<Delta<'a>>,
    #[serde(borrow, default)]
    stop_reason: Option<Cow<'a, str>>,
    #[serde(default)]
    usage: Option<WireUsage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start<'a> {
    #[serde(borrow, default)]
    tool_use: Option<ToolUse<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delta<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    tool_use: Option<InputDelta<'a>>,
    #[serde(borrow, default)]
    reasoning_content: Option<ReasoningText<'a>>,
}

#[derive(Deserialize)]
struct InputDelta<'a> {
    #[serde(borrow, default)]
    input: Cow<'a, str>,
}

/// What the stream has been so far.
pub struct Events {
    teller: Teller,
    created_s: i64,
    /// The blocks that call tools, by their index in the message. Their place is the call's.
    calls: Vec<u32>,
}

impl Events {
    pub fn new(show_usage: bool, created_s: i64) -> Self {
        Self { teller: Teller::new(show_usage), created_s, calls: Vec::new() }
    }
}

impl Reader for Events {
    fn read(&mut self, name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure> {
        let Self { teller, created_s, calls } = self;
        let wire: Wire<'_> = read_json(data)?;
        match name {
            "messageStart" => teller.begin(|| head(*created_s), events),
            "contentBlockStart" => {
                let call = wire.start.and_then(|start| start.tool_use);
                if let Some(call) = call.filter(|call| call.kind.is_none()) {
                    calls.push(wire.content_block_index);
                    teller.call(call.told(""), events)?;
                }
            }
            "contentBlockDelta" => {
                let Some(delta) = wire.delta else { return Ok(Flow::On) };
                teller.text(&delta.text, events)?;
                if let Some(reasoning) = &delta.reasoning_content {
                    teller.reasoning(&reasoning.text, events)?;
                }
                let call = calls.iter().position(|known| *known == wire.content_block_index);
                if let (Some(input), Some(call)) = (&delta.tool_use, call) {
                    teller.arguments(call, &input.input, events)?;
                }
            }
            "messageStop" => {
                let reason = wire.stop_reason.as_deref().unwrap_or_default();
                teller.finish(finish_reason(reason), events)?;
            }
            "metadata" => {
                if let Some(usage) = wire.usage {
                    teller.note(usage, events);
                }
                if teller.has_finished() {
                    return Ok(Flow::End);
                }
            }
            _ => {}
        }
        Ok(Flow::On)
    }

    /// Behind the reason to stop comes the usage, which is missed but is not the answer.
    fn is_whole(&self) -> bool {
        self.teller.has_finished()
    }

    fn last_words(&self, events: &mut Vec<Event>) {
        self.teller.last_words(events);
    }
}
