//! A chat request in Converse's words.

use crate::{
    ChatRequest, Message, Part, Role, Target,
    ask::{self, Form, Function, Image, ToolChoice, cannot},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};

/// The body of the request.
pub fn body(request: &ChatRequest, target: &Target<'_>) -> Result<Value, FieldError> {
    let mut body = Map::new();
    let (system, turns) = ask::conversation(&request.messages, turn)?;
    let turns = turns.into_iter().map(|(side, said)| json!({ "role": side, "content": said }));
    if !system.is_empty() {
        body.insert("system".into(), system.into());
    }
    body.insert("messages".into(), turns.collect());
    let mut config = Map::new();
    config.insert("maxTokens".into(), ask::output_tokens_max(request, target).into());
    options(request, &mut config)?;
    body.insert("inferenceConfig".into(), config.into());
    if let Some(config) = tool_config(request)? {
        body.insert("toolConfig".into(), config);
    }
    let output = output_config(request)?;
    if !output.is_empty() {
        body.insert("outputConfig".into(), output.into());
    }
    Ok(body.into())
}

/// How the model is asked.
fn options(request: &ChatRequest, config: &mut Map<String, Value>) -> Result<(), FieldError> {
    let sampling = ask::sampling_of_one(request)?;
    ask::add(sampling, ["temperature", "topP", "stopSequences"], config);
    for (name, value) in &request.extra {
        match name.as_str() {
            "user" => {}
            // Read by `output_config`.
            "reasoning_effort" if value.is_string() => {}
            // Several are called at once, unless there is but one to call.
            "parallel_tool_calls" if value == &Value::Bool(true) || request.tools.is_none() => {}
            _ if ask::is_without_effect(name, value) => {}
            _ => return Err(cannot(name)),
        }
    }
    Ok(())
}

/// The form of the answer, and how hard the model should think about it
/// ([reference](https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_OutputConfig.html)).
fn output_config(request: &ChatRequest) -> Result<Map<String, Value>, FieldError> {
    let mut config = Map::new();
    if let Some(effort) = request.extra.get("reasoning_effort").filter(|effort| effort.is_string())
    {
        config.insert("effort".into(), effort.clone());
    }
    match Form::of(request)? {
        Form::Text => {}
        Form::Json => return Err(cannot("response_format.type")),
        Form::Schema(schema) => {
            // The schema is a text that holds JSON.
            let schema = json!({ "jsonSchema": { "schema": schema.to_string() } });
            let format = json!({ "type": "json_schema", "structure": schema });
            config.insert("textFormat".into(), format);
        }
    }
    Ok(config)
}

/// The tools. There is no word for leaving them alone, and a conversation that has called tools
/// must declare some.
fn tool_config(request: &ChatRequest) -> Result<Option<Value>, FieldError> {
    let has_called = request.messages.iter().any(|message| {
        message.role == Role::Tool || message.tool_calls.as_ref().is_some_and(|c| !c.is_empty())
    });
    let tools = ask::tools(request, tool)?;
    let choice = ToolChoice::of(request)?;
    if tools.is_empty() {
        let missing = "must be given, because the conversation has called tools";
        return if has_called { Err(FieldError::new("tools", missing)) } else { Ok(None) };
    }
    let choice = match choice {
        None => None,
        Some(ToolChoice::None) if has_called => return Err(cannot("tool_choice")),
        Some(ToolChoice::None) => return Ok(None),
        Some(ToolChoice::Auto) => Some(json!({ "auto": {} })),
        Some(ToolChoice::Required) => Some(json!({ "any": {} })),
        Some(ToolChoice::Function(name)) => Some(json!({ "tool": { "name": name } })),
    };
    let mut config = json!({ "tools": tools });
    if let (Some(choice), Some(config)) = (choice, config.as_object_mut()) {
        config.insert("toolChoice".into(), choice);
    }
    Ok(Some(config))
}

fn tool(function: Function<'_>) -> Value {
    let names = ["name", "description", "strict"].map(|name| (name, name));
    let mut tool = function.declare(&names);
    let schema = function.get("parameters").cloned();
    let schema = schema.unwrap_or_else(|| json!({ "type": "object" }));
    tool.insert("inputSchema".into(), json!({ "json": schema }));
    json!({ "toolSpec": tool })
}

/// Who speaks, if it is not the system, and what.
fn turn(message: &Message) -> Result<(Option<&'static str>, Vec<Value>), FieldError> {
    let is_system = matches!(message.role, Role::System | Role::Developer);
    let words = ask::content(message.content.as_ref(), |said| match said.kind.as_str() {
        "text" => Ok(json!({ "text": said.text })),
        "image_url" if !is_system => image(said),
        _ => Err(cannot("type")),
    })?;
    Ok(match message.role {
        Role::System | Role::Developer => (None, words),
        Role::User => (Some("user"), words),
        Role::Assistant => {
            let calls = ask::calls(message, |call| {
                let (name, input) = ask::function(call)?;
                let call = json!({ "toolUseId": call.id, "name": name, "input": input });
                Ok(json!({ "toolUse": call }))
            });
            (Some("assistant"), [words, calls?].concat())
        }
        Role::Tool => {
            let result = json!({ "toolUseId": message.tool_call_id, "content": words });
            (Some("user"), vec![json!({ "toolResult": result })])
        }
        Role::Function => return Err(cannot("role")),
    })
}

fn image(part: &Part) -> Result<Value, FieldError> {
    let wrong = |message| Err(FieldError::new("image_url.url", message));
    match ask::image(part)? {
        Image::At(_) => wrong("must be a data URL here"),
        Image::Inline { media_type, base64 } => match media_type.strip_prefix("image/") {
            Some(format @ ("png" | "jpeg" | "gif" | "webp")) => {
                Ok(json!({ "image": { "format": format, "source": { "bytes": base64 } } }))
            }
            _ => wrong("must be a PNG, JPEG, GIF or WebP image"),
        },
    }
}
