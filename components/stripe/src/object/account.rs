//! Accounts, payouts, and what small requests answer.

use super::{Metadata, or_default};
use serde::Deserialize;

/// A connected account ([object](https://docs.stripe.com/api/accounts/object)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// `acct_...`
    pub id: String,
    /// Whether it can charge.
    #[serde(default)]
    pub charges_enabled: bool,
    /// Whether it is paid out.
    #[serde(default)]
    pub payouts_enabled: bool,
    /// Whether its owner has told Stripe everything at first.
    #[serde(default)]
    pub details_submitted: bool,
    /// Two-letter code of its country.
    pub country: Option<String>,
    /// The currency it is paid out in, in lower case.
    pub default_currency: Option<String>,
    /// What Stripe still wants to know.
    pub requirements: Option<Deadlines>,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// What Stripe still wants to know of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Deadlines {
    /// Until when, in seconds since the epoch.
    pub current_deadline: Option<i64>,
    /// What is due by then.
    #[serde(deserialize_with = "or_default")]
    pub currently_due: Vec<String>,
    /// What is overdue.
    #[serde(deserialize_with = "or_default")]
    pub past_due: Vec<String>,
    /// Why the account cannot charge or be paid.
    pub disabled_reason: Option<String>,
}

/// A payout to a bank account ([object](https://docs.stripe.com/api/payouts/object)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Payout {
    /// `po_...`
    pub id: String,
    /// How much; negative when Stripe takes money back.
    pub amount: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// `pending`, `in_transit`, `paid`, `failed` or `canceled`.
    pub status: String,
    /// When it should arrive, in seconds since the epoch.
    #[serde(default)]
    pub arrival_date: i64,
    /// Why it failed.
    pub failure_code: Option<String>,
}

/// A customer ([object](https://docs.stripe.com/api/customers/object)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Customer {
    /// `cus_...`
    pub id: String,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// A visit to the customer portal ([object](https://docs.stripe.com/api/customer_portal/sessions/object)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PortalSession {
    /// `bps_...`
    pub id: String,
    /// Where to send the customer, soon and once.
    pub url: String,
}

/// Usage that was reported ([object](https://docs.stripe.com/api/billing/meter-event/object)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MeterEvent {
    /// Ours: what makes a repetition harmless.
    pub identifier: String,
    /// When it was used, in seconds since the epoch.
    pub timestamp: i64,
}
