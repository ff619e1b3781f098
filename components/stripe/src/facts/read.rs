//! From Stripe's units to ours.

use crate::object::Reference;
use kernel::{Currency, FieldError, Money, SAFE_INTEGER_MAX, UnixMillis};

/// The currency `code` of Stripe's.
pub(super) fn currency(code: &str) -> Result<Currency, FieldError> {
    code.parse()
        .map_err(|error: kernel::UnknownCurrency| FieldError::new("currency", error.to_string()))
}

/// An amount in Stripe's unit as money. More than a database keeps is none.
pub(super) fn money(field: &str, amount: i64, currency: Currency) -> Result<Money, FieldError> {
    let money = Money::from_stripe(amount, currency).ok();
    let sound = money.filter(|money| money.minor.unsigned_abs() <= SAFE_INTEGER_MAX.unsigned_abs());
    sound.ok_or_else(|| FieldError::new(field, format!("is no amount in {currency}")))
}

/// The same of what is paid or paid back, which is never below zero.
pub(super) fn paid(field: &str, amount: i64, currency: Currency) -> Result<Money, FieldError> {
    let money = money(field, amount, currency)?;
    if money.minor < 0 { Err(FieldError::new(field, "is below zero")) } else { Ok(money) }
}

/// The id behind a reference.
pub(super) fn id(reference: Option<&Reference>) -> Option<String> {
    reference.map(|reference| reference.id.clone())
}

/// Stripe's seconds as a moment; nothing where Stripe has none.
pub(super) fn moment(seconds: impl Into<Option<i64>>) -> Option<UnixMillis> {
    seconds.into().filter(|&seconds| seconds > 0).map(UnixMillis::from_seconds)
}
