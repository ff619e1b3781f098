//! A provider that speaks Gemini's format.

use crate::{
    World,
    call::Call,
    fault::Step,
    provider::{self, Asked, Conversation, Ending, Format, REQUEST_LEN_MAX},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::StatusCode,
    routing::post,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes. Model and method are one part of the path: `demo-echo:generateContent`.
pub fn routes() -> Router<Arc<World>> {
    let generate = async |Path(what): Path<String>, call: Call| {
        let (model, method) = what.split_once(':').unwrap_or((&what, ""));
        let (model, stream) = (model.to_owned(), method == "streamGenerateContent");
        provider::answer::<Gemini>(call, |asked| Asked { model, stream, ..asked }).await
    };
    Router::new()
        .route("/gemini/v1/models/{what}", post(generate))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
}

struct Gemini;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The words of a content's parts.
fn said(content: &Value) -> String {
    let part = |part: &Value| match part {
        part if part["inlineData"].is_object() => "[image]".to_owned(),
        part if part["functionResponse"].is_object() => {
            text(&part["functionResponse"]["response"]["result"])
        }
        part => text(&part["text"]),
    };
    let parts = content["parts"].as_array().map(Vec::as_slice).unwrap_or_default();
    parts.iter().map(part).collect::<Vec<_>>().join(" ")
}

impl Format for Gemini {
    fn read(body: &Value) -> Asked {
        let contents = body["contents"].as_array().map(Vec::as_slice).unwrap_or_default();
        let last = contents.last().cloned().unwrap_or_default();
        let is_result = last["parts"][0]["functionResponse"].is_object();
        let config = &body["generationConfig"];
        let stops = config["stopSequences"].as_array().map(Vec::as_slice).unwrap_or_default();
        let system = said(&body["systemInstruction"]);
        let conversation = Conversation {
            said: contents.iter().map(said).chain([system.clone()]).collect(),
            last: said(&last),
            tool_said: is_result.then(|| said(&last)),
            tool: body["tools"][0]["functionDeclarations"][0]["name"].as_str(),
            wants_json: config["responseMimeType"] == "application/json",
            stops: stops.iter().map(text).collect(),
            limit: config["maxOutputTokens"].as_u64(),
        };
        Asked { user: provider::user_of(&system), ..conversation.answer() }
    }

    fn refusal(status: StatusCode, message: &str) -> Value {
        json!({ "error": { "code": status.as_u16(), "message": message, "status": "REFUSED" } })
    }

    fn error_event() -> Bytes {
        event(&Self::refusal(StatusCode::SERVICE_UNAVAILABLE, "The model is overloaded."))
    }

    fn events(asked: &Asked) -> Vec<Step> {
        if let Some(call) = call(asked) {
            return vec![Step::Say(event(&piece(asked, &call, 0, Some("STOP"))))];
        }
        let words = asked.words.iter().enumerate();
        let mut events: Vec<_> = words
            .map(|(index, word)| {
                let space = if index == 0 { "" } else { " " };
                let part = json!({ "text": format!("{space}{word}") });
                Step::Word(event(&piece(asked, &part, index + 1, None)))
            })
            .collect();
        let last = piece(asked, &json!({ "text": "" }), asked.words.len(), Some(finish(asked)));
        events.push(Step::Say(event(&last)));
        events
    }

    fn whole(asked: &Asked) -> Value {
        let part = call(asked).unwrap_or_else(|| json!({ "text": asked.words.join(" ") }));
        piece(asked, &part, asked.words.len(), Some(finish(asked)))
    }
}

fn event(json: &Value) -> Bytes {
    format!("data: {json}\r\n\r\n").into()
}

fn call(asked: &Asked) -> Option<Value> {
    let (name, args) = asked.tool.as_ref()?;
    Some(json!({ "functionCall": { "name": name, "args": args }, "thoughtSignature": "Sandbox" }))
}

fn finish(asked: &Asked) -> &'static str {
    match asked.ending() {
        Ending::Complete | Ending::ToolCall => "STOP",
        Ending::Cut => "MAX_TOKENS",
        Ending::Filtered => "SAFETY",
    }
}

/// An answer or a piece of one, with the usage once `said` words are said.
fn piece(asked: &Asked, part: &Value, said: usize, finish: Option<&str>) -> Value {
    let tokens = asked.tokens_told(said);
    let mut candidate = json!({ "index": 0, "content": { "role": "model", "parts": [part] } });
    if let Some(finish) = finish {
        candidate["finishReason"] = finish.into();
    }
    json!({
        "candidates": [candidate], "modelVersion": asked.model, "responseId": "sandbox",
        "usageMetadata": {
            "promptTokenCount": asked.prompt_tokens, "candidatesTokenCount": tokens,
            "totalTokenCount": asked.prompt_tokens + tokens,
        },
    })
}
