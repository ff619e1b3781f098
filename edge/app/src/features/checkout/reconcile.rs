//! Making up for what was missed: `POST /internal/reconcile`, and the cron job.
//!
//! Stripe keeps its events for thirty days. Those of the last days are listed, and what is not
//! recorded is; orders whose time to pay is over are looked at; messages are sent that wait.

use super::{outbox, release, shop_of, webhook};
use crate::{
    app::{Cx, Platform},
    features::admin,
    guard,
    payments::Account,
    problem::{Problem, ShopProblem},
    respond,
    shopper::Shopper,
    store::{order::Orders, payment::Told},
};
use http::StatusCode;
use kernel::UnixMillis;
use ports::{Body, Sql};
use serde::Serialize;
use std::rc::Rc;
use stripe::{Event, Object, requests::events};
use tenant::{App, Tenant};

/// How far back events are listed.
const SINCE_MS: i64 = 3 * 86_400_000;
/// Most pages of a hundred events in a run.
const PAGES_MAX: usize = 30;
/// How long an order is left alone after its time to pay.
const GRACE_MS: i64 = 5 * 60_000;
/// Most orders that are looked at in a run.
const ORDERS_MAX: u32 = 100;
/// Most tenants of a run.
const TENANTS_MAX: u32 = 100;

/// What a run has come to.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Tenants that were looked at.
    pub tenants: u32,
    /// Events that Stripe has listed.
    pub events: u32,
    /// Those of them that had been missed.
    pub repaired: u32,
    /// Orders that were looked at because nothing was heard of them.
    pub orders: u32,
    /// Messages that were heard.
    pub messages: u32,
    /// What could not be done, in words for the log; it is tried again by the next run.
    pub problems: Vec<String>,
}

/// `POST /internal/reconcile`: on the operators' host for everybody, elsewhere for that tenant.
pub async fn run<P: Platform>(visitor: Shopper<P>) -> Result<http::Response<Body>, Problem> {
    guard::check_internal(&visitor.cx.settings, &visitor.headers)?;
    let report = if visitor.tenant.app == App::Platform {
        everything(&visitor.cx).await?
    } else {
        let mut report = Report::default();
        events(
            &visitor.cx,
            &Account::of(&visitor.cx, &visitor.tenant)?,
            Some(&visitor.tenant),
            &mut report,
        )
        .await;
        tenant(&visitor.cx, &visitor.tenant, &mut report).await;
        report
    };
    Ok(respond::json(StatusCode::OK, &report))
}

/// Looks after every tenant.
///
/// # Errors
/// What kept us from knowing the tenants.
pub async fn everything<P: Platform>(cx: &Cx<P>) -> Result<Report, Problem> {
    let mut report = Report::default();
    let (stored, _) = admin::tenants(cx, None, TENANTS_MAX).await?;
    let stored = stored.into_iter().map(|(tenant, _)| Rc::new(tenant));
    let tenants: Vec<_> = cx.settings.demo_tenants.iter().cloned().chain(stored).collect();
    if let Ok(platform) = Account::platform(cx) {
        events(cx, &platform, None, &mut report).await;
    }
    for one in &tenants {
        let own = one
            .payments
            .as_ref()
            .is_some_and(|payments| payments.secret_key.is_some() || payments.account.is_some());
        if own && let Ok(account) = Account::of(cx, one) {
            events(cx, &account, Some(one), &mut report).await;
        }
        tenant(cx, one, &mut report).await;
    }
    Ok(report)
}

/// Records the events of an account that were missed, the oldest first.
async fn events<P: Platform>(
    cx: &Cx<P>,
    account: &Account,
    whose: Option<&Rc<Tenant>>,
    report: &mut Report,
) {
    let mut missed = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let listed = match events::list(cx.now.plus_ms(-SINCE_MS), after.as_deref()) {
            Ok(request) => account.ask(cx, request).await,
            Err(error) => Err(error.into()),
        };
        let page = match listed {
            Ok(page) => page,
            Err(problem) => return note(report, &problem),
        };
        report.events = report.events.saturating_add(u32::try_from(page.data.len()).unwrap_or(0));
        after = page.data.last().map(|event| event.id.clone());
        missed.extend(page.data);
        if !page.has_more || after.is_none() {
            break;
        }
    }
    // The platform's account tells of everybody.
    let known = whose.filter(|_| account.is_own || account.connected.is_some());
    for event in missed.iter().rev() {
        match is_known(cx, account, known, event).await {
            Ok(true) => {}
            Ok(false) => match webhook::record(cx, account, known.cloned(), event).await {
                Ok(_) => report.repaired += 1,
                Err(problem) => note(report, &problem),
            },
            Err(problem) => note(report, &problem),
        }
    }
}

/// Whether an event was recorded, where it would be.
async fn is_known<P: Platform>(
    cx: &Cx<P>,
    account: &Account,
    known: Option<&Rc<Tenant>>,
    event: &Event,
) -> Result<bool, Problem> {
    let tenant = match known {
        Some(tenant) => Some(tenant.clone()),
        None => {
            // Only whose it is counts here, and that does not change.
            let object = event.object().unwrap_or(Object::Other);
            let facts = stripe::of_object(&object, UnixMillis(0)).unwrap_or_default();
            webhook::whose(cx, account, event, &facts).await?
        }
    };
    let tenant = tenant.unwrap_or_else(|| cx.settings.platform.clone());
    let told = Told { tenant: &tenant.id, now: cx.now };
    Ok(!shop_of(cx, &tenant).query(told.known(&[&event.id])).await?.is_empty())
}

/// Looks after one tenant's orders and messages.
async fn tenant<P: Platform>(cx: &Cx<P>, tenant: &Tenant, report: &mut Report) {
    report.tenants += 1;
    if let Err(problem) = forgotten(cx, tenant, report).await {
        note(report, &problem);
    }
    report.messages += outbox::deliver(cx, tenant).await;
}

/// Asks what has become of orders of which nothing was heard.
async fn forgotten<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    report: &mut Report,
) -> Result<(), Problem> {
    let (sql, orders) = (shop_of(cx, tenant), Orders { tenant: &tenant.id });
    let since = cx.now.plus_ms(-GRACE_MS);
    let mut batch: Vec<_> = orders.cancel_forgotten(since).into();
    batch.extend(orders.follow_up(cx.request_id.as_str(), cx.now));
    batch.push(orders.forgotten(since, ORDERS_MAX));
    let found = sql.batch(batch).await?.pop().unwrap_or_default();
    if found.is_empty() {
        return Ok(());
    }
    let account = Account::of(cx, tenant)?;
    for row in &found {
        report.orders += 1;
        // One that cannot be asked about is not in the way of the others.
        if let Err(problem) = release::release(cx, tenant, &account, &row.try_into()?).await {
            note(report, &problem);
        }
    }
    Ok(())
}

fn note(report: &mut Report, problem: &Problem) {
    let told = problem.told().code;
    if !matches!(problem, Problem::Shop(ShopProblem::NotConfigured)) {
        log::warn!("reconcile: {told}: {}", problem.cause().unwrap_or_default());
        report.problems.push(told.to_owned());
    }
}
