//! How a tenant is paid.

use kernel::FieldError;
use serde::{Deserialize, Serialize};

/// Most secrets of webhooks at a time: two while they are changed, and one more.
const WEBHOOK_SECRETS_MAX: usize = 3;
const SECRET_LEN_MAX: usize = 500;
const ACCOUNT_LEN_MAX: usize = 64;
/// A fee of everything that is paid, in basis points.
const ALL_BP: u32 = 10_000;

/// How a tenant is paid: by an account of its own at Stripe, or by one that is connected to the
/// platform's. Without either the platform is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// What opens the tenant's own account: `sk_test_…`, `sk_live_…`. Sealed wherever it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_key: Option<String>,
    /// What that account signs its events with. Sealed wherever they are kept; several while they
    /// are changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhook_secrets: Vec<String>,
    /// The connected account, `acct_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What the platform keeps of each payment to a connected account, in basis points.
    #[serde(default)]
    pub fee_bp: u32,
    /// Whether Stripe Tax computes taxes. The account must be registered for it.
    #[serde(default = "yes")]
    pub automatic_tax: bool,
}

const fn yes() -> bool {
    true
}

impl Payments {
    /// Checks what the types do not say.
    ///
    /// # Errors
    /// A [`FieldError`] that names the first wrong field.
    pub fn validate(&self) -> Result<(), FieldError> {
        let secret = |field: &str, secret: &str| {
            let is_sound = (1..=SECRET_LEN_MAX).contains(&secret.len())
                && secret.bytes().all(|b| b.is_ascii_graphic());
            let message = format!("must be 1 to {SECRET_LEN_MAX} visible characters");
            if is_sound { Ok(()) } else { Err(FieldError::new(field, message)) }
        };
        if let Some(key) = &self.secret_key {
            secret("secret_key", key)?;
            if self.account.is_some() {
                let message = "is paid by the platform's key, not by one of its own";
                return Err(FieldError::new("account", message));
            }
        }
        if self.webhook_secrets.len() > WEBHOOK_SECRETS_MAX {
            let message = format!("must be at most {WEBHOOK_SECRETS_MAX}");
            return Err(FieldError::new("webhook_secrets", message));
        }
        for (index, webhook) in self.webhook_secrets.iter().enumerate() {
            secret(&format!("webhook_secrets[{index}]"), webhook)?;
        }
        let is_account = |id: &String| {
            id.strip_prefix("acct_").is_some_and(|rest| {
                !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric())
            }) && id.len() <= ACCOUNT_LEN_MAX
        };
        if !self.account.as_ref().is_none_or(is_account) {
            return Err(FieldError::new(
                "account",
                "must be the id of a connected account, acct_…",
            ));
        }
        if self.fee_bp > ALL_BP || (self.fee_bp > 0 && self.account.is_none()) {
            let message = format!("must be 0 to {ALL_BP}, and 0 without a connected account");
            return Err(FieldError::new("fee_bp", message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(json: &str) -> String {
        let payments: Payments = serde_json::from_str(json).unwrap();
        payments.validate().unwrap_err().field
    }

    #[test]
    fn wrong_fields_are_named() {
        assert_eq!(wrong(r#"{"secret_key": ""}"#), "secret_key");
        assert_eq!(wrong(r#"{"secret_key": "sk_test_1", "account": "acct_1"}"#), "account");
        assert_eq!(wrong(r#"{"account": "1"}"#), "account");
        assert_eq!(wrong(r#"{"webhook_secrets": ["a", "b c"]}"#), "webhook_secrets[1]");
        assert_eq!(wrong(r#"{"webhook_secrets": ["a", "b", "c", "d"]}"#), "webhook_secrets");
        assert_eq!(wrong(r#"{"fee_bp": 100}"#), "fee_bp");
        assert_eq!(wrong(r#"{"account": "acct_1", "fee_bp": 10001}"#), "fee_bp");
    }
}
