//! Changes of a subscription, and usage.

use super::seconds;
use crate::{
    IdempotencyKey, Request,
    form::Form,
    object::{Metadata, MeterEvent, Paid, Subscription},
    request::check_id,
};
use kernel::{FieldError, UnixMillis};

/// Longest identifier of usage that Stripe takes.
const IDENTIFIER_LEN_MAX: usize = 100;

/// How a change within a period is paid for
/// ([prorations](https://docs.stripe.com/billing/subscriptions/prorations)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proration {
    /// Now.
    Now,
    /// Not at all.
    None,
}

/// How many of an item there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity<'a> {
    /// The subscription, `sub_...`.
    pub subscription: &'a str,
    /// The item, `si_...`.
    pub item: &'a str,
    /// How many, and how many of them are paid for then.
    pub paid: Paid,
    /// How what is more is paid for.
    pub proration: Proration,
}

/// Changes how many of an item are subscribed to
/// ([update](https://docs.stripe.com/api/subscriptions/update)). What is paid for now and is not
/// paid is not changed: Stripe answers [`crate::Error::Card`].
///
/// # Errors
/// A [`FieldError`] for what is no subscription's or no item's id.
pub fn set_quantity(
    wanted: &Quantity<'_>,
    key: &IdempotencyKey,
) -> Result<Request<Subscription>, FieldError> {
    let subscription = check_id("subscription", wanted.subscription)?;
    let item = check_id("item", wanted.item)?;
    let mut form = Form::new();
    let mut fields = form.fields();
    fields.at("items").at("0").put("id", item).put("quantity", wanted.paid.subscribed);
    fields.put(
        "proration_behavior",
        match wanted.proration {
            Proration::Now => "always_invoice",
            Proration::None => "none",
        },
    );
    if wanted.proration == Proration::Now {
        fields.put("payment_behavior", "error_if_incomplete");
    }
    Metadata { paid: Some(wanted.paid), ..Metadata::default() }.write(&mut fields);
    let path = format!("/v1/subscriptions/{subscription}");
    Ok(Request::post(path, form).with_idempotency_key(key))
}

/// Usage to report ([create](https://docs.stripe.com/api/billing/meter-event/create)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The meter's event name.
    pub event_name: String,
    /// Who used it, `cus_...`.
    pub customer: String,
    /// How much, in the meter's unit.
    pub value: i64,
    /// When. Stripe takes the last 35 days, and five minutes of the future.
    pub at: UnixMillis,
    /// What makes a repetition harmless for at least 24 hours: at most 100 characters.
    pub identifier: String,
}

/// Reports usage. Stripe counts it later, and reports what it cannot count by an event.
///
/// # Errors
/// A [`FieldError`] for what Stripe would refuse.
pub fn report(usage: &Usage) -> Result<Request<MeterEvent>, FieldError> {
    if usage.identifier.is_empty() || usage.identifier.len() > IDENTIFIER_LEN_MAX {
        return Err(FieldError::new("identifier", "must be 1 to 100 bytes long"));
    }
    if usage.value < 0 {
        return Err(FieldError::new("value", "must not be negative"));
    }
    let mut form = Form::new();
    let mut fields = form.fields();
    fields
        .put("event_name", &usage.event_name)
        .put("identifier", &usage.identifier)
        .put("timestamp", seconds(usage.at));
    // The names that a meter maps by default.
    fields
        .at("payload")
        .put("stripe_customer_id", check_id("customer", &usage.customer)?)
        .put("value", usage.value);
    let key = IdempotencyKey::of("usage", &usage.identifier);
    Ok(Request::post("/v1/billing/meter_events", form).with_idempotency_key(&key))
}
