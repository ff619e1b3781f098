//! The blocks of a streamed message.
//!
//! One block is open at a time, and the next begins when it has ended: clients hang on anything
//! else. A chat's calls of tools may be said all at once, so what belongs to a later block waits
//! until it is clear that the earlier one is whole.

use crate::inbound::write_named;
use serde::Serialize;
use serde_json::json;
use std::collections::VecDeque;

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Thinking,
    /// A call of a tool, by its place among all calls.
    Call {
        place: usize,
        id: String,
        name: String,
    },
}

/// A block that has begun, or waits to.
#[derive(Debug)]
struct Block {
    kind: Kind,
    /// What has not been written yet.
    held: String,
    /// How far the arguments of a call are.
    json: Balance,
}

/// The blocks of a message that have not ended.
#[derive(Debug, Default)]
pub struct Blocks {
    /// The first is open, if it has begun.
    queue: VecDeque<Block>,
    begun: bool,
    /// Where in the message the first is.
    index: usize,
}

impl Blocks {
    /// More text or thinking.
    pub fn say(&mut self, kind: &Kind, text: &str, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        match self.queue.back_mut().filter(|block| block.kind == *kind) {
            Some(block) => block.held.push_str(text),
            None => self.push(kind.clone(), text),
        }
        self.go_on(out);
    }

    /// A call begins.
    pub fn begin_call(&mut self, call: Kind, arguments: &str, out: &mut Vec<u8>) {
        self.push(call, arguments);
        self.go_on(out);
    }

    /// More of a call. Nothing can come after its arguments are whole.
    pub fn call(&mut self, place: usize, more: &str, out: &mut Vec<u8>) {
        let is_it = |block: &&mut Block| match &block.kind {
            Kind::Call { place: known, .. } => *known == place,
            Kind::Text | Kind::Thinking => false,
        };
        if let Some(block) = self.queue.iter_mut().find(is_it) {
            block.json.read(more);
            block.held.push_str(more);
        }
        self.go_on(out);
    }

    fn push(&mut self, kind: Kind, held: &str) {
        let mut json = Balance::default();
        json.read(held);
        self.queue.push_back(Block { kind, held: held.to_owned(), json });
    }

    /// Writes what can be written.
    fn go_on(&mut self, out: &mut Vec<u8>) {
        self.write_first(out);
        while self.queue.len() > 1 && self.queue.front().is_some_and(Block::may_end) {
            self.end_first(out);
            self.write_first(out);
        }
    }

    /// Ends all blocks.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        while !self.queue.is_empty() {
            self.write_first(out);
            self.end_first(out);
        }
    }

    fn write_first(&mut self, out: &mut Vec<u8>) {
        let Some(block) = self.queue.front_mut() else { return };
        if !self.begun {
            self.begun = true;
            let content_block = match &block.kind {
                Kind::Text => json!({ "type": "text", "text": "" }),
                Kind::Thinking => json!({ "type": "thinking", "thinking": "", "signature": "" }),
                Kind::Call { id, name, .. } => {
                    json!({ "type": "tool_use", "id": id, "name": name, "input": {} })
                }
            };
            let start = json!({
                "type": "content_block_start", "index": self.index, "content_block": content_block,
            });
            write_named(out, "content_block_start", &start);
        }
        if !block.held.is_empty() {
            let text = block.held.as_str();
            let delta = match &block.kind {
                Kind::Text => Delta::Text { text },
                Kind::Thinking => Delta::Thinking { thinking: text },
                Kind::Call { .. } => Delta::Input { partial_json: text },
            };
            let kind = "content_block_delta";
            write_named(out, kind, &BlockDelta { kind, index: self.index, delta });
            block.held.clear();
        }
    }

    fn end_first(&mut self, out: &mut Vec<u8>) {
        if self.queue.pop_front().is_none() {
            return;
        }
        let stop = json!({ "type": "content_block_stop", "index": self.index });
        write_named(out, "content_block_stop", &stop);
        self.begun = false;
        self.index += 1;
    }
}

impl Block {
    /// Whether nothing more can come that belongs to it.
    fn may_end(&self) -> bool {
        match self.kind {
            Kind::Text | Kind::Thinking => true,
            Kind::Call { .. } => self.json.is_whole(),
        }
    }
}

#[derive(Serialize)]
struct BlockDelta<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    index: usize,
    delta: Delta<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Delta<'a> {
    #[serde(rename = "text_delta")]
    Text { text: &'a str },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: &'a str },
    #[serde(rename = "input_json_delta")]
    Input { partial_json: &'a str },
}

/// Whether the braces of an object in JSON are balanced, read in pieces of any size.
#[derive(Debug, Default)]
struct Balance {
    depth: u32,
    begun: bool,
    in_text: bool,
    escaped: bool,
}

impl Balance {
    fn read(&mut self, piece: &str) {
        for byte in piece.bytes() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_text => self.escaped = true,
                b'"' => self.in_text = !self.in_text,
                _ if self.in_text => {}
                b'{' | b'[' => {
                    self.depth = self.depth.saturating_add(1);
                    self.begun = true;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.begun && self.depth == 0 && !self.in_text
    }
}
