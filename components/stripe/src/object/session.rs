//! Checkout Sessions.

use super::{
    Expandable, Invoice, List, Metadata, PaymentIntent, Price, Reference, SessionTax, Subscription,
    or_default,
};
use crate::Hidden;
use serde::Deserialize;

/// A visit to Stripe's checkout ([object](https://docs.stripe.com/api/checkout/sessions/object)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Session {
    /// `cs_...`
    pub id: String,
    /// `payment`, `subscription` or `setup`.
    #[serde(default, deserialize_with = "or_default")]
    pub mode: String,
    /// `open`, `complete` or `expired`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// `paid`, `unpaid` or `no_payment_required`.
    #[serde(default, deserialize_with = "or_default")]
    pub payment_status: String,
    /// `hosted_page`, `embedded_page`, `elements` or `form`.
    pub ui_mode: Option<String>,
    /// Where to send the buyer, while the session is open and hosted.
    pub url: Option<String>,
    /// What an embedded page needs.
    pub client_secret: Option<Hidden>,
    /// The sum before discounts and taxes.
    pub amount_subtotal: Option<i64>,
    /// What is to be paid.
    pub amount_total: Option<i64>,
    /// The currency, in lower case.
    pub currency: Option<String>,
    /// What the total is made of.
    pub total_details: Option<TotalDetails>,
    /// What is bought, if asked for.
    pub line_items: Option<List<SessionLine>>,
    /// Who buys.
    pub customer: Option<Reference>,
    /// What the buyer said about themselves.
    pub customer_details: Option<CustomerDetails>,
    /// What else was collected.
    pub collected_information: Option<Collected>,
    /// Ours: the order, as text.
    pub client_reference_id: Option<String>,
    /// The payment, in payment mode.
    pub payment_intent: Option<Expandable<PaymentIntent>>,
    /// The subscription, in subscription mode.
    pub subscription: Option<Expandable<Subscription>>,
    /// The invoice.
    pub invoice: Option<Expandable<Invoice>>,
    /// Seconds since the epoch.
    #[serde(default)]
    pub created: i64,
    /// When it can no longer be completed, in seconds since the epoch.
    #[serde(default)]
    pub expires_at: i64,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// What a total is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TotalDetails {
    /// All discounts.
    pub amount_discount: i64,
    /// Shipping.
    pub amount_shipping: Option<i64>,
    /// All taxes.
    pub amount_tax: i64,
    /// The taxes one by one, if asked for.
    pub breakdown: Option<Breakdown>,
}

/// The parts of a total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Breakdown {
    /// The taxes of the whole session, by rate.
    pub taxes: Vec<SessionTax>,
}

/// One line of a session ([object](https://docs.stripe.com/api/checkout/sessions/line_items)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SessionLine {
    /// `li_...`
    pub id: String,
    /// The product's name.
    pub description: Option<String>,
    /// How many were bought; the buyer may have changed it.
    pub quantity: Option<i64>,
    /// The discounts on it.
    #[serde(default)]
    pub amount_discount: i64,
    /// Before discounts and taxes.
    #[serde(default)]
    pub amount_subtotal: i64,
    /// The taxes on it.
    #[serde(default)]
    pub amount_tax: i64,
    /// After discounts and taxes.
    #[serde(default)]
    pub amount_total: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// The price that Stripe made of what it was sent.
    pub price: Option<Price>,
    /// The taxes one by one, if asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub taxes: Vec<SessionTax>,
    /// Ours: [`crate::requests::checkout::Line::reference`].
    #[serde(default, deserialize_with = "reference", rename = "metadata")]
    pub reference: Option<String>,
}

/// What the buyer said about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CustomerDetails {
    /// Where to write to.
    pub email: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Where they live or are billed.
    pub address: Option<Address>,
}

/// What else was collected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Collected {
    /// Where to send the goods.
    pub shipping_details: Option<ShippingDetails>,
}

/// Where to send the goods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ShippingDetails {
    /// To whom.
    pub name: Option<String>,
    /// Where.
    pub address: Option<Address>,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street and number.
    pub line1: Option<String>,
    /// What comes behind.
    pub line2: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// State, county or province.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Two-letter code of the country.
    pub country: Option<String>,
}

/// The name under which a line's reference stands in its metadata.
pub(crate) const LINE_REFERENCE: &str = "line";

fn reference<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let map = Option::<serde_json::Map<String, serde_json::Value>>::deserialize(deserializer)?;
    Ok(map.and_then(|map| map.get(LINE_REFERENCE)?.as_str().map(str::to_owned)))
}
