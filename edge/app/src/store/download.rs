//! Links, what is used of them, and every attempt.

use super::{
    ALERT_DOWNLOAD_ABUSE, DOWNLOAD_NOTE, DOWNLOAD_NOTE_USE, DOWNLOAD_SEEN, DOWNLOAD_USE_RESUME,
    DOWNLOAD_USE_SPEND, GRANT_ASSET_INSERT, GRANT_INSERT, GRANT_OPEN, asset, read_id, read_word,
};
use download::{Attempts, Limits, PermissionHash, Seen};
use kernel::{AccountId, AssetId, EntitlementId, GrantId, RequestId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement, Value};

/// How often a client may go on with a download that broke.
pub const RESUMES_MAX: u32 = 100;

/// Who tries, by names that do not say who it is.
#[derive(Clone, Debug)]
pub struct Whose<'a> {
    pub tenant: &'a TenantId,
    pub account: &'a AccountId,
    /// The address.
    pub ip: &'a str,
    /// The device, by the newest of its names.
    pub device: &'a str,
    /// The address and the program.
    pub client: &'a str,
    pub request: &'a RequestId,
    pub now: UnixMillis,
}

/// What an attempt was at, and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    pub grant: Option<&'a GrantId>,
    /// The file, where it is one.
    pub asset: Option<&'a AssetId>,
    /// `link` or `fetch`.
    pub step: &'static str,
    /// `granted`, or the code of a refusal.
    pub outcome: &'static str,
}

/// A link to be stored.
pub struct NewGrant<'a> {
    pub id: &'a GrantId,
    pub uses_max: u32,
    pub expires_at: UnixMillis,
    /// What it is for, by which right, and the proof.
    pub parts: &'a [(AssetId, EntitlementId, PermissionHash)],
}

/// A file of a link, and how the right to it stands. What is gone is `None`.
#[derive(Clone, Debug)]
pub struct Part {
    pub asset: AssetId,
    pub entitlement: EntitlementId,
    pub proof: PermissionHash,
    pub file: Option<PartFile>,
    /// `state` of the view `order_state`.
    pub order_state: String,
    pub expires_at_ms: Option<i64>,
    pub use_max: Option<i64>,
    pub uses: i64,
    pub is_licensed: bool,
    /// What the product is called.
    pub product: Option<String>,
}

/// A file, as it is sent.
#[derive(Clone, Debug)]
pub struct PartFile {
    pub blob_key: String,
    pub name: String,
    pub content_type: String,
    /// Bytes of it.
    pub size: u64,
    pub sha256: String,
    pub status: asset::Status,
    pub ready_at_ms: i64,
}

/// A link and what it opens.
#[derive(Clone, Debug)]
pub struct Opened {
    pub account: AccountId,
    pub uses_left: i64,
    pub expires_at: UnixMillis,
    /// How often the client may go on with its last use; `None` if it has none.
    pub resumes_left: Option<i64>,
    /// Whether this very request has used it.
    pub is_used: bool,
    pub parts: Vec<Part>,
}

impl Whose<'_> {
    fn since(&self, limits: &Limits) -> Value {
        self.now.plus_ms(-i64::from(limits.window_ms)).0.into()
    }

    /// What was counted of whoever tries. No more is counted than is enough to judge.
    pub fn seen(&self, grant: Option<&GrantId>, limits: &Limits) -> Statement {
        let enough = |max: u32| max.max(1).saturating_mul(limits.alert_factor).into();
        let [tenant, account] = [self.tenant.as_str(), self.account.as_str()].map(Into::into);
        Statement::new(
            DOWNLOAD_SEEN,
            [
                tenant,
                account,
                self.device.into(),
                self.ip.into(),
                self.since(limits),
                enough(limits.user_max),
                enough(limits.device_max),
                enough(limits.ip_max),
                grant.map(GrantId::as_str).into(),
            ],
        )
    }

    /// Writes an attempt down. There is an end to it: what is tried on and on is in an alert.
    pub fn note(&self, attempt: Attempt<'_>, limits: &Limits) -> Statement {
        let Attempt { grant, asset, step, outcome } = attempt;
        let enough = limits.user_max.max(1).saturating_mul(limits.alert_factor);
        Statement::new(
            DOWNLOAD_NOTE,
            [
                self.tenant.as_str().into(),
                grant.map(GrantId::as_str).into(),
                self.account.as_str().into(),
                asset.map(AssetId::as_str).into(),
                step.into(),
                outcome.into(),
                self.ip.into(),
                self.device.into(),
                self.request.as_str().into(),
                self.now.0.into(),
                self.since(limits),
                enough.into(),
            ],
        )
    }

    /// An alert about the account.
    pub fn alert(&self, details: String) -> Statement {
        let [tenant, account] = [self.tenant.as_str(), self.account.as_str()].map(Into::into);
        Statement::new(ALERT_DOWNLOAD_ABUSE, [tenant, account, details.into(), self.now.0.into()])
    }

    /// Makes a link.
    pub fn insert_grant(&self, new: &NewGrant<'_>) -> [Statement; 2] {
        let parts: Vec<[&str; 4]> = new
            .parts
            .iter()
            .map(|(asset, entitlement, PermissionHash { kid, hex })| {
                [asset.as_str(), entitlement.as_str(), kid.as_str(), hex.as_str()]
            })
            .collect();
        let parts = serde_json::to_string(&parts).unwrap_or_default();
        let [tenant, id, account] =
            [self.tenant.as_str(), new.id.as_str(), self.account.as_str()].map(Value::from);
        let (uses, created, expires) =
            (new.uses_max.into(), self.now.0.into(), new.expires_at.0.into());
        [
            Statement::new(
                GRANT_INSERT,
                [tenant.clone(), id.clone(), account, uses, created, expires],
            ),
            Statement::new(GRANT_ASSET_INSERT, [tenant, id, parts.into()]),
        ]
    }

    fn at(&self, grant: &GrantId) -> [Value; 4] {
        [self.tenant.as_str(), grant.as_str(), self.client, self.request.as_str()].map(Into::into)
    }

    /// A link and what it opens: rows of [`Opened`].
    pub fn open(&self, grant: &GrantId) -> Statement {
        Statement::new(GRANT_OPEN, self.at(grant))
    }

    /// Uses a link: goes on with a use if it may, or spends one; and writes that down. Nothing of it
    /// happens when a right no longer stands or no use is left.
    pub fn spend(&self, grant: &GrantId, asset: Option<&AssetId>, resumes: bool) -> Vec<Statement> {
        let [tenant, id, client, request] = self.at(grant);
        let now = Value::from(self.now.0);
        let resume = Statement::new(
            DOWNLOAD_USE_RESUME,
            [tenant.clone(), id.clone(), client.clone(), request.clone(), now.clone()],
        );
        let max = Value::from(RESUMES_MAX);
        let spend = Statement::new(
            DOWNLOAD_USE_SPEND,
            [tenant.clone(), id.clone(), client, request.clone(), now.clone(), max.clone()],
        );
        let note = Statement::new(
            DOWNLOAD_NOTE_USE,
            [
                tenant,
                id,
                self.account.as_str().into(),
                asset.map(AssetId::as_str).into(),
                self.ip.into(),
                self.device.into(),
                request,
                now,
                max,
            ],
        );
        let resume = resumes.then_some(resume);
        resume.into_iter().chain([spend, note]).collect()
    }
}

/// Reads what [`Whose::seen`] counts.
///
/// # Errors
/// [`SqlError::Failed`] for other rows.
pub fn read_attempts(rows: &[Row]) -> Result<Attempts, SqlError> {
    let row = rows.first().ok_or_else(|| SqlError::Failed("nothing was counted".to_owned()))?;
    let seen = |column: usize| {
        let count = u32::try_from(row.int(column)?).unwrap_or(u32::MAX);
        Ok::<_, SqlError>(Seen { count, oldest: row.opt_int(column + 1)?.map(UnixMillis) })
    };
    Ok(Attempts { user: seen(0)?, device: seen(2)?, ip: seen(4)?, grant_ips: seen(6)? })
}

impl Opened {
    /// Reads the rows of [`Whose::open`]; `None` where there is no such link.
    ///
    /// # Errors
    /// [`SqlError::Failed`] for other rows.
    pub fn read(rows: &[Row]) -> Result<Option<Self>, SqlError> {
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(Self {
            account: read_id(row, 0)?,
            uses_left: row.int(1)?,
            expires_at: UnixMillis(row.int(2)?),
            resumes_left: row.opt_int(3)?,
            is_used: row.int(4)? != 0,
            parts: rows.iter().map(Part::try_from).collect::<Result<_, _>>()?,
        }))
    }
}

/// Where in a row of [`Whose::open`] the file begins.
const FILE: usize = 9;

impl TryFrom<&Row> for Part {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let is_there = !row.is_null(FILE);
        let text = |column: usize| row.text(column).map(str::to_owned);
        Ok(Self {
            asset: read_id(row, 5)?,
            entitlement: read_id(row, 6)?,
            proof: PermissionHash { kid: text(7)?, hex: text(8)? },
            file: is_there.then(|| PartFile::try_from(row)).transpose()?,
            order_state: row.opt_text(16)?.unwrap_or_default().to_owned(),
            expires_at_ms: row.opt_int(17)?,
            use_max: row.opt_int(18)?,
            uses: row.opt_int(19)?.unwrap_or_default(),
            is_licensed: row.int(20)? != 0,
            product: row.opt_text(21)?.map(str::to_owned),
        })
    }
}

impl TryFrom<&Row> for PartFile {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let text = |column: usize| row.text(column).map(str::to_owned);
        Ok(Self {
            blob_key: text(FILE)?,
            name: text(10)?,
            content_type: text(11)?,
            size: row.int(12)?.unsigned_abs(),
            sha256: text(13)?,
            status: read_word(row, 14)?,
            ready_at_ms: row.opt_int(15)?.unwrap_or_default(),
        })
    }
}
