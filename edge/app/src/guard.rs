//! Who is asking, and whether they may.

use crate::{
    app::{Cx, FingerprintCache, Platform},
    cache::Cache,
    functions::Functions,
    keyring::{self, Keyring},
    problem::{Needed, Problem, Unauthenticated},
    respond::header_text,
    routes::{Guard, Scope},
    settings::{DEV_AUDIENCE, DEV_ISSUER},
    store::api_key::{self, StoredKey},
};
use http::HeaderMap;
use identity::{ApiKey, Claims, Expected, Keys, TokenError, fingerprint};
use kernel::{AccountId, ProfileId, UnixMillis};
use ports::{Host, Shard, Sql};
use std::rc::Rc;
use tenant::Tenant;

/// Most verified tokens and looked-up keys that an instance remembers.
const CALLERS_MAX: usize = 4_096;
/// How long a verified token is remembered, unless it ends before.
const TOKEN_FRESH_MS: i64 = 300_000;
/// How long an API key is believed, and so how long a revoked one may go on working.
const KEY_FRESH_MS: i64 = 30_000;

/// What an instance remembers of callers.
pub struct Guards {
    tokens: FingerprintCache<Caller>,
    keys: FingerprintCache<Option<Caller>>,
    pub(crate) keyring: Keyring,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            tokens: Cache::new(CALLERS_MAX, TOKEN_FRESH_MS),
            keys: Cache::new(CALLERS_MAX, KEY_FRESH_MS),
            keyring: Keyring::default(),
        }
    }
}

/// Somebody who is known.
#[derive(Clone, Debug)]
pub struct Caller(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    account: AccountId,
    profile: Option<ProfileId>,
    /// What a quota counts: a profile, an account without profiles, or an API key.
    quota_key: String,
    is_admin: bool,
    scopes: Option<Vec<String>>,
    /// When the token ends; an API key does not.
    expires_at: Option<UnixMillis>,
}

impl Caller {
    /// The account that pays.
    #[must_use]
    pub fn account(&self) -> &AccountId {
        &self.0.account
    }

    /// The profile that asks, if it is one.
    #[must_use]
    pub fn profile(&self) -> Option<&ProfileId> {
        self.0.profile.as_ref()
    }

    /// What a quota counts.
    #[must_use]
    pub fn quota_key(&self) -> &str {
        &self.0.quota_key
    }

    /// A token that does not speak of scopes is a person's own and may do what the person may.
    fn has(&self, scope: Scope) -> bool {
        let scopes = self.0.scopes.as_ref();
        scopes.is_none_or(|scopes| scopes.iter().any(|name| name == scope.as_str()))
    }

    fn from_claims(claims: Claims) -> Self {
        let profile = claims.profile.as_ref().map(ProfileId::as_str);
        Self(Rc::new(Inner {
            quota_key: profile.unwrap_or(claims.account.as_str()).to_owned(),
            account: claims.account,
            profile: claims.profile,
            is_admin: claims.roles.iter().any(|role| role == "admin"),
            scopes: claims.scopes,
            expires_at: Some(claims.expires_at),
        }))
    }

    fn from_key(key: StoredKey) -> Option<Self> {
        Some(Self(Rc::new(Inner {
            account: key.account.parse().ok()?,
            profile: None,
            quota_key: key.id,
            is_admin: false,
            scopes: Some(key.scopes.split(' ').map(str::to_owned).collect()),
            expires_at: None,
        })))
    }
}

/// Lets a caller through a guard, or says why not.
///
/// # Errors
/// [`Problem::Unauthenticated`], [`Problem::Forbidden`], or what kept us from knowing.
pub async fn admit<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    guard: Guard,
    headers: &HeaderMap,
) -> Result<Option<Caller>, Problem> {
    let needed = match guard {
        Guard::Open => return Ok(None),
        Guard::Scope(scope) => Needed::Scope(scope),
        Guard::Admin => Needed::Admin,
    };
    let caller = identify(cx, tenant, headers).await?;
    let may = match needed {
        Needed::Scope(scope) => caller.has(scope),
        Needed::Admin => caller.0.is_admin,
    };
    if may { Ok(Some(caller)) } else { Err(Problem::Forbidden(needed)) }
}

async fn identify<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    headers: &HeaderMap,
) -> Result<Caller, Problem> {
    let bearer = header_text(headers, "authorization").and_then(|value| {
        let (scheme, credentials) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(credentials.trim())
    });
    // Anthropic's clients have a header of their own.
    let bearer = bearer.or_else(|| header_text(headers, "x-api-key"));
    let missing = Problem::Unauthenticated(Unauthenticated::Missing);
    let bearer = bearer.filter(|credentials| !credentials.is_empty()).ok_or(missing)?;
    match ApiKey::parse(bearer) {
        Some(key) => by_key(cx, tenant, &key).await,
        None => by_token(cx, tenant, bearer).await,
    }
}

async fn by_key<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    key: &ApiKey,
) -> Result<Caller, Problem> {
    let unknown = Problem::Unauthenticated(Unauthenticated::UnknownKey);
    let remembered = fingerprint(&tenant.id, key.reveal());
    let keys = &cx.app.guards.keys;
    if let Some(caller) = keys.fresh(&remembered, cx.now) {
        return caller.ok_or(unknown);
    }
    let shard = Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region };
    let rows = cx.host.sql(&shard).query(api_key::by_hash(&tenant.id, &key.hash())).await?;
    let stored = rows.first().map(StoredKey::try_from).transpose()?;
    let caller = stored.and_then(Caller::from_key);
    keys.put(remembered, caller.clone(), cx.now);
    caller.ok_or(unknown)
}

async fn by_token<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    token: &str,
) -> Result<Caller, Problem> {
    let refused = |e: TokenError| Problem::Unauthenticated(Unauthenticated::Token(e));
    if token.len() > identity::TOKEN_LEN_MAX {
        return Err(refused(TokenError::TooLong));
    }
    let tokens = &cx.app.guards.tokens;
    let remembered = fingerprint(&tenant.id, token);
    if let Some(caller) = tokens.fresh(&remembered, cx.now) {
        let leeway_ms = identity::LEEWAY_SECONDS * 1000;
        let ended = caller.0.expires_at.is_some_and(|end| cx.now >= end.plus_ms(leeway_ms));
        return if ended { Err(refused(TokenError::Expired)) } else { Ok(caller) };
    }
    let claims = verify(cx, tenant, token).await?;
    let caller = Caller::from_claims(claims);
    tokens.put(remembered, caller.clone(), cx.now);
    Ok(caller)
}

async fn verify<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    token: &str,
) -> Result<Claims, Problem> {
    let refused = |e: TokenError| Problem::Unauthenticated(Unauthenticated::Token(e));
    let named = P::Functions::peek(token).map_err(refused)?.issuer;
    let check = |keys: Keys<'_>, issuer: &str, audiences: &[String]| {
        let expected = Expected { issuer, audiences, tenant: &tenant.id };
        P::Functions::verify(token, keys, &expected, cx.now)
    };
    if let Some(secret) = cx.settings.dev_key.as_ref().filter(|_| named == DEV_ISSUER) {
        let keys = Keys::Shared(secret.expose().as_bytes());
        return check(keys, DEV_ISSUER, &[DEV_AUDIENCE.to_owned()]).map_err(refused);
    }
    let issuer = tenant.issuers.iter().find(|issuer| issuer.issuer == named);
    let issuer = issuer.ok_or(Problem::Unauthenticated(Unauthenticated::UnknownIssuer))?;
    let published = keyring::keys(cx, issuer).await?;
    let first = check(Keys::Published(&published), &issuer.issuer, &issuer.audiences);
    // A key that is not known may be a new one.
    let outcome = match first {
        Err(TokenError::UnknownKey) => match keyring::newer_keys(cx, issuer).await {
            Some(newer) => check(Keys::Published(&newer), &issuer.issuer, &issuer.audiences),
            None => first,
        },
        _ => first,
    };
    outcome.map_err(refused)
}
