//! What a request for a response asks beside its input.

use crate::{
    ChatRequest, ResponseFormat, Tool,
    inbound::fields::{Fields, KEPT, Untold},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};

const TOOLS_MAX: usize = 1_000;
/// Fields that a chat has by the same name.
const SAME: &[&str] = &[
    "parallel_tool_calls",
    "prompt_cache_key",
    "prompt_cache_retention",
    "safety_identifier",
    "service_tier",
    "user",
];

pub fn read(
    fields: &mut Fields,
    request: &mut ChatRequest,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    for name in SAME {
        if let Some(value) = fields.take(name) {
            request.extra.insert((*name).to_owned(), value);
        }
    }
    // A chat takes metadata only for what it stores. A response echoes it.
    fields.object("metadata")?;
    if let Some(mut reasoning) = fields.object("reasoning")? {
        if let Some(effort) = reasoning.text("effort")? {
            request.extra.insert("reasoning_effort".into(), effort.into());
        }
        // How thoughts are summed up is the provider's: they come as it says them.
        for name in reasoning.left().filter(|name| !["summary", "generate_summary"].contains(name))
        {
            untold.note(reasoning.path(name));
        }
    }
    if fields.take("top_logprobs").is_some_and(|count| count.as_u64() != Some(0)) {
        untold.note("top_logprobs");
    }
    text(fields, request, untold)?;
    tools(fields, request, untold)
}

/// The form of the answer.
fn text(
    fields: &mut Fields,
    request: &mut ChatRequest,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    let Some(mut text) = fields.object("text")? else { return Ok(()) };
    if let Some(verbosity) = text.text("verbosity")? {
        // What is so without it need not be said to those who do not know the field.
        if verbosity != "medium" {
            request.extra.insert("verbosity".into(), verbosity.into());
        }
    }
    let Some(mut format) = text.object("format")? else { return Ok(()) };
    let kind = format.need_text("type")?;
    let mut extra = Map::new();
    match kind.as_str() {
        "text" => return Ok(()),
        "json_object" => {}
        "json_schema" => {
            let name = format.need_text("name")?;
            let schema = format.take("schema").filter(Value::is_object);
            let schema = schema.ok_or_else(|| format.error("schema", "must be an object"))?;
            let mut named = format.into_map();
            named.insert("name".into(), name.into());
            named.insert("schema".into(), schema);
            extra.insert("json_schema".into(), Value::Object(named));
        }
        _ => untold.note(format.path("type")),
    }
    request.response_format = Some(ResponseFormat { kind, extra });
    Ok(())
}

fn tools(
    fields: &mut Fields,
    request: &mut ChatRequest,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    let tools = fields.objects("tools", TOOLS_MAX)?.unwrap_or_default();
    let tools = tools.into_iter().map(|given| tool(given, untold));
    let tools = tools.collect::<Result<Vec<_>, _>>()?;
    let choice = fields.take("tool_choice");
    // Without tools there is nothing to choose, and a chat takes no choice then.
    if tools.is_empty() {
        request.extra.remove("parallel_tool_calls");
        return Ok(());
    }
    request.tools = Some(tools);
    request.tool_choice = match choice {
        Some(Value::String(word)) if ["auto", "none", "required"].contains(&word.as_str()) => {
            Some(word.into())
        }
        Some(Value::Object(mut choice)) => match (choice.remove("type"), choice.remove("name")) {
            (Some(kind), Some(name)) if kind == "function" => {
                Some(json!({ "type": "function", "function": { "name": name } }))
            }
            _ => {
                untold.note("tool_choice");
                None
            }
        },
        None => None,
        Some(_) => {
            return Err(fields.error("tool_choice", "must be auto, none, required or a function"));
        }
    };
    Ok(())
}

/// A function of the client's own. Other tools are run by the provider, or written without JSON.
fn tool(mut given: Fields, untold: &mut Untold) -> Result<Tool, FieldError> {
    let kind = given.need_text("type")?;
    let kept = match kind.as_str() {
        "file_search" => Some("vector_store_ids"),
        // An object asks for a container of the request's own.
        "code_interpreter" if !given.take("container").is_none_or(|own| own.is_object()) => {
            Some("container")
        }
        _ => None,
    };
    if let Some(name) = kept {
        return Err(given.error(name, KEPT));
    }
    if kind != "function" {
        untold.note(given.path("type"));
        return Ok(Tool { kind, extra: given.into_map() });
    }
    let mut function = Map::new();
    function.insert("name".into(), given.need_text("name")?.into());
    for name in ["description", "parameters", "strict"] {
        if let Some(value) = given.take(name) {
            function.insert(name.into(), value);
        }
    }
    let mut extra = Map::new();
    extra.insert("function".into(), Value::Object(function));
    Ok(Tool { kind, extra })
}
