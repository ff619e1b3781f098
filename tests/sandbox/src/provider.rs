//! What the sandbox's providers share, whatever they speak: an echo, and faults by the model's name.
//!
//! A token is a word. Answers are the same every time.

use crate::{World, json};
use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use std::{io, sync::Arc, time::Duration};

/// Longest request.
pub const REQUEST_LEN_MAX: usize = 32 * 1024 * 1024;
/// The pace of `demo-slow`: 20 tokens a second.
const SLOW: Duration = Duration::from_millis(50);
/// How late `fault-slow-start` begins.
const LATE: Duration = Duration::from_millis(1_500);
/// After how many words a fault in the middle of an answer strikes.
const WORDS_BEFORE_FAULT: usize = 3;
/// A line longer than any reader should put up with.
const HUGE: usize = 5 * 1024 * 1024;

/// What a provider speaks.
pub trait Format {
    /// What a request asks for.
    fn read(body: &Value) -> Asked;
    /// The body of a refusal.
    fn refusal(status: StatusCode, message: &str) -> Value;
    /// The stream of an answer.
    fn events(asked: &Asked) -> Vec<Step>;
    /// The event that ends a stream in an error.
    fn error_event() -> String;
    /// An answer in one piece.
    fn whole(asked: &Asked) -> Value;
}

/// What a request asks for, as far as an echo needs it.
pub struct Asked {
    pub model: String,
    pub user: String,
    pub stream: bool,
    /// What will be said.
    pub words: Vec<String>,
    pub prompt_tokens: usize,
    /// Whether there would have been more to say.
    pub is_cut: bool,
    /// The tool that is called instead: its name and its arguments.
    pub tool: Option<(String, Value)>,
    pub seed: Option<i64>,
}

/// A conversation, in no format.
#[derive(Default)]
pub struct Conversation<'a> {
    /// What each side said.
    pub said: Vec<String>,
    /// What the user said last.
    pub last: String,
    /// What a tool said, if it spoke last.
    pub tool_said: Option<String>,
    pub tool: Option<&'a str>,
    pub wants_json: bool,
    pub stops: Vec<String>,
    pub limit: Option<u64>,
}

impl Conversation<'_> {
    /// A tool's answer is repeated; else a tool, if there is one, is called; else the words of the
    /// last user message come back.
    pub fn answer(self) -> Asked {
        let count = |text: &String| text.split_whitespace().count();
        let tool = self.tool.filter(|_| self.tool_said.is_none());
        let echo = self.tool_said.unwrap_or(self.last);
        let mut words: Vec<String> = echo.split_whitespace().map(str::to_owned).collect();
        if self.wants_json {
            words = vec![json!({ "echo": echo }).to_string()];
        }
        if let Some(end) = words.iter().position(|word| self.stops.contains(word)) {
            words.truncate(end);
        }
        let limit = self.limit.and_then(|limit| usize::try_from(limit).ok());
        let is_cut = limit.is_some_and(|limit| words.len() > limit);
        words.truncate(limit.unwrap_or(usize::MAX));
        Asked {
            model: String::new(),
            user: String::new(),
            stream: false,
            words,
            prompt_tokens: self.said.iter().map(count).sum(),
            is_cut,
            tool: tool.map(|name| (name.to_owned(), json!({ "echo": echo }))),
            seed: None,
        }
    }
}

/// Answers a request in a format. `complete` adds what the path says and the body does not.
pub async fn answer<F: Format>(
    world: Arc<World>,
    body: Bytes,
    complete: impl FnOnce(Asked) -> Asked,
) -> Response {
    let refuse = |status, message| json(status, &F::refusal(status, message));
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "the body is not JSON");
    };
    let asked = complete(F::read(&body));
    world.seen.asked(&asked.user, &body);
    let refusal = match asked.model.as_str() {
        "fault-error-400" => Some(refuse(StatusCode::BAD_REQUEST, "this model refuses everything")),
        "fault-error-429" => {
            let mut busy = refuse(StatusCode::TOO_MANY_REQUESTS, "this model is always busy");
            busy.headers_mut().insert(header::RETRY_AFTER, 7.into());
            Some(busy)
        }
        "fault-error-500" => Some(refuse(StatusCode::INTERNAL_SERVER_ERROR, "this model fails")),
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
    if asked.stream {
        return streamed::<F>(world, asked);
    }
    world.seen.ended(&asked.user, "done");
    json(StatusCode::OK, &F::whole(&asked))
}

/// One thing that a stream does.
pub enum Step {
    /// Sends an event.
    Say(String),
    /// Sends an event with a word of the answer.
    Word(String),
    /// Waits at the gate that is named after the user.
    Gate,
    /// Waits.
    Pause(Duration),
    /// Breaks the connection.
    Cut,
}

/// Bends the stream of an answer as its model's name asks.
fn bend(model: &str, mut events: Vec<Step>, error: String) -> Vec<Step> {
    let is_word = |step: &Step| matches!(step, Step::Word(_));
    let first = events.iter().position(is_word).unwrap_or(0);
    let middle = (first + WORDS_BEFORE_FAULT).min(events.len());
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
            events.push(Step::Say(error));
        }
        "fault-gate-in-stream" => events.insert(middle, Step::Gate),
        "fault-huge-line" => {
            events.insert(middle, Step::Say(format!("data: {}\n\n", "x".repeat(HUGE))));
        }
        _ => {}
    }
    events
}

fn streamed<F: Format>(world: Arc<World>, asked: Asked) -> Response {
    let steps = bend(&asked.model, F::events(&asked), F::error_event());
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
        loop {
            let piece = match steps.next() {
                None => {
                    world.seen.ended(user, "done");
                    return None;
                }
                Some(Step::Say(event)) => Ok(Bytes::from(event)),
                Some(Step::Word(event)) => {
                    world.seen.sent_word(user);
                    Ok(Bytes::from(event))
                }
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
