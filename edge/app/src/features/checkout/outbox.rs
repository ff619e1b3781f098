//! Telling accounts, and Stripe, what they must hear.

use super::shop_of;
use crate::{
    app::{Cx, Platform},
    features::metering,
    problem::Problem,
    sessions,
    store::{
        ledger::Ledger,
        outbox::{self, Message},
        purchase::{HEARD, Known, Lifetime},
    },
};
use kernel::{AccountId, read_json};
use ledger::{Wanted, returned_share};
use ports::{Host, Sql, SqlError};
use serde::Deserialize;
use tenant::Tenant;

/// Most messages that are sent at once.
const MESSAGES_MAX: u32 = 50;
/// How often a wallet is looked at again that is spent from meanwhile.
const ATTEMPTS_MAX: usize = 5;
/// When a message is sent again that was not heard.
const LATER_MS: i64 = 30_000;

/// What a message says of tokens that were bought.
#[derive(Deserialize)]
struct Tokens {
    bought: i64,
    paid_minor: i64,
    returned_minor: i64,
    is_plan: bool,
    expires_at_ms: Option<i64>,
}

/// Sends the messages of a tenant that are due. What is not heard is sent again later.
pub async fn deliver<P: Platform>(cx: &Cx<P>, tenant: &Tenant) -> u32 {
    match deliver_due(cx, tenant).await {
        Ok(heard) => heard,
        Err(error) => {
            log::warn!("{}: messages wait: {error}", cx.request_id);
            0
        }
    }
}

async fn deliver_due<P: Platform>(cx: &Cx<P>, tenant: &Tenant) -> Result<u32, SqlError> {
    let sql = shop_of(cx, tenant);
    let now = cx.clock_now();
    let due = sql.query(outbox::due(&tenant.id, now, MESSAGES_MAX)).await?;
    let mut outcomes = Vec::new();
    let mut heard = 0;
    for row in &due {
        let message = Message::try_from(row)?;
        outcomes.push(match send(cx, tenant, &message).await {
            Ok(()) => {
                heard += 1;
                outbox::heard(&tenant.id, &message)
            }
            Err(problem) => {
                let why = problem.cause().unwrap_or_else(|| problem.told().code.to_owned());
                log::warn!("{}: {} {} waits: {why}", cx.request_id, message.kind, message.key);
                outbox::later(&tenant.id, &message, now.plus_ms(LATER_MS), problem.told().code)
            }
        });
    }
    if !outcomes.is_empty() {
        sql.batch(outcomes).await?;
    }
    Ok(heard)
}

async fn send<P: Platform>(cx: &Cx<P>, tenant: &Tenant, message: &Message) -> Result<(), Problem> {
    match message.kind.as_str() {
        "meter" => metering::report::report(cx, tenant, message).await,
        _ => credit(cx, tenant, message).await,
    }
}

/// Makes true in an account's ledger what a message says of a purchase.
async fn credit<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    message: &Message,
) -> Result<(), Problem> {
    let tokens: Tokens = read_json(message.body.as_bytes())?;
    let unread = |e: kernel::IdError| kernel::FieldError::new("account", e.to_string());
    let account: AccountId = message.account.parse().map_err(unread)?;
    let ledger = Ledger { tenant: &tenant.id, account: &account };
    let sql = cx.host.sql(&sessions::shard(tenant, &account));
    let returned = returned_share(tokens.bought, tokens.returned_minor, tokens.paid_minor);
    let lifetime = Lifetime { is_plan: tokens.is_plan, expires_at_ms: tokens.expires_at_ms };
    for _ in 0..ATTEMPTS_MAX {
        let found = sql.query(ledger.purchase(&message.key)).await?;
        let row =
            found.first().ok_or_else(|| SqlError::Failed("no row of a purchase".to_owned()))?;
        let known = Known::try_from(row)?;
        if known.version >= message.version {
            return Ok(());
        }
        let wanted = Wanted { bought: tokens.bought, returned, ended: known.ended };
        let (steps, after) = known.purchase.steps(wanted, known.available);
        let steps: Vec<_> = steps.into_iter().map(|step| (cx.new_transfer_id(), step)).collect();
        let now = cx.clock_now();
        let batch =
            ledger.settle_purchase(&message.key, message.version, &steps, after, lifetime, now);
        match sql.batch(batch).await {
            Ok(_) => return Ok(()),
            Err(SqlError::Constraint(name)) if name == HEARD => return Ok(()),
            // Something was spent between looking and taking back.
            Err(SqlError::Constraint(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(SqlError::Failed("a wallet does not stand still".to_owned()).into())
}
