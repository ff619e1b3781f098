//! What things cost where: markets, price lists, coupons, quotes, and amounts as people write them.
//!
//! A country is in a [`Market`], and a market has a price list, a currency and its customs: whether
//! tax is in the price, how people pay, what an address needs. [`quote`] adds a cart up by them and
//! is the only place where totals come from: what it returns is frozen and charged as it stands.
//!
//! There are no floats here, no conversion that is charged, and no rounding that is not named. Tax
//! is not computed: Stripe Tax does that when the order is paid, and a rate stands in a market only
//! to be shown.
#![cfg_attr(not(feature = "component"), forbid(unsafe_code))]

mod allocate;
mod cash;
mod charge;
#[cfg(feature = "component")]
mod component;
mod coupon;
mod format;
mod fx;
mod locale;
mod market;
mod payment_method;
mod price;
mod quote;
mod symbols;
#[cfg(test)]
mod testing;

pub use allocate::allocate;
pub use cash::round_for_cash;
pub use charge::{charge_minor_min, charge_step_minor};
pub use coupon::{Coupon, Discount};
pub use format::{format_approximate, format_money, format_rate};
pub use fx::Fx;
pub use locale::{Locale, UnknownLocale};
pub use market::{AddressField, Market, Markets, Tax, TaxMode};
pub use payment_method::PaymentMethod;
pub use price::{Interval, Price, PriceList, best_price, choose_list};
pub use quote::{
    Cart, CartLine, LINES_MAX, ProductKind, QUANTITY_MAX, QuoteError, QuotedLine, Refusal, Totals,
    quote,
};
