//! A request in the client's own words, for a provider that has the same.
//!
//! It is kept as text rather than read and written again: what Postern does not know stays as it
//! is, and so does the order of fields, which in a schema is the order of what a model writes.

use super::{Dialect, WrittenError, fields::Fields, write_named};
use crate::{Chunk, Completion, Target, Usage};
use kernel::FieldError;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};

/// Longest `anthropic-beta` header that is passed on.
const BETAS_LEN_MAX: usize = 1_000;

/// A request as its client wrote it.
#[derive(Clone, Debug)]
pub struct Original {
    pub(crate) dialect: Dialect,
    body: Body,
    betas: Option<String>,
    /// Where each message of the chat stood in the body.
    places: Vec<String>,
    /// What cannot be said in another format, if there is something.
    pub(crate) untold: Option<FieldError>,
}

/// The fields of a body, in their order.
#[derive(Clone, Debug, Default)]
struct Body(Vec<(String, Box<RawValue>)>);

impl Body {
    fn set(&mut self, name: &str, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, there)) => *there = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    fn say(&mut self, name: &str, value: &impl Serialize) {
        if let Ok(value) = to_raw_value(value) {
            self.set(name, value);
        }
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Body;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            /// Of a field that is given twice, the last counts, as it does where the body is read.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
                let mut body = Body::default();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    body.set(&name, value);
                }
                Ok(body)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl Serialize for Body {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl PartialEq for Original {
    fn eq(&self, other: &Self) -> bool {
        let text = |body: &Body| serde_json::to_string(body).unwrap_or_default();
        self.dialect == other.dialect && text(&self.body) == text(&other.body)
    }
}

impl Original {
    /// Reads a body: its fields, and what is kept of it.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub(super) fn read(dialect: Dialect, bytes: &[u8]) -> Result<(Fields, Self), FieldError> {
        let map: Map<String, Value> = kernel::read_json(bytes)?;
        let body = serde_json::from_slice(bytes)
            .map_err(|error| FieldError::new("", format!("is not valid JSON: {error}")))?;
        let original = Self { dialect, body, betas: None, places: Vec::new(), untold: None };
        Ok((Fields::new(map), original))
    }

    /// Says a field in other words.
    pub(super) fn set(&mut self, name: &str, value: &impl Serialize) {
        self.body.say(name, value);
    }

    /// A field as the client wrote it.
    pub(super) fn get(&self, name: &str) -> Option<&RawValue> {
        let found = self.body.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_ref()).filter(|value| value.get() != "null")
    }

    /// Notes where the next message of the chat stood.
    pub(super) fn place(&mut self, at: &str) {
        self.places.push(at.to_owned());
    }

    /// Keeps the header, if it is one that can be sent.
    pub(super) fn set_betas(&mut self, betas: &str) {
        let is_name =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ',' | ' ');
        let fits = betas.len() <= BETAS_LEN_MAX && betas.chars().all(is_name);
        self.betas = Some(betas.trim().to_owned()).filter(|betas| fits && !betas.is_empty());
    }

    pub(crate) fn betas(&self) -> Option<&str> {
        self.betas.as_deref()
    }

    /// The body for a provider that calls the model by another name.
    pub(super) fn body(&self, target: &Target<'_>) -> Vec<u8> {
        let mut body = self.body.clone();
        body.say("model", &target.model);
        if self.dialect == Dialect::OpenaiResponses {
            // What the provider keeps would be kept for all tenants together.
            body.say("store", &false);
            if self.get("max_output_tokens").is_none() {
                body.say("max_output_tokens", &target.output_tokens_max);
            }
        }
        serde_json::to_vec(&body).unwrap_or_default()
    }

    /// An error of the chat, at the field where the client wrote it.
    pub(super) fn in_its_words(&self, error: FieldError) -> FieldError {
        let FieldError { field, message } = error;
        let end = field.find(['.', '[']).unwrap_or(field.len());
        let (name, rest) = field.split_at_checked(end).unwrap_or((&field, ""));
        let field = match (name, self.dialect) {
            ("messages", _) => self.in_its_message(rest),
            ("stop", Dialect::AnthropicMessages) => "stop_sequences".to_owned(),
            ("user", Dialect::AnthropicMessages) => "metadata.user_id".to_owned(),
            ("parallel_tool_calls", Dialect::AnthropicMessages) => {
                "tool_choice.disable_parallel_tool_use".to_owned()
            }
            ("response_format", Dialect::AnthropicMessages) => "output_config.format".to_owned(),
            ("response_format", Dialect::OpenaiResponses) => "text.format".to_owned(),
            ("reasoning_effort", Dialect::OpenaiResponses) => "reasoning.effort".to_owned(),
            ("verbosity", Dialect::OpenaiResponses) => "text.verbosity".to_owned(),
            ("max_completion_tokens" | "max_tokens", Dialect::OpenaiResponses) => {
                "max_output_tokens".to_owned()
            }
            ("max_completion_tokens", Dialect::AnthropicMessages) => "max_tokens".to_owned(),
            ("tools", _) => field.replace(".function", ""),
            _ => field,
        };
        FieldError { field, message }
    }

    /// Within a message only its place is known: its parts are not those of the chat.
    fn in_its_message(&self, rest: &str) -> String {
        let index = rest.trim_start_matches('[').split(']').next();
        let index = index.and_then(|index| index.parse::<usize>().ok());
        let place = index.and_then(|index| self.places.get(index));
        let whole = match self.dialect {
            Dialect::OpenaiResponses => "input",
            _ => "messages",
        };
        place.map_or(whole, String::as_str).to_owned()
    }
}

/// Writes an answer that comes in the client's own words.
pub struct Words(Dialect);

impl Words {
    pub fn new(dialect: Dialect) -> Self {
        Self(dialect)
    }
}

impl super::Writer for Words {
    fn whole(&mut self, completion: Completion) -> Vec<u8> {
        completion.json
    }

    /// The decoder has kept the event as it is, name and all.
    fn chunk(&mut self, chunk: &Chunk, out: &mut Vec<u8>) {
        out.extend_from_slice(&chunk.json);
    }

    fn usage(&mut self, _usage: Usage) {}

    fn keep_alive(&mut self, out: &mut Vec<u8>) {
        keep_alive(self.0, out);
    }

    /// The provider's last event has said so.
    fn done(&mut self, _out: &mut Vec<u8>) {}

    fn failed(&mut self, error: &WrittenError<'_>, out: &mut Vec<u8>) {
        match self.0 {
            Dialect::OpenaiChat => write_named(out, "error", &error.openai()),
            Dialect::AnthropicMessages => write_named(out, "error", &error.anthropic()),
            // The number is not known, as the provider's events are not read for it.
            Dialect::OpenaiResponses => super::responses::write_error(error, 0, out),
        }
    }
}

/// What each dialect's clients are known to pass over.
pub fn keep_alive(dialect: Dialect, out: &mut Vec<u8>) {
    match dialect {
        Dialect::AnthropicMessages => {
            out.extend_from_slice(b"event: ping\ndata: {\"type\":\"ping\"}\n\n");
        }
        Dialect::OpenaiChat | Dialect::OpenaiResponses => out.extend_from_slice(b":\n\n"),
    }
}
