//! What an account's ledger knows of a purchase of tokens.

use super::{
    LOT_OF_PURCHASE, PURCHASE_PUT, PURCHASE_READ,
    ledger::{Ledger, Source},
};
use kernel::{TransferId, UnixMillis};
use ledger::{Purchase, Step};
use ports::{Row, SqlError, Statement};

/// The constraint that refuses a message that was heard before.
pub const HEARD: &str = "purchase_heard";

/// What a purchase's tokens are for.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    /// Whether they are a plan's, which are spent before all others.
    pub is_plan: bool,
    /// When they end.
    pub expires_at_ms: Option<i64>,
}

/// What is known.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Of which message.
    pub version: i64,
    /// What it came to.
    pub purchase: Purchase,
    /// What the wallet can spend.
    pub available: i64,
    /// What ended unused.
    pub ended: i64,
}

impl TryFrom<&Row> for Known {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let (credited, taken) = (row.int(1)?, row.int(2)?);
        let purchase = Purchase { credited, taken, owed: row.int(3)?, covered: row.int(4)? };
        Ok(Self { version: row.int(0)?, purchase, available: row.int(5)?, ended: row.int(6)? })
    }
}

impl Ledger<'_> {
    /// What is known of a purchase; one row.
    pub fn purchase(&self, key: &str) -> Statement {
        Statement::new(
            PURCHASE_READ,
            [self.tenant.as_str().into(), self.account.as_str().into(), key.into()],
        )
    }

    /// Makes true what a message says of a purchase. The batch is refused by [`HEARD`] when that
    /// version of it was heard before.
    pub fn settle_purchase(
        &self,
        key: &str,
        version: i64,
        steps: &[(TransferId, Step)],
        after: Purchase,
        lifetime: Lifetime,
        now: UnixMillis,
    ) -> Vec<Statement> {
        let (tenant, account) = (self.tenant.as_str(), self.account.as_str());
        let put = Statement::new(
            PURCHASE_PUT,
            [
                tenant.into(),
                account.into(),
                key.into(),
                version.into(),
                after.credited.into(),
                after.taken.into(),
                after.owed.into(),
                after.covered.into(),
            ],
        );
        let source_id = format!("{key}#{version}");
        let posts = steps.iter().map(|(id, step)| {
            let source = Source { name: step.reason.as_str(), id: &source_id };
            self.post(id, &step.entry, source, now)
        });
        let lot = Statement::new(
            LOT_OF_PURCHASE,
            [
                tenant.into(),
                account.into(),
                key.into(),
                i64::from(!lifetime.is_plan).into(),
                lifetime.expires_at_ms.into(),
                now.0.into(),
            ],
        );
        std::iter::once(put).chain(posts).chain([lot]).collect()
    }
}
