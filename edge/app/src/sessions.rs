//! The sessions of browsers: who is signed in, for how long, and by which token.
//!
//! A session is looked up in its account's shard. Where instances last, one believes for half a minute
//! what it has read; where many live for a short time side by side, a person who signs out or takes on
//! a role would meet one that has not heard of it, and so each request looks. What becomes of its
//! tokens is decided by [`signin::refresh`]; here it is done.

use crate::{
    app::{Cx, Platform, entropy},
    cache::Cache,
    features::auth::issuer::{self, Grant},
    problem::Problem,
    respond::header_text,
    store::session::{Found, Next, Sessions as Store},
};
use futures::FutureExt;
use http::{HeaderMap, header};
use kernel::{AccountId, SessionId, UnixMillis};
use ports::{Host, Random, Shard, Sql, Tasks};
use serde::{Deserialize, Serialize};
use signin::{
    DataKeys, Secret, cookie,
    refresh::{self, Decision},
    seal,
    session::{Age, FRESH_MS, Lives, SessionHashes, SessionToken},
};
use std::rc::Rc;
use tenant::Tenant;

/// Most sessions that an instance remembers.
const SESSIONS_MAX: usize = 4_096;
/// How long access lasts where no issuer is asked: as long as one that says nothing grants.
pub const ACCESS_MS: i64 = 900_000;
/// How often a request decides: once, and again when another was quicker.
const TRIES: usize = 3;

/// What an instance remembers of sessions, by the hash of the token that a browser holds.
pub struct Sessions(Cache<[u8; 32], Option<Session>>);

impl Default for Sessions {
    fn default() -> Self {
        Self(Cache::new(SESSIONS_MAX, FRESH_MS))
    }
}

impl Sessions {
    /// Forgets everything, after a session has ended.
    pub fn clear(&self) {
        self.0.clear();
    }
}

/// A browser in which somebody is signed in.
#[derive(Clone, Debug)]
pub struct Session(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    id: SessionId,
    /// What its forms' tokens are bound to.
    hash: [u8; 32],
    account: AccountId,
    name: String,
    email: String,
    locale: String,
    email_verified: bool,
    roles: Vec<String>,
}

impl Session {
    /// Its public name.
    pub fn id(&self) -> &SessionId {
        &self.0.id
    }

    /// The hash that stays the same over its generations.
    pub fn hash(&self) -> &[u8; 32] {
        &self.0.hash
    }

    /// Whose it is.
    pub fn account(&self) -> &AccountId {
        &self.0.account
    }

    /// The person's name, as the issuer has it; may be empty.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The person's address, as the issuer has it; may be empty.
    pub fn email(&self) -> &str {
        &self.0.email
    }

    /// The person's address, if the issuer has seen that the person reads mail there.
    pub fn verified_email(&self) -> Option<&str> {
        Some(self.email()).filter(|email| self.0.email_verified && !email.is_empty())
    }

    /// The person's language, as the issuer has it; may be empty.
    pub fn locale(&self) -> &str {
        &self.0.locale
    }

    /// What the person is.
    pub fn roles(&self) -> &[String] {
        &self.0.roles
    }

    fn of(found: &Found, token: &SessionToken, hashes: &SessionHashes) -> Self {
        Self(Rc::new(Inner {
            id: found.id.clone(),
            hash: hashes.session,
            account: token.account().clone(),
            name: found.name.clone(),
            email: found.email.clone(),
            locale: found.locale.clone(),
            email_verified: found.email_verified,
            roles: found.roles.iter().chain(&found.memberships).cloned().collect(),
        }))
    }
}

/// A session that was found, and the cookie that its browser is to have instead of the one it sent.
pub struct Seen {
    /// The session.
    pub session: Session,
    /// A `Set-Cookie` header.
    pub cookie: Option<String>,
}

impl Seen {
    const fn of(session: Session) -> Self {
        Self { session, cookie: None }
    }
}

/// The issuer's tokens, as they are sealed in a session's row.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// Gets new ones.
    pub refresh_token: Option<Secret>,
    /// Tells the issuer whom to sign out.
    pub id_token: Option<Secret>,
}

impl Kept {
    fn context<'a>(tenant: &'a Tenant, account: &'a AccountId, id: &'a SessionId) -> [&'a str; 4] {
        ["tokens", tenant.id.as_str(), account.as_str(), id.as_str()]
    }

    /// Seals them for one session's row.
    ///
    /// # Errors
    /// [`Problem::Misconfigured`] when an issuer's tokens are longer than can be kept.
    pub fn seal<P: Platform>(
        &self,
        cx: &Cx<P>,
        keys: &DataKeys,
        (tenant, account, id): (&Tenant, &AccountId, &SessionId),
    ) -> Result<String, Problem> {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let sealed = seal::seal(keys, &Self::context(tenant, account, id), &json, random(cx));
        sealed.map_err(|error| Problem::Misconfigured(format!("an issuer's tokens: {error}")))
    }

    /// Opens those of a session's row.
    pub fn open(
        keys: &DataKeys,
        (tenant, account, id): (&Tenant, &AccountId, &SessionId),
        sealed: &str,
    ) -> Option<Self> {
        let json = seal::open(keys, &Self::context(tenant, account, id), sealed).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

/// Random bytes.
pub fn random<P: Platform, const N: usize>(cx: &Cx<P>) -> [u8; N] {
    let mut bytes = [0; N];
    cx.host.random().fill(&mut bytes);
    bytes
}

/// A token of a new session of an account.
pub fn new_token<P: Platform>(cx: &Cx<P>, account: AccountId) -> SessionToken {
    SessionToken::generate(account, random(cx), random(cx))
}

/// A name for a new session.
pub fn new_id<P: Platform>(cx: &Cx<P>) -> SessionId {
    SessionId::generate(cx.now, entropy(&cx.host))
}

/// The cookie that signs a browser in at a tenant's host.
pub fn cookie_of(keys: &DataKeys, tenant: &Tenant, token: &SessionToken) -> Option<String> {
    let seconds = Lives::default().absolute_ms / 1_000;
    cookie::set(cookie::SESSION, &token.reveal(keys, &tenant.id), seconds).ok()
}

/// The shard of an account of a tenant.
pub fn shard(tenant: &Tenant, account: &AccountId) -> Shard {
    let (tenant, region) = (tenant.id.clone(), tenant.region);
    Shard::Account { tenant, account: account.clone(), region }
}

/// Finds who is signed in, by the cookies of a request.
///
/// # Errors
/// What keeps us from knowing. Nobody being signed in is no error.
pub async fn find<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    headers: &HeaderMap,
) -> Result<Option<Seen>, Problem> {
    let Some(keys) = &cx.settings.data_keys else { return Ok(None) };
    let Some(token) = token_of(keys, tenant, headers) else { return Ok(None) };
    let hashes = token.hashes(&tenant.id);
    let Sessions(known) = &cx.app.sessions;
    if P::INSTANCES_LAST
        && let Some(session) = known.fresh(&hashes.generation, cx.now)
    {
        return Ok(session.map(Seen::of));
    }
    let visit = Visit { cx, tenant, keys, token: &token, hashes };
    let seen = visit.look().await?;
    known.put(hashes.generation, seen.as_ref().map(|seen| seen.session.clone()), cx.now);
    Ok(seen)
}

/// The session token among the cookies of a request.
fn token_of(keys: &DataKeys, tenant: &Tenant, headers: &HeaderMap) -> Option<SessionToken> {
    let cookies = headers.get_all(header::COOKIE);
    let cookies = cookies.iter().filter_map(|value| value.to_str().ok());
    let text = cookie::read(cookies, cookie::SESSION).ok().flatten()?;
    SessionToken::parse(keys, &tenant.id, text)
}

/// A browser's word on a device, for the list of sessions.
pub fn device(headers: &HeaderMap) -> String {
    let agent = header_text(headers, "user-agent").unwrap_or_default();
    signin::device::device(agent).to_string()
}

/// A request that came with a session's token.
struct Visit<'a, P: Platform> {
    cx: &'a Cx<P>,
    tenant: &'a Rc<Tenant>,
    keys: &'a DataKeys,
    token: &'a SessionToken,
    hashes: SessionHashes,
}

impl<P: Platform> Visit<'_, P> {
    fn store(&self) -> Store<'_> {
        Store { tenant: &self.tenant.id, account: self.token.account() }
    }

    async fn run(&self, statement: ports::Statement) -> Result<Vec<ports::Row>, Problem> {
        let shard = shard(self.tenant, self.token.account());
        Ok(self.cx.host.sql(&shard).query(statement).await?)
    }

    async fn look(&self) -> Result<Option<Seen>, Problem> {
        for _ in 0..TRIES {
            let rows = self.run(self.store().find(&self.hashes.session)).await?;
            let Some(row) = rows.first() else { return Ok(None) };
            let found = Found::try_from(row)?;
            let now = self.cx.clock_now();
            match Lives::default().age(found.created_at, found.seen_at, now) {
                _ if found.ends_at.is_some_and(|end| now >= end) => return Ok(None),
                Age::Idle | Age::Over => return Ok(None),
                Age::Live { touch } => {
                    if touch {
                        self.later(self.store().touch(&found.id, now));
                    }
                }
            }
            let decision = refresh::decide(&found.row, &self.hashes.generation, now);
            if let Some(outcome) = self.follow(&found, decision, now).await? {
                return Ok(outcome);
            }
        }
        Err(Problem::IssuerUnreachable("a session changed more often than it could be read".into()))
    }

    /// Does what was decided. `None` when another request was quicker.
    async fn follow(
        &self,
        found: &Found,
        decision: Decision,
        now: UnixMillis,
    ) -> Result<Option<Option<Seen>>, Problem> {
        let session = || Session::of(found, self.token, &self.hashes);
        Ok(match decision {
            Decision::Go { confirm } => {
                if confirm {
                    self.run(self.store().confirm(found, now)).await?;
                }
                Some(Some(Seen::of(session())))
            }
            Decision::Refresh { lease_until } => self.refresh(found, lease_until, now).await?,
            Decision::Reissue => {
                let token = self.token.next(random(self.cx));
                let hash = token.hashes(&self.tenant.id).generation;
                let reissue = self.store().reissue(found, &self.hashes.generation, &hash, now);
                let won = !self.run(reissue).await?.is_empty();
                won.then(|| {
                    Some(Seen {
                        session: session(),
                        cookie: cookie_of(self.keys, self.tenant, &token),
                    })
                })
            }
            Decision::Wait { .. } => {
                let cause = "a session cannot be renewed at the moment";
                return Err(Problem::IssuerUnreachable(cause.to_owned()));
            }
            Decision::Revoke => {
                let request = &self.cx.request_id;
                log::warn!("{request}: {}: an old token was used again", found.id);
                self.end(found, "reuse", now).await?;
                Some(None)
            }
            Decision::Ended => Some(None),
        })
    }

    async fn refresh(
        &self,
        found: &Found,
        lease_until: UnixMillis,
        now: UnixMillis,
    ) -> Result<Option<Option<Seen>>, Problem> {
        let lease = self.store().lease(found, lease_until, &self.hashes.generation, now);
        if self.run(lease).await?.is_empty() {
            return Ok(None);
        }
        let whose = (&**self.tenant, self.token.account(), &found.id);
        let kept = found.tokens.as_deref().and_then(|sealed| Kept::open(self.keys, whose, sealed));
        let asked = kept.as_ref().and_then(|kept| kept.refresh_token.as_ref());
        let granted = match asked {
            None => Ok(Grant { kept: None, roles: None, access_until: now.plus_ms(ACCESS_MS) }),
            Some(refresh_token) => {
                issuer::refresh(self.cx, self.tenant, found, refresh_token).await
            }
        };
        let Grant { kept: fresh, roles, access_until } = match granted {
            Ok(grant) => grant,
            Err(failure) => {
                log::warn!("{}: {}: {failure}", self.cx.request_id, found.id);
                let decision = match refresh::after_failure(&found.row, failure, now) {
                    Decision::Revoke => {
                        self.end(found, "issuer", now).await?;
                        return Ok(Some(None));
                    }
                    other => other,
                };
                return Box::pin(self.follow(found, decision, now)).await;
            }
        };
        let sealed = match fresh {
            // An answer without a new refresh token leaves the old one good.
            Some(mut fresh) => {
                let old = kept.unwrap_or(Kept { refresh_token: None, id_token: None });
                fresh.refresh_token = fresh.refresh_token.or(old.refresh_token);
                fresh.id_token = fresh.id_token.or(old.id_token);
                Some(fresh.seal(self.cx, self.keys, whose)?)
            }
            None => found.tokens.clone(),
        };
        let token = self.token.next(random(self.cx));
        let next = Next {
            presented: &self.hashes.generation,
            hash: &token.hashes(&self.tenant.id).generation,
            tokens: sealed.as_deref(),
            roles: roles.as_deref(),
            access_until,
            now: self.cx.clock_now(),
        };
        if self.run(self.store().rotate(found, lease_until, &next)).await?.is_empty() {
            return Ok(None);
        }
        let mut found = found.clone();
        found.roles = roles.unwrap_or(found.roles);
        let session = Session::of(&found, self.token, &self.hashes);
        Ok(Some(Some(Seen { session, cookie: cookie_of(self.keys, self.tenant, &token) })))
    }

    async fn end(&self, found: &Found, by: &'static str, now: UnixMillis) -> Result<(), Problem> {
        self.run(self.store().end(&found.id, by, now)).await?;
        self.cx.app.sessions.clear();
        issuer::revoke_later(self.cx, self.tenant, self.token.account(), found);
        Ok(())
    }

    /// Runs a statement after the response. Whether it succeeds is of no weight.
    fn later(&self, statement: ports::Statement) {
        let (cx, shard) = (self.cx.clone(), shard(self.tenant, self.token.account()));
        let work = async move {
            if let Err(error) = cx.host.sql(&shard).query(statement).await {
                log::warn!("{}: when a session was used is not written: {error}", cx.request_id);
            }
        };
        self.cx.host.tasks().after_response(work.boxed_local());
    }
}
