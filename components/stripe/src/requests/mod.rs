//! What Postern asks of Stripe. One module a resource; each function builds a request.

pub mod billing;
pub mod checkout;
mod checkout_form;
pub mod customer;
pub mod events;
pub mod payment;
pub mod refund;
pub mod retrieve;

#[cfg(test)]
mod tests;

use kernel::{FieldError, Money, UnixMillis};

/// `money` in Stripe's unit.
fn amount(field: &str, money: Money) -> Result<i64, FieldError> {
    if money.minor < 0 {
        return Err(FieldError::new(field, "must not be negative"));
    }
    money
        .to_stripe_charge()
        .map_err(|_| FieldError::new(field, "is no amount that Stripe charges in this currency"))
}

/// The currency as Stripe writes it.
fn currency(money: Money) -> String {
    money.currency.code().to_ascii_lowercase()
}

/// A moment as Stripe counts it.
const fn seconds(moment: UnixMillis) -> i64 {
    moment.seconds()
}
