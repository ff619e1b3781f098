//! A streamed answer of Anthropic's.

use super::{Block, WireError, WireMessage, WireUsage, finish_reason};
use crate::{
    Event, Failure,
    answer::Head,
    stream::{Flow, Reader, read_json},
    teller::{Call, Teller},
};
use serde::Deserialize;
use std::borrow::Cow;

/// What the stream has been so far.
pub struct Message {
    teller: Teller,
    created_s: i64,
    /// The blocks that call tools, by their index in the message. Their place is the call's.
    calls: Vec<u32>,
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
        Self { teller: Teller::new(show_usage), created_s, calls: Vec::new() }
    }
}

impl Reader for Message {
    fn read(&mut self, _name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure> {
        let teller = &mut self.teller;
        match read_json(data)? {
            Wire::MessageStart { message } => {
                teller.note(message.usage, events);
                let (id, model) = (message.id.into_owned(), message.model.into_owned());
                teller.begin(|| Head { id, model, created_s: self.created_s }, events);
            }
            Wire::ContentBlockStart { index, content_block } => {
                self.begin_block(index, &content_block, events)?;
            }
            Wire::ContentBlockDelta { index, delta } => self.go_on(index, &delta, events)?,
            Wire::MessageDelta { delta, usage } => {
                teller.note(usage, events);
                if let Some(reason) = delta.stop_reason {
                    teller.finish(finish_reason(&reason), events)?;
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
        self.teller.has_finished()
    }

    fn native_end(&self) -> Option<&'static str> {
        Some(r#"{"type":"message_stop"}"#)
    }

    fn last_words(&self, events: &mut Vec<Event>) {
        self.teller.last_words(events);
    }
}

impl Message {
    fn begin_block(
        &mut self,
        index: u32,
        block: &Block<'_>,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        match block {
            Block::Text { text } => self.teller.text(text, events),
            Block::Thinking { thinking } => self.teller.reasoning(thinking, events),
            Block::ToolUse { id, name, .. } => {
                self.calls.push(index);
                let call = Call { id: Some(id), name, arguments: "", extra_content: None };
                self.teller.call(call, events).map(|_| ())
            }
            Block::Other => Ok(()),
        }
    }

    fn go_on(
        &self,
        index: u32,
        delta: &BlockDelta<'_>,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        match delta {
            BlockDelta::TextDelta { text } => self.teller.text(text, events),
            BlockDelta::ThinkingDelta { thinking } => self.teller.reasoning(thinking, events),
            BlockDelta::InputJsonDelta { partial_json } => {
                // Tools that the provider runs by itself are not the client's to answer.
                match self.calls.iter().position(|known| *known == index) {
                    Some(call) => self.teller.arguments(call, partial_json, events),
                    None => Ok(()),
                }
            }
            BlockDelta::Other => Ok(()),
        }
    }
}
