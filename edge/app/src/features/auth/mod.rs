//! Signing in and out, and the sessions that come of it.
//!
//! The protocol is [`signin`]'s; here it meets HTTP, the issuer and the account's shard.

pub mod issuer;
mod login;
mod logout;
mod session;

pub use login::{begin, callback, help};
pub use logout::{logged_out, logout};
pub use session::{end, list, me, start};

use crate::{
    app::{Cx, Platform},
    problem::Problem,
    sessions::{self, Kept},
    store::session::{NewSession, Person, Sessions as Store},
};
use http::HeaderMap;
use kernel::{AccountId, UnixMillis};
use ports::{Host, Sql};
use signin::DataKeys;
use tenant::Tenant;

/// Whom to sign in.
struct Arrival<'a> {
    account: AccountId,
    /// Who they are, where an issuer has said so just now.
    person: Option<Person<'a>>,
    roles: Vec<String>,
    kept: Option<Kept>,
    access_until: UnixMillis,
    /// When the session ends in any case, if that is sooner than sessions do.
    ends_at: Option<UnixMillis>,
}

/// The operator's keys, without which nobody can sign in.
fn keys<P: Platform>(cx: &Cx<P>) -> Result<&DataKeys, Problem> {
    let missing = || Problem::Misconfigured("DATA_KEYS is missing".to_owned());
    cx.settings.data_keys.as_ref().ok_or_else(missing)
}

/// Makes a session. Returns the cookie for the browser.
async fn sign_in<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    headers: &HeaderMap,
    arrival: &Arrival<'_>,
) -> Result<String, Problem> {
    let (account, id) = (&arrival.account, sessions::new_id(cx));
    let keys = keys(cx)?;
    let token = sessions::new_token(cx, account.clone());
    let tokens = arrival.kept.as_ref().map(|kept| kept.seal(cx, keys, (tenant, account, &id)));
    let tokens = tokens.transpose()?;
    let store = Store { tenant: &tenant.id, account };
    let device = sessions::device(headers);
    let new = NewSession {
        id: &id,
        hashes: token.hashes(&tenant.id),
        device: &device,
        roles: &arrival.roles,
        tokens: tokens.as_deref(),
        access_until: arrival.access_until,
        ends_at: arrival.ends_at,
    };
    let person = arrival.person.as_ref().map(|person| store.put_person(person, cx.now));
    let batch = person.into_iter().chain([store.insert(&new, cx.now)]).collect();
    cx.host.sql(&sessions::shard(tenant, account)).batch(batch).await?;
    sessions::cookie_of(keys, tenant, &token)
        .ok_or_else(|| Problem::Misconfigured("a session's cookie cannot be written".to_owned()))
}
