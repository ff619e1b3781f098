//! Requests to an S3-compatible store, signed by what is in the address, so that whoever has the
//! address can make that one request and no other
//! ([AWS: presigned URLs](https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)).
//!
//! An upload has its type, length and checksum signed with it: the store refuses every other file.

use crate::{Upload, content_disposition};
use jiff::Timestamp;
use kernel::{FieldError, UnixMillis};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::{fmt, time::Duration};
use url::Url;

/// Longest key of an object
/// ([AWS](https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html)).
const KEY_LEN_MAX: usize = 1024;
/// Longest validity that a store accepts: a week.
const VALID_S_MAX: u32 = 604_800;

const CHECKSUM: &str = "x-amz-checksum-sha256";

/// Where the store is, and what opens it.
#[derive(Clone)]
pub struct StoreConfig {
    /// `S3_ENDPOINT`: `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: String,
    /// `S3_BUCKET`.
    pub bucket: String,
    /// `S3_REGION`; `auto` for R2.
    pub region: String,
    /// `S3_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `S3_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
}

/// A bucket that requests are signed for. It does not print its key.
#[derive(Clone, Debug)]
pub struct Store {
    bucket: Bucket,
    credentials: Credentials,
}

/// From when and how long a signature counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The moment of signing.
    pub now: UnixMillis,
    /// Seconds after it, 1 to 604,800 (a week); what is beyond is brought there.
    pub valid_s: u32,
}

/// A request that its address allows.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// `GET`, `HEAD` or `PUT`.
    pub method: &'static str,
    /// The address. Whoever has it may make the request: it is a secret until it is over.
    pub url: String,
    /// Headers that have to be sent with these very values, in lower case. `content-length` is
    /// signed too and does not stand here: it is for the client to say how much it sends.
    pub headers: Vec<(&'static str, String)>,
}

/// What the store says of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Bytes of it.
    pub size: u64,
    /// The media type that it was stored with.
    pub content_type: String,
    /// Its SHA-256 in base64, if the store keeps it.
    pub sha256: Option<String>,
    /// Changes whenever the object does. Without quotation marks.
    pub etag: String,
}

/// Why an object is not what was to be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// It is shorter or longer.
    Size,
    /// It has another media type.
    ContentType,
    /// It is another file.
    Checksum,
    /// The store does not say which file it is, so that it has to be read to know.
    NoChecksum,
}

impl Store {
    /// The store at an address. The bucket stands in the path, which every store understands.
    ///
    /// # Errors
    /// [`FieldError`] names the setting that is wrong.
    pub fn new(config: &StoreConfig) -> Result<Self, FieldError> {
        let wrong = |message: &str| FieldError::new("S3_ENDPOINT", message);
        let endpoint: Url = config.endpoint.parse().map_err(|_| wrong("must be a URL"))?;
        let (name, region) = (config.bucket.clone(), config.region.clone());
        for (field, value) in [
            ("S3_BUCKET", &name),
            ("S3_REGION", &region),
            ("S3_ACCESS_KEY_ID", &config.access_key_id),
            ("S3_SECRET_ACCESS_KEY", &config.secret_access_key),
        ] {
            if value.is_empty() {
                return Err(FieldError::new(field, "must not be empty"));
            }
        }
        let bucket = Bucket::new(endpoint, UrlStyle::Path, name, region)
            .map_err(|_| wrong("must be an http or https URL with a host"))?;
        let secret = config.secret_access_key.as_str();
        let credentials = Credentials::new(config.access_key_id.as_str(), secret);
        Ok(Self { bucket, credentials })
    }

    /// Scheme and host of what is signed.
    #[must_use]
    pub fn origin(&self) -> String {
        self.bucket.base_url().origin().ascii_serialization()
    }

    /// Allows to read an object, that then is saved as `file_name`.
    ///
    /// # Errors
    /// [`FieldError`] for a `key` that no address can name.
    pub fn get(
        &self,
        key: &str,
        file_name: &str,
        validity: Validity,
    ) -> Result<Signed, FieldError> {
        check_key(key)?;
        let mut action = self.bucket.get_object(Some(&self.credentials), key);
        let disposition = content_disposition(file_name);
        action.query_mut().insert("response-content-disposition", disposition);
        Ok(signed("GET", &action, validity, Vec::new()))
    }

    /// Allows to store one file, which no other can take the place of: its type, length and
    /// checksum are signed.
    ///
    /// # Errors
    /// [`FieldError`] for a `key` that no address can name.
    pub fn put(
        &self,
        key: &str,
        upload: &Upload,
        validity: Validity,
    ) -> Result<Signed, FieldError> {
        check_key(key)?;
        let mut action = self.bucket.put_object(Some(&self.credentials), key);
        action.headers_mut().insert("content-length", upload.size().to_string());
        let headers = vec![
            ("content-type", upload.content_type().to_owned()),
            (CHECKSUM, upload.sha256().to_owned()),
        ];
        for (name, value) in &headers {
            action.headers_mut().insert(*name, value.as_str());
        }
        Ok(signed("PUT", &action, validity, headers.clone()))
    }

    /// Allows to ask what an object is; [`Stored::read`] reads the answer.
    ///
    /// # Errors
    /// [`FieldError`] for a `key` that no address can name.
    pub fn head(&self, key: &str, validity: Validity) -> Result<Signed, FieldError> {
        check_key(key)?;
        let mut action = self.bucket.head_object(Some(&self.credentials), key);
        let headers = vec![("x-amz-checksum-mode", "ENABLED".to_owned())];
        action.headers_mut().insert("x-amz-checksum-mode", "ENABLED");
        Ok(signed("HEAD", &action, validity, headers))
    }
}

impl Stored {
    /// Reads the headers of an answer to `HEAD`. `header` is asked for lower-case names.
    ///
    /// Returns `None` when they do not say how long the object is.
    #[must_use]
    pub fn read<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        Some(Self {
            size: header("content-length")?.parse().ok()?,
            content_type: header("content-type").unwrap_or_default().to_owned(),
            sha256: header(CHECKSUM).map(str::to_owned),
            etag: header("etag").unwrap_or_default().trim_matches('"').to_owned(),
        })
    }

    /// Whether this is the file that was to be uploaded.
    ///
    /// # Errors
    /// [`Incomplete`].
    pub fn check(&self, upload: &Upload) -> Result<(), Incomplete> {
        if self.size != upload.size() {
            return Err(Incomplete::Size);
        }
        if !self.content_type.eq_ignore_ascii_case(upload.content_type()) {
            return Err(Incomplete::ContentType);
        }
        match &self.sha256 {
            None => Err(Incomplete::NoChecksum),
            Some(sha256) if sha256 != upload.sha256() => Err(Incomplete::Checksum),
            Some(_) => Ok(()),
        }
    }
}

fn signed<'a>(
    method: &'static str,
    action: &impl S3Action<'a>,
    validity: Validity,
    headers: Vec<(&'static str, String)>,
) -> Signed {
    // Moments that no calendar has do not come from a clock.
    let now = Timestamp::from_second(validity.now.seconds()).unwrap_or_default();
    let valid_s = validity.valid_s.clamp(1, VALID_S_MAX);
    let url = action.sign_with_time(Duration::from_secs(valid_s.into()), &now);
    Signed { method, url: url.into(), headers }
}

/// Refuses keys that would become another's in an address: `a/../b` is `b` there.
fn check_key(key: &str) -> Result<(), FieldError> {
    let wrong = |message: String| Err(FieldError::new("key", message));
    if key.is_empty() || key.len() > KEY_LEN_MAX {
        return wrong(format!("must be 1 to {KEY_LEN_MAX} bytes"));
    }
    if key.contains(|c: char| c.is_control() || c == '\\')
        || key.split('/').any(|segment| matches!(segment, "" | "." | ".."))
    {
        return wrong("must be names between slashes".to_owned());
    }
    Ok(())
}

impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        f.debug_struct("Signed")
            .field("method", &self.method)
            .field("url", &url)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Size => "the file in the store has another length",
            Self::ContentType => "the file in the store has another type",
            Self::Checksum => "the file in the store is another",
            Self::NoChecksum => "the store does not tell the checksum",
        })
    }
}

impl std::error::Error for Incomplete {}

#[cfg(test)]
mod tests;
