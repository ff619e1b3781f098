//! The way from the cart to the payment, and back where that is closed.

use super::{
    cart::{Shown, coupon_wrong, refuse},
    find,
    words::{CouponWrong, trouble},
};
use crate::{
    app::{Platform, Visit},
    features::shop::{cart::Change, view::CartView},
    problem::{Problem, ShopProblem},
    respond,
};
use http::StatusCode;
use kernel::{FieldError, QuoteId};
use pages::ShopTrouble;
use ports::Body;

/// What the visitor is about to pay for: the cart, frozen as it was seen, and theirs from now on.
/// What keeps it from that is for [`again`].
///
/// # Errors
/// [`Problem::SignInRequired`], [`Problem::Cart`], or what kept us from knowing.
pub async fn checkout<P: Platform>(visit: &Visit<P>) -> Result<QuoteId, Problem> {
    if visit.session.is_none() {
        return Err(Problem::SignInRequired);
    }
    let shopper = visit.shopper();
    let id = visit.cart_id().ok_or_else(cart_changed)?;
    let seen = Seen::parse(visit.field("seen"));
    let quoted = shopper.quote(&id, seen.as_ref().map(|seen| seen.version)).await;
    let quoted = quoted.map_err(|problem| match problem {
        // It is empty, or another's by now.
        Problem::NotFound | Problem::Field(_) => cart_changed(),
        problem => problem,
    })?;
    let is_as_seen = seen.is_none_or(|seen| {
        let record = &quoted.record;
        seen.total_minor == record.total_minor && seen.currency == record.currency.code()
    });
    if is_as_seen { Ok(quoted.id) } else { Err(prices_changed()) }
}

fn cart_changed() -> Problem {
    Problem::Cart("cart_changed", FieldError::new("version", "is not the cart's any more"))
}

fn prices_changed() -> Problem {
    Problem::Cart("prices_changed", FieldError::new("total", "is not what was seen"))
}

/// The cart again, with what kept it from being paid for: nobody is signed in, it cannot be bought
/// as it is, or a payment could not be begun. A coupon that does not count any more is taken out, so
/// that the next time it goes on without.
///
/// # Errors
/// The same problem, if it is of another kind.
pub async fn again<P: Platform>(
    visit: &Visit<P>,
    problem: Problem,
) -> Result<http::Response<Body>, Problem> {
    let shown = match &problem {
        Problem::Shop(ShopProblem::UnderWay(order)) => {
            return Ok(respond::see_other(&format!("/checkout/return?order={order}")));
        }
        Problem::SignInRequired => {
            return Ok(respond::see_other("/auth/login?return_to=/cart"));
        }
        Problem::Cart("prices_changed", _) => Shown::prices_changed(),
        Problem::Cart(code, _) if code.starts_with("coupon_") => return lost(visit, code).await,
        Problem::Shop(ShopProblem::Coupon(code)) => return lost(visit, code).await,
        Problem::Cart(code, _) => Shown::trouble(trouble(code)),
        Problem::Shop(ShopProblem::QuoteOver) => Shown::trouble(Some(ShopTrouble::CartChanged)),
        Problem::Shop(ShopProblem::OutOfStock) => Shown::trouble(Some(ShopTrouble::SoldOut)),
        Problem::Shop(ShopProblem::NotConfigured | ShopProblem::Unreachable(_)) => {
            Shown::trouble(Some(ShopTrouble::NoPayments))
        }
        Problem::Shop(ShopProblem::Stripe(error)) if error.retriable() => {
            Shown::trouble(Some(ShopTrouble::Busy))
        }
        Problem::RateLimited(_) => Shown::trouble(Some(ShopTrouble::Busy)),
        _ => return Err(problem),
    };
    log::info!("{}: checkout: {}", visit.cx.request_id, problem.told().code);
    let cart = find(visit, &visit.shopper()).await?;
    let mut response = refuse(visit, cart.as_ref(), problem.told().status, shown)?;
    problem.add_headers(response.headers_mut());
    Ok(response)
}

/// The cart without its coupon, which has been lost since it was put.
async fn lost<P: Platform>(
    visit: &Visit<P>,
    code: &'static str,
) -> Result<http::Response<Body>, Problem> {
    let shopper = visit.shopper();
    let Some(before) = find(visit, &shopper).await? else {
        return Ok(respond::see_other("/cart"));
    };
    let wrong = coupon_wrong(&before, visit.locale()).unwrap_or(CouponWrong::new(code));
    let typed = before.coupon.as_deref().unwrap_or_default();
    let without = Change { coupon: Some(None), ..Change::default() };
    let cart = shopper.change_cart(&before.id, without).await?;
    refuse(visit, Some(&cart), StatusCode::CONFLICT, Shown::coupon(typed, wrong))
}

/// What was seen of a cart before it was paid for, as the page's form carries it.
pub struct Seen {
    version: i64,
    total_minor: i64,
    currency: String,
}

impl Seen {
    /// As the form carries it.
    pub fn text(cart: &CartView) -> String {
        let total = cart.total.as_ref().map_or(0, |total| total.minor);
        format!("{}-{total}-{}", cart.version, cart.currency.code())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut number = || parts.next()?.parse().ok();
        let (version, total_minor) = (number()?, number()?);
        Some(Self { version, total_minor, currency: parts.next()?.to_owned() })
    }
}
