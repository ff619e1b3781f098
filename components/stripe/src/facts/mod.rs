//! What Stripe says, as plain facts that a store can merge in any order and any number of times.
//!
//! Events come in any order and more than once
//! ([event ordering](https://docs.stripe.com/webhooks#event-ordering)), and an object that is
//! fetched may be newer than the event that made us fetch it. So a fact never says "becomes", it
//! says "is at least": each carries a state with a rank, and the higher rank stays. Amounts that
//! only grow stay at their greatest. Where a state can go back and forth no rank exists, and the
//! fact carries a version instead, the moment at which it was fetched.
//!
//! | fact | merged by |
//! |---|---|
//! | [`SessionFact`], [`PaymentFact`], [`ChargeFact`], [`RefundFact`], [`DisputeFact`], [`InvoiceFact`], [`PayoutFact`] | the greater rank; with equal ranks the one that knows more (`Some` over `None`) |
//! | [`SubscriptionFact`] | the greater (rank, version) |
//! | [`AccountFact`] | the greater version |
//! | [`Fact::CouldCharge`] | once is for ever |
//!
//! Amounts that are written at a state (`amount` of a payment) belong to it, and are taken together
//! with the state of the greater rank.
//!
//! [`of_event`] leaves out what an event alone cannot tell; [`crate::Event::refetch`] fetches it,
//! and [`of_object`] says it then.

mod invoice;
mod payment;
mod read;
mod session;
mod states;
mod subscription;

pub use invoice::{InvoiceFact, InvoiceLineFact, TaxFact};
pub use payment::{ChargeFact, DisputeFact, PaymentFact, PayoutFact, RefundFact};
pub use session::{SessionFact, SessionLineFact, SessionTaxFact};
pub use states::{
    ChargeState, DisputeState, InvoiceState, PaymentState, PayoutState, RefundState, SessionState,
    SubscriptionState,
};
pub use subscription::{AccountFact, ItemFact, SubscriptionFact};

use crate::{Event, Kind, Need, Object};
use kernel::{FieldError, UnixMillis};

/// One thing that is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// How far a checkout has come.
    Session(Box<SessionFact>),
    /// How far a payment has come.
    Payment(PaymentFact),
    /// How an attempt at a payment went, and how much of it was given back.
    Charge(ChargeFact),
    /// How far a refund has come.
    Refund(RefundFact),
    /// How a dispute stands.
    Dispute(DisputeFact),
    /// How a subscription stands.
    Subscription(SubscriptionFact),
    /// How an invoice stands.
    Invoice(Box<InvoiceFact>),
    /// What a connected account can do.
    Account(AccountFact),
    /// A connected account could charge, at some time: `acct_...`. Whether it still can, its
    /// [`AccountFact`] says.
    CouldCharge(String),
    /// How far a payout has come.
    Payout(PayoutFact),
}

/// The facts that an event alone can tell. None for events that Postern does not act on, and none
/// that a later event could make wrong.
///
/// # Errors
/// A [`FieldError`] for an object that lacks what it must have, or an amount of a currency that
/// nobody pays in.
pub fn of_event(event: &Event) -> Result<Vec<Fact>, FieldError> {
    let kind = event.kind();
    if kind == Kind::Unknown || event.need() == Need::State {
        let could_charge = event.account_that_could_charge().map(str::to_owned);
        return Ok(could_charge.map(Fact::CouldCharge).into_iter().collect());
    }
    let mut facts = Vec::new();
    collect(&event.object()?, Seen::In(kind), &mut facts)
        .map_err(|error| error.within("data.object"))?;
    Ok(facts)
}

/// The facts that an object tells which was fetched by a request sent at `fetched_at`: about itself
/// and about everything that was expanded in it.
///
/// # Errors
/// As for [`of_event`].
pub fn of_object(object: &Object, fetched_at: UnixMillis) -> Result<Vec<Fact>, FieldError> {
    let mut facts = Vec::new();
    collect(object, Seen::Fetched(fetched_at), &mut facts)?;
    Ok(facts)
}

/// How an object was come by.
#[derive(Clone, Copy, Debug)]
enum Seen {
    /// Within an event, as it was then.
    In(Kind),
    /// By asking, as it was at this moment or a little later.
    Fetched(UnixMillis),
}

fn collect(object: &Object, seen: Seen, facts: &mut Vec<Fact>) -> Result<(), FieldError> {
    match object {
        Object::Session(session) => session::collect(session, seen, facts),
        Object::PaymentIntent(intent) => payment::of_intent(intent, facts),
        Object::Charge(charge) => payment::of_charge(charge, facts),
        Object::Refund(refund) => {
            facts.push(Fact::Refund(payment::of_refund(refund)?));
            Ok(())
        }
        Object::Dispute(dispute) => {
            facts.push(Fact::Dispute(payment::of_dispute(dispute)?));
            Ok(())
        }
        Object::Subscription(subscription) => {
            subscription::collect(subscription, seen, facts);
            Ok(())
        }
        Object::Invoice(invoice) => {
            facts.push(Fact::Invoice(Box::new(invoice::of_invoice(invoice)?)));
            Ok(())
        }
        Object::Account(account) => {
            if let Seen::Fetched(at) = seen {
                facts.push(Fact::Account(subscription::of_account(account, at)));
            }
            Ok(())
        }
        Object::Payout(payout) => {
            facts.push(Fact::Payout(payment::of_payout(payout)?));
            Ok(())
        }
        Object::Other => Ok(()),
    }
}

#[cfg(test)]
mod tests;
