//! What the operator has set, read once for each instance.

use crate::{guard::ADMIN, problem::Problem};
use download::{DownloadKeys, Store, StoreConfig};
use kernel::{Region, TenantId};
use model::{AwsCredentials, Catalogue, Model, Provider};
use ports::{Secret, Secrets};
use pricing::{Fx, Markets};
use signin::DataKeys;
use std::{collections::BTreeMap, rc::Rc};
use tenant::{App, Client, Issuer, Limits, Proxies, RoleRule, Rules, Tenant};

/// The models that exist everywhere, and those of development.
const MODELS: &str = include_str!("../config/models.json");
const MODELS_DEV: &str = include_str!("../config/models.dev.json");
/// The tenants of development.
const TENANTS_DEV: &str = include_str!("../config/tenants.dev.json");
/// Which country is sold to how.
const MARKETS: &str = include_str!("../config/markets.json");
/// Where people sign in in development: `tests/issuer`.
const ISSUER_DEV: &str = include_str!("../config/issuer.dev.json");

/// The issuer of development's tokens, and their audience. There is none outside development.
pub const DEV_ISSUER: &str = "postern-dev";
/// The audience of development's tokens.
pub const DEV_AUDIENCE: &str = "postern";

/// The operators' own tenant.
const PLATFORM_ID: &str = "ten_postern";
/// Its handle, which no other tenant can have.
pub const PLATFORM_HANDLE: &str = "postern";

/// The settings.
pub struct Settings {
    /// Whether this is a developer's machine: demo tenants, demo models, tokens signed with
    /// `JWT_DEV_KEY`.
    pub dev: bool,
    /// How hosts are read.
    pub rules: Rules,
    /// Whose `x-forwarded-*` headers count.
    pub proxies: Proxies,
    /// The secret of development's tokens.
    pub dev_key: Option<Secret>,
    /// What seals what Postern keeps or hands out. Without it nobody can sign in.
    pub data_keys: Option<DataKeys>,
    /// The operators' own tenant.
    pub platform: Rc<Tenant>,
    /// Tenants that are compiled in, in development.
    pub demo_tenants: Vec<Rc<Tenant>>,
    /// How the platform is paid; `None` where nothing can be sold.
    pub stripe: StripeSettings,
    /// What opens the routes that only machines call.
    pub internal_key: Option<Secret>,
    /// What links are made with; `None` where nothing can be downloaded.
    pub download_keys: Option<DownloadKeys>,
    /// The S3-compatible store of large values, where there is one that addresses can be signed for.
    pub store: Option<Store>,
    /// Whether browsers reach the store, so that they can fetch there what they download.
    pub store_is_public: bool,
    /// Who is told of every file that is uploaded, before anybody else may have it.
    pub scan_url: Option<String>,
    /// Which country is sold to how.
    pub markets: Markets,
    /// What currencies are about worth in each other, where that is known. Only to be shown.
    pub fx: Option<Fx>,
    /// The models.
    pub catalogue: Catalogue,
    /// Where each provider is and what opens it, by its name in the catalogue.
    providers: BTreeMap<String, Access>,
    /// The models that can be used and are listed, and who runs each.
    listed: Vec<(String, String)>,
}

/// How Stripe is reached, and the platform's own account there.
pub struct StripeSettings {
    /// Where its API begins: `https://api.stripe.com`, or the sandbox.
    pub api_base: String,
    /// The platform's account, if it has one. Tenants may have accounts of their own.
    pub platform: Option<StripeAccount>,
}

/// What an account at Stripe is opened with.
pub struct StripeAccount {
    /// The platform's secret key.
    pub secret_key: Secret,
    /// What the platform's events are signed with; several while they are changed.
    pub webhook_secrets: Vec<Secret>,
}

impl StripeSettings {
    /// Whether it is the sandbox that is asked, and not Stripe.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.api_base != STRIPE_API
    }
}

/// Where Stripe's API begins.
const STRIPE_API: &str = "https://api.stripe.com";

/// How a provider is reached.
pub struct Access {
    /// Where its API begins.
    pub base_url: String,
    /// Its key.
    pub api_key: Option<Secret>,
    /// What requests are signed with, where they are.
    pub aws: Option<AwsCredentials>,
}

/// A model that can be used here and now.
#[derive(Clone, Copy)]
pub struct Usable<'a> {
    /// The model.
    pub model: &'a Model,
    /// Who runs it.
    pub provider: &'a Provider,
    /// How they are reached.
    pub access: &'a Access,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`Problem::Misconfigured`] with the name of the setting.
    pub async fn load(secrets: &impl Secrets) -> Result<Self, Problem> {
        let text = async |name: &str| secrets.get(name).await.map(|s| s.expose().to_owned());
        let dev = match text("POSTERN_ENV").await.as_deref() {
            Some("dev") => true,
            None | Some("production") => false,
            Some(_) => return Err(wrong("POSTERN_ENV", "must be dev or production")),
        };
        let proxies = Proxies::parse(&text("TRUSTED_PROXIES").await.unwrap_or_default())
            .map_err(|e| wrong("TRUSTED_PROXIES", &e.to_string()))?;
        let domains = text("SHARED_DOMAINS").await.unwrap_or_default();
        let domains = domains.split(',').map(|d| d.trim().to_ascii_lowercase());
        let issuer = match (text("PLATFORM_ISSUER").await, text("PLATFORM_AUDIENCE").await) {
            (Some(issuer), Some(audience)) => {
                let client = platform_client(secrets).await;
                Some(Issuer { issuer, audiences: vec![audience], jwks_uri: None, client })
            }
            (None, None) if dev => Some(demo_issuer()?),
            (None, None) => None,
            _ => return Err(wrong("PLATFORM_ISSUER", "needs PLATFORM_AUDIENCE beside it")),
        };
        let data_keys = text("DATA_KEYS").await.filter(|keys| !keys.is_empty());
        let data_keys = data_keys.map(|keys| DataKeys::parse(&keys)).transpose();
        let data_keys = data_keys.map_err(|e| wrong("DATA_KEYS", &e.to_string()))?;
        let catalogue = catalogue(dev)?;
        let mut providers = BTreeMap::new();
        for (name, provider) in &catalogue.providers {
            let upper = name.to_ascii_uppercase();
            let base_url = text(&format!("{upper}_API_BASE")).await;
            let base_url = base_url.unwrap_or_else(|| provider.base_url.clone());
            let api_key = secrets.get(&format!("{upper}_API_KEY")).await;
            let base_url = base_url.trim_end_matches('/').to_owned();
            let aws = aws(secrets, &upper, provider).await;
            providers.insert(name.clone(), Access { base_url, api_key, aws });
        }
        let stripe = stripe(secrets).await;
        let mut settings = Self {
            stripe,
            internal_key: secrets.get("INTERNAL_KEY").await,
            download_keys: download_keys(secrets).await?,
            store: store(secrets).await?,
            store_is_public: is_set(secrets, "S3_PUBLIC").await?,
            scan_url: text("MALWARE_SCAN_URL").await,
            dev,
            rules: Rules { shared_domains: domains.filter(|d| !d.is_empty()).collect(), dev },
            proxies,
            data_keys,
            dev_key: if dev { secrets.get("JWT_DEV_KEY").await } else { None },
            platform: Rc::new(platform(issuer)?),
            demo_tenants: if dev { demo_tenants()? } else { Vec::new() },
            markets: Markets::parse(MARKETS.as_bytes())
                .map_err(|e| wrong("markets.json", &e.to_string()))?,
            fx: fx(secrets).await?,
            catalogue,
            providers,
            listed: Vec::new(),
        };
        let models = settings.catalogue.models.iter();
        let listed = models.filter(|(name, m)| m.listed && settings.model(name).is_some());
        let mut listed: Vec<_> =
            listed.map(|(name, m)| (name.clone(), m.provider.clone())).collect();
        for (name, route) in settings.catalogue.routes.iter().filter(|(_, route)| route.listed) {
            let mut names = route.among.iter().map(|among| &among.model).chain(&route.fallback);
            if names.any(|name| settings.model(name).is_some()) {
                listed.push((name.clone(), PLATFORM_HANDLE.to_owned()));
            }
        }
        settings.listed = listed;
        Ok(settings)
    }

    /// What links are made with.
    ///
    /// # Errors
    /// [`Problem::Misconfigured`] where there is nothing.
    pub fn download_keys(&self) -> Result<&DownloadKeys, Problem> {
        self.download_keys.as_ref().ok_or_else(|| wrong("DOWNLOAD_KEYS", "is not set"))
    }

    /// Whether browsers fetch from the store what they download.
    #[must_use]
    pub const fn redirects(&self) -> bool {
        self.store.is_some() && self.store_is_public
    }

    /// A model by its public name, unless its provider's key is missing.
    #[must_use]
    pub fn model(&self, name: &str) -> Option<Usable<'_>> {
        let (model, provider) = self.catalogue.find(name)?;
        let access = self.providers.get(&model.provider)?;
        let usable = !provider.needs_key || access.api_key.is_some() || access.aws.is_some();
        usable.then_some(Usable { model, provider, access })
    }

    /// Where a provider's API begins.
    #[must_use]
    pub fn base_url(&self, provider: &str) -> Option<&str> {
        self.providers.get(provider).map(|access| access.base_url.as_str())
    }

    /// Whether there is something that opens a provider's API.
    #[must_use]
    pub fn has_key(&self, provider: &str) -> bool {
        let access = self.providers.get(provider);
        access.is_some_and(|access| access.api_key.is_some() || access.aws.is_some())
    }

    /// The names of the models that can be used and are listed, and who runs each.
    pub fn models(&self) -> impl Iterator<Item = (&str, &str)> {
        self.listed.iter().map(|(name, provider)| (name.as_str(), provider.as_str()))
    }
}

async fn stripe(secrets: &impl Secrets) -> StripeSettings {
    let api_base = secrets.get("STRIPE_API_BASE").await;
    let api_base = api_base.map_or_else(|| STRIPE_API.to_owned(), |base| base.expose().to_owned());
    let api_base = api_base.trim_end_matches('/').to_owned();
    StripeSettings { api_base, platform: stripe_account(secrets).await }
}

/// The platform's account, if there is a key for it.
async fn stripe_account(secrets: &impl Secrets) -> Option<StripeAccount> {
    let secret_key = secrets.get("STRIPE_SECRET_KEY").await?;
    let webhook_secrets = secrets.get("STRIPE_WEBHOOK_SECRETS").await;
    let webhook_secrets = webhook_secrets.map_or_else(Vec::new, |secrets| {
        let each = secrets.expose().split(',').map(str::trim).filter(|s| !s.is_empty());
        each.map(|secret| Secret::new(secret.to_owned())).collect()
    });
    Some(StripeAccount { secret_key, webhook_secrets })
}

async fn download_keys(secrets: &impl Secrets) -> Result<Option<DownloadKeys>, Problem> {
    let Some(keys) = secrets.get("DOWNLOAD_KEYS").await else { return Ok(None) };
    let keys = DownloadKeys::parse(keys.expose());
    keys.map(Some).map_err(|e| wrong("DOWNLOAD_KEYS", &e.to_string()))
}

/// The store, if there is an endpoint. It then needs all of the other settings.
async fn store(secrets: &impl Secrets) -> Result<Option<Store>, Problem> {
    let text = async |name: &str| {
        let secret = secrets.get(name).await;
        secret.map_or_else(String::new, |secret| secret.expose().to_owned())
    };
    let endpoint = text("S3_ENDPOINT").await;
    if endpoint.is_empty() {
        return Ok(None);
    }
    let config = StoreConfig {
        endpoint,
        bucket: text("S3_BUCKET").await,
        region: text("S3_REGION").await,
        access_key_id: text("S3_ACCESS_KEY_ID").await,
        secret_access_key: text("S3_SECRET_ACCESS_KEY").await,
    };
    let store = Store::new(&config);
    store.map(Some).map_err(|e| wrong(&e.field, &e.message))
}

async fn is_set(secrets: &impl Secrets, name: &str) -> Result<bool, Problem> {
    match secrets.get(name).await.as_ref().map(ports::Secret::expose) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(wrong(name, "must be true or false")),
    }
}

/// What requests to a provider are signed with, if that is set.
async fn aws(secrets: &impl Secrets, upper: &str, provider: &Provider) -> Option<AwsCredentials> {
    let region = provider.region.clone()?;
    let text = async |name: &str| {
        let secret = secrets.get(&format!("{upper}_{name}")).await;
        secret.map(|secret| secret.expose().to_owned())
    };
    Some(AwsCredentials {
        access_key_id: text("ACCESS_KEY_ID").await?,
        secret_access_key: text("SECRET_ACCESS_KEY").await?,
        session_token: text("SESSION_TOKEN").await,
        region,
    })
}

fn wrong(name: &str, what: &str) -> Problem {
    Problem::Misconfigured(format!("{name} {what}"))
}

fn catalogue(dev: bool) -> Result<Catalogue, Problem> {
    let models = Catalogue::parse(MODELS).map_err(|e| wrong("models.json", &e.to_string()))?;
    if !dev {
        return Ok(models);
    }
    let demo = Catalogue::parse(MODELS_DEV);
    Ok(models.with(demo.map_err(|e| wrong("models.dev.json", &e.to_string()))?))
}

/// The table of `FX_RATES`, as [`Fx::parse`] reads it. Without it no amount is converted.
async fn fx(secrets: &impl Secrets) -> Result<Option<Fx>, Problem> {
    let Some(table) = secrets.get("FX_RATES").await else { return Ok(None) };
    let table = Fx::parse(table.expose().as_bytes());
    table.map(Some).map_err(|e| wrong("FX_RATES", &e.to_string()))
}

fn platform(issuer: Option<Issuer>) -> Result<Tenant, Problem> {
    let unnamed = |_| wrong(PLATFORM_ID, "is no id");
    Ok(Tenant {
        id: PLATFORM_ID.parse::<TenantId>().map_err(unnamed)?,
        handle: PLATFORM_HANDLE.parse().map_err(|_| wrong(PLATFORM_HANDLE, "is no handle"))?,
        name: "Postern".to_owned(),
        app: App::Platform,
        region: Region::Auto,
        issuers: issuer.into_iter().collect(),
        cors_origins: Vec::new(),
        limits: Limits::default(),
        models: Some(Vec::new()),
        welcome_tokens: 0,
        response_cache: None,
        theme: None,
        payments: None,
        time_zone: "Etc/UTC".to_owned(),
    })
}

/// Postern, as the operators' issuer knows it. Their role there is called as it is here.
async fn platform_client(secrets: &impl Secrets) -> Option<Client> {
    let text = async |name: &str| secrets.get(name).await.map(|s| s.expose().to_owned());
    let client_id = text("PLATFORM_CLIENT_ID").await.filter(|id| !id.is_empty())?;
    let client_secret = text("PLATFORM_CLIENT_SECRET").await.filter(|secret| !secret.is_empty());
    let claim = text("PLATFORM_ADMIN_CLAIM").await.filter(|claim| !claim.is_empty());
    let value = text("PLATFORM_ADMIN_VALUE").await.filter(|value| !value.is_empty());
    let roles =
        claim.zip(value).map(|(claim, value)| RoleRule { claim, value, role: ADMIN.to_owned() });
    let roles = roles.into_iter().collect();
    Some(Client { client_id, client_secret, scopes: tenant::default_scopes(), roles })
}

fn demo_issuer() -> Result<Issuer, Problem> {
    serde_json::from_str(ISSUER_DEV).map_err(|e| wrong("issuer.dev.json", &e.to_string()))
}

fn demo_tenants() -> Result<Vec<Rc<Tenant>>, Problem> {
    let told = |what: String| wrong("tenants.dev.json", &what);
    let mut tenants: Vec<Tenant> =
        serde_json::from_str(TENANTS_DEV).map_err(|e| told(e.to_string()))?;
    let issuer = demo_issuer()?;
    for tenant in &mut tenants {
        tenant.issuers.push(issuer.clone());
    }
    for tenant in &tenants {
        tenant.validate(true).map_err(|e| told(format!("{}: {e}", tenant.id)))?;
    }
    Ok(tenants.into_iter().map(Rc::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ports::{
        Host,
        memory::{Layout, MemoryHost},
    };

    fn load(secrets: &[(&str, &str)]) -> Result<Settings, Problem> {
        let host = MemoryHost::new(Layout::PerShard, crate::store::MIGRATIONS);
        for (name, value) in secrets {
            host.set_secret(name, value);
        }
        host.run(Settings::load(host.secrets()))
    }

    #[test]
    fn what_is_compiled_in_is_sound() {
        let dev = load(&[("POSTERN_ENV", "dev")]).unwrap();
        assert_eq!(dev.demo_tenants.len(), 5);
        assert!(dev.model("demo-echo").is_some() && dev.model("demo-slow").is_some());
    }

    #[test]
    fn development_stays_in_development() {
        let live =
            load(&[("JWT_DEV_KEY", "secret"), ("SHARED_DOMAINS", "postern.example")]).unwrap();
        assert!(!live.dev && !live.rules.dev && live.dev_key.is_none());
        assert!(live.demo_tenants.is_empty());
        assert!(live.catalogue.find("demo-echo").is_none());
        assert_eq!(live.rules.shared_domains, ["postern.example"]);
    }

    #[test]
    fn a_model_needs_its_providers_key() {
        assert!(load(&[]).unwrap().model("gpt-4o").is_none());
        let live =
            load(&[("OPENAI_API_KEY", "sk"), ("OPENAI_API_BASE", "https://proxy.example/v1/")]);
        let live = live.unwrap();
        assert_eq!(live.model("gpt-4o").unwrap().access.base_url, "https://proxy.example/v1");
        assert!(live.models().any(|(name, provider)| (name, provider) == ("gpt-4o", "openai")));
    }

    #[test]
    fn wrong_settings_are_named() {
        for (name, value) in [
            ("POSTERN_ENV", "staging"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,x"),
            ("PLATFORM_ISSUER", "https://i"),
            ("DOWNLOAD_KEYS", "a=AAAA"),
            ("S3_PUBLIC", "yes"),
        ] {
            let told = match load(&[(name, value)]) {
                Err(Problem::Misconfigured(told)) => told,
                _ => panic!("{name} was accepted"),
            };
            assert!(told.starts_with(name), "{told}");
        }
    }
}
