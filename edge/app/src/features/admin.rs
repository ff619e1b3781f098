//! What administrators do: give tokens and hand out keys; what operators do is in [`tenants`].

mod tenants;

pub use tenants::{
    NewTenant, change_tenant, count_tenants, create_tenant, give_domain, make_tenant, put_domain,
    tenant, tenants,
};

use crate::{
    app::{Call, Cx, Platform},
    problem::Problem,
    respond::{self, header_text, param},
    sessions,
    store::ledger::{Balance, Book, Ledger, Source, Transfer, rows},
};
use http::StatusCode;
use kernel::{AccountId, FieldError, KeyId};
use ports::{Body, Host, Shard, Sql, SqlError};
use serde::{Deserialize, Serialize};
use tenant::Tenant;

/// Longest idempotency key.
const KEY_LEN_MAX: usize = 100;

impl<P: Platform> Call<P> {
    /// The account that the path names, and its shard.
    fn named_account(&self) -> Result<(AccountId, Shard), Problem> {
        let account: AccountId = param(&self.params, 0, "account")?;
        let (tenant, region) = (self.tenant.id.clone(), self.tenant.region);
        Ok((account.clone(), Shard::Account { tenant, account, region }))
    }
}

/// `POST /admin/accounts/{account}/grants`
pub async fn create_grant<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Grant {
        tokens: u64,
    }
    #[derive(Serialize)]
    struct Granted {
        transfer: Transfer,
        balances: Vec<Balance>,
    }
    let (account, _) = call.named_account()?;
    let key = idempotency_key(&call)?;
    let grant: Grant = respond::read(std::mem::take(&mut call.body)).await?;
    let given = give_tokens(&call.cx, &call.tenant, &account, grant.tokens, &key).await?;
    let status = if given.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let Given { transfer, balances, .. } = given;
    Ok(respond::json(status, &Granted { transfer, balances }))
}

/// Tokens that an account has been given.
pub struct Given {
    transfer: Transfer,
    balances: Vec<Balance>,
    /// Whether that was now, and not earlier under the same key.
    is_new: bool,
}

/// Gives tokens to an account, once for each key.
///
/// # Errors
/// A [`FieldError`] for an amount that cannot be given, [`Problem::IdempotencyKeyReused`].
pub async fn give_tokens<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    account: &AccountId,
    tokens: u64,
    key: &str,
) -> Result<Given, Problem> {
    let entry = ledger::grant(tokens);
    let entry = entry.map_err(|e| FieldError::new("tokens", e.to_string()))?;
    let ledger = Ledger { tenant: &tenant.id, account };
    let id = cx.new_transfer_id();
    let source = Source { name: "grant", id: key };
    let batch = vec![
        ledger.post(&id, &entry, source, cx.now),
        ledger.by_source(source, &entry),
        ledger.balances(),
    ];
    let shard = sessions::shard(tenant, account);
    let results = cx.host.sql(&shard).batch(batch).await.map_err(|error| match error {
        SqlError::Constraint(_) => FieldError::new("tokens", "is more than a wallet holds").into(),
        error => Problem::from(error),
    })?;
    let of = |index: usize| results.get(index).map_or(&[][..], Vec::as_slice);
    let transfer = rows::<Transfer>(of(1))?.into_iter().next();
    let transfer = transfer
        .ok_or_else(|| Problem::Sql(SqlError::Failed("a grant left no transfer".to_owned())))?;
    if transfer.amount != entry.amount {
        return Err(Problem::IdempotencyKeyReused);
    }
    let is_new = transfer.id == id.as_str();
    Ok(Given { transfer, balances: rows(of(2))?, is_new })
}

/// The key that makes a deed happen once.
///
/// # Errors
/// A [`FieldError`] when it is missing or malformed.
pub fn idempotency_key<P: Platform>(call: &Call<P>) -> Result<String, Problem> {
    let key = header_text(&call.headers, "idempotency-key").unwrap_or_default();
    let sound = (1..=KEY_LEN_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if !sound {
        let message = format!("must be given as a header of 1 to {KEY_LEN_MAX} visible characters");
        return Err(FieldError::new("Idempotency-Key", message).into());
    }
    Ok(key.to_owned())
}

/// `GET /admin/accounts/{account}/books`
pub async fn books<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Books {
        books: Vec<Book>,
    }
    let (account, shard) = call.named_account()?;
    let ledger = Ledger { tenant: &call.tenant.id, account: &account };
    let found = call.cx.host.sql(&shard).query(ledger.books()).await?;
    Ok(respond::json(StatusCode::OK, &Books { books: rows(&found)? }))
}

/// `POST /admin/accounts/{account}/keys`
pub async fn create_key<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let (account, _) = call.named_account()?;
    let wanted = respond::read(std::mem::take(&mut call.body)).await?;
    let created = call.create_key(account, wanted).await?;
    Ok(respond::json(StatusCode::CREATED, &created))
}

/// `DELETE /admin/accounts/{account}/keys/{key}`
pub async fn revoke_key<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let (account, _) = call.named_account()?;
    let id: KeyId = param(&call.params, 1, "key")?;
    call.revoke_key(&account, &id).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
