//! What can go wrong between a quote and what was bought with it.

use http::StatusCode;
use stripe::{Error as StripeError, signature::SignatureError};

/// Why nothing came of a purchase, or of what follows one.
#[derive(Clone, Debug, PartialEq)]
pub enum ShopProblem {
    /// Nobody is paid here: there is no key for Stripe.
    NotConfigured,
    /// The quote was used, its cart has changed, or its time is over.
    QuoteOver,
    /// The cart is paid for already by this order, or the payment is under way.
    UnderWay(String),
    /// Goods are gone.
    OutOfStock,
    /// The coupon cannot be used any more, and why not.
    Coupon(&'static str),
    /// What Stripe answered.
    Stripe(StripeError),
    /// Stripe could not be asked.
    Unreachable(String),
    /// The order has not been paid, or nothing is left of what was.
    NothingToRefund,
    /// It was asked for so long ago that Stripe does not know any more what came of it.
    RefundUnknown,
    /// A webhook is not Stripe's.
    Webhook(SignatureError),
    /// A webhook is Stripe's, and cannot be read.
    Event(String),
    /// The account has no subscription.
    NoSubscription,
    /// The subscription is being changed by another request.
    ChangeUnderWay,
    /// The capacity is used up, and no more than that may be used.
    CapacityUsedUp,
    /// The identifier was used for other usage.
    IdentifierReused,
    /// Stripe has not told yet in which period the usage falls.
    PeriodUnknown,
    /// The key for machines is missing or wrong.
    InternalKey,
}

impl ShopProblem {
    /// Status, permanent code and words.
    pub(super) fn shown(&self) -> (StatusCode, &'static str, String) {
        let (status, code, detail) = match self {
            Self::NotConfigured => {
                (StatusCode::CONFLICT, "payments_not_configured", "Nothing can be paid here yet.")
            }
            Self::QuoteOver => (
                StatusCode::CONFLICT,
                "quote_over",
                "The quote has been used, is too old, or its cart has changed. Ask for another.",
            ),
            Self::UnderWay(order) => {
                let detail = format!("The order {order} of this cart is paid, or about to be.");
                return (StatusCode::CONFLICT, "payment_under_way", detail);
            }
            Self::OutOfStock => (StatusCode::CONFLICT, "out_of_stock", "Something is sold out."),
            Self::Coupon(code) => {
                (StatusCode::CONFLICT, *code, "The coupon cannot be used any more.")
            }
            Self::Stripe(error) => return stripe(error),
            Self::Unreachable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "stripe_unavailable",
                "Stripe cannot be reached. Try again shortly.",
            ),
            Self::NothingToRefund => (
                StatusCode::CONFLICT,
                "nothing_to_refund",
                "The order has not been paid, or has been paid back.",
            ),
            Self::RefundUnknown => (
                StatusCode::CONFLICT,
                "refund_unknown",
                "This key was used more than a day ago, and what came of it is not known. Look at the \
                 order's refunds, and use another key.",
            ),
            Self::Webhook(error) => {
                (StatusCode::BAD_REQUEST, error.as_str(), "The signature does not count.")
            }
            Self::Event(_) => (StatusCode::BAD_REQUEST, "invalid_event", "This is no event."),
            Self::NoSubscription => {
                (StatusCode::NOT_FOUND, "no_subscription", "There is no subscription.")
            }
            Self::ChangeUnderWay => (
                StatusCode::CONFLICT,
                "change_under_way",
                "The subscription is being changed. Try again shortly.",
            ),
            Self::CapacityUsedUp => (
                StatusCode::PAYMENT_REQUIRED,
                "capacity_used_up",
                "This would use more than what is left of what was subscribed to and bought.",
            ),
            Self::IdentifierReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "identifier_reused",
                "The identifier was used before, for other usage.",
            ),
            Self::PeriodUnknown => (
                StatusCode::SERVICE_UNAVAILABLE,
                "period_unknown",
                "The subscription's next period is not known here yet. Try again shortly.",
            ),
            Self::InternalKey => (
                StatusCode::UNAUTHORIZED,
                "internal_key_required",
                "Send the internal key as `Authorization: Bearer …`.",
            ),
        };
        (status, code, detail.to_owned())
    }

    /// What really happened, for the log.
    pub(super) fn cause(&self) -> Option<String> {
        match self {
            Self::Stripe(error) => Some(format!("stripe: {error}")),
            Self::Unreachable(cause) => Some(format!("stripe: {cause}")),
            Self::Webhook(error) => Some(format!("webhook: {}", error.as_str())),
            Self::Event(cause) => Some(format!("webhook: {cause}")),
            _ => None,
        }
    }

    /// Whether it is worth trying again soon.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Stripe(error) => error.retriable(),
            Self::Unreachable(_) | Self::PeriodUnknown => true,
            _ => false,
        }
    }
}

fn stripe(error: &StripeError) -> (StatusCode, &'static str, String) {
    let (status, detail) = match error {
        StripeError::Card { .. } => (StatusCode::PAYMENT_REQUIRED, "The payment was declined."),
        StripeError::Busy | StripeError::RateLimited | StripeError::Unavailable { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "Stripe is busy. Try again shortly.")
        }
        StripeError::Authentication | StripeError::Forbidden => {
            (StatusCode::INTERNAL_SERVER_ERROR, "The server is not set up correctly.")
        }
        StripeError::Invalid { .. }
        | StripeError::Missing
        | StripeError::KeyReused
        | StripeError::Malformed(_) => (StatusCode::BAD_GATEWAY, "Stripe did not accept this."),
    };
    (status, error.as_str(), detail.to_owned())
}
