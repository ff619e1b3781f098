//! Keys and what each may do. The key decides the algorithm.

use crate::TokenError;
use jwt_compact::{
    Algorithm, AlgorithmExt, Token, UntrustedToken,
    alg::{Ed25519, Es256, Hs256, Hs256Key, Rsa, RsaPublicKey, StrongAlg, StrongKey},
    jwk::JsonWebKey,
};
use serde::{Deserialize, de::DeserializeOwned};

/// Most keys of one set that are looked at.
const KEYS_MAX: usize = 32;

/// Shortest secret for `HS256`: as long as the hash
/// ([RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2)).
pub(crate) const SECRET_LEN_MIN: usize = 32;

/// The keys that an issuer's tokens may be signed with.
#[derive(Clone, Copy)]
pub enum Keys<'a> {
    /// A JSON Web Key Set as its issuer publishes it
    /// ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)). Symmetric keys in it
    /// are passed over: what is published is no secret.
    Published(&'a str),
    /// A secret that Postern shares with the issuer, for `HS256`. At least 32 bytes.
    Shared(&'a [u8]),
}

/// One published key, as far as it is usable here.
struct PublicKey {
    id: Option<String>,
    key: VerifyingKey,
    /// Its public part, as a JSON Web Key.
    jwk: String,
}

enum VerifyingKey {
    Ed25519(<Ed25519 as Algorithm>::VerifyingKey),
    Es256(<Es256 as Algorithm>::VerifyingKey),
    Rs256(StrongKey<RsaPublicKey>),
}

/// The parts of a key that say what it is for
/// ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)).
#[derive(Deserialize)]
struct Purpose {
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    key_use: Option<String>,
    key_ops: Option<Vec<String>>,
}

impl Purpose {
    fn allows(&self, algorithm: &str) -> bool {
        self.alg.as_deref().is_none_or(|alg| alg == algorithm)
            && self.key_use.as_deref().is_none_or(|key_use| key_use == "sig")
            && self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"))
    }
}

impl VerifyingKey {
    fn from_jwk(jwk: &JsonWebKey<'_>) -> Option<Self> {
        match jwk {
            JsonWebKey::Rsa { .. } => {
                let key = RsaPublicKey::try_from(jwk).ok()?;
                StrongKey::try_from(key).ok().map(Self::Rs256)
            }
            JsonWebKey::EllipticCurve { .. } => jwk.try_into().ok().map(Self::Es256),
            JsonWebKey::KeyPair { .. } => jwk.try_into().ok().map(Self::Ed25519),
            _ => None,
        }
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "EdDSA",
            Self::Es256(_) => "ES256",
            Self::Rs256(_) => "RS256",
        }
    }

    fn validate<T, H>(&self, token: &UntrustedToken<'_, H>) -> Result<Token<T, H>, TokenError>
    where
        T: DeserializeOwned,
        H: Clone,
    {
        match self {
            Self::Ed25519(key) => validate(&Ed25519, key, token),
            Self::Es256(key) => validate(&Es256, key, token),
            Self::Rs256(key) => validate(&StrongAlg(Rsa::rs256()), key, token),
        }
    }
}

fn validate<A, T, H>(
    algorithm: &A,
    key: &A::VerifyingKey,
    token: &UntrustedToken<'_, H>,
) -> Result<Token<T, H>, TokenError>
where
    A: Algorithm,
    T: DeserializeOwned,
    H: Clone,
{
    use jwt_compact::ValidationError as E;
    algorithm.validator(key).validate(token).map_err(|error| match error {
        E::AlgorithmMismatch { .. } => TokenError::AlgorithmNotAllowed,
        E::MalformedClaims(_) => TokenError::BadClaims,
        _ => TokenError::BadSignature,
    })
}

impl Keys<'_> {
    /// Checks the token's signature and reads its claims.
    pub(crate) fn validate<T, H>(
        &self,
        token: &UntrustedToken<'_, H>,
    ) -> Result<Token<T, H>, TokenError>
    where
        T: DeserializeOwned,
        H: Clone,
    {
        match self {
            Self::Shared(secret) => {
                if secret.len() < SECRET_LEN_MIN {
                    return Err(TokenError::UnknownKey);
                }
                validate(&Hs256, &Hs256Key::new(secret), token)
            }
            Self::Published(jwks) => choose(read(jwks)?, token)?.key.validate(token),
        }
    }

    /// The published key and the algorithm that a token's signature is to be checked with; `None`
    /// for a secret.
    pub(crate) fn named<H>(
        &self,
        token: &UntrustedToken<'_, H>,
    ) -> Result<Option<(&'static str, String)>, TokenError> {
        match self {
            Self::Shared(_) => Ok(None),
            Self::Published(jwks) => {
                let PublicKey { key, jwk, .. } = choose(read(jwks)?, token)?;
                Ok(Some((key.algorithm(), jwk)))
            }
        }
    }
}

/// The one key a token may be checked with: the one it names or, when it names none, the only one.
fn choose<H>(
    mut keys: Vec<PublicKey>,
    token: &UntrustedToken<'_, H>,
) -> Result<PublicKey, TokenError> {
    if let Some(id) = &token.header().key_id {
        keys.retain(|key| key.id.as_ref() == Some(id));
    } else if keys.len() > 1 {
        return Err(TokenError::UnknownKey);
    }
    if keys.is_empty() {
        return Err(TokenError::UnknownKey);
    }
    let fits = |key: &PublicKey| key.key.algorithm() == token.algorithm();
    keys.into_iter().find(fits).ok_or(TokenError::AlgorithmNotAllowed)
}

/// The usable keys of a set. One key that cannot be read does not spoil the others, since issuers
/// publish kinds of keys that Postern has never heard of.
fn read(jwks: &str) -> Result<Vec<PublicKey>, TokenError> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let set: Set = serde_json::from_str(jwks).map_err(|_| TokenError::UnknownKey)?;
    let usable = |value: serde_json::Value| {
        let key = VerifyingKey::from_jwk(&JsonWebKey::deserialize(&value).ok()?)?;
        let purpose = Purpose::deserialize(&value).ok()?;
        let jwk = public_part(&value);
        purpose.allows(key.algorithm()).then_some(PublicKey { id: purpose.kid, key, jwk })
    };
    Ok(set.keys.into_iter().take(KEYS_MAX).filter_map(usable).collect())
}

/// The members of a key that are the key, and nothing about it.
fn public_part(jwk: &serde_json::Value) -> String {
    let members = ["kty", "crv", "x", "y", "n", "e"];
    let members =
        members.into_iter().filter_map(|name| Some((name.to_owned(), jwk.get(name)?.clone())));
    serde_json::Value::Object(members.collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jwt_compact::AlgorithmSignature;

    /// [RFC 8037 appendix A.4](https://www.rfc-editor.org/rfc/rfc8037#appendix-A.4). Its payload is
    /// no JSON, so the signature is checked without the token around it.
    #[test]
    fn the_ed25519_key_of_rfc_8037_checks_its_signature() {
        let jwk = r#"{"keys":[{"kty":"OKP","crv":"Ed25519",
                      "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        let data = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = [
            0x86, 0x0c, 0x98, 0xd2, 0x29, 0x7f, 0x30, 0x60, 0xa3, 0x3f, 0x42, 0x73, 0x96, 0x72,
            0xd6, 0x1b, 0x53, 0xcf, 0x3a, 0xde, 0xfe, 0xd3, 0xd3, 0xc6, 0x72, 0xf3, 0x20, 0xdc,
            0x02, 0x1b, 0x41, 0x1e, 0x9d, 0x59, 0xb8, 0x62, 0x8d, 0xc3, 0x51, 0xe2, 0x48, 0xb8,
            0x8b, 0x29, 0x46, 0x8e, 0x0e, 0x41, 0x85, 0x5b, 0x0f, 0xb7, 0xd8, 0x3b, 0xb1, 0x5b,
            0xe9, 0x02, 0xbf, 0xcc, 0xb8, 0xcd, 0x0a, 0x02,
        ];
        let keys = read(jwk).unwrap();
        let VerifyingKey::Ed25519(key) = &keys[0].key else { panic!("not an Ed25519 key") };
        let check = |data: &[u8], signature: &[u8]| {
            let signature = AlgorithmSignature::try_from_slice(signature).unwrap();
            Ed25519.verify_signature(&signature, key, data)
        };
        assert!(check(data, &signature));
        assert!(!check(b"eyJhbGciOiJFZERTQSJ9.", &signature));
        let mut forged = signature;
        forged[0] ^= 1;
        assert!(!check(data, &forged));
    }
}
