//! Adding a cart up.

use crate::{Coupon, Interval, Market, Price, Tax, allocate, charge_minor_min, charge_step_minor};
use kernel::{Currency, Money, PriceId, ProductId, SAFE_INTEGER_MAX, UnixMillis};
use serde::{Deserialize, Serialize};

mod refusal;

pub use refusal::{QuoteError, Refusal};

/// Most lines of a cart.
pub const LINES_MAX: usize = 50;
/// Most of one thing in a cart.
pub const QUANTITY_MAX: u32 = 999;

/// What kind of thing a product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// Files to download.
    Digital,
    /// Something that is sent, and of which there are only so many.
    Physical,
    /// Tokens for the wallet.
    TokenPack,
    /// What is paid again each month or year.
    Subscription,
    /// Several products at once.
    Bundle,
}

impl ProductKind {
    /// The name in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Digital => "digital",
            Self::Physical => "physical",
            Self::TokenPack => "token_pack",
            Self::Subscription => "subscription",
            Self::Bundle => "bundle",
        }
    }
}

/// A product in a cart, with the price that was looked up for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartLine {
    /// The product.
    pub product: ProductId,
    /// Its name, for people.
    pub name: String,
    /// What kind of thing it is.
    pub kind: ProductKind,
    /// How many of it: 1 to [`QUANTITY_MAX`].
    pub quantity: u32,
    /// What one of it costs; see [`best_price`](crate::best_price).
    pub price: Price,
}

/// What is to be added up.
#[derive(Clone, Copy, Debug)]
pub struct Cart<'a> {
    /// What somebody is about to buy: 1 to [`LINES_MAX`] lines.
    pub lines: &'a [CartLine],
    /// What makes it cheaper.
    pub coupon: Option<&'a Coupon>,
    /// Where it is bought.
    pub market: &'a Market,
    /// When.
    pub now: UnixMillis,
}

/// What a cart comes to. As JSON, this is what a quote freezes.
///
/// Amounts are minor units of `currency` and multiples of what Stripe can charge. With a tax mode
/// of inclusive they have tax in them; otherwise Stripe Tax adds it to them at checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// The id of the market.
    pub market: String,
    /// The price list that all prices are from.
    pub list: String,
    /// The currency of all amounts.
    pub currency: Currency,
    /// How the market shows tax.
    pub tax: Tax,
    /// How often it is paid, for a cart of subscriptions.
    pub interval: Option<Interval>,
    /// The code of the coupon.
    pub coupon: Option<String>,
    /// The cart's lines, in its order.
    pub lines: Vec<QuotedLine>,
    /// The sum of the lines' subtotals.
    pub subtotal_minor: i64,
    /// The sum of the lines' discounts.
    pub discount_minor: i64,
    /// The sum of the lines' totals: the subtotal less the discount.
    pub total_minor: i64,
}

/// A line of a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotedLine {
    /// The product.
    pub product: ProductId,
    /// The price that counted.
    pub price: PriceId,
    /// The product's name at the time.
    pub name: String,
    /// What kind of thing it is.
    pub kind: ProductKind,
    /// How many of it.
    pub quantity: u32,
    /// What one of it costs.
    pub unit_minor: i64,
    /// What all of it costs.
    pub subtotal_minor: i64,
    /// This line's part of the discount.
    pub discount_minor: i64,
    /// What is left to pay.
    pub total_minor: i64,
}

fn refuse<T>(field: impl Into<String>, reason: Refusal) -> Result<T, QuoteError> {
    Err(QuoteError { field: field.into(), reason })
}

/// Adds a cart up.
///
/// The lines' parts always sum to the totals: a discount is rounded once, and divided among the
/// lines that it is for by the largest remainder.
///
/// # Errors
/// A [`QuoteError`] that names the first wrong field.
pub fn quote(cart: &Cart<'_>) -> Result<Totals, QuoteError> {
    let Some(first) = cart.lines.first() else {
        return refuse("lines", Refusal::Empty);
    };
    if cart.lines.len() > LINES_MAX {
        return refuse("lines", Refusal::TooManyLines);
    }
    let mut lines = Vec::with_capacity(cart.lines.len());
    let mut subtotal_minor = 0;
    for (index, line) in cart.lines.iter().enumerate() {
        let within = |error: QuoteError| {
            let field = format!("lines[{index}].{}", error.field);
            QuoteError { field, ..error }
        };
        agrees(line, first).and_then(|()| is_sound(line, cart.now)).map_err(within)?;
        let quoted = quoted(line).map_err(within)?;
        subtotal_minor += quoted.subtotal_minor;
        if subtotal_minor > SAFE_INTEGER_MAX {
            return refuse("lines", Refusal::AmountOutOfRange);
        }
        lines.push(quoted);
    }
    let subtotal = Money::new(subtotal_minor, first.price.currency);
    let discount_minor = match cart.coupon {
        Some(coupon) => discount(&mut lines, coupon, subtotal, cart.now)?,
        None => 0,
    };
    let total_minor = subtotal_minor - discount_minor;
    if total_minor > 0 && total_minor < charge_minor_min(subtotal.currency) {
        return refuse("lines", Refusal::BelowChargeMinimum);
    }
    if Money::new(total_minor, subtotal.currency).to_stripe_charge().is_err() {
        return refuse("lines", Refusal::AmountOutOfRange);
    }
    Ok(Totals {
        market: cart.market.id.clone(),
        list: first.price.list.clone(),
        currency: subtotal.currency,
        tax: cart.market.tax.clone(),
        interval: first.price.interval,
        coupon: cart.coupon.map(|coupon| coupon.code.clone()),
        lines,
        subtotal_minor,
        discount_minor,
        total_minor,
    })
}

/// Checks a line by itself.
fn is_sound(line: &CartLine, now: UnixMillis) -> Result<(), QuoteError> {
    if !(1..=QUANTITY_MAX).contains(&line.quantity) {
        return refuse("quantity", Refusal::QuantityOutOfRange);
    }
    if line.price.product != line.product {
        return refuse("price.product", Refusal::PriceOfAnotherProduct);
    }
    if !line.price.applies_to(line.quantity, now) {
        return refuse("price", Refusal::PriceNotValid);
    }
    if (line.kind == ProductKind::Subscription) != line.price.interval.is_some() {
        return refuse("price.interval", Refusal::IntervalMismatch);
    }
    if !(0..=SAFE_INTEGER_MAX).contains(&line.price.amount_minor) {
        return refuse("price.amount_minor", Refusal::AmountOutOfRange);
    }
    if line.price.amount_minor % charge_step_minor(line.price.currency) != 0 {
        return refuse("price.amount_minor", Refusal::AmountTooFine);
    }
    Ok(())
}

/// Checks that a line can be bought together with the first.
fn agrees(line: &CartLine, first: &CartLine) -> Result<(), QuoteError> {
    if line.price.currency != first.price.currency {
        return refuse("price.currency", Refusal::MixedCurrencies);
    }
    if line.price.list != first.price.list {
        return refuse("price.list", Refusal::MixedLists);
    }
    let subscription = |line: &CartLine| line.kind == ProductKind::Subscription;
    if subscription(line) != subscription(first) {
        return refuse("kind", Refusal::SubscriptionNotAlone);
    }
    if subscription(line) && line.price.interval != first.price.interval {
        return refuse("price.interval", Refusal::MixedIntervals);
    }
    Ok(())
}

/// A line before any discount.
fn quoted(line: &CartLine) -> Result<QuotedLine, QuoteError> {
    let subtotal = line.price.amount_minor.checked_mul(i64::from(line.quantity));
    let Some(subtotal_minor) = subtotal.filter(|&minor| minor <= SAFE_INTEGER_MAX) else {
        return refuse("quantity", Refusal::AmountOutOfRange);
    };
    Ok(QuotedLine {
        product: line.product.clone(),
        price: line.price.id.clone(),
        name: line.name.clone(),
        kind: line.kind,
        quantity: line.quantity,
        unit_minor: line.price.amount_minor,
        subtotal_minor,
        discount_minor: 0,
        total_minor: subtotal_minor,
    })
}

/// Takes a coupon's discount off the lines that it is for. Returns the sum of what it took.
fn discount(
    lines: &mut [QuotedLine],
    coupon: &Coupon,
    subtotal: Money,
    now: UnixMillis,
) -> Result<i64, QuoteError> {
    if lines.iter().any(|line| line.kind == ProductKind::Subscription) {
        return refuse("coupon", Refusal::CouponOnSubscription);
    }
    coupon.admits(subtotal, now).or_else(|reason| refuse("coupon", reason))?;
    let for_it = |line: &QuotedLine| coupon.is_for(&line.product);
    if !lines.iter().any(for_it) {
        return refuse("coupon", Refusal::CouponNotApplicable);
    }
    // Counted in the finest amount that can be charged, so that each part is a multiple of it.
    let step = charge_step_minor(subtotal.currency);
    let steps = |minor: i64| (minor / step).unsigned_abs();
    let weight = |line: &QuotedLine| if for_it(line) { line.subtotal_minor } else { 0 };
    let weights: Vec<u64> = lines.iter().map(|line| steps(weight(line))).collect();
    let eligible = Money { minor: lines.iter().map(weight).sum(), ..subtotal };
    let parts = allocate(steps(coupon.taken_off(eligible)), &weights);
    let mut taken_minor = 0;
    for (line, part) in lines.iter_mut().zip(parts) {
        // A part is at most the line's own steps.
        line.discount_minor = i64::try_from(part).map_or(0, |part| part * step);
        line.total_minor = line.subtotal_minor - line.discount_minor;
        taken_minor += line.discount_minor;
    }
    Ok(taken_minor)
}

#[cfg(test)]
mod tests;
