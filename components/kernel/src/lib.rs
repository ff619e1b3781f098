//! The words every part of Postern shares: ids, money, currencies, time and ratios.
//!
//! Nothing here decides anything about a product, and nothing here does input or output. A type
//! belongs in this crate when two components must mean exactly the same thing by it.
#![forbid(unsafe_code)]

mod currency;
mod field;
mod id;
mod json;
mod keys;
mod money;
mod ratio;
mod region;
mod time;

pub use currency::{Currency, StripeUnit, UnknownCurrency};
pub use field::FieldError;
pub use id::{
    AccountId, AssetId, AuditId, CartId, EntitlementId, Entropy, GrantId, IdError, KeyId, OrderId,
    PriceId, ProductId, ProfileId, QuoteId, RequestId, SessionId, TenantId, TransferId,
};
pub use json::read_json;
pub use keys::{NamedKey, read_keys};
pub use money::{Money, MoneyError};
pub use ratio::{Ratio, RatioError};
pub use region::{Region, UnknownRegion};
pub use time::UnixMillis;

/// The largest integer that survives a trip through a JavaScript number: 2^53 - 1.
///
/// Durable Objects hand every SQL integer to the program as a JavaScript number, so no quantity
/// that Postern stores may grow beyond it
/// ([ECMA-262, Number.MAX_SAFE_INTEGER](https://tc39.es/ecma262/#sec-number.max_safe_integer)).
pub const SAFE_INTEGER_MAX: i64 = (1 << 53) - 1;
