//! Stripe Tax, with a table of a few countries in the place of the world's.

use crate::{World, value::Peek};
use serde_json::{Value, json};

/// One per cent, in the unit of [`Rate::per_100_000`].
const PER_CENT: i64 = 1000;

/// Where a buyer is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Place {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// A state or province, where taxes differ by it.
    pub state: Option<String>,
}

impl Place {
    /// The place of an address.
    pub(crate) fn of(address: &Value) -> Option<Self> {
        let country = address.opt("country")?.to_owned();
        Some(Self { country, state: address.opt("state").map(str::to_owned) })
    }
}

/// A tax.
#[derive(Clone, Copy)]
struct Rate {
    per_100_000: i64,
    name: &'static str,
    kind: &'static str,
    level: &'static str,
}

fn rate(place: &Place) -> Option<Rate> {
    let national = |per_100_000, name, kind| Rate { per_100_000, name, kind, level: "country" };
    let vat = |per_100_000| Some(national(per_100_000, "VAT", "vat"));
    let gst = |per_100_000| Some(national(per_100_000, "GST", "gst"));
    match (place.country.as_str(), place.state.as_deref()) {
        ("DE", _) => vat(19 * PER_CENT),
        ("FR" | "GB", _) => vat(20 * PER_CENT),
        ("CH", _) => vat(8 * PER_CENT + 100),
        ("US", Some("CA")) => {
            let (name, kind) = ("Sales Tax", "sales_tax");
            Some(Rate { level: "state", ..national(7 * PER_CENT + 250, name, kind) })
        }
        ("CA", Some("ON")) => {
            Some(Rate { level: "state", ..national(13 * PER_CENT, "HST", "hst") })
        }
        ("JP", _) => Some(national(10 * PER_CENT, "JCT", "jct")),
        ("AU", _) => gst(10 * PER_CENT),
        ("IN", _) => gst(18 * PER_CENT),
        _ => None,
    }
}

/// What a line is taxed with.
pub(crate) struct Taxed {
    /// The tax, in the currency's unit.
    pub amount: i64,
    /// What is taxed, without the tax.
    pub taxable: i64,
    /// Whether the price has the tax in it.
    pub is_inclusive: bool,
    /// The `tax_rate` object.
    pub rate: Value,
    /// Stripe's word for why.
    pub reason: &'static str,
}

impl World {
    /// The tax on an amount at a place. Half a unit is rounded up.
    pub(crate) fn tax(&mut self, amount: i64, behavior: &str, place: &Place) -> Taxed {
        let found = rate(place);
        let per = found.map_or(0, |rate| rate.per_100_000);
        let is_inclusive = behavior == "inclusive";
        let whole = 100 * PER_CENT;
        let by = if is_inclusive { whole + per } else { whole };
        let tax = rounded(amount * per, by);
        let taxable = if is_inclusive { amount - tax } else { amount };
        let reason = if found.is_some() { "standard_rated" } else { "not_collecting" };
        Taxed { amount: tax, taxable, is_inclusive, rate: self.tax_rate(place, behavior), reason }
    }

    fn tax_rate(&mut self, place: &Place, behavior: &str) -> Value {
        let found = rate(place);
        let is_inclusive = behavior == "inclusive";
        let state = place.state.as_deref().filter(|_| found.is_some_and(|r| r.level == "state"));
        let same = |known: &&Value| {
            known.opt("country") == Some(place.country.as_str())
                && known.opt("state") == state
                && known.is("inclusive") == is_inclusive
        };
        if let Some(known) = self.all("tax_rate").find(same) {
            return known.clone();
        }
        let per = found.map_or(0, |rate| rate.per_100_000);
        let percentage = f64::from(i32::try_from(per).unwrap_or_default()) / PER_CENT as f64;
        let id = self.new_id("txr");
        let made = self.insert(json!({
            "id": id, "object": "tax_rate", "active": false, "country": place.country,
            "created": self.now.s, "description": null,
            "display_name": found.map_or("Tax", |rate| rate.name),
            "effective_percentage": percentage, "flat_amount": null, "inclusive": is_inclusive,
            "jurisdiction": state.unwrap_or(&place.country),
            "jurisdiction_level": found.map_or("country", |rate| rate.level),
            "livemode": false, "metadata": {}, "percentage": percentage,
            "rate_type": "percentage", "state": state,
            "tax_type": found.map(|rate| rate.kind),
        }));
        self.copy(&made)
    }
}

/// A quotient, where half a unit is rounded away from nought.
pub(crate) fn rounded(number: i64, by: i64) -> i64 {
    let (number, by) = (i128::from(number), i128::from(by));
    let half = if number < 0 { -by } else { by };
    i64::try_from((number * 2 + half) / (by * 2)).unwrap_or_default()
}
