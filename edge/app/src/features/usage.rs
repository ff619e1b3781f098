//! What an account has used of models: for itself in tokens, for its administrators with what it
//! has cost.

use crate::{
    app::{Call, Platform},
    features::me::{self, Page},
    problem::Problem,
    respond::{self, header_text},
    sessions,
    store::{
        ledger::rows,
        operation::{self, Booked, By, Group},
    },
};
use http::{HeaderValue, StatusCode, header};
use kernel::{AccountId, FieldError, UnixMillis};
use ports::{Body, Host, Sql};
use serde_json::{Map, Value, json};

const DAY_MS: i64 = 86_400_000;
/// Days that are told when nothing is asked for.
const DAYS: i64 = 30;
const DAYS_MAX: i64 = 366;
/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "req_~";

/// `GET /me/usage`
pub async fn get<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let by = match respond::query(&call.query, "by") {
        None => By::Day,
        Some(text) => By::ALL
            .into_iter()
            .find(|by| by.as_str() == text)
            .ok_or_else(|| FieldError::new("by", "must be day, model or profile"))?,
    };
    let is_csv = match respond::query(&call.query, "format") {
        Some("csv") => true,
        Some("json") => false,
        Some(_) => return Err(FieldError::new("format", "must be json or csv").into()),
        None => header_text(&call.headers, "accept").is_some_and(|a| a.starts_with("text/csv")),
    };
    let (from, until) = period(&call.query, call.cx.now)?;
    let statement = operation::usage(&call.tenant.id, call.caller.account(), by, from, until);
    let found = call.cx.host.sql(&call.account_shard()).query(statement).await?;
    let groups: Vec<Group> = rows(&found)?;
    if is_csv {
        return Ok(csv(by, &groups));
    }
    let data: Vec<Value> = groups.iter().map(|group| group_json(by, group)).collect();
    let last = until.plus_ms(-DAY_MS);
    let body = json!({ "by": by.as_str(), "from": day(from), "until": day(last), "data": data });
    Ok(respond::json(StatusCode::OK, &body))
}

/// `GET /admin/accounts/{account}/operations`
pub async fn operations<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let account: AccountId = respond::param(&call.params, 0, "account")?;
    let limit = me::page_limit(&call.query)?;
    let cursor = respond::query(&call.query, "cursor");
    let (data, next) = booked(&call, &account, cursor, limit).await?;
    Ok(respond::json(StatusCode::OK, &Page { data, next }))
}

/// A page of what models did for an account of the tenant, newest first, and where the next begins.
///
/// # Errors
/// A [`FieldError`] for what is no cursor, [`Problem::Sql`].
pub async fn booked<P: Platform>(
    call: &Call<P>,
    account: &AccountId,
    cursor: Option<&str>,
    limit: u32,
) -> Result<(Vec<Booked>, Option<String>), Problem> {
    let before = cursor.unwrap_or(AFTER_ALL_IDS);
    if !before.starts_with("req_") {
        return Err(FieldError::new("cursor", "must be the `next` of an earlier page").into());
    }
    let statement = operation::page(&call.tenant.id, account, before, limit + 1);
    let shard = sessions::shard(&call.tenant, account);
    let found = call.cx.host.sql(&shard).query(statement).await?;
    let mut data: Vec<Booked> = rows(&found)?;
    let more = data.len() > limit as usize;
    data.truncate(limit as usize);
    let next = data.last().filter(|_| more).map(|last| last.id.clone());
    Ok((data, next))
}

/// What an account has used lately, for a page.
pub struct Lately {
    first: UnixMillis,
    days: Vec<Group>,
    models: Vec<Group>,
}

/// What the caller's account has used in the last [`DAYS`] days.
pub async fn lately<P: Platform>(call: &Call<P>) -> Result<Lately, Problem> {
    let (first, until) = period("", call.cx.now)?;
    let (tenant, account) = (&call.tenant.id, call.caller.account());
    let by = |by| operation::usage(tenant, account, by, first, until);
    let sql = call.cx.host.sql(&call.account_shard());
    let results = sql.batch(vec![by(By::Day), by(By::Model)]).await?;
    let groups = |index: usize| rows(results.get(index).map_or(&[], Vec::as_slice));
    Ok(Lately { first, days: groups(0)?, models: groups(1)? })
}

impl Lately {
    /// The days without gaps, and the models, the most used first.
    pub fn view(&self) -> pages::Usage<'_> {
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        let days = (0..DAYS).map(|index| {
            let moment = self.first.plus_ms(index * DAY_MS);
            let text = day(moment);
            let group = self.days.iter().find(|group| group.bucket == text);
            let of = |field: fn(&Group) -> i64| group.map_or(0, |group| count(field(group)));
            pages::UsageDay {
                day_ms: moment.0,
                operations: of(|g| g.operations),
                input_tokens: of(|g| g.input_tokens),
                output_tokens: of(|g| g.output_tokens),
            }
        });
        let mut models: Vec<_> = self
            .models
            .iter()
            .map(|group| pages::UsageModel {
                model: &group.bucket,
                operations: count(group.operations),
                input_tokens: count(group.input_tokens),
                output_tokens: count(group.output_tokens),
            })
            .collect();
        models.sort_by_key(|model| {
            std::cmp::Reverse(model.input_tokens.saturating_add(model.output_tokens))
        });
        pages::Usage { days: days.collect(), models }
    }
}

fn group_json(by: By, group: &Group) -> Value {
    let mut json = Map::new();
    // What was used without a profile has none.
    let bucket = (by != By::Profile || !group.bucket.is_empty()).then_some(&group.bucket);
    json.insert(by.as_str().to_owned(), json!(bucket));
    for (name, value) in numbers(group) {
        json.insert(name.to_owned(), value.into());
    }
    Value::Object(json)
}

fn numbers(group: &Group) -> [(&'static str, i64); 5] {
    [
        ("operations", group.operations),
        ("failed", group.failed),
        ("input_tokens", group.input_tokens),
        ("output_tokens", group.output_tokens),
        ("tokens", group.tokens),
    ]
}

/// As [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180). Days, models and profiles hold nothing
/// that would need quotes, and nothing with which a formula begins but `-` and `@`.
fn csv(by: By, groups: &[Group]) -> http::Response<Body> {
    let mut text =
        format!("{},operations,failed,input_tokens,output_tokens,tokens\r\n", by.as_str());
    for group in groups {
        let bucket = &group.bucket;
        let quote = if bucket.starts_with(['-', '@']) { "'" } else { "" };
        text.push_str(&format!("{quote}{bucket}"));
        for (_, value) in numbers(group) {
            text.push_str(&format!(",{value}"));
        }
        text.push_str("\r\n");
    }
    let mut response = http::Response::new(text.into());
    let headers = response.headers_mut();
    let csv = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    headers.insert(header::CONTENT_TYPE, csv);
    let name = HeaderValue::from_static("attachment; filename=\"usage.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    response
}

/// The days that are asked for: from the beginning of the first to the end of the last.
fn period(query: &str, now: UnixMillis) -> Result<(UnixMillis, UnixMillis), FieldError> {
    let today = now.0.div_euclid(DAY_MS);
    let asked = |name: &str, otherwise: i64| match respond::query(query, name) {
        None => Ok(otherwise),
        Some(text) => {
            read_day(text).ok_or_else(|| FieldError::new(name, "must be a day such as 2026-01-31"))
        }
    };
    let last = asked("until", today)?;
    let first = asked("from", last - DAYS + 1)?;
    if !(0..DAYS_MAX).contains(&(last - first)) {
        let message = format!("must be before `until`, and {DAYS_MAX} days before it at most");
        return Err(FieldError::new("from", message));
    }
    Ok((UnixMillis(first * DAY_MS), UnixMillis((last + 1) * DAY_MS)))
}

/// Days from 1970 to a day of the Gregorian calendar, written as `2026-01-31`
/// ([algorithm](https://howardhinnant.github.io/date_algorithms.html#days_from_civil)).
fn read_day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|part| {
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i64>().ok()).flatten()
    });
    let (year, month, day_of_month) = (parts.next()??, parts.next()??, parts.next()??);
    if text.len() != 10 || !(1970..=9999).contains(&year) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let of_era = shifted - shifted / 400 * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day_of_month - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    let days = shifted / 400 * 146_097 + day_of_era - 719_468;
    // Of days that do not exist, another comes back.
    (day(UnixMillis(days.checked_mul(DAY_MS)?)) == text).then_some(days)
}

/// A moment's day.
fn day(moment: UnixMillis) -> String {
    let days = moment.0.div_euclid(DAY_MS) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_back_and_those_that_do_not_exist_do_not() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2026-11-21", 20_778),
            ("2100-03-01", 47_541),
        ] {
            assert_eq!(read_day(text), Some(days), "{text}");
            assert_eq!(day(UnixMillis(days * DAY_MS + DAY_MS - 1)), text);
        }
        for wrong in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "26-01-011",
            "2026-01-32",
            "2026-01-31x",
            "+026-01-01",
            "1969-12-31",
            "2026-01--1",
        ] {
            assert_eq!(read_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_period_is_whole_days() {
        let now = UnixMillis(20_778 * DAY_MS + 5);
        assert_eq!(period("", now), Ok((UnixMillis(20_749 * DAY_MS), UnixMillis(20_779 * DAY_MS))));
        let one = period("from=2026-11-21&until=2026-11-21", now).unwrap();
        assert_eq!(one, (UnixMillis(20_778 * DAY_MS), UnixMillis(20_779 * DAY_MS)));
        for wrong in ["from=2026-11-22", "from=2020-01-01", "from=x", "until=2026-11-31"] {
            assert!(period(wrong, now).is_err(), "{wrong}");
        }
    }
}
