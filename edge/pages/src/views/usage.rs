//! What was used of models over some days.

use crate::chart::{self, Bar};

/// One day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageDay {
    /// Any moment of the day, in UTC.
    pub day_ms: i64,
    /// Requests.
    pub operations: u64,
    /// Tokens that models read.
    pub input_tokens: u64,
    /// Tokens that models wrote.
    pub output_tokens: u64,
}

/// One model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageModel<'a> {
    /// The model's name.
    pub model: &'a str,
    /// Requests.
    pub operations: u64,
    /// Tokens that it read.
    pub input_tokens: u64,
    /// Tokens that it wrote.
    pub output_tokens: u64,
}

/// What was used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage<'a> {
    /// By day, the oldest first, without gaps.
    pub days: Vec<UsageDay>,
    /// By model, the most used first.
    pub models: Vec<UsageModel<'a>>,
}

impl UsageDay {
    pub(crate) const fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

impl UsageModel<'_> {
    pub(crate) const fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

impl Usage<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        self.days.iter().all(|day| day.operations == 0)
    }

    pub(crate) fn total(&self) -> u64 {
        self.days.iter().fold(0, |sum, day| sum.saturating_add(day.tokens()))
    }

    pub(crate) fn operations(&self) -> u64 {
        self.days.iter().fold(0, |sum, day| sum.saturating_add(day.operations))
    }

    /// The top of the axis.
    pub(crate) fn top(&self) -> u64 {
        chart::ceiling(self.days.iter().map(UsageDay::tokens).max().unwrap_or_default())
    }

    pub(crate) fn bars(&self) -> Vec<Bar> {
        chart::bars(self.days.iter().map(UsageDay::tokens), self.top())
    }

    /// The whole of a share, for a meter.
    pub(crate) fn top_of_models(&self) -> u64 {
        self.models.iter().map(UsageModel::tokens).max().unwrap_or_default().max(1)
    }
}
