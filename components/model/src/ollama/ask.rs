//! A chat request in Ollama's words.

use crate::{
    ChatRequest, Message, Role, Target,
    ask::{self, Form, Function, Image, ToolChoice, cannot},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The body of the request.
pub fn body(request: &ChatRequest, target: &Target<'_>) -> Result<Value, FieldError> {
    let mut body = Map::new();
    body.insert("model".into(), target.model.into());
    // Answers are streamed unless one asks for something else.
    body.insert("stream".into(), request.wants_stream().into());
    // A result names the function too, where OpenAI's names the call alone.
    let mut called = HashMap::new();
    let messages = request.messages.iter().enumerate().map(|(index, said)| {
        message(said, &mut called).map_err(|e| e.within(&format!("messages[{index}]")))
    });
    body.insert("messages".into(), messages.collect::<Result<Vec<_>, _>>()?.into());
    let limit = ask::output_tokens_max(request, target);
    options(request, limit, &mut body)?;
    match Form::of(request)? {
        Form::Text => {}
        Form::Json => _ = body.insert("format".into(), "json".into()),
        Form::Schema(schema) => _ = body.insert("format".into(), schema.clone()),
    }
    let tools = ask::tools(request, tool)?;
    match ToolChoice::of(request)? {
        // There is no word for leaving them alone.
        Some(ToolChoice::None) => {}
        None | Some(ToolChoice::Auto) if tools.is_empty() => {}
        None | Some(ToolChoice::Auto) => _ = body.insert("tools".into(), tools.into()),
        Some(ToolChoice::Required | ToolChoice::Function(_)) => return Err(cannot("tool_choice")),
    }
    Ok(body.into())
}

/// How the model is asked, by the
/// [parameters of a model](https://docs.ollama.com/modelfile#valid-parameters-and-values).
fn options(
    request: &ChatRequest,
    limit: u32,
    body: &mut Map<String, Value>,
) -> Result<(), FieldError> {
    if request.choices() > 1 {
        return Err(cannot("n"));
    }
    let mut options = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            options.insert(name.into(), value);
        }
    };
    set("num_predict", Some(limit.into()));
    set("temperature", request.temperature.map(Value::from));
    set("top_p", request.top_p.map(Value::from));
    set("seed", request.seed.map(Value::from));
    let stops = ask::stops(request);
    set("stop", (!stops.is_empty()).then(|| stops.into()));
    for (name, value) in &request.extra {
        match name.as_str() {
            "top_k" | "frequency_penalty" | "presence_penalty" => set(name, Some(value.clone())),
            "user" => {}
            "reasoning_effort" => {
                let think = match value.as_str() {
                    Some("none") => false.into(),
                    Some("low" | "medium" | "high" | "max") => value.clone(),
                    _ => return Err(cannot(name)),
                };
                body.insert("think".into(), think);
            }
            // Several are called at once, unless there is but one to call.
            "parallel_tool_calls" if value == &Value::Bool(true) || request.tools.is_none() => {}
            _ if ask::is_without_effect(name, value) => {}
            _ => return Err(cannot(name)),
        }
    }
    body.insert("options".into(), options.into());
    Ok(())
}

fn tool(function: Function<'_>) -> Value {
    let names = ["name", "description", "parameters"].map(|name| (name, name));
    json!({ "type": "function", "function": function.declare(&names) })
}

fn message(message: &Message, called: &mut HashMap<String, String>) -> Result<Value, FieldError> {
    let mut images = Vec::new();
    let words = ask::content(message.content.as_ref(), |part| match part.kind.as_str() {
        "text" => Ok(part.text.clone().into()),
        "image_url" => match ask::image(part)? {
            Image::Inline { base64, .. } => {
                images.push(base64.to_owned());
                Ok("".into())
            }
            Image::At(_) => Err(FieldError::new("image_url.url", "must be a data URL here")),
        },
        _ => Err(cannot("type")),
    })?;
    let words: String = words.iter().filter_map(Value::as_str).collect();
    let role = match message.role {
        Role::System | Role::Developer => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
        Role::Function => return Err(cannot("role")),
    };
    let mut said = Map::new();
    said.insert("role".into(), role.into());
    said.insert("content".into(), words.into());
    if !images.is_empty() {
        said.insert("images".into(), images.into());
    }
    let calls = ask::calls(message, |call| {
        let (name, arguments) = ask::function(call)?;
        called.insert(call.id.clone(), name.to_owned());
        Ok(json!({ "id": call.id, "function": { "name": name, "arguments": arguments } }))
    })?;
    if !calls.is_empty() {
        said.insert("tool_calls".into(), calls.into());
    }
    if let Some(thinking) = message.extra.get("reasoning_content").filter(|text| text.is_string()) {
        said.insert("thinking".into(), thinking.clone());
    }
    if let Some(id) = &message.tool_call_id {
        said.insert("tool_call_id".into(), id.as_str().into());
        if let Some(name) = called.get(id) {
            said.insert("tool_name".into(), name.as_str().into());
        }
    }
    Ok(said.into())
}
