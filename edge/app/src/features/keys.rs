//! The API keys of an account, as its owner handles them.

use crate::{
    app::{Call, Platform, entropy},
    problem::Problem,
    respond::{self, param},
    routes::Scope,
    store::{
        api_key::{self, ListedKey, NewKey},
        ledger::rows,
    },
};
use http::StatusCode;
use identity::ApiKey;
use kernel::{AccountId, FieldError, KeyId};
use ports::{Body, Host, Shard, Sql};
use serde::{Deserialize, Serialize};

/// Longest name of a key, in characters.
pub const NAME_LEN_MAX: usize = 100;
/// Most keys that are listed.
const LIST_LEN: u32 = 100;

/// A key that is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub name: String,
    pub scopes: Vec<String>,
}

/// A key that was just made.
#[derive(Serialize)]
pub struct Created {
    id: KeyId,
    /// Shown here and never again.
    pub key: String,
    pub name: String,
    account: AccountId,
    scopes: Vec<String>,
}

impl<P: Platform> Call<P> {
    /// The tenant's own shard.
    pub fn tenant_shard(&self) -> Shard {
        Shard::Tenant { tenant: self.tenant.id.clone(), region: self.tenant.region }
    }

    /// Makes a key for an account.
    ///
    /// # Errors
    /// A [`FieldError`] for what cannot be made.
    pub async fn create_key(&self, account: AccountId, wanted: Wanted) -> Result<Created, Problem> {
        let name = wanted.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_LEN_MAX {
            let message = format!("must be 1 to {NAME_LEN_MAX} characters long");
            return Err(FieldError::new("name", message).into());
        }
        let known = |name: &String| Scope::ALL.iter().any(|scope| scope.as_str() == name);
        if wanted.scopes.is_empty() || !wanted.scopes.iter().all(known) {
            let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
            let message = format!("must be one or more of {}", known.join(", "));
            return Err(FieldError::new("scopes", message).into());
        }
        let host = &self.cx.host;
        let key = ApiKey::generate([entropy(host), entropy(host)]);
        let id = KeyId::generate(self.cx.now, entropy(host));
        let new = NewKey {
            hash: key.hash(),
            id: &id,
            account: &account,
            name: &name,
            scopes: &wanted.scopes.join(" "),
        };
        let insert = api_key::insert(&self.tenant.id, &new, self.cx.now);
        host.sql(&self.tenant_shard()).query(insert).await?;
        let key = key.reveal().to_owned();
        Ok(Created { id, key, name, account, scopes: wanted.scopes })
    }

    /// Revokes a key of an account.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when the account has no such key.
    pub async fn revoke_key(&self, account: &AccountId, id: &KeyId) -> Result<(), Problem> {
        let revoke = api_key::revoke(&self.tenant.id, account, id, self.cx.now);
        let revoked = self.cx.host.sql(&self.tenant_shard()).query(revoke).await?;
        self.cx.app.guards.forget_keys();
        if revoked.is_empty() { Err(Problem::NotFound) } else { Ok(()) }
    }

    /// The keys of the caller's account, newest first.
    ///
    /// # Errors
    /// [`Problem::Sql`].
    pub async fn keys(&self) -> Result<Vec<ListedKey>, Problem> {
        let list = api_key::list(&self.tenant.id, self.caller.account(), LIST_LEN);
        Ok(rows(&self.cx.host.sql(&self.tenant_shard()).query(list).await?)?)
    }
}

/// `GET /me/keys`
pub async fn list<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Keys {
        data: Vec<ListedKey>,
    }
    Ok(respond::json(StatusCode::OK, &Keys { data: call.keys().await? }))
}

/// `POST /me/keys`
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let wanted = respond::read(std::mem::take(&mut call.body)).await?;
    let created = call.create_key(call.caller.account().clone(), wanted).await?;
    Ok(respond::json(StatusCode::CREATED, &created))
}

/// `DELETE /me/keys/{key}`
pub async fn revoke<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let id: KeyId = param(&call.params, 0, "key")?;
    call.revoke_key(call.caller.account(), &id).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
