//! Which models a tenant offers, in OpenAI's words.

use crate::{
    app::{Call, Platform},
    features::me,
    problem::Problem,
    respond,
};
use http::StatusCode;
use percent_encoding::percent_decode_str;
use ports::Body;
use serde::Serialize;

#[derive(Serialize)]
struct List<'a> {
    object: &'static str,
    data: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    object: &'static str,
    /// OpenAI's clients expect a moment; a catalogue has none to give.
    created: u32,
    owned_by: &'a str,
}

fn entry<'a>((id, owned_by): (&'a str, &'a str)) -> Entry<'a> {
    Entry { id, object: "model", created: 0, owned_by }
}

/// `GET /v1/models`
pub fn list<P: Platform>(call: &Call<P>) -> http::Response<Body> {
    let list = List { object: "list", data: me::offered(call).map(entry).collect() };
    respond::json(StatusCode::OK, &list)
}

/// `GET /v1/models/{model}`
pub fn get<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let id = call.params.first().map(String::as_str).unwrap_or_default();
    let id = percent_decode_str(id).decode_utf8_lossy();
    let mut offered = me::offered(call);
    let found = offered
        .find(|(known, _)| *known == id)
        .ok_or_else(|| Problem::ModelNotFound(id.into_owned()))?;
    Ok(respond::json(StatusCode::OK, &entry(found)))
}
