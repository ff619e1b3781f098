//! What the pages of the shop say alike: kinds of products, how often something is paid, taxes.
//!
//! Amounts come as texts that the pricing component has written: no page counts money.

use crate::{Page, t};

/// What kind of thing is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductKind {
    /// Files to download.
    Digital,
    /// A thing that is sent.
    Physical,
    /// Tokens for the buyer's wallet.
    Tokens,
    /// More of what a subscription counts.
    TopUp,
    /// Something paid again and again.
    Subscription,
    /// Several products sold as one.
    Bundle,
}

impl ProductKind {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Digital => "kind-digital",
            Self::Physical => "kind-physical",
            Self::Tokens => "kind-tokens",
            Self::TopUp => "kind-top-up",
            Self::Subscription => "kind-subscription",
            Self::Bundle => "kind-bundle",
        }
    }
}

/// How often a subscription is paid: every so many days, weeks, months or years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Every so many days.
    Days(u32),
    /// Every so many weeks.
    Weeks(u32),
    /// Every so many months.
    Months(u32),
    /// Every so many years.
    Years(u32),
}

/// What a price says of the tax on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxNote<'a> {
    /// The price holds the tax.
    Included {
        /// The rate as the locale writes it, `19 %`; empty where it depends on the address.
        rate: &'a str,
        /// What the tax is called: `VAT`.
        label: &'a str,
    },
    /// The tax is added when the address is known.
    Added,
}

impl Page<'_> {
    /// How often something is paid: `per month`, `every 3 months`.
    pub(crate) fn interval(&self, interval: &Interval) -> String {
        match interval {
            Interval::Days(count) => self.t1("interval-days", "count", count),
            Interval::Weeks(count) => self.t1("interval-weeks", "count", count),
            Interval::Months(count) => self.t1("interval-months", "count", count),
            Interval::Years(count) => self.t1("interval-years", "count", count),
        }
    }

    /// What a price says of the tax on it.
    pub(crate) fn tax_note(&self, note: &TaxNote<'_>) -> String {
        match note {
            TaxNote::Included { rate: "", label } => self.t1("tax-included-some", "label", label),
            TaxNote::Included { rate, label } => {
                self.t2("tax-included", &("rate", rate), &("label", label))
            }
            TaxNote::Added => t(self.locale, "tax-added", &[]),
        }
    }
}
