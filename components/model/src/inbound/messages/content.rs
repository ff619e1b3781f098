//! The blocks of a conversation, as messages of a chat.
//!
//! The results of tools are messages of their own in a chat, and come right after their calls, so
//! they go before whatever else their turn says. Images that a tool returns follow as the user's,
//! since a chat's tools only return text.

use crate::{
    Content, ImageUrl, Message, Part, Role, ToolCall,
    inbound::{
        call_id,
        fields::{Fields, KEPT, Untold, objects},
        original::Original,
    },
};
use kernel::FieldError;
use serde_json::{Map, Value, json};

const BLOCKS_MAX: usize = 10_000;

/// What one turn says.
#[derive(Default)]
struct Turn {
    parts: Vec<Part>,
    calls: Vec<ToolCall>,
    results: Vec<(String, Message)>,
    /// Images that tools have returned.
    returned: Vec<Part>,
}

/// What the system says.
pub fn system(at: &str, value: Value, untold: &mut Untold) -> Result<Option<Content>, FieldError> {
    let mut turn = Turn::default();
    for block in blocks(at, value)? {
        turn.read(block, untold)?;
    }
    if turn.parts.iter().any(|part| part.kind == "image_url") {
        return Err(FieldError::new(at, "must be text"));
    }
    Ok(content(turn.parts))
}

/// A turn of the conversation, as the messages that a chat says it in.
pub fn turn(
    mut said: Fields,
    messages: &mut Vec<Message>,
    original: &mut Original,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    let role = match said.need_text("role")?.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "system" => Role::System,
        _ => return Err(said.error("role", "must be user, assistant or system")),
    };
    let at = said.path("content");
    let value = said.take("content");
    let value = value.ok_or_else(|| said.error("content", "must be a text or a list of blocks"))?;
    let mut turn = Turn::default();
    for block in blocks(&at, value)? {
        turn.read(block, untold)?;
    }
    if role != Role::Assistant && !turn.calls.is_empty() {
        return Err(FieldError::new(at, "must not call tools, unless it is the assistant's"));
    }
    if role != Role::User && !turn.results.is_empty() {
        return Err(FieldError::new(
            at,
            "must not return results of tools, unless it is the user's",
        ));
    }
    for (at, result) in turn.results {
        original.place(&at);
        messages.push(result);
    }
    let mut parts = turn.returned;
    parts.append(&mut turn.parts);
    let content = content(parts);
    if content.is_some() || !turn.calls.is_empty() {
        original.place(&said.path(""));
        let tool_calls = Some(turn.calls).filter(|calls| !calls.is_empty());
        messages.push(Message { tool_calls, ..Message::new(role, content) });
    }
    Ok(())
}

/// A text is short for one block of text.
fn blocks(at: &str, value: Value) -> Result<Vec<Fields>, FieldError> {
    match value {
        Value::String(text) => {
            Ok(vec![Fields::at(at.to_owned(), json!({ "type": "text", "text": text }))?])
        }
        Value::Array(_) => objects(at, value, BLOCKS_MAX),
        _ => Err(FieldError::new(at, "must be a text or a list of blocks")),
    }
}

/// Parts as content. Texts alone become one, since not every server takes parts.
fn content(parts: Vec<Part>) -> Option<Content> {
    if parts.iter().any(|part| part.kind != "text") {
        return Some(Content::Parts(parts));
    }
    let texts = parts.into_iter().filter_map(|part| part.text);
    let texts = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>();
    (!texts.is_empty()).then(|| Content::Text(texts.join("\n")))
}

fn text(text: String) -> Part {
    Part { kind: "text".to_owned(), text: Some(text), image_url: None, extra: Map::new() }
}

impl Turn {
    fn read(&mut self, mut block: Fields, untold: &mut Untold) -> Result<(), FieldError> {
        let kind = block.need_text("type")?;
        match kind.as_str() {
            "text" => self.parts.push(text(block.need_text("text")?)),
            "image" => self.image(block, untold)?,
            "document" => self.document(block, untold)?,
            "search_result" => {
                for name in ["title", "source"] {
                    self.parts.push(text(block.need_text(name)?));
                }
                for inner in block.objects("content", BLOCKS_MAX)?.unwrap_or_default() {
                    self.read(inner, untold)?;
                }
            }
            "tool_use" => self.call(block)?,
            "tool_result" => self.result(block, untold)?,
            // Signed by the one who thought it, and of no use to others.
            "thinking" | "redacted_thinking" => {}
            "container_upload" => return Err(block.error("file_id", KEPT)),
            _ => {
                untold.note(block.path("type"));
                self.count(block);
            }
        }
        Ok(())
    }

    /// Keeps what cannot be said, so that it is counted as a part of the prompt.
    fn count(&mut self, block: Fields) {
        let (kind, extra) = ("file".to_owned(), block.into_map());
        self.parts.push(Part { kind, text: None, image_url: None, extra });
    }

    fn image(&mut self, mut block: Fields, untold: &mut Untold) -> Result<(), FieldError> {
        let mut source = source(&mut block)?;
        let url = match source.need_text("type")?.as_str() {
            "base64" => {
                let media_type = source.need_text("media_type")?;
                format!("data:{media_type};base64,{}", source.need_text("data")?)
            }
            "url" => source.need_text("url")?,
            "file" => return Err(source.error("file_id", KEPT)),
            _ => {
                untold.note(source.path("type"));
                self.count(source);
                return Ok(());
            }
        };
        let known = ["https://", "http://", "data:image/"];
        if !known.iter().any(|scheme| url.starts_with(scheme)) {
            return Err(source.error("", "must be an https URL or an image in base64"));
        }
        let image_url = Some(ImageUrl { url, extra: Map::new() });
        let kind = "image_url".to_owned();
        self.parts.push(Part { kind, text: None, image_url, extra: Map::new() });
        Ok(())
    }

    /// A document: a PDF is a chat's file, and text is text.
    fn document(&mut self, mut block: Fields, untold: &mut Untold) -> Result<(), FieldError> {
        let title = block.text("title")?;
        let mut source = source(&mut block)?;
        match source.need_text("type")?.as_str() {
            "base64" => {
                let media_type = source.need_text("media_type")?;
                let data = format!("data:{media_type};base64,{}", source.need_text("data")?);
                let filename = title.unwrap_or_else(|| "document.pdf".to_owned());
                let mut extra = Map::new();
                extra.insert("file".into(), json!({ "filename": filename, "file_data": data }));
                let kind = "file".to_owned();
                self.parts.push(Part { kind, text: None, image_url: None, extra });
            }
            "text" => {
                self.parts.extend(title.map(text));
                self.parts.push(text(source.need_text("data")?));
            }
            "content" => {
                self.parts.extend(title.map(text));
                let at = source.path("content");
                let inner = source.take("content").unwrap_or_default();
                for inner in blocks(&at, inner)? {
                    self.read(inner, untold)?;
                }
            }
            "file" => return Err(source.error("file_id", KEPT)),
            _ => {
                untold.note(source.path("type"));
                self.count(source);
            }
        }
        Ok(())
    }

    fn call(&mut self, mut block: Fields) -> Result<(), FieldError> {
        let id = block.need_text("id")?;
        let name = block.need_text("name")?;
        let input = block.take("input").unwrap_or_else(|| json!({}));
        if !input.is_object() {
            return Err(block.error("input", "must be an object"));
        }
        let (id, signature) = call_id::unsigned(&id);
        let function = json!({ "name": name, "arguments": input.to_string() });
        let mut extra = Map::new();
        extra.insert("function".into(), function);
        if let Some(signature) = signature {
            extra.insert("extra_content".into(), signature);
        }
        self.calls.push(ToolCall { id: id.to_owned(), kind: "function".to_owned(), extra });
        Ok(())
    }

    fn result(&mut self, mut block: Fields, untold: &mut Untold) -> Result<(), FieldError> {
        let id = block.need_text("tool_use_id")?;
        let failed = block.flag("is_error")?.unwrap_or(false);
        let at = block.path("content");
        let mut said = Self::default();
        if let Some(value) = block.take("content") {
            for inner in blocks(&at, value)? {
                said.read(inner, untold)?;
            }
        }
        if !said.calls.is_empty() || !said.results.is_empty() {
            return Err(FieldError::new(at, "must not have calls of tools or their results"));
        }
        let (mut texts, others): (Vec<_>, Vec<_>) =
            said.parts.into_iter().partition(|part| part.kind == "text");
        if failed {
            texts.insert(0, text("The tool failed:".to_owned()));
        }
        if !others.is_empty() {
            texts.push(text("What the tool returned follows.".to_owned()));
        }
        let content = content(texts).unwrap_or_else(|| Content::Text(String::new()));
        let tool_call_id = Some(call_id::unsigned(&id).0.to_owned());
        let result = Message { tool_call_id, ..Message::new(Role::Tool, Some(content)) };
        self.results.push((block.path(""), result));
        self.returned.extend(others);
        Ok(())
    }
}

fn source(block: &mut Fields) -> Result<Fields, FieldError> {
    block.object("source")?.ok_or_else(|| block.error("source", "must be given"))
}

/// The conversation without thoughts that nobody has signed, if there are such.
///
/// They are what was thought by a model of another provider, whose words were put into a block of
/// thinking on their way to this client; Anthropic refuses what it has not signed itself.
pub fn without_unsigned(original: &Original) -> Option<Value> {
    let text = original.get("messages")?.get();
    if !text.contains("\"thinking\"") {
        return None;
    }
    let mut messages: Value = serde_json::from_str(text).ok()?;
    let mut found = false;
    messages.as_array_mut()?.retain_mut(|message| {
        let Some(blocks) = message.get_mut("content").and_then(Value::as_array_mut) else {
            return true;
        };
        let was_empty = blocks.is_empty();
        blocks.retain(|block| {
            let is_thought = block.get("type").and_then(Value::as_str) == Some("thinking");
            let signature = block.get("signature").and_then(Value::as_str).unwrap_or_default();
            let unsigned = is_thought && signature.is_empty();
            found |= unsigned;
            !unsigned
        });
        was_empty || !blocks.is_empty()
    });
    found.then_some(messages)
}
