//! A provider that speaks OpenAI's chat completions.

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
    let complete = async |call: Call| provider::answer::<Openai>(call, |asked| asked).await;
    Router::new()
        .route("/openai/v1/chat/completions", post(complete))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
}

/// Models that tell the usage with every word.
const REPEATING: &[&str] = &["fault-usage-everywhere", "fault-usage-decreasing"];

struct Openai;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Format for Openai {
    fn read(body: &Value) -> Asked {
        let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let said = |message: &Value| match &message["content"] {
            Value::Array(parts) => {
                let part = |part: &Value| match part["type"].as_str() {
                    Some("image_url") => "[image]".to_owned(),
                    _ => text(&part["text"]),
                };
                parts.iter().map(part).collect::<Vec<_>>().join(" ")
            }
            content => text(content),
        };
        let last_of = |role: &str| messages.iter().rev().find(|m| m["role"] == role).map(said);
        let conversation = Conversation {
            said: messages.iter().map(said).collect(),
            last: last_of("user").unwrap_or_default(),
            tool_said: messages.last().filter(|m| m["role"] == "tool").map(said),
            tool: body["tools"][0]["function"]["name"].as_str(),
            wants_json: body["response_format"]["type"]
                .as_str()
                .is_some_and(|kind| kind.starts_with("json")),
            stops: match &body["stop"] {
                Value::String(stop) => vec![stop.clone()],
                Value::Array(stops) => stops.iter().map(text).collect(),
                _ => Vec::new(),
            },
            limit: body["max_completion_tokens"].as_u64().or(body["max_tokens"].as_u64()),
        };
        Asked {
            model: text(&body["model"]),
            user: text(&body["user"]),
            stream: body["stream"].as_bool().unwrap_or(false),
            seed: body["seed"].as_i64(),
            ..conversation.answer()
        }
    }

    fn refusal(status: StatusCode, message: &str) -> Value {
        let kind = if status.is_server_error() { "server_error" } else { "invalid_request_error" };
        let error = json!({ "message": message, "type": kind, "param": null, "code": null });
        json!({ "error": error })
    }

    fn error_event() -> Bytes {
        event(&json!({ "error": { "message": "overloaded", "type": "server_error" } }))
    }

    /// A preamble, the words, the finish, usage, the end.
    fn events(asked: &Asked) -> Vec<Step> {
        let delta = |delta: Value, finish: Value| {
            let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
            chunk(asked, &json!([choice]))
        };
        let say = |value: Value| Step::Say(event(&value));
        let mut events =
            vec![say(delta(json!({ "role": "assistant", "content": "" }), Value::Null))];
        if let Some((name, arguments)) = &asked.tool {
            let arguments = arguments.to_string();
            let (start, end) = arguments.split_at(arguments.len() / 2);
            let call = |function: Value| json!([{ "index": 0, "function": function }]);
            let first = json!([{
                "index": 0, "id": "call_sandbox", "type": "function",
                "function": { "name": name, "arguments": "" },
            }]);
            for calls in
                [first, call(json!({ "arguments": start })), call(json!({ "arguments": end }))]
            {
                events.push(say(delta(json!({ "tool_calls": calls }), Value::Null)));
            }
        } else {
            for (index, word) in asked.words.iter().enumerate() {
                let space = if index == 0 { "" } else { " " };
                let mut chunk = delta(json!({ "content": format!("{space}{word}") }), Value::Null);
                if REPEATING.contains(&asked.model.as_str()) {
                    chunk["usage"] = usage(asked, index + 1);
                }
                events.push(Step::Word(event(&chunk)));
            }
        }
        events.push(say(delta(json!({}), finish(asked).into())));
        if asked.model != "fault-no-usage" {
            let mut last = chunk(asked, &json!([]));
            last["usage"] = usage(asked, asked.words.len());
            events.push(say(last));
        }
        if asked.model != "fault-no-done" {
            events.push(Step::Say("data: [DONE]\n\n".into()));
        }
        events
    }

    fn whole(asked: &Asked) -> Value {
        let message = match &asked.tool {
            Some((name, arguments)) => {
                let function = json!({ "name": name, "arguments": arguments.to_string() });
                let call =
                    json!({ "id": "call_sandbox", "type": "function", "function": function });
                json!({ "role": "assistant", "content": null, "tool_calls": [call] })
            }
            None => json!({ "role": "assistant", "content": asked.words.join(" ") }),
        };
        let choice = json!({
            "index": 0, "message": message, "finish_reason": finish(asked), "logprobs": null,
        });
        let mut answer = chunk(asked, &json!([choice]));
        answer["object"] = "chat.completion".into();
        if asked.model != "fault-no-usage" {
            answer["usage"] = usage(asked, asked.words.len());
        }
        answer
    }
}

fn event(json: &Value) -> Bytes {
    format!("data: {json}\n\n").into()
}

fn finish(asked: &Asked) -> &'static str {
    match asked.ending() {
        Ending::Complete => "stop",
        Ending::Cut => "length",
        Ending::ToolCall => "tool_calls",
        Ending::Filtered => "content_filter",
    }
}

/// What an answer has consumed once `said` words are said.
fn usage(asked: &Asked, said: usize) -> Value {
    let completion_tokens = asked.tokens_told(said);
    json!({
        "prompt_tokens": asked.prompt_tokens, "completion_tokens": completion_tokens,
        "total_tokens": asked.prompt_tokens + completion_tokens,
        "prompt_tokens_details": { "cached_tokens": 0 },
    })
}

fn chunk(asked: &Asked, choices: &Value) -> Value {
    let fingerprint = asked.seed.map_or("fp_sandbox".into(), |seed| format!("fp_{seed}"));
    json!({
        "id": "chatcmpl-sandbox", "object": "chat.completion.chunk", "created": 1_700_000_000,
        "model": asked.model, "system_fingerprint": fingerprint, "choices": choices,
    })
}
