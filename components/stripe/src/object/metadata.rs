//! What Postern writes on Stripe's objects, to know them again.

use crate::form::Fields;
use kernel::{AccountId, OrderId, QuoteId, TenantId};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::str::FromStr;

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
            .maybe("quote", self.quote.as_ref());
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
        })
    }
}

fn read<T: FromStr>(map: &Map<String, Value>, key: &str) -> Option<T> {
    map.get(key)?.as_str()?.parse().ok()
}
