//! One request's access to the runtime.

use crate::{blob::SpinBlob, http_client::Outbound, kv::SpinKv, sql::Sqlite};
use futures::future::LocalBoxFuture;
use kernel::UnixMillis;
use ports::{Clock, Host, NoSignatures, Random, Secret, Secrets, Shard, Tasks};
use spin_sdk::{variables, wasip3};
use std::time::{Duration, SystemTime};

/// The runtime. Everything in it is imported, so there is nothing to hold.
#[derive(Clone, Copy, Default)]
pub struct Spin;

impl Host for Spin {
    type Sql = Sqlite;
    type Kv = SpinKv;
    type Http = Outbound;
    type Blob = SpinBlob;
    type Clock = WasiClock;
    type Random = WasiRandom;
    type Secrets = Variables;
    type Tasks = Spawn;
    type Signatures = NoSignatures;

    /// Every shard is the one database; the keys of its tables tell them apart.
    fn sql(&self, _shard: &Shard) -> Sqlite {
        Sqlite
    }

    fn kv(&self) -> &SpinKv {
        &SpinKv
    }

    fn http(&self) -> &Outbound {
        &Outbound
    }

    fn blob(&self) -> &SpinBlob {
        &SpinBlob
    }

    fn clock(&self) -> &WasiClock {
        &WasiClock
    }

    fn random(&self) -> &WasiRandom {
        &WasiRandom
    }

    fn secrets(&self) -> &Variables {
        &Variables
    }

    fn tasks(&self) -> &Spawn {
        &Spawn
    }

    fn signatures(&self) -> &NoSignatures {
        &NoSignatures
    }
}

/// WASI's clocks.
#[derive(Clone, Copy)]
pub struct WasiClock;

impl Clock for WasiClock {
    fn now(&self) -> UnixMillis {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    async fn sleep(&self, ms: u64) {
        spin_sdk::time::sleep(Duration::from_millis(ms)).await;
    }
}

/// WASI's random numbers.
#[derive(Clone, Copy)]
pub struct WasiRandom;

impl Random for WasiRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // The host may give fewer than were asked for.
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let random = wasip3::random::random::get_random_bytes(rest.len() as u64);
            let count = random.len().min(rest.len());
            for (byte, random) in rest.iter_mut().zip(random) {
                *byte = random;
            }
            filled += count;
        }
    }
}

/// Spin's variables: `JWT_DEV_KEY` is the variable `jwt_dev_key`, which `SPIN_VARIABLE_JWT_DEV_KEY`
/// sets. Only those that `spin.toml` names exist.
#[derive(Clone, Copy)]
pub struct Variables;

impl Secrets for Variables {
    async fn get(&self, name: &str) -> Option<Secret> {
        let value = variables::get(name.to_ascii_lowercase()).await.ok()?;
        (!value.is_empty()).then(|| Secret::new(value))
    }
}

/// Tasks of the component's own, which outlive the response.
#[derive(Clone, Copy)]
pub struct Spawn;

impl Tasks for Spawn {
    fn after_response(&self, work: LocalBoxFuture<'static, ()>) {
        wasip3::spawn(work);
    }
}
