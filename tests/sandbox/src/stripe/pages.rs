//! The pages that people see in Stripe's place: checkout, invoice, portal, a seller's first steps.
//! They work without JavaScript, and each says that nothing on it is real.

use crate::{
    World,
    stripe::{Account, control::acted},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};
use stripe_sandbox::{Act, Buyer, readable};

const COUNTRIES: [(&str, &str); 12] = [
    ("AU", "Australia"),
    ("BR", "Brazil"),
    ("CA", "Canada"),
    ("CH", "Switzerland"),
    ("DE", "Germany"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IN", "India"),
    ("JP", "Japan"),
    ("NL", "Netherlands"),
    ("SE", "Sweden"),
    ("US", "United States"),
];

type Fields = HashMap<String, String>;
type Shared = State<Arc<World>>;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/stripe/pay/{id}", get(checkout).post(pay))
        .route("/stripe/invoice/{id}", get(invoice))
        .route("/stripe/invoice/{id}/pdf", get(invoice))
        .route("/stripe/portal/{id}", get(portal).post(portal_change))
        .route("/stripe/onboard/{id}", get(onboard).post(onboarded))
}

#[derive(Template)]
#[template(path = "pay.html")]
struct Pay {
    refused: Option<String>,
    is_open: bool,
    is_subscription: bool,
    status: String,
    lines: Vec<Line>,
    tax: Option<String>,
    total: String,
    countries: &'static [(&'static str, &'static str)],
    country: String,
    state: String,
    email: String,
    name: String,
}

struct Line {
    id: String,
    name: String,
    quantity: i64,
    bounds: Option<(i64, i64)>,
    amount: String,
}

#[derive(Template)]
#[template(path = "invoice.html")]
struct Invoice {
    number: String,
    customer: String,
    status: String,
    lines: Vec<Line>,
    net: String,
    taxes: Vec<(String, String)>,
    total: String,
}

#[derive(Template)]
#[template(path = "portal.html")]
struct Portal {
    refused: Option<String>,
    subscriptions: Vec<Subscription>,
    declines: bool,
    back: Option<String>,
}

struct Subscription {
    id: String,
    name: String,
    quantity: i64,
    amount: String,
    status: String,
    is_live: bool,
    ends: bool,
}

#[derive(Template)]
#[template(path = "onboard.html")]
struct Onboard {}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn nowhere() -> Response {
    (StatusCode::NOT_FOUND, "the sandbox does not know this\n").into_response()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn int(value: &Value, name: &str) -> i64 {
    value[name].as_i64().unwrap_or_default()
}

/// An object and the account that it belongs to.
fn found(world: &World, id: &str) -> Option<(Arc<Account>, Value)> {
    let account = world.stripe.of_object(id)?;
    let object = account.with(|stripe| stripe.object(id).cloned())?;
    Some((account, object))
}

async fn checkout(
    State(world): Shared,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    match found(&world, &id) {
        Some((account, session)) => {
            page(StatusCode::OK, &checkout_page(&account, &session, &fields, None))
        }
        None => nowhere(),
    }
}

fn checkout_page(
    account: &Account,
    session: &Value,
    fields: &Fields,
    refused: Option<String>,
) -> Pay {
    let currency = text(session, "currency");
    let lines = account.with(|stripe| stripe.lines(&text(session, "id")));
    let lines = lines.iter().map(|line| {
        let adjustable = &line["adjustable_quantity"];
        let bounds = (int(adjustable, "minimum").max(1), int(adjustable, "maximum"));
        Line {
            id: text(line, "id"),
            name: text(line, "description"),
            quantity: int(line, "quantity"),
            bounds: adjustable.is_object().then_some(bounds),
            amount: readable(int(line, "amount_total"), &currency),
        }
    });
    let entered = |name: &str| fields.get(name).cloned();
    let country = entered("country")
        .or_else(|| session["customer_details"]["address"]["country"].as_str().map(str::to_owned));
    let tax = session["automatic_tax"]["enabled"] == true;
    Pay {
        refused,
        is_open: session["status"] == "open",
        is_subscription: session["mode"] == "subscription",
        status: text(session, "status"),
        lines: lines.collect(),
        tax: tax.then(|| readable(int(&session["total_details"], "amount_tax"), &currency)),
        total: readable(int(session, "amount_total"), &currency),
        countries: &COUNTRIES,
        country: country.unwrap_or_else(|| "US".to_owned()),
        state: entered("state").unwrap_or_default(),
        email: entered("email").unwrap_or_else(|| text(&session["customer_details"], "email")),
        name: entered("name").unwrap_or_default(),
    }
}

async fn pay(State(world): Shared, Path(id): Path<String>, Form(fields): Form<Fields>) -> Response {
    let Some((account, session)) = found(&world, &id) else { return nowhere() };
    let action = fields.get("action").map_or("pay", String::as_str);
    let buyer = buyer(&fields);
    let act = match action {
        "cancel" => {
            let back = text(&session, "cancel_url");
            return if back.is_empty() { nowhere() } else { Redirect::to(&back).into_response() };
        }
        "update" => Act::Choose { session: id.clone(), buyer },
        "pay_later" => Act::PayLater { session: id.clone(), buyer },
        "decline" => Act::Decline { session: id.clone(), buyer },
        _ => Act::Pay { session: id.clone(), buyer },
    };
    let refused = match acted(&account, &act) {
        Ok(session) if session["status"] == "complete" => {
            let place = text(&session, "success_url").replace("{CHECKOUT_SESSION_ID}", &id);
            return Redirect::to(&place).into_response();
        }
        Ok(_) if action == "decline" => {
            Some("Your card was declined. Try another, or pay in another way.".to_owned())
        }
        Ok(_) => None,
        Err(message) => Some(message),
    };
    let session = account.with(|stripe| stripe.object(&id).cloned()).unwrap_or_default();
    let status = if refused.is_some() { StatusCode::PAYMENT_REQUIRED } else { StatusCode::OK };
    page(status, &checkout_page(&account, &session, &fields, refused))
}

fn buyer(fields: &Fields) -> Buyer {
    let entered = |name: &str| fields.get(name).filter(|text| !text.is_empty()).cloned();
    let quantities = fields.iter().filter_map(|(name, text)| {
        Some((name.strip_prefix("quantity-")?.to_owned(), text.parse().ok()?))
    });
    Buyer {
        country: entered("country"),
        state: entered("state"),
        email: entered("email"),
        name: entered("name"),
        quantities: quantities.collect(),
        ..Buyer::default()
    }
}

async fn invoice(State(world): Shared, Path(id): Path<String>) -> Response {
    let Some((account, invoice)) = found(&world, &id) else { return nowhere() };
    let currency = text(&invoice, "currency");
    let money = |value: &Value, name: &str| readable(int(value, name), &currency);
    let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let lines = all(&invoice["lines"]["data"]);
    let lines = lines.iter().map(|line| Line {
        id: text(line, "id"),
        name: text(line, "description"),
        quantity: int(line, "quantity"),
        bounds: None,
        amount: money(line, "amount"),
    });
    let taxes = all(&invoice["total_taxes"]);
    let taxes = taxes.iter().map(|tax| {
        let rate = text(&tax["tax_rate_details"], "tax_rate");
        let rate = account.with(|stripe| stripe.object(&rate).cloned()).unwrap_or_default();
        let label = format!("{} {} %", text(&rate, "display_name"), rate["percentage"]);
        (label, money(tax, "amount"))
    });
    let page_of = Invoice {
        number: text(&invoice, "number"),
        customer: text(&invoice, "customer_email"),
        status: text(&invoice, "status"),
        lines: lines.collect(),
        net: money(&invoice, "total_excluding_tax"),
        taxes: taxes.collect(),
        total: money(&invoice, "total"),
    };
    page(StatusCode::OK, &page_of)
}

async fn portal(State(world): Shared, Path(id): Path<String>) -> Response {
    match found(&world, &id) {
        Some((account, session)) => page(StatusCode::OK, &portal_page(&account, &session, None)),
        None => nowhere(),
    }
}

fn portal_page(account: &Account, session: &Value, refused: Option<String>) -> Portal {
    let customer = text(session, "customer");
    let (customer, subscriptions) = account.with(|stripe| {
        let found = stripe.object(&customer).cloned().unwrap_or_default();
        (found, stripe.subscriptions_of(&customer))
    });
    let subscriptions = subscriptions.iter().map(|subscription| {
        let item = &subscription["items"]["data"][0];
        let ends = subscription["cancel_at_period_end"] == true;
        let status = text(subscription, "status");
        let product = text(&item["price"], "product");
        let product = account.with(|stripe| stripe.object(&product).cloned()).unwrap_or_default();
        Subscription {
            id: text(subscription, "id"),
            name: text(&product, "name"),
            quantity: int(item, "quantity"),
            amount: readable(int(&item["price"], "unit_amount"), &text(subscription, "currency")),
            is_live: status != "canceled",
            status: if ends { format!("{status}, ends with the period") } else { status },
            ends,
        }
    });
    let card = text(&customer["invoice_settings"], "default_payment_method");
    Portal {
        refused,
        subscriptions: subscriptions.collect(),
        declines: card == "pm_card_chargeCustomerFail",
        back: session["return_url"].as_str().map(str::to_owned),
    }
}

async fn portal_change(
    State(world): Shared,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let Some((account, session)) = found(&world, &id) else { return nowhere() };
    let entered = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let (subscription, customer) = (entered("subscription"), text(&session, "customer"));
    let quantity = entered("quantity").parse().unwrap_or(1);
    let act = match entered("action").as_str() {
        "cancel" => Act::CancelSubscription { subscription, now: false },
        "resume" => Act::Resume { subscription },
        "quantity" => Act::Quantity { subscription, quantity },
        "good_card" => Act::Card { customer, declines: false },
        "bad_card" => Act::Card { customer, declines: true },
        _ => return nowhere(),
    };
    match acted(&account, &act) {
        Ok(_) => Redirect::to(&format!("/stripe/portal/{id}")).into_response(),
        Err(message) => {
            page(StatusCode::BAD_REQUEST, &portal_page(&account, &session, Some(message)))
        }
    }
}

async fn onboard(State(world): Shared, Path(id): Path<String>) -> Response {
    if found(&world, &id).is_some() { page(StatusCode::OK, &Onboard {}) } else { nowhere() }
}

async fn onboarded(
    State(world): Shared,
    Path(id): Path<String>,
    Query(query): Query<Fields>,
    Form(fields): Form<Fields>,
) -> Response {
    let Some((account, _)) = found(&world, &id) else { return nowhere() };
    if fields.get("action").is_some_and(|action| action == "finish") {
        let act = Act::Account { account: id, charges_enabled: true, payouts_enabled: true };
        if let Err(message) = acted(&account, &act) {
            return (StatusCode::BAD_REQUEST, message).into_response();
        }
    }
    match query.get("return_url") {
        Some(back) => Redirect::to(back).into_response(),
        None => nowhere(),
    }
}
