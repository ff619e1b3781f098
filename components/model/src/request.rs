//! A request for a chat completion, as clients of OpenAI's API write it.

use crate::{Dialect, Original, PromptCount};
use kernel::FieldError;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

const MESSAGES_MAX: usize = 2_000;
const TOOLS_MAX: usize = 128;
const STOPS_MAX: usize = 4;
const CHOICES_MAX: u32 = 8;

/// A chat completion request
/// ([reference](https://platform.openai.com/docs/api-reference/chat/create)).
///
/// What Postern must understand is typed; what it need not is kept in `extra` and passed on to a
/// provider of the same format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The model's name in the catalogue.
    pub model: String,
    /// The conversation, oldest message first.
    pub messages: Vec<Message>,
    /// Whether the answer is wanted piece by piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// What a stream should contain beside the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
    /// Most tokens of an answer, by its older name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// Most tokens of an answer, reasoning among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_completion_tokens: Option<u32>,
    /// How many answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// Where to stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Stop>,
    /// Makes sampling repeatable, where the provider can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// 0 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// Tools that the model may call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Tool>>,
    /// Which tool it must call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<Value>,
    /// The form of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_format: Option<ResponseFormat>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    /// The request as its client wrote it, if that was no chat completion.
    #[serde(skip)]
    pub original: Option<Arc<Original>>,
}

impl ChatRequest {
    /// A request that says nothing of how it is to be answered.
    pub(crate) fn new(model: String, messages: Vec<Message>) -> Self {
        Self {
            model,
            messages,
            stream: None,
            stream_options: None,
            max_tokens: None,
            max_completion_tokens: None,
            n: None,
            stop: None,
            seed: None,
            temperature: None,
            top_p: None,
            tools: None,
            tool_choice: None,
            response_format: None,
            extra: Map::new(),
            original: None,
        }
    }
}

/// Options of a stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamOptions {
    /// Whether a last chunk should tell the usage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_usage: Option<bool>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The application.
    System,
    /// The application, to newer models.
    Developer,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// A tool that the model called.
    Tool,
    /// A tool, in requests from before there were several.
    Function,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said. An assistant that only calls tools says nothing.
    #[serde(default)]
    pub content: Option<Content>,
    /// Which of several speakers of a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Tools that the assistant called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCall>>,
    /// Which call a tool's message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Message {
    /// What somebody says, and nothing about it.
    pub(crate) fn new(role: Role, content: Option<Content>) -> Self {
        Self { role, content, name: None, tool_calls: None, tool_call_id: None, extra: Map::new() }
    }
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// Text.
    Text(String),
    /// Text, images and other things in a row.
    Parts(Vec<Part>),
}

impl<'de> Deserialize<'de> for Content {
    /// By hand rather than untagged, so that an error in a part says which part and what.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Content;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a list of parts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Content, E> {
                Ok(Content::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Content, E> {
                Ok(Content::Text(text))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<Content, A::Error> {
                let parts = serde::de::value::SeqAccessDeserializer::new(seq);
                Vec::deserialize(parts).map(Content::Parts)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// One part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// `text`, `image_url`, `input_audio`, `file`, `refusal`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text of a `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The image of an `image_url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<ImageUrl>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Where an image is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageUrl {
    /// An `https:` or a `data:` URL.
    pub url: String,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Names the call, so that its answer can.
    pub id: String,
    /// `function` or `custom`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Everything else: the function's name and arguments.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A tool that the model may call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// `function` or `custom`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Everything else: the function's name, description and schema.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The form of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseFormat {
    /// `text`, `json_object` or `json_schema`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Everything else: the schema.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Where to stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Stop {
    /// Before this text.
    One(String),
    /// Before the first of these texts.
    Many(Vec<String>),
}

/// What must be known of a request to admit and route it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The model's name in the catalogue.
    pub model: String,
    /// Whether the answer is wanted piece by piece.
    pub stream: bool,
    /// Whether the client wants to see the usage of a stream.
    pub show_usage: bool,
    /// The longest answer that the client has asked for.
    pub output_limit: Option<OutputLimit>,
    /// How many answers.
    pub choices: u32,
    /// What the prompt is likely to be.
    pub prompt: PromptCount,
}

/// The longest answer that a client has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputLimit {
    /// In tokens.
    pub tokens: u32,
    /// The field it was asked for in.
    pub field: &'static str,
}

impl ChatRequest {
    /// Reads and checks the body of a request.
    ///
    /// # Errors
    /// A [`FieldError`] that names the field as OpenAI's errors do: `messages[2].content`. The
    /// field is empty when the body is not JSON.
    pub fn parse(body: &[u8]) -> Result<Self, FieldError> {
        let request: Self = kernel::read_json(body)?;
        request.check()?;
        Ok(request)
    }

    /// Whether the answer is wanted piece by piece.
    #[must_use]
    pub fn wants_stream(&self) -> bool {
        self.stream.unwrap_or(false)
    }

    /// Whether the client wants to see the usage of a stream.
    #[must_use]
    pub fn wants_usage(&self) -> bool {
        self.stream_options.as_ref().and_then(|o| o.include_usage).unwrap_or(false)
    }

    /// The longest answer the client has asked for.
    #[must_use]
    pub fn output_limit(&self) -> Option<OutputLimit> {
        let is_response = self.dialect() == Dialect::OpenaiResponses;
        let limit = |field| {
            let field = if is_response { "max_output_tokens" } else { field };
            move |tokens| OutputLimit { tokens, field }
        };
        let newer = self.max_completion_tokens.map(limit("max_completion_tokens"));
        newer.or_else(|| self.max_tokens.map(limit("max_tokens")))
    }

    /// What must be known of the request to admit and route it.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            model: self.model.clone(),
            stream: self.wants_stream(),
            show_usage: self.wants_usage(),
            output_limit: self.output_limit(),
            choices: self.choices(),
            prompt: PromptCount::of(self),
        }
    }

    /// How many answers the client has asked for.
    #[must_use]
    pub fn choices(&self) -> u32 {
        self.n.unwrap_or(1)
    }

    fn check(&self) -> Result<(), FieldError> {
        if self.model.is_empty() {
            return Err(FieldError::new("model", "must not be empty"));
        }
        between("messages", self.messages.len(), 1, MESSAGES_MAX)?;
        for (index, message) in self.messages.iter().enumerate() {
            message.check().map_err(|e| e.within(&format!("messages[{index}]")))?;
        }
        between("tools", self.tools.as_ref().map_or(0, Vec::len), 0, TOOLS_MAX)?;
        for (index, tool) in self.tools.iter().flatten().enumerate() {
            tool.check().map_err(|e| e.within(&format!("tools[{index}]")))?;
        }
        if let Some(Stop::Many(stops)) = &self.stop {
            between("stop", stops.len(), 0, STOPS_MAX)?;
        }
        if !(1..=CHOICES_MAX).contains(&self.choices()) {
            return Err(FieldError::new("n", format!("must be between 1 and {CHOICES_MAX}")));
        }
        for (field, limit) in
            [("max_tokens", self.max_tokens), ("max_completion_tokens", self.max_completion_tokens)]
        {
            if limit == Some(0) {
                return Err(FieldError::new(field, "must be above zero"));
            }
        }
        for (field, value, most) in
            [("temperature", self.temperature, 2.0), ("top_p", self.top_p, 1.0)]
        {
            if value.is_some_and(|value| !(0.0..=most).contains(&value)) {
                return Err(FieldError::new(field, format!("must be between 0 and {most}")));
            }
        }
        if self.stream_options.is_some() && !self.wants_stream() {
            return Err(FieldError::new("stream_options", "needs `stream` to be true"));
        }
        self.response_format.as_ref().map_or(Ok(()), ResponseFormat::check)
    }
}

impl Message {
    fn check(&self) -> Result<(), FieldError> {
        let calls = self.tool_calls.as_ref().is_some_and(|calls| !calls.is_empty())
            || self.extra.contains_key("function_call")
            || self.extra.contains_key("refusal")
            || self.extra.contains_key("audio");
        match &self.content {
            None if self.role == Role::Assistant && calls => {}
            None => {
                return Err(FieldError::new("content", "must be a text or a list of parts"));
            }
            Some(Content::Text(_)) => {}
            Some(Content::Parts(parts)) => {
                if parts.is_empty() {
                    return Err(FieldError::new("content", "must have at least one part"));
                }
                for (index, part) in parts.iter().enumerate() {
                    part.check().map_err(|e| e.within(&format!("content[{index}]")))?;
                }
            }
        }
        if self.role == Role::Tool && self.tool_call_id.is_none() {
            return Err(FieldError::new("tool_call_id", "must name the call that this answers"));
        }
        Ok(())
    }
}

impl Part {
    fn check(&self) -> Result<(), FieldError> {
        match self.kind.as_str() {
            "text" if self.text.is_none() => Err(FieldError::new("text", "must be given")),
            "image_url" => {
                let image = self.image_url.as_ref();
                let image = image.ok_or_else(|| FieldError::new("image_url", "must be given"))?;
                let known = ["https://", "http://", "data:image/"];
                if known.iter().any(|scheme| image.url.starts_with(scheme)) {
                    Ok(())
                } else {
                    Err(FieldError::new("image_url.url", "must be an https or a data:image URL"))
                }
            }
            "text" | "input_audio" | "file" | "refusal" => Ok(()),
            _ => Err(FieldError::new(
                "type",
                "must be text, image_url, input_audio, file or refusal",
            )),
        }
    }
}

impl Tool {
    fn check(&self) -> Result<(), FieldError> {
        let name = self.extra.get(&self.kind).and_then(|tool| tool.get("name"));
        match self.kind.as_str() {
            "function" | "custom" if name.is_some_and(Value::is_string) => Ok(()),
            "function" | "custom" => {
                Err(FieldError::new(format!("{}.name", self.kind), "must be given"))
            }
            _ => Err(FieldError::new("type", "must be function or custom")),
        }
    }
}

impl ResponseFormat {
    fn check(&self) -> Result<(), FieldError> {
        match self.kind.as_str() {
            "text" | "json_object" => Ok(()),
            "json_schema" if self.extra.get("json_schema").is_some_and(Value::is_object) => Ok(()),
            "json_schema" => {
                Err(FieldError::new("response_format.json_schema", "must be an object"))
            }
            _ => Err(FieldError::new(
                "response_format.type",
                "must be text, json_object or json_schema",
            )),
        }
    }
}

fn between(field: &str, len: usize, least: usize, most: usize) -> Result<(), FieldError> {
    if (least..=most).contains(&len) {
        return Ok(());
    }
    Err(FieldError::new(field, format!("must have {least} to {most} entries")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn minimal() -> Value {
        json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]})
    }

    fn parse(value: &Value) -> Result<ChatRequest, FieldError> {
        ChatRequest::parse(value.to_string().as_bytes())
    }

    fn error(field: &str, value: Value) -> String {
        let mut request = minimal();
        request[field] = value;
        parse(&request).unwrap_err().to_string()
    }

    #[test]
    fn a_full_request_is_written_as_it_was_read() {
        let request = json!({
            "model": "gpt-4o", "stream": true, "stream_options": {"include_usage": true},
            "max_completion_tokens": 50, "n": 2, "stop": ["a", "b"], "seed": -7,
            "temperature": 0.5, "top_p": 1.0, "tool_choice": "auto",
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}},
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
            "parallel_tool_calls": false, "logit_bias": {"50256": -100}, "user": "u",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "name": "mia", "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}},
                    {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}]},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "42"}
            ]
        });
        let parsed = parse(&request).unwrap();
        assert_eq!(serde_json::to_value(&parsed).unwrap(), request);
        assert!(parsed.wants_stream() && parsed.wants_usage());
        let limit = OutputLimit { tokens: 50, field: "max_completion_tokens" };
        assert_eq!(parsed.output_limit(), Some(limit));
    }

    #[test]
    fn errors_name_the_field() {
        for (told, message) in [
            (error("model", json!("")), "`model` must not be empty"),
            (error("model", json!(7)), "`model` is not as expected: invalid type: integer `7`"),
            (error("messages", json!([])), "`messages` must have 1 to 2000 entries"),
            (error("messages", json!("hi")), "`messages` is not as expected: invalid type: string"),
            (error("messages", json!([{"role": "user"}])), "`messages[0].content` must be a text"),
            (
                error("messages", json!([{"role": "king", "content": ""}])),
                "`messages[0].role` is not",
            ),
            (
                error("messages", json!([{"role": "user", "content": 7}])),
                "`messages[0].content` is not",
            ),
            (
                error("messages", json!([{"role": "user", "content": []}])),
                "`messages[0].content` must",
            ),
            (
                error("messages", json!([{"role": "user", "content": [{"type": "text"}]}])),
                "`messages[0].content[0].text` must be given",
            ),
            (
                error("messages", json!([{"role": "user", "content": [{"type": "video"}]}])),
                "`messages[0].content[0].type` must be",
            ),
            (
                error(
                    "messages",
                    json!([{"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}]}]),
                ),
                "`messages[0].content[0].image_url.url` must be",
            ),
            (
                error("messages", json!([{"role": "tool", "content": "42"}])),
                "`messages[0].tool_call_id`",
            ),
            (error("temperature", json!(2.5)), "`temperature` must be between 0 and 2"),
            (error("top_p", json!(-1)), "`top_p` must be between 0 and 1"),
            (error("n", json!(0)), "`n` must be between 1 and 8"),
            (error("n", json!(9)), "`n` must be between 1 and 8"),
            (error("max_tokens", json!(0)), "`max_tokens` must be above zero"),
            (error("max_tokens", json!(-5)), "`max_tokens` is not as expected"),
            (error("stop", json!(["a", "b", "c", "d", "e"])), "`stop` must have 0 to 4 entries"),
            (
                error("tools", json!([{"type": "function"}])),
                "`tools[0].function.name` must be given",
            ),
            (error("tools", json!([{"type": "retrieval"}])), "`tools[0].type` must be"),
            (error("stream_options", json!({})), "`stream_options` needs `stream`"),
            (error("response_format", json!({"type": "xml"})), "`response_format.type` must be"),
            (
                error("response_format", json!({"type": "json_schema"})),
                "`response_format.json_schema`",
            ),
        ] {
            assert!(told.starts_with(message), "{told}");
        }
    }

    #[test]
    fn a_body_that_is_no_json_has_no_field() {
        for body in ["", "{", "[1", "nonsense", "{\"model\": \"m\"} {"] {
            let error = ChatRequest::parse(body.as_bytes()).unwrap_err();
            assert_eq!(error.field, "", "{body}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{{\"model\":{}", "[".repeat(100_000));
        assert!(ChatRequest::parse(deep.as_bytes()).is_err());
    }
}
