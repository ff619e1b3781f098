//! What the dialects read of the chunks and completions of OpenAI's chat.

use crate::{Usage, openai};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// A chunk or a whole answer.
#[derive(Default, Deserialize)]
pub struct Piece<'a> {
    #[serde(borrow, default)]
    choices: Option<Vec<Choice<'a>>>,
    #[serde(default)]
    usage: Option<openai::WireUsage>,
}

#[derive(Deserialize)]
pub struct Choice<'a> {
    #[serde(default)]
    index: u32,
    /// A chunk has a delta, a whole answer a message, of the same shape.
    #[serde(borrow, default, alias = "message")]
    delta: Option<Said<'a>>,
    #[serde(borrow, default)]
    pub finish_reason: Option<Cow<'a, str>>,
}

/// What the model says.
#[derive(Default, Deserialize)]
pub struct Said<'a> {
    #[serde(borrow, default)]
    pub content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub refusal: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    reasoning_content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    reasoning: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool_calls: Option<Vec<Call<'a>>>,
}

/// A call of a tool, or a piece of one.
#[derive(Deserialize)]
pub struct Call<'a> {
    #[serde(default)]
    index: Option<usize>,
    #[serde(borrow, default)]
    pub id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    function: Option<Function<'a>>,
    #[serde(default)]
    pub extra_content: Option<Value>,
}

#[derive(Deserialize)]
struct Function<'a> {
    #[serde(borrow, default)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    arguments: Option<Cow<'a, str>>,
}

impl<'a> Piece<'a> {
    /// Reads a chunk or a completion. Both come from a decoder, which has read them before.
    pub fn read(json: &'a [u8]) -> Self {
        serde_json::from_slice(json).unwrap_or_default()
    }

    /// The first choice: the dialects have no other.
    pub fn choice(&self) -> Option<&Choice<'a>> {
        self.choices.iter().flatten().find(|choice| choice.index == 0)
    }

    pub fn usage(&self) -> Option<Usage> {
        self.usage.map(Usage::from)
    }
}

impl<'a> Choice<'a> {
    pub fn said(&self) -> Option<&Said<'a>> {
        self.delta.as_ref()
    }
}

impl<'a> Said<'a> {
    /// What the model thinks, by either of the names that servers give it. Some say it by both.
    pub fn reasoning(&self) -> &str {
        let first = self.reasoning_content.as_deref().filter(|text| !text.is_empty());
        first.or(self.reasoning.as_deref()).unwrap_or_default()
    }

    /// The calls, and which of the answer's they are.
    pub fn calls(&self) -> impl Iterator<Item = (usize, &Call<'a>)> {
        let calls = self.tool_calls.iter().flatten().enumerate();
        calls.map(|(place, call)| (call.index.unwrap_or(place), call))
    }
}

impl Call<'_> {
    pub fn name(&self) -> &str {
        self.function.as_ref().and_then(|f| f.name.as_deref()).unwrap_or_default()
    }

    pub fn arguments(&self) -> &str {
        self.function.as_ref().and_then(|f| f.arguments.as_deref()).unwrap_or_default()
    }
}

/// The calls of an answer, told apart.
///
/// Servers are known to number all calls alike and to name a call in each of its pieces; so a piece
/// with a name begins another call only if it has another id, or another number.
#[derive(Debug, Default)]
pub struct Calls {
    seen: Vec<(usize, String)>,
}

impl Calls {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// Which call a piece belongs to, and whether it begins it. `None` when it belongs to none.
    pub fn place(&mut self, number: usize, call: &Call<'_>) -> Option<(usize, bool)> {
        let id = call.id.as_deref().unwrap_or_default();
        let is_it = |(known, its): &(usize, String)| {
            *known == number && (id.is_empty() || its.is_empty() || its == id)
        };
        if let Some(place) = self.seen.iter().rposition(is_it) {
            return Some((place, false));
        }
        if call.name().is_empty() {
            return None;
        }
        self.seen.push((number, id.to_owned()));
        Some((self.seen.len() - 1, true))
    }
}
