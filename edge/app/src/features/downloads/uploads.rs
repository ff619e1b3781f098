//! Files on their way in.
//!
//! A file is announced with its type, length and SHA-256, then put where it is told, then completed:
//! only what is exactly what was announced becomes ready. The store takes it from the browser
//! itself, by a signed address; where there is no such store, it comes through here, and may not be
//! so large.

use super::scans;
use crate::{
    app::{Call, Platform, entropy},
    features::me::{Page, page_limit},
    outbound,
    problem::{DownloadProblem, Problem},
    respond::{self, param},
    store::{
        asset::{self, Asset, NewAsset, Status},
        ledger::rows,
    },
};
use download::{Incomplete, Store, Stored, Upload, UploadRequest, Validity};
use http::StatusCode;
use kernel::{AssetId, FieldError, TenantId, UnixMillis};
use ports::{Blob, Body, BodyError, ByteRange, Host, Sql};
use serde::Serialize;
use std::collections::BTreeMap;

/// Largest file that comes through here, since it is held in memory: 32 MiB.
const THROUGH_LEN_MAX: usize = 32 * 1024 * 1024;
/// How long a signed address counts. An upload that has begun may take longer.
const SIGNED_FOR_S: u32 = 3_600;
/// How long the address counts by which we ask ourselves.
const ASKED_FOR_S: u32 = 60;
/// Most bytes that the store may answer when it is asked what it has.
const ANSWER_LEN_MAX: usize = 64 * 1024;
/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "ast_~";

/// Where an announced file is to be put.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    asset_id: AssetId,
    method: &'static str,
    url: String,
    /// Headers that have to be sent with it.
    headers: BTreeMap<&'static str, String>,
    /// Until when; `None` where whoever announced it has to be known there too.
    expires_at_ms: Option<UnixMillis>,
}

/// Where a file is in the store.
pub fn blob_key(tenant: &TenantId, asset: &AssetId) -> String {
    format!("assets/{tenant}/{asset}")
}

/// What was announced.
fn announced(asset: &Asset) -> Result<Upload, FieldError> {
    let Asset { file_name, content_type, size, checksum, .. } = asset.clone();
    UploadRequest { file_name, content_type, size, checksum }.check()
}

/// `POST /upload/url`
///
/// The same file announced twice is awaited once.
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let wanted: UploadRequest = respond::read(std::mem::take(&mut call.body)).await?;
    let upload = wanted.check()?;
    let store = call.cx.settings.store.as_ref();
    if store.is_none() && upload.size() > THROUGH_LEN_MAX as u64 {
        let message = format!("must be at most {THROUGH_LEN_MAX} bytes where no S3 store is set");
        return Err(FieldError::new("size", message).into());
    }
    let tenant = &call.tenant.id;
    let id = AssetId::generate(call.cx.now, entropy(&call.cx.host));
    let by = call.caller.account().as_str();
    let new = NewAsset { id: &id, blob_key: &blob_key(tenant, &id), upload: &upload, by };
    let batch = vec![asset::insert(tenant, &new, call.cx.now), asset::awaited(tenant, &upload)];
    let results = call.cx.host.sql(&call.tenant_shard()).batch(batch).await?;
    let row = results.last().and_then(|rows| rows.first()).ok_or(Problem::NotFound)?;
    let asset = Asset::try_from(row)?;
    let place = match store {
        Some(store) => signed_place(store, &asset, &upload, call.cx.now)?,
        None => Place {
            url: format!("{}/upload/{}", call.origin, asset.id),
            asset_id: asset.id,
            method: "PUT",
            headers: [("content-type", upload.content_type().to_owned())].into(),
            expires_at_ms: None,
        },
    };
    Ok(respond::json(StatusCode::CREATED, &place))
}

fn signed_place(
    store: &Store,
    asset: &Asset,
    upload: &Upload,
    now: UnixMillis,
) -> Result<Place, Problem> {
    let validity = Validity { now, valid_s: SIGNED_FOR_S };
    let signed = store.put(&asset.blob_key, upload, validity)?;
    Ok(Place {
        asset_id: asset.id.clone(),
        method: signed.method,
        url: signed.url,
        headers: signed.headers.into_iter().collect(),
        expires_at_ms: Some(now.plus_ms(i64::from(SIGNED_FOR_S) * 1_000)),
    })
}

impl<P: Platform> Call<P> {
    async fn asset(&self) -> Result<Asset, Problem> {
        let id: AssetId = param(&self.params, 0, "asset")?;
        let get = asset::get(&self.tenant.id, &id);
        let found = self.cx.host.sql(&self.tenant_shard()).query(get).await?;
        let found = found.first().map(Asset::try_from).transpose()?;
        found.ok_or(Problem::NotFound)
    }
}

/// `PUT /upload/{asset}`
///
/// Takes the file itself. Nothing is stored but what was announced, so that a second try does no
/// harm.
pub async fn put<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let asset = call.asset().await?;
    if asset.status != Status::Pending || call.cx.settings.store.is_some() {
        return Err(DownloadProblem::NotAwaited.into());
    }
    let upload = announced(&asset)?;
    // Of a body that is longer, no more is read than shows it.
    let len_max =
        usize::try_from(upload.size()).map_or(THROUGH_LEN_MAX, |len| len.min(THROUGH_LEN_MAX));
    let bytes = match std::mem::take(&mut call.body).collect(len_max).await {
        Err(BodyError::TooLarge { .. }) => {
            Err(DownloadProblem::NotAsAnnounced(Incomplete::Size).into())
        }
        read => read.map_err(Problem::from),
    }?;
    upload.check(&bytes).map_err(DownloadProblem::NotAsAnnounced)?;
    let put = call.cx.host.blob().put(&asset.blob_key, bytes, upload.content_type()).await;
    put.map_err(|e| DownloadProblem::Store(e.to_string()))?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

/// `POST /upload/{asset}/complete`
///
/// Sent again, it answers as before; a scanner that has not answered is asked again.
pub async fn complete<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let mut asset = call.asset().await?;
    if asset.status == Status::Pending {
        let upload = announced(&asset)?;
        match &call.cx.settings.store {
            Some(store) => check_stored(&call, store, &asset, &upload).await?,
            None => check_kept(&call, &asset, &upload).await?,
        }
        let to = match call.cx.settings.scan_url {
            Some(_) => Status::Scanning,
            None => Status::Ready,
        };
        asset = move_on(&call, &asset.id, &[Status::Pending], to).await?;
    }
    if asset.status == Status::Scanning {
        scans::ask(&call, &asset).await?;
    }
    Ok(respond::json(StatusCode::OK, &asset))
}

/// Moves a file on, and tells how it stands then.
async fn move_on<P: Platform>(
    call: &Call<P>,
    id: &AssetId,
    from: &[Status],
    to: Status,
) -> Result<Asset, Problem> {
    let tenant = &call.tenant.id;
    let batch = vec![asset::move_on(tenant, id, from, to, call.cx.now), asset::get(tenant, id)];
    let results = call.cx.host.sql(&call.tenant_shard()).batch(batch).await?;
    let row = results.last().and_then(|rows| rows.first()).ok_or(Problem::NotFound)?;
    Ok(Asset::try_from(row)?)
}

/// Asks the store what it has.
async fn check_stored<P: Platform>(
    call: &Call<P>,
    store: &Store,
    asset: &Asset,
    upload: &Upload,
) -> Result<(), Problem> {
    let validity = Validity { now: call.cx.now, valid_s: ASKED_FOR_S };
    let signed = store.head(&asset.blob_key, validity)?;
    let lost = |cause: String| Problem::from(DownloadProblem::Store(cause));
    let mut request = http::Request::builder().method(signed.method).uri(&signed.url);
    for (name, value) in &signed.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Body::empty()).map_err(|e| lost(e.to_string()))?;
    let answer = outbound::ask(&call.cx, request, ANSWER_LEN_MAX).await.map_err(lost)?;
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Err(DownloadProblem::NotUploaded.into()),
        status => return Err(lost(format!("HEAD answered {status}"))),
    }
    let stored = Stored::read(|name| respond::header_text(answer.headers(), name));
    let stored = stored.ok_or_else(|| lost("HEAD told no length".to_owned()))?;
    stored.check(upload).map_err(|e| DownloadProblem::NotAsAnnounced(e).into())
}

/// Looks whether the file has come through here, which takes nothing that was not announced.
async fn check_kept<P: Platform>(
    call: &Call<P>,
    asset: &Asset,
    upload: &Upload,
) -> Result<(), Problem> {
    let first = Some(ByteRange::FromTo(0, 0));
    let kept = call.cx.host.blob().get(&asset.blob_key, first).await;
    let kept = kept.map_err(|e| DownloadProblem::Store(e.to_string()))?;
    let meta = kept.ok_or(DownloadProblem::NotUploaded)?.meta;
    if meta.size != upload.size() {
        return Err(DownloadProblem::NotAsAnnounced(Incomplete::Size).into());
    }
    Ok(())
}

/// `GET /admin/assets`
pub async fn list<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let limit = page_limit(&call.query)?;
    let before = respond::query(&call.query, "cursor");
    if before.is_some_and(|before| before.parse::<AssetId>().is_err()) {
        return Err(FieldError::new("cursor", "must be the `next` of an earlier page").into());
    }
    let page = asset::page(&call.tenant.id, before.unwrap_or(AFTER_ALL_IDS), limit + 1);
    let mut data: Vec<Asset> = rows(&call.cx.host.sql(&call.tenant_shard()).query(page).await?)?;
    let more = data.len() > limit as usize;
    data.truncate(limit as usize);
    let next = data.last().filter(|_| more).map(|last| last.id.as_str().to_owned());
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}
