//! Payment intents, charges, refunds and disputes.

use super::{Expandable, List, Metadata, Reference, or_default};
use crate::Hidden;
use serde::Deserialize;

/// A payment, through all its attempts ([object](https://docs.stripe.com/api/payment_intents/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PaymentIntent {
    /// `pi_...`
    pub id: String,
    /// What is to be paid.
    pub amount: i64,
    /// What was paid.
    #[serde(default)]
    pub amount_received: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// `requires_payment_method`, `requires_confirmation`, `requires_action`, `processing`,
    /// `requires_capture`, `canceled` or `succeeded`.
    pub status: String,
    /// Who pays.
    pub customer: Option<Reference>,
    /// The last attempt.
    pub latest_charge: Option<Expandable<Charge>>,
    /// Why the last attempt failed; gone again once another one succeeds.
    pub last_payment_error: Option<PaymentError>,
    /// What a page needs to collect the payment.
    pub client_secret: Option<Hidden>,
    /// Seconds since the epoch.
    #[serde(default)]
    pub created: i64,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// Why an attempt failed ([error codes](https://docs.stripe.com/error-codes)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PaymentError {
    /// `card_declined`.
    pub code: Option<String>,
    /// `insufficient_funds`.
    pub decline_code: Option<String>,
    /// For the buyer.
    pub message: Option<String>,
}

/// One attempt to collect a payment ([object](https://docs.stripe.com/api/charges/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Charge {
    /// `ch_...` or `py_...`
    pub id: String,
    /// What was to be collected.
    pub amount: i64,
    /// What has been given back, all refunds together.
    #[serde(default)]
    pub amount_refunded: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// `pending`, `failed` or `succeeded`.
    pub status: String,
    /// Whether it has been given back in full.
    #[serde(default)]
    pub refunded: bool,
    /// Whether it was ever disputed.
    #[serde(default)]
    pub disputed: bool,
    /// The payment that it is an attempt at.
    pub payment_intent: Option<Reference>,
    /// Who paid.
    pub customer: Option<Reference>,
    /// Why it failed.
    pub failure_code: Option<String>,
    /// The receipt, as a page.
    pub receipt_url: Option<String>,
    /// The refunds, if asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub refunds: List<Refund>,
    /// Ours, as it was on the payment intent.
    #[serde(default)]
    pub metadata: Metadata,
}

/// Money on its way back ([object](https://docs.stripe.com/api/refunds/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Refund {
    /// `re_...`, `pyr_...`
    pub id: String,
    /// How much.
    pub amount: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// `pending`, `requires_action`, `succeeded`, `failed` or `canceled`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// What is given back.
    pub charge: Option<Reference>,
    /// The payment of that charge.
    pub payment_intent: Option<Reference>,
    /// `duplicate`, `fraudulent`, `requested_by_customer` or a reason of Stripe's.
    pub reason: Option<String>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// A payment that its payer's bank questions ([object](https://docs.stripe.com/api/disputes/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Dispute {
    /// `dp_...` or `du_...`
    pub id: String,
    /// How much is disputed.
    pub amount: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// `warning_needs_response`, `warning_under_review`, `warning_closed`, `needs_response`,
    /// `under_review`, `prevented`, `lost`, `appeal_needs_response`, `appeal_under_review` or `won`.
    pub status: String,
    /// Why.
    #[serde(default, deserialize_with = "or_default")]
    pub reason: String,
    /// What is disputed.
    pub charge: Option<Reference>,
    /// The payment of that charge.
    pub payment_intent: Option<Reference>,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}
