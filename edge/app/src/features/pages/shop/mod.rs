//! `/shop`, `/cart` and what follows a purchase, for people. What is for sale and what a cart comes
//! to is the shop's to say ([`crate::features::shop`]); here it is asked for by forms, and told in a
//! person's language.
//!
//! A browser knows its cart by a cookie. A cart that the cookie names and that is gone, or another's,
//! is as if there were none: the next thing put into it makes a new one.

mod cart;
mod checkout;
mod goods;
mod invoices;
mod orders;
mod products;
mod returned;
mod words;

use checkout::{again, checkout};

use crate::{
    app::{Platform, Visit},
    features::{
        checkout::{Pay, begin},
        shop::{self, cart::Change, view::CartView},
    },
    payments::Account,
    problem::Problem,
    respond,
    routes::ShopPageId,
    shopper::Shopper,
};
use kernel::CartId;
use pages::{Fault, ShopTrouble};
use ports::Body;
use pricing::QUANTITY_MAX;
use signin::cookie;

/// The cookie that holds the id of the browser's cart.
const CART: &str = "__Host-cart";
/// How long it is kept: as long as the cart, 30 days.
const KEPT_SECONDS: i64 = 30 * 86_400;

/// Answers a request for a page of the shop.
///
/// # Errors
/// Whatever keeps the page from being what was asked for.
pub async fn answer<P: Platform>(
    id: ShopPageId,
    visit: &Visit<P>,
) -> Result<http::Response<Body>, Problem> {
    shop::stock(&visit.cx, &visit.tenant).await?;
    match id {
        ShopPageId::Shop => goods::show(visit).await,
        ShopPageId::AddLine => goods::add(visit).await,
        ShopPageId::Cart => cart::show(visit).await,
        ShopPageId::ChangeLine => cart::change_line(visit).await,
        ShopPageId::RemoveLine => cart::remove_line(visit).await,
        ShopPageId::PutCoupon => cart::put_coupon(visit).await,
        ShopPageId::RemoveCoupon => cart::remove_coupon(visit).await,
        ShopPageId::Orders => orders::show(visit).await,
        ShopPageId::Checkout => match pay(visit).await {
            Ok(page) => Ok(respond::see_other(&page)),
            Err(problem) => again(visit, problem).await,
        },
        ShopPageId::CheckoutReturn => returned::show(visit).await,
        ShopPageId::MyProducts => products::show(visit).await,
        ShopPageId::Download => products::download(visit).await,
        ShopPageId::AcceptLicence => products::accept_licence(visit).await,
        ShopPageId::Portal => products::portal(visit).await,
        ShopPageId::Invoices => invoices::list(visit).await,
        ShopPageId::Invoice => invoices::show(visit).await,
        ShopPageId::InvoiceCsv => invoices::csv(visit).await,
    }
}

/// The page at which the cart is paid.
async fn pay<P: Platform>(visit: &Visit<P>) -> Result<String, Problem> {
    let quote = checkout(visit).await?;
    let payable = begin(&visit.call()?, &quote, Pay::Hosted).await?;
    Ok(payable.url.unwrap_or_else(|| format!("/checkout/return?order={}", payable.order)))
}

impl<P: Platform> Visit<P> {
    /// The cart that the browser knows.
    fn cart_id(&self) -> Option<CartId> {
        self.cookie(CART)?.parse().ok()
    }

    /// Whether no money moves here.
    fn is_test(&self) -> bool {
        self.cx.settings.stripe.is_sandbox()
            || Account::of(&self.cx, &self.tenant).is_ok_and(|account| !account.livemode)
    }

    /// Why nothing can be paid for, whatever is bought.
    fn no_payments(&self) -> Option<ShopTrouble> {
        Account::of(&self.cx, &self.tenant).err().map(|_| ShopTrouble::NoPayments)
    }
}

/// The visitor's cart, if there is one that is theirs or nobody's.
async fn find<P: Platform>(
    visit: &Visit<P>,
    shopper: &Shopper<P>,
) -> Result<Option<CartView>, Problem> {
    let Some(id) = visit.cart_id() else { return Ok(None) };
    match shopper.cart(&id).await {
        Ok(cart) => Ok(Some(cart)),
        Err(Problem::NotFound) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Changes the visitor's cart, or makes one where there is none.
async fn put<P: Platform>(
    visit: &Visit<P>,
    shopper: &Shopper<P>,
    change: Change,
) -> Result<CartView, Problem> {
    if let Some(id) = visit.cart_id() {
        match shopper.change_cart(&id, change.clone()).await {
            Err(Problem::NotFound) => {}
            outcome => return outcome,
        }
    }
    shopper.create_cart(change).await
}

/// Has the browser know its cart for as long again as it is kept.
fn keep(mut response: http::Response<Body>, id: &CartId) -> http::Response<Body> {
    if let Ok(cookie) = cookie::set(CART, id.as_str(), KEPT_SECONDS) {
        respond::add_cookie(&mut response, &cookie);
    }
    response
}

/// Has the visitor's cart be bought where they say they are, if they have one.
///
/// # Errors
/// [`Problem::Sql`].
pub async fn move_cart<P: Platform>(visit: &Visit<P>, place: &str) -> Result<(), Problem> {
    let Some(id) = visit.cart_id() else { return Ok(()) };
    let change = Change { country: Some(place.to_owned()), ..Change::default() };
    match visit.shopper().change_cart(&id, change).await {
        Ok(_) | Err(Problem::NotFound) => Ok(()),
        Err(problem) => Err(problem),
    }
}

/// Reads a quantity as it was typed, of at least `least`.
fn quantity(typed: &str, least: u32) -> Result<u32, Fault<'static>> {
    match typed.trim() {
        "" => Err(Fault::Required),
        typed => {
            let number = typed.parse().ok();
            let number = number.filter(|n| (least..=QUANTITY_MAX).contains(n));
            number.ok_or(Fault::OutOfRange)
        }
    }
}

#[cfg(test)]
mod checkout_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_small_whole_numbers() {
        assert_eq!(quantity(" 12 ", 1), Ok(12));
        assert_eq!(quantity("0", 0), Ok(0));
        assert_eq!(quantity("999", 1), Ok(999));
        assert_eq!(quantity("", 0), Err(Fault::Required));
        for wrong in ["0", "-1", "1000", "1.5", "eleven", "99999999999999999999"] {
            assert_eq!(quantity(wrong, 1), Err(Fault::OutOfRange), "{wrong}");
        }
    }
}
