//! `POST /auth/logout`: out of this browser, and out of the issuer's.

use super::issuer;
use crate::{
    app::{Platform, Visit},
    problem::Problem,
    respond,
    sessions::{self, Kept, Session},
    store::session::{Found, Sessions as Store},
};
use pages::SignedOutView;
use ports::{Body, Host, Sql};
use signin::{cookie, logout as ask};

/// Where a browser goes when nobody is signed in any more.
const AFTER: &str = "/auth/logged-out";

/// Ends the session of the browser that asks.
pub async fn logout<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let mut target = AFTER.to_owned();
    if let Some(session) = &visit.session {
        let found = end_session(visit, session).await?;
        if let Some(url) = at_issuer(visit, session, found).await {
            target = url;
        }
    }
    let mut response = respond::see_other(&target);
    if let Ok(cookie) = cookie::clear(cookie::SESSION) {
        respond::add_cookie(&mut response, &cookie);
    }
    Ok(response)
}

async fn end_session<P: Platform>(
    visit: &Visit<P>,
    session: &Session,
) -> Result<Option<Found>, Problem> {
    let cx = &visit.cx;
    let store = Store { tenant: &visit.tenant.id, account: session.account() };
    let sql = cx.host.sql(&sessions::shard(&visit.tenant, session.account()));
    let batch = vec![store.find(session.hash()), store.end(session.id(), "logout", cx.now)];
    let results = sql.batch(batch).await?;
    cx.app.sessions.clear();
    let row = results.first().and_then(|rows| rows.first());
    Ok(row.map(Found::try_from).transpose()?)
}

/// Where the issuer signs the person out, if it does.
async fn at_issuer<P: Platform>(
    visit: &Visit<P>,
    session: &Session,
    found: Option<Found>,
) -> Option<String> {
    let (cx, tenant, found) = (&visit.cx, &visit.tenant, found?);
    issuer::revoke_later(cx, tenant, session.account(), &found);
    let ready = issuer::ready(cx, tenant, Some(&found.issuer)).await.ok()?;
    let keys = cx.settings.data_keys.as_ref()?;
    let whose = (&**tenant, session.account(), &found.id);
    let kept = found.tokens.as_deref().and_then(|sealed| Kept::open(keys, whose, sealed));
    let id_token = kept.and_then(|kept| kept.id_token);
    let return_to = format!("{}{AFTER}", visit.origin);
    ask::url(
        &ready.provider,
        &ask::Ask {
            client_id: &ready.registered.client_id,
            id_token: id_token.as_ref().map(signin::Secret::expose),
            return_to: &return_to,
            return_param: ask::RETURN_PARAM,
        },
    )
}

/// `GET /auth/logged-out`
pub fn logged_out<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    visit.page(|page| SignedOutView::default().render(page))
}
