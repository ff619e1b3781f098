//! The caller as a customer of Stripe's.

use super::shop_of;
use crate::{
    app::{Call, Platform},
    payments::Account,
    problem::{Problem, ShopProblem},
    store::payment::{Told, put_owner},
};
use kernel::{FieldError, QuoteId};
use ports::{Host, Shard, Sql, Statement};
use serde::de::DeserializeOwned;
use stripe::{IdempotencyKey, Metadata, Request, requests::customer};

/// Looks up how Stripe knows the caller: `cus_...`.
pub fn find<P: Platform>(call: &Call<P>, account: &Account) -> Statement {
    let connected = account.connected.as_deref().unwrap_or_default();
    let told = Told { tenant: &call.tenant.id, now: call.cx.now };
    told.customer(call.caller.account(), account.livemode, connected)
}

/// Whether Stripe has the customer no more whom it was asked about. Shops may delete them there.
pub fn is_gone(problem: &Problem) -> bool {
    matches!(problem, Problem::Shop(ShopProblem::Stripe(error)) if error.is_without("customer"))
}

/// Asks Stripe to do `action` with a quote for the caller, whom it is told of if it does not know
/// them, or no more. `request` makes the request of the customer and the key.
///
/// # Errors
/// What `request` finds wrong, or what kept Stripe from doing it.
pub async fn ask_as<P: Platform, T: DeserializeOwned>(
    call: &Call<P>,
    account: &Account,
    (action, quote): (&'static str, &QuoteId),
    request: impl Fn(String, &IdempotencyKey) -> Result<Request<T>, FieldError>,
) -> Result<T, Problem> {
    let found = shop_of(&call.cx, &call.tenant).query(find(call, account)).await?;
    let known = match found.first() {
        Some(row) => row.text(0)?.to_owned(),
        None => create(call, account, None).await?,
    };
    let key = IdempotencyKey::of_quote(action, quote);
    match account.ask(&call.cx, request(known.clone(), &key)?).await {
        Err(problem) if is_gone(&problem) => {
            let customer = create(call, account, Some(&known)).await?;
            // It is another request, which may not have the same key.
            let key = IdempotencyKey::of(action, &format!("{quote}:{customer}"));
            account.ask(&call.cx, request(customer, &key)?).await
        }
        answer => answer,
    }
}

/// Tells Stripe of the caller, whom it knew as `gone` before.
async fn create<P: Platform>(
    call: &Call<P>,
    account: &Account,
    gone: Option<&str>,
) -> Result<String, Problem> {
    let (cx, tenant, caller) = (&call.cx, &call.tenant, call.caller.account());
    let metadata = Metadata {
        tenant: Some(tenant.id.clone()),
        account: Some(caller.clone()),
        ..Metadata::default()
    };
    let new = customer::Create { metadata, email: None, name: None, locale: None };
    let id = gone.map_or_else(
        || format!("{}:{caller}", tenant.id),
        |gone| format!("{}:{caller}:{gone}", tenant.id),
    );
    let request = customer::create(&new, &IdempotencyKey::of("customer", &id));
    let made = account.ask(cx, request).await?.id;
    // Whose it is must be known before anything happens to it.
    cx.host.sql(&Shard::Directory).query(put_owner(&made, &tenant.id)).await?;
    let told = Told { tenant: &tenant.id, now: cx.now };
    let connected = account.connected.as_deref().unwrap_or_default();
    let put = told.put_customer(caller, account.livemode, connected, &made, gone);
    shop_of(cx, tenant).query(put).await?;
    Ok(made)
}
