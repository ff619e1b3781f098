//! How many of a plan somebody has.
//!
//! More is paid for at once, for the rest of the period. Less is less from the next period on, and
//! nothing is paid back: what was paid for stays paid for until the period ends, which the
//! subscription's metadata at Stripe say, and whoever wants it again does not pay again.

use crate::{
    app::{Call, Platform},
    features::admin::idempotency_key,
    payments::Account,
    problem::{Problem, ShopProblem},
    respond,
    store::{ledger::rows, usage::Item},
};
use http::StatusCode;
use kernel::FieldError;
use ports::{Body, Clock, Host, Sql};
use serde::Deserialize;
use serde_json::json;
use stripe::{
    IdempotencyKey,
    object::{Paid, Subscription},
    requests::{
        billing::{self, Proration, Quantity},
        retrieve,
    },
};

/// Most that are subscribed to at once, as in a cart.
const QUANTITY_MAX: u32 = 999;
/// How long a change that broke off keeps others waiting: longer than Stripe usually takes.
const HOLD_MS: i64 = 2 * 60_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    quantity: u32,
    #[serde(default)]
    subscription: Option<String>,
}

/// `POST /subscription/quantity`
///
/// What it changes here, Stripe's webhook tells.
pub async fn change<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let wanted: Wanted = respond::read(std::mem::take(&mut call.body)).await?;
    if !(1..=QUANTITY_MAX).contains(&wanted.quantity) {
        let message = format!("must be between 1 and {QUANTITY_MAX}");
        return Err(FieldError::new("quantity", message).into());
    }
    let key = idempotency_key(&call)?;
    let account = Account::of(&call.cx, &call.tenant)?;
    let find = call.subscriptions().item(wanted.subscription.as_deref());
    let found = call.cx.host.sql(&call.tenant_shard()).query(find).await?;
    let found = rows::<Item>(&found)?.pop().ok_or(ShopProblem::NoSubscription)?;
    let item = found.item.ok_or(ShopProblem::NoSubscription)?;
    let sql = call.cx.host.sql(&call.tenant_shard());
    let now = call.cx.host.clock().now();
    let until = now.plus_ms(HOLD_MS);
    let held = sql.query(call.subscriptions().hold(&found.subscription, now, until)).await?;
    if held.is_empty() {
        return Err(ShopProblem::ChangeUnderWay.into());
    }
    let change = Change { call: &call, account: &account, item: &item, key: &key };
    let changed = change.to(&found.subscription, wanted.quantity.into(), found.quantity).await;
    sql.query(call.subscriptions().let_go(&found.subscription, until)).await?;
    let (before, quantity) = changed?;
    let body = json!({
        "subscription": found.subscription, "quantity": quantity, "quantity_before": before,
    });
    Ok(respond::json(StatusCode::OK, &body))
}

/// How many there are, and how many of them are paid for.
fn paid(subscription: &Subscription, known: i64) -> Paid {
    let item = subscription.items.data.first();
    let subscribed = item.and_then(|item| item.quantity).unwrap_or(known);
    let until_s = item.map_or(0, |item| item.current_period_end);
    let is_so = |paid: &Paid| paid.subscribed == subscribed && paid.until_s == until_s;
    let told = subscription.metadata.paid.filter(is_so);
    let quantity = told.map_or(subscribed, |paid| paid.quantity.max(subscribed));
    Paid { quantity, subscribed, until_s }
}

struct Change<'a, P: Platform> {
    call: &'a Call<P>,
    account: &'a Account,
    item: &'a str,
    key: &'a str,
}

impl<P: Platform> Change<'_, P> {
    /// Changes it: how many there were, and how many there are then. `known` is how many were known
    /// of here.
    async fn to(&self, id: &str, wanted: i64, known: i64) -> Result<(i64, i64), Problem> {
        // How many there are is Stripe's to say: a change of a moment ago may not be known here yet.
        let now = self.account.ask(&self.call.cx, retrieve::subscription(id)?).await?;
        let before = paid(&now, known);
        let Paid { quantity: paid, subscribed, .. } = before;
        if wanted <= paid {
            return Ok((subscribed, self.set(id, before, wanted, Proration::None).await?));
        }
        // Stripe asks to be paid for what is more than there is, so first there is what is paid for.
        let is_less = subscribed < paid;
        if is_less {
            self.set(id, before, paid, Proration::None).await?;
        }
        match self.set(id, before, wanted, Proration::Now).await {
            Err(problem) if is_less && is_declined(&problem) => {
                self.set(id, before, subscribed, Proration::None).await?;
                Err(problem)
            }
            answer => Ok((subscribed, answer?)),
        }
    }

    async fn set(
        &self,
        subscription: &str,
        before: Paid,
        quantity: i64,
        proration: Proration,
    ) -> Result<i64, Problem> {
        let paid = Paid { quantity: before.quantity.max(quantity), subscribed: quantity, ..before };
        // Whoever asks twice asks for the same, unless something else was changed in between.
        let id = format!("{subscription}/{paid}/{proration:?}/{}", self.key);
        let wanted = Quantity { subscription, item: self.item, paid, proration };
        let request = billing::set_quantity(&wanted, &IdempotencyKey::of("quantity", &id))?;
        let changed = self.account.ask(&self.call.cx, request).await?;
        let item = changed.items.data.first();
        Ok(item.and_then(|item| item.quantity).unwrap_or(quantity))
    }
}

const fn is_declined(problem: &Problem) -> bool {
    matches!(problem, Problem::Shop(ShopProblem::Stripe(stripe::Error::Card { .. })))
}
