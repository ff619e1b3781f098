//! What administrators should look at.

use crate::{
    app::{Call, Platform},
    features::me::{self, Page},
    problem::Problem,
    respond,
    store::{
        ledger::rows,
        usage::{self, Alert},
    },
};
use http::StatusCode;
use kernel::{FieldError, SAFE_INTEGER_MAX, UnixMillis};
use ports::{Body, Host, Sql};

/// Longest cursor: two bytes of hexadecimal for each of a time, a kind and a subject.
const CURSOR_LEN_MAX: usize = 2_000;

/// `GET /admin/alerts`
pub async fn list<P: Platform>(call: &Call<P>) -> Result<http::Response<Body>, Problem> {
    let limit = me::page_limit(&call.query)?;
    let (at, kind, subject) = match respond::query(&call.query, "cursor") {
        None => (UnixMillis(SAFE_INTEGER_MAX), String::new(), String::new()),
        Some(text) => read_cursor(text)
            .ok_or_else(|| FieldError::new("cursor", "must be the `next` of an earlier page"))?,
    };
    let page = usage::alerts(&call.tenant.id, (at, &kind, &subject), limit + 1);
    let found = call.cx.host.sql(&call.tenant_shard()).query(page).await?;
    let mut data: Vec<Alert> = rows(&found)?;
    let more = data.len() > limit as usize;
    data.truncate(limit as usize);
    let next = data.last().filter(|_| more).map(cursor);
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

/// A place in the list. Subjects hold whatever they are about, and a cursor stands in an address.
fn cursor(alert: &Alert) -> String {
    let place = format!("{}\n{}\n{}", alert.created_at_ms, alert.kind, alert.subject);
    place.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn read_cursor(text: &str) -> Option<(UnixMillis, String, String)> {
    if text.len() > CURSOR_LEN_MAX || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = text.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>()?;
    let place = String::from_utf8(bytes).ok()?;
    let mut parts = place.splitn(3, '\n');
    let at = parts.next()?.parse().ok().filter(|at| (0..=SAFE_INTEGER_MAX).contains(at))?;
    Some((UnixMillis(at), parts.next()?.to_owned(), parts.next()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_nothing_else_does() {
        let alert = Alert {
            kind: "usage_80".into(),
            subject: "sub_1/calls/\u{e9}".into(),
            details: serde_json::Value::Null,
            created_at_ms: 5,
        };
        let read = read_cursor(&cursor(&alert));
        assert_eq!(read, Some((UnixMillis(5), alert.kind, alert.subject)));
        for wrong in ["", "zz", "0", "350a", "2d310a780a78", &"35".repeat(2_000)] {
            assert_eq!(read_cursor(wrong), None, "{wrong}");
        }
    }
}
