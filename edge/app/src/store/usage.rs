//! What is used of subscriptions, and what somebody should look at.

use super::{
    ALERT_PAGE, OUTBOX_OF_USAGE, SUBSCRIPTION_HOLD, SUBSCRIPTION_ITEM, SUBSCRIPTION_LET_GO,
    SUBSCRIPTION_LIST, USAGE_EVENT_GET, USAGE_EVENT_INSERT, USAGE_PLAN, USAGE_WINDOW_OPEN,
    read_json, read_word,
};
use ::usage::{Period, Window};
use kernel::{AccountId, RequestId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement, Value};
use serde::{Deserialize, Serialize};

/// The constraint that refuses more than a capacity and extras, where a meter says so.
pub const CAPACITY_USED_UP: &str = "capacity_used_up";
/// The constraint that refuses a window that has time in common with another.
pub const WINDOW_OVERLAPS: &str = "window_overlaps";

/// The statements of an account's subscriptions.
#[derive(Clone, Copy, Debug)]
pub struct Subscriptions<'a> {
    pub tenant: &'a TenantId,
    pub account: &'a AccountId,
}

/// Usage to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    pub identifier: &'a str,
    /// The request that records it, whose id is what Stripe knows it by.
    pub request: &'a RequestId,
    pub subscription: &'a str,
    pub meter: &'a str,
    pub quantity: i64,
    /// The window that it falls in, which must be there.
    pub window_start: UnixMillis,
    pub used_at: UnixMillis,
    /// Whether the account said when it was.
    pub is_dated: bool,
    pub now: UnixMillis,
}

impl Subscriptions<'_> {
    fn ids(&self) -> [Value; 2] {
        [self.tenant.as_str().into(), self.account.as_str().into()]
    }

    /// The running subscription that has a meter: at most one [`Plan`].
    pub fn plan(&self, meter: &str, at: UnixMillis) -> Statement {
        let [tenant, account] = self.ids();
        Statement::new(USAGE_PLAN, [tenant, account, meter.into(), at.0.into()])
    }

    /// Opens a window, unless one begins there.
    pub fn open(
        &self,
        subscription: &str,
        meter: &str,
        window: Window,
        zone: &str,
        now: UnixMillis,
    ) -> Statement {
        let [tenant, subscription] = [self.tenant.as_str(), subscription].map(Into::into);
        let [start, end] = [window.start.0, window.end.0].map(Into::into);
        Statement::new(
            USAGE_WINDOW_OPEN,
            [tenant, subscription, meter.into(), start, end, zone.into(), now.0.into()],
        )
    }

    /// Records usage once for its identifier, or is refused by [`CAPACITY_USED_UP`].
    pub fn record(&self, event: &NewEvent<'_>) -> Statement {
        let [tenant, account] = self.ids();
        Statement::new(
            USAGE_EVENT_INSERT,
            [
                tenant,
                event.subscription.into(),
                event.meter.into(),
                event.window_start.0.into(),
                account,
                event.identifier.into(),
                event.request.as_str().into(),
                event.quantity.into(),
                event.used_at.0.into(),
                i64::from(event.is_dated).into(),
                event.now.0.into(),
            ],
        )
    }

    /// What Stripe must hear of usage that this request has recorded, if it has: a
    /// [`super::outbox::Message`]. It is not due before `next_at`.
    pub fn tell(&self, identifier: &str, request: &RequestId, next_at: UnixMillis) -> Statement {
        let [tenant, account] = self.ids();
        Statement::new(
            OUTBOX_OF_USAGE,
            [tenant, account, identifier.into(), request.as_str().into(), next_at.0.into()],
        )
    }

    /// What was recorded under an identifier: at most one [`Event`].
    pub fn event(&self, identifier: &str) -> Statement {
        let [tenant, account] = self.ids();
        Statement::new(USAGE_EVENT_GET, [tenant, account, identifier.into()])
    }

    /// The account's subscriptions, newest first, each a [`Subscription`].
    pub fn list(&self, now: UnixMillis, limit: u32) -> Statement {
        let [tenant, account] = self.ids();
        Statement::new(SUBSCRIPTION_LIST, [tenant, account, now.0.into(), limit.into()])
    }

    /// The running subscription of this id, or the newest: at most one [`Item`].
    pub fn item(&self, subscription: Option<&str>) -> Statement {
        let [tenant, account] = self.ids();
        Statement::new(SUBSCRIPTION_ITEM, [tenant, account, subscription.into()])
    }

    /// Keeps others from changing a subscription until then: its id, unless somebody is at it now.
    pub fn hold(&self, subscription: &str, now: UnixMillis, until: UnixMillis) -> Statement {
        let [tenant, _] = self.ids();
        let values = [tenant, subscription.into(), now.0.into(), until.0.into()];
        Statement::new(SUBSCRIPTION_HOLD, values)
    }

    /// Lets others change what was held until then.
    pub fn let_go(&self, subscription: &str, until: UnixMillis) -> Statement {
        let [tenant, _] = self.ids();
        Statement::new(SUBSCRIPTION_LET_GO, [tenant, subscription.into(), until.0.into()])
    }
}

/// How a subscription counts a meter, and the windows around a moment.
#[derive(Clone, Debug)]
pub struct Plan {
    pub subscription: String,
    pub period: Period,
    /// The period that it is in, as Stripe told it.
    pub billed: Window,
    /// The window that began last.
    pub past: Option<Window>,
    /// When the next window begins that is there already.
    pub next: Option<UnixMillis>,
}

impl TryFrom<&Row> for Plan {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let span = |start, end| Window { start: UnixMillis(start), end: UnixMillis(end) };
        let past = row.opt_int(4)?.zip(row.opt_int(5)?);
        Ok(Self {
            subscription: row.text(0)?.to_owned(),
            period: read_word(row, 1)?,
            billed: span(row.int(2)?, row.int(3)?),
            past: past.map(|(start, end)| span(start, end)),
            next: row.opt_int(6)?.map(UnixMillis),
        })
    }
}

/// Usage that was recorded, and where that left its window.
#[derive(Clone, Debug)]
pub struct Event {
    pub request: String,
    pub meter: String,
    pub quantity: i64,
    pub used_at: UnixMillis,
    pub is_dated: bool,
    pub used: i64,
    pub capacity: i64,
    pub window: Window,
    pub zone: String,
    /// How much of `used` was drawn from extras.
    pub extra_used: i64,
    /// What was left of the account's extras.
    pub extra: i64,
}

impl TryFrom<&Row> for Event {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            request: row.text(0)?.to_owned(),
            meter: row.text(1)?.to_owned(),
            quantity: row.int(2)?,
            used_at: UnixMillis(row.int(3)?),
            is_dated: row.int(4)? == 1,
            used: row.int(5)?,
            capacity: row.int(6)?,
            window: Window { start: UnixMillis(row.int(7)?), end: UnixMillis(row.int(8)?) },
            zone: row.text(9)?.to_owned(),
            extra_used: row.int(10)?,
            extra: row.int(11)?,
        })
    }
}

/// A subscription as its account sees it.
#[derive(Clone, Debug)]
pub struct Subscription {
    pub id: String,
    pub product: Option<String>,
    pub name: Option<String>,
    pub status: String,
    pub quantity: i64,
    pub billed: Window,
    pub cancel_at_period_end: bool,
    pub meters: Vec<Metered>,
    /// What one of it costs each time, in minor units of `currency`.
    pub unit_minor: Option<i64>,
    pub currency: Option<String>,
    /// `month` or `year`, while the quote is kept that it was bought by.
    pub interval: Option<String>,
}

/// A meter and its window that runs, if anything has been used in it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Metered {
    pub meter: String,
    pub period: Period,
    /// Whether more than the capacity is refused.
    pub hard: bool,
    pub capacity: i64,
    pub used: i64,
    /// How much of `used` was drawn from extras.
    pub extra_used: i64,
    /// What is left of the account's extras, for all its subscriptions that have this meter.
    pub extra: i64,
    pub start_ms: Option<i64>,
    pub end_ms: Option<i64>,
    pub zone: Option<String>,
}

impl TryFrom<&Row> for Subscription {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.text(0)?.to_owned(),
            product: row.opt_text(1)?.map(str::to_owned),
            name: row.opt_text(2)?.map(str::to_owned),
            status: row.text(3)?.to_owned(),
            quantity: row.int(4)?,
            billed: Window { start: UnixMillis(row.int(5)?), end: UnixMillis(row.int(6)?) },
            cancel_at_period_end: row.int(7)? == 1,
            meters: read_json(row, 8)?,
            unit_minor: row.opt_int(9)?,
            currency: row.opt_text(10)?.map(str::to_owned),
            interval: row.opt_text(11)?.map(str::to_owned),
        })
    }
}

/// What is subscribed to.
#[derive(Clone, Debug)]
pub struct Item {
    pub subscription: String,
    /// By which Stripe knows it: `si_...`.
    pub item: Option<String>,
    pub quantity: i64,
}

impl TryFrom<&Row> for Item {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let item = row.opt_text(1)?.map(str::to_owned);
        Ok(Self { subscription: row.text(0)?.to_owned(), item, quantity: row.int(2)? })
    }
}

/// What somebody should look at.
#[derive(Clone, Debug, Serialize)]
pub struct Alert {
    pub kind: String,
    /// What it is about, once for each kind.
    pub subject: String,
    pub details: serde_json::Value,
    pub created_at_ms: i64,
}

impl TryFrom<&Row> for Alert {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            kind: row.text(0)?.to_owned(),
            subject: row.text(1)?.to_owned(),
            details: read_json(row, 2)?,
            created_at_ms: row.int(3)?,
        })
    }
}

/// The alerts before one, newest first.
pub fn alerts(tenant: &TenantId, before: (UnixMillis, &str, &str), limit: u32) -> Statement {
    let (at, kind, subject) = before;
    Statement::new(
        ALERT_PAGE,
        [tenant.as_str().into(), at.0.into(), kind.into(), subject.into(), limit.into()],
    )
}
