//! A chat request in Anthropic's words.
//!
//! What Anthropic cannot do is an error that names the field: a request is never answered as if it
//! had been another.

use crate::{
    ChatRequest, Content, Message, Part, Role, Target, Tool,
    ask::{self, Form, Image, cannot},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};

/// The body of the request.
pub fn body(request: &ChatRequest, target: &Target<'_>) -> Result<Value, FieldError> {
    let limit = request.output_limit().map_or(target.output_tokens_max, |limit| limit.tokens);
    let mut body = Map::new();
    body.insert("model".into(), target.model.into());
    body.insert("max_tokens".into(), limit.into());
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
    let tools = request.tools.iter().flatten().enumerate();
    let tools = tools.map(|(index, t)| tool(t).map_err(|e| e.within(&format!("tools[{index}]"))));
    let tools = tools.collect::<Result<Vec<_>, _>>()?;
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
    if request.choices() > 1 {
        return Err(cannot("n"));
    }
    if request.seed.is_some() {
        return Err(cannot("seed"));
    }
    if let Some(temperature) = request.temperature {
        if temperature > 1.0 {
            return Err(FieldError::new("temperature", "must be between 0 and 1 for this model"));
        }
        body.insert("temperature".into(), temperature.into());
    }
    if let Some(top_p) = request.top_p {
        body.insert("top_p".into(), top_p.into());
    }
    let stops = ask::stops(request);
    if !stops.is_empty() {
        body.insert("stop_sequences".into(), stops.into());
    }
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

fn tool(tool: &Tool) -> Result<Value, FieldError> {
    let function = tool.extra.get("function").filter(|_| tool.kind == "function");
    let function = function.ok_or_else(|| cannot("type"))?;
    let get = |name: &str| function.get(name).filter(|value| !value.is_null()).cloned();
    let schema = get("parameters").unwrap_or_else(|| json!({ "type": "object" }));
    let mut tool = json!({ "name": function.get("name"), "input_schema": schema });
    for name in ["description", "strict"] {
        if let (Some(value), Some(tool)) = (get(name), tool.as_object_mut()) {
            tool.insert(name.into(), value);
        }
    }
    Ok(tool)
}

fn tool_choice(request: &ChatRequest) -> Result<Option<Value>, FieldError> {
    let one_at_a_time = request.extra.get("parallel_tool_calls") == Some(&Value::Bool(false));
    let mut choice = match &request.tool_choice {
        None | Some(Value::Null) if one_at_a_time => json!({ "type": "auto" }),
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(word)) => match word.as_str() {
            "auto" => json!({ "type": "auto" }),
            "required" => json!({ "type": "any" }),
            "none" => return Ok(Some(json!({ "type": "none" }))),
            _ => return Err(cannot("tool_choice")),
        },
        Some(choice) => match choice.pointer("/function/name") {
            Some(name) => json!({ "type": "tool", "name": name }),
            None => return Err(cannot("tool_choice")),
        },
    };
    if let Some(choice) = choice.as_object_mut().filter(|_| one_at_a_time) {
        choice.insert("disable_parallel_tool_use".into(), true.into());
    }
    Ok(Some(choice))
}

/// Who speaks, if it is not the system, and what.
fn turn(message: &Message) -> Result<(Option<&'static str>, Vec<Value>), FieldError> {
    let words = message.content.as_ref();
    let words = words.map_or(Ok(Vec::new()), |words| content(words, "content"))?;
    Ok(match message.role {
        Role::System | Role::Developer => (None, words),
        Role::User => (Some("user"), words),
        Role::Assistant => {
            let mut blocks = words;
            for (index, call) in message.tool_calls.iter().flatten().enumerate() {
                let (name, input) =
                    ask::function(call).map_err(|e| e.within(&format!("tool_calls[{index}]")))?;
                blocks.push(json!({
                    "type": "tool_use", "id": call.id, "name": name, "input": input,
                }));
            }
            if message.extra.contains_key("function_call") {
                return Err(cannot("function_call"));
            }
            (Some("assistant"), blocks)
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

/// Text and images as blocks. Anthropic refuses empty texts, which say nothing anyway.
fn content(content: &Content, field: &str) -> Result<Vec<Value>, FieldError> {
    let text = |text: &str| json!({ "type": "text", "text": text });
    match content {
        Content::Text(words) if words.is_empty() => Ok(Vec::new()),
        Content::Text(words) => Ok(vec![text(words)]),
        Content::Parts(parts) => {
            let mut blocks = Vec::new();
            for (index, part) in parts.iter().enumerate() {
                let said = part.text.as_deref().unwrap_or_default();
                match part.kind.as_str() {
                    "text" if said.is_empty() => {}
                    "text" => blocks.push(text(said)),
                    "image_url" => {
                        let image = image(part).map_err(|e| e.within(&format!("{field}[{index}]")));
                        blocks.push(image?);
                    }
                    _ => return Err(cannot(format!("{field}[{index}].type"))),
                }
            }
            Ok(blocks)
        }
    }
}

fn image(part: &Part) -> Result<Value, FieldError> {
    let source = match ask::image(part)? {
        Image::At(url) => json!({ "type": "url", "url": url }),
        Image::Inline { media_type, base64 } => {
            json!({ "type": "base64", "media_type": media_type, "data": base64 })
        }
    };
    Ok(json!({ "type": "image", "source": source }))
}
