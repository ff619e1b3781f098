//! `POST /preferences`: the language, the colours and the country, which the browser keeps.

use super::{html::preference, shop::move_cart};
use crate::{
    app::{Platform, Visit},
    features::shop::is_place,
    problem::Problem,
    respond,
};
use pages::{Locale, Notice, Scheme};
use ports::Body;
use signin::{cookie, return_to::local};

/// How long a browser keeps a preference.
const KEPT_SECONDS: i64 = 365 * 86_400;

/// Keeps what was chosen. What is no choice is passed over.
/// Another country is the cart's too, and its prices are those of there.
///
/// # Errors
/// What keeps the cart from being moved.
pub async fn put<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let locale = Locale::parse(visit.field("locale")).map(|locale| ("locale", locale.as_str()));
    let scheme = Scheme::parse(visit.field("scheme")).map(|scheme| ("scheme", scheme.as_str()));
    let country = Some(visit.field("country")).filter(|place| is_place(place));
    let to = local(Some(visit.field("return_to")));
    let mut response = match country {
        Some(place) => {
            move_cart(visit, place).await?;
            visit.done(to, Notice::CountrySaved)
        }
        None => respond::see_other(to),
    };
    let country = country.map(|place| ("country", place));
    for (name, value) in [locale, scheme, country].into_iter().flatten() {
        if let Ok(cookie) = cookie::set(&preference(name), value, KEPT_SECONDS) {
            respond::add_cookie(&mut response, &cookie);
        }
    }
    Ok(response)
}
