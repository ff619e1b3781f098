//! A host in memory, for tests: SQLite without a file, a clock that is moved by hand, chance that
//! repeats itself, and an internet that is a closure.
//!
//! It is a runtime like the others and passes the same contract. What it offers beyond them is
//! control: [`MemoryHost::run`] plays time forward only when nothing else can happen, so that a
//! test of a ten-minute timeout takes no time, and ports can be put out of order.

mod http;
mod sql;
mod store;
mod time;

pub use self::http::MemoryHttp;
pub use self::sql::MemorySql;
pub use self::store::{MemoryBlob, MemoryKv};
pub use self::time::MemoryClock;

use crate::{Host, Migration, NoSignatures, Random, Secret, Secrets, Shard, Tasks};
use futures::future::LocalBoxFuture;
use std::{
    cell::RefCell,
    collections::BTreeMap,
    future::{Future, poll_fn},
    rc::Rc,
    task::{Context, Poll},
};

/// Whether shards are databases of their own, as on Cloudflare, or one, as on Spin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Every shard is a database.
    PerShard,
    /// All shards are one database.
    Shared,
}

/// The host. Clones share everything.
#[derive(Clone)]
pub struct MemoryHost {
    sql: sql::Databases,
    kv: MemoryKv,
    http: MemoryHttp,
    blob: MemoryBlob,
    clock: MemoryClock,
    random: MemoryRandom,
    secrets: MemorySecrets,
    tasks: MemoryTasks,
}

impl MemoryHost {
    /// A host whose shards have the given schema.
    #[must_use]
    pub fn new(layout: Layout, migrations: &'static [Migration]) -> Self {
        let clock = MemoryClock::default();
        Self {
            sql: sql::Databases::new(layout, migrations),
            kv: MemoryKv::new(clock.clone()),
            http: MemoryHttp::default(),
            blob: MemoryBlob::default(),
            clock,
            random: MemoryRandom::default(),
            secrets: MemorySecrets::default(),
            tasks: MemoryTasks::default(),
        }
    }

    /// Runs a future to its end, together with the work that was left for after the response.
    /// When all of them wait for the clock, the clock moves to the next moment that one waits for.
    ///
    /// # Panics
    /// When all of them wait and none of them for the clock: they would wait for ever.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let value = self.clock.run(future, |context| self.tasks.poll(context));
        #[allow(clippy::expect_used)] // A test that would wait for ever had better fail.
        value.expect("everything waits, and nothing waits for the clock")
    }

    /// Runs what was left for after the response, until nothing is left that does not wait for
    /// the test itself.
    pub fn run_tasks(&self) {
        let all_done = poll_fn(|_| match self.tasks.0.borrow().is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        });
        self.clock.run(all_done, |context| self.tasks.poll(context));
    }

    /// Sets a secret or a setting.
    pub fn set_secret(&self, name: &str, value: &str) {
        self.secrets.0.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// Has everybody wait for their turn before each statement, as they do where a shard is some way
    /// off, so that what several do at once is mixed.
    pub fn set_sql_takes_turns(&self, takes_turns: bool) {
        self.sql.set_takes_turns(takes_turns);
    }

    /// Puts every shard out of reach, or back.
    pub fn set_sql_down(&self, down: bool) {
        self.sql.set_down(down);
    }
}

impl Host for MemoryHost {
    type Sql = MemorySql;
    type Kv = MemoryKv;
    type Http = MemoryHttp;
    type Blob = MemoryBlob;
    type Clock = MemoryClock;
    type Random = MemoryRandom;
    type Secrets = MemorySecrets;
    type Tasks = MemoryTasks;
    type Signatures = NoSignatures;

    fn sql(&self, shard: &Shard) -> MemorySql {
        self.sql.open(shard)
    }

    fn kv(&self) -> &MemoryKv {
        &self.kv
    }

    fn http(&self) -> &MemoryHttp {
        &self.http
    }

    fn blob(&self) -> &MemoryBlob {
        &self.blob
    }

    fn clock(&self) -> &MemoryClock {
        &self.clock
    }

    fn random(&self) -> &MemoryRandom {
        &self.random
    }

    fn secrets(&self) -> &MemorySecrets {
        &self.secrets
    }

    fn tasks(&self) -> &MemoryTasks {
        &self.tasks
    }

    fn signatures(&self) -> &NoSignatures {
        &NoSignatures
    }
}

/// Numbers that look random and are the same in every run
/// ([SplitMix64](https://prng.di.unimi.it/splitmix64.c)).
#[derive(Clone, Default)]
pub struct MemoryRandom(Rc<RefCell<u64>>);

impl Random for MemoryRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.borrow_mut();
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let random = (z ^ (z >> 31)).to_le_bytes();
            for (byte, random) in chunk.iter_mut().zip(random) {
                *byte = random;
            }
        }
    }
}

/// Secrets that the test has set.
#[derive(Clone, Default)]
pub struct MemorySecrets(Rc<RefCell<BTreeMap<String, String>>>);

impl Secrets for MemorySecrets {
    async fn get(&self, name: &str) -> Option<Secret> {
        let value = self.0.borrow().get(name).cloned()?;
        (!value.is_empty()).then(|| Secret::new(value))
    }
}

/// Work that waits to be run.
#[derive(Clone, Default)]
pub struct MemoryTasks(Rc<RefCell<Vec<LocalBoxFuture<'static, ()>>>>);

impl MemoryTasks {
    /// Polls all of it once, and tells whether anything ended or began.
    fn poll(&self, context: &mut Context<'_>) -> bool {
        let mut tasks = std::mem::take(&mut *self.0.borrow_mut());
        let before = tasks.len();
        tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
        let ended = tasks.len() < before;
        let mut waiting = self.0.borrow_mut();
        let began = !waiting.is_empty();
        tasks.append(&mut waiting);
        *waiting = tasks;
        ended || began
    }
}

impl Tasks for MemoryTasks {
    fn after_response(&self, work: LocalBoxFuture<'static, ()>) {
        self.0.borrow_mut().push(work);
    }
}
