//! Stripe, under `/stripe`: its API, the pages that a buyer sees, webhooks, and the levers by
//! which a test moves it (`/stripe/_sandbox/`).
//!
//! Each secret key is an account of its own with its own endpoints and its own chaos, so that tests
//! that run side by side do not meet. The state machine is `stripe_sandbox`; here it meets the
//! network and the clock.

mod api;
mod control;
mod pages;
mod post;
mod relay;
#[cfg(test)]
mod tests;

use crate::World;
use axum::Router;
use rand_core::{OsRng, RngCore};
use relay::Relay;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    env,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The secret key of the account that has endpoints from the start: the platform's.
const WEBHOOK_KEY: &str = "SANDBOX_STRIPE_WEBHOOK_KEY";
/// Where its events go, and those of the accounts that are connected to it.
const WEBHOOK_URL: &str = "SANDBOX_STRIPE_WEBHOOK_URL";
/// What those webhooks are signed with.
const WEBHOOK_SECRET: &str = "SANDBOX_STRIPE_WEBHOOK_SECRET";

/// The accounts, by their secret keys.
#[derive(Default)]
pub struct Stripe(Mutex<HashMap<String, Arc<Account>>>);

/// An account at Stripe.
struct Account {
    world: Mutex<stripe_sandbox::World>,
    relay: Arc<Relay>,
}

/// Where events are sent.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Endpoint {
    #[serde(default)]
    id: String,
    url: String,
    #[serde(skip_serializing)]
    secret: String,
    /// Whether it gets the events of connected accounts, rather than the account's own.
    #[serde(default)]
    connect: bool,
}

impl Stripe {
    /// The account of a secret key, which begins with its first use.
    fn account(&self, key: &str, base: &str) -> Arc<Account> {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || Arc::new(Account::new(key, base));
        accounts.entry(key.to_owned()).or_insert_with(make).clone()
    }

    /// The account that an object belongs to: a page's address has no key.
    fn of_object(&self, id: &str) -> Option<Arc<Account>> {
        let accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = accounts.values();
        all.find(|account| account.with(|world| world.object(id).is_some())).cloned()
    }
}

impl Account {
    fn new(key: &str, base: &str) -> Self {
        let world = stripe_sandbox::World::new(OsRng.next_u64(), base);
        let is_platform = env::var(WEBHOOK_KEY).is_ok_and(|platform| platform == key);
        let url = env::var(WEBHOOK_URL).ok().filter(|_| is_platform);
        let initial = url.into_iter().flat_map(|url| {
            [("we_initial", false), ("we_initial_connect", true)].map(|(id, connect)| Endpoint {
                id: id.to_owned(),
                url: url.clone(),
                secret: env::var(WEBHOOK_SECRET).unwrap_or_default(),
                connect,
            })
        });
        Self { world: Mutex::new(world), relay: Relay::new(initial) }
    }

    fn with<T>(&self, work: impl FnOnce(&mut stripe_sandbox::World) -> T) -> T {
        work(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world, and hands the events of the change to the relay in their order.
    fn change<T>(&self, work: impl FnOnce(&mut stripe_sandbox::World) -> T) -> T {
        self.with(|world| {
            let done = work(world);
            self.relay.take(world);
            done
        })
    }
}

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new().merge(control::routes()).merge(pages::routes()).merge(api::routes())
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn now_s() -> i64 {
    i64::try_from(now().as_secs()).unwrap_or(i64::MAX)
}
