//! A provider that speaks OpenAI's chat completions and whose models are echoes and faults.
//!
//! A token is a word. Answers are the same every time.

use crate::{World, json};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use std::{io, sync::Arc, time::Duration};

/// The pace of `demo-slow`: 20 tokens a second.
const SLOW: Duration = Duration::from_millis(50);
/// How late `fault-slow-start` begins.
const LATE: Duration = Duration::from_millis(1_500);
/// After how many words a fault in the middle of an answer strikes.
const WORDS_BEFORE_FAULT: usize = 3;
/// A line longer than any reader should put up with.
const HUGE: usize = 5 * 1024 * 1024;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/openai/v1/chat/completions", post(complete))
        .layer(DefaultBodyLimit::max(32 * 1024 * 1024))
}

/// What a request asks for, as far as an echo needs it.
struct Asked {
    model: String,
    user: String,
    stream: bool,
    words: Vec<String>,
    prompt_tokens: usize,
    finish: &'static str,
    tool: Option<String>,
    fingerprint: String,
}

async fn complete(State(world): State<Arc<World>>, body: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return error(StatusCode::BAD_REQUEST, "the body is not JSON");
    };
    let asked = read(&body);
    world.seen.asked(&asked.user, &body);
    let refusal = match asked.model.as_str() {
        "fault-error-400" => Some(error(StatusCode::BAD_REQUEST, "this model refuses everything")),
        "fault-error-429" => Some(busy()),
        "fault-error-500" => Some(error(StatusCode::INTERNAL_SERVER_ERROR, "this model fails")),
        _ => None,
    };
    if let Some(refusal) = refusal {
        world.seen.ended(&asked.user, "done");
        return refusal;
    }
    match asked.model.as_str() {
        "fault-slow-start" => tokio::time::sleep(LATE).await,
        "fault-gate" => {
            let mut leaving =
                Leaving { world: world.clone(), user: asked.user.clone(), armed: true };
            world.seen.gate(&asked.user).await;
            leaving.armed = false;
        }
        _ => {}
    }
    if asked.stream { streamed(world, asked) } else { whole(&world, &asked) }
}

fn error(status: StatusCode, message: &str) -> Response {
    let kind = if status.is_server_error() { "server_error" } else { "invalid_request_error" };
    let error = json!({ "message": message, "type": kind, "param": null, "code": null });
    json(status, &json!({ "error": error }))
}

fn busy() -> Response {
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, "this model is always busy");
    response.headers_mut().insert(header::RETRY_AFTER, 7.into());
    response
}

fn read(body: &Value) -> Asked {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
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
    let count = |text: &str| text.split_whitespace().count();
    let prompt_tokens = messages.iter().map(|message| count(&said(message))).sum();
    let last_of = |role: &str| messages.iter().rev().find(|m| m["role"] == role).map(&said);

    // A tool's answer is repeated; else a tool, if there is one, is called; else the words of the
    // last user message come back.
    let tool_said = messages.last().filter(|m| m["role"] == "tool").map(&said);
    let tool = body["tools"][0]["function"]["name"].as_str().filter(|_| tool_said.is_none());
    let echo = tool_said.or_else(|| last_of("user")).unwrap_or_default();
    let mut words: Vec<String> = echo.split_whitespace().map(str::to_owned).collect();
    if body["response_format"]["type"].as_str().is_some_and(|kind| kind.starts_with("json")) {
        words = vec![json!({ "echo": echo }).to_string()];
    }
    let stops = match &body["stop"] {
        Value::String(stop) => vec![stop.clone()],
        Value::Array(stops) => stops.iter().map(text).collect(),
        _ => Vec::new(),
    };
    if let Some(end) = words.iter().position(|word| stops.contains(word)) {
        words.truncate(end);
    }
    let limit = body["max_completion_tokens"].as_u64().or(body["max_tokens"].as_u64());
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let finish = match (tool, words.len() > limit) {
        (Some(_), _) => "tool_calls",
        (None, true) => "length",
        (None, false) => "stop",
    };
    words.truncate(limit);
    Asked {
        model: text(&body["model"]),
        user: text(&body["user"]),
        stream: body["stream"].as_bool().unwrap_or(false),
        tool: tool.map(|name| {
            let arguments = json!({ "echo": echo }).to_string();
            json!({ "name": name, "arguments": arguments }).to_string()
        }),
        words,
        prompt_tokens,
        finish,
        fingerprint: body["seed"].as_i64().map_or("fp_sandbox".into(), |seed| format!("fp_{seed}")),
    }
}

impl Asked {
    fn usage(&self) -> Value {
        let completion_tokens = self.words.len();
        json!({
            "prompt_tokens": self.prompt_tokens, "completion_tokens": completion_tokens,
            "total_tokens": self.prompt_tokens + completion_tokens,
            "prompt_tokens_details": { "cached_tokens": 0 },
        })
    }

    fn function(&self) -> Option<Value> {
        serde_json::from_str(self.tool.as_ref()?).ok()
    }

    fn chunk(&self, choices: &Value) -> Value {
        json!({
            "id": "chatcmpl-sandbox", "object": "chat.completion.chunk", "created": 1_700_000_000,
            "model": self.model, "system_fingerprint": self.fingerprint, "choices": choices,
        })
    }

    /// The stream as events: a preamble, the words, the finish, usage, the end.
    fn events(&self) -> Vec<Step> {
        let delta = |delta: Value, finish: Value| {
            let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
            self.chunk(&json!([choice]))
        };
        let mut events =
            vec![Step::Say(delta(json!({ "role": "assistant", "content": "" }), Value::Null))];
        if let Some(function) = self.function() {
            let arguments = function["arguments"].as_str().unwrap_or_default();
            let (start, end) = arguments.split_at(arguments.len() / 2);
            let call = |function: Value| json!([{ "index": 0, "function": function }]);
            let first = json!([{
                "index": 0, "id": "call_sandbox", "type": "function",
                "function": { "name": function["name"], "arguments": "" },
            }]);
            for calls in
                [first, call(json!({ "arguments": start })), call(json!({ "arguments": end }))]
            {
                events.push(Step::Say(delta(json!({ "tool_calls": calls }), Value::Null)));
            }
        } else {
            for (index, word) in self.words.iter().enumerate() {
                let space = if index == 0 { "" } else { " " };
                let mut chunk = delta(json!({ "content": format!("{space}{word}") }), Value::Null);
                if self.model == "fault-usage-everywhere" {
                    chunk["usage"] = json!({
                        "prompt_tokens": self.prompt_tokens, "completion_tokens": index + 1,
                    });
                }
                events.push(Step::Word(chunk));
            }
        }
        events.push(Step::Say(delta(json!({}), self.finish.into())));
        if self.model != "fault-no-usage" {
            let mut last = self.chunk(&json!([]));
            last["usage"] = self.usage();
            events.push(Step::Say(last));
        }
        if self.model != "fault-no-done" {
            events.push(Step::Raw("data: [DONE]\n\n".into()));
        }
        events
    }
}

/// One thing that a stream does.
enum Step {
    /// Sends a chunk.
    Say(Value),
    /// Sends a chunk with a word of the answer.
    Word(Value),
    /// Sends bytes.
    Raw(String),
    /// Waits at the gate that is named after the user.
    Gate,
    /// Waits.
    Pause(Duration),
    /// Breaks the connection.
    Cut,
}

/// Bends the stream of an answer as its model's name asks.
fn bend(model: &str, mut events: Vec<Step>) -> Vec<Step> {
    let middle = (1 + WORDS_BEFORE_FAULT).min(events.len());
    match model {
        "demo-slow" => {
            let paced = events.into_iter().flat_map(|step| match step {
                Step::Word(_) => vec![Step::Pause(SLOW), step],
                step => vec![step],
            });
            return paced.collect();
        }
        "fault-cut" => {
            events.truncate(middle);
            events.push(Step::Cut);
        }
        "fault-cut-before" => events = vec![Step::Cut],
        "fault-stops" => events.truncate(middle),
        "fault-error-in-stream" => {
            events.truncate(middle);
            let error = json!({ "error": { "message": "overloaded", "type": "server_error" } });
            events.push(Step::Say(error));
        }
        "fault-gate-in-stream" => events.insert(middle, Step::Gate),
        "fault-huge-line" => {
            events.insert(middle, Step::Raw(format!("data: {}\n\n", "x".repeat(HUGE))));
        }
        _ => {}
    }
    events
}

fn streamed(world: Arc<World>, asked: Asked) -> Response {
    let steps = bend(&asked.model, asked.events());
    let odd = asked.model == "fault-odd-chunks";
    let pieces = run(world, asked.user, steps);
    let body = if odd {
        Body::from_stream(pieces.flat_map(|piece| stream::iter(odd_pieces(piece))))
    } else {
        Body::from_stream(pieces)
    };
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// Says that an answer was dropped before its end.
struct Leaving {
    world: Arc<World>,
    user: String,
    armed: bool,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if self.armed {
            self.world.seen.ended(&self.user, "left");
        }
    }
}

fn run(
    world: Arc<World>,
    user: String,
    steps: Vec<Step>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let leaving = Leaving { world, user, armed: true };
    stream::unfold((steps.into_iter(), leaving), |(mut steps, leaving)| async move {
        let Leaving { world, user, .. } = &leaving;
        let event = |json: &Value| Bytes::from(format!("data: {json}\n\n"));
        loop {
            let piece = match steps.next() {
                None => {
                    world.seen.ended(user, "done");
                    return None;
                }
                Some(Step::Say(chunk)) => Ok(event(&chunk)),
                Some(Step::Word(chunk)) => {
                    world.seen.sent_word(user);
                    Ok(event(&chunk))
                }
                Some(Step::Raw(text)) => Ok(Bytes::from(text)),
                Some(Step::Gate) => {
                    world.seen.gate(user).await;
                    continue;
                }
                Some(Step::Pause(pause)) => {
                    tokio::time::sleep(pause).await;
                    continue;
                }
                Some(Step::Cut) => {
                    world.seen.ended(user, "cut");
                    // Lets what was sent arrive before the connection breaks.
                    tokio::time::sleep(SLOW).await;
                    Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut by the sandbox"))
                }
            };
            return Some((piece, (steps, leaving)));
        }
    })
}

/// The same bytes in pieces of one to seven.
fn odd_pieces(piece: io::Result<Bytes>) -> Vec<io::Result<Bytes>> {
    let Ok(mut rest) = piece else { return vec![piece] };
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let length = (pieces.len() % 7 + 1).min(rest.len());
        pieces.push(Ok(rest.split_to(length)));
    }
    pieces
}

fn whole(world: &World, asked: &Asked) -> Response {
    let message = match asked.function() {
        Some(function) => json!({
            "role": "assistant", "content": null,
            "tool_calls": [{ "id": "call_sandbox", "type": "function", "function": function }],
        }),
        None => json!({ "role": "assistant", "content": asked.words.join(" ") }),
    };
    let choice =
        json!({ "index": 0, "message": message, "finish_reason": asked.finish, "logprobs": null });
    let mut answer = asked.chunk(&json!([choice]));
    answer["object"] = "chat.completion".into();
    if asked.model != "fault-no-usage" {
        answer["usage"] = asked.usage();
    }
    world.seen.ended(&asked.user, "done");
    json(StatusCode::OK, &answer)
}
