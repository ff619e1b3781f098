//! A chat request in Gemini's words.

use crate::{
    ChatRequest, Message, Part, Role, Target,
    ask::{self, Form, Function, Image, ToolChoice, cannot},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The body of the request.
pub fn body(request: &ChatRequest, target: &Target<'_>) -> Result<Value, FieldError> {
    let mut body = Map::new();
    // A result names the function, where OpenAI's names the call.
    let mut called = HashMap::new();
    let read = |message: &Message| turn(message, &mut called);
    let (system, turns) = ask::conversation(&request.messages, read)?;
    let turns = turns.into_iter().map(|(side, said)| json!({ "role": side, "parts": said }));
    if !system.is_empty() {
        body.insert("systemInstruction".into(), json!({ "parts": system }));
    }
    body.insert("contents".into(), turns.collect());
    let limit = ask::output_tokens_max(request, target);
    body.insert("generationConfig".into(), Value::Object(options(request, limit)?));
    let tools = ask::tools(request, tool)?;
    if !tools.is_empty() {
        body.insert("tools".into(), json!([{ "functionDeclarations": tools }]));
        if let Some(config) = tool_choice(request)? {
            body.insert("toolConfig".into(), json!({ "functionCallingConfig": config }));
        }
    }
    Ok(Value::Object(body))
}

/// What is neither the conversation nor its tools.
fn options(request: &ChatRequest, limit: u32) -> Result<Map<String, Value>, FieldError> {
    if request.choices() > 1 {
        return Err(cannot("n"));
    }
    let mut config = Map::new();
    config.insert("maxOutputTokens".into(), limit.into());
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            config.insert(name.into(), value);
        }
    };
    set("temperature", request.temperature.map(Value::from));
    set("topP", request.top_p.map(Value::from));
    set("seed", request.seed.map(Value::from));
    let stops = ask::stops(request);
    set("stopSequences", (!stops.is_empty()).then(|| stops.into()));
    match Form::of(request)? {
        Form::Text => {}
        Form::Json => set("responseMimeType", Some("application/json".into())),
        Form::Schema(schema) => {
            set("responseMimeType", Some("application/json".into()));
            set("responseJsonSchema", Some(schema.clone()));
        }
    }
    for (name, value) in &request.extra {
        match name.as_str() {
            "frequency_penalty" => set("frequencyPenalty", Some(value.clone())),
            "presence_penalty" => set("presencePenalty", Some(value.clone())),
            "top_k" => set("topK", Some(value.clone())),
            "user" => {}
            // Gemini calls several at once, unless there is but one to call.
            "parallel_tool_calls" if value == &Value::Bool(true) || request.tools.is_none() => {}
            _ if ask::is_without_effect(name, value) => {}
            _ => return Err(cannot(name)),
        }
    }
    Ok(config)
}

fn tool(function: Function<'_>) -> Value {
    let names =
        [("name", "name"), ("description", "description"), ("parameters", "parametersJsonSchema")];
    Value::Object(function.declare(&names))
}

fn tool_choice(request: &ChatRequest) -> Result<Option<Value>, FieldError> {
    Ok(ToolChoice::of(request)?.map(|choice| match choice {
        ToolChoice::Auto => json!({ "mode": "AUTO" }),
        ToolChoice::Required => json!({ "mode": "ANY" }),
        ToolChoice::None => json!({ "mode": "NONE" }),
        ToolChoice::Function(name) => json!({ "mode": "ANY", "allowedFunctionNames": [name] }),
    }))
}

/// Who speaks, if it is not the system, and what.
fn turn(
    message: &Message,
    called: &mut HashMap<String, String>,
) -> Result<(Option<&'static str>, Vec<Value>), FieldError> {
    let words = ask::content(message.content.as_ref(), part)?;
    Ok(match message.role {
        Role::System | Role::Developer => (None, words),
        Role::User => (Some("user"), words),
        Role::Assistant => {
            let calls = ask::calls(message, |call| {
                let (name, args) = ask::function(call)?;
                called.insert(call.id.clone(), name.to_owned());
                let mut part = json!({ "functionCall": { "name": name, "args": args } });
                let extra = call.extra.get("extra_content");
                let signature = extra.and_then(|e| e.pointer("/google/thought_signature"));
                if let (Some(signature), Some(part)) = (signature, part.as_object_mut()) {
                    part.insert("thoughtSignature".into(), signature.clone());
                }
                Ok(part)
            });
            (Some("model"), [words, calls?].concat())
        }
        Role::Tool => {
            let name = message.tool_call_id.as_ref().and_then(|id| called.get(id));
            let name = name.ok_or_else(|| {
                FieldError::new("tool_call_id", "must name a call of an earlier message")
            })?;
            let result = result(&words);
            let response = json!({ "name": name, "response": result });
            (Some("user"), vec![json!({ "functionResponse": response })])
        }
        Role::Function => return Err(cannot("role")),
    })
}

/// What a tool has said. Gemini takes an object.
fn result(words: &[Value]) -> Value {
    let words = words.iter().filter_map(|part| part.get("text")?.as_str());
    let words = words.collect::<Vec<_>>().concat();
    match serde_json::from_str(&words) {
        Ok(Value::Object(object)) => Value::Object(object),
        _ => json!({ "result": words }),
    }
}

fn part(part: &Part) -> Result<Value, FieldError> {
    let inline =
        |mime: &str, data: &str| json!({ "inlineData": { "mimeType": mime, "data": data } });
    match part.kind.as_str() {
        "text" => Ok(json!({ "text": part.text })),
        "image_url" => match ask::image(part)? {
            Image::Inline { media_type, base64 } => Ok(inline(media_type, base64)),
            Image::At(_) => Err(FieldError::new("image_url.url", "must be a data URL here")),
        },
        "input_audio" => {
            let audio = part.extra.get("input_audio");
            let text = |name: &str| audio.and_then(|a| a.get(name)).and_then(Value::as_str);
            match (text("format"), text("data")) {
                (Some(format @ ("wav" | "mp3")), Some(data)) => {
                    Ok(inline(&format!("audio/{format}"), data))
                }
                _ => Err(cannot("input_audio")),
            }
        }
        _ => Err(cannot("type")),
    }
}
