//! The shop: what a tenant sells, what it costs where, carts, and what they come to.
//!
//! Nothing is bought here. A quote freezes what a cart comes to, and checkout takes it from there;
//! see [`record`].

mod assets;
pub mod cart;
mod coupons;
pub mod demo;
mod prices;
pub mod product;
mod products;
pub mod public;
pub mod quotes;
pub mod record;
mod sums;
mod tones;
pub mod view;

pub use demo::stock;
pub use public::is_place;

use crate::{
    app::{Call, Platform},
    problem::Problem,
    respond,
    routes::{CatalogueId, ShopId},
    shopper::Shopper,
};
use kernel::{FieldError, UnixMillis};
use ports::Body;

/// Answers somebody who looks and buys.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn answer<P: Platform>(
    id: ShopId,
    shopper: Shopper<P>,
) -> Result<http::Response<Body>, Problem> {
    demo::stock(&shopper.cx, &shopper.tenant).await?;
    match id {
        ShopId::Pricing => public::pricing(&shopper).await,
        ShopId::Products => public::products(&shopper).await,
        ShopId::CreateCart => cart::create(shopper).await,
        ShopId::GetCart => cart::get(&shopper).await,
        ShopId::ChangeCart => cart::change(shopper).await,
        ShopId::DeleteCart => cart::delete(&shopper).await,
        ShopId::CreateQuote => quotes::create(shopper).await,
    }
}

/// Does what an administrator wants done.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn administer<P: Platform>(
    id: CatalogueId,
    call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    demo::stock(&call.cx, &call.tenant).await?;
    match id {
        CatalogueId::ListProducts => products::list(&call).await,
        CatalogueId::CreateProduct => products::create(call).await,
        CatalogueId::GetProduct => products::get(&call).await,
        CatalogueId::ChangeProduct => products::change(call).await,
        CatalogueId::ArchiveProduct => products::archive(&call).await,
        CatalogueId::PutStock => products::put_stock(call).await,
        CatalogueId::PutAssets => assets::put(call).await,
        CatalogueId::ListPriceLists => prices::lists(&call).await,
        CatalogueId::PutPriceList => prices::put_list(call).await,
        CatalogueId::ListPrices => prices::list(&call).await,
        CatalogueId::CreatePrice => prices::create(call).await,
        CatalogueId::ArchivePrice => prices::archive(&call).await,
        CatalogueId::ListCoupons => coupons::list(&call).await,
        CatalogueId::CreateCoupon => coupons::create(call).await,
        CatalogueId::ArchiveCoupon => coupons::archive(&call).await,
    }
}

/// Checks that a time could be one of ours.
fn check_times(times: [(&str, Option<UnixMillis>); 2]) -> Result<(), FieldError> {
    for (field, time) in times {
        if time.is_some_and(|at| !(0..=kernel::SAFE_INTEGER_MAX).contains(&at.0)) {
            return Err(FieldError::new(field, "must be a time in milliseconds since 1970"));
        }
    }
    Ok(())
}

/// Where a page of a list begins that goes on behind an id.
fn cursor<'a, T: std::str::FromStr>(query: &'a str, first: &'a str) -> Result<&'a str, FieldError> {
    match respond::query(query, "cursor") {
        None => Ok(first),
        Some(text) if text.parse::<T>().is_ok() => Ok(text),
        Some(_) => Err(FieldError::new("cursor", "must be the `next` of an earlier page")),
    }
}
