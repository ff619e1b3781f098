//! Answers as messages, whole and streamed.
//!
//! Which text stopped an answer is not known in a chat, so `stop_sequence` is never the reason. A
//! thought has an empty signature: it has passed through words that have none.

use super::blocks::{Blocks, Kind};
use crate::{
    ChatRequest, Chunk, Completion, TextCount, Tokenizer, Usage,
    inbound::{
        Asked, WrittenError, call_id, original,
        piece::{Call, Calls, Choice, Piece, Said},
        write_named,
    },
};
use serde_json::{Value, json};

/// Writes one message.
pub struct Writer {
    /// What no other answer is called.
    unique: String,
    /// As the client calls it.
    model: String,
    prompt_tokens: u64,
    tokenizer: Tokenizer,
    begun: bool,
    blocks: Blocks,
    calls: Calls,
    finish: Option<String>,
    refused: bool,
    usage: Option<Usage>,
    text: TextCount,
}

impl Writer {
    pub fn new(request: &ChatRequest, asked: &Asked<'_>) -> Self {
        Self {
            unique: asked.id.to_owned(),
            model: request.model.clone(),
            prompt_tokens: asked.prompt_tokens,
            tokenizer: asked.tokenizer,
            begun: false,
            blocks: Blocks::default(),
            calls: Calls::default(),
            finish: None,
            refused: false,
            usage: None,
            text: TextCount::default(),
        }
    }

    /// A message that says `content`.
    fn message(&self, content: Vec<Value>, stop_reason: Option<&str>, usage: Value) -> Value {
        json!({
            "id": format!("msg_{}", self.unique), "type": "message", "role": "assistant", "model": self.model,
            "content": content, "stop_reason": stop_reason, "stop_sequence": null, "usage": usage,
        })
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let message = self.message(Vec::new(), None, usage_json(&self.consumed()));
        let start = json!({ "type": "message_start", "message": message });
        write_named(out, "message_start", &start);
    }

    fn say(&mut self, said: &Said<'_>, out: &mut Vec<u8>) {
        self.blocks.say(&Kind::Thinking, said.reasoning(), out);
        for text in [&said.content, &said.refusal] {
            self.blocks.say(&Kind::Text, text.as_deref().unwrap_or_default(), out);
        }
        self.refused |= has_words(&said.refusal);
        for (number, call) in said.calls() {
            match self.calls.place(number, call) {
                Some((place, true)) => {
                    let (id, name) = (self.call_id(place, call), call.name().to_owned());
                    let begun = Kind::Call { place, id, name };
                    self.blocks.begin_call(begun, call.arguments(), out);
                }
                Some((place, false)) => self.blocks.call(place, call.arguments(), out),
                None => {}
            }
        }
    }

    fn call_id(&self, place: usize, call: &Call<'_>) -> String {
        let given = call.id.as_deref().filter(|id| !id.is_empty()).map(str::to_owned);
        let id = given.unwrap_or_else(|| format!("toolu_{}_{place}", self.unique));
        call_id::signed(&id, call.extra_content.as_ref()).into_owned()
    }

    /// What was consumed: the provider's word, or our own count.
    fn consumed(&self) -> Usage {
        self.usage.unwrap_or_else(|| Usage {
            input_tokens: self.prompt_tokens,
            output_tokens: self.text.tokens(self.tokenizer),
            ..Usage::default()
        })
    }

    /// The blocks of a whole answer.
    fn content(&mut self, said: &Said<'_>) -> Vec<Value> {
        let mut content = Vec::new();
        let thinking = said.reasoning();
        if !thinking.is_empty() {
            content.push(json!({ "type": "thinking", "thinking": thinking, "signature": "" }));
        }
        for text in [&said.content, &said.refusal].into_iter().flatten() {
            if !text.is_empty() {
                content.push(json!({ "type": "text", "text": text }));
            }
        }
        self.refused |= has_words(&said.refusal);
        for (number, call) in said.calls() {
            content.push(json!({
                "type": "tool_use", "id": self.call_id(number, call), "name": call.name(),
                "input": input(call.arguments()),
            }));
        }
        content
    }
}

impl crate::Writer for Writer {
    fn whole(&mut self, completion: Completion) -> Vec<u8> {
        let piece = Piece::read(&completion.json);
        self.usage = completion.usage.or_else(|| piece.usage());
        self.text.add(&completion.text);
        let choice = piece.choice();
        let said = choice.and_then(Choice::said);
        let content = said.map(|said| self.content(said)).unwrap_or_default();
        let calls = said.map_or(0, |said| said.calls().count());
        let finish = choice.and_then(|choice| choice.finish_reason.as_deref());
        let stop_reason = stop_reason(finish.unwrap_or_default(), calls, self.refused);
        let usage = usage_json(&self.consumed());
        self.message(content, Some(stop_reason), usage).to_string().into_bytes()
    }

    fn chunk(&mut self, chunk: &Chunk, out: &mut Vec<u8>) {
        self.begin(out);
        self.text.add(&chunk.text);
        let piece = Piece::read(&chunk.json);
        let Some(choice) = piece.choice() else { return };
        if let Some(said) = choice.said() {
            self.say(said, out);
        }
        if let Some(finish) = &choice.finish_reason {
            self.finish = Some(finish.to_string());
        }
    }

    fn usage(&mut self, usage: Usage) {
        self.usage = Some(self.usage.map_or(usage, |earlier| earlier.max(usage)));
    }

    fn keep_alive(&mut self, out: &mut Vec<u8>) {
        original::keep_alive(crate::Dialect::AnthropicMessages, out);
    }

    /// The usage often comes after the reason to finish, and has its place before the end.
    fn done(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        self.blocks.end(out);
        let finish = self.finish.as_deref().unwrap_or_default();
        let stop_reason = stop_reason(finish, self.calls.count(), self.refused);
        let delta = json!({
            "type": "message_delta",
            "delta": { "stop_reason": stop_reason, "stop_sequence": null },
            "usage": usage_json(&self.consumed()),
        });
        write_named(out, "message_delta", &delta);
        write_named(out, "message_stop", &json!({ "type": "message_stop" }));
    }

    fn failed(&mut self, error: &WrittenError<'_>, out: &mut Vec<u8>) {
        write_named(out, "error", &error.anthropic());
    }
}

fn has_words(text: &Option<std::borrow::Cow<'_, str>>) -> bool {
    text.as_deref().is_some_and(|text| !text.is_empty())
}

/// Why an answer has ended. Servers are known to say `stop` after a call, and `tool_calls` without
/// one, which a client would wait for.
fn stop_reason(finish: &str, calls: usize, refused: bool) -> &'static str {
    match finish {
        "length" => "max_tokens",
        "content_filter" => "refusal",
        _ if calls > 0 => "tool_use",
        _ if refused => "refusal",
        _ => "end_turn",
    }
}

/// Usage as Anthropic counts it: what was cached is not among the input.
fn usage_json(usage: &Usage) -> Value {
    let cached = usage.cached_input_tokens.min(usage.input_tokens);
    json!({
        "input_tokens": usage.input_tokens - cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": cached,
        "output_tokens": usage.output_tokens,
    })
}

/// The arguments of a call. What is no object is kept under the name that
/// [Anthropic proposes](https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming).
fn input(arguments: &str) -> Value {
    if arguments.trim().is_empty() {
        return json!({});
    }
    match serde_json::from_str(arguments) {
        Ok(Value::Object(object)) => Value::Object(object),
        _ => json!({ "INVALID_JSON": arguments }),
    }
}
