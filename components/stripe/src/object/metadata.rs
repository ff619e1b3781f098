//! What Postern writes on Stripe's objects, to know them again.

use crate::form::Fields;
use kernel::{AccountId, OrderId, QuoteId, TenantId};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::{fmt, str::FromStr};

/// Whose an object is ([metadata](https://docs.stripe.com/metadata)).
///
/// It is written on the session and, since Stripe copies nothing, on the payment intent, the
/// subscription and the invoice as well, so that any of their events can be told apart alone.
/// People with access to Stripe's dashboard can change it: it says where to look, and the stored
/// order says what is true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The tenant.
    pub tenant: Option<TenantId>,
    /// The order that is paid for.
    pub order: Option<OrderId>,
    /// Who pays.
    pub account: Option<AccountId>,
    /// The quote that the order was made from.
    pub quote: Option<QuoteId>,
    /// What of a subscription is paid for.
    pub paid: Option<Paid>,
}

/// How many of a plan are paid for until its period ends, though fewer may be subscribed to: less is
/// not paid back, and what was paid for is not paid for again. As text: `5/3/1797876674`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// How many are paid for.
    pub quantity: i64,
    /// How many were subscribed to when this was written. It says nothing once there are others,
    /// which somebody changed and settled elsewhere.
    pub subscribed: i64,
    /// When the period ends, in seconds since the epoch.
    pub until_s: i64,
}

impl fmt::Display for Paid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.quantity, self.subscribed, self.until_s)
    }
}

impl FromStr for Paid {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.split('/').map(|number| number.parse().map_err(drop));
        let mut next = || numbers.next().ok_or(())?;
        let paid = Self { quantity: next()?, subscribed: next()?, until_s: next()? };
        if numbers.next().is_none() { Ok(paid) } else { Err(()) }
    }
}

impl Metadata {
    /// Whether nothing of ours is on the object.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes it as the field `metadata`.
    pub(crate) fn write(&self, fields: &mut Fields<'_>) {
        fields
            .at("metadata")
            .maybe("tenant", self.tenant.as_ref())
            .maybe("order", self.order.as_ref())
            .maybe("account", self.account.as_ref())
            .maybe("quote", self.quote.as_ref())
            .maybe("paid", self.paid.as_ref());
    }
}

impl<'de> Deserialize<'de> for Metadata {
    /// Never fails over a value: what is no id of ours is somebody else's.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = Option::<Map<String, Value>>::deserialize(deserializer)?.unwrap_or_default();
        Ok(Self {
            tenant: read(&map, "tenant"),
            order: read(&map, "order"),
            account: read(&map, "account"),
            quote: read(&map, "quote"),
            paid: read(&map, "paid"),
        })
    }
}

fn read<T: FromStr>(map: &Map<String, Value>, key: &str) -> Option<T> {
    map.get(key)?.as_str()?.parse().ok()
}
