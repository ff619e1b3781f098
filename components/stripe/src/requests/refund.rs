//! Refunds ([create](https://docs.stripe.com/api/refunds/create)).

use super::amount;
use crate::{IdempotencyKey, Metadata, Request, form::Form, object::Refund, request::check_id};
use kernel::{FieldError, Money};

/// Why money is given back. Stripe learns from `Fraudulent`, and blocks the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was paid twice.
    Duplicate,
    /// It was not the card's owner who paid.
    Fraudulent,
    /// The buyer asked.
    RequestedByCustomer,
}

impl Reason {
    /// The reason as Stripe writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Fraudulent => "fraudulent",
            Self::RequestedByCustomer => "requested_by_customer",
        }
    }
}

/// A refund to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// The payment, `pi_...`.
    pub payment_intent: String,
    /// How much; none gives back all that is left.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<Reason>,
    /// Whose it is.
    pub metadata: Metadata,
    /// Whether our share of a direct charge is given back in proportion.
    pub refund_fee: bool,
}

/// Gives money back. Stripe never gives back more than was paid, whatever the key: two refunds of
/// the whole at once leave one [`crate::Error::Invalid`] with the code `charge_already_refunded`.
///
/// # Errors
/// A [`FieldError`] for an amount or an id that Stripe would refuse.
pub fn create(refund: &Create, key: &IdempotencyKey) -> Result<Request<Refund>, FieldError> {
    let mut form = Form::new();
    let mut fields = form.fields();
    fields.put("payment_intent", check_id("payment_intent", &refund.payment_intent)?);
    if let Some(money) = refund.amount {
        if money.minor == 0 {
            return Err(FieldError::new("amount", "must be more than nothing"));
        }
        fields.put("amount", amount("amount", money)?);
    }
    fields.maybe("reason", refund.reason.map(Reason::as_str));
    if refund.refund_fee {
        fields.put("refund_application_fee", true);
    }
    refund.metadata.write(&mut fields);
    Ok(Request::post("/v1/refunds", form).with_idempotency_key(key))
}
