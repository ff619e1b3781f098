//! Malware scans: a scanner is told of each file that has come, and tells what it has found.

use crate::{
    app::{Call, Platform},
    guard, outbound,
    problem::{DownloadProblem, Problem},
    respond::{self, param},
    shopper::Shopper,
    store::asset::{self, Asset, Status},
};
use bytes::Bytes;
use download::Validity;
use http::{HeaderValue, StatusCode, header};
use kernel::AssetId;
use ports::{Blob, Body, Host, Sql};
use serde::Deserialize;
use serde_json::json;

/// How long the scanner may take to fetch the file.
const SIGNED_FOR_S: u32 = 3_600;
/// Most bytes of the scanner's answer, in which nothing is looked for.
const ANSWER_LEN_MAX: usize = 64 * 1024;

/// Tells the scanner of a file. It fetches it at the store, or here with the internal key.
///
/// # Errors
/// [`DownloadProblem::Scanner`].
pub async fn ask<P: Platform>(call: &Call<P>, asset: &Asset) -> Result<(), Problem> {
    let Some(scanner) = &call.cx.settings.scan_url else { return Ok(()) };
    let url = match &call.cx.settings.store {
        Some(store) => {
            let validity = Validity { now: call.cx.now, valid_s: SIGNED_FOR_S };
            store.get(&asset.blob_key, &asset.file_name, validity)?.url
        }
        None => format!("{}/internal/scans/{}", call.origin, asset.id),
    };
    let lost = |cause: String| Problem::from(DownloadProblem::Scanner(cause));
    let body = json!({ "asset": asset.id, "url": url }).to_string();
    let request = http::Request::post(scanner).header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body)).map_err(|e| lost(e.to_string()))?;
    let answer: http::Response<Bytes> =
        outbound::ask(&call.cx, request, ANSWER_LEN_MAX).await.map_err(lost)?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(lost(format!("answered {status}"))),
    }
}

async fn find<P: Platform>(machine: &Shopper<P>) -> Result<Asset, Problem> {
    guard::check_internal(&machine.cx.settings, &machine.headers)?;
    let id: AssetId = param(&machine.params, 0, "asset")?;
    let get = asset::get(&machine.tenant.id, &id);
    let found = machine.cx.host.sql(&machine.shard()).query(get).await?;
    found.first().map(Asset::try_from).transpose()?.ok_or(Problem::NotFound)
}

/// `GET /internal/scans/{asset}`: the file, for the scanner.
pub async fn file<P: Platform>(machine: &Shopper<P>) -> Result<http::Response<Body>, Problem> {
    let asset = find(machine).await?;
    let lost = |cause: String| DownloadProblem::Store(cause);
    let object = machine.cx.host.blob().get(&asset.blob_key, None).await;
    let object = object.map_err(|e| lost(e.to_string()))?.ok_or(Problem::NotFound)?;
    let mut response = http::Response::new(object.body);
    let headers = response.headers_mut();
    let opaque = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, opaque);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(object.len));
    Ok(response)
}

/// `POST /internal/scans/{asset}`: what the scanner has found. That a file is harmful counts at any
/// time, and is never taken back.
pub async fn verdict<P: Platform>(
    mut machine: Shopper<P>,
) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Verdict {
        Clean,
        Infected,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Told {
        verdict: Verdict,
    }
    let asset = find(&machine).await?;
    let Told { verdict } = respond::read(std::mem::take(&mut machine.body)).await?;
    let (from, to): (&[Status], _) = match verdict {
        Verdict::Clean => (&[Status::Scanning], Status::Ready),
        Verdict::Infected => (&[Status::Scanning, Status::Ready], Status::Quarantined),
    };
    let tenant = &machine.tenant.id;
    let batch = vec![
        asset::move_on(tenant, &asset.id, from, to, machine.cx.now),
        asset::get(tenant, &asset.id),
    ];
    let results = machine.cx.host.sql(&machine.shard()).batch(batch).await?;
    let row = results.last().and_then(|rows| rows.first()).ok_or(Problem::NotFound)?;
    let asset = Asset::try_from(row)?;
    if asset.status != to {
        return Err(DownloadProblem::NotAwaited.into());
    }
    Ok(respond::json(StatusCode::OK, &asset))
}
