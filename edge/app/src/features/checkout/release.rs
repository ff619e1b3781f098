//! Letting go of what an order holds that nobody has paid for: its goods and its coupon.
//!
//! Stripe comes first. Only when it has said that it takes no payment for the order any more does
//! the order come to nothing here.

use super::{apply::Applying, shop_of};
use crate::{
    app::{Cx, Platform},
    payments::Account,
    problem::{Problem, ShopProblem},
    store::{
        connected::Cause,
        order::{Orders, Unpaid},
    },
};
use ports::{Clock, Host, Sql};
use std::collections::BTreeMap;
use stripe::{
    Error, Fact, Object,
    facts::{PaymentState, SessionState},
    requests::{checkout, payment, retrieve},
};
use tenant::Tenant;

/// Ends what an order could be paid by, and records what Stripe says of it. It says whether nothing
/// will come of the order; otherwise it is paid, or its payment is under way.
///
/// # Errors
/// What kept us from knowing.
pub async fn release<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    account: &Account,
    unpaid: &Unpaid,
) -> Result<bool, Problem> {
    let orders = Orders { tenant: &tenant.id };
    let asked_at = cx.host.clock().now();
    let facts = match end(cx, account, unpaid).await {
        Ok(Some(object)) => stripe::of_object(&object, asked_at)?,
        // Nobody was sent to pay, or there is nothing to pay by.
        Ok(None) | Err(Problem::Shop(ShopProblem::Stripe(Error::Missing))) => Vec::new(),
        Err(problem) => return Err(problem),
    };
    let rates = BTreeMap::new();
    let livemode = account.livemode;
    let cause = Cause { id: cx.request_id.as_str(), created: cx.now };
    let applying = Applying { tenant: &tenant.id, now: cx.now, cause, livemode, rates: &rates };
    let mut batch = vec![orders.touch(&unpaid.order)];
    if facts.is_empty() {
        batch.push(orders.give_up(unpaid));
    }
    batch.extend(applying.batch(&facts));
    shop_of(cx, tenant).batch(batch).await?;
    Ok(!is_under_way(&facts))
}

/// Ends what an order could be paid by: how that stands then.
async fn end<P: Platform>(
    cx: &Cx<P>,
    account: &Account,
    unpaid: &Unpaid,
) -> Result<Option<Object>, Problem> {
    Ok(match (&unpaid.session, &unpaid.payment) {
        (Some(id), _) => {
            let ended = match account.ask(cx, checkout::expire(id)?).await {
                Err(problem) if is_too_late(&problem) => {
                    account.ask(cx, retrieve::session(id)?).await
                }
                ended => ended,
            };
            Some(Object::Session(Box::new(ended?)))
        }
        (None, Some(id)) => {
            let ended = match account.ask(cx, payment::cancel(id)?).await {
                Err(problem) if is_too_late(&problem) => {
                    account.ask(cx, retrieve::payment_intent(id)?).await
                }
                ended => ended,
            };
            Some(Object::PaymentIntent(Box::new(ended?)))
        }
        (None, None) => None,
    })
}

/// It is over already, in one way or another.
const fn is_too_late(problem: &Problem) -> bool {
    matches!(problem, Problem::Shop(ShopProblem::Stripe(Error::Invalid { .. })))
}

fn is_under_way(facts: &[Fact]) -> bool {
    let session = facts.iter().find_map(|fact| match fact {
        Fact::Session(session) => Some(session.state),
        _ => None,
    });
    let is_open =
        |fact: &Fact| matches!(fact, Fact::Payment(fact) if fact.state != PaymentState::Canceled);
    match session {
        Some(state) => matches!(state, SessionState::Unpaid | SessionState::Paid),
        None => facts.iter().any(is_open),
    }
}
