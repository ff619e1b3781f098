//! What an answer's stream does, and how it goes wrong when its model's name asks for it.
//!
//! A fault strikes after three words, or before any output where its name says so.

use crate::provider::Format;
use bytes::Bytes;
use std::time::Duration;

/// The pace of `demo-slow`: 20 tokens a second.
pub const SLOW: Duration = Duration::from_millis(50);
/// After how many words a fault in the middle of an answer strikes.
const WORDS_BEFORE_FAULT: usize = 3;
/// An event longer than any reader should put up with.
const HUGE: usize = 5 * 1024 * 1024;

/// One thing that a stream does.
pub enum Step {
    /// Sends an event.
    Say(Bytes),
    /// Sends an event with a word of the answer.
    Word(Bytes),
    /// Waits at the gate that is named after the user.
    Gate,
    /// Waits.
    Pause(Duration),
    /// Ends the connection.
    Cut,
    /// Resets the connection.
    Reset,
}

/// Bends the stream of an answer as its model's name asks.
pub fn bend<F: Format>(model: &str, mut steps: Vec<Step>) -> Vec<Step> {
    let is_word = |step: &Step| matches!(step, Step::Word(_));
    let first = steps.iter().position(is_word).unwrap_or(0);
    let middle = (first + WORDS_BEFORE_FAULT).min(steps.len());
    let mut end_at = |at: usize, with: Option<Step>| {
        steps.truncate(at);
        steps.extend(with);
    };
    match model {
        "fault-cut" => end_at(middle, Some(Step::Cut)),
        "fault-cut-before" => end_at(0, Some(Step::Cut)),
        "fault-reset" => end_at(middle, Some(Step::Reset)),
        "fault-reset-before" => end_at(0, Some(Step::Reset)),
        "fault-stops" => end_at(middle, None),
        "fault-error-in-stream" => end_at(middle, Some(Step::Say(F::error_event()))),
        // Formats that begin with a word have no preamble, and end before they began.
        "fault-preamble-then-error" => end_at(first, Some(Step::Say(F::error_event()))),
        "fault-gate-in-stream" => steps.insert(middle, Step::Gate),
        "fault-huge-line" => steps.insert(middle, Step::Say(F::event(&vec![b'x'; HUGE]))),
        "fault-invalid-utf8" => {
            steps.insert(middle, Step::Say(F::event(b"{\"text\":\"\xff\"}")));
        }
        "demo-slow" => {
            let paced = steps.into_iter().flat_map(|step| match step {
                Step::Word(_) => vec![Step::Pause(SLOW), step],
                step => vec![step],
            });
            return paced.collect();
        }
        _ => {}
    }
    steps
}

/// The pieces in which an event is sent: whole, if its model's name asks for nothing else.
pub fn pieces(model: &str, mut event: Bytes) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while !event.is_empty() {
        let length = match model {
            "fault-odd-chunks" => pieces.len() % 7 + 1,
            "fault-one-byte-chunks" => 1,
            _ => event.len(),
        };
        pieces.push(event.split_to(length.min(event.len())));
    }
    pieces
}
