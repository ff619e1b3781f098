//! A cart, as its holder sees it.

use super::{
    product::Details,
    sums::{Fault, Loaded, Sum, SumLine},
};
use crate::store::coupon::InCart;
use kernel::{CartId, Currency, Money, ProductId, UnixMillis};
use pricing::{
    Fx, Interval, Locale, Market, ProductKind, QuotedLine, Tax, format_approximate, format_money,
};
use serde::Serialize;

/// An amount, as programs and as people read it.
#[derive(Clone, Debug, Serialize)]
pub struct Amount {
    /// In minor units of the currency that stands beside it.
    pub minor: i64,
    /// As it is written there.
    pub text: String,
}

impl Amount {
    /// An amount in a locale's writing.
    #[must_use]
    pub fn new(minor: i64, currency: Currency, locale: Locale) -> Self {
        Self { minor, text: format_money(Money::new(minor, currency), locale) }
    }
}

/// What an amount is about in another currency. Nothing is charged by it.
#[derive(Clone, Debug, Serialize)]
pub struct About {
    /// In minor units of `currency`.
    pub minor: i64,
    /// The currency that people there know.
    pub currency: Currency,
    /// As it is written there, marked as what it is.
    pub text: String,
    /// When the rate was true.
    pub as_of_ms: UnixMillis,
}

impl About {
    /// What an amount is about in the market's own currency, if that is another and its rate is
    /// known.
    #[must_use]
    pub fn of(money: Money, market: &Market, fx: Option<&Fx>) -> Option<Self> {
        if money.currency == market.currency {
            return None;
        }
        let fx = fx?;
        let about = fx.approximate(money, market.currency)?;
        Some(Self {
            minor: about.minor,
            currency: about.currency,
            text: format_approximate(about, market.locale),
            as_of_ms: fx.as_of_ms,
        })
    }
}

/// What is wrong with something.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// A permanent name.
    pub code: &'static str,
    /// Where in the cart.
    pub field: String,
    /// Words for a person.
    pub detail: String,
}

impl From<&Fault> for Told {
    fn from(fault: &Fault) -> Self {
        let Fault { code, error } = fault;
        Self { code, field: error.field.clone(), detail: error.to_string() }
    }
}

/// A cart.
#[derive(Clone, Debug, Serialize)]
pub struct CartView {
    /// Its id.
    pub id: CartId,
    /// Changes whenever the cart does.
    pub version: i64,
    /// Where it is bought.
    pub market: String,
    /// The price list; none, where the tenant has none.
    pub price_list: Option<String>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The market's tax.
    pub tax: Tax,
    /// How amounts are written.
    pub locale: Locale,
    /// The code of its coupon.
    pub coupon: Option<String>,
    /// What is wrong with the coupon, which then takes nothing off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon_problem: Option<Told>,
    /// What is in it.
    pub lines: Vec<LineView>,
    /// What those lines come to that have a price, before the discount.
    pub subtotal: Option<Amount>,
    /// What the coupon takes off.
    pub discount: Option<Amount>,
    /// What is left to pay.
    pub total: Option<Amount>,
    /// What the total is about in the market's own currency, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approximate: Option<About>,
    /// What is wrong with the cart as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Told>,
    /// Whether a quote can be had.
    pub can_be_bought: bool,
    /// Whether something of it is sent.
    #[serde(skip)]
    pub is_sent: bool,
    /// What the coupon asks the cart to come to.
    #[serde(skip)]
    pub coupon_minimum: Option<Money>,
    /// Whether it is this account that has used the coupon as often as one may.
    #[serde(skip)]
    pub is_coupon_used_by_account: bool,
}

/// A line of a cart.
#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    /// The product.
    pub product: ProductId,
    /// Its kind.
    pub kind: ProductKind,
    /// Its name.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// How often it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What one costs; `None` where it cannot be bought.
    pub unit: Option<Amount>,
    /// The line's share of the discount.
    pub discount: Option<Amount>,
    /// What the line comes to.
    pub total: Option<Amount>,
    /// How many can be had of goods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<i64>,
    /// What keeps it from being bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Told>,
    /// How many can be had, beside what other lines take, where that is too few.
    #[serde(skip)]
    pub left: Option<i64>,
    /// Whether it is a pack of a meter's capacity, not of tokens.
    #[serde(skip)]
    pub is_top_up: bool,
}

impl CartView {
    /// The cart, added up.
    pub fn new(loaded: &Loaded, sum: &Sum<'_>, fx: Option<&Fx>) -> Self {
        let market = sum.market;
        let currency = sum.list.map_or(market.currency, |list| list.currency);
        let amount = |minor| Amount::new(minor, currency, market.locale);
        let totals = sum.totals.as_ref();
        let quoted = |line: &SumLine<'_>| {
            let lines = totals.map_or(&[][..], |totals| &totals.lines);
            lines.iter().find(|quoted| quoted.product == line.line.product.id)
        };
        let line = |line: &SumLine<'_>| Self::line(line, quoted(line), &amount);
        Self {
            id: loaded.cart.id.clone(),
            version: loaded.cart.version,
            market: market.id.clone(),
            price_list: sum.list.map(|list| list.name.clone()),
            currency,
            tax: market.tax.clone(),
            locale: market.locale,
            coupon: loaded.cart.coupon.clone(),
            coupon_problem: sum.coupon_fault.as_ref().map(Told::from),
            lines: sum.lines.iter().map(line).collect(),
            subtotal: totals.map(|totals| amount(totals.subtotal_minor)),
            discount: totals.map(|totals| amount(totals.discount_minor)),
            total: totals.map(|totals| amount(totals.total_minor)),
            approximate: totals
                .and_then(|totals| About::of(Money::new(totals.total_minor, currency), market, fx)),
            problem: sum.fault.as_ref().map(Told::from),
            can_be_bought: totals.is_some() && sum.first_fault().is_none(),
            is_sent: !loaded.goods().is_empty(),
            coupon_minimum: loaded.in_cart().and_then(|found| found.coupon.details.min_subtotal),
            is_coupon_used_by_account: loaded.in_cart().is_some_and(InCart::is_used_by_account),
        }
    }

    fn line(
        line: &SumLine<'_>,
        quoted: Option<&QuotedLine>,
        amount: &impl Fn(i64) -> Amount,
    ) -> LineView {
        let product = &line.line.product;
        LineView {
            product: product.id.clone(),
            kind: product.kind,
            name: product.name.clone(),
            quantity: line.line.quantity,
            interval: line.price.and_then(|price| price.interval),
            unit: line.price.map(|price| amount(price.amount_minor)),
            discount: quoted.map(|quoted| amount(quoted.discount_minor)),
            total: quoted.map(|quoted| amount(quoted.total_minor)),
            available: product.available.map(|available| available.max(0)),
            problem: line.fault.as_ref().map(Told::from),
            left: line.left,
            is_top_up: line.details.as_ref().is_some_and(Details::is_top_up),
        }
    }
}
