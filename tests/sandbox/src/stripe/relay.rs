//! Brings events to endpoints, as Stripe does: signed, and again until an endpoint has said 2xx.
//! A test may have it duplicate, reorder, delay, drop and hold them.

use crate::stripe::{Endpoint, api::pretty, now_s, post};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

/// How long the relay waits for more events to reorder.
const REORDER_WAIT: Duration = Duration::from_millis(100);
/// The wait before the second attempt. It doubles with each.
const BACKOFF: Duration = Duration::from_millis(50);
const BACKOFF_MAX: Duration = Duration::from_secs(1);
/// After this many attempts an endpoint is given up.
const ATTEMPTS_MAX: u32 = 300;
/// The longest that `GET deliveries?until=idle` waits.
const IDLE_WAIT: Duration = Duration::from_secs(30);

/// What goes wrong on the way. Nothing does by default.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chaos {
    /// How many times more than once each event is delivered.
    pub duplicate: u32,
    /// Among how many events the order is shuffled.
    pub reorder: usize,
    /// How long each delivery waits, in milliseconds.
    pub delay_ms: u64,
    /// Every how manieth event is never delivered; 0 for none.
    pub drop: u64,
    /// Whether events wait until `deliver` asks for them.
    pub hold: bool,
    /// What shuffles are made with.
    pub seed: u64,
}

/// An attempt to deliver, or what was done in its place.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    pub event: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub endpoint: String,
    pub attempt: u32,
    /// The answer's status, if there was an answer.
    pub status: Option<u16>,
    /// Why there was none, or `dropped`.
    pub error: Option<String>,
}

impl Delivery {
    /// Whether the endpoint has taken it.
    pub fn is_ok(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// What the relay knows.
#[derive(Default)]
struct Inner {
    endpoints: Vec<Endpoint>,
    chaos: Chaos,
    /// How many of the world's events it has taken.
    taken: usize,
    events: Vec<Arc<Value>>,
    held: VecDeque<Arc<Value>>,
    deliveries: Vec<Delivery>,
    /// How many deliveries are under way or waited for.
    pending: usize,
    shuffles: u64,
}

/// The relay of an account.
pub struct Relay {
    inner: Mutex<Inner>,
    changed: watch::Sender<()>,
    queue: mpsc::UnboundedSender<Arc<Value>>,
}

impl Relay {
    /// A relay, with the endpoints that it has from the start.
    pub fn new(initial: impl IntoIterator<Item = Endpoint>) -> Arc<Self> {
        let (queue, events) = mpsc::unbounded_channel();
        let inner = Inner { endpoints: initial.into_iter().collect(), ..Inner::default() };
        let (inner, changed) = (Mutex::new(inner), watch::Sender::new(()));
        let relay = Arc::new(Self { inner, changed, queue });
        tokio::spawn(work(relay.clone(), events));
        relay
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        let done = work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
        done
    }

    /// Takes the events that a world has had since the last time.
    pub fn take(&self, world: &stripe_sandbox::World) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for event in world.events_since(inner.taken) {
            inner.taken += 1;
            let event = Arc::new(event.clone());
            inner.events.push(event.clone());
            if inner.chaos.hold {
                inner.held.push_back(event);
            } else {
                inner.pending += 1;
                let _ = self.queue.send(event);
            }
        }
    }

    /// Registers an endpoint.
    pub fn register(&self, mut endpoint: Endpoint) -> Endpoint {
        self.with(|inner| {
            endpoint.id = format!("we_{}", inner.endpoints.len());
            inner.endpoints.push(endpoint.clone());
        });
        endpoint
    }

    /// Takes all endpoints away.
    pub fn forget(&self) {
        self.with(|inner| inner.endpoints.clear());
    }

    /// Sets what goes wrong. What is held stays held.
    pub fn set_chaos(&self, chaos: Chaos) {
        self.with(|inner| inner.chaos = chaos);
    }

    /// All attempts so far, how many deliveries are pending, and the ids of what is held.
    pub fn report(&self) -> (Vec<Delivery>, usize, Vec<String>) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let held = inner.held.iter().map(|event| id(event)).collect();
        (inner.deliveries.clone(), inner.pending, held)
    }

    /// Waits until nothing is pending. Returns whether that is so.
    pub async fn idle(&self) -> bool {
        let mut changed = self.changed.subscribe();
        let wait = async {
            while self.report().1 > 0 {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        timeout(IDLE_WAIT, wait).await.is_ok()
    }

    /// What is to be delivered now: events by id in an order, or all that is held, in turn or
    /// shuffled. What is not known is returned as the error.
    pub fn release(
        &self,
        order: Option<&[String]>,
        seed: Option<u64>,
    ) -> Result<Vec<Arc<Value>>, String> {
        self.with(|inner| match order {
            Some(order) => {
                let find = |wanted: &String| {
                    let found = inner.events.iter().find(|event| id(event) == *wanted);
                    found.cloned().ok_or_else(|| wanted.clone())
                };
                let found: Result<Vec<_>, _> = order.iter().map(find).collect();
                let found = found?;
                inner.held.retain(|event| !order.contains(&id(event)));
                Ok(found)
            }
            None => {
                let mut all: Vec<_> = inner.held.drain(..).collect();
                if let Some(seed) = seed {
                    shuffle(&mut all, seed);
                }
                Ok(all)
            }
        })
    }

    /// Delivers an event once, to all of its endpoints, without more attempts.
    pub async fn deliver_once(&self, event: &Arc<Value>) -> Vec<Delivery> {
        let mut done = Vec::new();
        for endpoint in self.endpoints_of(event) {
            done.push(self.attempt(event, &endpoint, 1).await);
        }
        done
    }

    /// Holds an event again that could not be delivered.
    pub fn hold(&self, event: Arc<Value>) {
        self.with(|inner| inner.held.push_back(event));
    }

    fn endpoints_of(&self, event: &Value) -> Vec<Endpoint> {
        let is_connected = event.get("account").is_some();
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.endpoints.iter().filter(|to| to.connect == is_connected).cloned().collect()
    }

    async fn attempt(&self, event: &Value, to: &Endpoint, attempt: u32) -> Delivery {
        let body = pretty(event);
        let signature = post::signature(&to.secret, &body, now_s());
        let answer = post::post(&to.url, body, signature).await;
        let (event, kind) = (id(event), text(event, "type"));
        let (status, error) = (answer.as_ref().ok().copied(), answer.err());
        let delivery = Delivery { event, kind, endpoint: to.id.clone(), attempt, status, error };
        self.with(|inner| inner.deliveries.push(delivery.clone()));
        delivery
    }

    /// Attempts until the endpoint says 2xx, first at once and then behind the others' backs.
    async fn insist(self: &Arc<Self>, event: &Arc<Value>, to: &Endpoint) {
        if self.attempt(event, to, 1).await.is_ok() {
            return;
        }
        let (relay, event, to) = (self.clone(), event.clone(), to.clone());
        self.with(|inner| inner.pending += 1);
        tokio::spawn(async move {
            let mut wait = BACKOFF;
            for attempt in 2..=ATTEMPTS_MAX {
                sleep(wait).await;
                if relay.attempt(&event, &to, attempt).await.is_ok() {
                    break;
                }
                wait = (wait * 2).min(BACKOFF_MAX);
            }
            relay.with(|inner| inner.pending -= 1);
        });
    }
}

/// Delivers what comes into the queue.
async fn work(relay: Arc<Relay>, mut events: mpsc::UnboundedReceiver<Arc<Value>>) {
    let mut count = 0_u64;
    while let Some(first) = events.recv().await {
        let chaos = relay.with(|inner| inner.chaos.clone());
        let mut batch = vec![first];
        while batch.len() < chaos.reorder {
            match timeout(REORDER_WAIT, events.recv()).await {
                Ok(Some(event)) => batch.push(event),
                _ => break,
            }
        }
        let taken = batch.len();
        batch.retain(|event| {
            count += 1;
            let is_dropped = chaos.drop > 0 && count.is_multiple_of(chaos.drop);
            if is_dropped {
                relay.with(|inner| inner.deliveries.push(dropped(event)));
            }
            !is_dropped
        });
        let once = batch.clone();
        for _ in 0..chaos.duplicate {
            batch.extend(once.iter().cloned());
        }
        if chaos.reorder > 1 {
            let turn = relay.with(|inner| {
                inner.shuffles += 1;
                inner.shuffles
            });
            shuffle(&mut batch, chaos.seed.wrapping_add(turn));
        }
        for event in batch {
            sleep(Duration::from_millis(chaos.delay_ms)).await;
            for endpoint in relay.endpoints_of(&event) {
                relay.insist(&event, &endpoint).await;
            }
        }
        relay.with(|inner| inner.pending -= taken);
    }
}

fn dropped(event: &Value) -> Delivery {
    let (event, kind) = (id(event), text(event, "type"));
    let error = Some("dropped".to_owned());
    Delivery { event, kind, endpoint: String::new(), attempt: 0, status: None, error }
}

fn id(event: &Value) -> String {
    text(event, "id")
}

fn text(event: &Value, name: &str) -> String {
    event.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Fisher and Yates' shuffle, the same for the same seed.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..items.len()).rev() {
        // Knuth's numbers for a linear congruential generator; its upper half is the better one.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let below = u64::try_from(last + 1).unwrap_or(1);
        items.swap(last, usize::try_from((state >> 33) % below).unwrap_or_default());
    }
}
