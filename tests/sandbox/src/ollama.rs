//! A provider that speaks Ollama's own API.

use crate::{
    World,
    call::Call,
    fault::Step,
    provider::{self, Asked, Conversation, Format, REQUEST_LEN_MAX},
};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, routing::post};
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    let chat = async |call: Call| provider::answer::<Ollama>(call, |asked| asked).await;
    Router::new()
        .route("/ollama/api/chat", post(chat))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
}

struct Ollama;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The words of a message, and its images, which stand apart.
fn said(message: &Value) -> String {
    let images = message["images"].as_array().map(Vec::len).unwrap_or_default();
    let words = [text(&message["content"])].into_iter();
    words.chain((0..images).map(|_| "[image]".to_owned())).collect::<Vec<_>>().join(" ")
}

impl Format for Ollama {
    const STREAM_TYPE: &'static str = "application/x-ndjson";

    fn read(body: &Value) -> Asked {
        let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let last_of = |role: &str| messages.iter().rev().find(|m| m["role"] == role).map(said);
        let options = &body["options"];
        let stops = options["stop"].as_array().map(Vec::as_slice).unwrap_or_default();
        let conversation = Conversation {
            said: messages.iter().map(said).collect(),
            last: last_of("user").unwrap_or_default(),
            tool_said: messages.last().filter(|m| m["role"] == "tool").map(said),
            tool: body["tools"][0]["function"]["name"].as_str(),
            wants_json: !body["format"].is_null(),
            stops: stops.iter().map(text).collect(),
            limit: options["num_predict"].as_u64(),
        };
        Asked {
            model: text(&body["model"]),
            user: provider::user_of(&last_of("system").unwrap_or_default()),
            stream: body["stream"].as_bool().unwrap_or(true),
            ..conversation.answer()
        }
    }

    fn refusal(_status: StatusCode, message: &str) -> Value {
        json!({ "error": message })
    }

    fn event(data: &[u8]) -> Bytes {
        [data, b"\n"].concat().into()
    }

    fn error_event() -> Bytes {
        line(&json!({ "error": "an error was encountered while running the model" }))
    }

    fn events(asked: &Asked) -> Vec<Step> {
        let mut events = Vec::new();
        if asked.tool.is_some() {
            events.push(Step::Say(line(&piece(asked, message(asked)))));
        } else {
            for (index, word) in asked.words.iter().enumerate() {
                let space = if index == 0 { "" } else { " " };
                let said = json!({ "role": "assistant", "content": format!("{space}{word}") });
                events.push(Step::Word(line(&piece(asked, said))));
            }
        }
        let nothing = json!({ "role": "assistant", "content": "" });
        events.push(Step::Say(line(&done(asked, piece(asked, nothing)))));
        events
    }

    fn whole(asked: &Asked) -> Value {
        done(asked, piece(asked, message(asked)))
    }
}

fn line(json: &Value) -> Bytes {
    format!("{json}\n").into()
}

/// All that is said.
fn message(asked: &Asked) -> Value {
    match &asked.tool {
        Some((name, arguments)) => {
            let call = json!({ "function": { "name": name, "arguments": arguments } });
            json!({ "role": "assistant", "content": "", "tool_calls": [call] })
        }
        None => json!({ "role": "assistant", "content": asked.words.join(" ") }),
    }
}

fn piece(asked: &Asked, message: Value) -> Value {
    json!({
        "model": asked.model, "created_at": "2026-01-02T03:04:05.678Z", "message": message,
        "done": false,
    })
}

/// The piece as the last one.
fn done(asked: &Asked, mut piece: Value) -> Value {
    let is_cut = asked.is_cut && asked.tool.is_none();
    piece["done"] = true.into();
    piece["done_reason"] = if is_cut { "length" } else { "stop" }.into();
    piece["total_duration"] = 5_000_000.into();
    if asked.model != "fault-no-usage" {
        piece["prompt_eval_count"] = asked.prompt_tokens.into();
        piece["eval_count"] = asked.words.len().into();
    }
    piece
}
