//! Stripe's objects, as far as Postern reads them.
//!
//! Amounts are in Stripe's unit of the currency beside them, and times in seconds since the epoch,
//! as they are sent; [`crate::facts`] turns both into ours. A status stays text here: Stripe may
//! add one. Whatever may be absent or null is an `Option` or has a default, so that an object of
//! another version fails where it matters and nowhere else.

mod account;
mod expandable;
mod invoice;
mod metadata;
mod payment;
mod session;
mod subscription;
mod tax;

pub use account::{Account, Customer, Deadlines, MeterEvent, Payout, PortalSession};
pub use expandable::{Expandable, List, Reference};
pub use invoice::{
    DiscountAmount, Invoice, InvoiceItemDetails, InvoiceLine, InvoiceParent, InvoicePayment,
    LineParent, LinePricing, PaidBy, Period, PriceDetails, StatusTransitions, SubscriptionDetails,
    SubscriptionItemDetails,
};
pub use metadata::{Metadata, Paid};
pub use payment::{Charge, Dispute, PaymentError, PaymentIntent, Refund};
pub(crate) use session::LINE_REFERENCE;
pub use session::{
    Address, Breakdown, Collected, CustomerDetails, Session, SessionLine, ShippingDetails,
    TotalDetails,
};
pub use subscription::{PauseCollection, Price, Recurrence, Subscription, SubscriptionItem};
pub use tax::{InvoiceTax, SessionTax, TaxRate, TaxRateDetails};

use serde::{Deserialize, Deserializer};

/// Any of the objects, told apart by their field `object`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "object")]
pub enum Object {
    /// A Checkout Session.
    #[serde(rename = "checkout.session")]
    Session(Box<Session>),
    /// A PaymentIntent.
    #[serde(rename = "payment_intent")]
    PaymentIntent(Box<PaymentIntent>),
    /// A charge: one attempt to collect a payment.
    #[serde(rename = "charge")]
    Charge(Box<Charge>),
    /// A refund.
    #[serde(rename = "refund")]
    Refund(Box<Refund>),
    /// A dispute.
    #[serde(rename = "dispute")]
    Dispute(Box<Dispute>),
    /// A subscription.
    #[serde(rename = "subscription")]
    Subscription(Box<Subscription>),
    /// An invoice.
    #[serde(rename = "invoice")]
    Invoice(Box<Invoice>),
    /// A connected account, or our own.
    #[serde(rename = "account")]
    Account(Box<Account>),
    /// A payout to a bank account.
    #[serde(rename = "payout")]
    Payout(Box<Payout>),
    /// Anything else.
    #[serde(other)]
    Other,
}

/// Reads `null` as the default: Stripe writes null where there is no list and no text.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests;
