//! Facts about what goes back and forth: subscriptions and accounts.
//!
//! They carry the moment at which the request for them was sent. The later one stays, and that is
//! right in the end: what changes after a fetch makes an event, and that event makes another fetch,
//! which begins later.

use super::{
    Fact, Seen, SubscriptionState,
    read::{id, moment},
};
use crate::{
    Metadata,
    object::{Account, Subscription},
};
use kernel::UnixMillis;

/// How a subscription stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionFact {
    /// `sub_...`
    pub subscription: String,
    /// Whose it is.
    pub metadata: Metadata,
    /// Who pays, `cus_...`.
    pub customer: Option<String>,
    /// Where it stands between its beginning and its end.
    pub state: SubscriptionState,
    /// Stripe's own status: `trialing`, `active`, `past_due`, `unpaid`, `paused`, or the state's.
    pub status: String,
    /// Within the same state, the greater one stays. Zero for an end that an event told.
    pub version: UnixMillis,
    /// What is subscribed to.
    pub items: Vec<ItemFact>,
    /// When the running period began: the earliest of its items'.
    pub period_start: Option<UnixMillis>,
    /// When the running period ends: the latest of its items'.
    pub period_end: Option<UnixMillis>,
    /// Whether it ends with the running period.
    pub cancel_at_period_end: bool,
    /// When it will end.
    pub cancel_at: Option<UnixMillis>,
    /// When it ended.
    pub ended_at: Option<UnixMillis>,
    /// When a trial ends.
    pub trial_end: Option<UnixMillis>,
    /// Whether its invoices are not collected for now.
    pub collection_paused: bool,
}

/// One thing subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFact {
    /// `si_...`
    pub item: String,
    /// How many; none for a metered price.
    pub quantity: Option<i64>,
    /// `price_...`
    pub price: Option<String>,
    /// `prod_...`
    pub product: Option<String>,
    /// When the running period began.
    pub period_start: Option<UnixMillis>,
    /// When the running period ends.
    pub period_end: Option<UnixMillis>,
}

/// What a connected account can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFact {
    /// `acct_...`
    pub account: String,
    /// The greater one stays.
    pub version: UnixMillis,
    /// Whether it can charge.
    pub charges_enabled: bool,
    /// Whether it is paid out.
    pub payouts_enabled: bool,
    /// Whether its owner has told Stripe everything at first.
    pub details_submitted: bool,
    /// What Stripe wants to know, and what is overdue first.
    pub requirements: Vec<String>,
    /// Why it cannot charge or be paid.
    pub disabled_reason: Option<String>,
}

/// The subscription, unless an event tells of a state that another event may have left already.
pub(super) fn collect(subscription: &Subscription, seen: Seen, facts: &mut Vec<Fact>) {
    let state = SubscriptionState::of_status(&subscription.status);
    let version = match seen {
        Seen::Fetched(at) => at,
        // An end is an end, however old the event.
        Seen::In(_) if state.is_final() => UnixMillis(0),
        Seen::In(_) => return,
    };
    facts.push(Fact::Subscription(of_subscription(subscription, state, version)));
}

fn of_subscription(
    subscription: &Subscription,
    state: SubscriptionState,
    version: UnixMillis,
) -> SubscriptionFact {
    let items: Vec<_> = subscription
        .items
        .data
        .iter()
        .map(|item| ItemFact {
            item: item.id.clone(),
            quantity: item.quantity,
            price: item.price.as_ref().map(|price| price.id.clone()),
            product: item.price.as_ref().and_then(|price| price.product.clone()),
            period_start: moment(item.current_period_start),
            period_end: moment(item.current_period_end),
        })
        .collect();
    SubscriptionFact {
        subscription: subscription.id.clone(),
        metadata: subscription.metadata.clone(),
        customer: id(subscription.customer.as_ref()),
        state,
        status: subscription.status.clone(),
        version,
        period_start: items.iter().filter_map(|item| item.period_start).min(),
        period_end: items.iter().filter_map(|item| item.period_end).max(),
        items,
        cancel_at_period_end: subscription.cancel_at_period_end,
        cancel_at: moment(subscription.cancel_at),
        ended_at: moment(subscription.ended_at),
        trial_end: moment(subscription.trial_end),
        collection_paused: subscription.pause_collection.is_some(),
    }
}

pub(super) fn of_account(account: &Account, version: UnixMillis) -> AccountFact {
    let wanted = account.requirements.clone().unwrap_or_default();
    let mut requirements = wanted.past_due;
    for due in wanted.currently_due {
        if !requirements.contains(&due) {
            requirements.push(due);
        }
    }
    AccountFact {
        account: account.id.clone(),
        version,
        charges_enabled: account.charges_enabled,
        payouts_enabled: account.payouts_enabled,
        details_submitted: account.details_submitted,
        requirements,
        disabled_reason: wanted.disabled_reason,
    }
}
