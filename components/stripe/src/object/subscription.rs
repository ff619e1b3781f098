//! Subscriptions, their items and prices.

use super::{Expandable, Invoice, List, Metadata, Reference, or_default};
use serde::Deserialize;

/// A subscription ([object](https://docs.stripe.com/api/subscriptions/object)). Its period is that
/// of its items: each has its own.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Subscription {
    /// `sub_...`
    pub id: String,
    /// `incomplete`, `incomplete_expired`, `trialing`, `active`, `past_due`, `unpaid`, `paused` or
    /// `canceled`.
    pub status: String,
    /// Who pays.
    pub customer: Option<Reference>,
    /// What is subscribed to.
    #[serde(default, deserialize_with = "or_default")]
    pub items: List<SubscriptionItem>,
    /// Whether it ends with the running period.
    #[serde(default)]
    pub cancel_at_period_end: bool,
    /// When it will end, in seconds since the epoch.
    pub cancel_at: Option<i64>,
    /// When somebody ended it, in seconds since the epoch; it may still run.
    pub canceled_at: Option<i64>,
    /// When it ended, in seconds since the epoch.
    pub ended_at: Option<i64>,
    /// When a trial ends, in seconds since the epoch.
    pub trial_end: Option<i64>,
    /// Set while invoices are made but not collected. The status stays `active`.
    pub pause_collection: Option<PauseCollection>,
    /// The newest invoice.
    pub latest_invoice: Option<Expandable<Invoice>>,
    /// Seconds since the epoch.
    #[serde(default)]
    pub created: i64,
    /// Ours.
    #[serde(default)]
    pub metadata: Metadata,
}

/// How collection is paused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PauseCollection {
    /// `keep_as_draft`, `mark_uncollectible` or `void`.
    #[serde(default, deserialize_with = "or_default")]
    pub behavior: String,
    /// When it goes on by itself, in seconds since the epoch.
    pub resumes_at: Option<i64>,
}

/// One thing subscribed to ([object](https://docs.stripe.com/api/subscription_items/object)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SubscriptionItem {
    /// `si_...`
    pub id: String,
    /// How many; none for a metered price.
    pub quantity: Option<i64>,
    /// When the running period began, in seconds since the epoch.
    #[serde(default)]
    pub current_period_start: i64,
    /// When the running period ends, in seconds since the epoch.
    #[serde(default)]
    pub current_period_end: i64,
    /// For how much.
    pub price: Option<Price>,
}

/// A price ([object](https://docs.stripe.com/api/prices/object)).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Price {
    /// `price_...`
    pub id: String,
    /// `prod_...`
    #[serde(default, deserialize_with = "id_only")]
    pub product: Option<String>,
    /// The currency, in lower case.
    #[serde(default, deserialize_with = "or_default")]
    pub currency: String,
    /// The price of one; none where it has fractions of the unit.
    pub unit_amount: Option<i64>,
    /// How often it is due, for a subscription.
    pub recurring: Option<Recurrence>,
}

/// How often a price is due.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recurrence {
    /// `day`, `week`, `month` or `year`.
    #[serde(default, deserialize_with = "or_default")]
    pub interval: String,
    /// Every how many of them.
    #[serde(default)]
    pub interval_count: i64,
    /// `licensed` or `metered`.
    #[serde(default, deserialize_with = "or_default")]
    pub usage_type: String,
    /// The meter that counts, for `metered`.
    pub meter: Option<String>,
}

fn id_only<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Reference>::deserialize(deserializer)?.map(|reference| reference.id))
}
