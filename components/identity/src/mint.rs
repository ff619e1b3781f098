//! Making tokens, for development and for tests.

use crate::keys::SECRET_LEN_MIN;
use jwt_compact::{
    AlgorithmExt, Claims, Header,
    alg::{Hs256, Hs256Key},
};
use serde_json::{Map, Value};
use std::fmt;

/// Why no token could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MintError {
    /// The secret is shorter than 32 bytes.
    WeakSecret,
    /// The claims cannot be written.
    BadClaims,
}

impl fmt::Display for MintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WeakSecret => "the secret must be at least 32 bytes long",
            Self::BadClaims => "the claims cannot be written as JSON",
        })
    }
}

impl std::error::Error for MintError {}

/// Signs `claims` with a shared secret. The claims are taken as they are; `exp` is among them.
///
/// # Errors
/// [`MintError`].
pub fn mint_hs256(secret: &[u8], claims: Map<String, Value>) -> Result<String, MintError> {
    if secret.len() < SECRET_LEN_MIN {
        return Err(MintError::WeakSecret);
    }
    let header = Header::empty().with_token_type("JWT");
    Hs256
        .token(&header, &Claims::new(claims), &Hs256Key::new(secret))
        .map_err(|_| MintError::BadClaims)
}
