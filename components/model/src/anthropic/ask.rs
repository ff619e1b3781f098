//! A chat request in Anthropic's words.
//!
//! What Anthropic cannot do is an error that names the field: a request is never answered as if it
//! had been another.

use crate::{
    ChatRequest, Message, Part, Role, Target,
    ask::{self, Form, Function, Image, ToolChoice, cannot},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};

/// The body of the request.
pub fn body(request: &ChatRequest, target: &Target<'_>) -> Result<Value, FieldError> {
    let mut body = Map::new();
    body.insert("model".into(), target.model.into());
    body.insert("max_tokens".into(), ask::output_tokens_max(request, target).into());
    let (system, turns) = ask::conversation(&request.messages, turn)?;
    let turns = turns.into_iter().map(|(side, said)| json!({ "role": side, "content": said }));
    if !system.is_empty() {
        body.insert("system".into(), system.into());
    }
    body.insert("messages".into(), turns.collect());
    if request.wants_stream() {
        body.insert("stream".into(), true.into());
    }
    options(request, &mut body)?;
    let tools = ask::tools(request, tool)?;
    if !tools.is_empty() {
        body.insert("tools".into(), tools.into());
        if let Some(choice) = tool_choice(request)? {
            body.insert("tool_choice".into(), choice);
        }
    }
    Ok(Value::Object(body))
}

/// What is neither the conversation nor its tools.
fn options(request: &ChatRequest, body: &mut Map<String, Value>) -> Result<(), FieldError> {
    let sampling = ask::sampling_of_one(request)?;
    ask::add(sampling, ["temperature", "top_p", "stop_sequences"], body);
    match Form::of(request)? {
        Form::Text => {}
        Form::Json => return Err(cannot("response_format.type")),
        Form::Schema(schema) => {
            let format = json!({ "type": "json_schema", "schema": schema });
            body.insert("output_config".into(), json!({ "format": format }));
        }
    }
    for (name, value) in &request.extra {
        match name.as_str() {
            "user" if value.is_string() => {
                body.insert("metadata".into(), json!({ "user_id": value }));
            }
            "top_k" => {
                body.insert("top_k".into(), value.clone());
            }
            "parallel_tool_calls" if value.is_boolean() => {}
            _ if ask::is_without_effect(name, value) => {}
            _ => return Err(cannot(name)),
        }
    }
    Ok(())
}

fn tool(function: Function<'_>) -> Value {
    let names = ["name", "description", "strict"].map(|name| (name, name));
    let mut tool = function.declare(&names);
    let schema = function.get("parameters").cloned();
    let schema = schema.unwrap_or_else(|| json!({ "type": "object" }));
    tool.insert("input_schema".into(), schema);
    Value::Object(tool)
}

fn tool_choice(request: &ChatRequest) -> Result<Option<Value>, FieldError> {
    let one_at_a_time = ask::one_call_at_a_time(request);
    let mut choice = match ToolChoice::of(request)? {
        None if one_at_a_time => json!({ "type": "auto" }),
        None => return Ok(None),
        Some(ToolChoice::Auto) => json!({ "type": "auto" }),
        Some(ToolChoice::Required) => json!({ "type": "any" }),
        Some(ToolChoice::None) => return Ok(Some(json!({ "type": "none" }))),
        Some(ToolChoice::Function(name)) => json!({ "type": "tool", "name": name }),
    };
    if let Some(choice) = choice.as_object_mut().filter(|_| one_at_a_time) {
        choice.insert("disable_parallel_tool_use".into(), true.into());
    }
    Ok(Some(choice))
}

/// Who speaks, if it is not the system, and what.
fn turn(message: &Message) -> Result<(Option<&'static str>, Vec<Value>), FieldError> {
    let words = ask::content(message.content.as_ref(), part)?;
    Ok(match message.role {
        Role::System | Role::Developer => (None, words),
        Role::User => (Some("user"), words),
        Role::Assistant => {
            let calls = ask::calls(message, |call| {
                let (name, input) = ask::function(call)?;
                Ok(json!({ "type": "tool_use", "id": call.id, "name": name, "input": input }))
            });
            (Some("assistant"), [words, calls?].concat())
        }
        Role::Tool => {
            let result = json!({
                "type": "tool_result", "tool_use_id": message.tool_call_id, "content": words,
            });
            (Some("user"), vec![result])
        }
        Role::Function => return Err(cannot("role")),
    })
}

/// Text and images as blocks.
fn part(part: &Part) -> Result<Value, FieldError> {
    let source = match part.kind.as_str() {
        "text" => return Ok(json!({ "type": "text", "text": part.text })),
        "image_url" => match ask::image(part)? {
            Image::At(url) => json!({ "type": "url", "url": url }),
            Image::Inline { media_type, base64 } => {
                json!({ "type": "base64", "media_type": media_type, "data": base64 })
            }
        },
        _ => return Err(cannot("type")),
    };
    Ok(json!({ "type": "image", "source": source }))
}
