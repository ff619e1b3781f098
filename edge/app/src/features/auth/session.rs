//! Sessions, for programs: `POST /auth/session`, `GET /auth/me`, `GET /me/sessions`.

use super::{Arrival, sign_in};
use crate::{
    app::{Call, Platform},
    problem::{Needed, Problem},
    respond::{self, header_text, param},
    sessions::{self, ACCESS_MS, random},
    store::{
        ledger::rows,
        session::{Listed, Sessions as Store},
    },
};
use http::StatusCode;
use kernel::SessionId;
use ports::{Body, Host, Sql};
use serde::Serialize;
use signin::{
    csrf::{self, CsrfError},
    session::Lives,
};

/// Most sessions that are listed.
const LIST_LEN: u32 = 100;

/// Makes a browser session of a token that its page has.
pub async fn start<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    // A key is a server's, and a session is the account's own: neither a profile nor somebody who
    // may do only some things becomes more by way of one.
    let ends_at = call.caller.expires_at().filter(|_| call.caller.is_unlimited());
    let ends_at = ends_at.ok_or(Problem::Forbidden(Needed::Token))?;
    // A page of another origin could sign its reader in as somebody else.
    let origin = header_text(&call.headers, "origin");
    if origin.is_some_and(|origin| origin != call.origin) {
        return Err(Problem::Csrf(CsrfError::CrossOrigin));
    }
    let cx = &call.cx;
    let arrival = Arrival {
        account: call.caller.account().clone(),
        person: None,
        roles: call.caller.roles().to_vec(),
        kept: None,
        access_until: cx.now.plus_ms(ACCESS_MS),
        // There is nobody to ask whether the person may stay for longer.
        ends_at: Some(ends_at),
    };
    let cookie = sign_in(cx, &call.tenant, &call.headers, &arrival).await?;
    let mut response = respond::empty(StatusCode::NO_CONTENT);
    respond::add_cookie(&mut response, &cookie);
    Ok(response)
}

/// Who is asking.
pub fn me<P: Platform>(call: &Call<P>) -> http::Response<Body> {
    #[derive(Serialize)]
    struct Me<'a> {
        tenant: &'a str,
        account: &'a str,
        profile: Option<&'a str>,
        name: Option<&'a str>,
        email: Option<&'a str>,
        roles: &'a [String],
        session: Option<&'a str>,
        /// What a page's scripts send as `x-csrf-token`.
        csrf: Option<String>,
    }
    let caller = &call.caller;
    let session = caller.session();
    let keys = call.cx.settings.data_keys.as_ref();
    let me = Me {
        tenant: call.tenant.id.as_str(),
        account: caller.account().as_str(),
        profile: caller.profile().map(kernel::ProfileId::as_str),
        name: session.map(sessions::Session::name).filter(|name| !name.is_empty()),
        email: session.map(sessions::Session::email).filter(|email| !email.is_empty()),
        roles: caller.roles(),
        session: session.map(|session| session.id().as_str()),
        csrf: session.zip(keys).map(|(s, keys)| csrf::token(keys, s.hash(), random(&call.cx))),
    };
    respond::json(StatusCode::OK, &me)
}

impl<P: Platform> Call<P> {
    /// The sessions of the caller's account.
    pub fn sessions(&self) -> Store<'_> {
        Store { tenant: &self.tenant.id, account: self.caller.account() }
    }

    /// Those that are alive, the latest used first.
    pub async fn live_sessions(&self) -> Result<Vec<Listed>, Problem> {
        let Lives { idle_ms, absolute_ms } = Lives::default();
        let now = self.cx.now;
        let (began, used) = (now.plus_ms(-absolute_ms), now.plus_ms(-idle_ms));
        let list = self.sessions().list(began, used, now, LIST_LEN);
        Ok(rows(&self.cx.host.sql(&self.account_shard()).query(list).await?)?)
    }

    /// Ends a session of the caller's account.
    pub async fn end_session(&self, id: &SessionId) -> Result<(), Problem> {
        let end = self.sessions().end(id, "revoked", self.cx.now);
        let ended = self.cx.host.sql(&self.account_shard()).query(end).await?;
        self.cx.app.sessions.clear();
        if ended.is_empty() { Err(Problem::NotFound) } else { Ok(()) }
    }
}

/// The browsers in which the account's person is signed in.
pub async fn list<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    #[derive(Serialize)]
    struct Sessions {
        data: Vec<Shown>,
    }
    #[derive(Serialize)]
    struct Shown {
        #[serde(flatten)]
        session: Listed,
        /// Whether it is the one that asks.
        current: bool,
    }
    let current = call.caller.session().map(|session| session.id().as_str().to_owned());
    let sessions = call.live_sessions().await?.into_iter();
    let data = sessions.map(|session| {
        let current = current.as_ref() == Some(&session.id);
        Shown { session, current }
    });
    Ok(respond::json(StatusCode::OK, &Sessions { data: data.collect() }))
}

/// Signs a browser out.
pub async fn end<P: Platform>(call: Call<P>) -> Result<http::Response<Body>, Problem> {
    let id: SessionId = param(&call.params, 0, "session")?;
    call.end_session(&id).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}
