//! What an account can see of its ledger.

use crate::{
    app::{Call, Platform},
    problem::Problem,
    respond,
    store::ledger::{Balance, Ledger, Lot, Source, Transfer, rows},
};
use http::StatusCode;
use kernel::{FieldError, SAFE_INTEGER_MAX};
use ports::{Body, Host, Row, Shard, Sql, Statement};
use serde::Serialize;

const PAGE_LEN: u32 = 50;
const PAGE_LEN_MAX: u32 = 100;

/// A page of a list.
#[derive(Serialize)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// How many entries of a list are asked for.
///
/// # Errors
/// A [`FieldError`] for a number that is out of range.
pub fn page_limit(query: &str) -> Result<u32, FieldError> {
    let Some(text) = respond::query(query, "limit") else { return Ok(PAGE_LEN) };
    let limit = text.parse().ok().filter(|n| (1..=PAGE_LEN_MAX).contains(n));
    limit.ok_or_else(|| FieldError::new("limit", format!("must be between 1 and {PAGE_LEN_MAX}")))
}

impl<P: Platform> Call<P> {
    /// The shard of the caller's account.
    pub fn account_shard(&self) -> Shard {
        Shard::Account {
            tenant: self.tenant.id.clone(),
            account: self.caller.account().clone(),
            region: self.tenant.region,
        }
    }

    /// The statements of the caller's ledger.
    pub fn ledger(&self) -> Ledger<'_> {
        Ledger { tenant: &self.tenant.id, account: self.caller.account() }
    }

    /// What brings the caller's ledger up to date before it is looked at or spent from: holds
    /// and tokens whose time is over end, and a new account finds what its tenant gives to new accounts.
    pub fn tidy(&self) -> Vec<Statement> {
        let mut statements =
            vec![self.ledger().void_expired(self.cx.now), self.ledger().expire_lots(self.cx.now)];
        if let Ok(welcome) = ledger::grant(self.tenant.welcome_tokens.into()) {
            let account = self.caller.account().as_str();
            let source = Source { name: "welcome", id: account };
            let id = self.cx.new_transfer_id();
            statements.push(self.ledger().post(&id, &welcome, source, self.cx.now));
        }
        statements
    }
}

impl<P: Platform> Call<P> {
    /// Reads from the caller's ledger, which is brought up to date before if it is not: writing
    /// takes a commit, and mostly there is nothing to write.
    pub async fn read_books(&self, reads: Vec<Statement>) -> Result<Vec<Vec<Row>>, Problem> {
        let sql = self.cx.host.sql(&self.account_shard());
        let welcomes = self.tenant.welcome_tokens > 0;
        let due = self.ledger().is_due(welcomes, self.cx.now);
        let batch = std::iter::once(due).chain(reads.iter().cloned()).collect();
        let mut results = sql.batch(batch).await?.into_iter();
        let due = results.next().unwrap_or_default();
        if due.first().map_or(Ok(0), |row| row.int(0))? == 0 {
            return Ok(results.collect());
        }
        let mut batch = self.tidy();
        let first = batch.len();
        batch.extend(reads);
        Ok(sql.batch(batch).await?.split_off(first))
    }
}

/// The models that the caller's tenant offers, and who runs each.
pub fn offered<P: Platform>(call: &Call<P>) -> impl Iterator<Item = (&str, &str)> {
    call.cx.settings.models().filter(|(id, _)| call.tenant.offers_model(id))
}

/// `GET /me/balance`
pub async fn balance<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Balances {
        balances: Vec<Balance>,
        lots: Vec<Lot>,
    }
    let reads = vec![call.ledger().balances(), call.ledger().lots()];
    let results = call.read_books(reads).await?;
    let of = |index: usize| results.get(index).map_or(&[][..], Vec::as_slice);
    let mut balances: Vec<Balance> = rows(of(0))?;
    let lots = rows(of(1))?;
    if balances.is_empty() {
        let asset = ledger::Asset::Tokens.as_str().to_owned();
        balances.push(Balance { asset, posted: 0, held: 0, available: 0 });
    }
    Ok(respond::json(StatusCode::OK, &Balances { balances, lots }))
}

/// `GET /me/transfers`
pub async fn transfers<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let limit = page_limit(&call.query)?;
    let before = cursor_of(&call.query)?;
    // One more than the page, to know whether there is another.
    let results = call.read_books(vec![call.ledger().page(before, limit + 1)]).await?;
    let data = rows(results.last().map_or(&[], Vec::as_slice))?;
    let (data, next) = page_of(data, limit);
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

/// Before which transfer a page begins.
///
/// # Errors
/// A [`FieldError`] for what is no cursor.
pub fn cursor_of(query: &str) -> Result<i64, FieldError> {
    match respond::query(query, "cursor") {
        None => Ok(SAFE_INTEGER_MAX),
        Some(text) => read_cursor(text)
            .ok_or_else(|| FieldError::new("cursor", "must be the `next` of an earlier page")),
    }
}

/// A page of `limit` transfers and where the next begins, from one transfer more than that.
pub fn page_of(mut data: Vec<Transfer>, limit: u32) -> (Vec<Transfer>, Option<String>) {
    let more = data.len() > limit as usize;
    data.truncate(limit as usize);
    let next = data.last().filter(|_| more).map(|last| cursor(last.seq));
    (data, next)
}

/// A place in the list, as clients carry it. It says nothing that they need to understand.
fn cursor(seq: i64) -> String {
    format!("t{seq:x}")
}

fn read_cursor(text: &str) -> Option<i64> {
    let seq = i64::from_str_radix(text.strip_prefix('t')?, 16).ok()?;
    (1..=SAFE_INTEGER_MAX).contains(&seq).then_some(seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        assert_eq!(read_cursor(&cursor(4_711)), Some(4_711));
        for wrong in ["", "t", "4711", "t-1", "t0", "tffffffffffffffff", "t1;DROP TABLE transfer"] {
            assert_eq!(read_cursor(wrong), None, "{wrong}");
        }
    }
}
