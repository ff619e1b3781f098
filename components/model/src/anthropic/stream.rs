//! A streamed answer of Anthropic's.

use super::{Block, WireError, WireMessage, WireUsage, finish_reason};
use crate::{
    Event, Failure, FailureKind, Usage,
    answer::{CallDelta, Delta, FunctionDelta, Head},
    stream::{Flow, Reader, read_json},
};
use serde::Deserialize;
use std::borrow::Cow;

/// What the stream has been so far.
#[derive(Default)]
pub struct Message {
    show_usage: bool,
    created_s: i64,
    /// Known once the message has begun.
    head: Option<Head>,
    /// The blocks that call tools, by their index in the message. Their place is the call's.
    calls: Vec<u32>,
    usage: Usage,
    finished: bool,
}

/// The events of [streaming](https://platform.claude.com/docs/en/build-with-claude/streaming).
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire<'a> {
    MessageStart {
        #[serde(borrow)]
        message: WireMessage<'a>,
    },
    ContentBlockStart {
        index: u32,
        #[serde(borrow)]
        content_block: Block<'a>,
    },
    ContentBlockDelta {
        index: u32,
        #[serde(borrow)]
        delta: BlockDelta<'a>,
    },
    MessageDelta {
        #[serde(borrow)]
        delta: MessageDelta<'a>,
        #[serde(default)]
        usage: WireUsage,
    },
    MessageStop,
    Ping,
    Error {
        error: WireError,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum BlockDelta<'a> {
    TextDelta {
        #[serde(borrow)]
        text: Cow<'a, str>,
    },
    ThinkingDelta {
        #[serde(borrow)]
        thinking: Cow<'a, str>,
    },
    InputJsonDelta {
        #[serde(borrow)]
        partial_json: Cow<'a, str>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct MessageDelta<'a> {
    #[serde(borrow, default)]
    stop_reason: Option<Cow<'a, str>>,
}

impl Message {
    pub fn new(show_usage: bool, created_s: i64) -> Self {
        Self { show_usage, created_s, ..Self::default() }
    }
}

impl Reader for Message {
    fn read(&mut self, _name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure> {
        match read_json(data)? {
            Wire::MessageStart { message } => self.begin(message, events)?,
            Wire::ContentBlockStart { index, content_block } => {
                self.begin_block(index, &content_block, events)?;
            }
            Wire::ContentBlockDelta { index, delta } => self.go_on(index, &delta, events)?,
            Wire::MessageDelta { delta, usage } => {
                self.note(usage, events);
                if let Some(reason) = delta.stop_reason {
                    self.finished = true;
                    self.say(&Delta::default(), Some(finish_reason(&reason)), "", events)?;
                }
            }
            Wire::MessageStop => return Ok(Flow::End),
            Wire::Ping => events.push(Event::KeepAlive),
            Wire::Error { error } => return Err(error.into()),
            Wire::Other => {}
        }
        Ok(Flow::On)
    }

    /// What comes between the reason to stop and `message_stop` is nothing.
    fn is_whole(&self) -> bool {
        self.finished
    }

    fn native_end(&self) -> Option<&'static str> {
        Some(r#"{"type":"message_stop"}"#)
    }

    fn last_words(&self, events: &mut Vec<Event>) {
        if let Some(head) = self.head.as_ref().filter(|_| self.show_usage) {
            events.push(Event::Chunk(head.usage(&self.usage)));
        }
    }
}

impl Message {
    fn begin(&mut self, message: WireMessage<'_>, events: &mut Vec<Event>) -> Result<(), Failure> {
        let (id, model) = (message.id.into_owned(), message.model.into_owned());
        self.head = Some(Head { id, model, created_s: self.created_s });
        self.note(message.usage, events);
        let delta = Delta { role: Some("assistant"), content: Some(""), ..Delta::default() };
        self.say(&delta, None, "", events)
    }

    fn note(&mut self, usage: WireUsage, events: &mut Vec<Event>) {
        self.usage = self.usage.max(usage.into());
        events.push(Event::Usage(self.usage));
    }

    fn begin_block(
        &mut self,
        index: u32,
        block: &Block<'_>,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        match block {
            Block::Text { text } => self.say_text(text, events),
            Block::Thinking { thinking } => self.say_reasoning(thinking, events),
            Block::ToolUse { id, name, .. } => {
                self.calls.push(index);
                let call = CallDelta {
                    index: self.calls.len().saturating_sub(1),
                    id: Some(id),
                    kind: Some("function"),
                    function: FunctionDelta { name: Some(name), arguments: "" },
                    extra_content: None,
                };
                let delta = Delta { tool_calls: Some([call]), ..Delta::default() };
                self.say(&delta, None, name, events)
            }
            Block::Other => Ok(()),
        }
    }

    fn go_on(
        &mut self,
        index: u32,
        delta: &BlockDelta<'_>,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        match delta {
            BlockDelta::TextDelta { text } => self.say_text(text, events),
            BlockDelta::ThinkingDelta { thinking } => self.say_reasoning(thinking, events),
            BlockDelta::InputJsonDelta { partial_json } if !partial_json.is_empty() => {
                // Tools that the provider runs by itself are not the client's to answer.
                let Some(index) = self.calls.iter().position(|known| *known == index) else {
                    return Ok(());
                };
                let function = FunctionDelta { name: None, arguments: partial_json };
                let call = CallDelta { index, id: None, kind: None, function, extra_content: None };
                let delta = Delta { tool_calls: Some([call]), ..Delta::default() };
                self.say(&delta, None, partial_json, events)
            }
            BlockDelta::InputJsonDelta { .. } | BlockDelta::Other => Ok(()),
        }
    }

    fn say_text(&self, text: &str, events: &mut Vec<Event>) -> Result<(), Failure> {
        if text.is_empty() {
            return Ok(());
        }
        self.say(&Delta { content: Some(text), ..Delta::default() }, None, text, events)
    }

    fn say_reasoning(&self, text: &str, events: &mut Vec<Event>) -> Result<(), Failure> {
        if text.is_empty() {
            return Ok(());
        }
        self.say(&Delta { reasoning_content: Some(text), ..Delta::default() }, None, text, events)
    }

    fn say(
        &self,
        delta: &Delta<'_>,
        finish: Option<&str>,
        text: &str,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        let unbegun = || Failure::new(FailureKind::Malformed, "the message has not begun");
        let head = self.head.as_ref().ok_or_else(unbegun)?;
        events.push(Event::Chunk(head.piece(delta, finish, text)));
        Ok(())
    }
}
