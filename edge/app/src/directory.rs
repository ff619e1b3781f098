//! From a host to a tenant record.
//!
//! The directory is key-value storage, in front of which every instance has a cache: half a minute
//! for an answer, also for the answer that there is none. When the storage is out of reach, the
//! last answer serves, however old it is.

use crate::{
    app::{Cx, Platform},
    cache::Cache,
    functions::Functions,
    problem::Problem,
    settings::PLATFORM_HANDLE,
};
use kernel::TenantId;
use ports::{Host, Kv};
use std::rc::Rc;
use tenant::{Handle, Host as HostName, Lookup, Tenant};

/// How long an answer of the directory counts.
const FRESH_MS: i64 = 30_000;
/// Most hosts that an instance remembers.
const HOSTS_MAX: usize = 4_096;

/// What an instance remembers of the directory, by the `Host` header as it came.
pub struct Directory {
    tenants: Cache<String, Option<Rc<Tenant>>>,
}

impl Default for Directory {
    fn default() -> Self {
        Self { tenants: Cache::new(HOSTS_MAX, FRESH_MS) }
    }
}

impl Directory {
    /// Forgets everything, after a change.
    pub fn clear(&self) {
        self.tenants.clear();
    }
}

/// The tenant whose host this is.
///
/// # Errors
/// [`Problem::NotFound`] when there is none, [`Problem::Kv`] when it cannot be known.
pub async fn resolve<P: Platform>(cx: &Cx<P>, header: &str) -> Result<Rc<Tenant>, Problem> {
    let tenants = &cx.app.directory.tenants;
    if let Some(tenant) = tenants.fresh(header, cx.now) {
        return tenant.ok_or(Problem::NotFound);
    }
    // What is no host is nobody's, and is not worth remembering.
    let lookup = P::Functions::lookup(header, &cx.settings.rules);
    let lookup = lookup.map_err(|_| Problem::NotFound)?;
    let found = match look_up(cx, &lookup).await {
        Ok(found) => found,
        Err(problem) => match tenants.any(header) {
            Some((stale, _)) => {
                let cause = problem.cause().unwrap_or_default();
                log::warn!("the directory is out of reach, an old answer serves: {cause}");
                stale
            }
            None => return Err(problem),
        },
    };
    tenants.put(header.to_owned(), found.clone(), cx.now);
    found.ok_or(Problem::NotFound)
}

async fn look_up<P: Platform>(cx: &Cx<P>, lookup: &Lookup) -> Result<Option<Rc<Tenant>>, Problem> {
    if let Some(id) = read(cx, &domain_key(&lookup.host)).await? {
        return record(cx, &id).await;
    }
    let Some(handle) = &lookup.handle else { return Ok(None) };
    if handle.as_str() == PLATFORM_HANDLE {
        return Ok(Some(cx.settings.platform.clone()));
    }
    if let Some(demo) = cx.settings.demo_tenants.iter().find(|demo| demo.handle == *handle) {
        return Ok(Some(demo.clone()));
    }
    match read(cx, &handle_key(handle)).await? {
        Some(id) => record(cx, &id).await,
        None => Ok(None),
    }
}

async fn record<P: Platform>(cx: &Cx<P>, id: &str) -> Result<Option<Rc<Tenant>>, Problem> {
    if let Some(demo) = cx.settings.demo_tenants.iter().find(|demo| demo.id.as_str() == id) {
        return Ok(Some(demo.clone()));
    }
    let Some(json) = read(cx, &record_key(id)).await? else { return Ok(None) };
    let tenant = serde_json::from_str(&json);
    let tenant = tenant.map_err(|e| Problem::Misconfigured(format!("record of {id}: {e}")))?;
    Ok(Some(Rc::new(tenant)))
}

/// A tenant by its id.
///
/// # Errors
/// [`Problem::Kv`].
pub async fn by_id<P: Platform>(cx: &Cx<P>, id: &TenantId) -> Result<Option<Rc<Tenant>>, Problem> {
    if *id == cx.settings.platform.id {
        return Ok(Some(cx.settings.platform.clone()));
    }
    record(cx, id.as_str()).await
}

async fn read<P: Platform>(cx: &Cx<P>, key: &str) -> Result<Option<String>, Problem> {
    let value = cx.host.kv().get(key).await?;
    Ok(value.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Makes a tenant known to every instance.
///
/// # Errors
/// [`Problem::Kv`]; the same call may then be made again.
pub async fn publish<P: Platform>(cx: &Cx<P>, tenant: &Tenant) -> Result<(), Problem> {
    let json = serde_json::to_vec(tenant).unwrap_or_default();
    let kv = cx.host.kv();
    kv.put(&record_key(tenant.id.as_str()), &json, None).await?;
    kv.put(&handle_key(&tenant.handle), tenant.id.as_str().as_bytes(), None).await?;
    cx.app.directory.clear();
    Ok(())
}

/// Makes a tenant's domain known to every instance.
///
/// # Errors
/// As for [`publish`].
pub async fn publish_domain<P: Platform>(
    cx: &Cx<P>,
    host: &HostName,
    tenant: &Tenant,
) -> Result<(), Problem> {
    cx.host.kv().put(&domain_key(host), tenant.id.as_str().as_bytes(), None).await?;
    cx.app.directory.clear();
    Ok(())
}

fn domain_key(host: &HostName) -> String {
    format!("domain/{host}")
}

fn handle_key(handle: &Handle) -> String {
    format!("handle/{handle}")
}

fn record_key(id: &str) -> String {
    format!("tenant/{id}")
}
