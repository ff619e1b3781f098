//! A request to Stripe and the answer to it, as values.

use crate::{ANSWER_LEN_MAX, API_VERSION, Error, Hidden, form::Form};
use kernel::{FieldError, QuoteId};
use serde::de::DeserializeOwned;
use std::{fmt, marker::PhantomData};

/// Longest id of Stripe's that is put into an address
/// ([object ids](https://docs.stripe.com/upgrades#what-changes-does-stripe-consider-to-be-backward-compatible)).
const ID_LEN_MAX: usize = 255;

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or changes.
    Post,
}

impl Method {
    /// The method as HTTP spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request to make, whose answer is a `T`.
pub struct Request<T> {
    /// The method.
    pub method: Method,
    /// The path with its query, to be put behind the API's base address.
    pub path: String,
    /// The form that is sent, for POST.
    pub body: Option<String>,
    headers: Vec<(&'static str, Hidden)>,
    answer: PhantomData<fn() -> T>,
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self {
            method: self.method,
            path: self.path.clone(),
            body: self.body.clone(),
            headers: self.headers.clone(),
            answer: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Request<T> {
    /// Names the headers without their values, and leaves out the body, which names people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

impl<T> Request<T> {
    fn new(method: Method, path: String, body: Option<String>) -> Self {
        let mut headers = vec![("stripe-version", Hidden::new(API_VERSION))];
        if body.is_some() {
            let form = Hidden::new("application/x-www-form-urlencoded");
            headers.push(("content-type", form));
        }
        Self { method, path, body, headers, answer: PhantomData }
    }

    pub(crate) fn get(path: &str, query: Form) -> Self {
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        Self::new(Method::Get, format!("{path}{mark}{query}"), None)
    }

    pub(crate) fn post(path: impl Into<String>, form: Form) -> Self {
        Self::new(Method::Post, path.into(), Some(form.finish()))
    }

    /// Adds the secret key.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with("authorization", format!("Bearer {key}"))
    }

    /// Makes a repetition harmless: Stripe gives the first answer again for 24 hours or longer
    /// ([idempotent requests](https://docs.stripe.com/api/idempotent_requests)).
    #[must_use]
    pub fn with_idempotency_key(self, key: &IdempotencyKey) -> Self {
        self.with("idempotency-key", key.0.clone())
    }

    /// Makes the request for a connected account, as direct charges are
    /// ([Connect](https://docs.stripe.com/connect/authentication)). `None` leaves it to the
    /// platform.
    #[must_use]
    pub fn on_account(self, account: Option<&str>) -> Self {
        match account {
            Some(account) => self.with("stripe-account", account),
            None => self,
        }
    }

    /// The headers to send, by their names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, value.expose()))
    }

    /// A later value of a header takes the place of an earlier one.
    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, Hidden::new(value)));
        self
    }
}

impl<T: DeserializeOwned> Request<T> {
    /// Reads the answer.
    ///
    /// # Errors
    /// What Stripe says is wrong, or [`Error::Malformed`].
    pub fn read(&self, answer: &Answer<'_>) -> Result<T, Error> {
        if answer.body.len() > ANSWER_LEN_MAX {
            return Err(Error::Malformed("it is too long".to_owned()));
        }
        if !(200..300).contains(&answer.status) {
            return Err(Error::read(answer.status, answer.body));
        }
        kernel::read_json(answer.body).map_err(|error| Error::Malformed(error.to_string()))
    }
}

/// What came back.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The header `stripe-should-retry`, if it came.
    pub should_retry: Option<&'a str>,
    /// The body, at most [`ANSWER_LEN_MAX`] bytes.
    pub body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// An answer without Stripe's advice on retries.
    #[must_use]
    pub const fn new(status: u16, body: &'a [u8]) -> Self {
        Self { status, should_retry: None, body }
    }

    /// Whether to make the same request again later, after this answer was read as `error`.
    #[must_use]
    pub fn retry(&self, error: &Error) -> bool {
        match self.should_retry {
            Some("true") => true,
            Some("false") => false,
            _ => error.retriable(),
        }
    }
}

/// What makes two requests the same one to Stripe.
///
/// The same key with other parameters is refused ([`Error::KeyReused`]), so everything that a
/// request says must follow from what its key is made of: `expires_at` from the quote's own expiry
/// and not from the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of what `action` does with a quote. A quote is paid through one session only, so
    /// neither the page's kind nor the attempt is part of it.
    #[must_use]
    pub fn of_quote(action: &'static str, quote: &QuoteId) -> Self {
        Self::of(action, quote.as_str())
    }

    /// The key of what `action` does with the thing that has this id: a refund of ours, an account.
    /// Stripe takes 255 characters.
    #[must_use]
    pub fn of(action: &'static str, id: &str) -> Self {
        Self(format!("{action}:{id}").chars().take(255).collect())
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An id of Stripe's, fit to stand in an address.
///
/// # Errors
/// A [`FieldError`] at `field`: whatever else it is, it would name another resource.
pub(crate) fn check_id<'a>(field: &str, id: &'a str) -> Result<&'a str, FieldError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if id.is_empty() || id.len() > ID_LEN_MAX || !id.bytes().all(plain) {
        return Err(FieldError::new(field, "must be an id of Stripe's"));
    }
    Ok(id)
}

#[cfg(test)]
mod tests;
