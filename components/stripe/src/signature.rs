//! Whether a webhook is Stripe's
//! ([verify webhook signatures manually](https://docs.stripe.com/webhooks#verify-manually)).
//!
//! The header `stripe-signature` holds a time `t` and one or more signatures `v1`: while an
//! endpoint's secret is being rotated, Stripe signs with each one that is active. Postern may hold
//! several secrets too. One match is enough.

use hmac::{Hmac, Mac};
use kernel::UnixMillis;
use sha2::Sha256;
use std::fmt;

/// How far a signature's time may lie from ours, in seconds, in either direction.
pub const TOLERANCE_S: i64 = 300;
/// Longest header that is read, in bytes.
pub const HEADER_LEN_MAX: usize = 2048;
/// Most signatures of one header that are looked at.
const SIGNATURES_MAX: usize = 16;

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// The header is longer than [`HEADER_LEN_MAX`].
    TooLong,
    /// The header is not `t=...,v1=...`.
    Malformed,
    /// The header has no `v1` signature.
    NoSignature,
    /// No secret is set, or only blank ones, with which anybody could sign.
    NoSecret,
    /// No signature is one of any of the secrets over these bytes.
    Mismatch,
    /// It was signed longer than [`TOLERANCE_S`] ago, and may be a replay.
    TooOld,
    /// It was signed more than [`TOLERANCE_S`] from now. Clocks differ, or somebody made up a time
    /// at which the replay would be good.
    InFuture,
}

impl SignatureError {
    /// A permanent name, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "signature_too_long",
            Self::Malformed => "signature_malformed",
            Self::NoSignature => "signature_missing",
            Self::NoSecret => "signature_no_secret",
            Self::Mismatch => "signature_mismatch",
            Self::TooOld => "signature_too_old",
            Self::InFuture => "signature_in_future",
        }
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the signature header is too long",
            Self::Malformed => "the signature header is not `t=...,v1=...`",
            Self::NoSignature => "the signature header has no `v1` signature",
            Self::NoSecret => "no webhook secret is set",
            Self::Mismatch => "no signature fits the body",
            Self::TooOld => "the signature is too old",
            Self::InFuture => "the signature is of the future",
        })
    }
}

impl std::error::Error for SignatureError {}

/// Checks the header `stripe-signature` against the body as it came, byte for byte. Blank secrets
/// are passed over.
///
/// # Errors
/// [`SignatureError`]. The time is judged after the signature, so that only Stripe learns about our
/// clock.
pub fn verify(
    body: &[u8],
    header: &str,
    secrets: &[&str],
    now: UnixMillis,
) -> Result<(), SignatureError> {
    let (time, signatures) = read(header)?;
    let mut secrets = secrets.iter().map(|s| s.trim()).filter(|s| !s.is_empty()).peekable();
    if secrets.peek().is_none() {
        return Err(SignatureError::NoSecret);
    }
    let mut found = false;
    for secret in secrets {
        let mac = mac(body, secret, time)?;
        for signature in &signatures {
            // Constant time, and every pair is compared: what a forger can time says nothing.
            found |= mac.clone().verify_slice(signature).is_ok();
        }
    }
    if !found {
        return Err(SignatureError::Mismatch);
    }
    let age_s = now.seconds().saturating_sub(time);
    if age_s > TOLERANCE_S {
        Err(SignatureError::TooOld)
    } else if age_s < -TOLERANCE_S {
        Err(SignatureError::InFuture)
    } else {
        Ok(())
    }
}

/// The header that Stripe would send with `body` at `t`, in seconds since the epoch. For the
/// sandbox and for tests.
///
/// # Errors
/// [`SignatureError::NoSecret`] for a blank secret.
pub fn header(body: &[u8], secret: &str, t: i64) -> Result<String, SignatureError> {
    let secret = secret.trim();
    if secret.is_empty() {
        return Err(SignatureError::NoSecret);
    }
    let signature = mac(body, secret, t)?.finalize().into_bytes();
    Ok(format!("t={t},v1={}", hex::encode(signature)))
}

fn mac(body: &[u8], secret: &str, time: i64) -> Result<Hmac<Sha256>, SignatureError> {
    // HMAC takes keys of any length; the error exists for other constructions.
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| SignatureError::NoSecret)?;
    mac.update(time.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Ok(mac)
}

/// The time and the `v1` signatures. Other schemes are passed over, as Stripe asks.
fn read(header: &str) -> Result<(i64, Vec<[u8; 32]>), SignatureError> {
    if header.len() > HEADER_LEN_MAX {
        return Err(SignatureError::TooLong);
    }
    let mut time = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        let (scheme, value) = part.trim().split_once('=').ok_or(SignatureError::Malformed)?;
        match scheme {
            // Two times leave open which one was signed.
            "t" if time.is_some() => return Err(SignatureError::Malformed),
            "t" => time = Some(seconds(value)?),
            "v1" if signatures.len() < SIGNATURES_MAX => {
                let mut signature = [0; 32];
                hex::decode_to_slice(value, &mut signature)
                    .map_err(|_| SignatureError::Malformed)?;
                signatures.push(signature);
            }
            _ => {}
        }
    }
    let time = time.ok_or(SignatureError::Malformed)?;
    if signatures.is_empty() { Err(SignatureError::NoSignature) } else { Ok((time, signatures)) }
}

/// Digits only, without a leading zero: what is signed is the number as we would write it, and so
/// it must have been written that way.
fn seconds(text: &str) -> Result<i64, SignatureError> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if plain {
        text.parse().map_err(|_| SignatureError::Malformed)
    } else {
        Err(SignatureError::Malformed)
    }
}

#[cfg(test)]
mod tests;
