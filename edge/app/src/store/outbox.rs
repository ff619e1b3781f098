//! What other shards, and Stripe, must hear of.

use super::{OUTBOX_DUE, OUTBOX_HEARD, OUTBOX_LATER};
use kernel::{TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};

/// A message. It says what is true now, and is sent until this version of it has been heard.
#[derive(Clone, Debug)]
pub struct Message {
    /// What it is about: `tokens` or `meter`.
    pub kind: String,
    /// Which one, by the business's own key: a payment and its item, or an invoice's line.
    pub key: String,
    pub account: String,
    pub body: String,
    pub version: i64,
}

impl TryFrom<&Row> for Message {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            kind: row.text(0)?.to_owned(),
            key: row.text(1)?.to_owned(),
            account: row.text(2)?.to_owned(),
            body: row.text(3)?.to_owned(),
            version: row.int(4)?,
        })
    }
}

/// Messages that are due.
pub fn due(tenant: &TenantId, now: UnixMillis, limit: u32) -> Statement {
    Statement::new(OUTBOX_DUE, [tenant.as_str().into(), now.0.into(), limit.into()])
}

/// The message has been heard.
pub fn heard(tenant: &TenantId, message: &Message) -> Statement {
    Statement::new(
        OUTBOX_HEARD,
        [
            tenant.as_str().into(),
            message.kind.as_str().into(),
            message.key.as_str().into(),
            message.version.into(),
        ],
    )
}

/// The message has not been heard: it is sent again later.
pub fn later(tenant: &TenantId, message: &Message, next_at: UnixMillis, why: &str) -> Statement {
    Statement::new(
        OUTBOX_LATER,
        [
            tenant.as_str().into(),
            message.kind.as_str().into(),
            message.key.as_str().into(),
            next_at.0.into(),
            why.into(),
        ],
    )
}
