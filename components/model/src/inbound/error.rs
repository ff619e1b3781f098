//! Errors in the words of each dialect.

use super::messages::THREAD;
use serde_json::{Value, json};

/// An error as a client may see it.
#[derive(Clone, Copy, Debug)]
pub struct WrittenError<'a> {
    /// The HTTP status that it has, or would have had before the stream began.
    pub status: u16,
    /// A permanent name.
    pub code: &'a str,
    /// Words for the person who reads it.
    pub message: &'a str,
    /// The field of the request that is wrong, if one is.
    pub field: Option<&'a str>,
}

impl WrittenError<'_> {
    /// The [`error` object](https://platform.openai.com/docs/guides/error-codes) of OpenAI's API.
    #[must_use]
    pub fn openai(&self) -> Value {
        let kind = match self.status {
            401 => "authentication_error",
            402 => "insufficient_quota",
            403 => "permission_error",
            429 => "rate_limit_error",
            500.. => "server_error",
            _ => "invalid_request_error",
        };
        json!({ "error": {
            "message": self.message, "type": kind, "param": self.field, "code": self.code,
        }})
    }

    /// An [error](https://platform.claude.com/docs/en/api/errors) of Anthropic's API. It has a
    /// type and words, and no place for a field, which our words name. Only of a thread there is
    /// more to say: a library that tries one goes on without it once it has read these details.
    #[must_use]
    pub fn anthropic(&self) -> Value {
        let kind = match self.status {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 | 529 => "overloaded_error",
            504 => "timeout_error",
            500.. => "api_error",
            _ => "invalid_request_error",
        };
        let error = match self.field {
            Some(THREAD) => json!({ "type": kind, "message": self.message, "details": {
                "error_code": "thread_unsupported_request", "unsupported": [THREAD],
            }}),
            _ => json!({ "type": kind, "message": self.message }),
        };
        json!({ "type": "error", "error": error })
    }

    /// What a response has failed with, of the few names that the Responses API has.
    pub(super) fn response(&self) -> Value {
        let code = match self.status {
            429 => "rate_limit_exceeded",
            _ => "server_error",
        };
        json!({ "code": code, "message": self.message })
    }
}
