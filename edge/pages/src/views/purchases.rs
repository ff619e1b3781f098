//! `/products`, which people know as My Products, and `/orders`.

use super::{
    renders,
    sale::{Interval, ProductKind},
};

/// Whether what was bought can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntitlementState {
    /// It can.
    Active,
    /// The payment is being confirmed.
    Pending,
    /// The payment is disputed, and until that is decided it cannot.
    Suspended,
    /// The money was sent back.
    Refunded,
    /// Its time is over.
    Expired,
}

impl EntitlementState {
    /// The message, and the colour of the mark before it.
    pub(crate) const fn state(self) -> (&'static str, &'static str) {
        match self {
            Self::Active => ("entitlement-active", "good"),
            Self::Pending => ("entitlement-pending", "fair"),
            Self::Suspended => ("entitlement-suspended", "bad"),
            Self::Refunded => ("entitlement-refunded", "idle"),
            Self::Expired => ("entitlement-expired", "idle"),
        }
    }

    /// What a person should know of it, if it is not as it should be.
    pub(crate) const fn text(self) -> Option<&'static str> {
        match self {
            Self::Active => None,
            Self::Pending => Some("entitlement-pending-text"),
            Self::Suspended => Some("entitlement-suspended-text"),
            Self::Refunded => Some("entitlement-refunded-text"),
            Self::Expired => Some("entitlement-expired-text"),
        }
    }
}

/// A file that belongs to a product.
#[derive(Clone, Copy, Debug)]
pub struct Asset<'a> {
    /// `ast_…`
    pub id: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// Its kind for people: `FLAC`; may be empty.
    pub format: &'a str,
    /// Its size.
    pub bytes: u64,
}

/// The licence that a product comes with.
#[derive(Clone, Copy, Debug)]
pub struct Licence<'a> {
    /// What it is called, or all of its text where that is not elsewhere.
    pub name: &'a str,
    /// Where its text is: a path of this host, or an address.
    pub url: Option<&'a str>,
    /// When it was accepted.
    pub accepted_at_ms: Option<i64>,
    /// Whether the form was sent without the box that accepts.
    pub is_missed: bool,
}

/// Something that was bought.
#[derive(Clone, Debug)]
pub struct Entitlement<'a> {
    /// `ent_…`
    pub id: &'a str,
    /// What the product is called.
    pub product: &'a str,
    /// What kind of thing it is.
    pub kind: ProductKind,
    /// Since when it is theirs.
    pub since_ms: i64,
    /// Until when, if it ends.
    pub until_ms: Option<i64>,
    /// Whether it can be used.
    pub state: EntitlementState,
    /// The files.
    pub assets: Vec<Asset<'a>>,
    /// The licence, if it comes with one that must be accepted.
    pub licence: Option<Licence<'a>>,
    /// Devices that have downloaded it, and how many may.
    pub devices: Option<(u32, u32)>,
    /// Downloads so far, and how many there may be.
    pub downloads: Option<(u32, u32)>,
    /// Tokens that were credited with it.
    pub tokens: Option<u64>,
}

impl Entitlement<'_> {
    pub(crate) fn needs_licence(&self) -> bool {
        self.is_active() && self.licence.is_some_and(|licence| licence.accepted_at_ms.is_none())
    }

    pub(crate) const fn is_active(&self) -> bool {
        matches!(self.state, EntitlementState::Active)
    }

    /// Whether its files can be downloaded now.
    pub(crate) fn can_download(&self) -> bool {
        self.is_active() && !self.needs_licence() && !self.is_used_up()
    }

    pub(crate) fn is_used_up(&self) -> bool {
        self.downloads.is_some_and(|(used, max)| used >= max)
    }
}

/// How a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// It is paid, and goes on.
    Active,
    /// Its first time is free.
    Trial,
    /// The last payment failed, and is tried again.
    PastDue,
    /// It ends with what is paid.
    Ending,
    /// It rests.
    Paused,
    /// Its first payment is being confirmed.
    Incomplete,
    /// It is over.
    Ended,
}

impl SubscriptionState {
    pub(crate) const fn state(self) -> (&'static str, &'static str) {
        match self {
            Self::Active => ("subscription-active", "good"),
            Self::Trial => ("subscription-trial", "good"),
            Self::PastDue => ("subscription-past-due", "bad"),
            Self::Ending => ("subscription-ending", "fair"),
            Self::Paused => ("subscription-paused", "idle"),
            Self::Incomplete => ("subscription-incomplete", "fair"),
            Self::Ended => ("subscription-ended", "idle"),
        }
    }

    /// What stands before the day that follows: when it is paid again, or when it ends.
    pub(crate) const fn until_key(self) -> &'static str {
        match self {
            Self::Active | Self::PastDue | Self::Incomplete | Self::Paused => "renews-on",
            Self::Trial => "trial-until",
            Self::Ending => "ends-on",
            Self::Ended => "ended-on",
        }
    }

    pub(crate) const fn is_past_due(self) -> bool {
        matches!(self, Self::PastDue)
    }
}

/// What was used in the present window of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window<'a> {
    /// What is counted, for people: `tokens`, `podcast calls`; in the page's language.
    pub unit: &'a str,
    /// How much was used.
    pub used: u64,
    /// How much the plan holds.
    pub capacity: u64,
    /// What boosters add to it, which is used after the plan's own.
    pub extra: u64,
    /// When the window ends and another begins; of some it begins with what is used first.
    pub ends_at_ms: Option<i64>,
}

impl Window<'_> {
    /// The whole of the meter, which cannot be nothing.
    pub(crate) const fn top(&self) -> u64 {
        if self.capacity == 0 { 1 } else { self.capacity }
    }

    /// So many hundredths of the plan.
    pub(crate) const fn share(&self, percent: u64) -> u64 {
        // By parts, so that no product can be too large.
        self.capacity / 100 * percent + self.capacity % 100 * percent / 100
    }

    /// The alert that has been reached, and how loud it is.
    pub(crate) fn alert(&self) -> Option<(&'static str, &'static str)> {
        // A share that is not whole is reached by the next unit above it.
        let reached = |percent| u128::from(self.used) * 100 >= u128::from(self.capacity) * percent;
        match () {
            () if self.capacity == 0 => None,
            () if reached(100) && self.extra > 0 => Some(("window-100-extra", "fair")),
            () if reached(100) => Some(("window-100", "bad")),
            () if reached(90) => Some(("window-90", "fair")),
            () if reached(80) => Some(("window-80", "fair")),
            () => None,
        }
    }
}

/// A subscription.
#[derive(Clone, Debug)]
pub struct Subscription<'a> {
    /// What it is a subscription of.
    pub product: &'a str,
    /// How it stands.
    pub state: SubscriptionState,
    /// What it costs each time.
    pub price: String,
    /// How often.
    pub interval: Interval,
    /// How many of it.
    pub quantity: u64,
    /// When it is paid again, or when it ends or ended.
    pub until_ms: Option<i64>,
    /// What was used, of each that is counted.
    pub windows: Vec<Window<'a>>,
}

/// `GET /products`
#[derive(Clone, Default)]
pub struct ProductsView<'a> {
    /// The subscriptions, those that go on first.
    pub subscriptions: Vec<Subscription<'a>>,
    /// Whether there is something to see in a portal at Stripe.
    pub has_portal: bool,
    /// A page of what was bought, the newest first.
    pub entitlements: Vec<Entitlement<'a>>,
    /// Where the next page begins.
    pub next: Option<&'a str>,
    /// Whether no money moves here.
    pub is_test: bool,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// It waits for its payment.
    Open,
    /// The payment is being confirmed.
    Processing,
    /// It is paid.
    Paid,
    /// It is on its way.
    Sent,
    /// The payment failed.
    Failed,
    /// It was cancelled, or its payment page ran out.
    Cancelled,
    /// Some of the money was sent back.
    PartlyRefunded,
    /// All of the money was sent back.
    Refunded,
    /// The payment is disputed.
    Disputed,
}

impl OrderState {
    pub(crate) const fn state(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("order-open", "fair"),
            Self::Processing => ("order-processing", "fair"),
            Self::Paid => ("order-paid", "good"),
            Self::Sent => ("order-sent", "good"),
            Self::Failed => ("order-failed", "bad"),
            Self::Cancelled => ("order-cancelled", "idle"),
            Self::PartlyRefunded => ("order-partly-refunded", "idle"),
            Self::Refunded => ("order-refunded", "idle"),
            Self::Disputed => ("order-disputed", "bad"),
        }
    }
}

/// One line of a list of orders.
#[derive(Clone, Debug)]
pub struct OrderRow<'a> {
    /// The order's number for people.
    pub number: &'a str,
    /// When it was made.
    pub at_ms: i64,
    /// What was bought, by name.
    pub items: Vec<&'a str>,
    /// What it came to.
    pub total: String,
    /// How it stands.
    pub state: OrderState,
    /// Its invoice, once there is one: `inv_…`
    pub invoice_id: Option<&'a str>,
}

/// `GET /orders`
#[derive(Clone, Default)]
pub struct OrdersView<'a> {
    /// A page of the orders, the newest first.
    pub orders: Vec<OrderRow<'a>>,
    /// Where the next page begins.
    pub next: Option<&'a str>,
    /// Whether no money moves here.
    pub is_test: bool,
}

renders! {
    ProductsView<'a> = "pages/products.html";
    OrdersView<'a> = "pages/orders.html";
}
