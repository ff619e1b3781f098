//! What the formats share that a chat request is put into.
//!
//! What a provider cannot do is an error that names the field: a request is never answered as if it
//! had been another.

use crate::{ChatRequest, Message, Part, Stop, ToolCall};
use kernel::FieldError;
use serde_json::{Map, Value, json};

/// Fields that change nothing of an answer.
const WITHOUT_EFFECT: &[&str] = &[
    "metadata",
    "store",
    "service_tier",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
];

/// What one side says at its turn.
pub type Turn = (&'static str, Vec<Value>);

/// The system's words, which most formats want apart, and the conversation, in which the two sides
/// take turns: messages of one side that follow each other become one, as the results of tools that
/// were called together must. `read` tells who speaks, if it is not the system, and what.
///
/// # Errors
/// Those of `read`, at the message.
pub fn conversation(
    messages: &[Message],
    mut read: impl FnMut(&Message) -> Result<(Option<&'static str>, Vec<Value>), FieldError>,
) -> Result<(Vec<Value>, Vec<Turn>), FieldError> {
    let (mut system, mut turns) = (Vec::new(), Vec::<Turn>::new());
    for (index, message) in messages.iter().enumerate() {
        let (side, said) = read(message).map_err(|e| e.within(&format!("messages[{index}]")))?;
        match (side, turns.last_mut()) {
            (None, _) => system.extend(said),
            (Some(side), Some((last, earlier))) if *last == side => earlier.extend(said),
            (Some(side), _) => turns.push((side, said)),
        }
    }
    turns.retain(|(_, said)| !said.is_empty());
    Ok((system, turns))
}

/// The error for what a provider cannot do.
pub fn cannot(field: impl Into<String>) -> FieldError {
    FieldError::new(field, "is more than this model can do")
}

/// Whether a field changes nothing, because of its name or because it says what would be the case
/// without it.
pub fn is_without_effect(name: &str, value: &Value) -> bool {
    match name {
        _ if WITHOUT_EFFECT.contains(&name) => true,
        "frequency_penalty" | "presence_penalty" | "top_logprobs" => value.as_f64() == Some(0.0),
        "logprobs" => value == &Value::Bool(false),
        "logit_bias" => value.as_object().is_some_and(Map::is_empty),
        "modalities" => value == &json!(["text"]),
        _ => value.is_null(),
    }
}

/// Where the answer stops.
pub fn stops(request: &ChatRequest) -> Vec<String> {
    match &request.stop {
        None => Vec::new(),
        Some(Stop::One(stop)) => vec![stop.clone()],
        Some(Stop::Many(stops)) => stops.clone(),
    }
}

/// The form of an answer.
pub enum Form<'a> {
    /// Words.
    Text,
    /// Any JSON.
    Json,
    /// JSON of a schema.
    Schema(&'a Value),
}

impl<'a> Form<'a> {
    /// The form that a request asks for.
    ///
    /// # Errors
    /// Without the schema, where there should be one.
    pub fn of(request: &'a ChatRequest) -> Result<Self, FieldError> {
        let Some(format) = &request.response_format else { return Ok(Self::Text) };
        match format.kind.as_str() {
            "text" => Ok(Self::Text),
            "json_object" => Ok(Self::Json),
            _ => {
                let schema = format.extra.get("json_schema").and_then(|named| named.get("schema"));
                let missing =
                    || FieldError::new("response_format.json_schema.schema", "must be given");
                schema.map(Self::Schema).ok_or_else(missing)
            }
        }
    }
}

/// An image of a prompt.
pub enum Image<'a> {
    /// It is at a URL.
    At(&'a str),
    /// It is here.
    Inline { media_type: &'a str, base64: &'a str },
}

/// The image of an `image_url`.
///
/// # Errors
/// When it is a data URL that is not in base64.
pub fn image(part: &Part) -> Result<Image<'_>, FieldError> {
    let url = part.image_url.as_ref().map(|image| image.url.as_str()).unwrap_or_default();
    let Some(data) = url.strip_prefix("data:") else { return Ok(Image::At(url)) };
    let split = data.split_once(";base64,");
    let (media_type, base64) = split.ok_or_else(|| {
        FieldError::new("image_url.url", "must be in base64, if it is a data URL")
    })?;
    Ok(Image::Inline { media_type, base64 })
}

/// The function that an assistant has called, and its arguments.
///
/// # Errors
/// When it is no function, or the arguments are no JSON object.
pub fn function(call: &ToolCall) -> Result<(&str, Map<String, Value>), FieldError> {
    let function = call.extra.get("function").ok_or_else(|| cannot("type"))?;
    let text = |name: &str| function.get(name).and_then(Value::as_str).unwrap_or_default();
    // A function without parameters is sometimes called with nothing at all.
    let arguments = Some(text("arguments")).filter(|text| !text.trim().is_empty()).unwrap_or("{}");
    let arguments = serde_json::from_str(arguments)
        .map_err(|_| FieldError::new("function.arguments", "must be a JSON object"))?;
    Ok((text("name"), arguments))
}
