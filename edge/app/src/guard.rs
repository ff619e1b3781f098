//! Who is asking, and whether they may.

use crate::{
    app::{Cx, FingerprintCache, Platform},
    cache::Cache,
    functions::Functions,
    keyring::{self, Keyring},
    problem::{Needed, Problem, ShopProblem, Unauthenticated},
    respond::header_text,
    routes::{Guard, Scope},
    sessions::{self, Seen, Session},
    settings::{DEV_AUDIENCE, DEV_ISSUER, Settings},
    store::api_key::{self, StoredKey},
};
use futures::FutureExt;
use http::{HeaderMap, header, request::Parts};
use identity::{ApiKey, Claims, Expected, Keys, TokenError, fingerprint};
use kernel::{AccountId, ProfileId, UnixMillis};
use ports::{Host, Shard, Signatures, Sql, Tasks};
use signin::csrf;
use std::rc::Rc;
use tenant::Tenant;

/// Most verified tokens and looked-up keys that an instance remembers.
const CALLERS_MAX: usize = 4_096;
/// How long a verified token is remembered, unless it ends before.
const TOKEN_FRESH_MS: i64 = 300_000;
/// How long an API key is believed, and so how long a revoked one may go on working.
const KEY_FRESH_MS: i64 = 30_000;
/// How often it is written down that a key is used.
const KEY_USE_MS: i64 = 600_000;

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

impl Guards {
    /// Forgets the keys, after one was revoked.
    pub fn forget_keys(&self) {
        self.keys.clear();
    }
}

/// Lets in a machine of the operator's, which has the key for that: `INTERNAL_KEY`, as
/// `Authorization: Bearer`. Where none is set, nobody has it.
///
/// # Errors
/// [`ShopProblem::InternalKey`].
pub fn check_internal(settings: &Settings, headers: &HeaderMap) -> Result<(), Problem> {
    let sent = header_text(headers, "authorization").and_then(|text| text.strip_prefix("Bearer "));
    let key =
        settings.internal_key.as_ref().map(|key| signin::Secret::new(key.expose().to_owned()));
    // Comparing takes the same time however much of it is right.
    match key.zip(sent) {
        Some((key, sent)) if key.is(sent) => Ok(()),
        _ => Err(ShopProblem::InternalKey.into()),
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
    roles: Vec<String>,
    scopes: Option<Vec<String>>,
    /// When the token ends; an API key does not.
    expires_at: Option<UnixMillis>,
    /// The browser that asks, if one does.
    session: Option<Session>,
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

    /// The browser that asks, if it is one in which somebody is signed in.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.0.session.as_ref()
    }

    /// What the person is.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.0.roles
    }

    /// When the caller's token ends, if it is one.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixMillis> {
        self.0.expires_at
    }

    /// Whether the person is an administrator of the tenant.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.0.roles.iter().any(|role| role == ADMIN)
    }

    /// The person who is signed in.
    #[must_use]
    pub fn from_session(session: &Session) -> Self {
        Self(Rc::new(Inner {
            quota_key: session.account().as_str().to_owned(),
            account: session.account().clone(),
            profile: None,
            roles: session.roles().to_vec(),
            scopes: None,
            expires_at: None,
            session: Some(session.clone()),
        }))
    }

    /// What a quota counts.
    #[must_use]
    pub fn quota_key(&self) -> &str {
        &self.0.quota_key
    }

    /// Whether the caller may do all that the account may: no profile of it, and no scope missing.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        self.0.profile.is_none() && Scope::ALL.iter().all(|scope| self.has(*scope))
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
            roles: claims.roles,
            scopes: claims.scopes,
            expires_at: Some(claims.expires_at),
            session: None,
        }))
    }

    fn from_key(key: StoredKey) -> Option<Self> {
        Some(Self(Rc::new(Inner {
            account: key.account.parse().ok()?,
            profile: None,
            quota_key: key.id,
            roles: Vec::new(),
            scopes: Some(key.scopes.split(' ').map(str::to_owned).collect()),
            expires_at: None,
            session: None,
        })))
    }
}

/// The role of those who may administer a tenant.
pub const ADMIN: &str = "admin";

/// Lets a caller through a guard, or says why not. With the caller comes a cookie for its browser,
/// where that is to have another one.
///
/// # Errors
/// [`Problem::Unauthenticated`], [`Problem::Forbidden`], or what kept us from knowing.
pub async fn admit<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    guard: Guard,
    request: &Parts,
    origin: &str,
) -> Result<(Caller, Option<String>), Problem> {
    let (caller, cookie) = match credentials(&request.headers) {
        Some(credentials) => (identify(cx, tenant, credentials).await?, None),
        None => by_session(cx, tenant, request, origin).boxed_local().await?,
    };
    match guard {
        Guard::Scope(scope) if !caller.has(scope) => Err(Problem::Forbidden(Needed::Scope(scope))),
        Guard::Holder if caller.profile().is_some() => Err(Problem::Forbidden(Needed::Holder)),
        Guard::Holder if !caller.has(Scope::AccountWrite) => {
            Err(Problem::Forbidden(Needed::Scope(Scope::AccountWrite)))
        }
        Guard::Admin if !caller.is_admin() => Err(Problem::Forbidden(Needed::Admin)),
        _ => Ok((caller, cookie)),
    }
}

/// Finds out who is asking, where nobody need be known. Whoever is must have the scope.
///
/// # Errors
/// As for [`admit`]; credentials that are there and no good are an error here too.
pub async fn recognise<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    scope: Scope,
    request: &Parts,
    origin: &str,
) -> Result<(Option<Caller>, Option<String>), Problem> {
    let headers = &request.headers;
    let silent = !headers.contains_key(header::AUTHORIZATION) && !headers.contains_key("x-api-key");
    match admit(cx, tenant, Guard::Scope(scope), request, origin).await {
        Ok((caller, cookie)) => Ok((Some(caller), cookie)),
        Err(Problem::Unauthenticated(Unauthenticated::Missing)) if silent => Ok((None, None)),
        Err(problem) => Err(problem),
    }
}

/// A token or a key, as a request's headers bring it.
fn credentials(headers: &HeaderMap) -> Option<&str> {
    let bearer = header_text(headers, "authorization").and_then(|value| {
        let (scheme, credentials) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(credentials.trim())
    });
    // Anthropic's clients have a header of their own.
    let bearer = bearer.or_else(|| header_text(headers, "x-api-key"));
    bearer.filter(|credentials| !credentials.is_empty())
}

/// The person who is signed in in the browser that asks.
async fn by_session<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    request: &Parts,
    origin: &str,
) -> Result<(Caller, Option<String>), Problem> {
    let missing = Problem::Unauthenticated(Unauthenticated::Missing);
    let seen = sessions::find(cx, tenant, &request.headers).await?;
    let Seen { session, cookie } = seen.ok_or(missing)?;
    check_csrf(cx, request, origin, &session, None)?;
    Ok((Caller::from_session(&session), cookie))
}

/// Checks that a request which a cookie vouches for was meant by the person.
///
/// # Errors
/// [`Problem::Csrf`].
pub fn check_csrf<P: Platform>(
    cx: &Cx<P>,
    request: &Parts,
    origin: &str,
    session: &Session,
    field: Option<&str>,
) -> Result<(), Problem> {
    let Some(keys) = &cx.settings.data_keys else { return Err(Problem::SignInRequired) };
    let text = |name| header_text(&request.headers, name);
    let (scheme, host) = origin.split_once("://").unwrap_or_default();
    let attempt = csrf::Attempt {
        method: request.method.as_str(),
        scheme,
        host,
        origin: text("origin"),
        fetch_site: text("sec-fetch-site"),
        content_type: text("content-type"),
        token: text(csrf::HEADER).or(field),
    };
    csrf::check(&attempt, keys, session.hash()).map_err(Problem::Csrf)
}

async fn identify<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    bearer: &str,
) -> Result<Caller, Problem> {
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
    if let Some(stored) = &stored {
        note_use(cx, tenant, stored);
    }
    let caller = stored.and_then(Caller::from_key);
    keys.put(remembered, caller.clone(), cx.now);
    caller.ok_or(unknown)
}

/// Writes down that a key is used, now and then, after the response.
fn note_use<P: Platform>(cx: &Cx<P>, tenant: &Rc<Tenant>, key: &StoredKey) {
    if key.used_at_ms.is_some_and(|at| cx.now.since_ms(UnixMillis(at)) < KEY_USE_MS) {
        return;
    }
    let shard = Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region };
    let (cx, used) = (cx.clone(), api_key::used(&tenant.id, &key.id, cx.now));
    let host = cx.host.clone();
    let work = async move {
        if let Err(error) = cx.host.sql(&shard).query(used).await {
            log::warn!("{}: when a key was used is not written: {error}", cx.request_id);
        }
    };
    host.tasks().after_response(work.boxed_local());
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
    let claims = verify(cx, tenant, token).boxed_local().await?;
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
    if let Some(secret) = cx.settings.dev_key.as_ref().filter(|_| named == DEV_ISSUER) {
        let keys = Keys::Shared(secret.expose().as_bytes());
        let audiences = [DEV_AUDIENCE.to_owned()];
        let expected = Expected { issuer: DEV_ISSUER, audiences: &audiences, tenant: &tenant.id };
        return P::Functions::verify(token, keys, &expected, cx.now).map_err(refused);
    }
    let issuer = tenant.issuers.iter().find(|issuer| issuer.issuer == named);
    let issuer = issuer.ok_or(Problem::Unauthenticated(Unauthenticated::UnknownIssuer))?;
    let expected =
        Expected { issuer: &issuer.issuer, audiences: &issuer.audiences, tenant: &tenant.id };
    let first = check(cx, token, &keyring::keys(cx, issuer).await?, &expected).await;
    // A key that is not known may be a new one.
    let outcome = match first {
        Err(TokenError::UnknownKey) => match keyring::newer_keys(cx, issuer).await {
            Some(newer) => check(cx, token, &newer, &expected).await,
            None => first,
        },
        _ => first,
    };
    outcome.map_err(refused)
}

/// Verifies a token with published keys. The runtime checks the signature where it can.
async fn check<P: Platform>(
    cx: &Cx<P>,
    token: &str,
    jwks: &str,
    expected: &Expected<'_>,
) -> Result<Claims, TokenError> {
    let keys = Keys::Published(jwks);
    if <P::Host as Host>::Signatures::ANY
        && let Some(pending) = identity::begin(token, keys, expected, cx.now)?
    {
        let (message, signature) = (pending.message(), pending.signature());
        let signatures = cx.host.signatures();
        let checked =
            signatures.check(pending.algorithm(), pending.jwk(), message, signature).await;
        if let Some(is_the_keys) = checked {
            return pending.settle(is_the_keys);
        }
    }
    P::Functions::verify(token, keys, expected, cx.now)
}
