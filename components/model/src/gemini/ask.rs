//! A chat request in Gemini's words.

use crate::{
    ChatRequest, Content, Message, Part, Role, Target, Tool,
    ask::{self, Form, Image, cannot},
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
    let limit = request.output_limit().map_or(target.output_tokens_max, |limit| limit.tokens);
    body.insert("generationConfig".into(), Value::Object(options(request, limit)?));
    let tools = request.tools.iter().flatten().enumerate();
    let tools = tools.map(|(index, t)| tool(t).map_err(|e| e.within(&format!("tools[{index}]"))));
    let tools = tools.collect::<Result<Vec<_>, _>>()?;
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

fn tool(tool: &Tool) -> Result<Value, FieldError> {
    let function = tool.extra.get("function").filter(|_| tool.kind == "function");
    let function = function.ok_or_else(|| cannot("type"))?;
    let mut declared = Map::new();
    for (ours, theirs) in
        [("name", "name"), ("description", "description"), ("parameters", "parametersJsonSchema")]
    {
        if let Some(value) = function.get(ours).filter(|value| !value.is_null()) {
            declared.insert(theirs.into(), value.clone());
        }
    }
    Ok(Value::Object(declared))
}

fn tool_choice(request: &ChatRequest) -> Result<Option<Value>, FieldError> {
    Ok(match &request.tool_choice {
        None | Some(Value::Null) => None,
        Some(Value::String(word)) => Some(match word.as_str() {
            "auto" => json!({ "mode": "AUTO" }),
            "required" => json!({ "mode": "ANY" }),
            "none" => json!({ "mode": "NONE" }),
            _ => return Err(cannot("tool_choice")),
        }),
        Some(choice) => match choice.pointer("/function/name") {
            Some(name) => Some(json!({ "mode": "ANY", "allowedFunctionNames": [name] })),
            None => return Err(cannot("tool_choice")),
        },
    })
}

/// Who speaks, if it is not the system, and what.
fn turn(
    message: &Message,
    called: &mut HashMap<String, String>,
) -> Result<(Option<&'static str>, Vec<Value>), FieldError> {
    let words = message.content.as_ref().map_or(Ok(Vec::new()), parts)?;
    Ok(match message.role {
        Role::System | Role::Developer => (None, words),
        Role::User => (Some("user"), words),
        Role::Assistant => {
            let mut parts = words;
            for (index, call) in message.tool_calls.iter().flatten().enumerate() {
                let (name, args) =
                    ask::function(call).map_err(|e| e.within(&format!("tool_calls[{index}]")))?;
                called.insert(call.id.clone(), name.to_owned());
                let mut part = json!({ "functionCall": { "name": name, "args": args } });
                let extra = call.extra.get("extra_content");
                let signature = extra.and_then(|e| e.pointer("/google/thought_signature"));
                if let (Some(signature), Some(part)) = (signature, part.as_object_mut()) {
                    part.insert("thoughtSignature".into(), signature.clone());
                }
                parts.push(part);
            }
            if message.extra.contains_key("function_call") {
                return Err(cannot("function_call"));
            }
            (Some("model"), parts)
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

fn parts(content: &Content) -> Result<Vec<Value>, FieldError> {
    match content {
        Content::Text(text) if text.is_empty() => Ok(Vec::new()),
        Content::Text(text) => Ok(vec![json!({ "text": text })]),
        Content::Parts(parts) => {
            let part = |(index, part)| {
                self::part(part).map_err(|e| e.within(&format!("content[{index}]")))
            };
            parts.iter().enumerate().map(part).collect()
        }
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
