//! The hold on a wallet while a model answers.
//!
//! Taking it is one batch in the account's shard: old holds end, the caller is counted, the amount
//! is set aside, or none of it. Ending it is left to work that runs after the response, and is
//! handed over by dropping: there is no way to leave this module's hands without the hold's end.

use crate::{
    app::{Call, Cx, Platform},
    log::{Slot, Spent},
    problem::Problem,
    rates,
    store::{
        ledger::{Balance, Ledger, NO_OVERDRAFT, Source, rows},
        rate::{self, RATE_LIMITED},
    },
};
use futures::{FutureExt, channel::oneshot};
use kernel::{AccountId, TenantId, TransferId};
use ledger::Entry;
use limit::{Quota, Standing};
use model::{Metered, Model, Price, Timeouts, Usage};
use ports::{Clock, Host, Shard, Sql, SqlError, Tasks};

/// How much longer than its answer a hold lives, in milliseconds.
const MARGIN_MS: i64 = 120_000;
/// How often ending a hold is tried. After that it ends when its time is over.
const ATTEMPTS: u32 = 5;
const BACKOFF_MS: u64 = 50;

/// An amount that is set aside. Dropped without [`Hold::end`], it is given back.
pub struct Hold {
    end: Option<oneshot::Sender<End>>,
}

struct End {
    metered: Metered,
    how: &'static str,
}

/// What taking a hold has brought beside it.
pub struct Admitted {
    /// Where the caller stands with its quota.
    pub standing: Option<Standing>,
    /// Where the request's log line is written from.
    pub slot: Slot,
}

impl Hold {
    /// Hands over what the hold is to be ended with.
    pub fn end(&mut self, metered: Metered, how: &'static str) {
        if let Some(end) = self.end.take() {
            // The other side waits for nothing else; it is gone only if the instance is.
            let _ = end.send(End { metered, how });
        }
    }

    /// Gives everything back: nothing was released, so nothing is to be paid for.
    pub fn give_back(&mut self) {
        self.end = None;
    }
}

/// What ends a hold, after the response.
struct Settlement<P: Platform> {
    cx: Cx<P>,
    shard: Shard,
    tenant: TenantId,
    account: AccountId,
    hold: TransferId,
    end: TransferId,
    entry: Entry,
    model: String,
    multiplier: kernel::Ratio,
    price: Price,
    slot: Slot,
}

/// Sets `entry` aside for the caller of `call`.
///
/// # Errors
/// [`Problem::InsufficientTokens`], [`Problem::RateLimited`], or [`Problem::Sql`].
pub async fn take<P: Platform>(
    call: &Call<P>,
    name: &str,
    model: &Model,
    entry: Entry,
    timeouts: Timeouts,
) -> Result<(Hold, Admitted), Problem> {
    let cx = &call.cx;
    let shard = call.account_shard();
    let id = cx.new_transfer_id();
    let quota = call.tenant.limits.requests_per_minute_per_key.map(Quota::per_minute);
    let account = call.caller.account();

    let mut batch = call.tidy();
    if let Some(quota) = quota {
        batch.push(rate_key(call).admit(quota, cx.now));
    }
    let counted = batch.len().checked_sub(1).filter(|_| quota.is_some());
    let source = Source { name: "chat", id: cx.request_id.as_str() };
    let expires_at = cx.now.plus_ms(i64::from(timeouts.total_ms) + MARGIN_MS);
    batch.push(call.ledger().reserve(&id, &entry, source, cx.now, expires_at));
    let results = match cx.host.sql(&shard).batch(batch).await {
        Ok(results) => results,
        Err(error) => return Err(refusal(call, &shard, quota, &entry, error).await),
    };
    let counted = counted.zip(quota);
    let standing = counted
        .map(|(index, quota)| rates::admitted(results.get(index), quota, cx.now))
        .transpose()?;

    let slot = Slot::default();
    let (sender, receiver) = oneshot::channel();
    let settlement = Settlement {
        cx: cx.clone(),
        shard,
        tenant: call.tenant.id.clone(),
        account: account.clone(),
        hold: id,
        end: cx.new_transfer_id(),
        entry,
        model: name.to_owned(),
        multiplier: model.multiplier,
        price: model.price_nanousd,
        slot: slot.clone(),
    };
    cx.host.tasks().after_response(settlement.run(receiver).boxed_local());
    Ok((Hold { end: Some(sender) }, Admitted { standing, slot }))
}

/// Whose chats are counted: in the account's shard, in the batch that reserves its tokens.
fn rate_key<P: Platform>(call: &Call<P>) -> rate::Key<'_> {
    let account = Some(call.caller.account());
    rate::Key { tenant: &call.tenant.id, account, name: call.caller.quota_key() }
}

/// Finds the words for a batch that was refused. The numbers are looked up only now, since most
/// requests do not need them.
async fn refusal<P: Platform>(
    call: &Call<P>,
    shard: &Shard,
    quota: Option<Quota>,
    entry: &Entry,
    error: SqlError,
) -> Problem {
    let sql = call.cx.host.sql(shard);
    if error.is_constraint(RATE_LIMITED) {
        let quota = quota.unwrap_or(Quota::per_minute(1));
        let read = rate_key(call).read();
        return Problem::RateLimited(rates::refused(&sql, read, quota, call.cx.now).await);
    }
    if error.is_constraint(NO_OVERDRAFT) {
        let mut batch = call.tidy();
        batch.push(call.ledger().balances());
        let found = sql.batch(batch).await.ok().and_then(|mut results| results.pop());
        let balances = rows::<Balance>(found.as_deref().unwrap_or_default()).unwrap_or_default();
        let balance = balances.iter().find(|balance| balance.asset == entry.asset.as_str());
        let available = balance.map_or(0, |balance| balance.available);
        return Problem::InsufficientTokens { needed: entry.amount, available };
    }
    error.into()
}

impl<P: Platform> Settlement<P> {
    async fn run(self, end: oneshot::Receiver<End>) {
        // A hold that was dropped without an end belongs to a request that failed.
        let nothing = Metered { usage: Usage::default(), estimated: false };
        let End { metered, how } = end.await.unwrap_or(End { metered: nothing, how: "failed" });
        let tokens = metered.usage.total().unwrap_or(u64::MAX);
        let entry = ledger::settle(&self.entry, tokens, self.multiplier);
        let taken = self.settle(&entry).await;
        let spent = Spent {
            model: self.model,
            ended: how,
            input_tokens: metered.usage.input_tokens,
            output_tokens: metered.usage.output_tokens,
            estimated: metered.estimated,
            tokens: taken,
            cost_nanousd: Some(metered.usage.cost_nanousd(&self.price)),
        };
        self.slot.ended(spent, self.cx.clock_now());
    }

    /// Ends the hold, and tells how much was taken. Tried again after an error, which is safe: a
    /// hold that has ended does not end again.
    async fn settle(&self, entry: &Entry) -> i64 {
        let ledger = Ledger { tenant: &self.tenant, account: &self.account };
        for attempt in 0..ATTEMPTS {
            let statement = ledger.end(&self.hold, &self.end, entry, self.cx.clock_now());
            match self.cx.host.sql(&self.shard).query(statement).await {
                Ok(rows) => {
                    return rows.first().and_then(|row| row.int(0).ok()).unwrap_or(entry.amount);
                }
                Err(error) => {
                    let request = &self.cx.request_id;
                    log::error!("{request}: attempt {attempt} to end {}: {error}", self.hold);
                    self.cx.host.clock().sleep(BACKOFF_MS << attempt).await;
                }
            }
        }
        0
    }
}
