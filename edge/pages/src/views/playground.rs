//! `/playground`

use super::renders;

/// A model that can be asked.
#[derive(Clone, Copy, Debug)]
pub struct ModelChoice<'a> {
    /// The name to ask for it.
    pub id: &'a str,
    /// Who runs it.
    pub provider: &'a str,
    /// Price of one token that it reads, in nano-dollars.
    pub input_nanousd: Option<u64>,
    /// Price of one token that it writes.
    pub output_nanousd: Option<u64>,
}

/// Something that was said.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a> {
    /// Whether the person said it, and not the model.
    pub is_person: bool,
    /// What was said.
    pub text: &'a str,
}

/// What an answer took.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// Tokens that the model read.
    pub input_tokens: u64,
    /// Tokens that the model wrote.
    pub output_tokens: u64,
    /// What that cost, if the model has a price.
    pub cost_nanousd: Option<u64>,
}

/// `GET /playground`, and `POST` without JavaScript.
#[derive(Clone)]
pub struct PlaygroundView<'a> {
    /// The models of the tenant.
    pub models: Vec<ModelChoice<'a>>,
    /// The one that is chosen; empty for the first.
    pub selected: &'a str,
    /// What stands in the field: empty after an answer, what was sent after a failure.
    pub prompt: &'a str,
    /// What was said.
    pub turns: Vec<Turn<'a>>,
    /// What the last answer took.
    pub spent: Option<Spent>,
    /// Why there is no answer, in the page's language.
    pub error: Option<&'a str>,
    /// What can be spent, in tokens.
    pub available: u64,
}

impl PlaygroundView<'_> {
    pub(crate) fn is_selected(&self, id: &str) -> bool {
        self.selected == id
    }
}

renders! {
    PlaygroundView<'a> = "pages/playground.html";
}
