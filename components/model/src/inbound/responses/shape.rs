//! The `response` object, which repeats what was asked for.

use crate::{Usage, inbound::original::Original};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json, value::RawValue};

/// What a response repeats of its request, and what it says where the request is silent.
const REPEATED: &[(&str, &str)] = &[
    ("background", "false"),
    ("instructions", "null"),
    ("max_output_tokens", "null"),
    ("max_tool_calls", "null"),
    ("metadata", "{}"),
    ("parallel_tool_calls", "true"),
    ("previous_response_id", "null"),
    ("prompt_cache_key", "null"),
    ("reasoning", "{\"effort\":null,\"summary\":null}"),
    ("safety_identifier", "null"),
    ("service_tier", "\"default\""),
    ("temperature", "1.0"),
    ("text", "{\"format\":{\"type\":\"text\"}}"),
    ("tool_choice", "\"auto\""),
    ("tools", "[]"),
    ("top_logprobs", "0"),
    ("top_p", "1.0"),
    ("truncation", "\"disabled\""),
    ("user", "null"),
];

/// What a response says before, while and after it is written.
pub struct Shape {
    id: String,
    model: String,
    created_s: i64,
    repeated: Vec<(&'static str, Box<RawValue>)>,
}

/// How far a response is.
pub struct State<'a> {
    pub status: &'a str,
    pub output: Vec<Value>,
    pub usage: Option<Usage>,
    /// Why it is not whole.
    pub incomplete: Option<&'a str>,
    pub error: Option<Value>,
}

impl Shape {
    pub fn new(original: &Original, id: String, model: &str, created_s: i64) -> Self {
        let value = |name: &str, otherwise: &str| {
            let asked = original.get(name).map(|value| value.get().to_owned());
            RawValue::from_string(asked.unwrap_or_else(|| otherwise.to_owned())).ok()
        };
        let repeated = REPEATED.iter();
        let repeated =
            repeated.filter_map(|(name, otherwise)| Some((*name, value(name, otherwise)?)));
        Self { id, model: model.to_owned(), created_s, repeated: repeated.collect() }
    }

    /// The object in a state.
    pub fn response<'a>(&'a self, state: State<'a>) -> impl Serialize + 'a {
        Response { shape: self, state }
    }
}

struct Response<'a> {
    shape: &'a Shape,
    state: State<'a>,
}

impl Serialize for Response<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { shape, state } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &shape.id)?;
        map.serialize_entry("object", "response")?;
        map.serialize_entry("created_at", &shape.created_s)?;
        map.serialize_entry("status", state.status)?;
        map.serialize_entry("error", &state.error)?;
        let incomplete = state.incomplete.map(|reason| json!({ "reason": reason }));
        map.serialize_entry("incomplete_details", &incomplete)?;
        map.serialize_entry("model", &shape.model)?;
        map.serialize_entry("output", &state.output)?;
        for (name, value) in &shape.repeated {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("store", &false)?;
        map.serialize_entry("usage", &state.usage.map(|usage| usage_json(&usage)))?;
        map.end()
    }
}

fn usage_json(usage: &Usage) -> Value {
    json!({
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": usage.cached_input_tokens, "cache_write_tokens": 0,
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": { "reasoning_tokens": usage.reasoning_tokens },
        "total_tokens": usage.input_tokens.saturating_add(usage.output_tokens),
    })
}
