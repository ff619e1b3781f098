//! A streamed response.

use super::read::{Item, Response, WireError};
use crate::{
    Event, Failure,
    stream::{Flow, Reader, read_json},
    teller::{Call, Teller},
};
use serde::Deserialize;
use std::borrow::Cow;

/// The [events](https://platform.openai.com/docs/api-reference/responses-streaming) that say
/// something new. Most repeat in the end what came in pieces.
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Wire<'a> {
    #[serde(rename = "response.created")]
    Created {
        #[serde(borrow)]
        response: Response<'a>,
    },
    #[serde(rename = "response.output_text.delta")]
    Text {
        #[serde(borrow)]
        delta: Cow<'a, str>,
    },
    #[serde(rename = "response.refusal.delta")]
    Refusal {
        #[serde(borrow)]
        delta: Cow<'a, str>,
    },
    #[serde(
        rename = "response.reasoning_summary_text.delta",
        alias = "response.reasoning_text.delta"
    )]
    Reasoning {
        #[serde(borrow)]
        delta: Cow<'a, str>,
    },
    #[serde(rename = "response.output_item.added")]
    ItemAdded {
        #[serde(default)]
        output_index: u32,
        #[serde(borrow)]
        item: Item<'a>,
    },
    #[serde(rename = "response.function_call_arguments.delta")]
    Arguments {
        #[serde(default)]
        output_index: u32,
        #[serde(borrow)]
        delta: Cow<'a, str>,
    },
    #[serde(rename = "response.output_item.done")]
    ItemDone {
        #[serde(default)]
        output_index: u32,
        #[serde(borrow)]
        item: Item<'a>,
    },
    #[serde(rename = "response.completed", alias = "response.incomplete")]
    Over {
        #[serde(borrow)]
        response: Response<'a>,
    },
    #[serde(rename = "response.failed")]
    Failed {
        #[serde(borrow)]
        response: Response<'a>,
    },
    #[serde(rename = "error")]
    Error {
        #[serde(flatten)]
        plain: WireError,
        #[serde(default)]
        error: Option<WireError>,
    },
    #[serde(rename = "keepalive")]
    KeepAlive,
    #[serde(other)]
    Other,
}

/// A call of a tool that is being written.
struct Writing {
    output_index: u32,
    has_arguments: bool,
}

/// What the stream has been so far.
pub struct Events {
    teller: Teller,
    created_s: i64,
    /// The calls, in their order.
    calls: Vec<Writing>,
}

impl Events {
    pub fn new(show_usage: bool, created_s: i64) -> Self {
        Self { teller: Teller::new(show_usage), created_s, calls: Vec::new() }
    }
}

impl Reader for Events {
    fn read(&mut self, _name: &str, data: &[u8], events: &mut Vec<Event>) -> Result<Flow, Failure> {
        let created_s = self.created_s;
        match read_json(data)? {
            Wire::Created { response } => self.teller.begin(|| response.head(created_s), events),
            Wire::Text { delta } => self.teller.text(&delta, events)?,
            Wire::Refusal { delta } => self.teller.refusal(&delta, events)?,
            Wire::Reasoning { delta } => self.teller.reasoning(&delta, events)?,
            Wire::ItemAdded { output_index, item } => {
                self.begin_call(output_index, &item, events)?
            }
            Wire::Arguments { output_index, delta } => self.go_on(output_index, &delta, events)?,
            Wire::ItemDone { output_index, item } => self.end_call(output_index, &item, events)?,
            Wire::Over { response } => {
                if let Some(usage) = response.usage {
                    self.teller.note(usage, events);
                }
                let reason = response.finish_reason(self.teller.calls());
                self.teller.finish(reason, events)?;
                return Ok(Flow::End);
            }
            Wire::Failed { response } => return Err(response.error.unwrap_or_default().into()),
            Wire::Error { plain, error } => return Err(error.unwrap_or(plain).into()),
            Wire::KeepAlive => events.push(Event::KeepAlive),
            Wire::Other => {}
        }
        Ok(Flow::On)
    }

    /// Every response says when it is over.
    fn is_whole(&self) -> bool {
        false
    }

    fn last_words(&self, events: &mut Vec<Event>) {
        self.teller.last_words(events);
    }
}

impl Events {
    fn begin_call(
        &mut self,
        output_index: u32,
        item: &Item<'_>,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        let Item::FunctionCall { call_id, name, arguments } = item else { return Ok(()) };
        let call = Call { id: Some(call_id), name, arguments, extra_content: None };
        self.teller.call(call, events)?;
        self.calls.push(Writing { output_index, has_arguments: !arguments.is_empty() });
        Ok(())
    }

    fn go_on(
        &mut self,
        output_index: u32,
        arguments: &str,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        let known = |writing: &Writing| writing.output_index == output_index;
        let Some(index) = self.calls.iter().position(known) else { return Ok(()) };
        if let Some(writing) = self.calls.get_mut(index) {
            writing.has_arguments = true;
        }
        self.teller.arguments(index, arguments, events)
    }

    /// Some servers write the arguments nowhere but here.
    fn end_call(
        &mut self,
        output_index: u32,
        item: &Item<'_>,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        let Item::FunctionCall { arguments, .. } = item else { return Ok(()) };
        let writing = self.calls.iter().find(|writing| writing.output_index == output_index);
        match writing {
            Some(Writing { has_arguments: true, .. }) => Ok(()),
            Some(_) => self.go_on(output_index, arguments, events),
            None => self.begin_call(output_index, item, events),
        }
    }
}
