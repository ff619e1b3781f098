//! What Stripe can charge, in minor units by ISO 4217.

use kernel::{Currency, Money};

/// The finest amount that Stripe charges in a currency, in minor units: 1 for most, 10 for the
/// dinars with three decimals, 100 for the ariary.
///
/// Follows from [`Money::to_stripe_charge`], so that there is one table only.
#[must_use]
pub fn charge_step_minor(currency: Currency) -> i64 {
    let steps = [1, 10, 100, 1_000];
    let chargeable = |&step: &i64| Money::new(step, currency).to_stripe_charge().is_ok();
    steps.into_iter().find(chargeable).unwrap_or(1)
}

/// The least that Stripe charges in a currency, in minor units; 0 where it says nothing
/// ([minimum and maximum charge amounts](https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)).
///
/// The seller's account may settle in another currency, and then what counts is the converted
/// amount: less than this is always refused, this much nearly never.
#[must_use]
pub fn charge_minor_min(currency: Currency) -> i64 {
    match currency.code() {
        "GBP" => 30,
        "AUD" | "BRL" | "CAD" | "CHF" | "EUR" | "INR" | "JPY" | "NZD" | "SGD" | "USD" => 50,
        "AED" | "MYR" | "PLN" | "RON" => 200,
        "DKK" => 250,
        "NOK" | "SEK" => 300,
        "HKD" => 400,
        "MXN" | "THB" => 1_000,
        "CZK" => 1_500,
        "HUF" => 17_500,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_what_stripe_takes() {
        for (code, step) in
            [("EUR", 1), ("JPY", 1), ("ISK", 1), ("UGX", 1), ("KWD", 10), ("BHD", 10), ("MGA", 100)]
        {
            assert_eq!(charge_step_minor(code.parse().unwrap()), step, "{code}");
        }
    }
}
