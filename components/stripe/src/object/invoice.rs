//! Invoices, their lines and what paid them.

use super::{InvoiceTax, List, Metadata, Reference, or_default};
use serde::Deserialize;

/// An invoice ([object](https://docs.stripe.com/api/invoices/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Invoice {
    /// `in_...`
    pub id: String,
    /// What people quote: `A1B2C3D4-0001`. A draft has none.
    pub number: Option<String>,
    /// `draft`, `open`, `paid`, `uncollectible` or `void`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// The currency, in lower case.
    pub currency: String,
    /// What is to be paid.
    #[serde(default)]
    pub amount_due: i64,
    /// What was paid.
    #[serde(default)]
    pub amount_paid: i64,
    /// What is still to be paid.
    #[serde(default)]
    pub amount_remaining: i64,
    /// Before discounts on the whole and exclusive taxes.
    #[serde(default)]
    pub subtotal: i64,
    /// The whole, with taxes.
    #[serde(default)]
    pub total: i64,
    /// The whole, without taxes.
    pub total_excluding_tax: Option<i64>,
    /// The taxes of the whole, by rate.
    #[serde(default, deserialize_with = "or_default")]
    pub total_taxes: Vec<InvoiceTax>,
    /// Its lines; an event carries no more than ten.
    #[serde(default, deserialize_with = "or_default")]
    pub lines: List<InvoiceLine>,
    /// Who pays.
    pub customer: Option<Reference>,
    /// Their name, as it was when the invoice was made final.
    pub customer_name: Option<String>,
    /// Why it was made: `manual`, `subscription_create`, `subscription_cycle`.
    pub billing_reason: Option<String>,
    /// What made it.
    pub parent: Option<InvoiceParent>,
    /// What paid it, if asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub payments: List<InvoicePayment>,
    /// How often collection was tried.
    #[serde(default)]
    pub attempt_count: i64,
    /// When collection is tried next, in seconds since the epoch.
    pub next_payment_attempt: Option<i64>,
    /// The page on which it is read and paid.
    pub hosted_invoice_url: Option<String>,
    /// The file.
    pub invoice_pdf: Option<String>,
    /// Seconds since the epoch.
    #[serde(default)]
    pub created: i64,
    /// When its usage was counted from, in seconds since the epoch. A line's own period says what
    /// it is for.
    #[serde(default)]
    pub period_start: i64,
    /// When its usage was counted to.
    #[serde(default)]
    pub period_end: i64,
    /// When it became what.
    #[serde(default)]
    pub status_transitions: StatusTransitions,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// What made an invoice.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct InvoiceParent {
    /// The subscription.
    pub subscription_details: Option<SubscriptionDetails>,
}

/// The subscription that made an invoice.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SubscriptionDetails {
    /// Which.
    pub subscription: Reference,
    /// Ours, as it was on the subscription when the invoice was made final.
    #[serde(default)]
    pub metadata: Metadata,
}

/// When an invoice became what, in seconds since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct StatusTransitions {
    /// No longer a draft.
    pub finalized_at: Option<i64>,
    /// Paid.
    pub paid_at: Option<i64>,
    /// Void.
    pub voided_at: Option<i64>,
}

/// One line of an invoice ([object](https://docs.stripe.com/api/invoice-line-item/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct InvoiceLine {
    /// `il_...`
    pub id: String,
    /// The line with inclusive taxes, without discounts and exclusive taxes.
    pub amount: i64,
    /// The discounts on it, one by one.
    #[serde(default, deserialize_with = "or_default")]
    pub discount_amounts: Vec<DiscountAmount>,
    /// The line without discounts and taxes.
    #[serde(default)]
    pub subtotal: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// What people read.
    pub description: Option<String>,
    /// How many.
    pub quantity: Option<i64>,
    /// What it is for.
    pub period: Option<Period>,
    /// For how much.
    pub pricing: Option<LinePricing>,
    /// What made it.
    pub parent: Option<LineParent>,
    /// The taxes on it.
    #[serde(default, deserialize_with = "or_default")]
    pub taxes: Vec<InvoiceTax>,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// How much a discount takes off a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct DiscountAmount {
    /// How much.
    pub amount: i64,
}

/// From when to when, in seconds since the epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Period {
    /// The first second.
    pub start: i64,
    /// The first second after it.
    pub end: i64,
}

/// For how much.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LinePricing {
    /// The price.
    pub price_details: Option<PriceDetails>,
}

/// A price and its product.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PriceDetails {
    /// `price_...`
    pub price: Reference,
    /// `prod_...`
    #[serde(default, deserialize_with = "or_default")]
    pub product: String,
}

/// What made a line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LineParent {
    /// The item of a subscription.
    pub subscription_item_details: Option<SubscriptionItemDetails>,
    /// Something that was put down to be billed, such as what evens out a change of quantity.
    pub invoice_item_details: Option<InvoiceItemDetails>,
}

/// Something that was put down to be billed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvoiceItemDetails {
    /// Whether it evens out a change within a period.
    #[serde(default)]
    pub proration: bool,
}

/// The item of a subscription that made a line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SubscriptionItemDetails {
    /// `sub_...`
    pub subscription: Option<String>,
    /// `si_...`
    #[serde(default, deserialize_with = "or_default")]
    pub subscription_item: String,
    /// Whether it evens out a change within a period.
    #[serde(default)]
    pub proration: bool,
}

/// A payment of an invoice ([object](https://docs.stripe.com/api/invoice-payment/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct InvoicePayment {
    /// `inpay_...`
    pub id: String,
    /// `open`, `paid` or `canceled`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// What of the invoice it paid.
    pub amount_paid: Option<i64>,
    /// With what.
    pub payment: PaidBy,
}

/// What paid an invoice.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PaidBy {
    /// The payment.
    pub payment_intent: Option<Reference>,
    /// The charge, where there is no payment intent.
    pub charge: Option<Reference>,
}
