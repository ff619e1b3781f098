//! Files that are sold.

use super::{
    ASSET_AWAITED, ASSET_GET, ASSET_INSERT, ASSET_MOVE, ASSET_PAGE, ASSET_PUT_READY, product::list,
    read_id, read_word,
};
use download::Upload;
use kernel::{AssetId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement, Value};
use serde::{Deserialize, Serialize};

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has not come whole.
    Pending,
    /// It is being looked at for malware.
    Scanning,
    /// It may be handed out.
    Ready,
    /// It must not be handed out.
    Quarantined,
}

impl Status {
    /// The name in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Scanning => "scanning",
            Self::Ready => "ready",
            Self::Quarantined => "quarantined",
        }
    }
}

/// A file, for those who sell it.
#[derive(Clone, Debug, Serialize)]
pub struct Asset {
    pub id: AssetId,
    /// Where it is in the store.
    #[serde(skip)]
    pub blob_key: String,
    pub file_name: String,
    pub content_type: String,
    /// Bytes of it.
    pub size: u64,
    /// Its SHA-256 in base64.
    pub checksum: String,
    pub status: Status,
    /// Who announced it.
    pub uploaded_by: String,
    pub created_at_ms: i64,
    pub ready_at_ms: Option<i64>,
}

/// A file to be stored.
pub struct NewAsset<'a> {
    pub id: &'a AssetId,
    /// Where it is going to be in the store.
    pub blob_key: &'a str,
    pub upload: &'a Upload,
    /// Who announces it.
    pub by: &'a str,
}

impl NewAsset<'_> {
    fn values(&self, tenant: &TenantId, now: UnixMillis) -> [Value; 9] {
        let Self { id, blob_key, upload, by } = self;
        [
            tenant.as_str().into(),
            id.as_str().into(),
            (*blob_key).into(),
            upload.file_name().into(),
            upload.content_type().into(),
            size(upload.size()),
            upload.sha256().into(),
            (*by).into(),
            now.0.into(),
        ]
    }
}

fn size(bytes: u64) -> Value {
    // Nothing that may be uploaded is nearly as long.
    i64::try_from(bytes).unwrap_or(i64::MAX).into()
}

/// A file that is to come, unless the same one is awaited.
pub fn insert(tenant: &TenantId, new: &NewAsset<'_>, now: UnixMillis) -> Statement {
    Statement::new(ASSET_INSERT, new.values(tenant, now))
}

/// A file that is there already.
pub fn put_ready(tenant: &TenantId, new: &NewAsset<'_>, now: UnixMillis) -> Statement {
    Statement::new(ASSET_PUT_READY, new.values(tenant, now))
}

/// The file that is awaited, of those that are like this one.
pub fn awaited(tenant: &TenantId, upload: &Upload) -> Statement {
    let (name, kind) = (upload.file_name().into(), upload.content_type().into());
    let sha256 = upload.sha256().into();
    Statement::new(ASSET_AWAITED, [tenant.as_str().into(), name, kind, size(upload.size()), sha256])
}

pub fn get(tenant: &TenantId, id: &AssetId) -> Statement {
    Statement::new(ASSET_GET, [tenant.as_str().into(), id.as_str().into()])
}

/// The files from before one, newest first.
pub fn page(tenant: &TenantId, before: &str, limit: u32) -> Statement {
    Statement::new(ASSET_PAGE, [tenant.as_str().into(), before.into(), limit.into()])
}

/// Moves a file on, if it is in one of some states.
pub fn move_on(
    tenant: &TenantId,
    id: &AssetId,
    from: &[Status],
    to: Status,
    now: UnixMillis,
) -> Statement {
    let from: Vec<_> = from.iter().map(|status| status.as_str()).collect();
    let [tenant, id, to] = [tenant.as_str(), id.as_str(), to.as_str()].map(Into::into);
    Statement::new(ASSET_MOVE, [tenant, id, to, list(&from), now.0.into()])
}

impl TryFrom<&Row> for Asset {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            id: read_id(row, 0)?,
            blob_key: row.text(1)?.to_owned(),
            file_name: row.text(2)?.to_owned(),
            content_type: row.text(3)?.to_owned(),
            size: row.int(4)?.unsigned_abs(),
            checksum: row.text(5)?.to_owned(),
            status: read_word(row, 6)?,
            uploaded_by: row.text(7)?.to_owned(),
            created_at_ms: row.int(8)?,
            ready_at_ms: row.opt_int(9)?,
        })
    }
}
