//! What an operation of a model consumed, and what that costs.
//!
//! Providers count some tokens apart from others: those they had cached, those of reasoning, those
//! of sound. Here they are always *among* the tokens read or written, whatever a provider's wire
//! says, so that a sum never counts one twice.

use serde::{Deserialize, Serialize};

/// What one operation of a model consumed, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Tokens read, all of the following among them.
    pub input_tokens: u64,
    /// Of those, tokens the provider had cached.
    pub cached_input_tokens: u64,
    /// Of those, tokens the provider put into its cache.
    pub cache_write_tokens: u64,
    /// Of those, tokens of sound.
    pub audio_input_tokens: u64,
    /// Of those, tokens of images.
    pub image_input_tokens: u64,
    /// Tokens written, all of the following among them.
    pub output_tokens: u64,
    /// Of those, tokens of reasoning.
    pub reasoning_tokens: u64,
    /// Of those, tokens of sound.
    pub audio_output_tokens: u64,
}

/// What a model costs, in nano-USD (10⁻⁹ US dollars) per token.
///
/// A price of 0.15 USD per million tokens is 150. What has no price of its own costs what any token
/// read or written does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Per token read.
    pub input: u64,
    /// Per token read that the provider had cached.
    #[serde(default)]
    pub cached_input: Option<u64>,
    /// Per token read that the provider put into its cache.
    #[serde(default)]
    pub cache_write: Option<u64>,
    /// Per token of sound read.
    #[serde(default)]
    pub audio_input: Option<u64>,
    /// Per token of images read.
    #[serde(default)]
    pub image_input: Option<u64>,
    /// Per token written.
    pub output: u64,
    /// Per token of reasoning.
    #[serde(default)]
    pub reasoning: Option<u64>,
    /// Per token of sound written.
    #[serde(default)]
    pub audio_output: Option<u64>,
    /// For each request that consumed anything, whatever else it consumed.
    #[serde(default)]
    pub per_request: u64,
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
            cache_write_tokens: self.cache_write_tokens.max(other.cache_write_tokens),
            audio_input_tokens: self.audio_input_tokens.max(other.audio_input_tokens),
            image_input_tokens: self.image_input_tokens.max(other.image_input_tokens),
            output_tokens: self.output_tokens.max(other.output_tokens),
            reasoning_tokens: self.reasoning_tokens.max(other.reasoning_tokens),
            audio_output_tokens: self.audio_output_tokens.max(other.audio_output_tokens),
        }
    }

    /// What it costs at `price`, in nano-USD. Exact, and [`u64::MAX`] where it would be more.
    ///
    /// A token has one price. Where the parts are more than the whole, which is nonsense or an
    /// overlap that the provider does not tell of (sound that was cached), the price is that of
    /// the part which stands first in [`Usage`], and the later part gives way.
    #[must_use]
    pub fn cost_nanousd(&self, price: &Price) -> u64 {
        if *self == Self::default() {
            // The request failed before anything was read.
            return 0;
        }
        let input = cost(
            self.input_tokens,
            price.input,
            &[
                (self.cached_input_tokens, price.cached_input),
                (self.cache_write_tokens, price.cache_write),
                (self.audio_input_tokens, price.audio_input),
                (self.image_input_tokens, price.image_input),
            ],
        );
        let output = cost(
            self.output_tokens,
            price.output,
            &[
                (self.reasoning_tokens, price.reasoning),
                (self.audio_output_tokens, price.audio_output),
            ],
        );
        let sum = input.saturating_add(output).saturating_add(price.per_request.into());
        u64::try_from(sum).unwrap_or(u64::MAX)
    }
}

/// The cost of `whole` tokens at `price`, some of which have prices of their own.
///
/// No more than `whole` tokens are counted, so a sum of products stays below 2^128.
fn cost(whole: u64, price: u64, parts: &[(u64, Option<u64>)]) -> u128 {
    let mut rest = whole;
    let mut sum = 0_u128;
    for &(tokens, own_price) in parts {
        let tokens = tokens.min(rest);
        rest -= tokens;
        sum += u128::from(tokens) * u128::from(own_price.unwrap_or(price));
    }
    sum + u128::from(rest) * u128::from(price)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full_price() -> Price {
        Price {
            input: 1_000,
            cached_input: Some(100),
            cache_write: Some(1_250),
            audio_input: Some(10_000),
            image_input: Some(1_500),
            output: 4_000,
            reasoning: Some(5_000),
            audio_output: Some(20_000),
            per_request: 5_000_000,
        }
    }

    #[test]
    fn every_kind_of_token_has_its_own_price_and_is_counted_once() {
        let usage = Usage {
            input_tokens: 1_000,
            cached_input_tokens: 400,
            cache_write_tokens: 100,
            audio_input_tokens: 50,
            image_input_tokens: 30,
            output_tokens: 200,
            reasoning_tokens: 120,
            audio_output_tokens: 60,
        };
        let input = 400 * 100 + 100 * 1_250 + 50 * 10_000 + 30 * 1_500 + 420 * 1_000;
        let output = 120 * 5_000 + 60 * 20_000 + 20 * 4_000;
        assert_eq!(usage.cost_nanousd(&full_price()), input + output + 5_000_000);
        assert_eq!(usage.total(), Some(1_200));
    }

    #[test]
    fn what_has_no_price_of_its_own_costs_what_any_token_does() {
        let price: Price = serde_json::from_str(r#"{"input": 150, "output": 600}"#).unwrap();
        let usage = Usage {
            input_tokens: 10,
            cached_input_tokens: 4,
            cache_write_tokens: 3,
            audio_input_tokens: 2,
            output_tokens: 5,
            reasoning_tokens: 5,
            ..Usage::default()
        };
        assert_eq!(usage.cost_nanousd(&price), 10 * 150 + 5 * 600);
        let fee = Price { per_request: 7, ..price };
        assert_eq!(usage.cost_nanousd(&fee), 10 * 150 + 5 * 600 + 7);
        assert_eq!(Usage::default().cost_nanousd(&fee), 0);
    }

    #[test]
    fn parts_beyond_the_whole_give_way() {
        let usage = |cached, audio, reasoning| Usage {
            input_tokens: 10,
            cached_input_tokens: cached,
            audio_input_tokens: audio,
            output_tokens: 1,
            reasoning_tokens: reasoning,
            ..Usage::default()
        };
        let price = Price { per_request: 0, ..full_price() };
        for (usage, expected) in [
            (usage(99, 0, 0), 10 * 100 + 4_000),
            (usage(99, 99, 0), 10 * 100 + 4_000),
            // Sound that was cached, perhaps.
            (usage(8, 5, 0), 8 * 100 + 2 * 10_000 + 4_000),
            (usage(0, 0, u64::MAX), 10 * 1_000 + 5_000),
        ] {
            assert_eq!(usage.cost_nanousd(&price), expected, "{usage:?}");
        }
    }

    #[test]
    fn a_provider_cannot_make_the_price_wrap() {
        let most = Usage {
            input_tokens: u64::MAX,
            cached_input_tokens: u64::MAX,
            cache_write_tokens: u64::MAX,
            output_tokens: u64::MAX,
            reasoning_tokens: 1,
            ..Usage::default()
        };
        let dear = Price { input: u64::MAX, output: u64::MAX, ..Price::default() };
        assert_eq!(most.cost_nanousd(&dear), u64::MAX);
        assert_eq!(most.total(), None);
        let cheap = Price { input: 1, ..Price::default() };
        assert_eq!(most.cost_nanousd(&cheap), u64::MAX);
        let exact = Usage { input_tokens: u64::MAX - 7, ..Usage::default() };
        assert_eq!(exact.cost_nanousd(&Price { per_request: 6, ..cheap }), u64::MAX - 1);
    }
}
