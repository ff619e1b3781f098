//! The crate as a WebAssembly component, by `wit/identity@0.1.0`.
#![allow(unsafe_code, missing_docs)] // What the bindings generate.

use exports::postern::identity::verifier::{Claims, Expected, Guest, Keys, TokenError};
use kernel::UnixMillis;

wit_bindgen::generate!({ world: "identity", path: "../../wit/identity@0.1.0" });

struct Component;

impl From<crate::TokenError> for TokenError {
    fn from(error: crate::TokenError) -> Self {
        use crate::TokenError as E;
        match error {
            E::TooLong => Self::TooLong,
            E::Malformed => Self::Malformed,
            E::AlgorithmNotAllowed => Self::AlgorithmNotAllowed,
            E::HeaderNotAllowed => Self::HeaderNotAllowed,
            E::UnknownKey => Self::UnknownKey,
            E::BadSignature => Self::BadSignature,
            // Access tokens, which are what the interface speaks of, answer no nonce.
            E::BadClaims | E::WrongNonce => Self::BadClaims,
            E::WrongIssuer => Self::WrongIssuer,
            E::WrongAudience => Self::WrongAudience,
            E::WrongTenant => Self::WrongTenant,
            E::Expired => Self::Expired,
            E::NotYetValid => Self::NotYetValid,
        }
    }
}

impl Guest for Component {
    fn peek(token: String) -> Result<String, TokenError> {
        Ok(crate::peek(&token)?.issuer)
    }

    fn verify(
        token: String,
        keys: Keys,
        expected: Expected,
        now_ms: i64,
    ) -> Result<Claims, TokenError> {
        let keys = match &keys {
            Keys::Published(jwks) => crate::Keys::Published(jwks),
            Keys::Shared(secret) => crate::Keys::Shared(secret),
        };
        // A tenant that has no id has no tokens.
        let tenant = expected.tenant.parse().map_err(|_| TokenError::WrongTenant)?;
        let expected = crate::Expected {
            issuer: &expected.issuer,
            audiences: &expected.audiences,
            tenant: &tenant,
        };
        let claims = crate::verify(&token, keys, &expected, UnixMillis(now_ms))?;
        Ok(Claims {
            subject: claims.subject,
            account: claims.account.into(),
            profile: claims.profile.map(String::from),
            roles: claims.roles,
            scopes: claims.scopes,
            expires_at_ms: claims.expires_at.0,
        })
    }
}

export!(Component);
