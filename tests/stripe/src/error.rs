//! What Stripe says when it refuses (<https://docs.stripe.com/api/errors>).

use serde_json::{Value, json};

/// A request that is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `invalid_request_error`, `card_error` or `idempotency_error`.
    pub kind: &'static str,
    /// Stripe's code, as in `parameter_unknown`.
    pub code: Option<&'static str>,
    /// A sentence for whoever wrote the request.
    pub message: String,
    /// The field that is to blame, in Stripe's notation: `line_items[0][quantity]`.
    pub param: Option<String>,
    /// Whether the request was refused for its form, before anything was looked at.
    pub(crate) by_form: bool,
    /// What a declined card adds: `decline_code`, `charge`, `payment_intent`.
    pub(crate) details: Value,
}

/// What an endpoint answers.
pub(crate) type Answer<T = Value> = Result<T, Refusal>;

impl Refusal {
    /// A request that is wrong.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: "invalid_request_error",
            code: None,
            message: message.into(),
            param: None,
            by_form: false,
            details: json!({}),
        }
    }

    /// A parameter that is wrong.
    pub(crate) fn param(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self { param: Some(param.into()), ..Self::invalid(message) }
    }

    /// A parameter that is not there.
    pub(crate) fn missing(param: impl Into<String>) -> Self {
        let param = param.into();
        let message = format!("Missing required param: {param}.");
        Self::param(param, message).code("parameter_missing")
    }

    /// An object that is not there. In a path it is a 404, in a parameter a 400.
    pub(crate) fn no_such(kind: &str, id: &str, param: Option<&str>) -> Self {
        let status = if param.is_none() { 404 } else { 400 };
        let message = format!("No such {}: '{id}'", kind.replace(['.', '_'], " "));
        Self { status, ..Self::param(param.unwrap_or("id"), message) }.code("resource_missing")
    }

    /// A card that is declined.
    pub(crate) fn declined(decline_code: &str, intent: Value) -> Self {
        let details = json!({
            "decline_code": decline_code,
            "charge": intent["latest_charge"],
            "payment_intent": intent,
        });
        let message = "Your card was declined.".to_owned();
        let status = 402;
        Self { status, kind: "card_error", details, ..Self::invalid(message) }.code("card_declined")
    }

    /// Adds a code.
    pub(crate) fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// The body of the answer.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if let Some(code) = self.code {
            error["code"] = code.into();
            error["doc_url"] = format!("https://stripe.com/docs/error-codes/{code}").into();
        }
        if let Some(param) = &self.param {
            error["param"] = param.as_str().into();
        }
        for (name, value) in self.details.as_object().into_iter().flatten() {
            error[name.as_str()] = value.clone();
        }
        json!({ "error": error })
    }
}
