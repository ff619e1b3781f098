//! Tenants, as operators make and change them.

use crate::{
    app::{Call, Cx, Platform, entropy},
    directory,
    features::{auth::issuer::secret_context, pages::look},
    payments::payments_context,
    problem::Problem,
    respond::{self, param},
    sessions,
    settings::PLATFORM_HANDLE,
    store::{
        directory as store,
        payment::{owner, put_owner},
    },
};
use http::StatusCode;
use kernel::{FieldError, Region, TenantId, read_json};
use percent_encoding::percent_decode_str;
use ports::{Body, Host, Shard, Sql, SqlError};
use serde::{Deserialize, Serialize};
use signin::seal;
use tenant::{
    App, Handle, Host as HostName, Issuer, Limits, Payments, ResponseCache, Tenant, Theme,
};

/// Most domains of a tenant that are listed.
const DOMAINS_MAX: u32 = 100;
/// Before the first id, in descending order.
const AFTER_ALL_IDS: &str = "ten_~";

/// A tenant that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    handle: Handle,
    name: String,
    app: App,
    #[serde(default)]
    region: Region,
    #[serde(default)]
    issuers: Vec<Issuer>,
    #[serde(default)]
    cors_origins: Vec<String>,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    models: Option<Vec<String>>,
    #[serde(default)]
    welcome_tokens: u32,
    #[serde(default)]
    response_cache: Option<ResponseCache>,
    #[serde(default)]
    theme: Option<Theme>,
    #[serde(default)]
    payments: Option<Payments>,
    #[serde(default = "utc")]
    time_zone: String,
}

fn utc() -> String {
    "Etc/UTC".to_owned()
}

/// `POST /admin/tenants`
pub async fn create_tenant<P: Platform>(
    mut call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    let new: NewTenant = respond::read(std::mem::take(&mut call.body)).await?;
    let (tenant, is_new) = make_tenant(&call.cx, new).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(respond::json(status, &tenant.without_secrets()))
}

/// Makes a tenant, or finds that it has been made, just so.
///
/// Creating the same tenant again is not an error: it makes sure that every instance can know of
/// it, which a first attempt that broke off may have left undone.
///
/// # Errors
/// A [`FieldError`], [`Problem::Conflict`] when the handle is another's.
pub async fn make_tenant<P: Platform>(
    cx: &Cx<P>,
    new: NewTenant,
) -> Result<(Tenant, bool), Problem> {
    let NewTenant {
        handle,
        name,
        app,
        region,
        issuers,
        cors_origins,
        limits,
        models,
        welcome_tokens,
        response_cache,
        theme,
        payments,
        time_zone,
    } = new;
    let id = TenantId::generate(cx.now, entropy(&cx.host));
    let mut wanted = Tenant {
        id,
        handle,
        name,
        app,
        region,
        issuers,
        cors_origins,
        limits,
        models,
        welcome_tokens,
        response_cache,
        theme,
        payments,
        time_zone,
    };
    check(cx, &wanted)?;
    let taken = || FieldError::new("handle", "is taken");
    if wanted.app == App::Platform {
        let message = "must be family, stories, paybot, saas or market";
        return Err(FieldError::new("app", message).into());
    }
    let is_demo = cx.settings.demo_tenants.iter().any(|demo| demo.handle == wanted.handle);
    if is_demo || wanted.handle.as_str() == PLATFORM_HANDLE {
        return Err(Problem::Conflict(taken()));
    }
    let asked = wanted.clone();
    seal_secrets(cx, &mut wanted)?;
    check_account(cx, &wanted).await?;
    let record = serde_json::to_string(&wanted).unwrap_or_default();
    let batch = vec![
        store::insert(&wanted.id, &wanted.handle, record, cx.now),
        store::by_handle(&wanted.handle),
    ];
    let results = cx.host.sql(&Shard::Directory).batch(batch).await?;
    let row = results.last().and_then(|rows| rows.first());
    let row = row.ok_or_else(|| Problem::Conflict(taken()))?;
    let stored = read_record(row.text(0)?, wanted.handle.as_str())?;
    let is_new = stored.id == wanted.id;
    if !is_new {
        // A seal is another each time; what is sealed must be the same.
        let mut opened = stored.clone();
        open_secrets(cx, &mut opened)?;
        if (Tenant { id: opened.id.clone(), ..asked }) != opened {
            return Err(Problem::Conflict(taken()));
        }
    }
    claim_account(cx, &stored).await?;
    directory::publish(cx, &stored).await?;
    Ok((stored, is_new))
}

/// `PUT /admin/tenants/{tenant}`
///
/// Where a tenant's data is, and by which handle it is known, stay as they are.
pub async fn change_tenant<P: Platform>(
    mut call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    let id: TenantId = param(&call.params, 0, "tenant")?;
    let new: NewTenant = respond::read(std::mem::take(&mut call.body)).await?;
    let cx = &call.cx;
    if cx.settings.demo_tenants.iter().any(|demo| demo.id == id) {
        return Err(Problem::Conflict(FieldError::new("tenant", "is compiled in")));
    }
    let (stored, ..) = tenant(cx, &id).await?;
    for (field, same) in [
        ("handle", new.handle == stored.handle),
        ("app", new.app == stored.app),
        ("region", new.region == stored.region),
    ] {
        if !same {
            return Err(Problem::Conflict(FieldError::new(field, "cannot be changed")));
        }
    }
    let mut wanted = Tenant {
        id: stored.id,
        handle: stored.handle,
        name: new.name,
        app: stored.app,
        region: stored.region,
        issuers: new.issuers,
        cors_origins: new.cors_origins,
        limits: new.limits,
        models: new.models,
        welcome_tokens: new.welcome_tokens,
        response_cache: new.response_cache,
        theme: new.theme,
        payments: new.payments,
        time_zone: new.time_zone,
    };
    check(cx, &wanted)?;
    seal_secrets(cx, &mut wanted)?;
    // A secret is not told, and so need not be told again.
    for issuer in &mut wanted.issuers {
        let same = stored.issuers.iter().find(|known| known.issuer == issuer.issuer);
        let known = same.and_then(|known| known.client.as_ref()?.client_secret.clone());
        if let Some(client) = &mut issuer.client {
            client.client_secret = client.client_secret.take().or(known);
        }
    }
    if let (Some(payments), Some(known)) = (&mut wanted.payments, stored.payments)
        && payments.account.is_none()
    {
        payments.secret_key = payments.secret_key.take().or(known.secret_key);
        if payments.webhook_secrets.is_empty() {
            payments.webhook_secrets = known.webhook_secrets;
        }
    }
    // Before anything is paid by it.
    claim_account(cx, &wanted).await?;
    let record = serde_json::to_string(&wanted).unwrap_or_default();
    cx.host.sql(&Shard::Directory).query(store::change(&wanted.id, record)).await?;
    directory::publish(cx, &wanted).await?;
    Ok(respond::json(StatusCode::OK, &wanted.without_secrets()))
}

/// Checks what a record says.
fn check<P: Platform>(cx: &Cx<P>, wanted: &Tenant) -> Result<(), FieldError> {
    wanted.validate(cx.settings.dev)?;
    if !::usage::is_zone(&wanted.time_zone) {
        let message = "must be a zone of the IANA database, such as Europe/Berlin";
        return Err(FieldError::new("time_zone", message));
    }
    wanted.theme.as_ref().map_or(Ok(()), |theme| look::theme(theme)?.check())
}

/// Checks that the connected account is no other tenant's, before one is made.
async fn check_account<P: Platform>(cx: &Cx<P>, wanted: &Tenant) -> Result<(), Problem> {
    let Some(account) = connected(wanted) else { return Ok(()) };
    let batch = vec![owner(&[account]), store::by_handle(&wanted.handle)];
    let results = cx.host.sql(&Shard::Directory).batch(batch).await?;
    let [owner, same] = results.as_slice() else { return Ok(()) };
    let Some(owner) = owner.first() else { return Ok(()) };
    // It may be this very tenant, made before.
    let same = same.first().map(|row| read_record(row.text(0)?, wanted.handle.as_str()));
    if same.transpose()?.is_some_and(|same| Ok(same.id.as_str()) == owner.text(0)) {
        return Ok(());
    }
    Err(another_tenants_account())
}

/// Remembers whose the connected account is, so that what Stripe tells of it is told to its tenant.
async fn claim_account<P: Platform>(cx: &Cx<P>, tenant: &Tenant) -> Result<(), Problem> {
    let Some(account) = connected(tenant) else { return Ok(()) };
    let batch = vec![put_owner(account, &tenant.id), owner(&[account])];
    let results = cx.host.sql(&Shard::Directory).batch(batch).await?;
    let owner = results.last().and_then(|rows| rows.first()).ok_or(Problem::NotFound)?;
    if owner.text(0)? == tenant.id.as_str() { Ok(()) } else { Err(another_tenants_account()) }
}

fn connected(tenant: &Tenant) -> Option<&str> {
    tenant.payments.as_ref()?.account.as_deref()
}

fn another_tenants_account() -> Problem {
    Problem::Conflict(FieldError::new("payments.account", "is paid to another tenant"))
}

fn read_record(json: &str, whose: &str) -> Result<Tenant, Problem> {
    read_json(json.as_bytes())
        .map_err(|e| Problem::Misconfigured(format!("record of {whose}: {e}")))
}

/// The secrets of a record, each with the context that it is sealed in.
fn secrets(tenant: &mut Tenant) -> Vec<([String; 2], &mut String)> {
    let mut secrets = Vec::new();
    for issuer in &mut tenant.issuers {
        let context = secret_context(&issuer.issuer).map(str::to_owned);
        let client = issuer.client.as_mut();
        if let Some(secret) = client.and_then(|client| client.client_secret.as_mut()) {
            secrets.push((context, secret));
        }
    }
    if let Some(payments) = &mut tenant.payments {
        let context = payments_context(&tenant.handle).map(str::to_owned);
        for secret in payments.secret_key.iter_mut().chain(&mut payments.webhook_secrets) {
            secrets.push((context.clone(), secret));
        }
    }
    secrets
}

/// Seals the secrets of a record before it is stored.
fn seal_secrets<P: Platform>(cx: &Cx<P>, tenant: &mut Tenant) -> Result<(), Problem> {
    for ([kind, whose], secret) in secrets(tenant) {
        let missing = || Problem::Misconfigured("DATA_KEYS is missing".to_owned());
        let keys = cx.settings.data_keys.as_ref().ok_or_else(missing)?;
        let context = [kind.as_str(), whose.as_str()];
        let sealed = seal::seal(keys, &context, secret.as_bytes(), sessions::random(cx));
        *secret = sealed.map_err(|e| FieldError::new(kind, e.to_string()))?;
    }
    Ok(())
}

fn open_secrets<P: Platform>(cx: &Cx<P>, tenant: &mut Tenant) -> Result<(), Problem> {
    for ([kind, whose], secret) in secrets(tenant) {
        let keys = cx.settings.data_keys.as_ref();
        let context = [kind.as_str(), whose.as_str()];
        let text = keys.and_then(|keys| seal::open(keys, &context, secret).ok());
        let text = text.and_then(|text| String::from_utf8(text).ok());
        *secret = text
            .ok_or_else(|| Problem::Misconfigured(format!("{whose}: its {kind} does not open")))?;
    }
    Ok(())
}

/// The tenants that were made before one, newest first, and where the next page begins.
///
/// # Errors
/// [`Problem::Sql`].
pub async fn tenants<P: Platform>(
    cx: &Cx<P>,
    before: Option<&str>,
    limit: u32,
) -> Result<(Vec<(Tenant, i64)>, Option<String>), Problem> {
    let list = store::list(before.unwrap_or(AFTER_ALL_IDS), limit + 1);
    let found = cx.host.sql(&Shard::Directory).query(list).await?;
    let mut tenants = Vec::new();
    for row in found.iter().take(limit as usize) {
        tenants.push((read_record(row.text(1)?, row.text(0)?)?, row.int(2)?));
    }
    let more = found.len() > limit as usize;
    let next = tenants.last().filter(|_| more).map(|(tenant, _)| tenant.id.as_str().to_owned());
    Ok((tenants, next))
}

/// How many tenants there are, those that are compiled in among them.
///
/// # Errors
/// [`Problem::Sql`].
pub async fn count_tenants<P: Platform>(cx: &Cx<P>) -> Result<u64, Problem> {
    let found = cx.host.sql(&Shard::Directory).query(store::count()).await?;
    let stored = found.first().map_or(Ok(0), |row| row.int(0))?;
    Ok(u64::try_from(stored).unwrap_or(0) + cx.settings.demo_tenants.len() as u64)
}

/// A tenant, when it was made, and its domains, each with the moment it was put.
///
/// # Errors
/// [`Problem::NotFound`], [`Problem::Sql`].
pub async fn tenant<P: Platform>(
    cx: &Cx<P>,
    id: &TenantId,
) -> Result<(Tenant, Option<i64>, Vec<(String, i64)>), Problem> {
    let batch = vec![store::by_id(id), store::domains(id, DOMAINS_MAX)];
    let results = cx.host.sql(&Shard::Directory).batch(batch).await?;
    let [record, domains] = results.as_slice() else { return Err(Problem::NotFound) };
    let demo = cx.settings.demo_tenants.iter().find(|demo| demo.id == *id);
    let (tenant, made) = match (demo, record.first()) {
        (Some(demo), _) => ((**demo).clone(), None),
        (None, Some(row)) => (read_record(row.text(0)?, id.as_str())?, Some(row.int(1)?)),
        (None, None) => return Err(Problem::NotFound),
    };
    let domains = domains.iter().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?)));
    Ok((tenant, made, domains.collect::<Result<_, SqlError>>()?))
}

/// `PUT /admin/tenants/{tenant}/domains/{host}`
pub async fn put_domain<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Domain<'a> {
        host: &'a HostName,
        tenant: &'a TenantId,
    }
    let id: TenantId = param(&call.params, 0, "tenant")?;
    let text = call.params.get(1).map(String::as_str).unwrap_or_default();
    let text = percent_decode_str(text).decode_utf8_lossy();
    let host = give_domain(&call.cx, &id, &text).await?;
    Ok(respond::json(StatusCode::OK, &Domain { host: &host, tenant: &id }))
}

/// Gives a domain to a tenant.
///
/// # Errors
/// A [`FieldError`], [`Problem::Conflict`] when it is another's.
pub async fn give_domain<P: Platform>(
    cx: &Cx<P>,
    id: &TenantId,
    text: &str,
) -> Result<HostName, Problem> {
    let host = HostName::parse(text).map_err(|e| FieldError::new("host", e.to_string()))?;
    let shared = cx.settings.rules.shared_domains.iter().map(String::as_str).chain(["localhost"]);
    let is_ours = |domain: &str| {
        let rest = host.as_str().strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if !host.is_name() || text.contains(':') || shared.into_iter().any(is_ours) {
        return Err(FieldError::new("host", "must be a domain name of the tenant's own").into());
    }
    let demo = cx.settings.demo_tenants.iter().find(|demo| demo.id == *id);
    let batch = match demo {
        // A demo tenant is compiled in; for its domain it must be in the table like others.
        Some(demo) => {
            let record = serde_json::to_string(&**demo).unwrap_or_default();
            vec![store::insert(&demo.id, &demo.handle, record, cx.now)]
        }
        None => Vec::new(),
    };
    let domain =
        [store::put_domain(&host, id, cx.now), store::domain_owner(&host), store::by_id(id)];
    let batch = batch.into_iter().chain(domain).collect();
    let results = cx.host.sql(&Shard::Directory).batch(batch).await?;
    let [.., owner, record] = results.as_slice() else { return Err(Problem::NotFound) };
    let record = record.first().ok_or(Problem::NotFound)?;
    let owner = owner.first().ok_or(Problem::NotFound)?;
    if owner.text(0)? != id.as_str() {
        return Err(Problem::Conflict(FieldError::new("host", "belongs to another tenant")));
    }
    let tenant = read_record(record.text(0)?, id.as_str())?;
    directory::publish_domain(cx, &host, &tenant).await?;
    Ok(host)
}
