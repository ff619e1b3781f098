//! What the buyer of a product gets, by its kind: the JSON that stands in `product.details`.

use kernel::{FieldError, ProductId, read_json};
use pricing::ProductKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use usage::Period;

/// Most devices, and most uses, that a licence may count.
const DEVICES_MAX: u32 = 1_000;
const USES_MAX: u32 = 1_000_000;
/// Longest licence, in characters: a text, or where the text is.
const LICENCE_LEN_MAX: usize = 10_000;
/// Most tokens of a pack, of a period, or of a meter.
const TOKENS_MAX: u64 = 1_000_000_000;
/// Longest life of tokens: ten years.
const DAYS_MAX: u32 = 3_650;
/// Most countries that goods are sent to by name.
const COUNTRIES_MAX: usize = 250;
/// Longest name of a meter.
const METER_LEN_MAX: usize = 40;
/// Most products in a bundle, and most of each.
const ITEMS_MAX: usize = 20;
const ITEM_QUANTITY_MAX: u32 = 100;

/// What the buyer gets. Which of these it is stands beside it, in the product's `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Details {
    /// Files.
    Digital(Digital),
    /// Goods.
    Physical(Physical),
    /// Tokens, once, or more capacity of a meter.
    TokenPack(TokenPack),
    /// Something that is paid again and again.
    Subscription(Subscription),
    /// Other products.
    Bundle(Bundle),
}

/// Files, which the buyer may load down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digital {
    /// On how many devices; on any number, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_max: Option<u32>,
    /// How often; as often as is wanted, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_max: Option<u32>,
    /// The licence that must be accepted first: its text, or an address of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// What it is to the tax office, by [Stripe's list](https://docs.stripe.com/tax/tax-codes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
}

/// Goods, which are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Physical {
    /// As for [`Digital::tax_code`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// Where it is sent to, by ISO 3166-1; anywhere, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_to: Option<Vec<String>>,
}

/// Tokens, once, or a top-up: more capacity of a meter. One of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPack {
    /// How many tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// How much more may be used than a plan brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_up: Option<TopUp>,
    /// How long it can be spent; for ever, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after_days: Option<u32>,
}

/// More capacity of a meter, which is spent when a window's own is used up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopUp {
    /// The meter, by the name that plans give it.
    pub meter: String,
    /// How much.
    pub capacity: u64,
}

/// Something that is paid again and again. How often stands with its prices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// Tokens that come with each payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_period: Option<u64>,
    /// What is counted, and how much of it is in the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<Meter>,
    /// As for [`Digital::device_max`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_max: Option<u32>,
    /// As for [`Digital::licence`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// As for [`Digital::tax_code`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
}

/// Something that is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meter {
    /// Its name, of `a-z`, `0-9` and `_`.
    pub name: String,
    /// How much of it one unit of the subscription pays for in a period.
    pub capacity: u64,
    /// Whether more than that is refused. Otherwise it is counted, and billed with the next invoice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hard: bool,
    /// How long it is counted for.
    #[serde(default, skip_serializing_if = "is_billing")]
    pub period: Period,
}

/// Other products, at one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Which, and how many of each.
    pub items: Vec<BundleItem>,
}

/// A product in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleItem {
    /// Which: no bundle and no subscription.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
}

impl Details {
    /// Reads and checks the details of a product of this kind. Whether a bundle's products exist
    /// is the database's to say.
    ///
    /// # Errors
    /// A [`FieldError`] in `details`.
    pub fn parse(kind: ProductKind, json: &Value) -> Result<Self, FieldError> {
        Self::read(kind, &json.to_string())
            .and_then(|details| details.check().map(|()| details))
            .map_err(|error| error.within("details"))
    }

    /// Reads details that were checked when they were stored.
    ///
    /// # Errors
    /// A [`FieldError`] for what is not of the kind.
    pub fn read(kind: ProductKind, json: &str) -> Result<Self, FieldError> {
        let json = json.as_bytes();
        Ok(match kind {
            ProductKind::Digital => Self::Digital(read_json(json)?),
            ProductKind::Physical => Self::Physical(read_json(json)?),
            ProductKind::TokenPack => Self::TokenPack(read_json(json)?),
            ProductKind::Subscription => Self::Subscription(read_json(json)?),
            ProductKind::Bundle => Self::Bundle(read_json(json)?),
        })
    }

    /// The products in it; none, unless it is a bundle.
    #[must_use]
    pub fn items(&self) -> &[BundleItem] {
        match self {
            Self::Bundle(bundle) => &bundle.items,
            _ => &[],
        }
    }

    /// Whether it is more capacity of a meter.
    #[must_use]
    pub const fn is_top_up(&self) -> bool {
        matches!(self, Self::TokenPack(TokenPack { top_up: Some(_), .. }))
    }

    /// What it is to the tax office.
    #[must_use]
    pub fn tax_code(&self) -> Option<&str> {
        match self {
            Self::Digital(Digital { tax_code, .. })
            | Self::Physical(Physical { tax_code, .. })
            | Self::Subscription(Subscription { tax_code, .. }) => tax_code.as_deref(),
            Self::TokenPack(_) | Self::Bundle(_) => None,
        }
    }

    fn check(&self) -> Result<(), FieldError> {
        match self {
            Self::Digital(digital) => {
                within("device_max", digital.device_max, DEVICES_MAX)?;
                within("use_max", digital.use_max, USES_MAX)?;
                licence(digital.licence.as_deref())?;
                tax_code(digital.tax_code.as_deref())
            }
            Self::Physical(physical) => {
                tax_code(physical.tax_code.as_deref())?;
                ship_to(physical.ship_to.as_deref())
            }
            Self::TokenPack(pack) => {
                check_pack(pack)?;
                within("expires_after_days", pack.expires_after_days, DAYS_MAX)
            }
            Self::Subscription(plan) => {
                within("tokens_per_period", plan.tokens_per_period, TOKENS_MAX)?;
                within("device_max", plan.device_max, DEVICES_MAX)?;
                if let Some(meter) = &plan.meter {
                    check_meter(meter).map_err(|error| error.within("meter"))?;
                }
                licence(plan.licence.as_deref())?;
                tax_code(plan.tax_code.as_deref())
            }
            Self::Bundle(bundle) => check_items(&bundle.items),
        }
    }
}

/// Checks a number from 1 to `most`, where there is one.
fn within<N: Into<u64>>(field: &str, number: Option<N>, most: N) -> Result<(), FieldError> {
    let most = most.into();
    match number.map(Into::into) {
        Some(number) if !(1..=most).contains(&number) => {
            Err(FieldError::new(field, format!("must be between 1 and {most}")))
        }
        _ => Ok(()),
    }
}

fn licence(licence: Option<&str>) -> Result<(), FieldError> {
    let Some(text) = licence else { return Ok(()) };
    if text.trim().is_empty() || text.chars().count() > LICENCE_LEN_MAX {
        let message = format!("must be 1 to {LICENCE_LEN_MAX} characters long");
        return Err(FieldError::new("licence", message));
    }
    Ok(())
}

fn tax_code(code: Option<&str>) -> Result<(), FieldError> {
    let Some(code) = code else { return Ok(()) };
    let digits = code.strip_prefix("txcd_").unwrap_or_default();
    if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FieldError::new("tax_code", "must be `txcd_` and eight digits"));
    }
    Ok(())
}

fn ship_to(countries: Option<&[String]>) -> Result<(), FieldError> {
    let Some(countries) = countries else { return Ok(()) };
    if !(1..=COUNTRIES_MAX).contains(&countries.len()) {
        let message = format!("must have 1 to {COUNTRIES_MAX} entries");
        return Err(FieldError::new("ship_to", message));
    }
    for (index, country) in countries.iter().enumerate() {
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            let message = "must be a country's code such as DE, in capitals";
            return Err(FieldError::new(format!("ship_to[{index}]"), message));
        }
    }
    Ok(())
}

fn is_billing(period: &Period) -> bool {
    *period == Period::Billing
}

fn check_pack(pack: &TokenPack) -> Result<(), FieldError> {
    match (pack.tokens, &pack.top_up) {
        (Some(_), Some(_)) => Err(FieldError::new("top_up", "cannot stand beside `tokens`")),
        (None, None) => Err(FieldError::new("tokens", "must be given, or `top_up` instead")),
        (Some(tokens), None) => within("tokens", Some(tokens), TOKENS_MAX),
        (None, Some(TopUp { meter, capacity })) => check_meter_name("meter", meter)
            .and_then(|()| within("capacity", Some(*capacity), TOKENS_MAX))
            .map_err(|error| error.within("top_up")),
    }
}

fn check_meter(meter: &Meter) -> Result<(), FieldError> {
    check_meter_name("name", &meter.name)?;
    within("capacity", Some(meter.capacity), TOKENS_MAX)
}

fn check_meter_name(field: &str, name: &str) -> Result<(), FieldError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if !(1..=METER_LEN_MAX).contains(&name.len()) || !name.bytes().all(allowed) {
        let message = format!("must be 1 to {METER_LEN_MAX} of a-z, 0-9 and _");
        return Err(FieldError::new(field, message));
    }
    Ok(())
}

fn check_items(items: &[BundleItem]) -> Result<(), FieldError> {
    if !(1..=ITEMS_MAX).contains(&items.len()) {
        let message = format!("must have 1 to {ITEMS_MAX} entries");
        return Err(FieldError::new("items", message));
    }
    for (index, item) in items.iter().enumerate() {
        let at = |field: &str| format!("items[{index}].{field}");
        within(&at("quantity"), Some(item.quantity), ITEM_QUANTITY_MAX)?;
        if items.iter().take(index).any(|other| other.product == item.product) {
            return Err(FieldError::new(at("product"), "is in the bundle already"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_sound_reads_back() {
        for (kind, details) in [
            (ProductKind::Digital, json!({})),
            (ProductKind::Digital, json!({"device_max": 3, "use_max": 10, "licence": "EULA"})),
            (ProductKind::Physical, json!({"tax_code": "txcd_99999999", "ship_to": ["DE"]})),
            (ProductKind::TokenPack, json!({"tokens": 100_000, "expires_after_days": 365})),
            (
                ProductKind::TokenPack,
                json!({"top_up": {"meter": "calls", "capacity": 5}, "expires_after_days": 30}),
            ),
            (ProductKind::Subscription, json!({"meter": {"name": "seats_used", "capacity": 5}})),
            (
                ProductKind::Subscription,
                json!({"meter": {"name": "a", "capacity": 5, "hard": true, "period": "day"}}),
            ),
            (ProductKind::Bundle, json!({"items": [{"product": "prd_a", "quantity": 2}]})),
        ] {
            let read = Details::parse(kind, &details).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), details);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let item = json!({"product": "prd_a", "quantity": 1});
        let top_up = json!({"meter": "calls", "capacity": 1});
        for (kind, details, field) in [
            (ProductKind::Digital, json!({"tokens": 1}), "details.tokens"),
            (ProductKind::Digital, json!({"device_max": 0}), "details.device_max"),
            (ProductKind::Digital, json!({"use_max": 1_000_001}), "details.use_max"),
            (ProductKind::Digital, json!({"licence": " "}), "details.licence"),
            (ProductKind::Digital, json!({"tax_code": "books"}), "details.tax_code"),
            (ProductKind::Physical, json!({"ship_to": []}), "details.ship_to"),
            (ProductKind::Physical, json!({"ship_to": ["DE", "d"]}), "details.ship_to[1]"),
            (ProductKind::TokenPack, json!({}), "details.tokens"),
            (ProductKind::TokenPack, json!({"tokens": 1, "top_up": top_up}), "details.top_up"),
            (
                ProductKind::TokenPack,
                json!({"top_up": {"meter": "Calls", "capacity": 1}}),
                "details.top_up.meter",
            ),
            (
                ProductKind::TokenPack,
                json!({"top_up": {"meter": "calls", "capacity": 1_000_000_001}}),
                "details.top_up.capacity",
            ),
            (
                ProductKind::TokenPack,
                json!({"top_up": top_up, "expires_after_days": 0}),
                "details.expires_after_days",
            ),
            (ProductKind::TokenPack, json!({"tokens": 1_000_000_001}), "details.tokens"),
            (ProductKind::TokenPack, json!({"tokens": -1}), "details.tokens"),
            (
                ProductKind::Subscription,
                json!({"meter": {"name": "a", "capacity": 0}}),
                "details.meter.capacity",
            ),
            (
                ProductKind::Subscription,
                json!({"meter": {"name": "A", "capacity": 1}}),
                "details.meter.name",
            ),
            (ProductKind::Bundle, json!({"items": []}), "details.items"),
            (ProductKind::Bundle, json!({"items": [item, item]}), "details.items[1].product"),
            (
                ProductKind::Bundle,
                json!({"items": [{"product": "x", "quantity": 1}]}),
                "details.items[0].product",
            ),
        ] {
            let error = Details::parse(kind, &details).unwrap_err();
            assert_eq!(error.field, field, "{details}: {error}");
        }
    }
}
