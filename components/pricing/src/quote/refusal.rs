use super::{LINES_MAX, QUANTITY_MAX};
use kernel::FieldError;
use std::fmt;

/// Why a cart cannot be added up, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteError {
    /// The field: `lines[2].quantity`, `coupon`.
    pub field: String,
    /// What is wrong with it.
    pub reason: Refusal,
}

/// What is wrong with a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// It has more lines than [`LINES_MAX`].
    TooManyLines,
    /// A quantity is none of 1 to [`QUANTITY_MAX`].
    QuantityOutOfRange,
    /// A price is another product's.
    PriceOfAnotherProduct,
    /// A price does not count, or no longer, or not for so few.
    PriceNotValid,
    /// A line's price is in another currency than the first line's.
    MixedCurrencies,
    /// A line's price is from another list than the first line's.
    MixedLists,
    /// A subscription's price is not paid by month or year, or another product's is.
    IntervalMismatch,
    /// A subscription is bought together with something else.
    SubscriptionNotAlone,
    /// Subscriptions of different intervals are bought together.
    MixedIntervals,
    /// A price is below zero, or an amount larger than any that Postern keeps.
    AmountOutOfRange,
    /// A price is finer than what Stripe charges in its currency.
    AmountTooFine,
    /// The total is above zero, but less than what Stripe charges.
    BelowChargeMinimum,
    /// The coupon's amounts are in another currency.
    CouponCurrency,
    /// The coupon does not count yet.
    CouponNotYetValid,
    /// The coupon does not count any more.
    CouponExpired,
    /// The cart comes to less than the coupon asks for.
    CouponBelowMinimum,
    /// Coupons are not for subscriptions.
    CouponOnSubscription,
    /// The coupon is for nothing that is in the cart.
    CouponNotApplicable,
}

impl Refusal {
    /// A name for programs that stays the same.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooManyLines => "too_many_lines",
            Self::QuantityOutOfRange => "quantity_out_of_range",
            Self::PriceOfAnotherProduct => "price_of_another_product",
            Self::PriceNotValid => "price_not_valid",
            Self::MixedCurrencies => "mixed_currencies",
            Self::MixedLists => "mixed_lists",
            Self::IntervalMismatch => "interval_mismatch",
            Self::SubscriptionNotAlone => "subscription_not_alone",
            Self::MixedIntervals => "mixed_intervals",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::AmountTooFine => "amount_too_fine",
            Self::BelowChargeMinimum => "below_charge_minimum",
            Self::CouponCurrency => "coupon_currency",
            Self::CouponNotYetValid => "coupon_not_yet_valid",
            Self::CouponExpired => "coupon_expired",
            Self::CouponBelowMinimum => "coupon_below_minimum",
            Self::CouponOnSubscription => "coupon_on_subscription",
            Self::CouponNotApplicable => "coupon_not_applicable",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "must not be empty",
            Self::TooManyLines => return write!(f, "must have at most {LINES_MAX} entries"),
            Self::QuantityOutOfRange => {
                return write!(f, "must be between 1 and {QUANTITY_MAX}");
            }
            Self::PriceOfAnotherProduct => "is the price of another product",
            Self::PriceNotValid => "does not count now for this quantity",
            Self::MixedCurrencies => "must be the same currency in all lines",
            Self::MixedLists => "must be the same price list in all lines",
            Self::IntervalMismatch => "must be paid by month or year if it is a subscription only",
            Self::SubscriptionNotAlone => "cannot be bought together with a subscription",
            Self::MixedIntervals => "must be paid as often as the other subscriptions",
            Self::AmountOutOfRange => "comes to an amount that is out of range",
            Self::AmountTooFine => "is finer than what can be charged in its currency",
            Self::BelowChargeMinimum => "come to less than what can be charged in their currency",
            Self::CouponCurrency => "is for another currency",
            Self::CouponNotYetValid => "is not valid yet",
            Self::CouponExpired => "is not valid any more",
            Self::CouponBelowMinimum => "asks for a larger cart",
            Self::CouponOnSubscription => "cannot be used for a subscription",
            Self::CouponNotApplicable => "is for nothing that is in the cart",
        })
    }
}

impl fmt::Display for QuoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.reason)
    }
}

impl std::error::Error for QuoteError {}

impl From<QuoteError> for FieldError {
    fn from(error: QuoteError) -> Self {
        Self::new(error.field, error.reason.to_string())
    }
}
