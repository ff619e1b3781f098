//! Coupons: what they take off, and from what.

use crate::{Refusal, charge_step_minor, price};
use kernel::{FieldError, Money, ProductId, SAFE_INTEGER_MAX, UnixMillis};
use serde::{Deserialize, Serialize};

/// The whole, in basis points.
const WHOLE_BP: u32 = 10_000;
/// Most products that a coupon is for.
const PRODUCTS_MAX: usize = 1_000;
/// Shortest and longest code.
const CODE_LEN: std::ops::RangeInclusive<usize> = 3..=32;

/// Something that makes a cart cheaper.
///
/// How often it may be used, by anybody or by one customer, is not for this crate to say: it takes
/// the database to count that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coupon {
    /// What people type: 3 to 32 of `A-Z`, `0-9`, `-` and `_`.
    pub code: String,
    /// What it takes off.
    pub discount: Discount,
    /// The products that it is for; all of them, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<ProductId>>,
    /// What the whole cart must come to before any discount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_subtotal: Option<Money>,
    /// From when on it counts; always, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from_ms: Option<UnixMillis>,
    /// Until when it counts, that moment not included; for ever, if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until_ms: Option<UnixMillis>,
}

/// What a coupon takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// A part of what it is for, in basis points: 1000 is 10 %.
    PercentBp(u32),
    /// An amount, or all that it is for where that is less.
    Fixed(Money),
}

impl Coupon {
    /// A code as somebody typed it, as coupons have it: in capitals and without space around it.
    #[must_use]
    pub fn normal_code(typed: &str) -> String {
        typed.trim().to_ascii_uppercase()
    }

    /// Checks what the types do not say.
    ///
    /// # Errors
    /// A [`FieldError`] that names the first wrong field.
    pub fn validate(&self) -> Result<(), FieldError> {
        let allowed =
            |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if !CODE_LEN.contains(&self.code.len()) || !self.code.bytes().all(allowed) {
            return Err(FieldError::new("code", "must be 3 to 32 of A-Z, 0-9, - and _"));
        }
        match self.discount {
            Discount::PercentBp(percent_bp) if !(1..=WHOLE_BP).contains(&percent_bp) => {
                let message = format!("must be between 1 and {WHOLE_BP}");
                return Err(FieldError::new("discount.percent_bp", message));
            }
            Discount::PercentBp(_) => {}
            Discount::Fixed(money) => amount("discount.fixed", money)?,
        }
        if let Some(products) = &self.products
            && !(1..=PRODUCTS_MAX).contains(&products.len())
        {
            let message = format!("must have 1 to {PRODUCTS_MAX} entries");
            return Err(FieldError::new("products", message));
        }
        if let Some(least) = self.min_subtotal {
            amount("min_subtotal", least)?;
        }
        if let (Discount::Fixed(fixed), Some(least)) = (self.discount, self.min_subtotal)
            && fixed.currency != least.currency
        {
            let message = format!("must be {}, as the discount is", fixed.currency);
            return Err(FieldError::new("min_subtotal.currency", message));
        }
        price::window(self.valid_from_ms, self.valid_until_ms)
    }

    /// Whether it is for `product`.
    #[must_use]
    pub fn is_for(&self, product: &ProductId) -> bool {
        self.products.as_ref().is_none_or(|products| products.contains(product))
    }

    /// Whether it counts at `now`, for a cart that comes to `subtotal`.
    pub(crate) fn admits(&self, subtotal: Money, now: UnixMillis) -> Result<(), Refusal> {
        if self.valid_from_ms.is_some_and(|from| now < from) {
            return Err(Refusal::CouponNotYetValid);
        }
        if self.valid_until_ms.is_some_and(|until| until <= now) {
            return Err(Refusal::CouponExpired);
        }
        let fixed = match self.discount {
            Discount::Fixed(money) => Some(money),
            Discount::PercentBp(_) => None,
        };
        if [fixed, self.min_subtotal].into_iter().flatten().any(|m| m.currency != subtotal.currency)
        {
            return Err(Refusal::CouponCurrency);
        }
        if self.min_subtotal.is_some_and(|least| subtotal.minor < least.minor) {
            return Err(Refusal::CouponBelowMinimum);
        }
        Ok(())
    }

    /// What it takes off `eligible`, the sum of the lines that it is for: at most all of it, and in
    /// steps that can be charged. A part of a step counts as one from its half on.
    pub(crate) fn taken_off(&self, eligible: Money) -> i64 {
        let step = charge_step_minor(eligible.currency);
        let exact = match self.discount {
            // In 128 bits, where the product of two such numbers always fits.
            Discount::PercentBp(percent_bp) => {
                let whole = i128::from(step) * i128::from(WHOLE_BP);
                let part = i128::from(eligible.minor) * i128::from(percent_bp);
                let steps = (part + whole / 2) / whole;
                i64::try_from(steps * i128::from(step)).unwrap_or(eligible.minor)
            }
            Discount::Fixed(money) => money.minor - money.minor % step,
        };
        exact.clamp(0, eligible.minor.max(0))
    }
}

fn amount(field: &str, money: Money) -> Result<(), FieldError> {
    if !(1..=SAFE_INTEGER_MAX).contains(&money.minor) {
        let message = format!("must be between 1 and {SAFE_INTEGER_MAX}");
        return Err(FieldError::new(format!("{field}.minor"), message));
    }
    let step = charge_step_minor(money.currency);
    if money.minor % step != 0 {
        let message = format!("must be a multiple of {step}, the finest amount in its currency");
        return Err(FieldError::new(format!("{field}.minor"), message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    fn coupon(discount: Discount) -> Coupon {
        Coupon {
            code: "SUMMER-25".into(),
            discount,
            products: None,
            min_subtotal: None,
            valid_from_ms: None,
            valid_until_ms: None,
        }
    }

    #[test]
    fn a_part_is_rounded_half_up_in_steps_that_can_be_charged() {
        let taken = |bp, minor, code| coupon(Discount::PercentBp(bp)).taken_off(money(minor, code));
        assert_eq!(taken(1_000, 1_005, "EUR"), 101); // 100.5
        assert_eq!(taken(1_000, 1_004, "EUR"), 100);
        assert_eq!(taken(10_000, 999, "EUR"), 999);
        assert_eq!(taken(1_000, 1_250, "KWD"), 130); // 125
        assert_eq!(taken(1_000, 100, "MGA"), 0);
        assert_eq!(taken(5_000, 100, "MGA"), 100);
        assert_eq!(taken(10_000, SAFE_INTEGER_MAX, "EUR"), SAFE_INTEGER_MAX);
    }

    #[test]
    fn an_amount_never_takes_more_than_there_is() {
        let taken =
            |minor| coupon(Discount::Fixed(money(500, "EUR"))).taken_off(money(minor, "EUR"));
        assert_eq!((taken(1_000), taken(500), taken(300), taken(0)), (500, 500, 300, 0));
    }

    #[test]
    fn errors_name_the_field() {
        let field = |change: &dyn Fn(&mut Coupon)| {
            let mut coupon = coupon(Discount::Fixed(money(500, "EUR")));
            change(&mut coupon);
            coupon.validate().map_err(|error| error.field)
        };
        let wrong = |field: &str| Err(field.to_owned());
        assert_eq!(field(&|_| ()), Ok(()));
        for code in ["", "AB", "summer", "A B C", &"A".repeat(33)] {
            assert_eq!(field(&|c| c.code = code.into()), wrong("code"), "{code:?}");
        }
        for bp in [0, 10_001] {
            let named = field(&|c| c.discount = Discount::PercentBp(bp));
            assert_eq!(named, wrong("discount.percent_bp"));
        }
        let fixed = |minor, code: &'static str| {
            field(&move |c| c.discount = Discount::Fixed(money(minor, code)))
        };
        assert_eq!(fixed(0, "EUR"), wrong("discount.fixed.minor"));
        assert_eq!(fixed(1_005, "KWD"), wrong("discount.fixed.minor"));
        assert_eq!(field(&|c| c.products = Some(vec![])), wrong("products"));
        let least =
            |minor, code: &'static str| field(&move |c| c.min_subtotal = Some(money(minor, code)));
        assert_eq!(least(0, "EUR"), wrong("min_subtotal.minor"));
        assert_eq!(least(1, "USD"), wrong("min_subtotal.currency"));
        assert_eq!(Coupon::normal_code(" summer-25\n"), "SUMMER-25");
    }

    #[test]
    fn a_coupon_reads_as_it_was_written() {
        let json = r#"{"code":"TEN","discount":{"percent_bp":1000}}"#;
        let coupon: Coupon = serde_json::from_str(json).unwrap();
        assert_eq!(coupon.discount, Discount::PercentBp(1_000));
        assert_eq!(serde_json::to_string(&coupon).unwrap(), json);
        let json = r#"{"code":"FIVE","discount":{"fixed":{"minor":500,"currency":"EUR"}}}"#;
        let coupon: Coupon = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&coupon).unwrap(), json);
    }
}
