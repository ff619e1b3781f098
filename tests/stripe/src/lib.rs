//! A stand-in for Stripe: a state machine that keeps one account in memory.
//!
//! It has no network, no clock and no randomness: a request and the time go in, an answer and
//! events come out, and the same history gives the same ids. Requests have the shapes of npm
//! `stripe` 23.1.0 and of the API's version that it asks for. What Stripe would refuse is refused,
//! parameters that it does not know above all. What a buyer, a bank or a merchant does outside of
//! the API is an [`Act`].
//!
//! Nothing here is real, and nothing of it may ever stand between a buyer and Stripe.

// An object of Stripe's has up to 80 fields, and each is a step for `json!`.
#![recursion_limit = "512"]
#![allow(clippy::indexing_slicing, reason = "a field that a JSON value does not have is null")]

mod act;
mod catalog;
mod checkout;
mod connect;
mod customers;
mod disputes;
mod error;
mod form;
mod invoices;
mod money;
mod params;
mod payments;
mod query;
mod refunds;
mod routes;
mod store;
mod subscriptions;
mod tax;
#[cfg(test)]
mod tests;
mod time;
mod usage;
mod value;

pub use act::{Act, Buyer};
pub use error::Refusal;
pub use money::readable;

use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// A request, as it came over the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'a str,
    /// The path from `/v1/` on, with its query.
    pub path: &'a str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<&'a str>,
    /// The `Stripe-Account` header: the connected account that the request is about.
    pub account: Option<&'a str>,
    /// The body, `application/x-www-form-urlencoded`.
    pub body: &'a str,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The `Request-Id` header.
    pub request_id: String,
    /// Whether this is the answer to an earlier request with the same idempotency key, which
    /// Stripe says in `Idempotent-Replayed: true`.
    pub is_replay: bool,
    /// The body.
    pub json: Value,
}

/// What a change happens in: when, for whom, on whose request.
#[derive(Clone, Default)]
struct Now {
    s: i64,
    account: Option<String>,
    request: Option<String>,
    idempotency_key: Option<String>,
}

/// An account at Stripe, with the accounts that are connected to it.
pub struct World {
    /// What ids are made of.
    seed: u64,
    /// How many ids were given.
    given: u64,
    /// Where the pages for people are: `http://127.0.0.1:8790/stripe`.
    pages: String,
    now: Now,
    objects: HashMap<String, store::Entry>,
    kinds: BTreeMap<String, Vec<String>>,
    events: Vec<Value>,
    answers: HashMap<String, routes::Remembered>,
    drafts: HashMap<String, checkout::Draft>,
    agenda: time::Agenda,
    meter_events: Vec<usage::Reported>,
}

impl World {
    /// An empty account. Worlds with different seeds give different ids. Links to pages for people
    /// start with `pages`.
    #[must_use]
    pub fn new(seed: u64, pages: &str) -> Self {
        Self {
            seed,
            given: 0,
            pages: pages.trim_end_matches('/').to_owned(),
            now: Now::default(),
            objects: HashMap::new(),
            kinds: BTreeMap::new(),
            events: Vec::new(),
            answers: HashMap::new(),
            drafts: HashMap::new(),
            agenda: time::Agenda::default(),
            meter_events: Vec::new(),
        }
    }

    /// All events from the `from`th on, oldest first, each as Stripe would send it.
    #[must_use]
    pub fn events_since(&self, from: usize) -> &[Value] {
        self.events.get(from..).unwrap_or_default()
    }

    /// An object as it is now, whosever it is.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<&Value> {
        self.objects.get(id).map(|entry| entry.value.as_ref())
    }

    /// The lines of a checkout session, with their taxes.
    #[must_use]
    pub fn lines(&self, session: &str) -> Vec<Value> {
        let items = self.drafts.get(session).map(|draft| draft.items.as_slice());
        items.unwrap_or_default().iter().filter_map(|id| self.object(id)).cloned().collect()
    }

    /// A customer's subscriptions, oldest first.
    #[must_use]
    pub fn subscriptions_of(&self, customer: &str) -> Vec<Value> {
        let ids = self.kinds.get("subscription").map(Vec::as_slice).unwrap_or_default();
        let all = ids.iter().filter_map(|id| self.object(id));
        all.filter(|subscription| subscription["customer"] == customer).cloned().collect()
    }
}
