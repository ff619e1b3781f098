//! A streamed answer, retold in OpenAI's chunks as it comes.
//!
//! Formats differ in how they cut an answer up, and hardly in what an answer is: it begins, it says
//! words, it calls tools, it ends for a reason, and somewhere on the way it tells what it has
//! consumed. A format's reader takes the pieces apart and has them told here.

use crate::{
    Event, Failure, FailureKind, Usage,
    answer::{CallDelta, Delta, FunctionDelta, Head},
};
use serde_json::Value;

/// What has been told so far.
#[derive(Default)]
pub struct Teller {
    show_usage: bool,
    /// Known once the answer has begun.
    head: Option<Head>,
    calls: usize,
    usage: Option<Usage>,
    finished: bool,
}

/// A call of a tool, or the beginning of one.
pub struct Call<'a> {
    /// The provider's name of the call. Without one, it gets one that no other call of the answer
    /// has.
    pub id: Option<&'a str>,
    pub name: &'a str,
    pub arguments: &'a str,
    /// What the provider wants back with the call, and OpenAI has no word for.
    pub extra_content: Option<Value>,
}

impl Teller {
    /// `show_usage` says whether the client asked for usage.
    pub fn new(show_usage: bool) -> Self {
        Self { show_usage, ..Self::default() }
    }

    /// Begins the answer. Only the first beginning counts.
    pub fn begin(&mut self, head: impl FnOnce() -> Head, events: &mut Vec<Event>) {
        if self.head.is_none() {
            let head = head();
            let delta = Delta { role: Some("assistant"), content: Some(""), ..Delta::default() };
            events.push(Event::Chunk(head.piece(&delta, None, "")));
            self.head = Some(head);
        }
    }

    /// How many tools have been called.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Whether the answer has told why it ends.
    pub fn has_finished(&self) -> bool {
        self.finished
    }

    /// Words of the answer.
    pub fn text(&self, text: &str, events: &mut Vec<Event>) -> Result<(), Failure> {
        self.words(&Delta { content: Some(text), ..Delta::default() }, text, events)
    }

    /// Words that lead to the answer.
    pub fn reasoning(&self, text: &str, events: &mut Vec<Event>) -> Result<(), Failure> {
        self.words(&Delta { reasoning_content: Some(text), ..Delta::default() }, text, events)
    }

    /// Words in place of an answer.
    pub fn refusal(&self, text: &str, events: &mut Vec<Event>) -> Result<(), Failure> {
        self.words(&Delta { refusal: Some(text), ..Delta::default() }, text, events)
    }

    /// A call, of which more arguments may follow. Gives its place among the calls.
    pub fn call(&mut self, call: Call<'_>, events: &mut Vec<Event>) -> Result<usize, Failure> {
        let Call { id, name, arguments, extra_content } = call;
        let index = self.calls;
        let id = self.head()?.call_id(id, index);
        let function = FunctionDelta { name: Some(name), arguments };
        let call =
            CallDelta { index, id: Some(&id), kind: Some("function"), function, extra_content };
        let delta = Delta { tool_calls: Some([call]), ..Delta::default() };
        self.say(&delta, None, &format!("{name}{arguments}"), events)?;
        self.calls += 1;
        Ok(index)
    }

    /// More arguments of the call in place `index`.
    pub fn arguments(
        &self,
        index: usize,
        arguments: &str,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        let function = FunctionDelta { name: None, arguments };
        let call = CallDelta { index, id: None, kind: None, function, extra_content: None };
        self.words(&Delta { tool_calls: Some([call]), ..Delta::default() }, arguments, events)
    }

    /// What was consumed so far. Providers repeat it, and it never becomes less.
    pub fn note(&mut self, usage: impl Into<Usage>, events: &mut Vec<Event>) {
        let usage = self.usage.unwrap_or_default().max(usage.into());
        self.usage = Some(usage);
        events.push(Event::Usage(usage));
    }

    /// Why the answer ends. Said once, though providers may repeat it.
    pub fn finish(&mut self, reason: &str, events: &mut Vec<Event>) -> Result<(), Failure> {
        if !std::mem::replace(&mut self.finished, true) {
            self.say(&Delta::default(), Some(reason), "", events)?;
        }
        Ok(())
    }

    /// The usage, for a client that asked for it and a provider that has told it.
    pub fn last_words(&self, events: &mut Vec<Event>) {
        if let (Some(head), Some(usage), true) = (&self.head, &self.usage, self.show_usage) {
            events.push(Event::Chunk(head.usage(usage)));
        }
    }

    fn head(&self) -> Result<&Head, Failure> {
        let unbegun = || Failure::new(FailureKind::Malformed, "the answer has not begun");
        self.head.as_ref().ok_or_else(unbegun)
    }

    fn words(&self, delta: &Delta<'_>, text: &str, events: &mut Vec<Event>) -> Result<(), Failure> {
        match text.is_empty() {
            true => Ok(()),
            false => self.say(delta, None, text, events),
        }
    }

    fn say(
        &self,
        delta: &Delta<'_>,
        finish: Option<&str>,
        text: &str,
        events: &mut Vec<Event>,
    ) -> Result<(), Failure> {
        events.push(Event::Chunk(self.head()?.piece(delta, finish, text)));
        Ok(())
    }
}
