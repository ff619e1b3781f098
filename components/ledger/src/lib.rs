//! Double-entry book-keeping: which transfers a grant, a hold and a settlement are.
//!
//! The model is [TigerBeetle's](https://docs.tigerbeetle.com/concepts/debit-credit/): amounts move
//! between the books of one account, every transfer debits one book and credits another by the same
//! amount, and nothing is ever changed or deleted. A *hold* is a pending transfer; it is *settled*
//! with what was used or *voided*.
//!
//! This crate says which transfer to make. That a wallet is never overdrawn and a hold never
//! settled twice is not left to it: the database's own constraints see to that.
#![forbid(unsafe_code)]

mod purchase;

pub use purchase::{Purchase, Reason, Step, Wanted, returned_share};

use kernel::{Ratio, SAFE_INTEGER_MAX};
use std::fmt;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asset {
    /// Tokens that people buy and models use.
    Tokens,
}

impl Asset {
    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
        }
    }
}

/// A book of an account. In each asset, what all books of an account have been debited is what
/// they have been credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Book {
    /// What the account can spend. Never overdrawn.
    Wallet,
    /// Where grants and purchases come from.
    Issued,
    /// Where spending goes.
    Used,
    /// Where tokens go whose time ended before they were spent.
    Expired,
    /// What a customer owes, who got the money back for tokens that were spent.
    Receivable,
}

impl Book {
    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Issued => "issued",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Receivable => "receivable",
        }
    }
}

/// What a transfer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Moves an amount at once.
    Post,
    /// Sets an amount aside.
    Reserve,
    /// Ends a hold and moves what was used of it.
    Settle,
    /// Ends a hold and moves nothing.
    Void,
}

impl Kind {
    /// The name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Reserve => "reserve",
            Self::Settle => "settle",
            Self::Void => "void",
        }
    }
}

/// A transfer to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it does.
    pub kind: Kind,
    /// What it moves.
    pub asset: Asset,
    /// The book that gives.
    pub debit: Book,
    /// The book that takes.
    pub credit: Book,
    /// How much; zero only for [`Kind::Void`].
    pub amount: i64,
}

/// An amount that no book could hold: zero, or beyond 2^53 - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountError;

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be between 1 and {SAFE_INTEGER_MAX}")
    }
}

impl std::error::Error for AmountError {}

fn amount(tokens: u64) -> Result<i64, AmountError> {
    let amount = i64::try_from(tokens).map_err(|_| AmountError)?;
    if (1..=SAFE_INTEGER_MAX).contains(&amount) { Ok(amount) } else { Err(AmountError) }
}

/// Tokens given to an account.
///
/// # Errors
/// [`AmountError`].
pub fn grant(tokens: u64) -> Result<Entry, AmountError> {
    Ok(Entry {
        kind: Kind::Post,
        asset: Asset::Tokens,
        debit: Book::Issued,
        credit: Book::Wallet,
        amount: amount(tokens)?,
    })
}

/// What a request may consume before it is known what it will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Longest answer, in tokens.
    pub output_tokens_max: u32,
    /// How many answers.
    pub choices: u32,
    /// Wallet tokens for each token of the model.
    pub multiplier: Ratio,
}

/// Sets aside the most that a request can cost: its prompt and its longest answers, times the
/// multiplier, rounded up once.
///
/// # Errors
/// [`AmountError`] for a request that no wallet could pay.
pub fn reserve(estimate: &Estimate) -> Result<Entry, AmountError> {
    let answers = u64::from(estimate.output_tokens_max).checked_mul(estimate.choices.into());
    let tokens = answers.and_then(|answers| answers.checked_add(estimate.prompt_tokens));
    let tokens = tokens.and_then(|tokens| estimate.multiplier.mul_div_ceil(tokens));
    Ok(Entry {
        kind: Kind::Reserve,
        asset: Asset::Tokens,
        debit: Book::Wallet,
        credit: Book::Used,
        amount: amount(tokens.ok_or(AmountError)?)?,
    })
}

/// Ends a hold with what was used: `tokens` of the model, times the multiplier, rounded up once,
/// and never more than was set aside.
#[must_use]
pub fn settle(hold: &Entry, tokens: u64, multiplier: Ratio) -> Entry {
    let used =
        multiplier.mul_div_ceil(tokens).map_or(i64::MAX, |n| i64::try_from(n).unwrap_or(i64::MAX));
    let amount = used.min(hold.amount);
    let kind = if amount == 0 { Kind::Void } else { Kind::Settle };
    Entry { kind, amount, ..*hold }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(prompt_tokens: u64, output_tokens_max: u32) -> Estimate {
        Estimate {
            prompt_tokens,
            output_tokens_max,
            choices: 1,
            multiplier: Ratio::new(72, 100).unwrap(),
        }
    }

    #[test]
    fn the_worst_case_is_rounded_up_once() {
        assert_eq!(reserve(&estimate(100, 400)).unwrap().amount, 360);
        // 0.72 x 1 + 0.72 x 1 would be 2 rounded twice; the sum is rounded once, to 2 as well,
        // but 0.72 x 3 + 0.72 x 3 is 5 and not 6.
        assert_eq!(reserve(&estimate(3, 3)).unwrap().amount, 5);
        let two = Estimate { choices: 2, ..estimate(100, 200) };
        assert_eq!(reserve(&two).unwrap().amount, 360);
    }

    #[test]
    fn a_settlement_takes_what_was_used() {
        let hold = reserve(&estimate(100, 400)).unwrap();
        let settled = settle(&hold, 150, Ratio::new(72, 100).unwrap());
        assert_eq!((settled.kind, settled.amount), (Kind::Settle, 108));
        assert_eq!((settled.debit, settled.credit), (Book::Wallet, Book::Used));
    }

    #[test]
    fn and_never_more_than_was_set_aside() {
        let hold = reserve(&estimate(100, 400)).unwrap();
        for tokens in [501, 1_000_000, u64::MAX] {
            assert_eq!(settle(&hold, tokens, Ratio::ONE).amount, 360, "{tokens}");
        }
    }

    #[test]
    fn nothing_used_voids_the_hold() {
        let hold = reserve(&estimate(100, 400)).unwrap();
        let settled = settle(&hold, 0, Ratio::ONE);
        assert_eq!((settled.kind, settled.amount), (Kind::Void, 0));
    }

    #[test]
    fn amounts_stay_where_javascript_can_count() {
        assert_eq!(grant(0), Err(AmountError));
        assert_eq!(grant(1).unwrap().amount, 1);
        assert_eq!(grant(9_007_199_254_740_991).unwrap().amount, SAFE_INTEGER_MAX);
        assert_eq!(grant(9_007_199_254_740_992), Err(AmountError));
        assert_eq!(reserve(&estimate(u64::MAX, 1)), Err(AmountError));
    }
}
