//! Paying back.

use super::{apply::Applying, outbox, shop_of};
use crate::{
    app::{Call, Platform},
    features::admin::idempotency_key,
    payments::Account,
    problem::{Problem, ShopProblem},
    respond::{self, param},
    store::{
        connected::Cause,
        order::{Order, Orders},
        payment::{RefundRequest, Refunded, Told},
    },
};
use http::StatusCode;
use kernel::{FieldError, Money, OrderId, SAFE_INTEGER_MAX};
use ports::{Body, Sql};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stripe::{
    IdempotencyKey, Metadata, Object,
    requests::refund::{self, Reason},
};

/// How long Stripe knows a key: a day. An hour of it is for clocks.
const KEY_KNOWN_MS: i64 = 23 * 3_600_000;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Duplicate,
    Fraudulent,
    RequestedByCustomer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// All that is left, if it is missing.
    #[serde(default)]
    amount_minor: Option<i64>,
    #[serde(default)]
    reason: Option<Why>,
}

#[derive(Serialize)]
struct Answer {
    order: Order,
    refunds: Vec<Refunded>,
}

/// `POST /admin/orders/{order}/refunds`
///
/// The key in the header `Idempotency-Key` makes it once: at Stripe, which forgets the key after a
/// day, and by what is remembered here.
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let id: OrderId = param(&call.params, 0, "order")?;
    let key = idempotency_key(&call)?;
    let wanted: Wanted = respond::read(std::mem::take(&mut call.body)).await?;
    let (cx, tenant) = (&call.cx, &call.tenant);
    let (sql, orders) = (shop_of(cx, tenant), Orders { tenant: &tenant.id });
    let told = Told { tenant: &tenant.id, now: cx.now };
    let found = sql.query(orders.by_id(id.as_str())).await?;
    let order = found.first().map(Order::try_from).transpose()?.ok_or(Problem::NotFound)?;
    let payment = order.payment.clone().ok_or(ShopProblem::NothingToRefund)?;
    if wanted.amount_minor.is_some_and(|amount| !(1..=SAFE_INTEGER_MAX).contains(&amount)) {
        let message = format!("must be between 1 and {SAFE_INTEGER_MAX}");
        return Err(FieldError::new("amount_minor", message).into());
    }
    let asked = sql.query(told.refund_request(id.as_str(), &key, wanted.amount_minor)).await?;
    let asked = RefundRequest::try_from(asked.first().ok_or(Problem::NotFound)?)?;
    if asked.amount_minor != wanted.amount_minor {
        return Err(Problem::IdempotencyKeyReused);
    }
    let mut batch = Vec::new();
    if asked.refund.is_none() {
        if asked.asked_at.plus_ms(KEY_KNOWN_MS) < cx.now {
            return Err(ShopProblem::RefundUnknown.into());
        }
        let account = Account::of(cx, tenant)?;
        let made = ask(&call, &account, &order, payment, &wanted, &key).await?;
        batch.push(told.refund_request_done(id.as_str(), &key, &made.id));
        let facts = stripe::of_object(&Object::Refund(Box::new(made)), cx.now)?;
        let rates = BTreeMap::new();
        let livemode = account.livemode;
        let cause = Cause { id: cx.request_id.as_str(), created: cx.now };
        let applying = Applying { tenant: &tenant.id, now: cx.now, cause, livemode, rates: &rates };
        batch.extend(applying.batch(&facts));
    }
    batch.push(orders.by_id(id.as_str()));
    batch.push(told.refunds(id.as_str()));
    let mut results = sql.batch(batch).await?;
    let refunds = results.pop().unwrap_or_default();
    let order = results.pop().unwrap_or_default();
    outbox::deliver(cx, tenant).await;
    let answer = Answer {
        order: order.first().map(Order::try_from).transpose()?.ok_or(Problem::NotFound)?,
        refunds: refunds.iter().map(Refunded::try_from).collect::<Result<_, _>>()?,
    };
    Ok(respond::json(StatusCode::CREATED, &answer))
}

/// Asks Stripe to pay back.
async fn ask<P: Platform>(
    call: &Call<P>,
    account: &Account,
    order: &Order,
    payment: String,
    wanted: &Wanted,
    key: &str,
) -> Result<stripe::object::Refund, Problem> {
    let unit = order.currency.parse::<kernel::Currency>();
    let unit = unit.map_err(|e| FieldError::new("currency", e.to_string()))?;
    let request = refund::create(
        &refund::Create {
            payment_intent: payment,
            amount: wanted.amount_minor.map(|minor| Money::new(minor, unit)),
            reason: wanted.reason.as_ref().map(|why| match why {
                Why::Duplicate => Reason::Duplicate,
                Why::Fraudulent => Reason::Fraudulent,
                Why::RequestedByCustomer => Reason::RequestedByCustomer,
            }),
            metadata: Metadata {
                tenant: Some(call.tenant.id.clone()),
                order: order.id.parse().ok(),
                account: order.account.parse().ok(),
                ..Metadata::default()
            },
            refund_fee: account.connected.is_some(),
        },
        &IdempotencyKey::of("refund", &format!("{}:{key}", order.id)),
    )?;
    account.ask(&call.cx, request).await.map_err(too_much)
}

/// Stripe knows what is left of a payment, also when somebody pays back at the same moment.
fn too_much(problem: Problem) -> Problem {
    match &problem {
        Problem::Shop(ShopProblem::Stripe(stripe::Error::Invalid { code, param, .. })) => {
            let code = code.as_deref().unwrap_or_default();
            if code == "charge_already_refunded" {
                return ShopProblem::NothingToRefund.into();
            }
            if param.as_deref() == Some("amount") {
                return FieldError::new("amount_minor", "is more than is left of the payment")
                    .into();
            }
            problem
        }
        _ => problem,
    }
}
