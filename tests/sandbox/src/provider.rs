//! What the sandbox's providers share, whatever they speak: an echo, and faults by the model's name.
//!
//! A token is a word. Answers are the same every time.

use crate::{
    World,
    call::{Call, Socket},
    fault::{SLOW, Step, bend, pieces},
    json,
};
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
/// How late `fault-slow-start` begins.
const LATE: Duration = Duration::from_millis(1_500);

/// What a provider speaks.
pub trait Format {
    /// What a stream calls itself.
    const STREAM_TYPE: &'static str = "text/event-stream";
    /// What a request asks for.
    fn read(body: &Value) -> Asked;
    /// The body of a refusal.
    fn refusal(status: StatusCode, message: &str) -> Value;
    /// The stream of an answer.
    fn events(asked: &Asked) -> Vec<Step>;
    /// An event with data that says nothing.
    fn event(data: &[u8]) -> Bytes {
        [b"data: ", data, b"\n\n"].concat().into()
    }
    /// The event that ends a stream in an error.
    fn error_event() -> Bytes;
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

/// How an answer ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Complete,
    /// There was more to say, and no room.
    Cut,
    /// In a call of a tool.
    ToolCall,
    /// By a filter of the provider's, where the model's name asks for it.
    Filtered,
}

impl Asked {
    pub fn ending(&self) -> Ending {
        match (&self.tool, self.is_cut) {
            _ if self.model == "fault-filtered" => Ending::Filtered,
            (Some(_), _) => Ending::ToolCall,
            (None, true) => Ending::Cut,
            (None, false) => Ending::Complete,
        }
    }

    /// How many tokens an answer says it has consumed once `said` words are said. All of them, and
    /// then ever fewer, where the model's name asks for it.
    pub fn tokens_told(&self, said: usize) -> usize {
        match self.model.as_str() {
            "fault-usage-decreasing" => (self.words.len() + 1).saturating_sub(said.max(1)),
            _ => said,
        }
    }
}

/// The user, in formats that have no field for it: a test lets the system say it.
pub fn user_of(system: &str) -> String {
    system.strip_prefix("user ").unwrap_or_default().to_owned()
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
pub async fn answer<F: Format>(call: Call, complete: impl FnOnce(Asked) -> Asked) -> Response {
    let Call { world, body, socket, .. } = call;
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
            busy.headers_mut().insert(header::RETRY_AFTER, 1.into());
            Some(busy)
        }
        "fault-error-500" => Some(refuse(StatusCode::INTERNAL_SERVER_ERROR, "this model fails")),
        // Anthropic's word for a service that has too much to do.
        "fault-error-529" => {
            let overloaded = StatusCode::from_u16(529).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            Some(refuse(overloaded, "this model is overloaded"))
        }
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
        return streamed::<F>(world, asked, socket);
    }
    world.seen.ended(&asked.user, "done");
    json(StatusCode::OK, &F::whole(&asked))
}

fn streamed<F: Format>(world: Arc<World>, asked: Asked, socket: Socket) -> Response {
    let steps = bend::<F>(&asked.model, F::events(&asked));
    let model = asked.model;
    let body = run(world, asked.user, steps, socket).flat_map(move |piece| {
        stream::iter(match piece {
            Ok(event) => pieces(&model, event).into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        })
    });
    ([(header::CONTENT_TYPE, F::STREAM_TYPE)], Body::from_stream(body)).into_response()
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
    socket: Socket,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let leaving = Leaving { world, user, armed: true };
    let start = (steps.into_iter(), leaving, socket);
    stream::unfold(start, |(mut steps, leaving, socket)| async move {
        let Leaving { world, user, .. } = &leaving;
        loop {
            let piece = match steps.next() {
                None => {
                    world.seen.ended(user, "done");
                    return None;
                }
                Some(Step::Say(event)) => Ok(event),
                Some(Step::Word(event)) => {
                    world.seen.sent_word(user);
                    Ok(event)
                }
                Some(Step::Gate) => {
                    world.seen.gate(user).await;
                    continue;
                }
                Some(Step::Pause(pause)) => {
                    tokio::time::sleep(pause).await;
                    continue;
                }
                Some(end @ (Step::Cut | Step::Reset)) => {
                    world.seen.ended(user, "cut");
                    if matches!(end, Step::Reset) {
                        socket.reset_on_drop();
                    }
                    // Lets what was sent arrive before the connection breaks.
                    tokio::time::sleep(SLOW).await;
                    Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut by the sandbox"))
                }
            };
            return Some((piece, (steps, leaving, socket)));
        }
    })
}
