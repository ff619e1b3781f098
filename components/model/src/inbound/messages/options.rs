//! What a request for a message asks beside the conversation.

use crate::{
    ChatRequest, ResponseFormat, Stop, Tool,
    inbound::fields::{Fields, Untold},
};
use kernel::FieldError;
use serde_json::{Map, Value, json};

const TOOLS_MAX: usize = 1_000;
/// As many as every provider takes.
const STOPS_MAX: usize = 4;
/// Longest name of a person that OpenAI takes. It tells nothing but who is asking, so one that is
/// longer is left out.
const USER_LEN_MAX: usize = 64;

pub fn read(
    fields: &mut Fields,
    request: &mut ChatRequest,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    let stops = fields.texts("stop_sequences")?;
    if stops.len() > STOPS_MAX {
        untold.note("stop_sequences");
    }
    request.stop = Some(stops).filter(|stops| !stops.is_empty()).map(Stop::Many);
    if let Some(top_k) = fields.count("top_k")? {
        // No field of OpenAI's, but one that other formats and servers of open models know.
        request.extra.insert("top_k".into(), top_k.into());
    }
    if let Some(mut metadata) = fields.object("metadata")? {
        let user = metadata.text("user_id")?.filter(|user| user.len() <= USER_LEN_MAX);
        if let Some(user) = user {
            request.extra.insert("user".into(), user.into());
        }
    }
    tools(fields, request, untold)?;
    form(fields, request, untold)
}

fn tools(
    fields: &mut Fields,
    request: &mut ChatRequest,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    let tools = fields.objects("tools", TOOLS_MAX)?.unwrap_or_default();
    let tools = tools.into_iter().map(|given| tool(given, untold));
    let tools = tools.collect::<Result<Vec<_>, _>>()?;
    let choice = fields.object("tool_choice")?;
    // Without tools there is nothing to choose, and OpenAI takes no choice then.
    if tools.is_empty() {
        return Ok(());
    }
    request.tools = Some(tools);
    let Some(mut choice) = choice else { return Ok(()) };
    request.tool_choice = Some(match choice.need_text("type")?.as_str() {
        "auto" => "auto".into(),
        "any" => "required".into(),
        "none" => "none".into(),
        "tool" => json!({ "type": "function", "function": { "name": choice.need_text("name")? } }),
        _ => return Err(choice.error("type", "must be auto, any, tool or none")),
    });
    if choice.flag("disable_parallel_tool_use")? == Some(true) {
        request.extra.insert("parallel_tool_calls".into(), false.into());
    }
    Ok(())
}

/// A tool of the client's own. Those that the provider runs, or has the schema of, are its alone.
fn tool(mut given: Fields, untold: &mut Untold) -> Result<Tool, FieldError> {
    let kind = given.text("type")?.unwrap_or_else(|| "custom".to_owned());
    if kind != "custom" {
        untold.note(given.path("type"));
        return Ok(Tool { kind, extra: given.into_map() });
    }
    let mut function = Map::new();
    function.insert("name".into(), given.need_text("name")?.into());
    if let Some(description) = given.text("description")? {
        function.insert("description".into(), description.into());
    }
    if let Some(strict) = given.flag("strict")? {
        function.insert("strict".into(), strict.into());
    }
    let schema = given.take("input_schema").filter(Value::is_object);
    let schema = schema.ok_or_else(|| given.error("input_schema", "must be an object"))?;
    function.insert("parameters".into(), schema);
    let mut extra = Map::new();
    extra.insert("function".into(), Value::Object(function));
    Ok(Tool { kind: "function".to_owned(), extra })
}

/// The form of the answer, by its name of today and by that of the beta.
fn form(
    fields: &mut Fields,
    request: &mut ChatRequest,
    untold: &mut Untold,
) -> Result<(), FieldError> {
    let mut format = fields.object("output_format")?;
    if let Some(mut config) = fields.object("output_config")? {
        format = config.object("format")?.or(format);
        for name in config.left().filter(|name| *name != "effort") {
            untold.note(config.path(name));
        }
    }
    let Some(mut format) = format else { return Ok(()) };
    if format.need_text("type")? != "json_schema" {
        untold.note(format.path("type"));
        return Ok(());
    }
    let schema = format.take("schema").filter(Value::is_object);
    let schema = schema.ok_or_else(|| format.error("schema", "must be an object"))?;
    // Anthropic keeps to the schema; so must they who answer for it.
    let named = json!({ "name": "answer", "schema": schema, "strict": true });
    let mut extra = Map::new();
    extra.insert("json_schema".into(), named);
    request.response_format = Some(ResponseFormat { kind: "json_schema".to_owned(), extra });
    Ok(())
}
