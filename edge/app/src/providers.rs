//! The issuers that people sign in with, as they describe themselves: asked for when somebody signs
//! in, remembered, and shared through key-value storage.

use crate::{
    app::{Cx, Platform},
    cache::Cache,
    outbound,
    problem::Problem,
};
use ports::{Host, Kv};
use signin::discovery::{self, Provider};
use std::rc::Rc;
use tenant::Issuer;

/// How long a description counts, in an instance and in storage.
const FRESH_MS: i64 = 3_600_000;
/// Most issuers that an instance remembers.
const ISSUERS_MAX: usize = 256;

/// What an instance remembers of issuers, by their names.
pub struct Providers(Cache<String, Rc<Provider>>);

impl Default for Providers {
    fn default() -> Self {
        Self(Cache::new(ISSUERS_MAX, FRESH_MS))
    }
}

/// An issuer's description of itself.
///
/// # Errors
/// [`Problem::IssuerUnreachable`] when it cannot be had and nobody remembers it.
pub async fn find<P: Platform>(cx: &Cx<P>, issuer: &Issuer) -> Result<Rc<Provider>, Problem> {
    let name = &issuer.issuer;
    let Providers(known) = &cx.app.providers;
    if let Some(provider) = known.fresh(name, cx.now) {
        return Ok(provider);
    }
    let key = format!("oidc/{name}");
    let stored = cx.host.kv().get(&key).await.ok().flatten();
    let stored = stored.and_then(|json| serde_json::from_slice::<Provider>(&json).ok());
    let provider = match (stored, known.any(name)) {
        (Some(provider), _) => provider,
        (None, old) => match (ask(cx, name).await, old) {
            (Ok(provider), _) => {
                let json = serde_json::to_vec(&provider).unwrap_or_default();
                let ttl_ms = FRESH_MS.unsigned_abs();
                if let Err(error) = cx.host.kv().put(&key, &json, Some(ttl_ms)).await {
                    log::warn!("what {name} says of itself is not stored: {error}");
                }
                provider
            }
            (Err(cause), Some((old, _))) => {
                log::warn!("what {name} said of itself long ago serves: {cause}");
                return Ok(old);
            }
            (Err(cause), None) => return Err(Problem::IssuerUnreachable(cause)),
        },
    };
    let provider = Rc::new(provider);
    known.put(name.clone(), provider.clone(), cx.now);
    Ok(provider)
}

async fn ask<P: Platform>(cx: &Cx<P>, issuer: &str) -> Result<Provider, String> {
    let url = discovery::url(issuer);
    let json = outbound::get(cx, &url, discovery::DOCUMENT_LEN_MAX).await?;
    discovery::read(&json, issuer, cx.settings.dev).map_err(|e| format!("{issuer}: {e}"))
}
