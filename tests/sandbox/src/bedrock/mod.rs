//! A provider that speaks Converse, as Amazon Bedrock does.
//!
//! It knows one key, `sandbox` with the secret `sandbox`, and refuses what is not signed with it.

mod signature;

use crate::{
    World,
    call::Call,
    fault::Step,
    json,
    provider::{self, Asked, Conversation, Ending, Format, REQUEST_LEN_MAX},
};
use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::StatusCode,
    routing::post,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    let converse = async |Path((model, method)): Path<(String, String)>, call: Call| {
        if let Err(message) = signature::verify(&call) {
            return json(StatusCode::FORBIDDEN, &json!({ "message": message }));
        }
        let stream = match method.as_str() {
            "converse" => false,
            "converse-stream" => true,
            _ => return json(StatusCode::NOT_FOUND, &json!({ "message": "no such operation" })),
        };
        provider::answer::<Bedrock>(call, |asked| Asked { model, stream, ..asked }).await
    };
    Router::new()
        .route("/bedrock/model/{model}/{method}", post(converse))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
}

struct Bedrock;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The words of blocks.
fn said(content: &Value) -> String {
    let block = |block: &Value| match block {
        block if block["image"].is_object() => "[image]".to_owned(),
        block if block["toolResult"].is_object() => said(&block["toolResult"]["content"]),
        block => text(&block["text"]),
    };
    let blocks = content.as_array().map(Vec::as_slice).unwrap_or_default();
    blocks.iter().map(block).collect::<Vec<_>>().join(" ")
}

impl Format for Bedrock {
    const STREAM_TYPE: &'static str = "application/vnd.amazon.eventstream";

    fn read(body: &Value) -> Asked {
        let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let contents = messages.iter().map(|message| &message["content"]);
        let last = messages.last().map_or(Value::Null, |message| message["content"].clone());
        let is_result = last[0]["toolResult"].is_object();
        let config = &body["inferenceConfig"];
        let stops = config["stopSequences"].as_array().map(Vec::as_slice).unwrap_or_default();
        let conversation = Conversation {
            said: contents.chain([&body["system"]]).map(said).collect(),
            last: said(&last),
            tool_said: is_result.then(|| said(&last)),
            tool: body["toolConfig"]["tools"][0]["toolSpec"]["name"].as_str(),
            wants_json: body["outputConfig"]["textFormat"]["type"] == "json_schema",
            stops: stops.iter().map(text).collect(),
            limit: config["maxTokens"].as_u64(),
        };
        Asked { user: provider::user_of(&said(&body["system"])), ..conversation.answer() }
    }

    fn refusal(_status: StatusCode, message: &str) -> Value {
        json!({ "message": message })
    }

    fn event(data: &[u8]) -> Bytes {
        frame("event", "contentBlockDelta", data)
    }

    fn error_event() -> Bytes {
        let message = json!({ "message": "Model produced invalid sequence." });
        frame("exception", "modelStreamErrorException", message.to_string().as_bytes())
    }

    /// The beginning, a block, the reason to stop, usage. Events are padded.
    fn events(asked: &Asked) -> Vec<Step> {
        let event = |name: &str, mut event: Value| {
            event["p"] = "abcdefgh".into();
            frame("event", name, event.to_string().as_bytes())
        };
        let delta = |delta: Value| {
            event("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": delta }))
        };
        let metadata = |said: usize| {
            let metrics = json!({ "latencyMs": 5 });
            event("metadata", json!({ "usage": usage(asked, said), "metrics": metrics }))
        };
        let mut events = vec![Step::Say(event("messageStart", json!({ "role": "assistant" })))];
        if asked.model == "fault-usage-decreasing" {
            events.push(Step::Say(metadata(1)));
        }
        if let Some((name, input)) = &asked.tool {
            let input = input.to_string();
            let (start, end) = input.split_at(input.len() / 2);
            let tool = json!({ "toolUse": { "toolUseId": "tooluse_sandbox", "name": name } });
            let begin = json!({ "contentBlockIndex": 0, "start": tool });
            events.push(Step::Say(event("contentBlockStart", begin)));
            for part in ["", start, end] {
                events.push(Step::Say(delta(json!({ "toolUse": { "input": part } }))));
            }
        } else {
            for (index, word) in asked.words.iter().enumerate() {
                let space = if index == 0 { "" } else { " " };
                events.push(Step::Word(delta(json!({ "text": format!("{space}{word}") }))));
            }
        }
        let stop = json!({ "contentBlockIndex": 0 });
        events.push(Step::Say(event("contentBlockStop", stop)));
        let stop = json!({ "stopReason": stop_reason(asked) });
        events.push(Step::Say(event("messageStop", stop)));
        events.push(Step::Say(metadata(asked.words.len())));
        events
    }

    fn whole(asked: &Asked) -> Value {
        let block = match &asked.tool {
            Some((name, input)) => {
                json!({ "toolUse": { "toolUseId": "tooluse_sandbox", "name": name, "input": input } })
            }
            None => json!({ "text": asked.words.join(" ") }),
        };
        json!({
            "output": { "message": { "role": "assistant", "content": [block] } },
            "stopReason": stop_reason(asked), "usage": usage(asked, asked.words.len()),
            "metrics": { "latencyMs": 5 },
        })
    }
}

/// A frame, written by AWS's own encoder.
fn frame(kind: &str, name: &str, payload: &[u8]) -> Bytes {
    let header =
        |name: String, value: &str| Header::new(name, HeaderValue::String(value.to_owned().into()));
    let message = Message::new(payload.to_vec())
        .add_header(header(format!(":{kind}-type"), name))
        .add_header(header(":content-type".into(), "application/json"))
        .add_header(header(":message-type".into(), kind));
    let mut frame = Vec::new();
    write_message_to(&message, &mut frame).expect("the sandbox's frames are short enough");
    frame.into()
}

fn stop_reason(asked: &Asked) -> &'static str {
    match asked.ending() {
        Ending::Complete => "end_turn",
        Ending::Cut => "max_tokens",
        Ending::ToolCall => "tool_use",
        Ending::Filtered => "content_filtered",
    }
}

/// What an answer has consumed once `said` words are said.
fn usage(asked: &Asked, said: usize) -> Value {
    let output_tokens = asked.tokens_told(said);
    json!({
        "inputTokens": asked.prompt_tokens, "outputTokens": output_tokens,
        "totalTokens": asked.prompt_tokens + output_tokens,
    })
}
