//! What the shop knows, in the words of the pages.

use kernel::{Currency, Money};
use pages::{CouponFault, Interval, Locale, ProductKind, ShopTrouble, TaxNote};
use pricing::{Tax, TaxMode, format_money, format_rate};

/// The locale by whose rules a page's amounts are written.
pub const fn writing(locale: Locale) -> pricing::Locale {
    match locale {
        Locale::EnUs => pricing::Locale::EnUs,
        Locale::EnGb => pricing::Locale::EnGb,
        Locale::FrFr => pricing::Locale::FrFr,
        Locale::DeDe => pricing::Locale::DeDe,
    }
}

/// An amount, as a page writes it.
pub fn money(minor: i64, currency: Currency, locale: Locale) -> String {
    format_money(Money::new(minor, currency), writing(locale))
}

/// The kind of a product. A top-up is a pack of another thing than tokens.
pub const fn kind(kind: pricing::ProductKind, is_top_up: bool) -> ProductKind {
    match kind {
        pricing::ProductKind::TokenPack if is_top_up => ProductKind::TopUp,
        pricing::ProductKind::Digital => ProductKind::Digital,
        pricing::ProductKind::Physical => ProductKind::Physical,
        pricing::ProductKind::TokenPack => ProductKind::Tokens,
        pricing::ProductKind::Subscription => ProductKind::Subscription,
        pricing::ProductKind::Bundle => ProductKind::Bundle,
    }
}

/// How often something is paid.
pub const fn interval(interval: pricing::Interval) -> Interval {
    match interval {
        pricing::Interval::Month => Interval::Months(1),
        pricing::Interval::Year => Interval::Years(1),
    }
}

/// A market's tax as its prices tell of it, with its rate written down.
pub struct TaxText<'a> {
    tax: &'a Tax,
    rate: String,
}

impl<'a> TaxText<'a> {
    /// The text in a page's language.
    pub fn new(tax: &'a Tax, locale: Locale) -> Self {
        let rate = tax.rate_ppm.map(|rate| format_rate(rate, writing(locale)));
        Self { tax, rate: rate.unwrap_or_default() }
    }

    /// What prices say of it; nothing where nothing is taxed.
    pub fn note(&self) -> Option<TaxNote<'_>> {
        match self.tax.mode {
            _ if self.tax.rate_ppm == Some(0) => None,
            TaxMode::Inclusive => {
                Some(TaxNote::Included { rate: &self.rate, label: &self.tax.label })
            }
            TaxMode::Exclusive => Some(TaxNote::Added),
        }
    }
}

/// Why a whole cart cannot be paid for, by the permanent code of it. `None` for what a line or the
/// coupon tells by itself.
pub fn trouble(code: &str) -> Option<ShopTrouble> {
    Some(match code {
        "subscription_not_alone" => ShopTrouble::SubscriptionNotAlone,
        "mixed_intervals" => ShopTrouble::MixedIntervals,
        "below_charge_minimum" => ShopTrouble::TooLittle,
        "too_many_lines" => ShopTrouble::TooManyLines,
        "not_shipped_together" => ShopTrouble::NotSentTogether,
        "cart_changed" | "quote_over" => ShopTrouble::CartChanged,
        "out_of_stock" => ShopTrouble::SoldOut,
        _ => return None,
    })
}

/// Why a coupon does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponWrong {
    /// The permanent code of it.
    pub code: &'static str,
    /// What the cart would have to come to, as it is written.
    pub minimum: Option<String>,
}

impl CouponWrong {
    /// A reason that needs no more than its code.
    pub const fn new(code: &'static str) -> Self {
        Self { code, minimum: None }
    }

    /// The reason, for a page.
    pub fn fault(&self) -> CouponFault<'_> {
        match (self.code, &self.minimum) {
            ("empty", _) => CouponFault::Empty,
            ("coupon_not_yet_valid", _) => CouponFault::NotYet,
            ("coupon_expired" | "coupon_gone", _) => CouponFault::Expired,
            ("coupon_used_up", _) => CouponFault::UsedUp,
            ("coupon_used_by_account", _) => CouponFault::UsedByYou,
            ("coupon_below_minimum", Some(minimum)) => CouponFault::BelowMinimum(minimum),
            ("coupon_not_applicable", _) => CouponFault::NotForThese,
            ("coupon_currency", _) => CouponFault::NotHere,
            ("coupon_on_subscription", _) => CouponFault::OnSubscription,
            _ => CouponFault::Unknown,
        }
    }
}
