//! `/products`, which people know as My Products: what somebody has the right to, how it is
//! downloaded, and what they subscribe to.

use super::{orders::currency_of, words::money};
use crate::{
    app::{Platform, Visit},
    features::{
        downloads::{
            entitlements::{self, Count, Owned},
            link::{self, Wanted},
            right::State,
        },
        me::Page,
        metering::status,
        pages::html::Frame,
    },
    problem::Problem,
    respond::{self, param},
    store::{entitlement::File, usage},
};
use ::usage::Period;
use download::Store;
use futures::join;
use http::StatusCode;
use kernel::EntitlementId;
use pages::{
    Asset, Entitlement, EntitlementState, Interval, Licence, Locale, Notice, ProductKind,
    ProductsView, Subscription, SubscriptionState, Window,
};
use ports::Body;

/// Longest ending of a file's name that people know a kind of file by.
const FORMAT_LEN_MAX: usize = 5;
/// From so long a period on something is paid by the year.
const YEARLY_MS: i64 = 180 * 86_400_000;

/// `GET /products`
pub async fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    page(visit, None).await
}

/// The page; with what was to be downloaded without its licence, if anything was.
async fn page<P: Platform>(
    visit: &Visit<P>,
    missed: Option<Owned>,
) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let (owned, subscribed, has_portal) =
        join!(entitlements::page(&call), status::list(&call), status::has_portal(&call));
    let (Page { mut data, next }, subscribed, has_portal) = (owned?, subscribed?, has_portal?);
    let missed_id = missed.as_ref().map(|owned| owned.id.clone());
    // It may be of another page than the first.
    if let Some(missed) = missed.filter(|missed| data.iter().all(|owned| owned.id != missed.id)) {
        data.insert(0, missed);
    }
    let locale = visit.locale();
    let mut subscriptions: Vec<_> =
        subscribed.iter().map(|found| subscription(found, locale)).collect::<Result<_, _>>()?;
    subscriptions.sort_by_key(|found| found.state == SubscriptionState::Ended);
    let view = ProductsView {
        subscriptions,
        has_portal,
        entitlements: data.iter().map(|owned| entitlement(owned, missed_id.as_ref())).collect(),
        next: next.as_deref(),
        is_test: visit.is_test(),
    };
    let ends = forms(visit);
    let path = missed_id.is_some().then_some("/products");
    let frame = Frame { path, forms: Some(&ends).filter(|ends| !ends.is_empty()).map(|e| &**e) };
    visit.framed(&frame, |page| view.render(page))
}

/// Where the page's forms end beside here: at the portal, and at a store that sends files itself.
fn forms<P: Platform>(visit: &Visit<P>) -> String {
    let settings = &visit.cx.settings;
    let store = settings.store.as_ref().filter(|_| settings.redirects());
    let store = store.map(Store::origin);
    visit.portal_origin().into_iter().chain(store.as_deref()).collect::<Vec<_>>().join(" ")
}

fn entitlement<'a>(owned: &'a Owned, missed: Option<&EntitlementId>) -> Entitlement<'a> {
    let kind = if owned.is_subscription { ProductKind::Subscription } else { ProductKind::Digital };
    let licence = owned.licence.as_deref().map(|text| Licence {
        name: text,
        url: Some(text).filter(|text| text.starts_with("https://") || text.starts_with('/')),
        accepted_at_ms: owned.licensed_at_ms,
        is_missed: missed == Some(&owned.id),
    });
    Entitlement {
        id: owned.id.as_str(),
        product: if owned.name.is_empty() { owned.product.as_str() } else { &owned.name },
        kind,
        since_ms: owned.granted_at_ms,
        until_ms: owned.expires_at_ms,
        state: match owned.state {
            State::Active => EntitlementState::Active,
            State::Suspended => EntitlementState::Suspended,
            State::Refunded => EntitlementState::Refunded,
            State::Expired | State::Ended => EntitlementState::Expired,
        },
        assets: owned.assets.iter().map(asset).collect(),
        licence,
        devices: counted(owned.devices),
        downloads: counted(owned.uses),
        // They are in the wallet.
        tokens: None,
    }
}

fn counted(count: Count) -> Option<(u32, u32)> {
    let max = u32::try_from(count.max?).ok()?;
    Some((u32::try_from(count.used).unwrap_or(max), max))
}

fn asset(file: &File) -> Asset<'_> {
    Asset { id: file.id.as_str(), name: &file.file_name, format: format(file), bytes: file.size }
}

/// The ending of a file's name, if it is one that tells people something.
fn format(file: &File) -> &str {
    let ending = file.file_name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_known =
        ending.len() <= FORMAT_LEN_MAX && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_known { ending } else { "" }
}

fn subscription(found: &usage::Subscription, locale: Locale) -> Result<Subscription<'_>, Problem> {
    let state = subscription_state(&found.status, found.cancel_at_period_end);
    let price = match (found.unit_minor, &found.currency) {
        (Some(unit), Some(code)) => {
            let minor = unit.saturating_mul(found.quantity.max(1));
            money(minor, currency_of(&found.id, code)?, locale)
        }
        _ => String::new(),
    };
    let length_ms = found.billed.end.0.saturating_sub(found.billed.start.0);
    let interval = match found.interval.as_deref() {
        Some("year") => Interval::Years(1),
        None if length_ms >= YEARLY_MS => Interval::Years(1),
        _ => Interval::Months(1),
    };
    // Nobody has told when a subscription that is over ended, or until when one rests.
    let is_dated = !matches!(state, SubscriptionState::Ended | SubscriptionState::Paused);
    let is_counted = state != SubscriptionState::Ended;
    Ok(Subscription {
        product: found.name.as_deref().or(found.product.as_deref()).unwrap_or_default(),
        state,
        price,
        interval,
        quantity: u64::try_from(found.quantity).unwrap_or(0),
        until_ms: Some(found.billed.end.0).filter(|end| is_dated && *end > 0),
        windows: found.meters.iter().filter(|_| is_counted).map(|m| window(m, found)).collect(),
    })
}

/// How Stripe's `status` is told to people.
fn subscription_state(status: &str, is_ending: bool) -> SubscriptionState {
    match status {
        "active" | "trialing" if is_ending => SubscriptionState::Ending,
        "active" => SubscriptionState::Active,
        "trialing" => SubscriptionState::Trial,
        "past_due" | "unpaid" => SubscriptionState::PastDue,
        "incomplete" => SubscriptionState::Incomplete,
        "paused" => SubscriptionState::Paused,
        _ => SubscriptionState::Ended,
    }
}

fn window<'a>(metered: &'a usage::Metered, of: &usage::Subscription) -> Window<'a> {
    let billed = Some(of.billed.end.0).filter(|_| metered.period == Period::Billing);
    let of_plan = metered.used.saturating_sub(metered.extra_used);
    Window {
        unit: &metered.meter,
        used: u64::try_from(of_plan).unwrap_or(0),
        capacity: u64::try_from(metered.capacity).unwrap_or(0),
        extra: u64::try_from(metered.extra).unwrap_or(0),
        ends_at_ms: metered.end_ms.or(billed),
    }
}

/// `POST /products/{entitlement}/download`: one file, or all of them as an archive.
pub async fn download<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let id: EntitlementId = param(&visit.params, 0, "entitlement")?;
    let owned = entitlements::find(&call, &id).await?;
    let mut wanted = Wanted { entitlement_id: Some(id), ..Wanted::default() };
    let mut all = owned.assets.into_iter().map(|file| file.id);
    match visit.field("asset_id") {
        "" if all.len() > 1 => wanted.asset_ids = Some(all.collect()),
        "" => wanted.asset_id = Some(all.next().ok_or(Problem::NotFound)?),
        asset => wanted.asset_id = Some(asset.parse().map_err(|_| Problem::NotFound)?),
    }
    let link = link::make(&call, &wanted).await?;
    Ok(respond::see_other(&format!("/d/{}", link.dl_token)))
}

/// `POST /products/{entitlement}/licence`
pub async fn accept_licence<P: Platform>(
    visit: &Visit<P>,
) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let id: EntitlementId = param(&visit.params, 0, "entitlement")?;
    if visit.field("accept") == "yes" {
        entitlements::accept(&call, &id).await?;
        return Ok(visit.done("/products", Notice::LicenceAccepted));
    }
    let missed = entitlements::find(&call, &id).await?;
    let mut response = page(visit, Some(missed)).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// `POST /products/portal`
pub async fn portal<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let back = format!("{}/products", visit.origin);
    Ok(respond::see_other(&status::portal_url(&visit.call()?, &back).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_states_are_told_to_people() {
        for (status, is_ending, state) in [
            ("active", false, SubscriptionState::Active),
            ("active", true, SubscriptionState::Ending),
            ("trialing", false, SubscriptionState::Trial),
            ("past_due", true, SubscriptionState::PastDue),
            ("unpaid", false, SubscriptionState::PastDue),
            ("paused", false, SubscriptionState::Paused),
            ("canceled", true, SubscriptionState::Ended),
            ("incomplete_expired", false, SubscriptionState::Ended),
        ] {
            assert_eq!(subscription_state(status, is_ending), state, "{status}");
        }
    }
}
