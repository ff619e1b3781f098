//! `GET /admin/payments`: how a tenant is paid, and whether it can be.

use super::shop_of;
use crate::{
    app::{Call, Platform},
    payments::Account,
    problem::{Problem, ShopProblem},
    respond,
    store::{connected::Connected, ledger::rows, payment::Told},
};
use http::StatusCode;
use ports::{Body, Sql};
use serde::Serialize;

#[derive(Serialize)]
struct Payments {
    /// The connected account, if it is one that the tenant is paid by.
    account: Option<String>,
    /// As Stripe said last; nothing while it has said nothing.
    charges_enabled: Option<bool>,
    payouts_enabled: Option<bool>,
    requirements_due: Vec<String>,
    /// Whether money moves.
    livemode: bool,
    /// Whether anybody can pay.
    configured: bool,
}

/// `GET /admin/payments`
pub async fn show<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let account = match Account::of(&call.cx, &call.tenant) {
        Ok(account) => Some(account),
        Err(Problem::Shop(ShopProblem::NotConfigured)) => None,
        Err(problem) => return Err(problem),
    };
    let livemode = account.as_ref().is_some_and(|account| account.livemode);
    let configured = account.is_some();
    let id = account.and_then(|account| account.connected);
    let known = match &id {
        Some(id) => {
            let told = Told { tenant: &call.tenant.id, now: call.cx.now };
            let found = shop_of(&call.cx, &call.tenant).query(told.connected_get(id)).await?;
            rows::<Connected>(&found)?.pop()
        }
        None => None,
    };
    let Connected { charges_enabled, payouts_enabled, requirements } = known.unwrap_or_default();
    let payments = Payments {
        account: id,
        charges_enabled,
        payouts_enabled,
        requirements_due: requirements,
        livemode,
        configured,
    };
    Ok(respond::json(StatusCode::OK, &payments))
}
