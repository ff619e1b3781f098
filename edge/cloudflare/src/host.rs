//! One request's access to the runtime.

use crate::{blob::R2, glue, http_client::Fetch, kv::WorkersKv, sql::DurableSql};
use futures::future::LocalBoxFuture;
use js_sys::{Uint8Array, futures::JsFuture};
use kernel::UnixMillis;
use ports::{Clock, Host, Random, Secret, Secrets, Shard, Signatures, Tasks};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use worker::{Context, Env};

/// The binding of the shards' Durable Object namespace.
const SHARDS: &str = "SHARDS";

/// The runtime, for one request.
#[derive(Clone)]
pub struct Workers {
    env: Env,
    kv: WorkersKv,
    http: Fetch,
    blob: R2,
    clock: JsClock,
    random: WebCrypto,
    secrets: Bindings,
    tasks: WaitUntil,
}

impl Workers {
    /// The runtime, by what it hands to an event.
    pub fn new(env: Env, context: Context) -> Self {
        Self {
            kv: WorkersKv::new(env.clone()),
            http: Fetch,
            blob: R2::new(env.clone()),
            clock: JsClock,
            random: WebCrypto,
            secrets: Bindings(env.clone()),
            tasks: WaitUntil(Rc::new(context)),
            env,
        }
    }
}

impl Host for Workers {
    type Sql = DurableSql;
    type Kv = WorkersKv;
    type Http = Fetch;
    type Blob = R2;
    type Clock = JsClock;
    type Random = WebCrypto;
    type Secrets = Bindings;
    type Tasks = WaitUntil;
    type Signatures = WebCrypto;

    fn sql(&self, shard: &Shard) -> DurableSql {
        DurableSql::new(glue::property(self.env.as_ref(), SHARDS), shard)
    }

    fn kv(&self) -> &WorkersKv {
        &self.kv
    }

    fn http(&self) -> &Fetch {
        &self.http
    }

    fn blob(&self) -> &R2 {
        &self.blob
    }

    fn clock(&self) -> &JsClock {
        &self.clock
    }

    fn random(&self) -> &WebCrypto {
        &self.random
    }

    fn secrets(&self) -> &Bindings {
        &self.secrets
    }

    fn tasks(&self) -> &WaitUntil {
        &self.tasks
    }

    fn signatures(&self) -> &WebCrypto {
        &self.random
    }
}

/// `Date.now()` and `setTimeout`.
#[derive(Clone, Copy)]
pub struct JsClock;

/// A timer that is stopped when nobody waits for it any more.
///
/// Not `worker::Delay`: that one wakes whoever polled it first, and a timer of ours is polled by
/// the task that makes a response and then by the one that streams it.
struct Timer(JsValue);

impl Drop for Timer {
    fn drop(&mut self) {
        glue::stop_timer(&self.0);
    }
}

impl Clock for JsClock {
    fn now(&self) -> UnixMillis {
        // Milliseconds since 1970 are far below 2^53.
        #[allow(clippy::cast_possible_truncation)]
        UnixMillis(js_sys::Date::now() as i64)
    }

    async fn sleep(&self, ms: u64) {
        // setTimeout counts in 32 bits; nothing of ours sleeps for three weeks.
        let ms = f64::from(u32::try_from(ms).unwrap_or(u32::MAX >> 1));
        let timer = Timer(glue::start_timer(ms));
        let rung = glue::property(&timer.0, "rung").unwrap_or(JsValue::UNDEFINED);
        // The promise of a timer is only ever resolved.
        let _ = JsFuture::from(rung.unchecked_into::<js_sys::Promise>()).await;
    }
}

/// How many random bytes are drawn at once. An id takes ten, and a call takes longer than ten bytes.
const POOL_LEN: u32 = 4096;

thread_local! {
    /// Random bytes that have been drawn and not been used. Each is used once.
    static POOL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// `crypto.getRandomValues`.
#[derive(Clone, Copy)]
pub struct WebCrypto;

impl Random for WebCrypto {
    fn fill(&self, bytes: &mut [u8]) {
        POOL.with_borrow_mut(|pool| {
            for byte in bytes {
                if pool.is_empty() {
                    *pool = glue::random_bytes(POOL_LEN);
                }
                *byte = pool.pop().unwrap_or_default();
            }
        });
    }
}

impl Signatures for WebCrypto {
    const ANY: bool = true;

    async fn check(
        &self,
        algorithm: &str,
        jwk: &str,
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        let (message, signature) = (Uint8Array::from(message), Uint8Array::from(signature));
        glue::check_signature(algorithm, jwk, message, signature).await.ok()?.as_bool()
    }
}

/// Variables and secrets, which are text bindings.
#[derive(Clone)]
pub struct Bindings(Env);

impl Secrets for Bindings {
    async fn get(&self, name: &str) -> Option<Secret> {
        let value = glue::property(self.0.as_ref(), name)?.as_string()?;
        (!value.is_empty()).then(|| Secret::new(value))
    }
}

/// `ctx.waitUntil`.
#[derive(Clone)]
pub struct WaitUntil(Rc<Context>);

impl Tasks for WaitUntil {
    fn after_response(&self, work: LocalBoxFuture<'static, ()>) {
        self.0.wait_until(work);
    }
}
