//! The one place where an error becomes a response.
//!
//! Every way to fail is an arm here, with a permanent `code` and words for the person who reads it.
//! What really happened is the cause: it is logged once, with the request's id, and never sent.

mod download;
mod shop;
mod shown;

pub use download::DownloadProblem;
pub use shop::ShopProblem;

use self::shown::Shown;
use crate::routes::Scope;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::TokenError;
use kernel::{FieldError, RequestId};
use limit::Standing;
use model::{Failure, FailureKind, WrittenError};
use ports::{Body, BodyError, KvError, SqlError};
use serde_json::json;
use signin::{callback::CallbackError, csrf::CsrfError, invite::InviteError, token::TokenFailure};

/// Why a request is not answered as it was meant.
#[derive(Debug)]
#[allow(missing_docs)]
pub enum Problem {
    /// No such path, no such host, no such thing: one answer, which tells none of them apart.
    NotFound,
    /// The path has other methods, as `allow` lists them.
    MethodNotAllowed { allow: String },
    /// Nobody is known to be asking.
    Unauthenticated(Unauthenticated),
    /// The page is for people who are signed in.
    SignInRequired,
    /// Signing in came to nothing.
    SignIn(SignInError),
    /// The invitation does not count.
    Invite(InviteError),
    /// A cookie vouches for the request, and nothing says that its person meant it.
    Csrf(CsrfError),
    /// Somebody is known to be asking, and may not.
    Forbidden(Needed),
    /// The wallet does not cover what the request may cost.
    InsufficientTokens { needed: i64, available: i64 },
    /// The tenant has no such model.
    ModelNotFound(String),
    /// The body could not be read.
    Body(BodyError),
    /// A field of the request is wrong. An empty field means that the body is not JSON.
    Field(FieldError),
    /// The model cannot do what a field of the request asks for.
    Unsupported(FieldError),
    /// The thing exists already, and is another.
    Conflict(FieldError),
    /// The cart cannot be bought as it is: a permanent code, and where in it.
    Cart(&'static str, FieldError),
    /// Nothing came of a purchase, or of what follows one.
    Shop(ShopProblem),
    /// A file that is sold is not handed out, or not taken.
    Download(DownloadProblem),
    /// The idempotency key was used for something else.
    IdempotencyKeyReused,
    /// Too many requests.
    RateLimited(Standing),
    /// Too many tokens.
    TokensLimited(Standing),
    /// Only a kept answer was wanted, and there is none.
    NotCached,
    /// The model's provider did not answer as it should.
    Provider(Failure),
    /// The database did not do as it should.
    Sql(SqlError),
    /// Key-value storage is out of reach.
    Kv(KvError),
    /// An issuer's keys cannot be had.
    IssuerUnreachable(String),
    /// A setting is missing or wrong.
    Misconfigured(String),
}

/// Why nobody is known to be asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// There is no `Authorization: Bearer`.
    Missing,
    /// The token is no good.
    Token(TokenError),
    /// The token's issuer is not one of the tenant's.
    UnknownIssuer,
    /// The API key is not one of the tenant's, or has been revoked.
    UnknownKey,
}

/// What somebody would need to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// A scope.
    Scope(Scope),
    /// The account's holder, and no profile of it.
    Holder,
    /// The role `admin`.
    Admin,
    /// A token, in place of an API key or a cookie.
    Token,
}

/// Why signing in came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The tenant has no issuer that knows Postern.
    NotConfigured,
    /// The issuer does not send browsers back to this address.
    RedirectUri(String),
    /// What the browser came back with.
    Callback(CallbackError),
    /// What the token endpoint gave.
    Token(TokenFailure),
    /// The ID token is no good.
    IdToken(TokenError),
}

/// The shapes in which clients expect a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) `application/problem+json`.
    Problem,
    /// The `error` object of OpenAI's API.
    Openai,
    /// The error of Anthropic's API.
    Anthropic,
}

impl Shape {
    /// The shape for a path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        if path.starts_with("/v1/messages") {
            Self::Anthropic
        } else if path.starts_with("/v1/") {
            Self::Openai
        } else {
            Self::Problem
        }
    }
}

/// What a page says of a problem.
pub struct Told {
    /// The status.
    pub status: StatusCode,
    /// The permanent code.
    pub code: &'static str,
    /// Words, in English.
    pub detail: String,
    /// When it is worth trying again.
    pub retry_after_s: Option<u64>,
}

impl Problem {
    /// What really happened, for the log; `None` when the response says it all.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Unauthenticated(Unauthenticated::Token(error)) => Some(format!("token: {error}")),
            Self::Unauthenticated(Unauthenticated::UnknownIssuer) => {
                Some("token: unknown issuer".to_owned())
            }
            Self::Provider(f) => Some(format!("provider: {}: {}", f.kind.as_str(), f.detail)),
            Self::SignIn(error) => Some(match error {
                SignInError::NotConfigured => "sign-in: no issuer".to_owned(),
                SignInError::RedirectUri(url) => format!("sign-in: {url} is not registered"),
                SignInError::Callback(error) => format!("sign-in: {}", error.as_str()),
                SignInError::Token(error) => format!("sign-in: {}", error.as_str()),
                SignInError::IdToken(error) => format!("sign-in: ID token: {error}"),
            }),
            Self::Invite(error) => Some(format!("invitation: {error}")),
            Self::Csrf(error) => Some(format!("csrf: {error}")),
            Self::Shop(problem) => problem.cause(),
            Self::Download(problem) => problem.cause(),
            Self::Sql(error) => Some(format!("sql: {error}")),
            Self::Kv(error) => Some(format!("kv: {error}")),
            Self::Body(error) => Some(error.to_string()),
            Self::IssuerUnreachable(cause) => Some(format!("issuer: {cause}")),
            Self::Misconfigured(cause) => Some(format!("settings: {cause}")),
            Self::NotFound
            | Self::SignInRequired
            | Self::MethodNotAllowed { .. }
            | Self::Unauthenticated(Unauthenticated::Missing | Unauthenticated::UnknownKey)
            | Self::Forbidden(_)
            | Self::InsufficientTokens { .. }
            | Self::ModelNotFound(_)
            | Self::Field(_)
            | Self::Conflict(_)
            | Self::Cart(..)
            | Self::Unsupported(_)
            | Self::IdempotencyKeyReused
            | Self::NotCached
            | Self::RateLimited(_)
            | Self::TokensLimited(_) => None,
        }
    }

    /// The problem as JSON, in the shape that the client expects.
    #[must_use]
    pub fn json(&self, shape: Shape, request: &RequestId) -> serde_json::Value {
        let Shown { status, code, detail, field } = self.shown();
        match shape {
            Shape::Problem => {
                let title = status.canonical_reason().unwrap_or("Error");
                let mut problem = json!({
                    "type": "about:blank", "title": title, "status": status.as_u16(),
                    "detail": detail, "code": code, "request_id": request.as_str(),
                });
                if let (Some(field), Some(members)) = (field, problem.as_object_mut()) {
                    members.insert("field".to_owned(), field.into());
                }
                problem
            }
            Shape::Openai => self.written(|error| error.openai()),
            Shape::Anthropic => self.written(|error| error.anthropic()),
        }
    }

    /// The problem as a dialect's writer takes it.
    pub fn written<T>(&self, write: impl FnOnce(&WrittenError<'_>) -> T) -> T {
        let Shown { status, code, detail, field } = self.shown();
        let (status, field) = (status.as_u16(), field.as_deref());
        write(&WrittenError { status, code, message: &detail, field })
    }

    /// The problem as a page tells it.
    #[must_use]
    pub fn told(&self) -> Told {
        let Shown { status, code, detail, .. } = self.shown();
        let retry_after_s = match self {
            Self::RateLimited(standing) | Self::TokensLimited(standing) => {
                Some(standing.retry_after_ms.div_ceil(1000).max(1))
            }
            Self::Download(problem) => {
                problem.retry_after_ms().map(|wait_ms| wait_ms.div_ceil(1000).max(1))
            }
            _ => None,
        };
        Told { status, code, detail, retry_after_s }
    }

    /// The problem as a response.
    #[must_use]
    pub fn response(&self, shape: Shape, request: &RequestId) -> http::Response<Body> {
        let mut response = http::Response::new(self.json(shape, request).to_string().into());
        *response.status_mut() = self.shown().status;
        let headers = response.headers_mut();
        let media_type = match shape {
            Shape::Problem => "application/problem+json",
            Shape::Openai | Shape::Anthropic => "application/json",
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.add_headers(headers);
        response
    }

    /// Adds the headers that say what to do.
    pub fn add_headers(&self, headers: &mut HeaderMap) {
        match self {
            Self::MethodNotAllowed { allow } => {
                if let Ok(allow) = HeaderValue::from_str(allow) {
                    headers.insert(header::ALLOW, allow);
                }
            }
            Self::Unauthenticated(reason) => {
                let challenge = match reason {
                    Unauthenticated::Missing => "Bearer",
                    _ => "Bearer error=\"invalid_token\"",
                };
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            Self::RateLimited(standing) | Self::TokensLimited(standing) => {
                let seconds = standing.retry_after_ms.div_ceil(1000).max(1);
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Provider(failure) if failure.kind != FailureKind::Rejected => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::Download(problem) => {
                if let Some(wait_ms) = problem.retry_after_ms() {
                    let seconds = wait_ms.div_ceil(1000).max(1);
                    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
            }
            Self::Shop(problem) if !problem.is_passing() => {}
            Self::Sql(_) | Self::Kv(_) | Self::IssuerUnreachable(_) | Self::Shop(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::Provider(_)
            | Self::NotFound
            | Self::SignInRequired
            | Self::SignIn(_)
            | Self::Csrf(_)
            | Self::Invite(_)
            | Self::Forbidden(_)
            | Self::InsufficientTokens { .. }
            | Self::ModelNotFound(_)
            | Self::Body(_)
            | Self::Field(_)
            | Self::Conflict(_)
            | Self::Cart(..)
            | Self::Unsupported(_)
            | Self::IdempotencyKeyReused
            | Self::NotCached
            | Self::Misconfigured(_) => {}
        }
    }
}

impl From<SqlError> for Problem {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

impl From<KvError> for Problem {
    fn from(error: KvError) -> Self {
        Self::Kv(error)
    }
}

impl From<ShopProblem> for Problem {
    fn from(problem: ShopProblem) -> Self {
        Self::Shop(problem)
    }
}

impl From<DownloadProblem> for Problem {
    fn from(problem: DownloadProblem) -> Self {
        Self::Download(problem)
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::Field(error)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Provider(failure)
    }
}

#[cfg(test)]
mod tests;
