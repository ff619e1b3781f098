//! Facts about payments, their attempts, and what becomes of the money.

use super::{
    ChargeState, DisputeState, Fact, PaymentState, PayoutState, RefundState,
    read::{currency, id, moment, money, paid},
};
use crate::{
    Metadata,
    object::{Charge, Dispute, PaymentIntent, Payout, Refund},
};
use kernel::{FieldError, Money, UnixMillis};

/// How far a payment has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentFact {
    /// `pi_...`
    pub payment_intent: String,
    /// Whose it is. Empty for the payments of a subscription's invoices: Stripe makes them, and the
    /// invoice names them ([`super::InvoiceFact::payment_intents`]).
    pub metadata: Metadata,
    /// How far it has come.
    pub state: PaymentState,
    /// What was to be paid; may change while the payment is open.
    pub amount: Money,
    /// What was paid. Grows from nothing.
    pub received: Money,
    /// The attempt that succeeded. None before: an attempt that failed is told by its own fact.
    pub charge: Option<String>,
    /// Who pays, `cus_...`.
    pub customer: Option<String>,
}

/// How an attempt at a payment went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeFact {
    /// `ch_...`
    pub charge: String,
    /// The payment that it is an attempt at.
    pub payment_intent: Option<String>,
    /// Whose it is; see [`PaymentFact::metadata`].
    pub metadata: Metadata,
    /// How it went.
    pub state: ChargeState,
    /// What it was to collect.
    pub amount: Money,
    /// What was given back at that time, all refunds together. It grows with each refund, and
    /// shrinks only when one fails: the greatest value says how much there may be, and when it is
    /// more than the refunds that are known ([`RefundState::counts`]) add up to, one was missed and
    /// the charge should be fetched with its refunds.
    pub refunded: Money,
    /// Why it failed: `card_declined`.
    pub failure: Option<String>,
    /// The receipt, as a page.
    pub receipt_url: Option<String>,
}

/// How far a refund has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundFact {
    /// `re_...`
    pub refund: String,
    /// The payment that is given back.
    pub payment_intent: Option<String>,
    /// The charge that is given back.
    pub charge: Option<String>,
    /// Whose it is, if it was made by us.
    pub metadata: Metadata,
    /// How far it has come.
    pub state: RefundState,
    /// How much. It does not change.
    pub amount: Money,
}

/// How a dispute stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeFact {
    /// `dp_...`
    pub dispute: String,
    /// The payment that is disputed.
    pub payment_intent: Option<String>,
    /// The charge that is disputed.
    pub charge: Option<String>,
    /// How it stands.
    pub state: DisputeState,
    /// How much is disputed; may be less than the payment.
    pub amount: Money,
    /// Why: `fraudulent`, `product_not_received`.
    pub reason: String,
}

/// How far a payout has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutFact {
    /// `po_...`
    pub payout: String,
    /// How far it has come.
    pub state: PayoutState,
    /// How much.
    pub amount: Money,
    /// When it should arrive.
    pub arrives_at: Option<UnixMillis>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// The payment, and its last attempt where it was expanded.
pub(super) fn of_intent(intent: &PaymentIntent, facts: &mut Vec<Fact>) -> Result<(), FieldError> {
    let unit = currency(&intent.currency)?;
    let state = PaymentState::of_status(&intent.status);
    let charge = intent.latest_charge.as_ref();
    facts.push(Fact::Payment(PaymentFact {
        payment_intent: intent.id.clone(),
        metadata: intent.metadata.clone(),
        state,
        amount: paid("amount", intent.amount, unit)?,
        received: money("amount_received", intent.amount_received, unit)?,
        charge: charge.filter(|_| state == PaymentState::Succeeded).map(|charge| charge.id.clone()),
        customer: id(intent.customer.as_ref()),
    }));
    match charge.and_then(|charge| charge.object.as_deref()) {
        Some(charge) => of_charge(charge, facts).map_err(|error| error.within("latest_charge")),
        None => Ok(()),
    }
}

/// The attempt, and its refunds where they were expanded.
pub(super) fn of_charge(charge: &Charge, facts: &mut Vec<Fact>) -> Result<(), FieldError> {
    let unit = currency(&charge.currency)?;
    facts.push(Fact::Charge(ChargeFact {
        charge: charge.id.clone(),
        payment_intent: id(charge.payment_intent.as_ref()),
        metadata: charge.metadata.clone(),
        state: ChargeState::of_status(&charge.status),
        amount: paid("amount", charge.amount, unit)?,
        refunded: money("amount_refunded", charge.amount_refunded, unit)?,
        failure: charge.failure_code.clone(),
        receipt_url: charge.receipt_url.clone(),
    }));
    for (index, refund) in charge.refunds.data.iter().enumerate() {
        let mut fact =
            of_refund(refund).map_err(|error| error.within(&format!("refunds.data[{index}]")))?;
        fact.payment_intent = fact.payment_intent.or_else(|| id(charge.payment_intent.as_ref()));
        facts.push(Fact::Refund(fact));
    }
    Ok(())
}

pub(super) fn of_refund(refund: &Refund) -> Result<RefundFact, FieldError> {
    let unit = currency(&refund.currency)?;
    Ok(RefundFact {
        refund: refund.id.clone(),
        payment_intent: id(refund.payment_intent.as_ref()),
        charge: id(refund.charge.as_ref()),
        metadata: refund.metadata.clone(),
        state: RefundState::of_status(&refund.status),
        amount: paid("amount", refund.amount, unit)?,
    })
}

pub(super) fn of_dispute(dispute: &Dispute) -> Result<DisputeFact, FieldError> {
    let unit = currency(&dispute.currency)?;
    Ok(DisputeFact {
        dispute: dispute.id.clone(),
        payment_intent: id(dispute.payment_intent.as_ref()),
        charge: id(dispute.charge.as_ref()),
        state: DisputeState::of_status(&dispute.status),
        amount: paid("amount", dispute.amount, unit)?,
        reason: dispute.reason.clone(),
    })
}

pub(super) fn of_payout(payout: &Payout) -> Result<PayoutFact, FieldError> {
    let unit = currency(&payout.currency)?;
    Ok(PayoutFact {
        payout: payout.id.clone(),
        state: PayoutState::of_status(&payout.status),
        amount: money("amount", payout.amount, unit)?,
        arrives_at: moment(payout.arrival_date),
        failure: payout.failure_code.clone(),
    })
}
