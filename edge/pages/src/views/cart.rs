//! `/cart`

use super::{
    form::Fault,
    renders,
    sale::{Interval, ProductKind, TaxNote},
    shop::ShopTrouble,
};
use crate::{Page, t};

/// Why a line cannot be bought as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineTrouble {
    /// There is none left.
    SoldOut,
    /// There are only so many left.
    Left(u32),
    /// It is not sold in this country.
    NotHere,
    /// It is not sold any more.
    Gone,
}

/// One line of a cart.
#[derive(Clone, Debug)]
pub struct CartLine<'a> {
    /// The line's id, for its paths.
    pub id: &'a str,
    /// What the product is called.
    pub name: &'a str,
    /// What kind of thing it is.
    pub kind: ProductKind,
    /// The quantity, as it is or as it was sent.
    pub quantity: &'a str,
    /// The fewest that are sold at once.
    pub quantity_min: u32,
    /// The most that are sold at once.
    pub quantity_max: u32,
    /// What was wrong with the quantity that was sent.
    pub fault: Option<Fault<'a>>,
    /// The price of one.
    pub unit_price: String,
    /// What the unit price was when it was last seen, if it changed since.
    pub price_before: Option<String>,
    /// The price of all of them.
    pub total: String,
    /// How often a subscription is paid.
    pub interval: Option<Interval>,
    /// Why it cannot be bought.
    pub trouble: Option<LineTrouble>,
}

impl CartLine<'_> {
    pub(crate) const fn has_choice(&self) -> bool {
        self.quantity_min < self.quantity_max || self.fault.is_some()
    }
}

/// A coupon that counts.
#[derive(Clone, Debug)]
pub struct Coupon<'a> {
    /// What was typed.
    pub code: &'a str,
    /// What it takes off, without a sign: `€2.00`.
    pub amount: String,
}

/// Why a coupon does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouponFault<'a> {
    /// Nothing was typed.
    Empty,
    /// There is no such coupon.
    Unknown,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYet,
    /// As many have used it as may.
    UsedUp,
    /// This customer has used it as often as one may.
    UsedByYou,
    /// The cart is worth less than this.
    BelowMinimum(&'a str),
    /// Nothing in the cart is what it is for.
    NotForThese,
    /// It is for another country or currency.
    NotHere,
    /// Coupons are not for subscriptions.
    OnSubscription,
    /// It cannot be had together with another one.
    NotTogether,
    /// It has been put already.
    Again,
    /// Whether it counts is known only of somebody who has signed in.
    SignInNeeded,
}

impl CouponFault<'_> {
    fn key(self) -> &'static str {
        match self {
            Self::Empty => "fault-required",
            Self::Unknown => "coupon-unknown",
            Self::Expired => "coupon-expired",
            Self::NotYet => "coupon-not-yet",
            Self::UsedUp => "coupon-used-up",
            Self::UsedByYou => "coupon-used-by-you",
            Self::BelowMinimum(_) => "coupon-below-minimum",
            Self::NotForThese => "coupon-not-for-these",
            Self::NotHere => "coupon-not-here",
            Self::OnSubscription => "coupon-on-subscription",
            Self::NotTogether => "coupon-not-together",
            Self::Again => "coupon-again",
            Self::SignInNeeded => "coupon-sign-in",
        }
    }
}

/// What a subscription in the cart will cost each time after the first.
#[derive(Clone, Debug)]
pub struct Recurring {
    /// How much.
    pub amount: String,
    /// How often.
    pub interval: Interval,
}

/// What a cart comes to. Empty texts and lists are left out.
#[derive(Clone, Debug, Default)]
pub struct Sums<'a> {
    /// All lines, before coupons.
    pub subtotal: String,
    /// What all coupons take off together, without a sign.
    pub discount: Option<String>,
    /// Taxes that are known already: what they are called, and how much.
    pub taxes: Vec<(&'a str, String)>,
    /// What rounding to coins adds or takes off, with its sign.
    pub rounding: Option<String>,
    /// What is to be paid.
    pub total: String,
    /// About as much in another currency; says so itself: `approx. US$12.95`.
    pub approx: Option<String>,
    /// What the total says of the tax in it.
    pub tax: Option<TaxNote<'a>>,
    /// What is paid again, and how often.
    pub recurring: Vec<Recurring>,
}

/// `GET /cart`
#[derive(Clone)]
pub struct CartView<'a> {
    /// The lines, in the order in which they were put.
    pub lines: Vec<CartLine<'a>>,
    /// The coupons that count.
    pub coupons: Vec<Coupon<'a>>,
    /// What stands in the field of the coupon.
    pub coupon: &'a str,
    /// What is wrong with it.
    pub coupon_fault: Option<CouponFault<'a>>,
    /// What the form to check out brings back, to tell whether the cart is still what was seen.
    pub seen: &'a str,
    /// What it comes to.
    pub sums: Sums<'a>,
    /// Whether prices are not what they were when the cart was last seen.
    pub prices_changed: bool,
    /// Whether something of it is sent, and so an address will be asked for.
    pub is_sent: bool,
    /// Why it cannot be paid for now.
    pub trouble: Option<ShopTrouble>,
    /// Where a payment that is under way goes on: an address of Stripe's, or a path of ours.
    pub open_payment_url: Option<&'a str>,
    /// Whether no money moves here.
    pub is_test: bool,
}

impl CartView<'_> {
    /// Whether there is nothing in the way of paying.
    pub(crate) fn can_pay(&self) -> bool {
        !self.trouble.is_some_and(ShopTrouble::bars_payment)
            && self.lines.iter().all(|line| line.trouble.is_none() && line.fault.is_none())
    }
}

impl Page<'_> {
    pub(crate) fn line_trouble(&self, trouble: &LineTrouble) -> String {
        match trouble {
            LineTrouble::SoldOut => t(self.locale, "line-sold-out", &[]),
            LineTrouble::Left(left) => self.t1("line-left", "count", left),
            LineTrouble::NotHere => t(self.locale, "line-not-here", &[]),
            LineTrouble::Gone => t(self.locale, "line-gone", &[]),
        }
    }

    pub(crate) fn coupon_fault(&self, fault: &Option<CouponFault<'_>>) -> Option<String> {
        Some(match (*fault)? {
            CouponFault::BelowMinimum(amount) => self.t1("coupon-below-minimum", "amount", amount),
            fault => self.t(fault.key()),
        })
    }

    pub(crate) fn line_fault(&self, fault: &Option<Fault<'_>>) -> Option<String> {
        fault.map(|fault| fault.text(self.locale))
    }
}

renders! {
    CartView<'a> = "pages/cart.html";
}
