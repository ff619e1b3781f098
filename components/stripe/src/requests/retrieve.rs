//! Objects as they are now.

use crate::{
    Object, Request,
    form::Form,
    object::{Charge, Dispute, Invoice, PaymentIntent, Refund, Session, Subscription, TaxRate},
    request::check_id,
};
use kernel::FieldError;

/// What a session is fetched with: its lines and taxes, and all that became of it.
const SESSION: &[&str] = &[
    "line_items",
    "line_items.data.taxes",
    "payment_intent.latest_charge",
    "invoice",
    "subscription",
];
/// What an invoice is fetched with. Its lines and taxes come by themselves.
const INVOICE: &[&str] = &["payments"];
/// What a payment is fetched with.
const PAYMENT_INTENT: &[&str] = &["latest_charge"];
/// What a charge is fetched with: since 2022-11-15 its refunds come only when asked for.
const CHARGE: &[&str] = &["refunds"];

/// Where an object of a kind is found, and what it is fetched with.
fn place(object: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match object {
        "checkout.session" => ("/v1/checkout/sessions/", SESSION),
        "payment_intent" => ("/v1/payment_intents/", PAYMENT_INTENT),
        "charge" => ("/v1/charges/", CHARGE),
        "refund" => ("/v1/refunds/", &[]),
        "dispute" => ("/v1/disputes/", &[]),
        "subscription" => ("/v1/subscriptions/", &[]),
        "invoice" => ("/v1/invoices/", INVOICE),
        "account" => ("/v1/accounts/", &[]),
        "payout" => ("/v1/payouts/", &[]),
        _ => return None,
    })
}

fn get<T>(field: &str, path: &str, id: &str, expand: &[&str]) -> Result<Request<T>, FieldError> {
    let id = check_id(field, id)?;
    let mut query = Form::new();
    query.fields().list("expand", expand);
    Ok(Request::get(&format!("{path}{id}"), query))
}

/// The object of a kind, which is what Stripe writes into the field `object`. `None` for a kind
/// that Postern does not read.
///
/// # Errors
/// A [`FieldError`] for what is no id.
pub fn object(kind: &str, id: &str) -> Result<Option<Request<Object>>, FieldError> {
    place(kind).map(|(path, expand)| get("id", path, id, expand)).transpose()
}

macro_rules! retrievals {
    ($($(#[$doc:meta])* $name:ident: $object:ty = $field:literal, $path:literal, $expand:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// A [`FieldError`] for what is no id.
        pub fn $name(id: &str) -> Result<Request<$object>, FieldError> {
            get($field, $path, id, $expand)
        }
    )*};
}

retrievals! {
    /// A session with its lines, their taxes, the payment and its charge, the invoice and the
    /// subscription ([retrieve](https://docs.stripe.com/api/checkout/sessions/retrieve)).
    session: Session = "session", "/v1/checkout/sessions/", SESSION;
    /// A payment with its last attempt.
    payment_intent: PaymentIntent = "payment_intent", "/v1/payment_intents/", PAYMENT_INTENT;
    /// A charge with its refunds.
    charge: Charge = "charge", "/v1/charges/", CHARGE;
    /// A refund.
    refund: Refund = "refund", "/v1/refunds/", &[];
    /// A dispute.
    dispute: Dispute = "dispute", "/v1/disputes/", &[];
    /// A subscription.
    subscription: Subscription = "subscription", "/v1/subscriptions/", &[];
    /// An invoice with its lines, taxes and payments.
    invoice: Invoice = "invoice", "/v1/invoices/", INVOICE;
    /// A tax rate, for the name that an invoice's taxes lack.
    tax_rate: TaxRate = "tax_rate", "/v1/tax_rates/", &[];
}
