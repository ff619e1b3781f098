//! One line for each request: what was asked of whom, how it ended, how long it took, what it cost.
//! No content, no secret, no address of a person.

use crate::problem::Problem;
use kernel::{AccountId, RequestId, TenantId, UnixMillis};
use serde::Serialize;
use std::{cell::RefCell, rc::Rc};

/// The target under which the lines are logged.
pub const TARGET: &str = "request";

/// What is known of a request when it has been answered.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The request.
    pub request_id: RequestId,
    /// The method.
    pub method: String,
    /// The route's name; `None` when there is no such route.
    pub route: Option<&'static str>,
    /// The tenant whose host was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// The account that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The status of the response.
    pub status: u16,
    /// Milliseconds until the response was whole or was left.
    pub duration_ms: i64,
    /// What it consumed, where a model was asked.
    #[serde(flatten)]
    pub spent: Option<Spent>,
    /// What really happened, where the status does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// When it began.
    #[serde(skip)]
    pub started: UnixMillis,
}

/// What the use of a model consumed.
#[derive(Clone, Debug, Serialize)]
pub struct Spent {
    /// The model's public name.
    pub model: String,
    /// How the answer ended: `done`, `left` by the client, `failed`.
    pub ended: &'static str,
    /// How many models were asked for it, one asked again among them.
    pub attempts: usize,
    /// Tokens of the model, read and written.
    pub input_tokens: u64,
    /// Tokens that the model wrote.
    pub output_tokens: u64,
    /// Whether the counts are Postern's own.
    pub estimated: bool,
    /// Tokens taken from the wallet.
    pub tokens: i64,
    /// What the provider will ask for it.
    pub cost_nanousd: Option<u64>,
}

impl Line {
    /// Writes the line.
    pub fn write(mut self, now: UnixMillis) {
        self.duration_ms = now.since_ms(self.started).max(0);
        let line = serde_json::to_string(&self).unwrap_or_default();
        if self.status >= 500 {
            log::error!(target: TARGET, "{line}");
        } else {
            log::info!(target: TARGET, "{line}");
        }
    }

    /// Takes note of a problem.
    pub fn note(&mut self, problem: &Problem) {
        self.cause = problem.cause();
    }
}

/// Where the two halves of a line meet whose request ends after its response: whichever comes
/// second writes it.
#[derive(Clone, Default)]
pub struct Slot(Rc<RefCell<Halves>>);

#[derive(Default)]
struct Halves {
    line: Option<Line>,
    spent: Option<Spent>,
}

impl Slot {
    /// The response is on its way.
    pub fn answered(&self, line: Line, now: UnixMillis) {
        self.0.borrow_mut().line = Some(line);
        self.write(now);
    }

    /// The request has ended.
    pub fn ended(&self, spent: Spent, now: UnixMillis) {
        self.0.borrow_mut().spent = Some(spent);
        self.write(now);
    }

    fn write(&self, now: UnixMillis) {
        let mut halves = self.0.borrow_mut();
        if halves.spent.is_some()
            && let Some(mut line) = halves.line.take()
        {
            line.spent = halves.spent.take();
            line.write(now);
        }
    }
}
