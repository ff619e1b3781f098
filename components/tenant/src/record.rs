use crate::{Handle, Payments};
use kernel::{FieldError, Region, TenantId};
use serde::{Deserialize, Serialize};

/// Most entries in any list of a tenant's record.
const LIST_LEN_MAX: usize = 100;
/// Longest text in a tenant's record.
const TEXT_LEN_MAX: usize = 500;

/// Which of Postern's products a tenant runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum App {
    /// Family-safe chat.
    Family,
    /// Stories for children.
    Stories,
    /// A payment conversation.
    Paybot,
    /// A software-as-a-service starter.
    Saas,
    /// A creative marketplace.
    Market,
    /// Postern's own operators. There is one such tenant, and it is configured, not created.
    Platform,
}

/// Who may issue tokens for a tenant
/// ([OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The `iss` of its tokens, an `https` URL without a trailing slash added or removed.
    pub issuer: String,
    /// Accepted `aud` values; a token must carry one of them.
    pub audiences: Vec<String>,
    /// Where its keys are, when discovery should not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// What Postern is to the issuer, where people sign in with it. The first issuer of a tenant
    /// that has this is the one that they sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
}

/// What an issuer knows Postern as ([RFC 6749 §2](https://www.rfc-editor.org/rfc/rfc6749#section-2)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its name there.
    pub client_id: String,
    /// Its secret, sealed; `None` for a public client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What is asked for beside `openid`.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// What the issuer's claims make of people.
    #[serde(default)]
    pub roles: Vec<RoleRule>,
}

/// What is asked for of a person, when a tenant says nothing: name, address, and that the session
/// can be renewed.
#[must_use]
pub fn default_scopes() -> Vec<String> {
    ["profile", "email", "offline_access"].map(str::to_owned).to_vec()
}

/// Whom an issuer says something of has a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// The claim: its name, or its path with dots as in `realm_access.roles`.
    pub claim: String,
    /// What it says, or what is in its list.
    pub value: String,
    /// The role.
    pub role: String,
}

/// How much a tenant's callers may ask in a minute. `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests for each API key, or each signed-in profile.
    #[serde(default)]
    pub requests_per_minute_per_key: Option<u32>,
    /// Tokens that a model may read and write for each API key, or each signed-in profile.
    #[serde(default)]
    pub tokens_per_minute_per_key: Option<u32>,
    /// Requests of a model for each account, whoever asks in its name.
    #[serde(default)]
    pub requests_per_minute_per_account: Option<u32>,
    /// Tokens that a model may read and write for each account.
    #[serde(default)]
    pub tokens_per_minute_per_account: Option<u32>,
    /// Requests for each client address.
    #[serde(default)]
    pub requests_per_minute_per_ip: Option<u32>,
}

/// Longest time for which answers may be kept: a day.
const CACHE_SECONDS_MAX: u32 = 86_400;

/// That answers of models are kept and given again to the very same request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseCache {
    /// For how long, in seconds.
    pub ttl_seconds: u32,
    /// Whether to anybody of the tenant, rather than only to the same profile of the same account.
    #[serde(default)]
    pub public: bool,
}

/// A tenant's colours, as `#rrggbb`. Whether they can be read is for whoever draws with them to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// By day.
    pub light: Palette,
    /// By night.
    pub dark: Palette,
}

/// The colours of one scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Palette {
    /// Links, buttons, and what is chosen.
    pub accent: String,
    /// Text on the accent.
    pub on_accent: String,
    /// The page.
    pub surface: String,
    /// Text on the page.
    pub text: String,
}

/// Everything the edge must know about a tenant to serve a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// The tenant's id.
    pub id: TenantId,
    /// Its label under the shared domains.
    pub handle: Handle,
    /// Its name, for people.
    pub name: String,
    /// The product it runs.
    pub app: App,
    /// Where its data lives. Fixed once the tenant exists.
    #[serde(default)]
    pub region: Region,
    /// Who may issue its tokens.
    #[serde(default)]
    pub issuers: Vec<Issuer>,
    /// Origins that browsers may call it from, or `*` alone for any.
    #[serde(default)]
    pub cors_origins: Vec<String>,
    /// How much its callers may ask.
    #[serde(default)]
    pub limits: Limits,
    /// Models it offers; `None` for all.
    #[serde(default)]
    pub models: Option<Vec<String>>,
    /// Tokens that a new account finds in its wallet.
    #[serde(default)]
    pub welcome_tokens: u32,
    /// Whether answers are kept for those who ask the same; `None` for not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_cache: Option<ResponseCache>,
    /// The colours of its pages; `None` for those of its app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// How it is paid; `None` for by the platform's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments: Option<Payments>,
    /// The zone of its calendar, by its name in the IANA time zone database: `Europe/Berlin`.
    #[serde(default = "utc")]
    pub time_zone: String,
}

fn utc() -> String {
    "Etc/UTC".to_owned()
}

impl Tenant {
    /// Checks what the types do not say.
    ///
    /// `dev` allows issuers over plain `http`.
    ///
    /// # Errors
    /// A [`FieldError`] that names the first wrong field.
    pub fn validate(&self, dev: bool) -> Result<(), FieldError> {
        text("name", &self.name)?;
        list("issuers", &self.issuers)?;
        for (index, issuer) in self.issuers.iter().enumerate() {
            issuer.validate(dev).map_err(|e| e.within(&format!("issuers[{index}]")))?;
        }
        list("cors_origins", &self.cors_origins)?;
        for (index, origin) in self.cors_origins.iter().enumerate() {
            let any = origin == "*" && self.cors_origins.len() == 1;
            if !any && !is_origin(origin) {
                let field = format!("cors_origins[{index}]");
                let message = "must be an origin such as https://app.example.com, or * alone";
                return Err(FieldError::new(field, message));
            }
        }
        for (field, limit) in [
            ("limits.requests_per_minute_per_key", self.limits.requests_per_minute_per_key),
            ("limits.requests_per_minute_per_ip", self.limits.requests_per_minute_per_ip),
            ("limits.tokens_per_minute_per_key", self.limits.tokens_per_minute_per_key),
            ("limits.requests_per_minute_per_account", self.limits.requests_per_minute_per_account),
            ("limits.tokens_per_minute_per_account", self.limits.tokens_per_minute_per_account),
        ] {
            if limit == Some(0) {
                return Err(FieldError::new(field, "must be above zero, or null for no limit"));
            }
        }
        if let Some(models) = &self.models {
            list("models", models)?;
        }
        let seconds = self.response_cache.map_or(1, |cache| cache.ttl_seconds);
        if !(1..=CACHE_SECONDS_MAX).contains(&seconds) {
            let message = format!("must be between 1 and {CACHE_SECONDS_MAX}");
            return Err(FieldError::new("response_cache.ttl_seconds", message));
        }
        let payments = self.payments.as_ref().map_or(Ok(()), Payments::validate);
        payments.map_err(|e| e.within("payments"))?;
        Ok(())
    }

    /// The record as it may be shown.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        let mut shown = self.clone();
        for client in shown.issuers.iter_mut().filter_map(|issuer| issuer.client.as_mut()) {
            client.client_secret = None;
        }
        if let Some(payments) = &mut shown.payments {
            payments.secret_key = None;
            payments.webhook_secrets = Vec::new();
        }
        shown
    }

    /// Whether a browser page of `origin` may read this tenant's answers.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.cors_origins.iter().any(|allowed| allowed == "*" || allowed == origin)
    }

    /// Whether the tenant offers `model`.
    #[must_use]
    pub fn offers_model(&self, model: &str) -> bool {
        self.models.as_ref().is_none_or(|offered| offered.iter().any(|id| id == model))
    }
}

impl Issuer {
    fn validate(&self, dev: bool) -> Result<(), FieldError> {
        url("issuer", &self.issuer, dev)?;
        if let Some(uri) = &self.jwks_uri {
            url("jwks_uri", uri, dev)?;
        }
        list("audiences", &self.audiences)?;
        if self.audiences.is_empty() {
            return Err(FieldError::new("audiences", "must name at least one audience"));
        }
        for (index, audience) in self.audiences.iter().enumerate() {
            text(&format!("audiences[{index}]"), audience)?;
        }
        self.client
            .as_ref()
            .map_or(Ok(()), |client| client.validate().map_err(|e| e.within("client")))
    }
}

impl Client {
    fn validate(&self) -> Result<(), FieldError> {
        text("client_id", &self.client_id)?;
        list("scopes", &self.scopes)?;
        for (index, scope) in self.scopes.iter().enumerate() {
            // `scope-token` of RFC 6749 §3.3.
            let sound = scope.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'));
            if scope.is_empty() || !sound {
                let message = "must be a scope, without spaces";
                return Err(FieldError::new(format!("scopes[{index}]"), message));
            }
        }
        list("roles", &self.roles)?;
        for (index, rule) in self.roles.iter().enumerate() {
            let fields = [("claim", &rule.claim), ("value", &rule.value), ("role", &rule.role)];
            for (name, value) in fields {
                text(&format!("roles[{index}].{name}"), value)?;
            }
        }
        Ok(())
    }
}

fn text(field: &str, value: &str) -> Result<(), FieldError> {
    if value.trim().is_empty() {
        return Err(FieldError::new(field, "must not be empty"));
    }
    if value.len() > TEXT_LEN_MAX {
        return Err(FieldError::new(field, format!("must be at most {TEXT_LEN_MAX} bytes long")));
    }
    Ok(())
}

fn list<T>(field: &str, values: &[T]) -> Result<(), FieldError> {
    if values.len() > LIST_LEN_MAX {
        return Err(FieldError::new(field, format!("must have at most {LIST_LEN_MAX} entries")));
    }
    Ok(())
}

fn url(field: &str, value: &str, dev: bool) -> Result<(), FieldError> {
    text(field, value)?;
    let rest = match value.split_once("://") {
        Some(("https", rest)) => Some(rest),
        Some(("http", rest)) if dev => Some(rest),
        _ => None,
    };
    let clean = |rest: &str| {
        !rest.is_empty()
            && rest.bytes().all(|b| b.is_ascii_graphic())
            && !rest.contains(['@', '#', '?', '\\'])
    };
    if !rest.is_some_and(clean) {
        return Err(FieldError::new(field, "must be an https URL without query or user name"));
    }
    Ok(())
}

fn is_origin(origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else {
        return false;
    };
    matches!(scheme, "https" | "http")
        && crate::Host::parse(host).is_ok()
        && !host.bytes().any(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant() -> Tenant {
        serde_json::from_str(
            r#"{"id": "ten_1", "handle": "one", "name": "One", "app": "saas",
                "issuers": [{"issuer": "https://id.example", "audiences": ["one"]}],
                "cors_origins": ["https://app.example"]}"#,
        )
        .unwrap()
    }

    fn field(change: impl FnOnce(&mut Tenant)) -> String {
        let mut tenant = tenant();
        change(&mut tenant);
        tenant.validate(false).unwrap_err().field
    }

    #[test]
    fn a_sound_record_passes_and_has_quiet_defaults() {
        let tenant = tenant();
        assert_eq!(tenant.validate(false), Ok(()));
        assert_eq!(tenant.welcome_tokens, 0);
        assert!(tenant.offers_model("anything"));
    }

    #[test]
    fn errors_name_the_field() {
        assert_eq!(field(|t| t.name = " ".into()), "name");
        assert_eq!(
            field(|t| t.issuers[0].issuer = "http://id.example".into()),
            "issuers[0].issuer"
        );
        assert_eq!(field(|t| t.issuers[0].issuer = "https://a@b".into()), "issuers[0].issuer");
        assert_eq!(field(|t| t.issuers[0].audiences.clear()), "issuers[0].audiences");
        assert_eq!(field(|t| t.cors_origins.push("*".into())), "cors_origins[1]");
        assert_eq!(field(|t| t.cors_origins[0] = "https://app.example/".into()), "cors_origins[0]");
        assert_eq!(
            field(|t| t.limits.requests_per_minute_per_ip = Some(0)),
            "limits.requests_per_minute_per_ip"
        );
        assert_eq!(field(|t| t.cors_origins = vec![String::new(); 101]), "cors_origins");
        for ttl_seconds in [0, 86_401] {
            let cache = ResponseCache { ttl_seconds, public: false };
            let named = field(|t| t.response_cache = Some(cache));
            assert_eq!(named, "response_cache.ttl_seconds");
        }
    }

    #[test]
    fn plain_http_issuers_are_for_development() {
        let mut tenant = tenant();
        tenant.issuers[0].issuer = "http://127.0.0.1:8790".into();
        assert!(tenant.validate(false).is_err());
        assert_eq!(tenant.validate(true), Ok(()));
    }

    #[test]
    fn origins_match_whole_or_not_at_all() {
        let mut tenant = tenant();
        assert!(tenant.allows_origin("https://app.example"));
        assert!(!tenant.allows_origin("https://app.example.evil.test"));
        assert!(!tenant.allows_origin("http://app.example"));
        tenant.cors_origins = vec!["*".into()];
        assert!(tenant.allows_origin("https://anything.test"));
    }
}
