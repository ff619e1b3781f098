//! Amounts in Stripe's units (<https://docs.stripe.com/currencies>).

use crate::error::{Answer, Refusal};

/// The most that Stripe charges at once.
const AMOUNT_MAX: i64 = 99_999_999;
/// Three decimals, of which the last is nought.
const THREE_DECIMALS: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];
/// Two decimals for Stripe, both of them nought.
const WHOLE: [&str; 2] = ["isk", "ugx"];
const NO_DECIMALS: [&str; 15] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
];

/// A currency in small letters.
pub(crate) fn currency(text: &str, param: &str) -> Answer<String> {
    let small = text.to_ascii_lowercase();
    if small.len() == 3 && small.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(small);
    }
    let message = format!("Invalid currency: {text}. Stripe currently supports ISO 4217 codes.");
    Err(Refusal::param(param, message))
}

/// Refuses an amount that Stripe would not charge.
pub(crate) fn check(amount: i64, currency: &str, param: &str) -> Answer<()> {
    if amount < 0 {
        let message = "Invalid non-negative integer";
        return Err(Refusal::param(param, message).code("parameter_invalid_integer"));
    }
    if amount > AMOUNT_MAX {
        let message = "Amount must be no more than 999,999.99";
        return Err(Refusal::param(param, message).code("amount_too_large"));
    }
    let step = if THREE_DECIMALS.contains(&currency) {
        10
    } else if WHOLE.contains(&currency) {
        100
    } else {
        1
    };
    if amount % step != 0 {
        let message = format!("Invalid amount: {currency} amounts must be divisible by {step}");
        return Err(Refusal::param(param, message).code("invalid_charge_amount"));
    }
    Ok(())
}

/// An amount as people read it: `12.50 EUR`.
#[must_use]
pub fn readable(amount: i64, currency: &str) -> String {
    let code = currency.to_ascii_uppercase();
    let decimals = match currency {
        currency if NO_DECIMALS.contains(&currency) => 0,
        currency if THREE_DECIMALS.contains(&currency) => 3,
        _ => 2,
    };
    let sign = if amount < 0 { "-" } else { "" };
    let unit = 10_u64.pow(decimals);
    let (whole, part) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
    match decimals {
        0 => format!("{sign}{whole} {code}"),
        _ => format!("{sign}{whole}.{part:0width$} {code}", width = decimals as usize),
    }
}
