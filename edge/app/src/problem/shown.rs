//! What is shown of each problem: its status, its permanent code, and words for whoever reads it.

use super::{Needed, Problem, SignInError, Unauthenticated};
use http::StatusCode;
use identity::TokenError;
use model::FailureKind;
use ports::BodyError;
use signin::invite::InviteError;

/// What of a problem is shown.
pub(super) struct Shown {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    pub field: Option<String>,
}

impl Problem {
    pub(super) fn shown(&self) -> Shown {
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
