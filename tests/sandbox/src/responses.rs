//! A provider that speaks OpenAI's responses.

use crate::{
    World,
    call::Call,
    fault::Step,
    provider::{self, Asked, Conversation, Ending, Format, REQUEST_LEN_MAX},
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, routing::post};
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    let respond = async |call: Call| provider::answer::<Responses>(call, |asked| asked).await;
    Router::new()
        .route("/openai/v1/responses", post(respond))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
}

struct Responses;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The words of an item: text, or parts.
fn said(item: &Value) -> String {
    let part = |part: &Value| match part["type"].as_str() {
        Some("input_image") => "[image]".to_owned(),
        _ => text(&part["text"]),
    };
    match [&item["content"], &item["output"]].into_iter().find(|said| !said.is_null()) {
        Some(Value::Array(parts)) => parts.iter().map(part).collect::<Vec<_>>().join(" "),
        Some(words) => text(words),
        None => String::new(),
    }
}

impl Format for Responses {
    fn read(body: &Value) -> Asked {
        // A text by itself is what a user says.
        let written = json!([{ "role": "user", "content": body["input"] }]);
        let input = if body["input"].is_string() { &written } else { &body["input"] };
        let items = input.as_array().map(Vec::as_slice).unwrap_or_default();
        let last_of = |role: &str| items.iter().rev().find(|item| item["role"] == role).map(said);
        let is_result = |item: &&Value| item["type"] == "function_call_output";
        let format = body["text"]["format"]["type"].as_str().unwrap_or_default();
        let conversation = Conversation {
            said: items.iter().map(said).collect(),
            last: last_of("user").unwrap_or_default(),
            tool_said: items.last().filter(is_result).map(said),
            tool: body["tools"][0]["name"].as_str(),
            wants_json: format.starts_with("json"),
            stops: Vec::new(),
            limit: body["max_output_tokens"].as_u64(),
        };
        Asked {
            model: text(&body["model"]),
            user: text(&body["user"]),
            stream: body["stream"].as_bool().unwrap_or(false),
            ..conversation.answer()
        }
    }

    fn refusal(status: StatusCode, message: &str) -> Value {
        let kind = if status.is_server_error() { "server_error" } else { "invalid_request_error" };
        let error = json!({ "message": message, "type": kind, "param": null, "code": null });
        json!({ "error": error })
    }

    fn error_event() -> Bytes {
        event("error", json!({ "code": "server_error", "message": "overloaded", "param": null }))
    }

    /// The beginning, an item in pieces and once more as a whole, the end with its usage. Each
    /// event has a number.
    fn events(asked: &Asked) -> Vec<Step> {
        let mut events = Vec::new();
        let mut say = |name: &str, mut data: Value| {
            data["sequence_number"] = events.len().into();
            let event = event(name, data);
            let is_word = name == "response.output_text.delta";
            events.push(if is_word { Step::Word(event) } else { Step::Say(event) });
        };
        let whole = item(asked);
        let begun = json!({ "response": response(asked, "in_progress", &json!([])) });
        say("response.created", begun.clone());
        say("response.in_progress", begun);
        let mut item = whole.clone();
        let is_call = asked.tool.is_some();
        item[if is_call { "arguments" } else { "content" }] =
            if is_call { "".into() } else { json!([]) };
        item["status"] = "in_progress".into();
        say("response.output_item.added", json!({ "output_index": 0, "item": item }));
        let with = |mut more: Value| {
            more["output_index"] = 0.into();
            more["item_id"] = whole["id"].clone();
            more
        };
        if let Some((name, arguments)) = &asked.tool {
            let arguments = arguments.to_string();
            let (start, end) = arguments.split_at(arguments.len() / 2);
            for part in [start, end] {
                say("response.function_call_arguments.delta", with(json!({ "delta": part })));
            }
            let done = json!({ "name": name, "arguments": arguments });
            say("response.function_call_arguments.done", with(done));
        } else {
            let part = |text: &str| {
                let part = json!({ "type": "output_text", "text": text, "annotations": [] });
                with(json!({ "content_index": 0, "part": part }))
            };
            let words = asked.words.join(" ");
            say("response.content_part.added", part(""));
            for (index, word) in asked.words.iter().enumerate() {
                let space = if index == 0 { "" } else { " " };
                let delta = json!({
                    "content_index": 0, "delta": format!("{space}{word}"), "logprobs": [],
                    "obfuscation": "Jd8",
                });
                say("response.output_text.delta", with(delta));
            }
            let done = json!({ "content_index": 0, "text": words, "logprobs": [] });
            say("response.output_text.done", with(done));
            say("response.content_part.done", part(&words));
        }
        say("response.output_item.done", json!({ "output_index": 0, "item": whole }));
        let last = Self::whole(asked);
        say(&format!("response.{}", text(&last["status"])), json!({ "response": last }));
        events
    }

    fn whole(asked: &Asked) -> Value {
        let reason = match asked.ending() {
            Ending::Complete | Ending::ToolCall => None,
            Ending::Cut => Some("max_output_tokens"),
            Ending::Filtered => Some("content_filter"),
        };
        let status = if reason.is_some() { "incomplete" } else { "completed" };
        let mut response = response(asked, status, &json!([item(asked)]));
        if let Some(reason) = reason {
            response["incomplete_details"] = json!({ "reason": reason });
        }
        let tokens = asked.words.len();
        if asked.model != "fault-no-usage" {
            response["usage"] = json!({
                "input_tokens": asked.prompt_tokens, "output_tokens": tokens,
                "total_tokens": asked.prompt_tokens + tokens,
                "input_tokens_details": { "cached_tokens": 0 },
                "output_tokens_details": { "reasoning_tokens": 0 },
            });
        }
        response
    }
}

fn event(name: &str, mut data: Value) -> Bytes {
    data["type"] = name.into();
    format!("event: {name}\ndata: {data}\n\n").into()
}

/// The one thing that is said or done.
fn item(asked: &Asked) -> Value {
    match &asked.tool {
        Some((name, arguments)) => json!({
            "type": "function_call", "id": "fc_sandbox", "call_id": "call_sandbox", "name": name,
            "arguments": arguments.to_string(), "status": "completed",
        }),
        None => {
            let words = asked.words.join(" ");
            let part = json!({ "type": "output_text", "text": words, "annotations": [] });
            json!({
                "type": "message", "id": "msg_sandbox", "role": "assistant", "content": [part],
                "status": "completed",
            })
        }
    }
}

fn response(asked: &Asked, status: &str, output: &Value) -> Value {
    json!({
        "id": "resp_sandbox", "object": "response", "created_at": 1_700_000_000, "status": status,
        "error": null, "incomplete_details": null, "model": asked.model, "output": output,
        "usage": null, "store": false,
    })
}
