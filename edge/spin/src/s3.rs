//! Large values in an S3-compatible store, by presigned requests.

use crate::{host::Variables, http_client::Outbound};
use bytes::Bytes;
use http::{Method, StatusCode, header};
use ports::{BlobError, BlobMeta, BlobObject, Body, ByteRange, Http, Secrets};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::time::Duration;

/// How long a signature counts. It is used at once.
const SIGNED_FOR: Duration = Duration::from_secs(60);

/// A bucket and what opens it.
pub struct S3 {
    bucket: Bucket,
    credentials: Credentials,
}

fn unavailable(cause: impl ToString) -> BlobError {
    BlobError::Unavailable(cause.to_string())
}

impl S3 {
    /// The store that the variables name: `S3_ENDPOINT`, `S3_BUCKET`, `S3_REGION`,
    /// `S3_ACCESS_KEY_ID`, `S3_SECRET_ACCESS_KEY`. `None` without an endpoint.
    ///
    /// # Errors
    /// [`BlobError::Unavailable`] when one of the others is missing.
    pub async fn configured() -> Result<Option<Self>, BlobError> {
        let Some(endpoint) = Variables.get("S3_ENDPOINT").await else { return Ok(None) };
        let read = async |name: &str| {
            let value = Variables.get(name).await;
            value.ok_or_else(|| unavailable(format!("{name} is not set")))
        };
        let url =
            endpoint.expose().parse().map_err(|e| unavailable(format!("S3_ENDPOINT: {e}")))?;
        let (name, region) = (read("S3_BUCKET").await?, read("S3_REGION").await?);
        let (name, region) = (name.expose().to_owned(), region.expose().to_owned());
        let bucket = Bucket::new(url, UrlStyle::Path, name, region).map_err(unavailable)?;
        let key = read("S3_ACCESS_KEY_ID").await?;
        let secret = read("S3_SECRET_ACCESS_KEY").await?;
        let credentials = Credentials::new(key.expose(), secret.expose());
        Ok(Some(Self { bucket, credentials }))
    }

    /// Stores a value.
    pub async fn put(
        &self,
        key: &str,
        value: Bytes,
        content_type: &str,
    ) -> Result<BlobMeta, BlobError> {
        let url = self.bucket.put_object(Some(&self.credentials), key).sign(SIGNED_FOR);
        let size = value.len() as u64;
        let headers = [(header::CONTENT_TYPE, content_type.to_owned())];
        let response = send(Method::PUT, url.as_str(), headers, Body::Full(value)).await?;
        if response.status() != StatusCode::OK {
            return Err(unavailable(response.status()));
        }
        let etag = read_header(&response, header::ETAG).trim_matches('"').to_owned();
        Ok(BlobMeta { size, etag, content_type: content_type.to_owned() })
    }

    /// A value or a part of it.
    pub async fn get(
        &self,
        key: &str,
        range: Option<ByteRange>,
    ) -> Result<Option<BlobObject>, BlobError> {
        let part = match range {
            None => None,
            // A range that the value does not have is an error of its own, which needs the size.
            Some(range) => {
                let Some(BlobMeta { size, .. }) = self.head(key).await? else { return Ok(None) };
                Some(range.resolve(size).ok_or(BlobError::Range { size })?)
            }
        };
        let url = self.bucket.get_object(Some(&self.credentials), key).sign(SIGNED_FOR);
        let wanted = part.map(|(start, len)| format!("bytes={start}-{}", start + len - 1));
        let headers = wanted.map(|range| (header::RANGE, range));
        let response = send(Method::GET, url.as_str(), headers, Body::empty()).await?;
        let whole = match response.status() {
            StatusCode::OK => read_header(&response, header::CONTENT_LENGTH),
            StatusCode::PARTIAL_CONTENT => {
                read_header(&response, header::CONTENT_RANGE).rsplit('/').next().unwrap_or_default()
            }
            StatusCode::NOT_FOUND => return Ok(None),
            status => return Err(unavailable(status)),
        };
        let meta = read_meta(&response, whole)?;
        let (start, len) = part.unwrap_or((0, meta.size));
        Ok(Some(BlobObject { meta, start, len, body: response.into_body() }))
    }

    /// Removes a value.
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        let url = self.bucket.delete_object(Some(&self.credentials), key).sign(SIGNED_FOR);
        let response = send(Method::DELETE, url.as_str(), None, Body::empty()).await?;
        match response.status() {
            StatusCode::OK | StatusCode::NO_CONTENT | StatusCode::NOT_FOUND => Ok(()),
            status => Err(unavailable(status)),
        }
    }

    async fn head(&self, key: &str) -> Result<Option<BlobMeta>, BlobError> {
        let url = self.bucket.head_object(Some(&self.credentials), key).sign(SIGNED_FOR);
        let response = send(Method::HEAD, url.as_str(), None, Body::empty()).await?;
        match response.status() {
            StatusCode::OK => {
                read_meta(&response, read_header(&response, header::CONTENT_LENGTH)).map(Some)
            }
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(unavailable(status)),
        }
    }
}

async fn send(
    method: Method,
    url: &str,
    headers: impl IntoIterator<Item = (header::HeaderName, String)>,
    body: Body,
) -> Result<http::Response<Body>, BlobError> {
    let mut request = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    Outbound.send(request.body(body).map_err(unavailable)?).await.map_err(unavailable)
}

fn read_header(response: &http::Response<Body>, name: header::HeaderName) -> &str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn read_meta(response: &http::Response<Body>, size: &str) -> Result<BlobMeta, BlobError> {
    Ok(BlobMeta {
        size: size.parse().map_err(|_| unavailable("the store does not tell the size"))?,
        etag: read_header(response, header::ETAG).trim_matches('"').to_owned(),
        content_type: read_header(response, header::CONTENT_TYPE).to_owned(),
    })
}
