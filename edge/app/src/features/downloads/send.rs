//! One file, as it is sent: as a stream from the store, or by telling the browser where it is.

use super::zip;
use crate::{
    app::{Cx, Platform},
    problem::{DownloadProblem, Problem},
    respond::{self, header_text},
    store::download::{Opened, PartFile},
};
use download::{Conditions, Plan, Validity, content_disposition, quote_etag};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ports::{Blob, BlobObject, Body, ByteRange, Host};

/// How long a browser may take to follow to the store.
const SIGNED_FOR_S: u32 = 300;

/// What a request asks for.
pub struct Asked<'a>(Conditions<'a>);

impl<'a> Asked<'a> {
    /// Reads a request. What is known only by its tag is asked at the store, where the file is
    /// fetched from there: it has other tags.
    pub fn of(headers: &'a HeaderMap, is_head: bool, redirects: bool) -> Self {
        let text = |name: HeaderName| header_text(headers, name.as_str());
        let tag = |name: HeaderName| if redirects { None } else { text(name) };
        Self(Conditions {
            range: if is_head { None } else { text(header::RANGE) },
            if_range: tag(header::IF_RANGE),
            if_none_match: tag(header::IF_NONE_MATCH),
        })
    }

    /// Which part of a file that is.
    pub fn plan(&self, file: &PartFile) -> Plan {
        Plan::of(&self.0, &file.sha256, file.size)
    }
}

impl Opened {
    /// The file, where it is one and not an archive of several.
    pub fn single(&self) -> Option<&PartFile> {
        match self.parts.as_slice() {
            [part] => part.file.as_ref(),
            _ => None,
        }
    }
}

/// Adds headers; what cannot be one is left out.
pub fn add(headers: &mut HeaderMap, all: impl IntoIterator<Item = (HeaderName, String)>) {
    for (name, value) in all {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}

/// The headers that every download has. Nobody between may keep it.
pub fn dress(headers: &mut HeaderMap, name: &str, content_type: &str) {
    add(
        headers,
        [
            (header::CONTENT_DISPOSITION, content_disposition(name)),
            (header::CONTENT_TYPE, content_type.to_owned()),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
        ],
    );
}

fn planned(file: &PartFile, plan: Plan) -> http::Response<Body> {
    let status = StatusCode::from_u16(plan.status()).unwrap_or(StatusCode::OK);
    let mut response = respond::empty(status);
    let headers = response.headers_mut();
    dress(headers, &file.name, &file.content_type);
    let content_range = plan.content_range(file.size);
    add(
        headers,
        [(header::ETAG, quote_etag(&file.sha256)), (header::ACCEPT_RANGES, "bytes".to_owned())]
            .into_iter()
            .chain(content_range.map(|range| (header::CONTENT_RANGE, range))),
    );
    if matches!(plan, Plan::Whole | Plan::Part { .. }) {
        let len = plan.len(file.size).to_string();
        add(response.headers_mut(), [(header::CONTENT_LENGTH, len)]);
    }
    response
}

/// What is said without a byte of the file: 304 or 416.
pub fn without_body(opened: &Opened, plan: Option<Plan>) -> http::Response<Body> {
    match (opened.single(), plan) {
        (Some(file), Some(plan)) => planned(file, plan),
        _ => respond::empty(StatusCode::OK),
    }
}

/// What is said to `HEAD`.
///
/// # Errors
/// [`DownloadProblem::Store`] for an archive that cannot be made.
pub fn head(opened: &Opened, plan: Option<Plan>) -> Result<http::Response<Body>, Problem> {
    match (opened.single(), plan) {
        (Some(file), Some(plan)) => Ok(planned(file, plan)),
        _ => zip::head(opened),
    }
}

/// Sends the browser to the store, with an address that counts for minutes.
///
/// # Errors
/// [`DownloadProblem::Store`].
pub fn elsewhere<P: Platform>(
    cx: &Cx<P>,
    file: &PartFile,
) -> Result<http::Response<Body>, Problem> {
    let lost = |cause: String| DownloadProblem::Store(cause);
    let store = cx.settings.store.as_ref().ok_or_else(|| lost("is not set".to_owned()))?;
    let validity = Validity { now: cx.now, valid_s: SIGNED_FOR_S };
    let signed = store.get(&file.blob_key, &file.name, validity);
    let signed = signed.map_err(|e| lost(e.to_string()))?;
    let mut response = respond::empty(StatusCode::FOUND);
    add(
        response.headers_mut(),
        [
            (header::LOCATION, signed.url),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
            (header::REFERRER_POLICY, "no-referrer".to_owned()),
        ],
    );
    Ok(response)
}

/// Sends a file or a part of it through.
///
/// # Errors
/// [`DownloadProblem::Store`].
pub async fn stream(
    host: &impl Host,
    file: &PartFile,
    plan: Plan,
) -> Result<http::Response<Body>, Problem> {
    let range = match plan {
        Plan::Part { start, len } => {
            Some(ByteRange::FromTo(start, start.saturating_add(len).saturating_sub(1)))
        }
        Plan::Whole | Plan::NotModified | Plan::Unsatisfiable => None,
    };
    let object = open(host, file, range).await?;
    let mut response = planned(file, plan);
    *response.body_mut() = object.body;
    Ok(response)
}

/// A file in the store, or a part of it, if it is the one that was put there.
///
/// # Errors
/// [`DownloadProblem::Store`].
pub async fn open(
    host: &impl Host,
    file: &PartFile,
    range: Option<ByteRange>,
) -> Result<BlobObject, DownloadProblem> {
    let key = &file.blob_key;
    let object = host.blob().get(key, range).await;
    let object = object.map_err(|e| DownloadProblem::Store(format!("{key}: {e}")))?;
    let lost = |what: &str| DownloadProblem::Store(format!("{key} {what}"));
    let object = object.ok_or_else(|| lost("is not there"))?;
    if object.meta.size == file.size { Ok(object) } else { Err(lost("has another length")) }
}
