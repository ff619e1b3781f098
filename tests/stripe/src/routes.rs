//! Which endpoint answers, and what surrounds each answer: the API key, the idempotency key, the
//! events that an answer causes.

use crate::{
    Now, Request, Response, World,
    error::{Answer, Refusal},
    form::{self, Field},
    params,
    value::Peek,
};
use serde_json::Value;

/// For how long Stripe remembers an idempotency key.
const REMEMBER_S: i64 = 24 * 60 * 60;

/// What was answered under an idempotency key.
pub(crate) struct Remembered {
    at_s: i64,
    /// The request, whose parameters must be the same when it is repeated.
    request: String,
    status: u16,
    request_id: String,
    json: Value,
}

/// An endpoint: its parameters, and what it does with them.
type Endpoint<'a> = (&'static [Field], Box<dyn FnOnce(&mut World, &Value) -> Answer + 'a>);

impl World {
    /// Answers a request at a time, in seconds since 1970.
    pub fn handle(&mut self, now_s: i64, request: &Request<'_>) -> Response {
        self.now = Now { s: now_s, ..Now::default() };
        let request_id = self.new_id("req");
        self.wake(now_s);
        self.now = Now {
            s: now_s,
            account: request.account.map(str::to_owned),
            request: Some(request_id.clone()),
            idempotency_key: request.idempotency_key.map(str::to_owned),
        };
        let refused = |refusal: &Refusal| Response {
            status: refusal.status,
            request_id: request_id.clone(),
            is_replay: false,
            json: refusal.json(),
        };
        if let Err(refusal) = self.admit(request) {
            return refused(&refusal);
        }
        let (key, whole) = self.remembered_as(request);
        match self.recall(now_s, key.as_deref(), &whole) {
            Ok(None) => {}
            Ok(Some(response)) => return response,
            Err(refusal) => return refused(&refusal),
        }
        let answer = self.route(request);
        let by_form = matches!(&answer, Err(refusal) if refusal.by_form);
        let response = match answer {
            Ok(json) => Response { status: 200, request_id, is_replay: false, json },
            Err(refusal) => refused(&refusal),
        };
        if let (Some(key), false) = (key, by_form) {
            let Response { status, request_id, json, .. } = response.clone();
            let remembered = Remembered { at_s: now_s, request: whole, status, request_id, json };
            self.answers.insert(key, remembered);
        }
        response
    }

    fn admit(&self, request: &Request<'_>) -> Answer<()> {
        let key = request.authorization.and_then(|header| header.strip_prefix("Bearer "));
        let Some(key) = key else {
            let message = "You did not provide an API key. You need to provide your API key in \
                           the Authorization header, using Bearer auth.";
            return Err(Refusal { status: 401, ..Refusal::invalid(message) });
        };
        if !["sk_test_", "rk_test_"].iter().any(|prefix| key.starts_with(prefix)) {
            let message = "Invalid API Key provided: the sandbox takes sk_test_ keys only";
            return Err(Refusal { status: 401, ..Refusal::invalid(message) });
        }
        let is_known = |account: &str| {
            self.object(account).is_some_and(|object| object.text("object") == "account")
        };
        match request.account {
            Some(account) if !is_known(account) => {
                let message = format!(
                    "The provided key does not have access to account '{account}' (or that \
                     account does not exist)."
                );
                let refusal = Refusal { status: 403, ..Refusal::invalid(message) };
                Err(refusal.code("account_invalid"))
            }
            _ => Ok(()),
        }
    }

    /// Under what a request is remembered, and what must be the same when it is repeated.
    fn remembered_as(&self, request: &Request<'_>) -> (Option<String>, String) {
        let account = request.account.unwrap_or_default();
        let key = request.idempotency_key.filter(|_| request.method == "POST");
        let mut fields: Vec<_> = form_urlencoded::parse(request.body.as_bytes()).collect();
        fields.sort();
        (key.map(|key| format!("{account} {key}")), format!("{} {fields:?}", request.path))
    }

    fn recall(&self, now_s: i64, key: Option<&str>, whole: &str) -> Answer<Option<Response>> {
        let Some(known) = key.and_then(|key| self.answers.get(key)) else { return Ok(None) };
        if now_s - known.at_s > REMEMBER_S {
            return Ok(None);
        }
        if known.request != whole {
            let message = format!(
                "Keys for idempotent requests can only be used with the same parameters they were \
                 first used with. Try using a key other than '{}' if you meant to execute a \
                 different request.",
                self.now.idempotency_key.as_deref().unwrap_or_default()
            );
            return Err(Refusal { kind: "idempotency_error", ..Refusal::invalid(message) });
        }
        let Remembered { status, request_id, json, .. } = known;
        let (status, request_id, json) = (*status, request_id.clone(), json.clone());
        Ok(Some(Response { status, request_id, is_replay: true, json }))
    }

    fn route(&mut self, request: &Request<'_>) -> Answer {
        let (path, query) = request.path.split_once('?').unwrap_or((request.path, ""));
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let ["v1", segments @ ..] = segments.as_slice() else { return Err(nowhere(request)) };
        let found = match request.method {
            "GET" => get(segments, path),
            "POST" => post(segments),
            "DELETE" => delete(segments),
            _ => None,
        };
        let Some((fields, work)) = found else { return Err(nowhere(request)) };
        let form = if request.method == "POST" { request.body } else { query };
        let params = form::read(form, fields)?;
        let answer = work(self, &params)?;
        self.expanded(answer, &params)
    }
}

fn nowhere(request: &Request<'_>) -> Refusal {
    let Request { method, path, .. } = request;
    let message = format!(
        "Unrecognized request URL ({method}: {path}). The sandbox knows a part of Stripe's API."
    );
    Refusal { status: 404, by_form: true, ..Refusal::invalid(message) }
}

fn get<'a>(segments: &[&'a str], path: &'a str) -> Option<Endpoint<'a>> {
    let one = |kind: &'static str, id: &'a str| -> Option<Endpoint<'a>> {
        Some((params::NONE, Box::new(move |world, _| world.find(kind, id, None).cloned())))
    };
    // A list whose parameters have the names of its objects' fields.
    let many = |kind: &'static str, fields: &'static [Field]| -> Option<Endpoint<'a>> {
        let work = move |world: &mut World, params: &Value| {
            world.page_of(kind, params, path, |value| fits(value, params))
        };
        Some((fields, Box::new(work)))
    };
    match segments {
        ["customers"] => many("customer", params::CUSTOMERS),
        ["customers", id] => one("customer", id),
        ["products"] => many("product", params::PRODUCTS),
        ["products", id] => one("product", id),
        ["prices"] => many("price", params::PRICES),
        ["prices", id] => one("price", id),
        ["checkout", "sessions"] => many("checkout.session", params::SESSIONS),
        ["checkout", "sessions", id] => one("checkout.session", id),
        ["checkout", "sessions", id, "line_items"] => {
            let id = *id;
            Some((params::PAGED, Box::new(move |world, params| world.line_items(id, params))))
        }
        ["payment_intents"] => many("payment_intent", params::PAYMENT_INTENTS),
        ["payment_intents", id] => one("payment_intent", id),
        ["charges"] => many("charge", params::CHARGES),
        ["charges", id] => one("charge", id),
        ["refunds"] => many("refund", params::BY_CHARGE),
        ["refunds", id] => one("refund", id),
        ["disputes"] => many("dispute", params::BY_CHARGE),
        ["disputes", id] => one("dispute", id),
        ["subscriptions"] => {
            Some((params::SUBSCRIPTIONS, Box::new(|world, params| world.subscriptions(params))))
        }
        ["subscriptions", id] => one("subscription", id),
        ["invoices"] => Some((params::INVOICES, Box::new(|world, params| world.invoices(params)))),
        ["invoices", id] => one("invoice", id),
        ["invoices", id, "lines"] => {
            let id = *id;
            Some((params::PAGED, Box::new(move |world, params| world.invoice_lines(id, params))))
        }
        ["invoiceitems"] => {
            Some((params::INVOICE_ITEMS, Box::new(|world, params| world.invoice_items(params))))
        }
        ["invoiceitems", id] => one("invoiceitem", id),
        ["billing", "meters"] => many("billing.meter", params::PAGED),
        ["billing", "meters", id] => one("billing.meter", id),
        ["billing", "meters", id, "event_summaries"] => {
            let id = *id;
            let work = move |world: &mut World, params: &Value| world.meter_summaries(id, params);
            Some((params::METER_SUMMARIES, Box::new(work)))
        }
        ["test_helpers", "test_clocks"] => many("test_helpers.test_clock", params::PAGED),
        ["test_helpers", "test_clocks", id] => one("test_helpers.test_clock", id),
        ["accounts", id] => one("account", id),
        ["tax_rates", id] => one("tax_rate", id),
        ["payouts"] => many("payout", params::PAYOUTS),
        ["payouts", id] => one("payout", id),
        ["events"] => Some((params::EVENTS, Box::new(|world, params| world.event_page(params)))),
        ["events", id] => {
            let id = *id;
            Some((params::NONE, Box::new(move |world, _| world.event(id))))
        }
        _ => None,
    }
}

fn post<'a>(segments: &[&'a str]) -> Option<Endpoint<'a>> {
    macro_rules! to {
        ($fields:ident, $work:ident) => {
            Some((params::$fields, Box::new(move |world, params| world.$work(params))))
        };
        ($fields:ident, $work:ident, $id:expr) => {{
            let id = *$id;
            Some((params::$fields, Box::new(move |world, params| world.$work(id, params))))
        }};
    }
    match segments {
        ["customers"] => to!(CUSTOMER, customer_create),
        ["customers", id] => to!(CUSTOMER, customer_update, id),
        ["products"] => to!(PRODUCT, product_create),
        ["prices"] => to!(PRICE, price_create),
        ["checkout", "sessions"] => to!(SESSION, session_create),
        ["checkout", "sessions", id, "expire"] => to!(NONE, session_expire, id),
        ["payment_intents"] => to!(PAYMENT_INTENT, intent_create),
        ["payment_intents", id, "confirm"] => to!(CONFIRM, intent_confirm, id),
        ["payment_intents", id, "cancel"] => to!(CANCEL_INTENT, intent_cancel, id),
        ["refunds"] => to!(REFUND, refund_create),
        ["subscriptions", id] => to!(SUBSCRIPTION_UPDATE, subscription_update, id),
        ["invoices"] => to!(INVOICE, invoice_create),
        ["invoices", id, "finalize"] => to!(INVOICE_FINALIZE, invoice_finalize, id),
        ["invoices", id, "pay"] => to!(INVOICE_PAY, invoice_pay, id),
        ["invoices", id, "void"] => to!(NONE, invoice_void, id),
        ["invoiceitems"] => to!(INVOICE_ITEM, invoice_item_create),
        ["billing_portal", "sessions"] => to!(PORTAL, portal_create),
        ["billing", "meters"] => to!(METER, meter_create),
        ["billing", "meter_events"] => to!(METER_EVENT, meter_event_create),
        ["test_helpers", "test_clocks"] => to!(CLOCK, clock_create),
        ["test_helpers", "test_clocks", id, "advance"] => to!(CLOCK_ADVANCE, clock_advance, id),
        ["accounts"] => to!(ACCOUNT, account_create),
        ["account_links"] => to!(ACCOUNT_LINK, account_link_create),
        ["payouts"] => to!(PAYOUT, payout_create),
        _ => None,
    }
}

fn delete<'a>(segments: &[&'a str]) -> Option<Endpoint<'a>> {
    match segments {
        ["customers", id] => {
            let id = *id;
            Some((params::NONE, Box::new(move |world, _| world.customer_delete(id))))
        }
        ["subscriptions", id] => {
            let id = *id;
            let work =
                move |world: &mut World, params: &Value| world.subscription_cancel(id, params);
            Some((params::SUBSCRIPTION_CANCEL, Box::new(work)))
        }
        _ => None,
    }
}

/// Whether an object has what a list is asked for.
fn fits(value: &Value, params: &Value) -> bool {
    const PAGING: [&str; 5] = ["limit", "starting_after", "ending_before", "created", "expand"];
    let asked = params.as_object().into_iter().flatten();
    asked.filter(|(name, _)| !PAGING.contains(&name.as_str())).all(|(name, wanted)| {
        match (name.as_str(), wanted) {
            ("lookup_keys", Value::Array(keys)) => keys.contains(&value["lookup_key"]),
            _ => value[name.as_str()] == *wanted,
        }
    })
}
