//! `POST /webhooks/stripe`: what Stripe says.
//!
//! An event is acknowledged when it is recorded together with everything that follows from it, and
//! not before; Stripe sends it again otherwise.

use super::{apply::Applying, outbox, shop_of};
use crate::{
    app::{Cx, Platform},
    directory,
    payments::Account,
    problem::{Problem, ShopProblem},
    respond::{self, header_text},
    shopper::Shopper,
    store::{
        connected::Cause,
        payment::{self as store, Outcome, Told},
    },
};
use futures::FutureExt;
use http::StatusCode;
use kernel::TenantId;
use ports::{Body, Clock, Host, Shard, Sql, Tasks};
use serde_json::json;
use std::{collections::BTreeMap, rc::Rc};
use stripe::{Event, Fact, Kind, Metadata, Need, requests::retrieve, signature};
use tenant::Tenant;

/// `POST /webhooks/stripe`, `POST /stripe/webhook`
pub async fn receive<P: Platform>(
    mut visitor: Shopper<P>,
) -> Result<http::Response<Body>, Problem> {
    let body = std::mem::take(&mut visitor.body).collect(stripe::EVENT_LEN_MAX).await?;
    let (cx, tenant) = (&visitor.cx, &visitor.tenant);
    let header = header_text(&visitor.headers, "stripe-signature").unwrap_or_default();
    let signed_by = |account: &Account| {
        let secrets: Vec<_> =
            account.webhook_secrets.iter().map(|secret| secret.expose()).collect();
        signature::verify(&body, header, &secrets, cx.now)
    };
    // A tenant's own account speaks for that tenant alone, whatever its events say; the platform's
    // account speaks for all that are paid by way of it.
    let own = Account::of(cx, tenant)?;
    let account = match signed_by(&own) {
        Ok(()) => own,
        Err(error) if own.is_own => {
            let platform = Account::platform(cx).ok();
            let platform = platform.filter(|platform| signed_by(platform).is_ok());
            platform.ok_or(ShopProblem::Webhook(error))?
        }
        Err(error) => return Err(ShopProblem::Webhook(error).into()),
    };
    let event = Event::parse(&body).map_err(|error| ShopProblem::Event(error.to_string()))?;
    let known = account.is_own.then(|| tenant.clone());
    let whose = record(cx, &account, known, &event).await?;
    if let Some(tenant) = whose {
        let (cx, host) = (cx.clone(), cx.host.clone());
        let work = async move {
            outbox::deliver(&cx, &tenant).await;
        };
        host.tasks().after_response(work.boxed_local());
    }
    Ok(respond::json(StatusCode::OK, &json!({"received": true})))
}

/// Records an event with everything that follows from it, and says whose it is.
///
/// # Errors
/// What kept it from being recorded.
pub async fn record<P: Platform>(
    cx: &Cx<P>,
    account: &Account,
    known: Option<Rc<Tenant>>,
    event: &Event,
) -> Result<Option<Rc<Tenant>>, Problem> {
    let facts = facts(cx, account, event).await?;
    let tenant = match known {
        Some(tenant) => Some(tenant),
        None => whose(cx, account, event, &facts).await?,
    };
    let is_known = tenant.is_some();
    let tenant = tenant.unwrap_or_else(|| cx.settings.platform.clone());
    let outcome = match event.kind() {
        Kind::Unknown => Outcome::Unknown,
        _ if !is_known || event.livemode != account.livemode => Outcome::Ignored,
        _ => Outcome::Applied,
    };
    let told = Told { tenant: &tenant.id, now: cx.now };
    let mut batch = vec![told.event(event, outcome)];
    if outcome == Outcome::Applied {
        let rates = rates(cx, account, &facts).await?;
        let livemode = account.livemode;
        let cause = Cause { id: &event.id, created: event.created };
        let applying = Applying { tenant: &tenant.id, now: cx.now, cause, livemode, rates: &rates };
        batch.extend(applying.batch(&of_tenant(facts, &tenant.id)));
    }
    shop_of(cx, &tenant).batch(batch).await?;
    Ok(is_known.then_some(tenant))
}

/// What an event says, with what it alone cannot tell.
async fn facts<P: Platform>(
    cx: &Cx<P>,
    account: &Account,
    event: &Event,
) -> Result<Vec<Fact>, Problem> {
    let wrong = |error: kernel::FieldError| ShopProblem::Event(error.to_string());
    let mut facts = stripe::of_event(event).map_err(wrong)?;
    if event.need() != Need::Nothing
        && let Some(request) = event.refetch()
    {
        let asked_at = cx.host.clock().now();
        match account.ask(cx, request).await {
            Ok(object) => facts.extend(stripe::of_object(&object, asked_at).map_err(wrong)?),
            // It is gone: what the event says is all that will ever be known.
            Err(Problem::Shop(ShopProblem::Stripe(stripe::Error::Missing))) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(facts)
}

fn metadata(fact: &Fact) -> Option<&Metadata> {
    match fact {
        Fact::Session(session) => Some(&session.metadata),
        Fact::Payment(payment) => Some(&payment.metadata),
        Fact::Charge(charge) => Some(&charge.metadata),
        Fact::Refund(refund) => Some(&refund.metadata),
        Fact::Subscription(subscription) => Some(&subscription.metadata),
        Fact::Invoice(invoice) => Some(&invoice.metadata),
        Fact::Dispute(_) | Fact::Account(_) | Fact::CouldCharge(_) | Fact::Payout(_) => None,
    }
}

/// The facts without those that say that they are another tenant's.
fn of_tenant(mut facts: Vec<Fact>, tenant: &TenantId) -> Vec<Fact> {
    let said = |fact: &Fact| metadata(fact).and_then(|metadata| metadata.tenant.clone());
    facts.retain(|fact| said(fact).is_none_or(|other| other == *tenant));
    facts
}

/// The tenant that an event of the platform's secret is about: as its object says, or its customer or
/// its payment. What a connected account's objects say was written by whoever owns it, and so is
/// about the tenant that is paid by that account, whatever they say.
pub async fn whose<P: Platform>(
    cx: &Cx<P>,
    account: &Account,
    event: &Event,
    facts: &[Fact],
) -> Result<Option<Rc<Tenant>>, Problem> {
    if let Some(connected) = &event.account {
        return owner(cx, &[connected]).await;
    }
    let said = facts.iter().filter_map(metadata).find_map(|metadata| metadata.tenant.clone());
    if let Some(id) = said {
        return directory::by_id(cx, &id).await;
    }
    let mut ids: Vec<String> = facts.iter().filter_map(customer).collect();
    if ids.is_empty()
        && let Some(payment) = event.payment_intent()
        && let Ok(request) = retrieve::payment_intent(&payment)
    {
        match account.ask(cx, request).await {
            Ok(intent) => {
                if let Some(id) = &intent.metadata.tenant {
                    return directory::by_id(cx, id).await;
                }
                ids.extend(intent.customer.map(|customer| customer.id));
            }
            Err(Problem::Shop(ShopProblem::Stripe(stripe::Error::Missing))) => {}
            Err(problem) => return Err(problem),
        }
    }
    owner(cx, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await
}

/// The tenant of one of these objects of Stripe's.
async fn owner<P: Platform>(cx: &Cx<P>, ids: &[&str]) -> Result<Option<Rc<Tenant>>, Problem> {
    if ids.is_empty() {
        return Ok(None);
    }
    let found = cx.host.sql(&Shard::Directory).query(store::owner(ids)).await?;
    let Some(row) = found.first() else { return Ok(None) };
    match row.text(0)?.parse() {
        Ok(id) => directory::by_id(cx, &id).await,
        Err(_) => Ok(None),
    }
}

fn customer(fact: &Fact) -> Option<String> {
    match fact {
        Fact::Session(session) => session.customer.clone(),
        Fact::Payment(payment) => payment.customer.clone(),
        Fact::Subscription(subscription) => subscription.customer.clone(),
        Fact::Invoice(invoice) => invoice.customer.clone(),
        _ => None,
    }
}

/// Names and percentages of the taxes that invoices name by an id only. Without them an invoice says
/// less, and is not the worse recorded for it.
async fn rates<P: Platform>(
    cx: &Cx<P>,
    account: &Account,
    facts: &[Fact],
) -> Result<BTreeMap<String, stripe::object::TaxRate>, Problem> {
    let invoices = facts.iter().filter_map(|fact| match fact {
        Fact::Invoice(invoice) => Some(invoice),
        _ => None,
    });
    let taxes = invoices.flat_map(|invoice| invoice.lines.iter().flat_map(|line| &line.taxes));
    let mut rates = BTreeMap::new();
    for id in taxes.filter_map(|tax| tax.rate.as_ref()) {
        if rates.contains_key(id) || rates.len() >= RATES_MAX {
            continue;
        }
        if let Ok(request) = retrieve::tax_rate(id)
            && let Ok(rate) = account.ask(cx, request).await
        {
            rates.insert(id.clone(), rate);
        }
    }
    Ok(rates)
}

/// Most tax rates that are asked for at once.
const RATES_MAX: usize = 10;
