//! Price lists, and which price of a list counts.

use crate::{QUANTITY_MAX, charge_step_minor, market};
use kernel::{Currency, FieldError, PriceId, ProductId, SAFE_INTEGER_MAX, UnixMillis};
use serde::{Deserialize, Serialize};

/// A list of prices that a tenant has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// Its name, such as `eur`.
    pub name: String,
    /// The one currency of all its prices.
    pub currency: Currency,
}

/// How often a subscription is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Every month.
    Month,
    /// Every year.
    Year,
}

impl Interval {
    /// The name in JSON, in the database and at Stripe.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// What a product costs on a price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Its id.
    pub id: PriceId,
    /// Whose price it is.
    pub product: ProductId,
    /// The name of the list that it stands on.
    pub list: String,
    /// That list's currency.
    pub currency: Currency,
    /// What one costs, in minor units of the currency.
    pub amount_minor: i64,
    /// The quantity from which on it counts; 1 for the ordinary price.
    pub min_quantity: u32,
    /// From when on it counts; always, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from_ms: Option<UnixMillis>,
    /// Until when it counts, that moment not included; for ever, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until_ms: Option<UnixMillis>,
    /// How often it is paid, for a subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

impl Price {
    /// Checks what the types do not say.
    ///
    /// # Errors
    /// A [`FieldError`] that names the first wrong field.
    pub fn validate(&self) -> Result<(), FieldError> {
        market::name("list", &self.list)?;
        if !(0..=SAFE_INTEGER_MAX).contains(&self.amount_minor) {
            let message = format!("must be between 0 and {SAFE_INTEGER_MAX}");
            return Err(FieldError::new("amount_minor", message));
        }
        let step = charge_step_minor(self.currency);
        if self.amount_minor % step != 0 {
            let message =
                format!("must be a multiple of {step}, the finest amount in its currency");
            return Err(FieldError::new("amount_minor", message));
        }
        if !(1..=QUANTITY_MAX).contains(&self.min_quantity) {
            let message = format!("must be between 1 and {QUANTITY_MAX}");
            return Err(FieldError::new("min_quantity", message));
        }
        window(self.valid_from_ms, self.valid_until_ms)
    }

    /// Whether it counts at `now`.
    #[must_use]
    pub fn is_valid_at(&self, now: UnixMillis) -> bool {
        self.valid_from_ms.is_none_or(|from| from <= now)
            && self.valid_until_ms.is_none_or(|until| now < until)
    }

    /// Whether it counts for `quantity` at `now`.
    #[must_use]
    pub fn applies_to(&self, quantity: u32, now: UnixMillis) -> bool {
        self.min_quantity <= quantity && self.is_valid_at(now)
    }
}

/// Checks that a window is not over before it begins.
pub(crate) fn window(
    from: Option<UnixMillis>,
    until: Option<UnixMillis>,
) -> Result<(), FieldError> {
    match (from, until) {
        (Some(from), Some(until)) if until <= from => {
            Err(FieldError::new("valid_until_ms", "must lie after valid_from_ms"))
        }
        _ => Ok(()),
    }
}

/// The price of `prices` that counts on `list` for `quantity` at `now`: of those that are valid,
/// the one for the highest quantity that is reached; of several, the one that became valid last,
/// and then the one with the greatest id, which was made last. `prices` are one product's, in any
/// order. A product that is paid by month or year has two prices; `interval` says which.
#[must_use]
pub fn best_price<'a>(
    prices: impl IntoIterator<Item = &'a Price>,
    list: &str,
    interval: Option<Interval>,
    quantity: u32,
    now: UnixMillis,
) -> Option<&'a Price> {
    prices
        .into_iter()
        .filter(|price| price.list == list && price.interval == interval)
        .filter(|price| price.applies_to(quantity, now))
        // `None` sorts first, as always is older than any moment.
        .max_by_key(|price| (price.min_quantity, price.valid_from_ms, price.id.as_str()))
}

/// The list of `lists`, which are a tenant's, that sells in a market whose list is `wanted`: that
/// one, or else `usd`, or else `eur`, or else the first. Its currency is what is charged. `None`
/// when the tenant has no list at all.
#[must_use]
pub fn choose_list<'a>(lists: &'a [PriceList], wanted: &str) -> Option<&'a PriceList> {
    let named = |name: &str| lists.iter().find(|list| list.name == name);
    named(wanted).or_else(|| named("usd")).or_else(|| named("eur")).or_else(|| lists.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(id: &str, min_quantity: u32, from: Option<i64>, until: Option<i64>) -> Price {
        Price {
            id: id.parse().unwrap(),
            product: "prd_1".parse().unwrap(),
            list: "eur".into(),
            currency: "EUR".parse().unwrap(),
            amount_minor: 100,
            min_quantity,
            valid_from_ms: from.map(UnixMillis),
            valid_until_ms: until.map(UnixMillis),
            interval: None,
        }
    }

    fn best(prices: &[Price], quantity: u32, now_ms: i64) -> Option<&str> {
        let found = best_price(prices, "eur", None, quantity, UnixMillis(now_ms));
        // Whatever their order.
        let turned = best_price(prices.iter().rev(), "eur", None, quantity, UnixMillis(now_ms));
        assert_eq!(found, turned);
        found.map(|price| price.id.as_str())
    }

    #[test]
    fn the_highest_quantity_that_is_reached_counts() {
        let prices = [
            price("pri_1", 1, None, None),
            price("pri_10", 10, None, None),
            price("pri_5", 5, None, None),
        ];
        for (quantity, id) in
            [(1, "pri_1"), (4, "pri_1"), (5, "pri_5"), (9, "pri_5"), (10, "pri_10")]
        {
            assert_eq!(best(&prices, quantity, 0), Some(id), "{quantity}");
        }
        assert_eq!(best(&prices, 0, 0), None);
        assert_eq!(best_price(&prices, "usd", None, 1, UnixMillis(0)), None);
        assert_eq!(best_price(&prices, "eur", Some(Interval::Month), 1, UnixMillis(0)), None);
    }

    #[test]
    fn a_window_has_its_beginning_but_not_its_end() {
        let prices =
            [price("pri_old", 1, None, Some(100)), price("pri_new", 1, Some(100), Some(200))];
        assert_eq!(best(&prices, 1, 99), Some("pri_old"));
        assert_eq!(best(&prices, 1, 100), Some("pri_new"));
        assert_eq!(best(&prices, 1, 200), None);
    }

    #[test]
    fn of_several_the_newest_counts_and_then_the_id() {
        let prices = [price("pri_a", 1, None, None), price("pri_b", 1, Some(5), None)];
        assert_eq!(best(&prices, 1, 5), Some("pri_b"));
        assert_eq!(best(&prices, 1, 4), Some("pri_a"));
        let prices = [price("pri_a", 1, Some(5), None), price("pri_b", 1, Some(5), None)];
        assert_eq!(best(&prices, 1, 5), Some("pri_b"));
        // More is more, also when it is older.
        let prices = [price("pri_a", 2, Some(1), None), price("pri_b", 1, Some(5), None)];
        assert_eq!(best(&prices, 2, 5), Some("pri_a"));
    }

    #[test]
    fn a_market_without_its_list_falls_back() {
        let lists = |names: &[&str]| -> Vec<PriceList> {
            let currency = "EUR".parse().unwrap();
            names.iter().map(|&name| PriceList { name: name.into(), currency }).collect()
        };
        let chosen =
            |names: &[&str]| choose_list(&lists(names), "chf").map(|list| list.name.clone());
        assert_eq!(chosen(&["eur", "usd", "chf"]).as_deref(), Some("chf"));
        assert_eq!(chosen(&["eur", "usd", "gbp"]).as_deref(), Some("usd"));
        assert_eq!(chosen(&["gbp", "eur"]).as_deref(), Some("eur"));
        assert_eq!(chosen(&["jpy", "gbp"]).as_deref(), Some("jpy"));
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn errors_name_the_field() {
        let field = |change: fn(&mut Price)| {
            let mut price = price("pri_1", 1, None, None);
            change(&mut price);
            price.validate().map_err(|error| error.field)
        };
        assert_eq!(field(|_| ()), Ok(()));
        assert_eq!(field(|p| p.list = "E U R".into()), Err("list".into()));
        assert_eq!(field(|p| p.amount_minor = -1), Err("amount_minor".into()));
        assert_eq!(field(|p| p.amount_minor = SAFE_INTEGER_MAX + 1), Err("amount_minor".into()));
        assert_eq!(field(|p| p.currency = "KWD".parse().unwrap()), Ok(()));
        let fine = field(|p| (p.currency, p.amount_minor) = ("KWD".parse().unwrap(), 1_005));
        assert_eq!(fine, Err("amount_minor".into()));
        assert_eq!(field(|p| p.min_quantity = 0), Err("min_quantity".into()));
        assert_eq!(field(|p| p.min_quantity = 1_000), Err("min_quantity".into()));
        let empty = field(|p| {
            (p.valid_from_ms, p.valid_until_ms) = (Some(UnixMillis(5)), Some(UnixMillis(5)));
        });
        assert_eq!(empty, Err("valid_until_ms".into()));
    }
}
