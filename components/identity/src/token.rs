//! Reading and verifying tokens.

use crate::{Claims, Keys, LEEWAY_SECONDS, TOKEN_LEN_MAX, claims::Raw};
use jwt_compact::UntrustedToken;
use kernel::{TenantId, UnixMillis};
use serde::{Deserialize, de::IgnoredAny};
use sha2::{Digest, Sha256};
use std::fmt;

/// What a token must say to be accepted.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The issuer whose keys are used.
    pub issuer: &'a str,
    /// Accepted audiences; the token must carry one of them.
    pub audiences: &'a [String],
    /// The tenant whose host was asked.
    pub tenant: &'a TenantId,
}

/// Why a token is refused. None of these tells a caller more than that the token is no good here;
/// the difference is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Longer than [`TOKEN_LEN_MAX`].
    TooLong,
    /// Not three parts of base64url with a JSON header.
    Malformed,
    /// `none`, an algorithm Postern does not speak, or one that is not the key's.
    AlgorithmNotAllowed,
    /// The header asks for something that Postern does not do: its own key, or an extension.
    HeaderNotAllowed,
    /// No key of the issuer fits. Its key set may be out of date.
    UnknownKey,
    /// The signature is not the key's.
    BadSignature,
    /// A claim is missing, of the wrong type or out of bounds.
    BadClaims,
    /// Issued by somebody else.
    WrongIssuer,
    /// Meant for somebody else.
    WrongAudience,
    /// Good for another tenant.
    WrongTenant,
    /// An ID token that answers another sign-in.
    WrongNonce,
    /// Past its end.
    Expired,
    /// Before its beginning, or issued in the future.
    NotYetValid,
}

impl TokenError {
    /// A permanent name, for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Malformed => "malformed",
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::HeaderNotAllowed => "header_not_allowed",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::BadClaims => "bad_claims",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::WrongTenant => "wrong_tenant",
            Self::WrongNonce => "wrong_nonce",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for TokenError {}

/// What a token claims about itself, for finding the keys to check it with. Not to be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peek {
    /// The issuer that the token names.
    pub issuer: String,
}

/// Header fields in which a token would bring its own key or change what verification means.
#[derive(Clone, Deserialize)]
pub(crate) struct Extensions {
    jwk: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
    enc: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
}

/// Reads a token of one of the types in `types`, in lower case. One without a type passes.
pub(crate) fn read<'t>(
    token: &'t str,
    types: &[&str],
) -> Result<UntrustedToken<'t, Extensions>, TokenError> {
    let token = UntrustedToken::<Extensions>::try_from(token).map_err(|_| TokenError::Malformed)?;
    let header = token.header();
    let extensions = &header.other_fields;
    let foreign_key = header.key_set_url.is_some()
        || header.certificate_url.is_some()
        || extensions.jwk.is_some()
        || extensions.x5c.is_some();
    let extended = extensions.crit.is_some()
        || extensions.enc.is_some()
        || extensions.zip.is_some()
        || extensions.b64.is_some();
    // RFC 8725 §3.11: what is meant for one use must not serve for another.
    let typed = header.token_type.as_deref().is_none_or(|typ| {
        let typ = typ.to_ascii_lowercase();
        types.contains(&typ.trim_start_matches("application/"))
    });
    if foreign_key || extended || !typed {
        return Err(TokenError::HeaderNotAllowed);
    }
    Ok(token)
}

/// When a token ends, if it has begun and has not ended. Both edges have [`LEEWAY_SECONDS`].
pub(crate) fn end<T>(
    claims: &jwt_compact::Claims<T>,
    now: UnixMillis,
) -> Result<UnixMillis, TokenError> {
    let now_seconds = now.seconds();
    let expires_at = claims.expiration.ok_or(TokenError::BadClaims)?.timestamp();
    if now_seconds >= expires_at.saturating_add(LEEWAY_SECONDS) {
        return Err(TokenError::Expired);
    }
    let begins = [claims.not_before, claims.issued_at];
    if begins.into_iter().flatten().any(|t| t.timestamp() > now_seconds + LEEWAY_SECONDS) {
        return Err(TokenError::NotYetValid);
    }
    Ok(UnixMillis::from_seconds(expires_at))
}

fn read_access(token: &str) -> Result<UntrustedToken<'_, Extensions>, TokenError> {
    if token.len() > TOKEN_LEN_MAX {
        return Err(TokenError::TooLong);
    }
    read(token, &["jwt", "at+jwt"])
}

/// Reads which issuer a token says it is from, without believing it.
///
/// # Errors
/// [`TokenError`] for a token that no key could make good.
pub fn peek(token: &str) -> Result<Peek, TokenError> {
    let token = read_access(token)?;
    let claims = token.deserialize_claims_unchecked::<Raw>().map_err(|_| TokenError::BadClaims)?;
    claims.custom.iss.map(|issuer| Peek { issuer }).ok_or(TokenError::BadClaims)
}

/// Verifies a token with the keys of its issuer.
///
/// Times are checked with [`LEEWAY_SECONDS`]. A token without `exp` is refused.
///
/// # Errors
/// [`TokenError`] says what is wrong. On [`TokenError::UnknownKey`] it is worth asking the issuer
/// for its keys again.
pub fn verify(
    token: &str,
    keys: Keys<'_>,
    expected: &Expected<'_>,
    now: UnixMillis,
) -> Result<Claims, TokenError> {
    let token = read_access(token)?;
    let verified = keys.validate::<Raw, _>(&token)?;
    accept(verified.claims(), expected, now)
}

/// A token whose signature is for somebody else to check, because they do it quicker.
pub struct Pending<'t> {
    algorithm: &'static str,
    jwk: String,
    message: &'t str,
    signature: Vec<u8>,
    /// What the token says, if its signature is good.
    claims: Result<Claims, TokenError>,
}

impl Pending<'_> {
    /// The algorithm, by its name in tokens: `ES256`, `RS256` or `EdDSA`.
    #[must_use]
    pub const fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    /// The public key, as a JSON Web Key.
    #[must_use]
    pub fn jwk(&self) -> &str {
        &self.jwk
    }

    /// What is signed.
    #[must_use]
    pub const fn message(&self) -> &[u8] {
        self.message.as_bytes()
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// What the token says, once it is known whether the signature is the key's.
    ///
    /// # Errors
    /// As for [`verify`].
    pub fn settle(self, is_the_keys: bool) -> Result<Claims, TokenError> {
        if is_the_keys { self.claims } else { Err(TokenError::BadSignature) }
    }
}

/// Does all that [`verify`] does but for checking the signature. `None` for a token that is signed
/// with a secret.
///
/// # Errors
/// [`TokenError`], for what is wrong before a signature counts.
pub fn begin<'t>(
    text: &'t str,
    keys: Keys<'_>,
    expected: &Expected<'_>,
    now: UnixMillis,
) -> Result<Option<Pending<'t>>, TokenError> {
    let token = read_access(text)?;
    let Some((algorithm, jwk)) = keys.named(&token)? else { return Ok(None) };
    let (message, _) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let claims = token.deserialize_claims_unchecked::<Raw>().map_err(|_| TokenError::BadClaims);
    let claims = claims.and_then(|claims| accept(&claims, expected, now));
    let signature = token.signature_bytes().to_vec();
    Ok(Some(Pending { algorithm, jwk, message, signature, claims }))
}

/// Checks what a token says.
fn accept(
    claims: &jwt_compact::Claims<Raw>,
    expected: &Expected<'_>,
    now: UnixMillis,
) -> Result<Claims, TokenError> {
    let raw = &claims.custom;
    if !raw.is_bounded() {
        return Err(TokenError::BadClaims);
    }

    let expires_at = end(claims, now)?;
    if raw.iss.as_deref() != Some(expected.issuer) {
        return Err(TokenError::WrongIssuer);
    }
    if !raw.aud.iter().any(|audience| expected.audiences.contains(audience)) {
        return Err(TokenError::WrongAudience);
    }
    if raw.tenant.as_deref() != Some(expected.tenant.as_str()) {
        return Err(TokenError::WrongTenant);
    }

    let account = raw.account.as_deref().and_then(|id| id.parse().ok());
    let profile = raw.profile.as_deref().map(str::parse).transpose();
    Ok(Claims {
        subject: raw.sub.clone(),
        tenant: expected.tenant.clone(),
        account: account.ok_or(TokenError::BadClaims)?,
        profile: profile.map_err(|_| TokenError::BadClaims)?,
        roles: raw.roles.clone(),
        scopes: raw.scope.clone(),
        expires_at,
    })
}

/// The name under which a verified token may be remembered: SHA-256 over the tenant and the token.
/// The tenant is part of it because a token that is good for one tenant is not good for another.
#[must_use]
pub fn fingerprint(tenant: &TenantId, token: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(tenant.as_str());
    hash.update([0]);
    hash.update(token);
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
