//! What administrators do: give tokens, hand out keys, and, as operators, make tenants.

use crate::{
    app::{Call, Platform, entropy},
    directory,
    problem::Problem,
    respond::{self, header_text, param},
    routes::Scope,
    settings::PLATFORM_HANDLE,
    store::{
        api_key::{self, NewKey},
        directory as store,
        ledger::{Balance, Book, Ledger, Source, Transfer, rows},
    },
};
use http::StatusCode;
use identity::ApiKey;
use kernel::{AccountId, FieldError, KeyId, Region, TenantId, read_json};
use percent_encoding::percent_decode_str;
use ports::{Body, Host, Shard, Sql, SqlError};
use serde::{Deserialize, Serialize};
use tenant::{App, Handle, Host as HostName, Issuer, Limits, ResponseCache, Tenant};

/// Longest name of a key, and longest idempotency key.
const NAME_LEN_MAX: usize = 100;

impl<P: Platform> Call<P> {
    /// The account that the path names, and its shard.
    fn named_account(&self) -> Result<(AccountId, Shard), Problem> {
        let account: AccountId = param(&self.params, 0, "account")?;
        let (tenant, region) = (self.tenant.id.clone(), self.tenant.region);
        Ok((account.clone(), Shard::Account { tenant, account, region }))
    }

    fn tenant_shard(&self) -> Shard {
        Shard::Tenant { tenant: self.tenant.id.clone(), region: self.tenant.region }
    }
}

/// `POST /admin/accounts/{account}/grants`
pub async fn create_grant<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Grant {
        tokens: u64,
    }
    #[derive(Serialize)]
    struct Granted {
        transfer: Transfer,
        balances: Vec<Balance>,
    }
    let (account, shard) = call.named_account()?;
    let key = idempotency_key(&call)?;
    let grant: Grant = respond::read(std::mem::take(&mut call.body)).await?;
    let entry = ledger::grant(grant.tokens);
    let entry = entry.map_err(|e| FieldError::new("tokens", e.to_string()))?;

    let ledger = Ledger { tenant: &call.tenant.id, account: &account };
    let id = call.cx.new_transfer_id();
    let source = Source { name: "grant", id: &key };
    let batch = vec![
        ledger.post(&id, &entry, source, call.cx.now),
        ledger.by_source(source, &entry),
        ledger.balances(),
    ];
    let results = call.cx.host.sql(&shard).batch(batch).await.map_err(|error| match error {
        SqlError::Constraint(_) => FieldError::new("tokens", "is more than a wallet holds").into(),
        error => Problem::from(error),
    })?;
    let of = |index: usize| results.get(index).map_or(&[][..], Vec::as_slice);
    let transfer = rows::<Transfer>(of(1))?.into_iter().next();
    let transfer = transfer
        .ok_or_else(|| Problem::Sql(SqlError::Failed("a grant left no transfer".to_owned())))?;
    if transfer.amount != entry.amount {
        return Err(Problem::IdempotencyKeyReused);
    }
    let status = if transfer.id == id.as_str() { StatusCode::CREATED } else { StatusCode::OK };
    Ok(respond::json(status, &Granted { transfer, balances: rows(of(2))? }))
}

fn idempotency_key<P: Platform>(call: &Call<P>) -> Result<String, Problem> {
    let key = header_text(&call.headers, "idempotency-key").unwrap_or_default();
    let sound =
        (1..=NAME_LEN_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if !sound {
        let message =
            format!("must be given as a header of 1 to {NAME_LEN_MAX} visible characters");
        return Err(FieldError::new("Idempotency-Key", message).into());
    }
    Ok(key.to_owned())
}

/// `GET /admin/accounts/{account}/books`
pub async fn books<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Books {
        books: Vec<Book>,
    }
    let (account, shard) = call.named_account()?;
    let ledger = Ledger { tenant: &call.tenant.id, account: &account };
    let found = call.cx.host.sql(&shard).query(ledger.books()).await?;
    Ok(respond::json(StatusCode::OK, &Books { books: rows(&found)? }))
}

/// `POST /admin/accounts/{account}/keys`
pub async fn create_key<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        name: String,
        scopes: Vec<String>,
    }
    #[derive(Serialize)]
    struct Created<'a> {
        id: &'a KeyId,
        /// Shown here and never again.
        key: &'a str,
        name: &'a str,
        account: &'a AccountId,
        scopes: &'a [String],
    }
    let (account, _) = call.named_account()?;
    let wanted: Wanted = respond::read(std::mem::take(&mut call.body)).await?;
    let name = wanted.name.trim();
    if name.is_empty() || name.len() > NAME_LEN_MAX {
        let message = format!("must be 1 to {NAME_LEN_MAX} bytes long");
        return Err(FieldError::new("name", message).into());
    }
    let known = |name: &String| Scope::ALL.iter().any(|scope| scope.as_str() == name);
    if wanted.scopes.is_empty() || !wanted.scopes.iter().all(known) {
        let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        let message = format!("must be one or more of {}", known.join(", "));
        return Err(FieldError::new("scopes", message).into());
    }
    let host = &call.cx.host;
    let key = ApiKey::generate([entropy(host), entropy(host)]);
    let id = KeyId::generate(call.cx.now, entropy(host));
    let new = NewKey {
        hash: key.hash(),
        id: &id,
        account: &account,
        name,
        scopes: &wanted.scopes.join(" "),
    };
    let insert = api_key::insert(&call.tenant.id, &new, call.cx.now);
    host.sql(&call.tenant_shard()).query(insert).await?;
    let created =
        Created { id: &id, key: key.reveal(), name, account: &account, scopes: &wanted.scopes };
    Ok(respond::json(StatusCode::CREATED, &created))
}

/// `DELETE /admin/accounts/{account}/keys/{key}`
pub async fn revoke_key<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let (account, _) = call.named_account()?;
    let id: KeyId = param(&call.params, 1, "key")?;
    let revoke = api_key::revoke(&call.tenant.id, &account, &id, call.cx.now);
    let revoked = call.cx.host.sql(&call.tenant_shard()).query(revoke).await?;
    if revoked.is_empty() {
        return Err(Problem::NotFound);
    }
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

/// `POST /admin/tenants`
///
/// Creating the same tenant again is not an error: it makes sure that every instance can know of
/// it, which a first attempt that broke off may have left undone.
pub async fn create_tenant<P: Platform>(
    mut call: Call<P>,
) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NewTenant {
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
    }
    let cx = &call.cx;
    let new: NewTenant = respond::read(std::mem::take(&mut call.body)).await?;
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
    } = new;
    let id = TenantId::generate(cx.now, entropy(&cx.host));
    let wanted = Tenant {
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
    };
    wanted.validate(cx.settings.dev)?;
    let taken = || FieldError::new("handle", "is taken");
    if wanted.app == App::Platform {
        let message = "must be family, stories, paybot, saas or market";
        return Err(FieldError::new("app", message).into());
    }
    let is_demo = cx.settings.demo_tenants.iter().any(|demo| demo.handle == wanted.handle);
    if is_demo || wanted.handle.as_str() == PLATFORM_HANDLE {
        return Err(Problem::Conflict(taken()));
    }
    let record = serde_json::to_string(&wanted).unwrap_or_default();
    let batch = vec![
        store::insert(&wanted.id, &wanted.handle, record, cx.now),
        store::by_handle(&wanted.handle),
    ];
    let results = cx.host.sql(&Shard::Directory).batch(batch).await?;
    let row = results.last().and_then(|rows| rows.first());
    let row = row.ok_or_else(|| Problem::Conflict(taken()))?;
    let stored: Tenant = read_json(row.text(0)?.as_bytes())
        .map_err(|e| Problem::Misconfigured(format!("record of {}: {e}", wanted.handle)))?;
    let is_new = stored.id == wanted.id;
    if !is_new && (Tenant { id: stored.id.clone(), ..wanted }) != stored {
        return Err(Problem::Conflict(taken()));
    }
    directory::publish(cx, &stored).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(respond::json(status, &stored))
}

/// `PUT /admin/tenants/{tenant}/domains/{host}`
pub async fn put_domain<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Domain<'a> {
        host: &'a HostName,
        tenant: &'a TenantId,
    }
    let cx = &call.cx;
    let id: TenantId = param(&call.params, 0, "tenant")?;
    let text = call.params.get(1).map(String::as_str).unwrap_or_default();
    let text = percent_decode_str(text).decode_utf8_lossy();
    let host = HostName::parse(&text).map_err(|e| FieldError::new("host", e.to_string()))?;
    let shared = cx.settings.rules.shared_domains.iter().map(String::as_str).chain(["localhost"]);
    let is_ours = |domain: &str| {
        let rest = host.as_str().strip_suffix(domain);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if !host.is_name() || text.contains(':') || shared.into_iter().any(is_ours) {
        return Err(FieldError::new("host", "must be a domain name of the tenant's own").into());
    }
    let demo = cx.settings.demo_tenants.iter().find(|demo| demo.id == id);
    let batch = match demo {
        // A demo tenant is compiled in; for its domain it must be in the table like others.
        Some(demo) => {
            let record = serde_json::to_string(&**demo).unwrap_or_default();
            vec![store::insert(&demo.id, &demo.handle, record, cx.now)]
        }
        None => Vec::new(),
    };
    let domain =
        [store::put_domain(&host, &id, cx.now), store::domain_owner(&host), store::by_id(&id)];
    let batch = batch.into_iter().chain(domain).collect();
    let results = cx.host.sql(&Shard::Directory).batch(batch).await?;
    let [.., owner, record] = results.as_slice() else { return Err(Problem::NotFound) };
    let record = record.first().ok_or(Problem::NotFound)?;
    let owner = owner.first().ok_or(Problem::NotFound)?;
    if owner.text(0)? != id.as_str() {
        return Err(Problem::Conflict(FieldError::new("host", "belongs to another tenant")));
    }
    let tenant: Tenant = read_json(record.text(0)?.as_bytes())
        .map_err(|e| Problem::Misconfigured(format!("record of {id}: {e}")))?;
    directory::publish_domain(cx, &host, &tenant).await?;
    Ok(respond::json(StatusCode::OK, &Domain { host: &host, tenant: &id }))
}
