//! `POST /preferences`: the language, the colours and the country, which the browser keeps.

use super::html::preference;
use crate::{
    app::{Platform, Visit},
    features::shop::is_place,
    respond,
};
use pages::{Locale, Scheme};
use ports::Body;
use signin::{cookie, return_to::local};

/// How long a browser keeps a preference.
const KEPT_SECONDS: i64 = 365 * 86_400;

/// Keeps what was chosen. What is no choice is passed over.
pub fn put<P: Platform>(visit: &Visit<P>) -> http::Response<Body> {
    let mut response = respond::see_other(local(Some(visit.field("return_to"))));
    let locale = Locale::parse(visit.field("locale")).map(|locale| ("locale", locale.as_str()));
    let scheme = Scheme::parse(visit.field("scheme")).map(|scheme| ("scheme", scheme.as_str()));
    let country = Some(visit.field("country")).filter(|place| is_place(place));
    let country = country.map(|place| ("country", place));
    for (name, value) in [locale, scheme, country].into_iter().flatten() {
        if let Ok(cookie) = cookie::set(&preference(name), value, KEPT_SECONDS) {
            respond::add_cookie(&mut response, &cookie);
        }
    }
    response
}
