//! `/stripe/_sandbox/`: what a test does in a buyer's, a bank's or Stripe's place. All of it takes
//! the account's secret key as `Authorization: Bearer`, and JSON.
//!
//! - `POST endpoints {url, secret, connect?}` registers a webhook endpoint; `DELETE endpoints`
//!   takes all away.
//! - `PUT chaos {duplicate, reorder, delay_ms, drop, hold, seed}` says what goes wrong on the way.
//! - `POST deliver {order: [event ids] | seed}` delivers what is held, once and in turn.
//! - `GET deliveries?until=idle` lists every attempt, once nothing is pending.
//! - `GET events?from=n` lists the account's events, all accounts' that are connected with it too.
//! - `POST {act}` has an `stripe_sandbox::Act` happen: `pay`, `pay_later`, `decline`, `async_pay`,
//!   `async_fail`, `expire`, `dispute`, `close_dispute`, `refund`, `advance`, `card`, `payout`,
//!   `account`, `cancel_subscription`.

use crate::{
    World, json,
    stripe::{
        Account, Endpoint, api, now_s,
        relay::{Chaos, Delivery},
    },
};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{collections::HashMap, sync::Arc};
use stripe_sandbox::Act;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/stripe/_sandbox/endpoints", post(register).delete(forget))
        .route("/stripe/_sandbox/chaos", put(chaos))
        .route("/stripe/_sandbox/deliver", post(deliver))
        .route("/stripe/_sandbox/deliveries", get(deliveries))
        .route("/stripe/_sandbox/events", get(events))
        .route("/stripe/_sandbox/{act}", post(act))
}

/// The account whose key a request carries.
struct Mine(Arc<Account>);

impl FromRequestParts<Arc<World>> for Mine {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        let base = api::base(&parts.headers);
        match api::key(&parts.headers) {
            Some(key) => Ok(Self(world.stripe.account(key, &base))),
            None => Err(wrong(StatusCode::UNAUTHORIZED, "the account's key is the bearer token")),
        }
    }
}

fn wrong(status: StatusCode, message: &str) -> Response {
    json(status, &json!({ "error": { "type": "sandbox_error", "message": message } }))
}

async fn register(Mine(account): Mine, Json(endpoint): Json<Endpoint>) -> Response {
    json(StatusCode::OK, &json!(account.relay.register(endpoint)))
}

async fn forget(Mine(account): Mine) -> StatusCode {
    account.relay.forget();
    StatusCode::NO_CONTENT
}

async fn chaos(Mine(account): Mine, Json(chaos): Json<Chaos>) -> Response {
    let set = json!(chaos);
    account.relay.set_chaos(chaos);
    json(StatusCode::OK, &set)
}

/// What is to be delivered.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Release {
    order: Option<Vec<String>>,
    seed: Option<u64>,
}

async fn deliver(Mine(account): Mine, Json(release): Json<Release>) -> Response {
    let events = match account.relay.release(release.order.as_deref(), release.seed) {
        Ok(events) => events,
        Err(id) => return wrong(StatusCode::NOT_FOUND, &format!("there is no event {id}")),
    };
    let mut all: Vec<Delivery> = Vec::new();
    for event in events {
        let done = account.relay.deliver_once(&event).await;
        if !done.iter().all(Delivery::is_ok) {
            account.relay.hold(event);
        }
        all.extend(done);
    }
    json(StatusCode::OK, &json!({ "deliveries": all }))
}

async fn deliveries(Mine(account): Mine, Query(query): Query<HashMap<String, String>>) -> Response {
    if query.get("until").is_some_and(|until| until == "idle") && !account.relay.idle().await {
        return wrong(StatusCode::REQUEST_TIMEOUT, "there are still deliveries under way");
    }
    let (deliveries, pending, held) = account.relay.report();
    let report = json!({ "deliveries": deliveries, "pending": pending, "held": held });
    json(StatusCode::OK, &report)
}

async fn events(Mine(account): Mine, Query(query): Query<HashMap<String, String>>) -> Response {
    let from = query.get("from").and_then(|from| from.parse().ok()).unwrap_or(0);
    json(StatusCode::OK, &account.with(|world| json!({ "data": world.events_since(from) })))
}

async fn act(
    Mine(account): Mine,
    Path(name): Path<String>,
    Json(mut fields): Json<Map<String, Value>>,
) -> Response {
    fields.insert("act".to_owned(), name.into());
    let act: Act = match serde_json::from_value(fields.into()) {
        Ok(act) => act,
        Err(error) => return wrong(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match account.change(|world| world.act(now_s(), &act)) {
        Ok(object) => json(StatusCode::OK, &object),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
            json(status, &refusal.json())
        }
    }
}

/// For the pages, which act too.
pub fn acted(account: &Account, act: &Act) -> Result<Value, String> {
    account.change(|world| world.act(now_s(), act)).map_err(|refusal| refusal.message)
}
