//! How the models have been doing, as far as this instance knows.
//!
//! An instance counts by itself, at once. That a model is left alone is told to the others through
//! key-value storage, after the response; they look there after responses of their own, so that no
//! request waits for it. What they then know may be some seconds old, and never matters for money.

use crate::app::{Cx, Platform};
use kernel::UnixMillis;
use limit::Quota;
use model::{
    Breaker, Provider,
    routing::{Change, Health},
};
use ports::{Host, Kv};
use std::{cell::RefCell, collections::BTreeMap};

/// How often an instance looks what others have said of a model.
const LISTEN_EVERY_MS: i64 = 5_000;

/// What an instance knows of the models and their providers. Both are bounded by the catalogue.
#[derive(Default)]
pub struct Healths {
    models: RefCell<BTreeMap<String, Known>>,
    providers: RefCell<BTreeMap<String, Asked>>,
}

#[derive(Default)]
struct Known {
    health: Health,
    listened_at: Option<UnixMillis>,
}

/// How far ahead of the clock a provider has been asked.
#[derive(Default)]
struct Asked {
    requests_tat_us: Option<i64>,
    tokens_tat_us: Option<i64>,
}

/// What others need to know of a model.
#[derive(Clone, Debug)]
pub struct News {
    model: String,
    change: Change,
}

impl Healths {
    /// Whether a model may be asked for something that takes `tokens`.
    ///
    /// # Errors
    /// Why it may not, as an attempt's outcome.
    pub fn admit(
        &self,
        model: &str,
        name: &str,
        provider: &Provider,
        tokens: u64,
        now: UnixMillis,
    ) -> Result<(), &'static str> {
        let mut models = self.models.borrow_mut();
        let known = models.get_mut(model);
        if !known.is_none_or(|known| known.health.admits(now, &provider.breaker)) {
            return Err("left_alone");
        }
        let limits = provider.limits;
        if limits.requests_per_minute.is_none() && limits.tokens_per_minute.is_none() {
            return Ok(());
        }
        let mut providers = self.providers.borrow_mut();
        let asked = providers.entry(name.to_owned()).or_default();
        let requests = limits.requests_per_minute.map(|most| {
            let quota = Quota::per_minute(most);
            quota.admit(asked.requests_tat_us, now)
        });
        let counted = limits.tokens_per_minute.map(|most| {
            let quota = Quota::per_minute(most);
            quota.admit_cost(quota.cost_us(tokens), asked.tokens_tat_us, now)
        });
        if [requests, counted].iter().flatten().any(|(_, standing)| !standing.admitted) {
            return Err("provider_limit");
        }
        asked.requests_tat_us = requests.map(|(tat, _)| tat);
        asked.tokens_tat_us = counted.map(|(tat, _)| tat);
        Ok(())
    }

    /// A model began to answer after `first_byte_ms`.
    pub fn succeeded(&self, model: &str, first_byte_ms: i64, now: UnixMillis) -> Option<News> {
        self.note(model, |health| health.succeeded(now, first_byte_ms))
    }

    /// A model failed.
    pub fn failed(
        &self,
        model: &str,
        rule: &Breaker,
        retry_after_ms: Option<u64>,
        now: UnixMillis,
    ) -> Option<News> {
        self.note(model, |health| health.failed(now, rule, retry_after_ms))
    }

    /// Looks at what is known of a model.
    pub fn with<T>(&self, model: &str, look: impl FnOnce(Option<&Health>) -> T) -> T {
        look(self.models.borrow().get(model).map(|known| &known.health))
    }

    fn note(&self, model: &str, what: impl FnOnce(&mut Health) -> Change) -> Option<News> {
        let mut models = self.models.borrow_mut();
        let known = match models.get_mut(model) {
            Some(known) => known,
            None => models.entry(model.to_owned()).or_default(),
        };
        let change = what(&mut known.health);
        (change != Change::None).then(|| News { model: model.to_owned(), change })
    }

    /// Whether it is time to look what others have said of a model.
    fn is_due(&self, model: &str, now: UnixMillis) -> bool {
        let mut models = self.models.borrow_mut();
        let known = models.entry(model.to_owned()).or_default();
        let due = known.listened_at.is_none_or(|at| now.since_ms(at) >= LISTEN_EVERY_MS);
        if due {
            known.listened_at = Some(now);
        }
        due
    }
}

fn key(model: &str) -> String {
    format!("breaker/{model}")
}

/// Tells the others. Failing to do so changes nothing here, and is only logged.
pub async fn tell<P: Platform>(cx: &Cx<P>, news: &[News], now: UnixMillis) {
    for News { model, change } in news {
        let kv = cx.host.kv();
        let told = match change {
            Change::None => continue,
            Change::Opened(until) => {
                log::warn!("{model} is left alone for {} ms", until.since_ms(now));
                let ttl_ms = until.since_ms(now).max(1).unsigned_abs();
                kv.put(&key(model), until.0.to_string().as_bytes(), Some(ttl_ms)).await
            }
            Change::Closed => {
                log::info!("{model} answers again");
                kv.delete(&key(model)).await
            }
        };
        if let Err(error) = told {
            log::warn!("of {model} the others do not know: {error}");
        }
    }
}

/// Looks what others have said of a model, if it is time to.
pub async fn listen<P: Platform>(cx: &Cx<P>, model: &str, now: UnixMillis) {
    if !cx.app.health.is_due(model, now) {
        return;
    }
    let said = cx.host.kv().get(&key(model)).await.ok().flatten();
    let until = said.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok()).map(UnixMillis);
    // Nobody can make a model be left alone for longer than the rules allow.
    let until =
        until.filter(|until| now < *until && until.since_ms(now) <= Breaker::OPEN_MS_MAX.into());
    if let (Some(until), Some(known)) = (until, cx.app.health.models.borrow_mut().get_mut(model)) {
        known.health.heard_open(until);
    }
}
