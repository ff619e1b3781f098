//! What happens outside of the API: on the pages, at the bank, in the dashboard.

use crate::{
    Now, World,
    customers::{BAD_CARD, GOOD_CARD},
    error::{Answer, Refusal},
    payments::Outcome,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a buyer enters on the page of a checkout session.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Buyer {
    /// ISO 3166-1 alpha-2; `US` where nothing is entered.
    pub country: Option<String>,
    /// A state or province: `CA`, `ON`.
    pub state: Option<String>,
    /// A city.
    pub city: Option<String>,
    /// Street and number.
    pub line1: Option<String>,
    /// A postal code.
    pub postal_code: Option<String>,
    /// The session's or customer's, or `buyer@example.com`, where nothing is entered.
    pub email: Option<String>,
    /// `A Buyer` where nothing is entered.
    pub name: Option<String>,
    /// Quantities by the ids of the session's lines, where they may be adjusted.
    pub quantities: BTreeMap<String, i64>,
}

/// Something that happens outside of the API. `payment` is the id of a charge, or of what has
/// one: a payment intent, checkout session, invoice or subscription. Amounts are in Stripe's units,
/// times in seconds since 1970.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "act", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are what the variants speak of")]
pub enum Act {
    /// The buyer looks at the page with a country and quantities, which sets the totals.
    Choose {
        session: String,
        #[serde(flatten)]
        buyer: Buyer,
    },
    /// The buyer pays by card.
    Pay {
        session: String,
        #[serde(flatten)]
        buyer: Buyer,
    },
    /// The buyer pays by a method whose money comes later.
    PayLater {
        session: String,
        #[serde(flatten)]
        buyer: Buyer,
    },
    /// The buyer's card is declined; the session stays open.
    Decline {
        session: String,
        #[serde(flatten)]
        buyer: Buyer,
    },
    /// The money that was to come later has come.
    AsyncPay { payment: String },
    /// The money that was to come later does not come.
    AsyncFail { payment: String },
    /// The session's time is up.
    Expire { session: String },
    /// The buyer disputes a payment, by default all of it.
    Dispute { payment: String, amount: Option<i64>, reason: Option<String> },
    /// The bank decides a dispute.
    CloseDispute { dispute: String, won: bool },
    /// The merchant refunds in the dashboard, by default what is left.
    Refund { payment: String, amount: Option<i64> },
    /// Time passes by a test clock, up to a time.
    Advance { clock: String, to_s: i64 },
    /// From now on the customer's card pays, or is declined.
    Card { customer: String, declines: bool },
    /// Stripe pays out to the bank account of a connected account or the platform, or fails to.
    Payout {
        account: Option<String>,
        amount: i64,
        currency: String,
        #[serde(default)]
        fails: bool,
    },
    /// A connected account was checked: what it may do now.
    Account { account: String, charges_enabled: bool, payouts_enabled: bool },
    /// The customer cancels in the portal, at the period's end or at once.
    CancelSubscription {
        subscription: String,
        #[serde(default)]
        now: bool,
    },
    /// The customer takes that back in the portal.
    Resume { subscription: String },
    /// The customer changes the first item's quantity in the portal; the change is prorated.
    Quantity { subscription: String, quantity: i64 },
}

impl World {
    /// Has something happen at a time, in seconds since 1970, and returns the object that it
    /// happened to: the session, dispute, refund, clock, customer, payout, account, subscription.
    ///
    /// # Errors
    ///
    /// What cannot happen as things are: a closed session is not paid, and a dispute is closed once.
    pub fn act(&mut self, now_s: i64, act: &Act) -> Answer {
        self.now = Now { s: now_s, ..Now::default() };
        self.wake(now_s);
        self.now = Now { s: now_s, account: self.account_of(act), ..Now::default() };
        match act {
            Act::Choose { session, buyer } => self.session_choose(session, buyer),
            Act::Pay { session, buyer } => self.session_pay(session, buyer, Outcome::Succeeds),
            Act::PayLater { session, buyer } => self.session_pay(session, buyer, Outcome::Waits),
            Act::Decline { session, buyer } => {
                self.session_pay(session, buyer, Outcome::Declines("generic_decline"))
            }
            Act::AsyncPay { payment } => self.async_ends(payment, Outcome::Succeeds),
            Act::AsyncFail { payment } => {
                self.async_ends(payment, Outcome::Declines("generic_decline"))
            }
            Act::Expire { session } => self.session_expire(session, &json!({})),
            Act::Dispute { payment, amount, reason } => {
                self.dispute(payment, *amount, reason.as_deref())
            }
            Act::CloseDispute { dispute, won } => self.dispute_close(dispute, *won),
            Act::Refund { payment, amount } => {
                let charge = self.charge_behind(payment);
                let mut params = json!({ "charge": charge.as_deref().unwrap_or(payment) });
                if let Some(amount) = amount {
                    params["amount"] = (*amount).into();
                }
                self.refund_create(&params)
            }
            Act::Advance { clock, to_s } => {
                self.clock_advance(clock, &json!({ "frozen_time": to_s }))
            }
            Act::Card { customer, declines } => {
                self.find("customer", customer, None)?;
                self.keep_card(customer, if *declines { BAD_CARD } else { GOOD_CARD });
                Ok(self.copy(customer))
            }
            Act::Payout { amount, currency, fails, .. } => self.payout(*amount, currency, *fails),
            Act::Account { account, charges_enabled, payouts_enabled } => {
                self.account_checked(account, *charges_enabled, *payouts_enabled)
            }
            Act::CancelSubscription { subscription, now: true } => {
                self.subscription_cancel(subscription, &json!({}))
            }
            Act::CancelSubscription { subscription, now: false } => {
                let params = json!({ "cancel_at_period_end": true });
                self.subscription_update(subscription, &params)
            }
            Act::Resume { subscription } => {
                let params = json!({ "cancel_at_period_end": false });
                self.subscription_update(subscription, &params)
            }
            Act::Quantity { subscription, quantity } => {
                let item = &self.at(subscription)["items"]["data"][0]["id"];
                let params = json!({ "items": [{ "id": item, "quantity": quantity }] });
                self.subscription_update(subscription, &params)
            }
        }
    }

    /// The connected account in which an act happens.
    fn account_of(&self, act: &Act) -> Option<String> {
        let id = match act {
            Act::Choose { session, .. }
            | Act::Pay { session, .. }
            | Act::PayLater { session, .. }
            | Act::Decline { session, .. }
            | Act::Expire { session } => session,
            Act::AsyncPay { payment }
            | Act::AsyncFail { payment }
            | Act::Dispute { payment, .. }
            | Act::Refund { payment, .. } => payment,
            Act::CloseDispute { dispute, .. } => dispute,
            Act::Advance { clock, .. } => clock,
            Act::Card { customer, .. } => customer,
            Act::CancelSubscription { subscription, .. }
            | Act::Resume { subscription }
            | Act::Quantity { subscription, .. } => subscription,
            // What Stripe tells of an account, it tells as of that account.
            Act::Account { account, .. } => return Some(account.clone()),
            Act::Payout { account, .. } => return account.clone(),
        };
        self.objects.get(id)?.account.clone()
    }

    fn async_ends(&mut self, payment: &str, outcome: Outcome) -> Answer {
        let charge = self.charge_behind(payment).map(|charge| self.at(&charge));
        let Some(charge) = charge else {
            return Err(Refusal::no_such("payment", payment, Some("payment")));
        };
        let intent: Value = charge["payment_intent"].clone();
        self.payment_ends(intent.as_str().unwrap_or_default(), outcome)
    }
}
