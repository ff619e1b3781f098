//! The items of an input, as messages of a chat.

use super::is_kind;
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

const ITEMS_MAX: usize = 10_000;

/// Reads an input. A text is short for one message of the user.
pub fn read(
    input: Value,
    messages: &mut Vec<Message>,
    original: &mut Original,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    if let Value::String(text) = input {
        original.place("input");
        messages.push(Message::new(Role::User, Some(Content::Text(text))));
        return Ok(());
    }
    // Images that tools have returned, until the tools have all returned.
    let mut returned = Vec::new();
    for mut item in objects("input", input, ITEMS_MAX)? {
        let kind = item.text("type")?.unwrap_or_else(|| "message".to_owned());
        if kind != "function_call_output" {
            show(&mut returned, messages, original);
        }
        match kind.as_str() {
            "message" => {
                let said = said(&mut item, untold)?;
                original.place(&item.path(""));
                messages.push(said);
            }
            "function_call" => call(&mut item, messages, original)?,
            "function_call_output" => {
                let result = result(&mut item, &mut returned, untold)?;
                original.place(&item.path(""));
                messages.push(result);
            }
            // Of no use to another than the model that thought it.
            "reasoning" => {}
            "item_reference" => return Err(item.error("id", KEPT)),
            _ => {
                untold.note(item.path("type"));
                original.place(&item.path(""));
                messages.push(Message::new(Role::User, Some(Content::Parts(vec![other(item)]))));
            }
        }
    }
    show(&mut returned, messages, original);
    if messages.is_empty() {
        return Err(FieldError::new("input", "must say something"));
    }
    Ok(())
}

fn show(returned: &mut Vec<Part>, messages: &mut Vec<Message>, original: &mut Original) {
    if !returned.is_empty() {
        original.place("input");
        let parts = std::mem::take(returned);
        messages.push(Message::new(Role::User, Some(Content::Parts(parts))));
    }
}

fn said(item: &mut Fields, untold: &mut Untold) -> Result<Message, FieldError> {
    let role = match item.need_text("role")?.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        // By its older name, which every server knows.
        "system" | "developer" => Role::System,
        _ => return Err(item.error("role", "must be user, assistant, system or developer")),
    };
    let parts = parts(item, "content", untold)?;
    let content = content(parts).unwrap_or_else(|| Content::Text(String::new()));
    Ok(Message::new(role, Some(content)))
}

/// A call of a tool. Calls that follow each other, or what the assistant has said, are one message
/// of a chat: their results must follow all of them.
fn call(
    item: &mut Fields,
    messages: &mut Vec<Message>,
    original: &mut Original,
) -> Result<(), FieldError> {
    let id = item.need_text("call_id")?;
    let name = item.need_text("name")?;
    let arguments = item.text("arguments")?.unwrap_or_default();
    let (id, signature) = call_id::unsigned(&id);
    let mut extra = Map::new();
    extra.insert("function".into(), json!({ "name": name, "arguments": arguments }));
    if let Some(signature) = signature {
        extra.insert("extra_content".into(), signature);
    }
    let call = ToolCall { id: id.to_owned(), kind: "function".to_owned(), extra };
    match messages.last_mut().filter(|last| last.role == Role::Assistant) {
        Some(last) => last.tool_calls.get_or_insert_default().push(call),
        None => {
            original.place(&item.path(""));
            let tool_calls = Some(vec![call]);
            messages.push(Message { tool_calls, ..Message::new(Role::Assistant, None) });
        }
    }
    Ok(())
}

/// What a tool has returned: text, and images that follow as the user's, since a chat's tools only
/// return text.
fn result(
    item: &mut Fields,
    returned: &mut Vec<Part>,
    untold: &mut Untold,
) -> Result<Message, FieldError> {
    let id = item.need_text("call_id")?;
    let parts = parts(item, "output", untold)?;
    let (mut texts, others): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| part.kind == "text");
    if !others.is_empty() {
        texts.push(text("What the tool returned follows.".to_owned()));
    }
    returned.extend(others);
    let content = content(texts).unwrap_or_else(|| Content::Text(String::new()));
    let tool_call_id = Some(call_id::unsigned(&id).0.to_owned());
    Ok(Message { tool_call_id, ..Message::new(Role::Tool, Some(content)) })
}

fn parts(item: &mut Fields, name: &str, untold: &mut Untold) -> Result<Vec<Part>, FieldError> {
    let at = item.path(name);
    match item.take(name) {
        None => Err(item.error(name, "must be given")),
        Some(Value::String(words)) => Ok(vec![text(words)]),
        Some(value) => {
            let given = objects(&at, value, ITEMS_MAX)?.into_iter();
            given.map(|given| part(given, untold)).collect()
        }
    }
}

fn part(mut given: Fields, untold: &mut Untold) -> Result<Part, FieldError> {
    let kind = given.need_text("type")?;
    match kind.as_str() {
        "input_text" | "output_text" | "text" => given.need_text("text").map(text),
        "refusal" => given.need_text("refusal").map(text),
        "input_image" | "input_file" if given.take("file_id").is_some() => {
            Err(given.error("file_id", KEPT))
        }
        "input_image" => {
            let url = given.need_text("image_url")?;
            let known = ["https://", "http://", "data:image/"];
            if !known.iter().any(|scheme| url.starts_with(scheme)) {
                return Err(given.error("image_url", "must be an https or a data:image URL"));
            }
            let mut extra = Map::new();
            if let Some(detail) = given.text("detail")? {
                extra.insert("detail".into(), detail.into());
            }
            let image_url = Some(ImageUrl { url, extra });
            let kind = "image_url".to_owned();
            Ok(Part { kind, text: None, image_url, extra: Map::new() })
        }
        "input_file" => {
            if given.take("file_url").is_some() {
                untold.note(given.path("file_url"));
            }
            let mut extra = Map::new();
            extra.insert("file".into(), Value::Object(given.into_map()));
            Ok(Part { kind: "file".to_owned(), text: None, image_url: None, extra })
        }
        _ => {
            untold.note(given.path("type"));
            Ok(other(given))
        }
    }
}

/// What cannot be said, kept so that it is counted as a part of the prompt.
fn other(given: Fields) -> Part {
    let (kind, extra) = ("file".to_owned(), given.into_map());
    Part { kind, text: None, image_url: None, extra }
}

fn text(text: String) -> Part {
    Part { kind: "text".to_owned(), text: Some(text), image_url: None, extra: Map::new() }
}

/// Parts as content. Texts alone become one, since not every server takes parts.
fn content(parts: Vec<Part>) -> Option<Content> {
    if parts.iter().any(|part| part.kind != "text") {
        return Some(Content::Parts(parts));
    }
    let texts = parts.into_iter().filter_map(|part| part.text).collect::<Vec<_>>();
    (!texts.is_empty()).then(|| Content::Text(texts.join("\n")))
}

/// The input without thoughts of which there is but the name, if there are such: without a store
/// the provider knows them no more, and would refuse the whole input.
pub fn without_forgotten(original: &Original) -> Option<Value> {
    let text = original.get("input")?.get();
    if !text.contains("\"reasoning\"") {
        return None;
    }
    let mut items: Value = serde_json::from_str(text).ok()?;
    let mut found = false;
    items.as_array_mut()?.retain(|item| {
        let sealed = item.get("encrypted_content").is_some_and(Value::is_string);
        let forgotten = is_kind(item, "reasoning") && !sealed;
        found |= forgotten;
        !forgotten
    });
    found.then_some(items)
}
