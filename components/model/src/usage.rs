use serde::{Deserialize, Serialize};

/// What one operation of a model consumed, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Tokens read, cached ones among them.
    pub input_tokens: u64,
    /// Of those, tokens the provider had cached.
    pub cached_input_tokens: u64,
    /// Tokens written, reasoning among them.
    pub output_tokens: u64,
    /// Of those, tokens of reasoning.
    pub reasoning_tokens: u64,
}

/// What a model costs, in nano-USD (10⁻⁹ US dollars) per token.
///
/// A price of 0.15 USD per million tokens is 150.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Per token read.
    pub input: u64,
    /// Per token read that the provider had cached.
    pub cached_input: u64,
    /// Per token written.
    pub output: u64,
}

impl Usage {
    /// All tokens, read and written; `None` beyond 64 bits.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.input_tokens.checked_add(self.output_tokens)
    }

    /// The greater of both, field by field.
    ///
    /// Providers repeat usage as it grows, and the last word is sometimes smaller than an earlier
    /// one. Summing would bill twice and taking the last would forget.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.max(other.input_tokens),
            cached_input_tokens: self.cached_input_tokens.max(other.cached_input_tokens),
            output_tokens: self.output_tokens.max(other.output_tokens),
            reasoning_tokens: self.reasoning_tokens.max(other.reasoning_tokens),
        }
    }

    /// What it costs at `price`, in nano-USD; `None` beyond 64 bits.
    #[must_use]
    pub fn cost_nanousd(&self, price: &Price) -> Option<u64> {
        let cached = self.cached_input_tokens.min(self.input_tokens);
        let fresh = self.input_tokens - cached;
        fresh
            .checked_mul(price.input)?
            .checked_add(cached.checked_mul(price.cached_input)?)?
            .checked_add(self.output_tokens.checked_mul(price.output)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_tokens_have_their_own_price() {
        let price = Price { input: 150, cached_input: 75, output: 600 };
        let usage = Usage {
            input_tokens: 1_000,
            cached_input_tokens: 400,
            output_tokens: 100,
            ..Usage::default()
        };
        assert_eq!(usage.cost_nanousd(&price), Some(600 * 150 + 400 * 75 + 100 * 600));
        assert_eq!(usage.total(), Some(1_100));
    }

    #[test]
    fn a_provider_cannot_make_the_price_wrap() {
        let usage = Usage { input_tokens: u64::MAX, ..Usage::default() };
        assert_eq!(usage.cost_nanousd(&Price { input: 2, ..Price::default() }), None);
        // More cached than read is nonsense, and costs what was read.
        let odd = Usage { input_tokens: 1, cached_input_tokens: 9, ..Usage::default() };
        assert_eq!(odd.cost_nanousd(&Price { input: 5, cached_input: 2, output: 0 }), Some(2));
    }
}
