//! A chat request in the words of OpenAI's responses.

use crate::{
    ChatRequest, Message, Part, Role, Target,
    ask::{self, Form, Function, ToolChoice, cannot},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};

/// Fields that both formats have under one name.
const SHARED: &[&str] = &[
    "metadata",
    "parallel_tool_calls",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "user",
];

/// The body of the request.
pub fn body(request: &ChatRequest, target: &Target<'_>) -> Result<Value, FieldError> {
    let mut body = Map::new();
    body.insert("model".into(), target.model.into());
    // Conversations are not the provider's to keep.
    body.insert("store".into(), false.into());
    if request.wants_stream() {
        body.insert("stream".into(), true.into());
    }
    body.insert("input".into(), input(&request.messages)?.into());
    let limit = ask::output_tokens_max(request, target);
    body.insert("max_output_tokens".into(), limit.into());
    options(request, &mut body)?;
    let tools = ask::tools(request, tool)?;
    if !tools.is_empty() {
        body.insert("tools".into(), tools.into());
        if let Some(choice) = ToolChoice::of(request)? {
            let choice = match choice {
                ToolChoice::Auto => "auto".into(),
                ToolChoice::Required => "required".into(),
                ToolChoice::None => "none".into(),
                ToolChoice::Function(name) => json!({ "type": "function", "name": name }),
            };
            body.insert("tool_choice".into(), choice);
        }
    }
    Ok(body.into())
}

/// What is neither the conversation nor its tools.
fn options(request: &ChatRequest, body: &mut Map<String, Value>) -> Result<(), FieldError> {
    for (field, is_asked) in [
        ("n", request.choices() > 1),
        ("seed", request.seed.is_some()),
        ("stop", !ask::stops(request).is_empty()),
    ] {
        if is_asked {
            return Err(cannot(field));
        }
    }
    for (name, value) in [("temperature", request.temperature), ("top_p", request.top_p)] {
        if let Some(value) = value {
            body.insert(name.into(), value.into());
        }
    }
    let mut text = Map::new();
    if let Some(format) = format(request)? {
        text.insert("format".into(), format);
    }
    for (name, value) in &request.extra {
        match name.as_str() {
            _ if value.is_null() => {}
            _ if SHARED.contains(&name.as_str()) => _ = body.insert(name.clone(), value.clone()),
            "reasoning_effort" => {
                body.insert("reasoning".into(), json!({ "effort": value }));
            }
            "verbosity" => _ = text.insert(name.clone(), value.clone()),
            _ if ask::is_without_effect(name, value) => {}
            _ => return Err(cannot(name)),
        }
    }
    if !text.is_empty() {
        body.insert("text".into(), text.into());
    }
    Ok(())
}

/// The form of the answer. What stands beside the schema stands one level higher here.
fn format(request: &ChatRequest) -> Result<Option<Value>, FieldError> {
    Ok(match Form::of(request)? {
        Form::Text => None,
        Form::Json => Some(json!({ "type": "json_object" })),
        Form::Schema(_) => {
            let named = request.response_format.as_ref();
            let named = named.and_then(|format| format.extra.get("json_schema")?.as_object());
            let mut format = named.cloned().unwrap_or_default();
            format.insert("type".into(), "json_schema".into());
            Some(format.into())
        }
    })
}

fn tool(function: Function<'_>) -> Value {
    let names = ["name", "description", "parameters", "strict"].map(|name| (name, name));
    let mut tool = function.declare(&names);
    tool.insert("type".into(), "function".into());
    // What is not said means the one here and the other there.
    tool.entry("strict").or_insert(false.into());
    tool.entry("parameters").or_insert_with(|| json!({ "type": "object", "properties": {} }));
    tool.into()
}

/// The conversation, in which calls of tools and their results are items beside the messages.
fn input(messages: &[Message]) -> Result<Vec<Value>, FieldError> {
    let mut items = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let said = self::items(message).map_err(|e| e.within(&format!("messages[{index}]")));
        items.extend(said?);
    }
    Ok(items)
}

fn items(message: &Message) -> Result<Vec<Value>, FieldError> {
    let is_assistant = message.role == Role::Assistant;
    let words = ask::content(message.content.as_ref(), |said| match is_assistant {
        true => said_before(said),
        false => part(said),
    })?;
    let role = match message.role {
        Role::System => "system",
        Role::Developer => "developer",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => {
            return Ok(vec![json!({
                "type": "function_call_output", "call_id": message.tool_call_id, "output": words,
            })]);
        }
        Role::Function => return Err(cannot("role")),
    };
    let mut items = Vec::new();
    if !words.is_empty() {
        items.push(json!({ "type": "message", "role": role, "content": words }));
    }
    items.extend(ask::calls(message, |call| {
        let (name, arguments) = ask::written(call)?;
        Ok(json!({
            "type": "function_call", "call_id": call.id, "name": name, "arguments": arguments,
        }))
    })?);
    Ok(items)
}

/// A part of what the model is told.
fn part(part: &Part) -> Result<Value, FieldError> {
    match part.kind.as_str() {
        "text" => Ok(json!({ "type": "input_text", "text": part.text })),
        "image_url" => {
            let image = part.image_url.as_ref();
            let detail = image.and_then(|image| image.extra.get("detail")).cloned();
            Ok(json!({
                "type": "input_image", "image_url": image.map(|image| &image.url),
                "detail": detail.unwrap_or_else(|| "auto".into()),
            }))
        }
        "file" => {
            let file = part.extra.get("file").and_then(Value::as_object);
            let mut file = file.cloned().ok_or_else(|| cannot("file"))?;
            file.insert("type".into(), "input_file".into());
            Ok(file.into())
        }
        _ => Err(cannot("type")),
    }
}

/// A part of what the model has said itself.
fn said_before(part: &Part) -> Result<Value, FieldError> {
    match part.kind.as_str() {
        "text" => Ok(json!({ "type": "output_text", "text": part.text, "annotations": [] })),
        "refusal" => Ok(json!({ "type": "refusal", "refusal": part.extra.get("refusal") })),
        _ => Err(cannot("type")),
    }
}
