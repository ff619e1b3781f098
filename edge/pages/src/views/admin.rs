//! `/admin`

use super::{account::Balance, form::Faults, renders};

/// `GET /admin`
#[derive(Clone, Copy, Debug)]
pub struct AdminOverviewView<'a> {
    /// Whether the platform's operators look, who see tenants.
    pub is_operator: bool,
    /// Tenants of the platform, for its operators.
    pub tenants: u64,
    /// Models that the tenant offers.
    pub models: u64,
    /// Those of them that are answering.
    pub models_up: u64,
    /// Requests of the last 24 hours, where that is known.
    pub operations_day: Option<u64>,
    /// The latest of the audit log.
    pub audit: &'a [AuditEntry<'a>],
}

/// One line of a list of tenants.
#[derive(Clone, Copy, Debug)]
pub struct TenantRow<'a> {
    /// `ten_…`
    pub id: &'a str,
    /// Its name in hosts.
    pub handle: &'a str,
    /// Its name for people.
    pub name: &'a str,
    /// What it runs: `family`, `stories`, ...
    pub app: &'a str,
    /// Where its data is: `auto`, `weur`, ...
    pub region: &'a str,
    /// When it was made; not known of those that are compiled in.
    pub created_at_ms: Option<i64>,
}

/// What was sent to make a tenant.
#[derive(Clone, Copy, Debug, Default)]
pub struct TenantForm<'a> {
    /// The wanted handle.
    pub handle: &'a str,
    /// The wanted name.
    pub name: &'a str,
    /// The wanted app.
    pub app: &'a str,
    /// The wanted region.
    pub region: &'a str,
    /// What was wrong. Fields: `handle`, `name`, `app`, `region`.
    pub faults: Faults<'a>,
}

/// `GET /admin/pages/tenants`
#[derive(Clone)]
pub struct AdminTenantsView<'a> {
    /// A page of the tenants.
    pub tenants: Vec<TenantRow<'a>>,
    /// Where the next page begins.
    pub next: Option<&'a str>,
    /// The form to make one.
    pub form: TenantForm<'a>,
}

impl AdminTenantsView<'_> {
    /// What a tenant can run.
    pub(crate) const fn apps(&self) -> [&'static str; 5] {
        ["family", "stories", "paybot", "saas", "market"]
    }

    /// Where a tenant's data can be, with the messages that name the places.
    pub(crate) fn regions(&self) -> Vec<(&'static str, &'static str)> {
        kernel::Region::ALL
            .into_iter()
            .map(|region| (region.as_str(), region_key(region)))
            .collect()
    }
}

const fn region_key(region: kernel::Region) -> &'static str {
    use kernel::Region;
    match region {
        Region::Auto => "region-auto",
        Region::Wnam => "region-wnam",
        Region::Enam => "region-enam",
        Region::Sam => "region-sam",
        Region::Weur => "region-weur",
        Region::Eeur => "region-eeur",
        Region::Apac => "region-apac",
        Region::Oc => "region-oc",
        Region::Afr => "region-afr",
        Region::Me => "region-me",
        Region::EuJurisdiction => "region-eu",
        Region::FedrampJurisdiction => "region-fedramp",
    }
}

/// A tenant's own domain.
#[derive(Clone, Copy, Debug)]
pub struct Domain<'a> {
    /// The domain name.
    pub host: &'a str,
    /// When it was put.
    pub created_at_ms: i64,
}

/// `GET /admin/pages/tenants/{id}`
#[derive(Clone)]
pub struct AdminTenantView<'a> {
    /// The tenant.
    pub tenant: TenantRow<'a>,
    /// Its issuers' URLs.
    pub issuers: Vec<&'a str>,
    /// Its domains.
    pub domains: Vec<Domain<'a>>,
    /// The domain that was sent.
    pub host: &'a str,
    /// What was wrong with it. Field: `host`.
    pub faults: Faults<'a>,
}

/// `GET /admin/pages/accounts`: the form to find one.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdminAccountsView<'a> {
    /// The id that was looked for, as `?id=`.
    pub id: &'a str,
    /// The address that was sent to be invited.
    pub email: &'a str,
    /// The role that was sent with it.
    pub role: &'a str,
    /// The link that was just made.
    pub link: Option<&'a str>,
    /// What was wrong. Fields: `id`, `email`, `role`.
    pub faults: Faults<'a>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer.
    Done,
    /// The client left before the end.
    Left,
    /// Without an answer.
    Failed,
}

/// A request of a model, as it was booked.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// `req_…`
    pub id: &'a str,
    /// When it came.
    pub created_at_ms: i64,
    /// The model that was asked for.
    pub asked_model: &'a str,
    /// The model that answered.
    pub model: Option<&'a str>,
    /// How it ended.
    pub outcome: Outcome,
    /// Tokens that the model read.
    pub input_tokens: u64,
    /// Tokens that the model wrote.
    pub output_tokens: u64,
    /// Tokens taken from the wallet.
    pub tokens: u64,
    /// What it cost.
    pub cost_nanousd: Option<u64>,
    /// From the request to its end.
    pub total_ms: u64,
}

impl Operation<'_> {
    /// The message and the look of how it ended.
    pub(crate) const fn state(&self) -> (&'static str, &'static str) {
        match self.outcome {
            Outcome::Done => ("outcome-done", "good"),
            Outcome::Left => ("outcome-left", "fair"),
            Outcome::Failed => ("outcome-failed", "bad"),
        }
    }
}

/// `GET /admin/pages/accounts/{id}`
#[derive(Clone)]
pub struct AdminAccountView<'a> {
    /// `acc_…`
    pub id: &'a str,
    /// What the wallet holds.
    pub balance: Balance,
    /// What was sent to grant tokens.
    pub tokens: &'a str,
    /// The note that was sent with it.
    pub note: &'a str,
    /// What was wrong. Fields: `tokens`, `note`.
    pub faults: Faults<'a>,
    /// A page of what was asked, the newest first.
    pub operations: Vec<Operation<'a>>,
    /// Where the next page begins.
    pub next: Option<&'a str>,
}

/// How a model or a provider has been doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It answers.
    Up,
    /// It answers, and fails more often than it should.
    Degraded,
    /// It is left alone for a while.
    Down,
    /// It has not been asked lately.
    Unknown,
}

impl Health {
    /// The message and the look.
    pub(crate) const fn state(self) -> (&'static str, &'static str) {
        match self {
            Self::Up => ("health-up", "good"),
            Self::Degraded => ("health-degraded", "fair"),
            Self::Down => ("health-down", "bad"),
            Self::Unknown => ("health-unknown", "idle"),
        }
    }
}

/// Who runs models.
#[derive(Clone, Copy, Debug)]
pub struct Provider<'a> {
    /// Its name in the configuration.
    pub name: &'a str,
    /// The wire format: `openai-chat`, `anthropic`, ...
    pub format: &'a str,
    /// Where it is asked.
    pub base_url: &'a str,
    /// Whether its key is set.
    pub has_key: bool,
}

/// A model of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    /// The name to ask for it.
    pub id: &'a str,
    /// Who runs it.
    pub provider: &'a str,
    /// How it has been doing.
    pub health: Health,
    /// Price of one token that it reads, in nano-dollars.
    pub input_nanousd: Option<u64>,
    /// Price of one token that it writes.
    pub output_nanousd: Option<u64>,
    /// Most tokens that it writes.
    pub output_tokens_max: u64,
}

/// `GET /admin/pages/models`
#[derive(Clone)]
pub struct AdminModelsView<'a> {
    /// The models.
    pub models: Vec<Model<'a>>,
    /// The providers.
    pub providers: Vec<Provider<'a>>,
}

/// One line of the audit log.
#[derive(Clone, Copy, Debug)]
pub struct AuditEntry<'a> {
    /// When.
    pub at_ms: i64,
    /// Who: an e-mail address or an id.
    pub actor: &'a str,
    /// What was done, as a code: `tenant.create`.
    pub action: &'a str,
    /// To what: an id.
    pub subject: &'a str,
    /// The request that did it.
    pub request_id: &'a str,
}

/// `GET /admin/pages/audit`
#[derive(Clone)]
pub struct AdminAuditView<'a> {
    /// A page of the log, the newest first.
    pub entries: Vec<AuditEntry<'a>>,
    /// Where the next page begins.
    pub next: Option<&'a str>,
}

renders! {
    AdminOverviewView<'a> = "pages/admin_overview.html";
    AdminTenantsView<'a> = "pages/admin_tenants.html";
    AdminTenantView<'a> = "pages/admin_tenant.html";
    AdminAccountsView<'a> = "pages/admin_accounts.html";
    AdminAccountView<'a> = "pages/admin_account.html";
    AdminModelsView<'a> = "pages/admin_models.html";
    AdminAuditView<'a> = "pages/admin_audit.html";
}
