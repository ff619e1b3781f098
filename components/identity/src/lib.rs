//! Who is asking: access tokens, ID tokens, key sets and API keys.
//!
//! A token is believed for what a key says, never for what the token says of itself: the key
//! decides the algorithm, and keys come only from where the operator has pointed. Everything that
//! changes with time or place (the clock, the keys, who is expected) is a parameter.
//!
//! Signatures are [`jwt_compact`]'s. This crate adds the strictness that its callers would
//! otherwise each have to remember.

mod api_key;
mod claims;
#[cfg(feature = "component")]
mod component;
mod id_token;
mod keys;
mod mint;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod no_entropy;
mod token;

pub use api_key::ApiKey;
pub use claims::Claims;
pub use id_token::{ExpectedId, IdClaims, verify_id_token};
pub use keys::Keys;
pub use mint::{MintError, mint_hs256};
pub use token::{Expected, Peek, Pending, TokenError, begin, fingerprint, peek, verify};

/// Longest access token that is looked at, in bytes.
pub const TOKEN_LEN_MAX: usize = 8 * 1024;

/// Longest ID token that is looked at, in bytes. It comes from the issuer itself and never in a
/// header, and some issuers write a person's groups into it.
pub const ID_TOKEN_LEN_MAX: usize = 32 * 1024;

/// How far the clocks of an issuer and of Postern may lie apart.
pub const LEEWAY_SECONDS: i64 = 60;
