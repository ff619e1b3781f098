//! The hold on a wallet while a model answers.
//!
//! Taking it is one batch in the account's shard: old holds end, the caller is counted, the amount
//! is set aside, or none of it. Ending it is left to work that runs after the response, and is
//! handed over by dropping: there is no way to leave this module's hands without the hold's end.

use super::{
    answers::Draft,
    plan::{Candidate, Plan},
};
use crate::{
    app::{Call, Cx, Platform},
    health::{self, News},
    log::{Slot, Spent},
    problem::Problem,
    rates,
    store::{
        ledger::{Balance, Ledger, NO_OVERDRAFT, Source, rows},
        operation::{Attempt, Operation},
        rate::{self, RATE_LIMITED},
    },
};
use futures::{FutureExt, channel::oneshot};
use kernel::{AccountId, ProfileId, Ratio, TenantId, TransferId};
use ledger::Entry;
use limit::{Quota, Standing};
use model::{Cancelled, Metered, Price, Usage};
use ports::{Clock, Host, Shard, Sql, SqlError, Statement, Tasks};

/// How much longer than its answer a hold lives, in milliseconds.
const MARGIN_MS: i64 = 120_000;
/// How often ending a hold is tried. After that it ends when its time is over.
const ATTEMPTS: u32 = 5;
const BACKOFF_MS: u64 = 50;

/// An amount that is set aside, and what has happened since. Dropped without [`Hold::end`], it is
/// given back.
pub struct Hold {
    end: Option<oneshot::Sender<End>>,
    record: Record,
}

/// What has happened since a hold was taken.
#[derive(Default)]
struct Record {
    attempts: Vec<Attempt>,
    answered: Option<Answered>,
    first_byte_ms: Option<i64>,
    output_bytes: u64,
    news: Vec<News>,
    /// The answer, while it may still be kept.
    draft: Option<Draft>,
}

/// The model that answers, and what that costs.
pub struct Answered {
    model: String,
    vendor: String,
    multiplier: Ratio,
    price: Price,
    /// The longest answer, if the provider bills it even when it is cancelled.
    billed_when_cancelled: Option<u64>,
}

struct End {
    metered: Metered,
    how: &'static str,
    record: Record,
}

/// What taking a hold has brought beside it.
pub struct Admitted {
    /// Where the caller stands with its quota.
    pub standing: Option<Standing>,
    /// Where the request's log line is written from.
    pub slot: Slot,
}

/// Something of which so much may be had in a minute.
#[derive(Clone)]
struct Counter {
    name: String,
    quota: Quota,
    cost_us: i64,
    /// Whether tokens are counted, of which some may be given back.
    of_tokens: bool,
}

impl Answered {
    /// That a candidate answers.
    pub fn by(candidate: &Candidate<'_>) -> Self {
        let (model, provider) = (candidate.usable.model, candidate.usable.provider);
        let whole = provider.cancelled == Cancelled::Whole;
        Self {
            model: candidate.name.to_owned(),
            vendor: model.provider.clone(),
            multiplier: model.multiplier,
            price: model.price_nanousd,
            billed_when_cancelled: whole.then(|| candidate.output_tokens_max.into()),
        }
    }
}

impl Hold {
    /// Hands over what the hold is to be ended with. The first word counts.
    pub fn end(&mut self, metered: Metered, how: &'static str) {
        if let Some(end) = self.end.take() {
            let record = std::mem::take(&mut self.record);
            // The other side waits for nothing else; it is gone only if the instance is.
            let _ = end.send(End { metered, how, record });
        }
    }

    /// Gives everything back: nothing was released, so nothing is to be paid for.
    pub fn give_back(&mut self) {
        self.end(Metered { usage: Usage::default(), estimated: false }, "failed");
    }

    /// Notes an attempt.
    pub fn attempted(&mut self, candidate: &Candidate<'_>, outcome: &'static str, ms: i64) {
        self.record.attempts.push(Attempt {
            model: candidate.name.to_owned(),
            provider: candidate.usable.model.provider.clone(),
            outcome,
            duration_ms: ms.max(0),
        });
    }

    /// How many attempts there were.
    pub fn attempts(&self) -> usize {
        self.record.attempts.len()
    }

    /// Notes who answers, and how long after the request.
    pub fn answered(&mut self, answered: Answered, first_byte_ms: i64) {
        self.record.answered = Some(answered);
        self.record.first_byte_ms = Some(first_byte_ms);
    }

    /// Notes what has been released to the client.
    pub fn released(&mut self, bytes: &[u8]) {
        self.record.output_bytes = self.record.output_bytes.saturating_add(bytes.len() as u64);
        if self.record.draft.as_mut().is_some_and(|draft| !draft.add(bytes)) {
            self.record.draft = None;
        }
    }

    /// Keeps the answer for the next who asks the same, if it comes to its end.
    pub fn keep(&mut self, draft: Draft) {
        self.record.draft = Some(draft);
    }

    /// Notes what others should know.
    pub fn news(&mut self, news: Option<News>) {
        self.record.news.extend(news);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Nobody waits for the answer any more, and nothing of it was released.
        self.end(Metered { usage: Usage::default(), estimated: false }, "left");
    }
}

/// What ends a hold, after the response.
struct Settlement<P: Platform> {
    cx: Cx<P>,
    shard: Shard,
    tenant: TenantId,
    account: AccountId,
    profile: Option<ProfileId>,
    hold: TransferId,
    end: TransferId,
    entry: Entry,
    counters: Vec<Counter>,
    asked_model: String,
    input_bytes: u64,
    slot: Slot,
}

/// Sets aside what `plan` may cost the caller of `call`.
///
/// # Errors
/// [`Problem::InsufficientTokens`], [`Problem::RateLimited`], [`Problem::TokensLimited`], or
/// [`Problem::Sql`].
pub async fn take<P: Platform>(
    call: &Call<P>,
    asked_model: &str,
    plan: &Plan<'_>,
    input_bytes: u64,
) -> Result<(Hold, Admitted), Problem> {
    let cx = &call.cx;
    let shard = call.account_shard();
    let id = cx.new_transfer_id();
    let account = call.caller.account();
    let counters = counters(call, plan.tokens);

    let mut batch = call.tidy();
    let first = batch.len();
    let count = |counter: &Counter| {
        rate_key(call, &counter.name).admit(counter.quota, counter.cost_us, cx.now)
    };
    batch.extend(counters.iter().map(count));
    let source = Source { name: "chat", id: cx.request_id.as_str() };
    let expires_at = cx.now.plus_ms(i64::from(plan.timeouts.total_ms) + MARGIN_MS);
    batch.push(call.ledger().reserve(&id, &plan.entry, source, cx.now, expires_at));
    let results = match cx.host.sql(&shard).batch(batch).await {
        Ok(results) => results,
        Err(error) => return Err(refusal(call, &shard, &counters, &plan.entry, error).await),
    };
    let requests = counters.first().filter(|counter| !counter.of_tokens);
    let standing = requests
        .map(|counter| rates::admitted(results.get(first), counter.quota, cx.now))
        .transpose()?;

    let slot = Slot::default();
    let (sender, receiver) = oneshot::channel();
    let settlement = Settlement {
        cx: cx.clone(),
        shard,
        tenant: call.tenant.id.clone(),
        account: account.clone(),
        profile: call.caller.profile().cloned(),
        hold: id,
        end: cx.new_transfer_id(),
        entry: plan.entry,
        counters,
        asked_model: asked_model.to_owned(),
        input_bytes,
        slot: slot.clone(),
    };
    cx.host.tasks().after_response(settlement.run(receiver).boxed_local());
    let hold = Hold { end: Some(sender), record: Record::default() };
    Ok((hold, Admitted { standing, slot }))
}

/// What is counted of a request that may take `tokens`: in the account's shard, in the batch that
/// reserves them. The requests of the caller come first, as they are what headers tell.
fn counters<P: Platform>(call: &Call<P>, tokens: u64) -> Vec<Counter> {
    let limits = call.tenant.limits;
    let caller = call.caller.quota_key();
    let of_requests = |name: String, most: Option<u32>| {
        let quota = Quota::per_minute(most?);
        Some(Counter { name, quota, cost_us: quota.interval_us(), of_tokens: false })
    };
    let of_tokens = |name: String, most: Option<u32>| {
        let quota = Quota::per_minute(most?);
        Some(Counter { name, quota, cost_us: quota.cost_us(tokens), of_tokens: true })
    };
    [
        of_requests(caller.to_owned(), limits.requests_per_minute_per_key),
        of_requests("account".to_owned(), limits.requests_per_minute_per_account),
        of_tokens(format!("{caller}/tokens"), limits.tokens_per_minute_per_key),
        of_tokens("account/tokens".to_owned(), limits.tokens_per_minute_per_account),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn rate_key<'a, P: Platform>(call: &'a Call<P>, name: &'a str) -> rate::Key<'a> {
    rate::Key { tenant: &call.tenant.id, account: Some(call.caller.account()), name }
}

/// Finds the words for a batch that was refused. The numbers are looked up only now, since most
/// requests do not need them.
async fn refusal<P: Platform>(
    call: &Call<P>,
    shard: &Shard,
    counters: &[Counter],
    entry: &Entry,
    error: SqlError,
) -> Problem {
    let sql = call.cx.host.sql(shard);
    if error.is_constraint(RATE_LIMITED) {
        let reads = counters.iter().map(|counter| rate_key(call, &counter.name).read()).collect();
        let found = sql.batch(reads).await.unwrap_or_default();
        for (counter, rows) in counters.iter().zip(&found) {
            let arrival = rows.first().and_then(|row| row.int(0).ok());
            let (_, standing) = counter.quota.admit_cost(counter.cost_us, arrival, call.cx.now);
            match (standing.admitted, counter.of_tokens) {
                (true, _) => {}
                (false, true) => return Problem::TokensLimited(standing),
                (false, false) => return Problem::RateLimited(standing),
            }
        }
        // It would be let in by now.
        let standing = Quota::per_minute(1).standing(0, call.cx.now);
        return Problem::RateLimited(Standing { admitted: false, ..standing });
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
        let Ok(End { metered, how, mut record }) = end.await else { return };
        let usage = metered.usage;
        let multiplier = record.answered.as_ref().map_or(Ratio::ONE, |a| a.multiplier);
        let entry = ledger::settle(&self.entry, usage.total().unwrap_or(u64::MAX), multiplier);
        let cost_nanousd = record.answered.as_ref().map(|answered| {
            let billed = answered.billed_when_cancelled.filter(|_| how == "left");
            let output_tokens = usage.output_tokens.max(billed.unwrap_or(0));
            Usage { output_tokens, ..usage }.cost_nanousd(&answered.price)
        });
        let taken = self.settle(&entry, &metered, how, &record, cost_nanousd).await;
        let now = self.cx.clock_now();
        let spent = Spent {
            model: record.answered.as_ref().map_or(self.asked_model.clone(), |a| a.model.clone()),
            ended: how,
            attempts: record.attempts.len(),
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            estimated: metered.estimated,
            tokens: taken,
            cost_nanousd,
        };
        self.slot.ended(spent, now);
        if let Some(draft) = record.draft.take().filter(|_| how == "done") {
            draft.keep(&self.cx).await;
        }
        health::tell(&self.cx, &record.news, now).await;
        for attempt in &record.attempts {
            health::listen(&self.cx, &attempt.model, now).await;
        }
    }

    /// Ends the hold and books the operation, in one batch, and tells how much was taken. Tried
    /// again after an error, which is safe: a hold that has ended does not end again, and an
    /// operation that is booked is not booked again.
    async fn settle(
        &self,
        entry: &Entry,
        metered: &Metered,
        how: &'static str,
        record: &Record,
        cost_nanousd: Option<u64>,
    ) -> i64 {
        let now = self.cx.clock_now();
        let ledger = Ledger { tenant: &self.tenant, account: &self.account };
        let answered = record.answered.as_ref();
        let operation = Operation {
            tenant: &self.tenant,
            account: &self.account,
            id: &self.cx.request_id,
            profile: self.profile.as_ref(),
            asked_model: &self.asked_model,
            answered: answered.map(|a| (a.model.as_str(), a.vendor.as_str())),
            outcome: how,
            attempts: &record.attempts,
            input_bytes: self.input_bytes,
            output_bytes: record.output_bytes,
            usage: metered.usage,
            is_estimated: metered.estimated,
            hold: &self.hold,
            cost_nanousd,
            first_byte_ms: record.first_byte_ms,
            total_ms: now.since_ms(self.cx.now),
            created_at: self.cx.now,
        };
        for attempt in 0..ATTEMPTS {
            let mut batch = self.give_back(metered.usage.total().unwrap_or(u64::MAX));
            let end = batch.len();
            batch.push(ledger.end(&self.hold, &self.end, entry, self.cx.clock_now()));
            batch.push(operation.insert());
            match self.cx.host.sql(&self.shard).batch(batch).await {
                Ok(results) => {
                    let row = results.get(end).and_then(|rows| rows.first());
                    return row.and_then(|row| row.int(0).ok()).unwrap_or(entry.amount);
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

    /// What gives back the tokens that were counted and not used.
    fn give_back(&self, used: u64) -> Vec<Statement> {
        let account = Some(&self.account);
        let unused = self.counters.iter().filter(|counter| counter.of_tokens).map(|counter| {
            let unused_us = counter.cost_us.saturating_sub(counter.quota.cost_us(used)).max(0);
            let key = rate::Key { tenant: &self.tenant, account, name: &counter.name };
            key.give_back(unused_us, &self.hold)
        });
        unused.collect()
    }
}
