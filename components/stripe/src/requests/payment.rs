//! Payment intents, for checkouts of our own
//! ([create](https://docs.stripe.com/api/payment_intents/create)).

use super::{amount, currency};
use crate::{
    IdempotencyKey, Metadata, Request, form::Form, object::PaymentIntent, request::check_id,
};
use kernel::{FieldError, Money};

/// A payment to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// How much.
    pub amount: Money,
    /// Whose it is.
    pub metadata: Metadata,
    /// Who pays, `cus_...`.
    pub customer: Option<String>,
    /// Means of payment; none leaves the choice to Stripe's settings.
    pub methods: Vec<String>,
    /// What the payer's statement and the dashboard show.
    pub description: Option<String>,
    /// Where the receipt goes.
    pub receipt_email: Option<String>,
    /// Our share, for a direct charge on a connected account.
    pub fee: Option<Money>,
}

impl Create {
    /// A payment of `amount`, and Stripe's defaults for the rest.
    #[must_use]
    pub const fn new(amount: Money, metadata: Metadata) -> Self {
        Self {
            amount,
            metadata,
            customer: None,
            methods: Vec::new(),
            description: None,
            receipt_email: None,
            fee: None,
        }
    }
}

/// Makes a payment intent, which a page confirms with its client secret.
///
/// # Errors
/// A [`FieldError`] for an amount or an id that Stripe would refuse.
pub fn create(
    payment: &Create,
    key: &IdempotencyKey,
) -> Result<Request<PaymentIntent>, FieldError> {
    let mut form = Form::new();
    let mut fields = form.fields();
    fields
        .put("amount", amount("amount", payment.amount)?)
        .put("currency", currency(payment.amount))
        .maybe("description", payment.description.as_ref())
        .maybe("receipt_email", payment.receipt_email.as_ref());
    if let Some(customer) = &payment.customer {
        fields.put("customer", check_id("customer", customer)?);
    }
    if let Some(fee) = payment.fee {
        fields.put("application_fee_amount", amount("fee", fee)?);
    }
    if payment.methods.is_empty() {
        fields.at("automatic_payment_methods").put("enabled", true);
    } else {
        fields.list("allowed_payment_method_types", &payment.methods);
    }
    payment.metadata.write(&mut fields);
    Ok(Request::post("/v1/payment_intents", form).with_idempotency_key(key))
}

/// Ends a payment that was not made, so that it no longer can be
/// ([cancel](https://docs.stripe.com/api/payment_intents/cancel)). One that is made, or that its
/// bank is working on, cannot be ended: Stripe answers [`crate::Error::Invalid`].
///
/// # Errors
/// A [`FieldError`] for what is no id.
pub fn cancel(id: &str) -> Result<Request<PaymentIntent>, FieldError> {
    let id = check_id("payment_intent", id)?;
    let mut form = Form::new();
    form.fields().put("cancellation_reason", "abandoned");
    Ok(Request::post(format!("/v1/payment_intents/{id}/cancel"), form))
}
