//! Events: what a webhook carries, and what the list of events holds
//! ([object](https://docs.stripe.com/api/events/object)).

use crate::{
    API_VERSION, EVENT_LEN_MAX, Kind, Object, Request, object::Reference, requests::retrieve,
};
use kernel::{FieldError, UnixMillis};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Longest id, type or account that is taken.
const TEXT_LEN_MAX: usize = 255;

/// An event. It says what an object was like when the event happened, not what it is now: events
/// come in any order, and more than once
/// ([event ordering](https://docs.stripe.com/webhooks#event-ordering)).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Event {
    /// `evt_...`
    pub id: String,
    /// The type as Stripe writes it.
    #[serde(rename = "type")]
    pub type_name: String,
    /// When it happened. Stripe counts seconds.
    #[serde(deserialize_with = "seconds")]
    pub created: UnixMillis,
    /// Whether real money moves.
    #[serde(default)]
    pub livemode: bool,
    /// The connected account that it happened on.
    pub account: Option<String>,
    /// The version of the API in whose shapes the object is written.
    pub api_version: Option<String>,
    data: Data,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Data {
    object: Value,
    /// What the object's fields were before, of those that have changed.
    #[serde(default)]
    previous_attributes: Option<Value>,
}

/// What has to be fetched before an event's object is good for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the event says it all.
    Nothing,
    /// The state is certain, but parts that Stripe sends only when asked are missing: the lines of
    /// a session, the payments of an invoice, the refunds of a charge.
    Details,
    /// The event alone cannot tell the state that counts.
    State,
}

impl Event {
    /// Reads a webhook's body, once its signature is known to be good.
    ///
    /// # Errors
    /// A [`FieldError`], for what is no event or longer than [`EVENT_LEN_MAX`].
    pub fn parse(body: &[u8]) -> Result<Self, FieldError> {
        if body.len() > EVENT_LEN_MAX {
            return Err(FieldError::new("", format!("is longer than {EVENT_LEN_MAX} bytes")));
        }
        let event: Self = kernel::read_json(body)?;
        event.check()?;
        Ok(event)
    }

    fn check(&self) -> Result<(), FieldError> {
        let fits = |text: &str| !text.is_empty() && text.len() <= TEXT_LEN_MAX;
        let account = self.account.as_deref().is_none_or(fits);
        for (field, fits) in
            [("id", fits(&self.id)), ("type", fits(&self.type_name)), ("account", account)]
        {
            if !fits {
                return Err(FieldError::new(field, "must be 1 to 255 bytes long"));
            }
        }
        Ok(())
    }

    /// What the event tells of.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::parse(&self.type_name)
    }

    /// The object as it was.
    ///
    /// # Errors
    /// A [`FieldError`] for an object that lacks what every version has.
    pub fn object(&self) -> Result<Object, FieldError> {
        Object::deserialize(&self.data.object)
            .map_err(|error| FieldError::new("data.object", format!("is not as expected: {error}")))
    }

    /// The id of the object.
    #[must_use]
    pub fn object_id(&self) -> Option<&str> {
        self.data.object.get("id")?.as_str()
    }

    /// What has to be fetched. The states of [`crate::facts`] say why, each for its object.
    ///
    /// An event in another version's shapes needs everything, since what was moved would be
    /// missing.
    #[must_use]
    pub fn need(&self) -> Need {
        let kind = self.kind();
        if kind != Kind::Unknown && self.api_version.as_deref() != Some(API_VERSION) {
            return Need::State;
        }
        match kind {
            Kind::SubscriptionCreated
            | Kind::SubscriptionUpdated
            | Kind::SubscriptionPaused
            | Kind::SubscriptionResumed
            | Kind::SubscriptionPendingUpdateApplied
            | Kind::SubscriptionPendingUpdateExpired
            | Kind::SubscriptionTrialWillEnd
            | Kind::AccountUpdated => Need::State,
            Kind::SessionCompleted
            | Kind::SessionAsyncSucceeded
            | Kind::InvoiceFinalized
            | Kind::InvoicePaid
            | Kind::InvoicePaymentSucceeded
            | Kind::ChargeRefunded => Need::Details,
            _ => Need::Nothing,
        }
    }

    /// Whether the event alone cannot tell the state that counts, so that its object must be
    /// fetched again ([`Event::refetch`]).
    #[must_use]
    pub fn must_refetch(&self) -> bool {
        self.need() == Need::State
    }

    /// The request for the object as it is now, on the account that the event happened on. `None`
    /// for an object that Postern does not read.
    #[must_use]
    pub fn refetch(&self) -> Option<Request<Object>> {
        let id = self.object_id()?;
        let kind = self.data.object.get("object")?.as_str()?;
        let request = retrieve::object(kind, id).ok()??;
        // The platform asks about a connected account in its own name.
        let account = self.account.as_deref().filter(|_| kind != "account");
        Some(request.on_account(account))
    }

    /// The account that could charge when this happened, or until it happened: `acct_...`.
    pub(crate) fn account_that_could_charge(&self) -> Option<&str> {
        let could = |fields: &Value| fields.get("charges_enabled") == Some(&Value::Bool(true));
        let Data { object, previous_attributes } = &self.data;
        let could = could(object) || previous_attributes.as_ref().is_some_and(could);
        self.object_id().filter(|_| could && self.kind() == Kind::AccountUpdated)
    }

    /// The payment that a charge, a refund or a dispute belongs to, for kinds of means of payment
    /// whose refunds name the charge only.
    #[must_use]
    pub fn payment_intent(&self) -> Option<String> {
        let reference = self.data.object.get("payment_intent")?;
        Reference::deserialize(reference).ok().map(|reference| reference.id)
    }
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UnixMillis, D::Error> {
    i64::deserialize(deserializer).map(UnixMillis::from_seconds)
}

#[cfg(test)]
mod tests;
