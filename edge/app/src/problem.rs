//! The one place where an error becomes a response.
//!
//! Every way to fail is an arm here, with a permanent `code` and words for the person who reads it.
//! What really happened is the cause: it is logged once, with the request's id, and never sent.

mod download;
mod shop;

pub use download::DownloadProblem;
pub use shop::ShopProblem;

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

/// What of a problem is shown.
struct Shown {
    status: StatusCode,
    code: &'static str,
    detail: String,
    field: Option<String>,
}

impl Problem {
    fn shown(&self) -> Shown {
        let shown = |status, code, detail: &str| Shown {
            status,
            code,
            detail: detail.to_owned(),
            field: None,
        };
        match self {
            Self::NotFound => shown(StatusCode::NOT_FOUND, "not_found", "There is nothing here."),
            Self::MethodNotAllowed { allow } => shown(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                &format!("This address takes {allow}."),
            ),
            Self::Unauthenticated(Unauthenticated::Missing) => shown(
                StatusCode::UNAUTHORIZED,
                "authentication_required",
                "Send a token or an API key as `Authorization: Bearer …`.",
            ),
            Self::Unauthenticated(Unauthenticated::Token(TokenError::Expired)) => {
                shown(StatusCode::UNAUTHORIZED, "token_expired", "The token has expired.")
            }
            Self::Unauthenticated(
                Unauthenticated::Token(_)
                | Unauthenticated::UnknownIssuer
                | Unauthenticated::UnknownKey,
            ) => shown(
                StatusCode::UNAUTHORIZED,
                "invalid_credentials",
                "The token or API key is not valid here.",
            ),
            Self::SignInRequired => {
                shown(StatusCode::UNAUTHORIZED, "sign_in_required", "Sign in to see this.")
            }
            Self::SignIn(error) => sign_in(error),
            Self::Invite(InviteError::WrongPerson) => shown(
                StatusCode::FORBIDDEN,
                InviteError::WrongPerson.as_str(),
                "The invitation is for another person, or for another of your addresses.",
            ),
            Self::Invite(InviteError::Expired) => shown(
                StatusCode::GONE,
                InviteError::Expired.as_str(),
                "The invitation's time is over. Ask for another.",
            ),
            Self::Invite(error) => {
                shown(StatusCode::BAD_REQUEST, error.as_str(), "This is no invitation of ours.")
            }
            Self::Csrf(_) => shown(
                StatusCode::FORBIDDEN,
                "csrf_refused",
                "The request does not come from a page of this site, or the page is too old. Load \
                 the page again.",
            ),
            Self::Forbidden(Needed::Token) => shown(
                StatusCode::FORBIDDEN,
                "token_required",
                "This needs a person's own token, for all of the account.",
            ),
            Self::Forbidden(Needed::Holder) => shown(
                StatusCode::FORBIDDEN,
                "account_holder_required",
                "This is for the account's holder, and not for a profile of it.",
            ),
            Self::Forbidden(Needed::Scope(scope)) => shown(
                StatusCode::FORBIDDEN,
                "scope_required",
                &format!("This needs the scope `{}`.", scope.as_str()),
            ),
            Self::Forbidden(Needed::Admin) => {
                shown(StatusCode::FORBIDDEN, "admin_required", "This needs the role `admin`.")
            }
            Self::InsufficientTokens { needed, available } => shown(
                StatusCode::PAYMENT_REQUIRED,
                "insufficient_tokens",
                &format!("The request may cost {needed} tokens and {available} are available."),
            ),
            Self::ModelNotFound(model) => Shown {
                field: Some("model".to_owned()),
                ..shown(
                    StatusCode::NOT_FOUND,
                    "model_not_found",
                    &format!("The model `{}` does not exist here.", shortened(model)),
                )
            },
            Self::Body(BodyError::TooLarge { limit }) => shown(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                &format!("The body may be at most {limit} bytes long."),
            ),
            Self::Body(BodyError::Broken(_)) => {
                shown(StatusCode::BAD_REQUEST, "body_broken", "The body broke off.")
            }
            Self::Field(error) if error.field.is_empty() => shown(
                StatusCode::BAD_REQUEST,
                "invalid_body",
                &format!("The body {}.", error.message),
            ),
            Self::Field(error) => Shown {
                field: Some(error.field.clone()),
                ..shown(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", &format!("{error}."))
            },
            Self::Unsupported(error) => Shown {
                field: Some(error.field.clone()),
                ..shown(StatusCode::BAD_REQUEST, "unsupported_field", &format!("{error}."))
            },
            Self::Conflict(error) => Shown {
                field: Some(error.field.clone()),
                ..shown(StatusCode::CONFLICT, "conflict", &format!("{error}."))
            },
            Self::Shop(problem) => {
                let (status, code, detail) = problem.shown();
                shown(status, code, &detail)
            }
            Self::Download(problem) => {
                let (status, code, detail) = problem.shown();
                shown(status, code, detail)
            }
            Self::Cart(code, error) => Shown {
                field: Some(error.field.clone()),
                ..shown(StatusCode::CONFLICT, code, &format!("{error}."))
            },
            Self::IdempotencyKeyReused => Shown {
                field: Some("Idempotency-Key".to_owned()),
                ..shown(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "idempotency_key_reused",
                    "The idempotency key was used before, for something else.",
                )
            },
            Self::RateLimited(standing) => shown(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                &format!("More than {} requests in a minute.", standing.limit),
            ),
            Self::TokensLimited(standing) => shown(
                StatusCode::TOO_MANY_REQUESTS,
                "tokens_rate_limited",
                &format!("More than {} tokens in a minute.", standing.limit),
            ),
            Self::NotCached => shown(
                StatusCode::GATEWAY_TIMEOUT,
                "not_cached",
                "No answer to this request is kept, and `cache-control` forbids to ask for one.",
            ),
            Self::Provider(failure) => match failure.kind {
                FailureKind::Rejected => shown(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "provider_rejected",
                    "The model's provider does not accept this request.",
                ),
                FailureKind::RateLimited => shown(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "provider_busy",
                    "The model's provider is busy. Try again shortly.",
                ),
                FailureKind::Unauthorized | FailureKind::Unavailable => shown(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "provider_unavailable",
                    "The model's provider cannot be reached. Try again shortly.",
                ),
                FailureKind::Truncated | FailureKind::Malformed => shown(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "provider_broke_off",
                    "The model's provider broke off its answer. Try again.",
                ),
            },
            Self::Sql(_) | Self::Kv(_) | Self::IssuerUnreachable(_) => shown(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "This cannot be done at the moment. Try again shortly.",
            ),
            Self::Misconfigured(_) => shown(
                StatusCode::INTERNAL_SERVER_ERROR,
                "misconfigured",
                "The server is not set up correctly.",
            ),
        }
    }

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

/// What is shown of a sign-in that came to nothing.
fn sign_in(error: &SignInError) -> Shown {
    let (status, code, detail) = match error {
        SignInError::NotConfigured => {
            (StatusCode::NOT_FOUND, "sign_in_not_configured", "Nobody can sign in here.".to_owned())
        }
        SignInError::RedirectUri(url) => (
            StatusCode::BAD_REQUEST,
            "redirect_uri_unknown",
            format!("Register {url} as a redirect URI at the issuer."),
        ),
        SignInError::Callback(error) => {
            (StatusCode::BAD_REQUEST, error.as_str(), format!("Signing in failed: {error}."))
        }
        SignInError::Token(error) => {
            (StatusCode::BAD_GATEWAY, error.as_str(), "The issuer gave no token.".to_owned())
        }
        SignInError::IdToken(_) => (
            StatusCode::BAD_GATEWAY,
            "id_token_refused",
            "What the issuer says cannot be believed.".to_owned(),
        ),
    };
    Shown { status, code, detail, field: None }
}

/// A caller's own words, cut to a length that may be repeated to it.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
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
mod tests {
    use super::*;

    fn id() -> RequestId {
        "req_1".parse().unwrap()
    }

    #[test]
    fn a_problem_is_rfc_9457() {
        let problem = Problem::Field(FieldError::new("tokens", "must be above zero"));
        let expected = json!({
            "type": "about:blank", "title": "Unprocessable Entity", "status": 422,
            "detail": "`tokens` must be above zero.", "code": "invalid_field",
            "field": "tokens", "request_id": "req_1",
        });
        assert_eq!(problem.json(Shape::Problem, &id()), expected);
    }

    #[test]
    fn the_same_problem_is_an_openai_error() {
        let problem = Problem::Field(FieldError::new("messages[0].role", "is not a role"));
        let expected = json!({"error": {
            "message": "`messages[0].role` is not a role.", "type": "invalid_request_error",
            "param": "messages[0].role", "code": "invalid_field",
        }});
        assert_eq!(problem.json(Shape::Openai, &id()), expected);
    }

    #[test]
    fn causes_stay_inside() {
        let secret = "connect to 10.0.0.7 as sk-secret";
        for problem in [
            Problem::Provider(Failure::new(FailureKind::Unavailable, secret)),
            Problem::Sql(SqlError::Failed(secret.into())),
            Problem::Kv(KvError(secret.into())),
            Problem::IssuerUnreachable(secret.into()),
            Problem::Misconfigured(secret.into()),
            Problem::Body(BodyError::Broken(secret.into())),
        ] {
            assert!(problem.cause().unwrap().contains(secret));
            for shape in [Shape::Problem, Shape::Openai] {
                assert!(!problem.json(shape, &id()).to_string().contains("10.0.0.7"));
            }
        }
    }

    #[test]
    fn headers_tell_what_to_do() {
        let header = |problem: Problem, name: &str| {
            let response = problem.response(Shape::Problem, &id());
            response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        let not_allowed = Problem::MethodNotAllowed { allow: "GET, HEAD".into() };
        assert_eq!(header(not_allowed, "allow").as_deref(), Some("GET, HEAD"));
        let missing = Problem::Unauthenticated(Unauthenticated::Missing);
        assert_eq!(header(missing, "www-authenticate").as_deref(), Some("Bearer"));
        let standing = limit::Quota::per_minute(2).standing(0, kernel::UnixMillis(0));
        let limited = Problem::RateLimited(Standing { retry_after_ms: 1_001, ..standing });
        assert_eq!(header(limited, "retry-after").as_deref(), Some("2"));
    }

    #[test]
    fn a_callers_words_are_repeated_only_in_part() {
        let problem = Problem::ModelNotFound(format!("\u{1b}[2J{}", "x".repeat(1_000)));
        let text = problem.json(Shape::Openai, &id()).to_string();
        assert!(text.len() < 400 && !text.contains("\\u001b"));
    }
}
