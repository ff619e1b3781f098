//! Invitations: a link with which somebody takes on a role in a tenant.
//!
//! Making one stores nothing. Accepting one is two steps in two shards: the tenant's remembers whose
//! it is, so that it is accepted once; then the account has the role. Accepting it again is the same, and gives
//! nothing back that was taken away since.

use crate::{
    app::{Call, Platform, Visit},
    problem::Problem,
    respond::{self, param},
    sessions,
    store::{
        ledger::rows,
        membership::{self, Membership},
    },
};
use http::StatusCode;
use kernel::{AccountId, FieldError, UnixMillis};
use pages::InvitationView;
use ports::{Body, Host, Shard, Sql};
use serde::{Deserialize, Serialize};
use signin::{
    DataKeys,
    invite::{self, Guest, Invite, InviteError, Invitee},
};

/// Longest time for which an invitation counts: 30 days.
const SECONDS_MAX: i64 = 30 * 86_400;
/// Longest name of a role.
const ROLE_LEN_MAX: usize = 32;
/// Longest address.
const EMAIL_LEN_MAX: usize = 254;
/// Most roles of an account that are listed.
const ROLES_MAX: u32 = 100;

/// An invitation that is wanted: for an address or for an account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub account: Option<AccountId>,
    pub role: String,
    #[serde(default)]
    pub expires_in_seconds: Option<i64>,
}

/// An invitation that was made.
#[derive(Serialize)]
pub struct Made {
    /// Where the person accepts it.
    pub url: String,
    role: String,
    expires_at_ms: i64,
}

fn check_role(role: &str) -> Result<(), FieldError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    if role.is_empty() || role.len() > ROLE_LEN_MAX || !role.bytes().all(allowed) {
        let message = format!("must be 1 to {ROLE_LEN_MAX} of a-z, 0-9, - and _");
        return Err(FieldError::new("role", message));
    }
    Ok(())
}

fn check_email(email: &str) -> Result<String, FieldError> {
    let email = email.trim();
    let sound = email.len() <= EMAIL_LEN_MAX
        && email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if sound { Ok(email.to_owned()) } else { Err(FieldError::new("email", "must be an address")) }
}

impl<P: Platform> Call<P> {
    /// Makes an invitation.
    ///
    /// # Errors
    /// A [`FieldError`] for what cannot be.
    pub fn invite(&self, wanted: Wanted) -> Result<Made, Problem> {
        check_role(&wanted.role)?;
        let to = match (wanted.email, wanted.account) {
            (Some(email), None) => Invitee::Email(check_email(&email)?),
            (None, Some(account)) => Invitee::Account(account),
            _ => return Err(FieldError::new("email", "or `account` must be given").into()),
        };
        let seconds = wanted.expires_in_seconds.unwrap_or(invite::LIFE_MS / 1_000);
        if !(1..=SECONDS_MAX).contains(&seconds) {
            let message = format!("must be between 1 and {SECONDS_MAX}");
            return Err(FieldError::new("expires_in_seconds", message).into());
        }
        let cx = &self.cx;
        let invite = Invite {
            id: invite::new_id(sessions::random(cx)),
            tenant: self.tenant.id.clone(),
            to,
            role: wanted.role,
            expires_at: cx.now.plus_ms(seconds * 1_000),
        };
        let link = invite::sign(keys(cx.settings.data_keys.as_ref())?, &invite);
        let link = link.ok_or_else(|| FieldError::new("email", "is too long"))?;
        let url = format!("{}/invite?token={link}", self.origin);
        Ok(Made { url, role: invite.role, expires_at_ms: invite.expires_at.0 })
    }
}

fn keys(keys: Option<&DataKeys>) -> Result<&DataKeys, Problem> {
    keys.ok_or_else(|| Problem::Misconfigured("DATA_KEYS is missing".to_owned()))
}

/// `POST /admin/invitations`
pub async fn create<P: Platform>(mut call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let wanted = respond::read(std::mem::take(&mut call.body)).await?;
    Ok(respond::json(StatusCode::CREATED, &call.invite(wanted)?))
}

/// `GET /admin/accounts/{account}/roles`
pub async fn roles<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Roles {
        data: Vec<Membership>,
    }
    let account: AccountId = param(&call.params, 0, "account")?;
    let list = membership::list(&call.tenant.id, &account, ROLES_MAX);
    let shard = sessions::shard(&call.tenant, &account);
    let found = call.cx.host.sql(&shard).query(list).await?;
    Ok(respond::json(StatusCode::OK, &Roles { data: rows(&found)? }))
}

/// `DELETE /admin/accounts/{account}/roles/{role}`
pub async fn remove_role<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let account: AccountId = param(&call.params, 0, "account")?;
    let role = call.params.get(1).map(String::as_str).unwrap_or_default();
    let remove = membership::remove(&call.tenant.id, &account, role, call.cx.now);
    let shard = sessions::shard(&call.tenant, &account);
    let removed = call.cx.host.sql(&shard).query(remove).await?;
    call.cx.app.sessions.clear();
    if removed.is_empty() {
        return Err(Problem::NotFound);
    }
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

/// Reads the invitation that a person has come with, if it is for them.
fn read<P: Platform>(visit: &Visit<P>, token: &str) -> Result<Invite, Problem> {
    let session = visit.session.as_ref().ok_or(Problem::SignInRequired)?;
    let keys = keys(visit.cx.settings.data_keys.as_ref())?;
    let invite = invite::read(keys, &visit.tenant.id, token, visit.cx.now);
    let invite = invite.map_err(Problem::Invite)?;
    let guest = Guest { account: session.account(), verified_email: session.verified_email() };
    invite.check(&guest).map_err(Problem::Invite)?;
    Ok(invite)
}

/// `GET /invite`
pub fn show<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let token = visit.query_value("token").unwrap_or_default();
    let invite = read(visit, &token)?;
    let UnixMillis(expires_at_ms) = invite.expires_at;
    let view = InvitationView { role: &invite.role, token: &token, expires_at_ms };
    visit.page(|page| view.render(page))
}

/// `POST /invite`
pub async fn accept<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let invite = read(visit, visit.field("token"))?;
    let session = visit.session.as_ref().ok_or(Problem::SignInRequired)?;
    let (cx, tenant, account) = (&visit.cx, &visit.tenant, session.account());
    let shard = Shard::Tenant { tenant: tenant.id.clone(), region: tenant.region };
    let batch = membership::use_invite(&tenant.id, &invite.id, account, cx.now);
    let results = cx.host.sql(&shard).batch(batch).await?;
    let user = results.last().and_then(|rows| rows.first());
    if user.map_or(Ok(""), |row| row.text(0))? != account.as_str() {
        // It was for an address, and another account with it was quicker.
        return Err(Problem::Invite(InviteError::WrongPerson));
    }
    let put = membership::put(&tenant.id, account, (&invite.role, &invite.id), cx.now);
    cx.host.sql(&sessions::shard(tenant, account)).query(put).await?;
    cx.app.sessions.clear();
    Ok(visit.done("/account", pages::Notice::InvitationAccepted))
}
