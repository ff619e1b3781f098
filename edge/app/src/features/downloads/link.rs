//! Links to what was bought.

use super::{
    attempt::{Tried, limits},
    right::{Cause, Terms, choose},
    whom::Whom,
};
use crate::{
    app::{Call, Platform, entropy},
    features::shop::demo,
    problem::{DownloadProblem, Problem},
    respond,
    store::{
        download::{Attempt, NewGrant, read_attempts},
        entitlement::{Candidate, DEVICES_USED_UP},
        ledger::rows,
    },
};
use download::{DownloadToken, Permission, PermissionHash};
use http::StatusCode;
use kernel::{AssetId, EntitlementId, FieldError, GrantId, UnixMillis};
use pages::Refusal;
use ports::{Body, Host, Sql, SqlError};
use serde::{Deserialize, Serialize};

/// How long a link counts.
const TTL_MS: i64 = 15 * 60_000;
/// How often a link may be used, if nobody says, and at most.
const USES: u32 = 3;
const USES_MAX: u32 = 10;
/// Most files of a link.
const ASSETS_MAX: usize = 200;

/// A link that is wanted: to one file, or to several as an archive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Wanted {
    pub asset_id: Option<AssetId>,
    pub asset_ids: Option<Vec<AssetId>>,
    /// Which device it is, if that is known.
    pub device_id: Option<String>,
    /// Whether licences are accepted with this.
    pub accept_licence: bool,
    /// By which right, if that matters.
    pub entitlement_id: Option<EntitlementId>,
    /// How often it may be used.
    pub uses_max: Option<u32>,
}

/// A link.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The whole address.
    pub url: String,
    /// What stands in it.
    pub dl_token: String,
    pub expires_at_ms: UnixMillis,
    pub uses_max: u32,
    /// The proofs, in the order of the files.
    pub permission_hashes: Vec<Proof>,
}

/// The proof that a file may be had.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    pub asset_id: AssetId,
    pub entitlement_id: EntitlementId,
    /// The key that made it.
    pub kid: String,
    pub permission_hash: String,
}

impl Wanted {
    /// The files, each of them once.
    fn assets(&self) -> Result<Vec<AssetId>, FieldError> {
        match (&self.asset_id, &self.asset_ids) {
            (Some(asset), None) => Ok(vec![asset.clone()]),
            (None, Some(assets)) if (1..=ASSETS_MAX).contains(&assets.len()) => {
                for (index, asset) in assets.iter().enumerate() {
                    if assets.iter().take(index).any(|other| other == asset) {
                        let field = format!("assetIds[{index}]");
                        return Err(FieldError::new(field, "is in the list already"));
                    }
                }
                Ok(assets.clone())
            }
            (None, Some(_)) => {
                let message = format!("must have 1 to {ASSETS_MAX} entries");
                Err(FieldError::new("assetIds", message))
            }
            _ => Err(FieldError::new("assetId", "must be given, or `assetIds`, and not both")),
        }
    }

    fn uses(&self) -> Result<u32, FieldError> {
        let uses = self.uses_max.unwrap_or(USES);
        let message = || format!("must be between 1 and {USES_MAX}");
        let is_fine = (1..=USES_MAX).contains(&uses);
        is_fine.then_some(uses).ok_or_else(|| FieldError::new("usesMax", message()))
    }
}

/// `POST /downloads/link`
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let wanted: Wanted = respond::read(std::mem::take(&mut call.body)).await?;
    Ok(respond::json(StatusCode::CREATED, &make(&call, &wanted).await?))
}

/// Makes a link for the caller, in two round trips: one that looks, and one that writes.
///
/// # Errors
/// A [`FieldError`]; [`DownloadProblem::Refused`] and why; [`Problem::Sql`].
pub async fn make<P: Platform>(call: &Call<P>, wanted: &Wanted) -> Result<Link, Problem> {
    let (cx, account) = (&call.cx, call.caller.account());
    let keys = cx.settings.download_keys()?;
    let (assets, uses_max) = (wanted.assets()?, wanted.uses()?);
    demo::stock(cx, &call.tenant).await?;
    let device_id = wanted.device_id.as_deref();
    let whom = Whom::of(keys, account, call.client, &call.headers, device_id)?;
    let whose = whom.whose(cx, &call.tenant, account);
    let sql = cx.host.sql(&call.tenant_shard());
    let tried = Tried { sql: &sql, whose: &whose, grant: None, step: "link" };
    let limits = limits();
    let owned = call.entitlements();
    let looks = vec![whose.seen(None, &limits), owned.for_assets(&assets, &whom.device)];
    let found = sql.batch(looks).await?;
    let of = |index: usize| found.get(index).map_or(&[][..], Vec::as_slice);
    tried.judge(&read_attempts(of(0))?).await?;
    let candidates: Vec<Candidate> = rows(of(1))?;
    let entitlement = wanted.entitlement_id.as_ref();
    let terms = Terms { entitlement, accepts_licence: wanted.accept_licence };
    let chosen = match choose(&assets, &candidates, terms, cx.now) {
        Ok(chosen) => chosen,
        Err((asset, cause)) => return Err(tried.refuse(Some(&asset), cause).await),
    };
    let (id, expires_at) = (GrantId::generate(cx.now, entropy(&cx.host)), cx.now.plus_ms(TTL_MS));
    let parts: Vec<(AssetId, EntitlementId, PermissionHash)> = chosen
        .iter()
        .map(|right| {
            let (account, asset, entitlement) =
                (account.clone(), right.asset.clone(), right.id.clone());
            let permission = Permission { account, asset, entitlement, expires_at };
            (permission.asset.clone(), permission.entitlement.clone(), permission.hash(keys))
        })
        .collect();
    let rights: Vec<_> = chosen.iter().map(|right| right.id.as_str()).collect();
    let unlicensed = chosen.iter().filter(|right| !right.is_licensed);
    let unlicensed: Vec<_> = unlicensed.map(|right| right.id.as_str()).collect();
    let mut batch = Vec::new();
    if !unlicensed.is_empty() {
        batch.push(owned.accept(&unlicensed, cx.now));
    }
    if chosen.iter().any(|right| right.device_max.is_some()) {
        batch.push(owned.put_device(&rights, &whom.device, cx.now));
    }
    batch.extend(whose.insert_grant(&NewGrant { id: &id, uses_max, expires_at, parts: &parts }));
    let asset = assets.first().filter(|_| assets.len() == 1);
    let done = Attempt { grant: Some(&id), asset, step: "link", outcome: "granted" };
    batch.push(whose.note(done, &limits));
    if let Err(error) = sql.batch(batch).await {
        return Err(refused_by_schema(error, &tried, asset).await);
    }
    let token = DownloadToken {
        tenant: call.tenant.id.clone(),
        account: account.clone(),
        grant: id,
        expires_at,
    };
    let dl_token = token.seal(keys);
    let url = format!("{}/d/{dl_token}", call.origin);
    let permission_hashes = parts.into_iter().map(|(asset_id, entitlement_id, proof)| {
        let PermissionHash { kid, hex: permission_hash } = proof;
        Proof { asset_id, entitlement_id, kid, permission_hash }
    });
    let permission_hashes = permission_hashes.collect();
    Ok(Link { url, dl_token, expires_at_ms: expires_at, uses_max, permission_hashes })
}

/// Another device was quicker.
async fn refused_by_schema<S: Sql>(
    error: SqlError,
    tried: &Tried<'_, S>,
    asset: Option<&AssetId>,
) -> Problem {
    if error.is_constraint(DEVICES_USED_UP) {
        return tried.refuse(asset, Cause::Refused(Refusal::DeviceLimit)).await;
    }
    error.into()
}

impl From<Cause> for DownloadProblem {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Refused(refusal) => Self::Refused(refusal, None),
            Cause::NotReady => Self::NotReady,
        }
    }
}
