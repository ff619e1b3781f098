//! Taxes: Checkout and invoices write them differently.

use super::or_default;
use serde::{Deserialize, Deserializer};
use serde_json::Number;

/// A tax on a session or on one of its lines
/// ([line item taxes](https://docs.stripe.com/api/checkout/sessions/line_items)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SessionTax {
    /// The tax.
    pub amount: i64,
    /// The rate, which Stripe sends along here.
    pub rate: TaxRate,
    /// Why this much: `standard_rated`, `reverse_charge`, `not_collecting`.
    pub taxability_reason: Option<String>,
    /// What the tax is on.
    pub taxable_amount: Option<i64>,
}

/// A rate ([object](https://docs.stripe.com/api/tax_rates/object)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct TaxRate {
    /// `txr_...`
    pub id: String,
    /// What people read: `VAT`.
    #[serde(default, deserialize_with = "or_default")]
    pub display_name: String,
    /// The rate in percent as decimal text: `19`, `8.875`. It is shown; nothing is computed of it.
    #[serde(default, deserialize_with = "decimal")]
    pub percentage: String,
    /// The rate that was in fact applied, where Stripe Tax differs from `percentage`.
    #[serde(default, deserialize_with = "decimal_maybe")]
    pub effective_percentage: Option<String>,
    /// Whether prices contain it.
    #[serde(default)]
    pub inclusive: bool,
    /// Two-letter code of the country.
    pub country: Option<String>,
    /// Code of the state within it.
    pub state: Option<String>,
    /// What people read: `Germany`, `CA, ON`.
    pub jurisdiction: Option<String>,
    /// `vat`, `gst`, `sales_tax`.
    pub tax_type: Option<String>,
}

/// A tax on an invoice or on one of its lines
/// ([invoice](https://docs.stripe.com/api/invoices/object#invoice_object-total_taxes)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvoiceTax {
    /// The tax.
    pub amount: i64,
    /// `inclusive` or `exclusive`.
    #[serde(default, deserialize_with = "or_default")]
    pub tax_behavior: String,
    /// Which rate; it has to be fetched for its name.
    pub tax_rate_details: Option<TaxRateDetails>,
    /// Why this much.
    pub taxability_reason: Option<String>,
    /// What the tax is on.
    pub taxable_amount: Option<i64>,
}

/// Which rate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TaxRateDetails {
    /// `txr_...`
    pub tax_rate: String,
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(decimal_maybe(deserializer)?.unwrap_or_default())
}

/// A number as its shortest decimal text.
fn decimal_maybe<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let number = Option::<Number>::deserialize(deserializer)?;
    Ok(number.map(|number| {
        let text = number.to_string();
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    }))
}
