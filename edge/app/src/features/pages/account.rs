//! `/account`

use crate::{
    app::{Call, Platform, Visit},
    features::{
        keys::{NAME_LEN_MAX, Wanted},
        me, usage,
    },
    problem::Problem,
    respond::param,
    store::ledger,
};
use futures::join;
use kernel::{FieldError, KeyId, SessionId};
use pages::{
    AccountView, ApiKey, Balance, Fault, KeyForm, NewKey, Notice, Session, Transfer, TransferKind,
};
use ports::{Body, Host, Sql};

/// Transfers on the page.
const TRANSFERS: u32 = 20;

/// What the page shows beside what is stored.
#[derive(Default)]
pub struct Shown {
    /// The name and the secret of a key that was just made.
    new_key: Option<(String, String)>,
    /// What was sent to make a key, and what was wrong with it.
    form: Option<(String, Vec<String>, FieldError)>,
}

/// A wallet, for a page.
pub fn balance_of(balances: &[ledger::Balance]) -> Balance {
    let balance = balances.iter().find(|balance| balance.asset == "tokens");
    let tokens = |n: i64| u64::try_from(n).unwrap_or(0);
    balance.map_or(Balance::default(), |balance| Balance {
        posted: tokens(balance.posted),
        held: tokens(balance.held),
        available: tokens(balance.available),
    })
}

/// The page.
pub async fn show<P: Platform>(
    visit: &Visit<P>,
    shown: Shown,
) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let current = visit.session.as_ref().map(|session| session.id().as_str()).unwrap_or_default();
    let (books, keys, sessions, used) =
        join!(books(&call), call.keys(), call.live_sessions(), usage::lately(&call));
    let ((balances, transfers, next), keys, mut sessions, used) = (books?, keys?, sessions?, used?);
    sessions.sort_by_key(|session| session.id != current);

    let scopes: Vec<Vec<&str>> =
        keys.iter().map(|key| key.scopes.iter().map(String::as_str).collect()).collect();
    let form_scopes: Vec<&str> = match &shown.form {
        Some((_, scopes, _)) => scopes.iter().map(String::as_str).collect(),
        None => Vec::new(),
    };
    let faults: Vec<(&str, Fault<'_>)> =
        shown.form.iter().map(|(name, _, error)| fault(name, error)).collect();
    let form = shown.form.as_ref();
    let view = AccountView {
        account_id: call.caller.account().as_str(),
        created_at_ms: sessions.iter().map(|session| session.created_at_ms).min().unwrap_or(0),
        balance: balance_of(&balances),
        sessions: sessions
            .iter()
            .map(|session| Session {
                id: &session.id,
                device: &session.device,
                created_at_ms: session.created_at_ms,
                seen_at_ms: session.seen_at_ms,
                is_current: session.id == current,
            })
            .collect(),
        keys: keys
            .iter()
            .zip(&scopes)
            .map(|(key, scopes)| ApiKey {
                id: &key.id,
                name: &key.name,
                scopes,
                created_at_ms: key.created_at_ms,
                used_at_ms: key.used_at_ms,
                revoked_at_ms: None,
            })
            .collect(),
        new_key: shown.new_key.as_ref().map(|(name, secret)| NewKey { name, secret }),
        key_form: form.map_or(KeyForm::default(), |(name, ..)| KeyForm {
            name,
            scopes: &form_scopes,
            faults: &faults,
        }),
        usage: used.view(),
        transfers: transfers.iter().map(transfer).collect(),
        next: next.as_deref(),
    };
    visit.page(|page| view.render(page))
}

type Books = (Vec<ledger::Balance>, Vec<ledger::Transfer>, Option<String>);

/// The wallet and a page of its transfers.
async fn books<P: Platform>(call: &Call<P>) -> Result<Books, Problem> {
    let before = me::cursor_of(&call.query)?;
    let reads = vec![call.ledger().balances(), call.ledger().page(before, TRANSFERS + 1)];
    let results = call.read_books(reads).await?;
    let [balances, transfers] = results.as_slice() else { return Err(Problem::NotFound) };
    let (transfers, next) = me::page_of(ledger::rows(transfers)?, TRANSFERS);
    Ok((ledger::rows(balances)?, transfers, next))
}

fn transfer(transfer: &ledger::Transfer) -> Transfer<'_> {
    let kind = match transfer.kind.as_str() {
        "reserve" => TransferKind::Reserve,
        "settle" => TransferKind::Settle,
        "void" => TransferKind::Void,
        _ => TransferKind::Post,
    };
    let takes = transfer.debit == "wallet";
    Transfer {
        id: &transfer.id,
        kind,
        amount: if takes { -transfer.amount } else { transfer.amount },
        source: &transfer.source,
        created_at_ms: transfer.created_at_ms,
    }
}

/// What was wrong with the form for a key.
fn fault<'a>(name: &str, error: &FieldError) -> (&'a str, Fault<'a>) {
    match error.field.as_str() {
        "name" if name.trim().is_empty() => ("name", Fault::Required),
        "name" => ("name", Fault::TooLong(NAME_LEN_MAX as u32)),
        _ => ("scope", Fault::Required),
    }
}

/// `POST /account/keys`
pub async fn create_key<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let name = visit.field("name").to_owned();
    let scopes: Vec<String> = visit.fields("scope").map(str::to_owned).collect();
    let wanted = Wanted { name: name.clone(), scopes: scopes.clone() };
    match call.create_key(call.caller.account().clone(), wanted).await {
        Ok(created) => {
            let new_key = Some((created.name, created.key));
            show(visit, Shown { new_key, form: None }).await
        }
        Err(Problem::Field(error)) => {
            let form = Some((name, scopes, error));
            let mut response = show(visit, Shown { new_key: None, form }).await?;
            *response.status_mut() = http::StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /account/keys/{key}/revoke`
pub async fn revoke_key<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let id: KeyId = param(&visit.params, 0, "key")?;
    call.revoke_key(call.caller.account(), &id).await?;
    Ok(visit.done("/account", Notice::KeyRevoked))
}

/// `POST /account/sessions/{session}/revoke`
pub async fn end_session<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let id: SessionId = param(&visit.params, 0, "session")?;
    visit.call()?.end_session(&id).await?;
    Ok(visit.done("/account", Notice::SessionRevoked))
}

/// `POST /account/sessions/revoke-others`
pub async fn end_others<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let call = visit.call()?;
    let session = visit.session.as_ref().ok_or(Problem::SignInRequired)?;
    let end = call.sessions().end_others(session.id(), call.cx.now);
    call.cx.host.sql(&call.account_shard()).query(end).await?;
    call.cx.app.sessions.clear();
    Ok(visit.done("/account", Notice::OthersRevoked))
}
