//! From Stripe's units to ours.

use crate::object::Reference;
use kernel::{Currency, FieldError, Money, UnixMillis};

/// The currency `code` of Stripe's.
pub(super) fn currency(code: &str) -> Result<Currency, FieldError> {
    code.parse()
        .map_err(|error: kernel::UnknownCurrency| FieldError::new("currency", error.to_string()))
}

/// An amount in Stripe's unit as money.
pub(super) fn money(field: &str, amount: i64, currency: Currency) -> Result<Money, FieldError> {
    Money::from_stripe(amount, currency)
        .map_err(|_| FieldError::new(field, format!("is no amount in {currency}")))
}

/// The id behind a reference.
pub(super) fn id(reference: Option<&Reference>) -> Option<String> {
    reference.map(|reference| reference.id.clone())
}

/// Stripe's seconds as a moment; nothing where Stripe has none.
pub(super) fn moment(seconds: impl Into<Option<i64>>) -> Option<UnixMillis> {
    seconds.into().filter(|&seconds| seconds > 0).map(UnixMillis::from_seconds)
}
