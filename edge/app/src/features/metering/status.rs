//! What an account subscribes to, and how it changes that.

use crate::{
    app::{Call, Platform},
    features::checkout::customer::{find as find_customer, is_gone},
    payments::Account,
    problem::{Problem, ShopProblem},
    respond,
    store::{
        ledger::rows,
        payment::Told,
        usage::{Metered, Subscription},
    },
};
use ::usage::Capacity;
use http::StatusCode;
use kernel::{FieldError, SAFE_INTEGER_MAX};
use ports::{Body, Host, Sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stripe::requests::customer;

/// Most subscriptions that are told.
const SUBSCRIPTIONS_MAX: u32 = 100;
/// Longest address.
const URL_LEN_MAX: usize = 2_000;

/// The caller's subscriptions, the newest first.
///
/// # Errors
/// [`Problem::Sql`].
pub async fn list<P: Platform>(call: &Call<P>) -> Result<Vec<Subscription>, Problem> {
    let list = call.subscriptions().list(call.cx.now, SUBSCRIPTIONS_MAX);
    let found = call.cx.host.sql(&call.tenant_shard()).query(list).await?;
    Ok(rows(&found)?)
}

/// `GET /subscription/status`
pub async fn get<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let found = list(call).await?;
    let data: Vec<Value> = found.iter().map(subscription).collect();
    Ok(respond::json(StatusCode::OK, &json!({ "data": data })))
}

fn subscription(found: &Subscription) -> Value {
    json!({
        "id": found.id,
        "product": found.product,
        "name": found.name,
        "status": found.status,
        "quantity": found.quantity,
        "period_start_ms": found.billed.start,
        "period_end_ms": found.billed.end,
        "cancel_at_period_end": found.cancel_at_period_end,
        "windows": found.meters.iter().map(window).collect::<Vec<_>>(),
    })
}

fn window(found: &Metered) -> Value {
    let capacity = Capacity { plan: found.capacity, extra: found.extra };
    let of_plan = found.used.saturating_sub(found.extra_used);
    json!({
        "meter": found.meter,
        "period": found.period,
        "hard": found.hard,
        "capacity": found.capacity,
        "used": found.used,
        "extra": found.extra,
        "left": capacity.left(of_plan).total(),
        "alerts": ::usage::alerts(of_plan, found.capacity).collect::<Vec<_>>(),
        "start_ms": found.start_ms,
        "end_ms": found.end_ms,
        "zone": found.zone,
    })
}

/// `POST /subscription/portal`
pub async fn portal<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[serde(default)]
        return_url: Option<String>,
    }
    #[derive(Serialize)]
    struct Portal {
        url: String,
    }
    let Wanted { return_url } = respond::read_or_default(std::mem::take(&mut call.body)).await?;
    let home = || format!("{}/", call.origin);
    let return_url = return_url.map_or_else(|| Ok(home()), |url| own(url, &call.origin))?;
    let url = portal_url(&call, &return_url).await?;
    Ok(respond::json(StatusCode::OK, &Portal { url }))
}

/// Whether the caller has a portal at Stripe with something in it: a subscription, or an invoice.
/// Whoever has only begun to pay is known there too, and would find nothing.
///
/// # Errors
/// [`Problem::Sql`].
pub async fn has_portal<P: Platform>(call: &Call<P>) -> Result<bool, Problem> {
    // Without payments there is none.
    let Ok(account) = Account::of(&call.cx, &call.tenant) else { return Ok(false) };
    let told = Told { tenant: &call.tenant.id, now: call.cx.now };
    let batch = vec![
        find_customer(call, &account),
        told.invoices(call.caller.account(), (SAFE_INTEGER_MAX, ""), 1),
        call.subscriptions().list(call.cx.now, 1),
    ];
    let found = call.cx.host.sql(&call.tenant_shard()).batch(batch).await?;
    let [customer, invoices, subscriptions] = found.as_slice() else { return Ok(false) };
    let is_empty = invoices.is_empty() && subscriptions.is_empty();
    Ok(!customer.is_empty() && !is_empty)
}

/// A new address of the caller's portal at Stripe, which leads back to `return_url`.
///
/// # Errors
/// [`ShopProblem::NoSubscription`] for an account that Stripe does not know, [`Problem::Sql`], or
/// what Stripe said.
pub async fn portal_url<P: Platform>(call: &Call<P>, return_url: &str) -> Result<String, Problem> {
    let account = Account::of(&call.cx, &call.tenant)?;
    let found = call.cx.host.sql(&call.tenant_shard()).query(find_customer(call, &account)).await?;
    let known = found.first().ok_or(ShopProblem::NoSubscription)?.text(0)?;
    let request = customer::portal(known, return_url, None)?;
    match account.ask(&call.cx, request).await {
        Err(problem) if is_gone(&problem) => Err(ShopProblem::NoSubscription.into()),
        made => Ok(made?.url),
    }
}

/// An address on the tenant's own origin, so that nobody is sent elsewhere in its name.
fn own(url: String, origin: &str) -> Result<String, FieldError> {
    let rest = url.strip_prefix(origin);
    let is_own = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    let is_plain = url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if !is_own || !is_plain || url.len() > URL_LEN_MAX {
        return Err(FieldError::new("return_url", format!("must be an address on {origin}")));
    }
    Ok(url)
}
