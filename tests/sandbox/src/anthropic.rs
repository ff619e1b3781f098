//! A provider that speaks Anthropic's messages.

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
    let message = async |call: Call| provider::answer::<Anthropic>(call, |asked| asked).await;
    Router::new()
        .route("/anthropic/v1/messages", post(message))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
}

struct Anthropic;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The words of a content: text, or blocks.
fn said(content: &Value) -> String {
    let block = |block: &Value| match block["type"].as_str() {
        Some("image") => "[image]".to_owned(),
        Some("tool_result") => said(&block["content"]),
        _ => text(&block["text"]),
    };
    match content {
        Value::Array(blocks) => blocks.iter().map(block).collect::<Vec<_>>().join(" "),
        content => text(content),
    }
}

impl Format for Anthropic {
    fn read(body: &Value) -> Asked {
        let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let contents = messages.iter().map(|message| &message["content"]);
        let last = messages.last().map_or(Value::Null, |message| message["content"].clone());
        let is_result = last[0]["type"] == "tool_result";
        let stops = body["stop_sequences"].as_array().map(Vec::as_slice).unwrap_or_default();
        let conversation = Conversation {
            said: contents.chain([&body["system"]]).map(said).collect(),
            last: said(&last),
            tool_said: is_result.then(|| said(&last)),
            tool: body["tools"][0]["name"].as_str(),
            wants_json: body["output_config"]["format"]["type"] == "json_schema",
            stops: stops.iter().map(text).collect(),
            limit: body["max_tokens"].as_u64(),
        };
        Asked {
            model: text(&body["model"]),
            user: text(&body["metadata"]["user_id"]),
            stream: body["stream"].as_bool().unwrap_or(false),
            ..conversation.answer()
        }
    }

    fn refusal(status: StatusCode, message: &str) -> Value {
        let kind = match status {
            StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
            _ if status.is_server_error() => "api_error",
            _ => "invalid_request_error",
        };
        json!({ "type": "error", "error": { "type": kind, "message": message } })
    }

    fn error_event() -> Bytes {
        let error = json!({ "type": "overloaded_error", "message": "Overloaded" });
        event(&json!({ "type": "error", "error": error }))
    }

    fn events(asked: &Asked) -> Vec<Step> {
        let say = |value: Value| Step::Say(event(&value));
        let mut start = message(asked, &json!([]), &Value::Null);
        start["usage"]["output_tokens"] = asked.tokens_told(1).into();
        let mut events = vec![say(json!({ "type": "message_start", "message": start }))];
        let begin = |block: Value| json!({ "type": "content_block_start", "index": 0, "content_block": block });
        let delta =
            |delta: Value| json!({ "type": "content_block_delta", "index": 0, "delta": delta });
        if let Some((name, input)) = &asked.tool {
            let input = input.to_string();
            let (start, end) = input.split_at(input.len() / 2);
            let tool =
                json!({ "type": "tool_use", "id": "toolu_sandbox", "name": name, "input": {} });
            events.push(say(begin(tool)));
            for part in ["", start, end] {
                let part = json!({ "type": "input_json_delta", "partial_json": part });
                events.push(say(delta(part)));
            }
        } else {
            events.push(say(begin(json!({ "type": "text", "text": "" }))));
            events.push(say(json!({ "type": "ping" })));
            for (index, word) in asked.words.iter().enumerate() {
                let space = if index == 0 { "" } else { " " };
                let text = format!("{space}{word}");
                events
                    .push(Step::Word(event(&delta(json!({ "type": "text_delta", "text": text })))));
            }
        }
        events.push(say(json!({ "type": "content_block_stop", "index": 0 })));
        events.push(say(json!({
            "type": "message_delta", "delta": { "stop_reason": stop_reason(asked) },
            "usage": { "output_tokens": asked.tokens_told(asked.words.len()) },
        })));
        events.push(say(json!({ "type": "message_stop" })));
        events
    }

    fn whole(asked: &Asked) -> Value {
        let block = match &asked.tool {
            Some((name, input)) => {
                json!({ "type": "tool_use", "id": "toolu_sandbox", "name": name, "input": input })
            }
            None => json!({ "type": "text", "text": asked.words.join(" ") }),
        };
        message(asked, &json!([block]), &stop_reason(asked).into())
    }
}

fn event(json: &Value) -> Bytes {
    format!("event: {}\ndata: {json}\n\n", json["type"].as_str().unwrap_or_default()).into()
}

fn stop_reason(asked: &Asked) -> &'static str {
    match asked.ending() {
        Ending::Complete => "end_turn",
        Ending::Cut => "max_tokens",
        Ending::ToolCall => "tool_use",
        Ending::Filtered => "refusal",
    }
}

fn message(asked: &Asked, content: &Value, stop_reason: &Value) -> Value {
    json!({
        "id": "msg_sandbox", "type": "message", "role": "assistant", "model": asked.model,
        "content": content, "stop_reason": stop_reason, "stop_sequence": null,
        "usage": { "input_tokens": asked.prompt_tokens, "output_tokens": asked.words.len() },
    })
}
