//! What models did for an account.

use super::{OPERATION_INSERT, OPERATION_PAGE, OPERATION_USAGE};
use kernel::{AccountId, ProfileId, RequestId, SAFE_INTEGER_MAX, TenantId, TransferId, UnixMillis};
use model::Usage;
use ports::{Row, SqlError, Statement};
use serde::Serialize;
use serde_json::Value;

/// One attempt to have an operation done.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// The model's name in the catalogue.
    pub model: String,
    /// Who runs it.
    pub provider: String,
    /// `answered`, a kind of failure, or why it was not asked.
    pub outcome: &'static str,
    /// Milliseconds until that was known.
    pub duration_ms: i64,
}

/// An operation as it is booked.
pub struct Operation<'a> {
    pub tenant: &'a TenantId,
    pub account: &'a AccountId,
    pub id: &'a RequestId,
    pub profile: Option<&'a ProfileId>,
    /// The model that the client asked for.
    pub asked_model: &'a str,
    /// The model that answered, and who runs it.
    pub answered: Option<(&'a str, &'a str)>,
    /// `done`, `left` by the client, `failed`.
    pub outcome: &'static str,
    pub attempts: &'a [Attempt],
    /// Length of the request's body.
    pub input_bytes: u64,
    /// Length of what was released.
    pub output_bytes: u64,
    pub usage: Usage,
    pub is_estimated: bool,
    /// The hold whose end says what was taken from the wallet.
    pub hold: &'a TransferId,
    pub cost_nanousd: Option<u64>,
    /// From the request to the first output.
    pub first_byte_ms: Option<i64>,
    pub total_ms: i64,
    pub created_at: UnixMillis,
}

impl Operation<'_> {
    /// Books the operation, once.
    pub fn insert(&self) -> Statement {
        let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        Statement::new(
            OPERATION_INSERT,
            [
                self.tenant.as_str().into(),
                self.account.as_str().into(),
                self.id.as_str().into(),
                self.profile.map(ProfileId::as_str).into(),
                self.asked_model.into(),
                self.answered.map(|(model, _)| model).into(),
                self.answered.map(|(_, vendor)| vendor).into(),
                self.outcome.into(),
                json(serde_json::to_string(self.attempts)).into(),
                counted(self.input_bytes).into(),
                counted(self.output_bytes).into(),
                counted(self.usage.input_tokens).into(),
                counted(self.usage.output_tokens).into(),
                json(serde_json::to_string(&self.usage)).into(),
                i64::from(self.is_estimated).into(),
                self.hold.as_str().into(),
                self.cost_nanousd.map(counted).into(),
                self.first_byte_ms.map(|ms| ms.max(0)).into(),
                self.total_ms.max(0).into(),
                self.created_at.0.into(),
            ],
        )
    }
}

/// A number as every runtime can carry it. A provider that says more is not believed.
fn counted(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(SAFE_INTEGER_MAX).min(SAFE_INTEGER_MAX)
}

/// By what usage is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By day, in UTC.
    Day,
    /// By the model that answered.
    Model,
    /// By profile. What was used without one is in the group without a name.
    Profile,
}

impl By {
    /// Every grouping.
    pub const ALL: [Self; 3] = [Self::Day, Self::Model, Self::Profile];

    /// The name in queries and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Model => "model",
            Self::Profile => "profile",
        }
    }
}

/// Usage of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub bucket: String,
    pub operations: i64,
    pub failed: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub tokens: i64,
    pub cost_nanousd: i64,
}

/// Usage of an account from one moment until another.
pub fn usage(
    tenant: &TenantId,
    account: &AccountId,
    by: By,
    from: UnixMillis,
    until: UnixMillis,
) -> Statement {
    Statement::new(
        OPERATION_USAGE,
        [
            tenant.as_str().into(),
            account.as_str().into(),
            from.0.into(),
            until.0.into(),
            by.as_str().into(),
        ],
    )
}

/// Operations from before `before`, newest first.
pub fn page(tenant: &TenantId, account: &AccountId, before: &str, limit: u32) -> Statement {
    Statement::new(
        OPERATION_PAGE,
        [tenant.as_str().into(), account.as_str().into(), before.into(), limit.into()],
    )
}

impl TryFrom<&Row> for Group {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            bucket: row.text(0)?.to_owned(),
            operations: row.int(1)?,
            failed: row.int(2)?,
            input_tokens: row.int(3)?,
            output_tokens: row.int(4)?,
            tokens: row.int(5)?,
            cost_nanousd: row.int(6)?,
        })
    }
}

/// An operation as it is shown to operators.
#[derive(Clone, Debug, Serialize)]
pub struct Booked {
    pub id: String,
    pub profile: Option<String>,
    pub asked_model: String,
    pub model: Option<String>,
    pub vendor: Option<String>,
    pub outcome: String,
    pub attempts: Value,
    pub input_bytes: i64,
    pub output_bytes: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub usage: Value,
    pub estimated: bool,
    pub tokens: i64,
    pub cost_nanousd: Option<i64>,
    pub first_byte_ms: Option<i64>,
    pub total_ms: i64,
    pub created_at_ms: i64,
}

impl TryFrom<&Row> for Booked {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let opt = |column| Ok::<_, SqlError>(row.opt_text(column)?.map(str::to_owned));
        let json = |column| {
            let value = serde_json::from_str(row.text(column)?);
            value.map_err(|e| SqlError::Failed(format!("column {column} is not JSON: {e}")))
        };
        Ok(Self {
            id: row.text(0)?.to_owned(),
            profile: opt(1)?,
            asked_model: row.text(2)?.to_owned(),
            model: opt(3)?,
            vendor: opt(4)?,
            outcome: row.text(5)?.to_owned(),
            attempts: json(6)?,
            input_bytes: row.int(7)?,
            output_bytes: row.int(8)?,
            input_tokens: row.int(9)?,
            output_tokens: row.int(10)?,
            usage: json(11)?,
            estimated: row.int(12)? != 0,
            tokens: row.int(13)?,
            cost_nanousd: row.opt_int(14)?,
            first_byte_ms: row.opt_int(15)?,
            total_ms: row.int(16)?,
            created_at_ms: row.int(17)?,
        })
    }
}
