//! The items of a response's output.

use crate::inbound::call_id;
use serde_json::{Value, json};

const OPEN: &str = "in_progress";

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Message,
    Reasoning,
    Call,
}

/// What a part of a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    Text,
    Refusal,
}

/// One item, as far as it is said.
#[derive(Debug)]
pub struct Item {
    pub kind: Kind,
    pub id: String,
    /// `in_progress` as long as it is open.
    status: &'static str,
    /// The parts of a message.
    pub parts: Vec<(PartKind, String)>,
    /// The summary of a reasoning, or the arguments of a call.
    pub text: String,
    call_id: String,
    pub name: String,
}

impl Item {
    pub fn new(kind: Kind, id: String) -> Self {
        let (parts, text) = (Vec::new(), String::new());
        Self { kind, id, status: OPEN, parts, text, call_id: String::new(), name: String::new() }
    }

    /// A call of `name`. Its id carries what came with it.
    pub fn call(id: String, call_id: &str, name: &str, extra_content: Option<&Value>) -> Self {
        let call_id = call_id::signed(call_id, extra_content).into_owned();
        Self { call_id, name: name.to_owned(), ..Self::new(Kind::Call, id) }
    }

    /// The item as it is when it has just begun.
    pub fn begun(&self) -> Value {
        self.json(false)
    }

    /// The item as it is now.
    pub fn now(&self) -> Value {
        self.json(true)
    }

    pub fn is_open(&self) -> bool {
        self.status == OPEN
    }

    /// Ends the item, whole or not.
    pub fn end(&mut self, status: &'static str) {
        self.status = status;
        // A call without arguments is sometimes made with nothing at all, which is no JSON.
        if self.kind == Kind::Call && self.text.trim().is_empty() {
            self.text = "{}".to_owned();
        }
    }

    fn json(&self, with_words: bool) -> Value {
        let status = self.status;
        let text = if with_words { self.text.as_str() } else { "" };
        match self.kind {
            Kind::Message => {
                let parts = self.parts.iter().filter(|_| with_words);
                let content = parts.map(|(kind, text)| part(*kind, text)).collect::<Vec<_>>();
                json!({
                    "id": self.id, "type": "message", "status": status, "role": "assistant",
                    "content": content,
                })
            }
            Kind::Reasoning => {
                let summary = (!text.is_empty()).then(|| summary(text));
                let summary = summary.into_iter().collect::<Vec<_>>();
                json!({ "id": self.id, "type": "reasoning", "summary": summary })
            }
            Kind::Call => json!({
                "id": self.id, "type": "function_call", "status": status,
                "call_id": self.call_id, "name": self.name, "arguments": text,
            }),
        }
    }
}

/// A part of a message.
pub fn part(kind: PartKind, text: &str) -> Value {
    match kind {
        PartKind::Text => {
            json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
        }
        PartKind::Refusal => json!({ "type": "refusal", "refusal": text }),
    }
}

/// A part of a reasoning.
pub fn summary(text: &str) -> Value {
    json!({ "type": "summary_text", "text": text })
}
