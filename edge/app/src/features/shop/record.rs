//! The record of a quote: what a cart comes to, frozen. Checkout reads it and nothing else, so that
//! what was shown is what is charged, whatever has changed since.

use super::product::{BundleItem, Details, Meter, TopUp};
use kernel::{AccountId, CartId, Currency, PriceId, ProductId, UnixMillis};
use pricing::{AddressField, Interval, Locale, PaymentMethod, ProductKind, TaxMode};
use serde::{Deserialize, Serialize};
use usage::Period;

/// A day.
const DAY_MS: i64 = 86_400_000;

/// What stands in `quote.record`. All amounts are minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRecord {
    /// The cart.
    pub cart: CartId,
    /// Which version of it was priced.
    pub cart_version: i64,
    /// Whose cart it was. A cart that is nobody's may be anybody's by the time it is paid.
    pub account: Option<AccountId>,
    /// The market, as [`pricing::Markets::get`] knows it.
    pub market: String,
    /// The price list.
    pub list: String,
    /// Its currency, in which everything here is.
    pub currency: Currency,
    /// Whether the amounts have tax in them: Stripe's `tax_behavior`.
    pub tax_mode: TaxMode,
    /// What people there call the tax.
    pub tax_label: String,
    /// How it may be paid, the usual way first. For a subscription only what renews.
    pub payment_methods: Vec<PaymentMethod>,
    /// What the buyer's address must have, beside the country.
    pub address_fields: Vec<AddressField>,
    /// How amounts are written.
    pub locale: Locale,
    /// What the total is about in the market's own currency, where that is another. Only to be
    /// shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approximate: Option<Approximate>,
    /// The coupon, in capitals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// Goods in it, and where they can be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Shipping>,
    /// How often it is paid, if there is a subscription among the lines. There is one interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What is bought, in the order in which it came into the cart.
    pub lines: Vec<QuoteLine>,
    /// The lines before the discount.
    pub subtotal_minor: i64,
    /// What the coupon takes off.
    pub discount_minor: i64,
    /// What is charged, but for a tax that is not in the prices.
    pub total_minor: i64,
    /// When it was priced.
    pub created_at_ms: UnixMillis,
}

/// An amount in another currency, for display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approximate {
    /// The total, in minor units of `currency`.
    pub total_minor: i64,
    /// The market's own currency.
    pub currency: Currency,
    /// When the rate was true.
    pub as_of_ms: UnixMillis,
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipping {
    /// The countries that all goods of the quote are sent to; anywhere, if `None`. Never empty.
    pub countries: Option<Vec<String>>,
}

/// A line of the bill. `unit_minor * quantity - discount_minor = total_minor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// What is bought.
    pub product: ProductId,
    /// Its kind; a bundle is one line.
    pub kind: ProductKind,
    /// Its name.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// The price that counts.
    pub price: PriceId,
    /// What one costs.
    pub unit_minor: i64,
    /// The line's share of the discount.
    pub discount_minor: i64,
    /// What the line comes to.
    pub total_minor: i64,
    /// How often it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What it is to the tax office, by Stripe's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// What the buyer gets for each unit of the line. A bundle is taken apart.
    pub items: Vec<QuoteItem>,
}

/// What the buyer gets for one unit of a line: so many units of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteItem {
    /// Which product; never a bundle.
    pub product: ProductId,
    /// Its kind.
    pub kind: ProductKind,
    /// How many of it for each unit of the line: 1, unless it comes in a bundle.
    pub units: u32,
    /// Tokens for all `units` together: a pack's, or those of a subscription's period. 0 otherwise.
    pub tokens: u64,
    /// How long the tokens, or a top-up, can be spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_ms: Option<i64>,
    /// On how many devices each unit may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_max: Option<u32>,
    /// How often each unit may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_max: Option<u32>,
    /// The licence that must be accepted first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What is counted, for a subscription that is; what a top-up adds to, and how much each unit does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<Meter>,
}

impl QuoteItem {
    /// What `units` of a product give. `None` for a bundle, which gives what is in it.
    #[must_use]
    pub fn of(product: &ProductId, details: &Details, units: u32) -> Option<Self> {
        let kind = match details {
            Details::Digital(_) => ProductKind::Digital,
            Details::Physical(_) => ProductKind::Physical,
            Details::TokenPack(_) => ProductKind::TokenPack,
            Details::Subscription(_) => ProductKind::Subscription,
            Details::Bundle(_) => return None,
        };
        let mut item = Self {
            product: product.clone(),
            kind,
            units,
            tokens: 0,
            lifetime_ms: None,
            device_max: None,
            use_max: None,
            licence: None,
            meter: None,
        };
        match details {
            Details::Digital(digital) => {
                item.device_max = digital.device_max;
                item.use_max = digital.use_max;
                item.licence.clone_from(&digital.licence);
            }
            Details::TokenPack(pack) => {
                item.tokens = pack.tokens.unwrap_or(0).saturating_mul(units.into());
                item.meter = pack.top_up.as_ref().map(|TopUp { meter, capacity }| Meter {
                    name: meter.clone(),
                    capacity: *capacity,
                    hard: false,
                    period: Period::Billing,
                });
                item.lifetime_ms = pack.expires_after_days.map(|days| i64::from(days) * DAY_MS);
            }
            Details::Subscription(plan) => {
                let tokens = plan.tokens_per_period.unwrap_or(0);
                item.tokens = tokens.saturating_mul(units.into());
                item.device_max = plan.device_max;
                item.licence.clone_from(&plan.licence);
                item.meter.clone_from(&plan.meter);
            }
            Details::Physical(_) | Details::Bundle(_) => {}
        }
        Some(item)
    }

    /// What one unit of a product gives, with `find` for the details of a bundle's products.
    /// `None` when one of them is missing.
    #[must_use]
    pub fn all_of<'a>(
        product: &ProductId,
        details: &Details,
        find: impl Fn(&ProductId) -> Option<&'a Details>,
    ) -> Option<Vec<Self>> {
        let part = |item: &BundleItem| Self::of(&item.product, find(&item.product)?, item.quantity);
        match details {
            Details::Bundle(bundle) => bundle.items.iter().map(part).collect(),
            details => Some(vec![Self::of(product, details, 1)?]),
        }
    }
}
