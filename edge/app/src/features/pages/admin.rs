//! `/admin`: what administrators and operators see and do.

use super::account::balance_of;
use crate::{
    app::{Platform, Visit},
    features::{
        admin::{self, NewTenant},
        audit,
        invitations::Wanted,
        me, usage,
    },
    problem::Problem,
    respond::param,
    store::{audit::Entry, ledger, operation::Booked},
};
use http::StatusCode;
use kernel::{AccountId, FieldError, TenantId, UnixMillis};
use model::routing::Health as Known;
use pages::{
    AdminAccountView, AdminAccountsView, AdminAuditView, AdminModelsView, AdminOverviewView,
    AdminTenantView, AdminTenantsView, AuditEntry, Domain, Fault, Health, Model, Notice, Operation,
    Outcome, Provider, TenantForm, TenantRow,
};
use ports::{Body, Host, Sql};
use tenant::{App, Tenant};

/// Entries on a page.
const PAGE_LEN: u32 = 50;
/// Entries of the audit log on the first page.
const LATEST: u32 = 8;

/// What was sent, and what was wrong with it.
#[derive(Default)]
pub struct Sent {
    wrong: Option<FieldError>,
}

impl Sent {
    fn faults(&self) -> Vec<(&str, Fault<'_>)> {
        let fault = |error: &FieldError| match error.message.as_str() {
            "is taken" | "belongs to another tenant" => Fault::Taken,
            "must not be empty" => Fault::Required,
            _ => Fault::Malformed,
        };
        self.wrong.iter().map(|error| (error.field.as_str(), fault(error))).collect()
    }
}

/// A page that says what was wrong with what was sent, or the problem if it was something else.
macro_rules! again {
    ($problem:expr, $show:expr) => {
        match $problem {
            Problem::Field(error) | Problem::Conflict(error) => {
                let mut response = $show(Sent { wrong: Some(error) }).await?;
                *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(response)
            }
            problem => Err(problem),
        }
    };
}

fn health(known: Option<&Known>, now: UnixMillis) -> Health {
    match known {
        None => Health::Unknown,
        Some(known) if known.open_until().is_some_and(|until| now < until) => Health::Down,
        Some(known) if known.is_failing(now) => Health::Degraded,
        Some(_) => Health::Up,
    }
}

fn entry(entry: &Entry) -> AuditEntry<'_> {
    AuditEntry {
        at_ms: entry.created_at_ms,
        actor: &entry.actor,
        action: &entry.action,
        subject: &entry.subject,
        request_id: &entry.request_id,
    }
}

/// `GET /admin`
pub async fn overview<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let is_operator = visit.tenant.app == App::Platform;
    let names: Vec<_> = me::offered(&call).map(|(name, _)| name).collect();
    let is_up = |name: &&&str| {
        let state = |known: Option<&Known>| health(known, call.cx.now);
        call.cx.app.health.with(name, state) != Health::Down
    };
    let tenants = if is_operator { admin::count_tenants(&call.cx).await? } else { 0 };
    let (latest, _) = audit::page(&call.cx, &visit.tenant, None, LATEST).await?;
    let entries: Vec<_> = latest.iter().map(entry).collect();
    let view = AdminOverviewView {
        is_operator,
        tenants,
        models: names.len() as u64,
        models_up: names.iter().filter(is_up).count() as u64,
        operations_day: None,
        audit: &entries,
    };
    visit.page(|page| view.render(page))
}

fn row(tenant: &Tenant, created_at_ms: Option<i64>) -> (App, TenantRow<'_>) {
    let app = match tenant.app {
        App::Family => "family",
        App::Stories => "stories",
        App::Paybot => "paybot",
        App::Saas => "saas",
        App::Market => "market",
        App::Platform => "postern",
    };
    let row = TenantRow {
        id: tenant.id.as_str(),
        handle: tenant.handle.as_str(),
        name: &tenant.name,
        app,
        region: tenant.region.as_str(),
        created_at_ms,
    };
    (tenant.app, row)
}

/// `GET /admin/pages/tenants`
pub async fn tenants<P: Platform>(
    visit: &Visit<P>,
    sent: &Sent,
) -> Result<http::Response<Body>, Problem> {
    let cursor = visit.query_value("cursor");
    let (stored, next) = admin::tenants(&visit.cx, cursor.as_deref(), PAGE_LEN).await?;
    let stored = stored.iter().map(|(tenant, at)| row(tenant, Some(*at)).1);
    // What is compiled in stands at the end of the last page.
    let demo = visit.cx.settings.demo_tenants.iter().filter(|_| next.is_none());
    let faults = sent.faults();
    let view = AdminTenantsView {
        tenants: stored.chain(demo.map(|tenant| row(tenant, None).1)).collect(),
        next: next.as_deref(),
        form: TenantForm {
            handle: visit.field("handle"),
            name: visit.field("name"),
            app: visit.field("app"),
            region: visit.field("region"),
            faults: &faults,
        },
    };
    visit.page(|page| view.render(page))
}

/// `POST /admin/pages/tenants`
pub async fn create_tenant<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let wanted = || -> Result<NewTenant, Problem> {
        let fields = ["handle", "name", "app", "region"];
        let json: serde_json::Map<_, _> = fields
            .into_iter()
            .map(|name| (name.to_owned(), visit.field(name).trim().into()))
            // What is missing has no name on the page; what is empty has. A region may be left out.
            .filter(|(name, value): &(String, serde_json::Value)| name != "region" || value != "")
            .collect();
        let json = serde_json::to_vec(&json).unwrap_or_default();
        Ok(kernel::read_json(&json)?)
    };
    let made = async { admin::make_tenant(&visit.cx, wanted()?).await };
    match made.await {
        Ok(_) => Ok(visit.done("/admin/pages/tenants", Notice::TenantCreated)),
        Err(problem) => again!(problem, async |sent: Sent| tenants(visit, &sent).await),
    }
}

/// `GET /admin/pages/tenants/{tenant}`
pub async fn tenant<P: Platform>(
    visit: &Visit<P>,
    sent: &Sent,
) -> Result<http::Response<Body>, Problem> {
    let id: TenantId = param(&visit.params, 0, "tenant")?;
    let (tenant, made, domains) = admin::tenant(&visit.cx, &id).await?;
    let faults = sent.faults();
    let view = AdminTenantView {
        tenant: row(&tenant, made).1,
        issuers: tenant.issuers.iter().map(|issuer| issuer.issuer.as_str()).collect(),
        domains: domains.iter().map(|(host, at)| Domain { host, created_at_ms: *at }).collect(),
        host: visit.field("host"),
        faults: &faults,
    };
    visit.page(|page| view.render(page))
}

/// `POST /admin/pages/tenants/{tenant}/domains`
pub async fn put_domain<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let id: TenantId = param(&visit.params, 0, "tenant")?;
    match admin::give_domain(&visit.cx, &id, visit.field("host").trim()).await {
        Ok(_) => Ok(visit.done(&format!("/admin/pages/tenants/{id}"), Notice::DomainPut)),
        Err(problem) => again!(problem, async |sent: Sent| tenant(visit, &sent).await),
    }
}

/// `GET /admin/pages/accounts`
pub fn accounts<P: Platform>(
    visit: &Visit<P>,
    invited: Option<Result<&str, FieldError>>,
) -> Result<http::Response<Body>, Problem> {
    let id = visit.query_value("id").unwrap_or_default();
    let id = id.trim();
    if id.parse::<AccountId>().is_ok() {
        return Ok(crate::respond::see_other(&format!("/admin/pages/accounts/{id}")));
    }
    let (link, wrong) = match invited {
        Some(Ok(link)) => (Some(link), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let sent = Sent { wrong };
    let mut faults = sent.faults();
    if !id.is_empty() {
        faults.push(("id", Fault::Malformed));
    }
    let view = AdminAccountsView {
        id,
        email: if link.is_some() { "" } else { visit.field("email") },
        role: visit.field("role"),
        link,
        faults: &faults,
    };
    visit.page(|page| view.render(page))
}

/// `POST /admin/pages/invitations`
pub fn invite<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let wanted = Wanted {
        email: Some(visit.field("email").to_owned()),
        account: None,
        role: visit.field("role").trim().to_owned(),
        expires_in_seconds: None,
    };
    match visit.call()?.invite(wanted) {
        Ok(made) => accounts(visit, Some(Ok(&made.url))),
        Err(Problem::Field(error)) => {
            let mut response = accounts(visit, Some(Err(error)))?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(problem) => Err(problem),
    }
}

fn operation(booked: &Booked) -> Operation<'_> {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Operation {
        id: &booked.id,
        created_at_ms: booked.created_at_ms,
        asked_model: &booked.asked_model,
        model: booked.model.as_deref(),
        outcome: match booked.outcome.as_str() {
            "done" => Outcome::Done,
            "left" => Outcome::Left,
            _ => Outcome::Failed,
        },
        input_tokens: count(booked.input_tokens),
        output_tokens: count(booked.output_tokens),
        tokens: count(booked.tokens),
        cost_nanousd: booked.cost_nanousd.map(count),
        total_ms: count(booked.total_ms),
    }
}

/// `GET /admin/pages/accounts/{account}`
pub async fn account<P: Platform>(
    visit: &Visit<P>,
    sent: &Sent,
) -> Result<http::Response<Body>, Problem> {
    let id: AccountId = param(&visit.params, 0, "account")?;
    let call = visit.call()?;
    let cursor = visit.query_value("cursor");
    let (booked, next) = usage::booked(&call, &id, cursor.as_deref(), PAGE_LEN).await?;
    let ledger = ledger::Ledger { tenant: &visit.tenant.id, account: &id };
    let sql = visit.cx.host.sql(&crate::sessions::shard(&visit.tenant, &id));
    let balances: Vec<ledger::Balance> = ledger::rows(&sql.query(ledger.balances()).await?)?;
    let faults = sent.faults();
    let view = AdminAccountView {
        id: id.as_str(),
        balance: balance_of(&balances),
        tokens: visit.field("tokens"),
        note: visit.field("note"),
        faults: &faults,
        operations: booked.iter().map(operation).collect(),
        next: next.as_deref(),
    };
    visit.page(|page| view.render(page))
}

/// `POST /admin/pages/accounts/{account}/grants`
pub async fn grant<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let id: AccountId = param(&visit.params, 0, "account")?;
    // Each page that was sent out has a token of its own: the form sent twice grants once.
    let token = visit.field(signin::csrf::FIELD);
    let key = format!("page-{}", token.get(..43).unwrap_or(token));
    let granted = async {
        let tokens = visit.field("tokens").trim().parse();
        let tokens = tokens.map_err(|_| FieldError::new("tokens", "must be a whole number"))?;
        admin::give_tokens(&visit.cx, &visit.tenant, &id, tokens, &key).await
    };
    match granted.await {
        Ok(_) => Ok(visit.done(&format!("/admin/pages/accounts/{id}"), Notice::Granted)),
        Err(problem) => again!(problem, async |sent: Sent| account(visit, &sent).await),
    }
}

/// `GET /admin/pages/models`
pub fn models<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let settings = &call.cx.settings;
    let model = |(id, provider)| {
        let usable = settings.model(id);
        Model {
            id,
            provider,
            health: call.cx.app.health.with(id, |known| health(known, call.cx.now)),
            input_nanousd: usable.map(|usable| usable.model.price_nanousd.input),
            output_nanousd: usable.map(|usable| usable.model.price_nanousd.output),
            output_tokens_max: usable.map_or(0, |usable| usable.model.output_tokens_max.into()),
        }
    };
    let providers = settings.catalogue.providers.iter().map(|(name, provider)| Provider {
        name,
        format: provider.format.as_str(),
        base_url: settings.base_url(name).unwrap_or(&provider.base_url),
        has_key: !provider.needs_key || settings.has_key(name),
    });
    let models = me::offered(&call).map(model).collect();
    let view = AdminModelsView { models, providers: providers.collect() };
    visit.page(|page| view.render(page))
}

/// `GET /admin/pages/audit`
pub async fn audit<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let cursor = visit.query_value("cursor");
    let page = audit::page(&visit.cx, &visit.tenant, cursor.as_deref(), PAGE_LEN);
    let (entries, next) = page.await?;
    let view =
        AdminAuditView { entries: entries.iter().map(entry).collect(), next: next.as_deref() };
    visit.page(|page| view.render(page))
}
