//! The ledger of one account.

use super::{
    LEDGER_BALANCES, LEDGER_BOOKS, LEDGER_IS_DUE, LOT_EXPIRE, LOT_LIST, TRANSFER_BY_SOURCE,
    TRANSFER_END, TRANSFER_PAGE, TRANSFER_POST, TRANSFER_RESERVE, TRANSFER_VOID_EXPIRED,
};
use kernel::{AccountId, TenantId, TransferId, UnixMillis};
use ledger::{Entry, Kind};
use ports::{Row, SqlError, Statement};
use serde::Serialize;

/// The constraint that keeps a wallet from being overdrawn.
pub const NO_OVERDRAFT: &str = "no_overdraft";

/// What a transfer is for. The pair of it and its id happens once.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The kind of thing: `grant`, `welcome`, `chat`.
    pub name: &'static str,
    /// Which one, by the business's own key.
    pub id: &'a str,
}

/// A transfer as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transfer {
    #[serde(skip)]
    pub seq: i64,
    pub id: String,
    pub kind: String,
    pub asset: String,
    /// The book that gave.
    pub debit: String,
    /// The book that took.
    pub credit: String,
    pub amount: i64,
    /// The hold that this ends.
    pub pending_id: Option<String>,
    pub source: String,
    pub source_id: String,
    pub created_at_ms: i64,
    /// When a hold ends by itself.
    pub expires_at_ms: Option<i64>,
}

/// What a wallet holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    pub asset: String,
    /// Everything put in less everything taken out.
    pub posted: i64,
    /// What is set aside for requests under way.
    pub held: i64,
    /// What can be spent.
    pub available: i64,
}

/// Tokens that came into the wallet together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lot {
    /// `plan` for those of a subscription's period, which are spent first, and `extra`.
    pub kind: &'static str,
    /// What is left of them.
    pub left: i64,
    /// When they end.
    pub expires_at_ms: Option<i64>,
    /// Where they are from: `purchase`, `grant`, `welcome`.
    pub source: String,
}

/// One book's sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Book {
    pub asset: String,
    pub book: String,
    pub debits_posted: i64,
    pub credits_posted: i64,
    pub debits_pending: i64,
    pub credits_pending: i64,
}

/// The statements of one account's ledger.
#[derive(Clone, Copy)]
pub struct Ledger<'a> {
    pub tenant: &'a TenantId,
    pub account: &'a AccountId,
}

impl Ledger<'_> {
    /// Posts an entry, unless its source has been posted before.
    pub fn post(
        &self,
        id: &TransferId,
        entry: &Entry,
        source: Source<'_>,
        now: UnixMillis,
    ) -> Statement {
        Statement::new(
            TRANSFER_POST,
            [
                self.tenant.as_str().into(),
                self.account.as_str().into(),
                id.as_str().into(),
                entry.asset.as_str().into(),
                entry.debit.as_str().into(),
                entry.credit.as_str().into(),
                entry.amount.into(),
                source.name.into(),
                source.id.into(),
                now.0.into(),
            ],
        )
    }

    /// Sets an entry's amount aside until `expires_at`.
    pub fn reserve(
        &self,
        id: &TransferId,
        entry: &Entry,
        source: Source<'_>,
        now: UnixMillis,
        expires_at: UnixMillis,
    ) -> Statement {
        Statement::new(
            TRANSFER_RESERVE,
            [
                self.tenant.as_str().into(),
                self.account.as_str().into(),
                id.as_str().into(),
                entry.asset.as_str().into(),
                entry.debit.as_str().into(),
                entry.credit.as_str().into(),
                entry.amount.into(),
                source.name.into(),
                source.id.into(),
                now.0.into(),
                expires_at.0.into(),
            ],
        )
    }

    /// Ends a hold as `entry` says. Returns a row when it did, none when it had ended before.
    pub fn end(
        &self,
        hold: &TransferId,
        id: &TransferId,
        entry: &Entry,
        now: UnixMillis,
    ) -> Statement {
        Statement::new(
            TRANSFER_END,
            [
                self.tenant.as_str().into(),
                self.account.as_str().into(),
                hold.as_str().into(),
                id.as_str().into(),
                entry.kind.as_str().into(),
                entry.amount.into(),
                now.0.into(),
            ],
        )
    }

    /// Voids the holds whose time is over.
    pub fn void_expired(&self, now: UnixMillis) -> Statement {
        Statement::new(
            TRANSFER_VOID_EXPIRED,
            [self.tenant.as_str().into(), self.account.as_str().into(), now.0.into()],
        )
    }

    /// Ends the tokens whose time is over.
    pub fn expire_lots(&self, now: UnixMillis) -> Statement {
        Statement::new(
            LOT_EXPIRE,
            [self.tenant.as_str().into(), self.account.as_str().into(), now.0.into()],
        )
    }

    /// What the wallet is made of.
    pub fn lots(&self) -> Statement {
        Statement::new(LOT_LIST, [self.tenant.as_str().into(), self.account.as_str().into()])
    }

    /// Whether anything must happen before the ledger is read.
    pub fn is_due(&self, welcomes: bool, now: UnixMillis) -> Statement {
        let whose = [self.tenant.as_str().into(), self.account.as_str().into()];
        let [tenant, account] = whose;
        let welcomes = i64::from(welcomes).into();
        Statement::new(LEDGER_IS_DUE, [tenant, account, now.0.into(), welcomes])
    }

    /// The transfer that a source has made.
    pub fn by_source(&self, source: Source<'_>, entry: &Entry) -> Statement {
        Statement::new(
            TRANSFER_BY_SOURCE,
            [
                self.tenant.as_str().into(),
                self.account.as_str().into(),
                source.name.into(),
                source.id.into(),
                entry.asset.as_str().into(),
                Kind::Post.as_str().into(),
            ],
        )
    }

    /// Transfers from before `seq`, newest first.
    pub fn page(&self, before_seq: i64, limit: u32) -> Statement {
        Statement::new(
            TRANSFER_PAGE,
            [
                self.tenant.as_str().into(),
                self.account.as_str().into(),
                before_seq.into(),
                limit.into(),
            ],
        )
    }

    /// What the wallets hold.
    pub fn balances(&self) -> Statement {
        Statement::new(LEDGER_BALANCES, [self.tenant.as_str().into(), self.account.as_str().into()])
    }

    /// The sums of every book.
    pub fn books(&self) -> Statement {
        Statement::new(LEDGER_BOOKS, [self.tenant.as_str().into(), self.account.as_str().into()])
    }
}

impl TryFrom<&Row> for Transfer {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            seq: row.int(0)?,
            id: row.text(1)?.to_owned(),
            kind: row.text(2)?.to_owned(),
            asset: row.text(3)?.to_owned(),
            debit: row.text(4)?.to_owned(),
            credit: row.text(5)?.to_owned(),
            amount: row.int(6)?,
            pending_id: row.opt_text(7)?.map(str::to_owned),
            source: row.text(8)?.to_owned(),
            source_id: row.text(9)?.to_owned(),
            created_at_ms: row.int(10)?,
            expires_at_ms: row.opt_int(11)?,
        })
    }
}

impl TryFrom<&Row> for Balance {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        let (posted, held) = (row.int(1)?, row.int(2)?);
        let available = posted.saturating_sub(held);
        Ok(Self { asset: row.text(0)?.to_owned(), posted, held, available })
    }
}

impl TryFrom<&Row> for Lot {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            kind: if row.int(1)? == 0 { "plan" } else { "extra" },
            left: row.int(2)?,
            expires_at_ms: row.opt_int(3)?,
            source: row.text(4)?.to_owned(),
        })
    }
}

impl TryFrom<&Row> for Book {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            asset: row.text(0)?.to_owned(),
            book: row.text(1)?.to_owned(),
            debits_posted: row.int(2)?,
            credits_posted: row.int(3)?,
            debits_pending: row.int(4)?,
            credits_pending: row.int(5)?,
        })
    }
}

/// Reads every row of a result.
pub fn rows<'a, T: TryFrom<&'a Row, Error = SqlError>>(
    rows: &'a [Row],
) -> Result<Vec<T>, SqlError> {
    rows.iter().map(T::try_from).collect()
}
