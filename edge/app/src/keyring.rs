//! The key sets of issuers: asked for when they are needed, remembered, and kept when the issuer
//! is down.

use crate::{
    app::{Cx, Platform},
    cache::Cache,
    outbound,
    problem::Problem,
};
use kernel::UnixMillis;
use ports::{Host, Kv};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use tenant::Issuer;

/// How long a key set counts before the issuer is asked again.
const FRESH_MS: i64 = 600_000;
/// How often an issuer is asked at the most, whatever tokens come.
const ASK_EVERY_MS: i64 = 60_000;
/// How long an old key set is kept for the day on which the issuer is down.
const KEEP_MS: u64 = 7 * 86_400_000;
/// Longest answer of an issuer.
const ANSWER_LEN_MAX: usize = 128 * 1024;
/// Most issuers that an instance remembers.
const ISSUERS_MAX: usize = 256;

/// What an instance remembers of issuers, by their names.
pub struct Keyring {
    sets: Cache<String, KeySet>,
    asked: Cache<String, ()>,
}

impl Default for Keyring {
    fn default() -> Self {
        Self {
            sets: Cache::new(ISSUERS_MAX, FRESH_MS),
            asked: Cache::new(ISSUERS_MAX, ASK_EVERY_MS),
        }
    }
}

/// A key set and its age. Also what key-value storage holds.
#[derive(Clone, Serialize, Deserialize)]
struct KeySet {
    jwks: Rc<str>,
    fetched_at_ms: i64,
}

impl KeySet {
    fn age_ms(&self, now: UnixMillis) -> i64 {
        now.since_ms(UnixMillis(self.fetched_at_ms))
    }
}

/// The keys of an issuer, as a JSON Web Key Set.
///
/// # Errors
/// [`Problem::IssuerUnreachable`] when nobody has ever had them and the issuer does not answer.
pub async fn keys<P: Platform>(cx: &Cx<P>, issuer: &Issuer) -> Result<Rc<str>, Problem> {
    let sets = &cx.app.guards.keyring.sets;
    let remembered = sets.any(issuer.issuer.as_str()).map(|(set, _)| set);
    if let Some(set) = remembered.as_ref().filter(|set| set.age_ms(cx.now) < FRESH_MS) {
        return Ok(set.jwks.clone());
    }
    let stored = stored(cx, issuer).await;
    if let Some(set) = stored.as_ref().filter(|set| set.age_ms(cx.now) < FRESH_MS) {
        sets.put(issuer.issuer.clone(), set.clone(), cx.now);
        return Ok(set.jwks.clone());
    }
    match ask(cx, issuer).await {
        Ok(set) => Ok(set.jwks),
        Err(problem) => match stored.or(remembered) {
            Some(stale) => {
                let cause = problem.cause().unwrap_or_default();
                log::warn!("old keys serve for {}: {cause}", issuer.issuer);
                Ok(stale.jwks)
            }
            None => Err(problem),
        },
    }
}

/// The keys of an issuer, if newer ones than the remembered can be had. The issuer is asked at
/// most once in [`ASK_EVERY_MS`], or anybody could make us ask it by inventing key ids.
pub async fn newer_keys<P: Platform>(cx: &Cx<P>, issuer: &Issuer) -> Option<Rc<str>> {
    let keyring = &cx.app.guards.keyring;
    let remembered = keyring.sets.any(issuer.issuer.as_str()).map(|(set, _)| set)?;
    let stored = stored(cx, issuer).await;
    if let Some(set) = stored.filter(|set| set.fetched_at_ms > remembered.fetched_at_ms) {
        keyring.sets.put(issuer.issuer.clone(), set.clone(), cx.now);
        return Some(set.jwks);
    }
    if remembered.age_ms(cx.now) < ASK_EVERY_MS {
        return None;
    }
    ask(cx, issuer).await.ok().map(|set| set.jwks)
}

async fn stored<P: Platform>(cx: &Cx<P>, issuer: &Issuer) -> Option<KeySet> {
    let bytes = cx.host.kv().get(&key(issuer)).await.ok()??;
    serde_json::from_slice(&bytes).ok()
}

fn key(issuer: &Issuer) -> String {
    format!("jwks/{}", issuer.issuer)
}

async fn ask<P: Platform>(cx: &Cx<P>, issuer: &Issuer) -> Result<KeySet, Problem> {
    let Keyring { sets, asked } = &cx.app.guards.keyring;
    if asked.fresh(issuer.issuer.as_str(), cx.now).is_some() {
        return Err(unreachable(issuer, "it was asked less than a minute ago"));
    }
    asked.put(issuer.issuer.clone(), (), cx.now);
    let uri = match &issuer.jwks_uri {
        Some(uri) => uri.clone(),
        None => discover(cx, issuer).await?,
    };
    let jwks = get(cx, issuer, &uri).await?;
    let set = KeySet { jwks: jwks.into(), fetched_at_ms: cx.now.0 };
    sets.put(issuer.issuer.clone(), set.clone(), cx.now);
    let json = serde_json::to_vec(&set).unwrap_or_default();
    if let Err(error) = cx.host.kv().put(&key(issuer), &json, Some(KEEP_MS)).await {
        log::warn!("the keys of {} are not stored: {error}", issuer.issuer);
    }
    Ok(set)
}

/// Asks where the keys are
/// ([OpenID Connect Discovery §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)).
async fn discover<P: Platform>(cx: &Cx<P>, issuer: &Issuer) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Metadata {
        issuer: String,
        jwks_uri: String,
    }
    let base = issuer.issuer.trim_end_matches('/');
    let json = get(cx, issuer, &format!("{base}/.well-known/openid-configuration")).await?;
    let metadata: Metadata =
        serde_json::from_str(&json).map_err(|e| unreachable(issuer, &e.to_string()))?;
    if metadata.issuer != issuer.issuer {
        return Err(unreachable(issuer, "its metadata names another issuer"));
    }
    let scheme = metadata.jwks_uri.split("://").next();
    if scheme != Some("https") && !(cx.settings.dev && scheme == Some("http")) {
        return Err(unreachable(issuer, "its keys are not behind https"));
    }
    Ok(metadata.jwks_uri)
}

async fn get<P: Platform>(cx: &Cx<P>, issuer: &Issuer, uri: &str) -> Result<String, Problem> {
    let body = outbound::get(cx, uri, ANSWER_LEN_MAX).await;
    let text = body.and_then(|body| String::from_utf8(body.into()).map_err(|e| e.to_string()));
    text.map_err(|cause| unreachable(issuer, &cause))
}

fn unreachable(issuer: &Issuer, cause: &str) -> Problem {
    Problem::IssuerUnreachable(format!("{}: {cause}", issuer.issuer))
}
