//! Proof Key for Code Exchange ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)): a code is worth
//! nothing to whoever steals it without the verifier, which never leaves us before the exchange.

use crate::{Secret, base64url};
use sha2::{Digest, Sha256};

/// The only method there is a reason to use. `plain` protects against nobody who sees the request.
pub const METHOD: &str = "S256";

/// A verifier: 32 random bytes, by §4.1's advice.
#[must_use]
pub fn verifier(entropy: [u8; 32]) -> Secret {
    Secret::new(base64url::encode(&entropy))
}

/// What may be shown of a verifier (§4.2).
#[must_use]
pub fn challenge(verifier: &Secret) -> String {
    base64url::encode(&Sha256::digest(verifier.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [RFC 7636 appendix B](https://www.rfc-editor.org/rfc/rfc7636#appendix-B).
    #[test]
    fn the_example_of_rfc_7636() {
        let verifier = verifier([
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ]);
        assert_eq!(verifier.expose(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
