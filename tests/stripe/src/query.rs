//! Lists, page by page, and objects inside objects where `expand` asks for them.

use crate::{
    World,
    error::{Answer, Refusal},
    value::{Peek, list_of},
};
use serde_json::{Value, json};

const PAGE_DEFAULT: i64 = 10;
const PAGE_MAX: i64 = 100;
/// How deep Stripe expands.
const EXPAND_DEPTH_MAX: usize = 4;

impl World {
    /// A page of what is in `all`, which comes newest first.
    pub(crate) fn page<'a>(
        all: impl Iterator<Item = &'a Value>,
        params: &Value,
        url: &str,
    ) -> Answer {
        let limit = params.or("limit", PAGE_DEFAULT.into()).as_i64().unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_MAX).contains(&limit) {
            let message = "This value must be between 1 and 100 (inclusive).";
            return Err(Refusal::param("limit", message));
        }
        let limit = usize::try_from(limit).unwrap_or_default();
        let created = params.or("created", json!({}));
        let mut found: Vec<&Value> = all.filter(|value| in_range(value, &created)).collect();
        let place = |name: &str| match params.opt(name) {
            None => Ok(None),
            Some(id) => match found.iter().position(|value| value.text("id") == id) {
                Some(place) => Ok(Some(place)),
                None => Err(Refusal::no_such("object", id, Some(name))),
            },
        };
        let (after, before) = (place("starting_after")?, place("ending_before")?);
        let has_more;
        if let Some(before) = before {
            found.truncate(before);
            has_more = found.len() > limit;
            found.drain(..found.len().saturating_sub(limit));
        } else {
            found.drain(..after.map_or(0, |after| after + 1));
            has_more = found.len() > limit;
            found.truncate(limit);
        }
        let data: Vec<Value> = found.into_iter().cloned().collect();
        Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": url }))
    }

    /// A page of a kind's objects, newest first, of which only those that `keep` are in it.
    pub(crate) fn page_of(
        &self,
        kind: &str,
        params: &Value,
        url: &str,
        keep: impl Fn(&Value) -> bool,
    ) -> Answer {
        Self::page(self.all(kind).rev().filter(|value| keep(value)), params, url)
    }

    /// An answer with what `expand` asks for.
    pub(crate) fn expanded(&self, answer: Value, params: &Value) -> Answer {
        let mut answer = match answer.text("object") {
            "list" => {
                let mut list = answer.clone();
                list["data"] = answer.list("data").iter().map(|value| self.shown(value)).collect();
                list
            }
            _ => self.shown(&answer),
        };
        for (index, path) in params.list("expand").iter().enumerate() {
            let path = path.as_str().unwrap_or_default();
            let steps: Vec<&str> = path.split('.').collect();
            let depth = steps.len() - usize::from(steps.first() == Some(&"data"));
            if depth > EXPAND_DEPTH_MAX || !self.expand(&mut answer, &steps) {
                let message = format!("This property cannot be expanded ({path}).");
                return Err(Refusal::param(format!("expand[{index}]"), message));
            }
        }
        Ok(answer)
    }

    /// Whether a path could be followed. A path ends quietly where there is nothing.
    fn expand(&self, value: &mut Value, steps: &[&str]) -> bool {
        let [step, rest @ ..] = steps else { return true };
        if value.text("object") == "list" {
            let items = value.get_mut("data").and_then(Value::as_array_mut);
            return *step == "data"
                && items.into_iter().flatten().all(|item| self.expand_in(item, rest));
        }
        if let Some(included) = self.included(value, step) {
            value[*step] = included;
        }
        match value.get_mut(*step) {
            None => false,
            Some(Value::Null) => true,
            Some(Value::String(id)) => {
                let Some(found) = self.get(id) else { return false };
                let mut found = self.shown(found);
                let followed = self.expand_in(&mut found, rest);
                value[*step] = found;
                followed
            }
            Some(Value::Object(_)) if rest.is_empty() => true,
            Some(found @ Value::Object(_)) => self.expand(found, rest),
            Some(Value::Array(items)) => items.iter_mut().all(|item| self.expand_in(item, rest)),
            Some(_) => false,
        }
    }

    fn expand_in(&self, value: &mut Value, steps: &[&str]) -> bool {
        match value {
            Value::String(id) => match self.get(id) {
                Some(found) => {
                    *value = self.shown(found);
                    self.expand(value, steps)
                }
                None => false,
            },
            _ => self.expand(value, steps),
        }
    }

    /// What an object has only when it is asked for.
    fn included(&self, value: &Value, name: &str) -> Option<Value> {
        let id = value.text("id");
        let of = |kind: &str, field: &str| -> Vec<Value> {
            self.all(kind).rev().filter(|found| found.text(field) == id).cloned().collect()
        };
        match (value.text("object"), name) {
            ("checkout.session", "line_items") => Some(self.line_items_of(id)),
            ("checkout.session", "total_details") => self.total_details(value),
            ("item", "taxes") => Some(self.at(id).or("taxes", json!([]))),
            ("charge", "refunds") => {
                Some(list_of(of("refund", "charge"), format!("/v1/charges/{id}/refunds")))
            }
            ("invoice", "payments") => Some(list_of(
                of("invoice_payment", "invoice"),
                format!("/v1/invoice_payments?invoice={id}"),
            )),
            ("customer", "subscriptions") => Some(list_of(
                of("subscription", "customer"),
                format!("/v1/customers/{id}/subscriptions"),
            )),
            _ => None,
        }
    }

    /// What a session's taxes come to, with what they are made of.
    fn total_details(&self, session: &Value) -> Option<Value> {
        let mut details =
            session.get("total_details").filter(|details| !details.is_null())?.clone();
        let mut taxes: Vec<Value> = Vec::new();
        for line in self.lines(session.text("id")) {
            for tax in line.list("taxes") {
                match taxes.iter_mut().find(|known| known["rate"]["id"] == tax["rate"]["id"]) {
                    Some(known) => {
                        for name in ["amount", "taxable_amount"] {
                            known[name] = (known.int(name) + tax.int(name)).into();
                        }
                    }
                    None => taxes.push(tax.clone()),
                }
            }
        }
        details["breakdown"] = json!({ "discounts": [], "taxes": taxes });
        Some(details)
    }
}

/// Whether an object was created when `created` says: a time, or bounds of one.
fn in_range(value: &Value, created: &Value) -> bool {
    let at = value.int("created");
    let holds = |name: &str, test: fn(i64, i64) -> bool| {
        created.get(name).and_then(Value::as_i64).is_none_or(|bound| test(at, bound))
    };
    created.as_i64().is_none_or(|exactly| at == exactly)
        && holds("gt", |at, bound| at > bound)
        && holds("gte", |at, bound| at >= bound)
        && holds("lt", |at, bound| at < bound)
        && holds("lte", |at, bound| at <= bound)
}
