//! What an account has the right to.

use super::right::State;
use crate::{
    app::{Call, Platform},
    features::{
        me::{Page, page_limit},
        shop::demo,
    },
    problem::Problem,
    respond::{self, param},
    store::{
        entitlement::{Entitlement, Entitlements, File},
        ledger::rows,
    },
};
use http::StatusCode;
use kernel::{EntitlementId, FieldError, ProductId, UnixMillis};
use ports::{Body, Host, Sql};
use serde::{Deserialize, Serialize};

/// How often something is used, and how often it may be.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Count {
    /// So often.
    pub used: i64,
    /// At most; `None` for as often as anybody likes.
    pub max: Option<i64>,
}

/// A right, as whoever has it sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Owned {
    pub id: EntitlementId,
    pub product: ProductId,
    /// What the product is called.
    pub name: String,
    pub state: State,
    pub granted_at_ms: i64,
    pub expires_at_ms: Option<i64>,
    /// Devices are counted only where there is a most.
    pub devices: Count,
    pub uses: Count,
    /// A text, or the address of one, that has to be accepted before anything is downloaded.
    pub licence: Option<String>,
    pub licensed_at_ms: Option<i64>,
    /// The files of the product, as they are now.
    pub assets: Vec<File>,
    /// Whether it is a subscription, which gives the right while it is paid for.
    #[serde(skip)]
    pub is_subscription: bool,
}

impl Owned {
    fn new(kept: Entitlement, now: UnixMillis) -> Self {
        Self {
            state: State::of(&kept.order_state, kept.expires_at_ms, now),
            id: kept.id,
            product: kept.product,
            name: kept.name,
            granted_at_ms: kept.granted_at_ms,
            expires_at_ms: kept.expires_at_ms,
            devices: Count { used: kept.devices, max: kept.device_max },
            uses: Count { used: kept.uses, max: kept.use_max },
            licence: kept.licence,
            licensed_at_ms: kept.licensed_at_ms,
            assets: kept.files,
            is_subscription: kept.kind.as_deref() == Some("subscription"),
        }
    }
}

impl<P: Platform> Call<P> {
    /// The statements of the caller's rights.
    pub(super) fn entitlements(&self) -> Entitlements<'_> {
        Entitlements { tenant: &self.tenant.id, account: self.caller.account() }
    }
}

/// A page of what the caller has the right to, as the query asks for it.
///
/// # Errors
/// A [`FieldError`] for a `limit` or a `cursor` that is none; [`Problem::Sql`].
pub async fn page<P: Platform>(call: &Call<P>) -> Result<Page<Owned>, Problem> {
    demo::stock(&call.cx, &call.tenant).await?;
    let limit = page_limit(&call.query)?;
    let before = respond::query(&call.query, "cursor");
    if before.is_some_and(|before| before.parse::<EntitlementId>().is_err()) {
        return Err(FieldError::new("cursor", "must be the `next` of an earlier page").into());
    }
    // One more than the page, to know whether there is another.
    let page = call.entitlements().page(before, limit + 1);
    let kept: Vec<Entitlement> = rows(&call.cx.host.sql(&call.tenant_shard()).query(page).await?)?;
    let more = kept.len() > limit as usize;
    let data: Vec<_> =
        kept.into_iter().take(limit as usize).map(|kept| Owned::new(kept, call.cx.now)).collect();
    let next = data.last().filter(|_| more).map(|last| last.id.as_str().to_owned());
    Ok(Page { data, next })
}

/// `GET /me/entitlements`
pub async fn list<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    Ok(respond::json(StatusCode::OK, &page(call).await?))
}

/// One of the rights that the caller has.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the caller's; [`Problem::Sql`].
pub async fn find<P: Platform>(call: &Call<P>, id: &EntitlementId) -> Result<Owned, Problem> {
    let found = call.cx.host.sql(&call.tenant_shard()).query(call.entitlements().get(id)).await?;
    let row = found.first().ok_or(Problem::NotFound)?;
    Ok(Owned::new(Entitlement::try_from(row)?, call.cx.now))
}

/// Accepts the licence of something that the caller has the right to. The first time counts.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the caller's; [`Problem::Sql`].
pub async fn accept<P: Platform>(call: &Call<P>, id: &EntitlementId) -> Result<Owned, Problem> {
    let owned = call.entitlements();
    let batch = vec![owned.accept(&[id.as_str()], call.cx.now), owned.get(id)];
    let results = call.cx.host.sql(&call.tenant_shard()).batch(batch).await?;
    let row = results.last().and_then(|rows| rows.first()).ok_or(Problem::NotFound)?;
    Ok(Owned::new(Entitlement::try_from(row)?, call.cx.now))
}

/// `POST /me/entitlements/{entitlement}/licence`
pub async fn accept_licence<P: Platform>(
    mut call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        accept: bool,
    }
    let id = param(&call.params, 0, "entitlement")?;
    let Wanted { accept: accepts } = respond::read(std::mem::take(&mut call.body)).await?;
    if !accepts {
        return Err(FieldError::new("accept", "must be true").into());
    }
    Ok(respond::json(StatusCode::OK, &accept(&call, &id).await?))
}
