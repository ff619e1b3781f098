//! The list of events, from which missed webhooks are made up for
//! ([list](https://docs.stripe.com/api/events/list)).

use super::seconds;
use crate::{Event, Request, form::Form, object::List, request::check_id};
use kernel::{FieldError, UnixMillis};

/// Events of a page.
pub const PAGE_LEN: u32 = 100;

/// How far back Stripe keeps events.
pub const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// A page of events since `since`, newest first, behind the event `after` if there was a page
/// before.
///
/// # Errors
/// A [`FieldError`] for what is no event's id.
pub fn list(since: UnixMillis, after: Option<&str>) -> Result<Request<List<Event>>, FieldError> {
    let mut query = Form::new();
    let mut fields = query.fields();
    fields.put("limit", PAGE_LEN);
    fields.at("created").put("gte", seconds(since));
    if let Some(after) = after {
        fields.put("starting_after", check_id("after", after)?);
    }
    Ok(Request::get("/v1/events", query))
}
