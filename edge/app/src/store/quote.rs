//! What carts come to, frozen.

use super::{QUOTE_FORGET_STALE, QUOTE_GET, QUOTE_INSERT, cart::Carts, read_id, read_word};
use kernel::{AccountId, CartId, QuoteId, TenantId, UnixMillis};
use ports::{Row, SqlError, Statement};
use serde::{Deserialize, Serialize};

/// What has become of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuoteStatus {
    /// It counts, until its time is over.
    Open,
    /// The cart has changed since, or has a newer quote.
    Stale,
    /// It was bought by.
    Consumed,
}

/// A quote.
#[derive(Clone, Debug)]
pub struct StoredQuote {
    pub status: QuoteStatus,
    /// A [`crate::features::shop::record::QuoteRecord`] as JSON.
    pub record: String,
    /// Until when it counts, that moment not included.
    pub expires_at: UnixMillis,
    /// Whose the cart is by now, if it is anybody's.
    pub account: Option<AccountId>,
}

/// A new quote, which ends the one before. A row, if the cart is still of the version that was
/// priced.
pub fn insert(
    cart: &Carts<'_>,
    version: i64,
    (id, record): (&QuoteId, String),
    now: UnixMillis,
    expires_at: UnixMillis,
) -> Statement {
    let [tenant, cart, account] = cart.seen();
    let id = id.as_str().into();
    Statement::new(
        QUOTE_INSERT,
        [
            tenant,
            cart,
            account,
            version.into(),
            id,
            record.into(),
            now.0.into(),
            expires_at.0.into(),
        ],
    )
}

/// A quote, whoever asks.
pub fn get(tenant: &TenantId, id: &QuoteId) -> Statement {
    Statement::new(QUOTE_GET, [tenant.as_str().into(), id.as_str().into()])
}

/// Forgets a cart's quotes from before a time that no longer count.
pub fn forget_stale(tenant: &TenantId, cart: &CartId, before: UnixMillis) -> Statement {
    let [tenant, cart] = [tenant.as_str(), cart.as_str()].map(Into::into);
    Statement::new(QUOTE_FORGET_STALE, [tenant, cart, before.0.into()])
}

impl TryFrom<&Row> for StoredQuote {
    type Error = SqlError;

    fn try_from(row: &Row) -> Result<Self, SqlError> {
        Ok(Self {
            status: read_word(row, 0)?,
            record: row.text(1)?.to_owned(),
            expires_at: UnixMillis(row.int(2)?),
            account: if row.is_null(3) { None } else { Some(read_id(row, 3)?) },
        })
    }
}
