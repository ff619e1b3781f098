//! What the formats share that a chat request is put into.
//!
//! What a provider cannot do is an error that names the field: a request is never answered as if it
//! had been another.

use crate::{ChatRequest, Content, Message, Part, Stop, Target, Tool, ToolCall};
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

/// How a model is asked that gives one answer, cannot repeat itself and takes temperatures up to
/// one: temperature, nucleus, and where to stop.
///
/// # Errors
/// The field that is more than such a model can do.
pub fn sampling_of_one(request: &ChatRequest) -> Result<[Option<Value>; 3], FieldError> {
    if request.choices() > 1 {
        return Err(cannot("n"));
    }
    if request.seed.is_some() {
        return Err(cannot("seed"));
    }
    if request.temperature.is_some_and(|temperature| temperature > 1.0) {
        return Err(FieldError::new("temperature", "must be between 0 and 1 for this model"));
    }
    let stops = stops(request);
    Ok([
        request.temperature.map(Value::from),
        request.top_p.map(Value::from),
        (!stops.is_empty()).then(|| stops.into()),
    ])
}

/// Adds the values that there are, under a provider's names for them.
pub fn add<const N: usize>(
    values: [Option<Value>; N],
    names: [&str; N],
    body: &mut Map<String, Value>,
) {
    for (name, value) in names.into_iter().zip(values) {
        body.extend(value.map(|value| (name.to_owned(), value)));
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

/// Most tokens of the answer.
pub fn output_tokens_max(request: &ChatRequest, target: &Target<'_>) -> u32 {
    request.output_limit().map_or(target.output_tokens_max, |limit| limit.tokens)
}

/// A function that the model may call.
pub struct Function<'a>(&'a Value);

impl<'a> Function<'a> {
    /// What is said of it, if anything: `name`, `description`, `parameters`, `strict`.
    pub fn get(&self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    /// The same under other names.
    pub fn declare(&self, names: &[(&str, &str)]) -> Map<String, Value> {
        let said = names.iter().filter_map(|(ours, theirs)| {
            self.get(ours).map(|value| ((*theirs).to_owned(), value.clone()))
        });
        said.collect()
    }
}

/// The tools that the model may call, as `declare` says them.
///
/// # Errors
/// When one is no function.
pub fn tools(
    request: &ChatRequest,
    declare: impl Fn(Function<'_>) -> Value,
) -> Result<Vec<Value>, FieldError> {
    let declare = |(index, tool): (usize, &Tool)| {
        let function = tool.extra.get("function").filter(|_| tool.kind == "function");
        let function = function.ok_or_else(|| cannot(format!("tools[{index}].type")))?;
        Ok(declare(Function(function)))
    };
    request.tools.iter().flatten().enumerate().map(declare).collect()
}

/// Which tool the model must call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolChoice<'a> {
    /// Any or none.
    Auto,
    /// At least one.
    Required,
    /// None.
    None,
    /// The function of this name.
    Function(&'a str),
}

impl<'a> ToolChoice<'a> {
    /// The choice that a request makes, if it does.
    ///
    /// # Errors
    /// When it is none of OpenAI's simple ones.
    pub fn of(request: &'a ChatRequest) -> Result<Option<Self>, FieldError> {
        let choice = match &request.tool_choice {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(word)) => match word.as_str() {
                "auto" => Some(Self::Auto),
                "required" => Some(Self::Required),
                "none" => Some(Self::None),
                _ => None,
            },
            Some(choice) => {
                choice.pointer("/function/name").and_then(Value::as_str).map(Self::Function)
            }
        };
        choice.map(Some).ok_or_else(|| cannot("tool_choice"))
    }
}

/// Whether tools may only be called one at a time.
pub fn one_call_at_a_time(request: &ChatRequest) -> bool {
    request.extra.get("parallel_tool_calls") == Some(&Value::Bool(false))
}

/// What an assistant has called, as `read` says it.
///
/// # Errors
/// Those of `read`, at the call; and for a call from before there were several.
pub fn calls<T>(
    message: &Message,
    mut read: impl FnMut(&ToolCall) -> Result<T, FieldError>,
) -> Result<Vec<T>, FieldError> {
    if message.extra.contains_key("function_call") {
        return Err(cannot("function_call"));
    }
    let calls = message.tool_calls.iter().flatten().enumerate();
    let read = |(index, call)| read(call).map_err(|e| e.within(&format!("tool_calls[{index}]")));
    calls.map(read).collect()
}

/// The function that an assistant has called, and its arguments as they were written.
///
/// # Errors
/// When it is no function.
pub fn written(call: &ToolCall) -> Result<(&str, &str), FieldError> {
    let function = call.extra.get("function").ok_or_else(|| cannot("type"))?;
    let text = |name: &str| function.get(name).and_then(Value::as_str).unwrap_or_default();
    // A function without parameters is sometimes called with nothing at all.
    let arguments = Some(text("arguments")).filter(|text| !text.trim().is_empty()).unwrap_or("{}");
    Ok((text("name"), arguments))
}

/// The function that an assistant has called, and its arguments.
///
/// # Errors
/// When it is no function, or the arguments are no JSON object.
pub fn function(call: &ToolCall) -> Result<(&str, Map<String, Value>), FieldError> {
    let (name, arguments) = written(call)?;
    let arguments = serde_json::from_str(arguments)
        .map_err(|_| FieldError::new("function.arguments", "must be a JSON object"))?;
    Ok((name, arguments))
}

/// The parts of a content, as `read` says them. Texts that say nothing are left out: some providers
/// refuse them.
///
/// # Errors
/// Those of `read`, at the part.
pub fn content(
    content: Option<&Content>,
    mut read: impl FnMut(&Part) -> Result<Value, FieldError>,
) -> Result<Vec<Value>, FieldError> {
    let whole;
    let parts = match content {
        None => return Ok(Vec::new()),
        Some(Content::Text(text)) => {
            let (kind, text) = ("text".to_owned(), Some(text.clone()));
            whole = [Part { kind, text, image_url: None, extra: Map::new() }];
            &whole[..]
        }
        Some(Content::Parts(parts)) => parts,
    };
    let said = parts.iter().enumerate();
    let said = said.filter(|(_, part)| {
        part.kind != "text" || part.text.as_ref().is_some_and(|text| !text.is_empty())
    });
    let read = |(index, part)| read(part).map_err(|e| e.within(&format!("content[{index}]")));
    said.map(read).collect()
}
