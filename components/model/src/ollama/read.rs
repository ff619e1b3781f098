//! Ollama's answers, which have one shape whether they are streamed or not.

use crate::{
    Completion, Event, Failure, FailureKind, Usage,
    answer::{Head, Message},
    stream::{Flow, Reader, read_json},
    teller::{Call, Teller},
};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// An answer, or a piece of one.
#[derive(Deserialize)]
pub struct Wire<'a> {
    #[serde(borrow, default)]
    model: Cow<'a, str>,
    #[serde(borrow, default)]
    created_at: Cow<'a, str>,
    #[serde(borrow, default)]
    message: WireMessage<'a>,
    #[serde(default)]
    done: bool,
    #[serde(borrow, default)]
    done_reason: Option<Cow<'a, str>>,
    #[serde(default)]
    prompt_eval_count: Option<u64>,
    /// Of them, those that were cached.
    #[serde(default)]
    prompt_eval_cached_count: Option<u64>,
    #[serde(default)]
    eval_count: Option<u64>,
    #[serde(borrow, default)]
    error: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
struct WireMessage<'a> {
    #[serde(borrow, default)]
    content: Cow<'a, str>,
    #[serde(borrow, default)]
    thinking: Cow<'a, str>,
    #[serde(borrow, default)]
    tool_calls: Option<Vec<ToolCall<'a>>>,
}

#[derive(Deserialize)]
struct ToolCall<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    function: Function<'a>,
}

#[derive(Deserialize)]
struct Function<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    arguments: Option<Value>,
}

impl ToolCall<'_> {
    /// Calls come whole.
    fn told<T>(&self, tell: impl FnOnce(Call<'_>) -> T) -> T {
        let arguments = self.function.arguments.as_ref();
        let arguments = arguments.map_or_else(|| "{}".to_owned(), Value::to_string);
        let id = self.id.as_deref();
        let name = &self.function.name;
        tell(Call { id, name, arguments: &arguments, extra_content: None })
    }
}

impl Wire<'_> {
    /// An answer does not name itself: the moment at which it began does.
    fn head(&self, created_s: i64) -> Head {
        let digits: String = self.created_at.chars().filter(char::is_ascii_digit).collect();
        let id = match digits.is_empty() {
            true => format!("ollama-{created_s}"),
            false => format!("ollama-{digits}"),
        };
        Head { id, model: self.model.clone().into_owned(), created_s }
    }

    /// A count that is zero is left out. Some versions do not count a prompt that was cached: the
    /// usage of such an answer is not known
    /// ([issue 2068](https://github.com/ollama/ollama/issues/2068)).
    fn usage(&self) -> Option<Usage> {
        Some(Usage {
            input_tokens: self.prompt_eval_count.filter(|count| *count > 0)?,
            cached_input_tokens: self.prompt_eval_cached_count.unwrap_or(0),
            output_tokens: self.eval_count.unwrap_or(0),
            ..Usage::default()
        })
    }

    /// Why the answer ends, in OpenAI's words.
    fn finish_reason(&self, calls: usize) -> &'static str {
        match self.done_reason.as_deref() {
            Some("length") => "length",
            _ if calls > 0 => "tool_calls",
            _ => "stop",
        }
    }

    fn calls(&self) -> impl Iterator<Item = &ToolCall<'_>> {
        self.message.tool_calls.iter().flatten()
    }
}

fn refusal(words: &str) -> Failure {
    Failure::new(FailureKind::Unavailable, words)
}

/// An answer in one piece.
pub fn completion(wire: Wire<'_>, created_s: i64) -> Result<Completion, Failure> {
    if let Some(error) = &wire.error {
        return Err(refusal(error));
    }
    if !wire.done {
        return Err(Failure::new(FailureKind::Malformed, "an answer that is not done"));
    }
    let head = wire.head(created_s);
    let mut message = Message::default();
    for call in wire.calls() {
        call.told(|call| message.call(&head, call));
    }
    message.text.push_str(&wire.message.content);
    message.reasoning.push_str(&wire.message.thinking);
    let finish = wire.finish_reason(message.calls());
    Ok(message.complete(&head, finish, wire.usage()))
}

/// What the stream has been so far.
pub struct Answers {
    teller: Teller,
    created_s: i64,
}

impl Answers {
    pub fn new(show_usage: bool, created_s: i64) -> Self {
        Self { teller: Teller::new(show_usage), created_s }
    }
}

impl Reader for Answers {
    fn read(&mut self, _name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure> {
        let wire: Wire<'_> = read_json(data)?;
        if let Some(error) = &wire.error {
            return Err(refusal(error));
        }
        let teller = &mut self.teller;
        teller.begin(|| wire.head(self.created_s), events);
        teller.reasoning(&wire.message.thinking, events)?;
        teller.text(&wire.message.content, events)?;
        for call in wire.calls() {
            call.told(|call| teller.call(call, events))?;
        }
        if !wire.done {
            return Ok(Flow::On);
        }
        if let Some(usage) = wire.usage() {
            teller.note(usage, events);
        }
        teller.finish(wire.finish_reason(teller.calls()), events)?;
        Ok(Flow::End)
    }

    /// Every answer says when it is done.
    fn is_whole(&self) -> bool {
        false
    }

    fn last_words(&self, events: &mut Vec<Event>) {
        self.teller.last_words(events);
    }
}
