//! Attempts: whether there are too many of them, and that each is written down.

use super::right::Cause;
use crate::{
    problem::{DownloadProblem, Problem},
    store::download::{Attempt, Whose},
};
use download::{Attempts, Limits, Suspicion, Verdict};
use kernel::{AssetId, GrantId};
use pages::Refusal;
use ports::Sql;
use serde_json::json;

/// How much is too much.
pub fn limits() -> Limits {
    Limits::default()
}

/// An attempt, as long as it is not known what comes of it.
pub struct Tried<'a, S: Sql> {
    pub sql: &'a S,
    pub whose: &'a Whose<'a>,
    pub grant: Option<&'a GrantId>,
    /// `link` or `fetch`.
    pub step: &'static str,
}

impl<S: Sql> Tried<'_, S> {
    /// Lets the attempt go on, if there were not too many.
    ///
    /// # Errors
    /// [`Refusal::TooMany`], which is written down, and told to whoever runs the shop if it looks
    /// like more than haste.
    pub async fn judge(&self, attempts: &Attempts) -> Result<(), Problem> {
        let (suspicion, retry_after_ms) = match limits().judge(attempts, self.whose.now) {
            Verdict::Ok => return Ok(()),
            Verdict::RateLimited { retry_after_ms } => (None, retry_after_ms),
            Verdict::Alert { suspicion, retry_after_ms } => (Some(suspicion), retry_after_ms),
        };
        let mut batch = vec![self.note(None, Refusal::TooMany.code())];
        batch.extend(suspicion.map(|suspicion| self.alert(suspicion, attempts)));
        self.sql.batch(batch).await?;
        Err(DownloadProblem::Refused(Refusal::TooMany, Some(retry_after_ms)).into())
    }

    /// Writes down that the attempt was refused, and why. What keeps it from being written is what
    /// is told then.
    pub async fn refuse(&self, asset: Option<&AssetId>, cause: Cause) -> Problem {
        let outcome = match cause {
            Cause::Refused(refusal) => refusal.code(),
            Cause::NotReady => "asset_not_ready",
        };
        match self.sql.query(self.note(asset, outcome)).await {
            Ok(_) => DownloadProblem::from(cause).into(),
            Err(error) => error.into(),
        }
    }

    fn note(&self, asset: Option<&AssetId>, outcome: &'static str) -> ports::Statement {
        let Self { grant, step, .. } = *self;
        self.whose.note(Attempt { grant, asset, step, outcome }, &limits())
    }

    fn alert(&self, suspicion: Suspicion, attempts: &Attempts) -> ports::Statement {
        let suspicion = match suspicion {
            Suspicion::SharedLink => "shared_link",
            Suspicion::Hammering => "hammering",
        };
        let details = json!({
            "suspicion": suspicion,
            "grant": self.grant.map(GrantId::as_str),
            "account_attempts": attempts.user.count,
            "device_attempts": attempts.device.count,
            "address_attempts": attempts.ip.count,
            "grant_addresses": attempts.grant_ips.count,
        });
        self.whose.alert(details.to_string())
    }
}
