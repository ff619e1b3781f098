//! What Stripe's errors mean ([errors](https://docs.stripe.com/api/errors),
//! [error handling](https://docs.stripe.com/error-low-level)).

use serde::Deserialize;
use std::fmt;

/// Longest message of Stripe's that is kept, in characters.
const MESSAGE_CHARS_MAX: usize = 500;

/// Why Stripe did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The card or another means of payment was refused. The message is written for the buyer.
    Card {
        /// Stripe's code: `card_declined`, `expired_card`.
        code: Option<String>,
        /// The bank's reason: `insufficient_funds`. Stripe asks not to show it for stolen cards.
        decline_code: Option<String>,
        /// For the buyer.
        message: String,
    },
    /// A parameter is wrong: our mistake, or what somebody typed.
    Invalid {
        /// Path of the parameter as it was sent: `line_items[0][price_data][currency]`.
        param: Option<String>,
        /// Stripe's code: `parameter_missing`, `amount_too_small`.
        code: Option<String>,
        /// For the developer.
        message: String,
    },
    /// There is no such object in this account and mode.
    Missing,
    /// The idempotency key was used before, with other parameters.
    KeyReused,
    /// A request with the same idempotency key, or one that touches the same object, is being
    /// worked on now.
    Busy,
    /// Too many requests.
    RateLimited,
    /// The secret key is wrong or revoked.
    Authentication,
    /// The secret key may not do this, or not to this account.
    Forbidden,
    /// Stripe failed. What was asked may or may not have been done: ask again with the same key.
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is not what this version of the API gives; holds why.
    Malformed(String),
}

impl Error {
    /// Whether the object that a parameter names is not there, or was deleted.
    #[must_use]
    pub fn is_without(&self, parameter: &str) -> bool {
        matches!(self, Self::Invalid { param: Some(param), code: Some(code), .. }
            if param == parameter && code == "resource_missing")
    }

    /// A permanent name, for logs and problems.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Card { .. } => "card_declined",
            Self::Invalid { .. } => "stripe_invalid_request",
            Self::Missing => "stripe_object_missing",
            Self::KeyReused => "stripe_idempotency_conflict",
            Self::Busy => "stripe_busy",
            Self::RateLimited => "stripe_rate_limited",
            Self::Authentication => "stripe_authentication",
            Self::Forbidden => "stripe_forbidden",
            Self::Unavailable { .. } => "stripe_unavailable",
            Self::Malformed(_) => "stripe_malformed",
        }
    }

    /// Whether the same request with the same idempotency key may succeed later. Stripe's header
    /// `stripe-should-retry` knows better where it is present: see [`crate::Answer::retry`].
    #[must_use]
    pub const fn retriable(&self) -> bool {
        matches!(self, Self::Busy | Self::RateLimited | Self::Unavailable { .. })
    }

    /// The error that an answer outside 200 to 299 stands for.
    #[must_use]
    pub fn read(status: u16, body: &[u8]) -> Self {
        let error = serde_json::from_slice::<Body>(body).unwrap_or_default().error;
        let code = error.code.as_deref();
        match (status, error.kind.as_deref()) {
            (400, Some("idempotency_error")) => Self::KeyReused,
            (409, _) => Self::Busy,
            (429, _) if code == Some("lock_timeout") => Self::Busy,
            (429, _) => Self::RateLimited,
            (400, _) if code == Some("rate_limit") => Self::RateLimited,
            (401, _) => Self::Authentication,
            (403, _) => Self::Forbidden,
            (404, _) => Self::Missing,
            (402, _) | (400, Some("card_error")) => error.card(),
            (400..500, _) if code == Some("resource_missing") && error.is_of_path() => {
                Self::Missing
            }
            (400..500, _) => error.invalid(),
            _ => Self::Unavailable { status },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card { message, .. } => write!(f, "the payment was declined: {message}"),
            Self::Invalid { param: Some(param), message, .. } => {
                write!(f, "Stripe refused `{param}`: {message}")
            }
            Self::Invalid { message, .. } => write!(f, "Stripe refused the request: {message}"),
            Self::Missing => f.write_str("Stripe knows no such object"),
            Self::KeyReused => f.write_str("the idempotency key was used for something else"),
            Self::Busy => f.write_str("Stripe is still working on the same thing"),
            Self::RateLimited => f.write_str("Stripe was asked too often"),
            Self::Authentication => f.write_str("Stripe does not accept the secret key"),
            Self::Forbidden => f.write_str("the secret key is not allowed to do this"),
            Self::Unavailable { status } => write!(f, "Stripe answered {status}"),
            Self::Malformed(why) => write!(f, "Stripe's answer is not as expected: {why}"),
        }
    }
}

impl std::error::Error for Error {}

#[derive(Default, Deserialize)]
struct Body {
    #[serde(default)]
    error: Raw,
}

#[derive(Default, Deserialize)]
struct Raw {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
    param: Option<String>,
}

impl Raw {
    /// `resource_missing` of the object that was asked for, and not of one that a field names.
    fn is_of_path(&self) -> bool {
        self.param.as_deref().is_none_or(|param| param == "id" || param == "intent")
    }

    fn card(self) -> Error {
        let message = self.text("The payment was declined.");
        Error::Card { message, code: self.code, decline_code: self.decline_code }
    }

    fn invalid(self) -> Error {
        let message = self.text("no reason was given");
        Error::Invalid { message, param: self.param, code: self.code }
    }

    fn text(&self, otherwise: &str) -> String {
        let text = self.message.as_deref().unwrap_or(otherwise);
        text.chars().take(MESSAGE_CHARS_MAX).collect()
    }
}

#[cfg(test)]
mod tests;
