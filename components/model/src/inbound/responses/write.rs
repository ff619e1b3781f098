//! Answers as responses, whole and streamed.
//!
//! The end of a response repeats all of it, so a writer keeps what it has said. Items may be open
//! side by side, each by its place in the output; what the model says in one go is one item.

use super::{
    item::{Item, Kind, PartKind, part, summary},
    shape::{Shape, State},
};
use crate::{
    Chunk, Completion, Dialect, TextCount, Tokenizer, Usage,
    inbound::{
        Asked, Original, WrittenError,
        original::keep_alive,
        piece::{Call, Calls, Piece, Said},
        write_named,
    },
};
use serde::Serialize;
use serde_json::{Map, Value, json};

const COMPLETED: &str = "completed";
const INCOMPLETE: &str = "incomplete";

/// Writes one response.
pub struct Writer {
    shape: Shape,
    unique: String,
    prompt_tokens: u64,
    tokenizer: Tokenizer,
    begun: bool,
    sequence: u64,
    items: Vec<Item>,
    calls: Calls,
    /// The item of each call, by the call's place among all calls.
    called: Vec<usize>,
    finish: Option<String>,
    usage: Option<Usage>,
    text: TextCount,
}

/// An event about the whole response.
#[derive(Serialize)]
struct Lifecycle<'a, T> {
    #[serde(rename = "type")]
    kind: &'a str,
    sequence_number: u64,
    response: T,
}

impl Writer {
    pub fn new(original: &Original, model: &str, asked: &Asked<'_>) -> Self {
        let id = format!("resp_{}", asked.id);
        Self {
            shape: Shape::new(original, id, model, asked.created_s),
            unique: asked.id.to_owned(),
            prompt_tokens: asked.prompt_tokens,
            tokenizer: asked.tokenizer,
            begun: false,
            sequence: 0,
            items: Vec::new(),
            calls: Calls::default(),
            called: Vec::new(),
            finish: None,
            usage: None,
            text: TextCount::default(),
        }
    }

    fn next(&mut self) -> u64 {
        let sequence = self.sequence;
        self.sequence += 1;
        sequence
    }

    /// An event about one item.
    fn say(&mut self, kind: &str, place: usize, more: Value, out: &mut Vec<u8>) {
        let mut event = Map::new();
        event.insert("type".into(), kind.into());
        event.insert("sequence_number".into(), self.next().into());
        event.insert("output_index".into(), place.into());
        if let Value::Object(more) = more {
            event.extend(more);
        }
        write_named(out, kind, &event);
    }

    fn tell(&mut self, kind: &str, state: State<'_>, out: &mut Vec<u8>) {
        let sequence_number = self.next();
        let response = self.shape.response(state);
        write_named(out, kind, &Lifecycle { kind, sequence_number, response });
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        for kind in ["response.created", "response.in_progress"] {
            let status = "in_progress";
            let (output, usage) = (Vec::new(), None);
            self.tell(kind, State { status, output, usage, incomplete: None, error: None }, out);
        }
    }

    /// Where the open item of a kind is that is said in one go; one begins if there is none.
    fn open(&mut self, kind: Kind, out: &mut Vec<u8>) -> usize {
        let open = self.items.iter().position(|item| item.is_open() && item.kind == kind);
        if let Some(place) = open {
            return place;
        }
        self.end_words(out);
        let place = self.items.len();
        let prefix = if kind == Kind::Message { "msg" } else { "rs" };
        self.add(Item::new(kind, format!("{prefix}_{}_{place}", self.unique)), out);
        place
    }

    fn add(&mut self, item: Item, out: &mut Vec<u8>) {
        let place = self.items.len();
        let (is_reasoning, id) = (item.kind == Kind::Reasoning, item.id.clone());
        self.say("response.output_item.added", place, json!({ "item": item.begun() }), out);
        self.items.push(item);
        if is_reasoning {
            let more = json!({ "item_id": id, "summary_index": 0, "part": summary("") });
            self.say("response.reasoning_summary_part.added", place, more, out);
        }
    }

    /// Ends what is said in one go.
    fn end_words(&mut self, out: &mut Vec<u8>) {
        for place in 0..self.items.len() {
            if self.items.get(place).is_some_and(|item| item.kind != Kind::Call) {
                self.end(place, COMPLETED, out);
            }
        }
    }

    fn end(&mut self, place: usize, status: &'static str, out: &mut Vec<u8>) {
        let Some(item) = self.items.get_mut(place).filter(|item| item.is_open()) else { return };
        item.end(status);
        let (id, ended) = (item.id.clone(), item.now());
        let (text, name) = (item.text.clone(), item.name.clone());
        match item.kind {
            Kind::Message => self.end_part(place, out),
            Kind::Reasoning => {
                let done = json!({ "item_id": id, "summary_index": 0, "text": text });
                self.say("response.reasoning_summary_text.done", place, done, out);
                let done = json!({ "item_id": id, "summary_index": 0, "part": summary(&text) });
                self.say("response.reasoning_summary_part.done", place, done, out);
            }
            Kind::Call => {
                let done = json!({ "item_id": id, "name": name, "arguments": text });
                self.say("response.function_call_arguments.done", place, done, out);
            }
        }
        self.say("response.output_item.done", place, json!({ "item": ended }), out);
    }

    /// Ends the last part of a message.
    fn end_part(&mut self, place: usize, out: &mut Vec<u8>) {
        let Some(item) = self.items.get(place) else { return };
        let Some((kind, text)) = item.parts.last().cloned() else { return };
        let at = json!({ "item_id": item.id, "content_index": item.parts.len() - 1 });
        let with = |mut more: Value| {
            if let (Some(more), Some(at)) = (more.as_object_mut(), at.as_object()) {
                more.extend(at.clone());
            }
            more
        };
        let (name, done) = match kind {
            PartKind::Text => {
                ("response.output_text.done", json!({ "text": text, "logprobs": [] }))
            }
            PartKind::Refusal => ("response.refusal.done", json!({ "refusal": text })),
        };
        let ended = json!({ "part": part(kind, &text) });
        self.say(name, place, with(done), out);
        self.say("response.content_part.done", place, with(ended), out);
    }

    fn words(&mut self, kind: PartKind, text: &str, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        let place = self.open(Kind::Message, out);
        let last = self.items.get(place).and_then(|item| item.parts.last());
        if last.is_none_or(|(last, _)| *last != kind) {
            self.end_part(place, out);
            let Some(item) = self.items.get_mut(place) else { return };
            item.parts.push((kind, String::new()));
            let (index, id) = (item.parts.len() - 1, item.id.clone());
            let more = json!({ "item_id": id, "content_index": index, "part": part(kind, "") });
            self.say("response.content_part.added", place, more, out);
        }
        let Some(item) = self.items.get_mut(place) else { return };
        let (index, id) = (item.parts.len().saturating_sub(1), item.id.clone());
        if let Some((_, said)) = item.parts.last_mut() {
            said.push_str(text);
        }
        let mut more = json!({ "item_id": id, "content_index": index, "delta": text });
        let name = match kind {
            PartKind::Text => "response.output_text.delta",
            PartKind::Refusal => "response.refusal.delta",
        };
        if let Some(more) = more.as_object_mut().filter(|_| kind == PartKind::Text) {
            more.insert("logprobs".into(), json!([]));
        }
        self.say(name, place, more, out);
    }

    fn thoughts(&mut self, text: &str, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        let place = self.open(Kind::Reasoning, out);
        let more = json!({ "summary_index": 0, "delta": text });
        self.more("response.reasoning_summary_text.delta", place, text, more, out);
    }

    fn call(&mut self, number: usize, call: &Call<'_>, out: &mut Vec<u8>) {
        let Some((place, is_new)) = self.calls.place(number, call) else { return };
        if is_new {
            self.end_words(out);
            let index = self.items.len();
            let given = call.id.as_deref().filter(|id| !id.is_empty()).map(str::to_owned);
            let call_id = given.unwrap_or_else(|| format!("call_{}_{place}", self.unique));
            let id = format!("fc_{}_{index}", self.unique);
            self.called.push(index);
            self.add(Item::call(id, &call_id, call.name(), call.extra_content.as_ref()), out);
        }
        let arguments = call.arguments();
        if let Some(index) = self.called.get(place).copied().filter(|_| !arguments.is_empty()) {
            let more = json!({ "delta": arguments });
            self.more("response.function_call_arguments.delta", index, arguments, more, out);
        }
    }

    /// More of an item that has one text.
    fn more(&mut self, kind: &str, place: usize, text: &str, more: Value, out: &mut Vec<u8>) {
        let Some(item) = self.items.get_mut(place) else { return };
        item.text.push_str(text);
        let id = item.id.clone();
        let mut event = more;
        if let Some(event) = event.as_object_mut() {
            event.insert("item_id".into(), id.into());
        }
        self.say(kind, place, event, out);
    }

    fn read(&mut self, said: &Said<'_>, out: &mut Vec<u8>) {
        self.thoughts(said.reasoning(), out);
        self.words(PartKind::Text, said.content.as_deref().unwrap_or_default(), out);
        self.words(PartKind::Refusal, said.refusal.as_deref().unwrap_or_default(), out);
        for (number, call) in said.calls() {
            self.call(number, call, out);
        }
    }

    fn read_piece(&mut self, json: &[u8], out: &mut Vec<u8>) -> Option<Usage> {
        let piece = Piece::read(json);
        if let Some(choice) = piece.choice() {
            if let Some(said) = choice.said() {
                self.read(said, out);
            }
            if let Some(finish) = &choice.finish_reason {
                self.finish = Some(finish.to_string());
            }
        }
        piece.usage()
    }

    /// Why the response is not whole, though it has ended.
    fn incomplete(&self) -> Option<&'static str> {
        match self.finish.as_deref() {
            Some("length") => Some("max_output_tokens"),
            Some("content_filter") => Some("content_filter"),
            _ => None,
        }
    }

    /// Ends the items, and returns what the response is now.
    fn finish(&mut self, out: &mut Vec<u8>) -> State<'static> {
        let incomplete = self.incomplete();
        let status = if incomplete.is_some() { INCOMPLETE } else { COMPLETED };
        // What the model was at last is what it could not end.
        let last = self.items.len().saturating_sub(1);
        for place in 0..self.items.len() {
            self.end(place, if place == last { status } else { COMPLETED }, out);
        }
        let output = self.items.iter().map(Item::now).collect();
        let usage = self.usage.unwrap_or_else(|| Usage {
            input_tokens: self.prompt_tokens,
            output_tokens: self.text.tokens(self.tokenizer),
            ..Usage::default()
        });
        State { status, output, usage: Some(usage), incomplete, error: None }
    }
}

impl crate::Writer for Writer {
    /// Said as a stream would be, of which only the end is kept.
    fn whole(&mut self, completion: Completion) -> Vec<u8> {
        let mut events = Vec::new();
        self.text.add(&completion.text);
        let usage = self.read_piece(&completion.json, &mut events);
        self.usage = completion.usage.or(usage);
        let state = self.finish(&mut events);
        // Texts, numbers and maps with string keys: this cannot fail.
        serde_json::to_vec(&self.shape.response(state)).unwrap_or_default()
    }

    fn chunk(&mut self, chunk: &Chunk, out: &mut Vec<u8>) {
        self.begin(out);
        self.text.add(&chunk.text);
        self.read_piece(&chunk.json, out);
    }

    fn usage(&mut self, usage: Usage) {
        self.usage = Some(self.usage.map_or(usage, |earlier| earlier.max(usage)));
    }

    fn keep_alive(&mut self, out: &mut Vec<u8>) {
        keep_alive(Dialect::OpenaiResponses, out);
    }

    fn done(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        let state = self.finish(out);
        let kind = match state.incomplete {
            Some(_) => "response.incomplete",
            None => "response.completed",
        };
        self.tell(kind, state, out);
    }

    /// Both ways of saying so: OpenAI's libraries wait for the one, coding agents for the other.
    fn failed(&mut self, error: &WrittenError<'_>, out: &mut Vec<u8>) {
        self.begin(out);
        write_error(error, self.next(), out);
        self.items.iter_mut().filter(|item| item.is_open()).for_each(|item| item.end(INCOMPLETE));
        let output = self.items.iter().map(Item::now).collect();
        let (incomplete, error) = (None, Some(error.response()));
        let state = State { status: "failed", output, usage: None, incomplete, error };
        self.tell("response.failed", state, out);
    }
}

/// An error in a stream.
pub fn write_error(error: &WrittenError<'_>, sequence_number: u64, out: &mut Vec<u8>) {
    let event = json!({
        "type": "error", "code": error.code, "message": error.message, "param": error.field,
        "sequence_number": sequence_number,
    });
    write_named(out, "error", &event);
}
