//! `GET /auth/login`, `GET /auth/callback`: to the issuer and back.

use super::{
    Arrival,
    issuer::{self, Ready},
    keys, sign_in,
};
use crate::{
    app::{Platform, Visit},
    outbound,
    problem::{Problem, SignInError},
    respond,
    sessions::{self, Kept, random},
    store::session::{Person, Sessions as Store},
};
use http::header;
use ports::{Body, Host, Sql};
use signin::{
    account::account_id,
    callback::Callback,
    cookie, login,
    token::{self, TokenFailure},
};
use std::collections::BTreeMap;

impl<P: Platform> Visit<P> {
    /// Where an issuer is to send browsers back to.
    pub fn redirect_uri(&self) -> String {
        format!("{}/auth/callback", self.origin)
    }

    fn cookies(&self) -> impl Iterator<Item = &str> {
        let cookies = self.headers.get_all(header::COOKIE);
        cookies.iter().filter_map(|value| value.to_str().ok())
    }
}

/// Sends the browser to the issuer.
pub async fn begin<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let (cx, tenant) = (&visit.cx, &visit.tenant);
    let keys = keys(cx)?;
    let ready = issuer::ready(cx, tenant, None).await?;
    let redirect_uri = visit.redirect_uri();
    let scope = format!("openid {}", ready.registered.scopes.join(" "));
    let return_to = visit.query_value("return_to");
    let ask = login::Ask {
        tenant: &tenant.id,
        provider: &ready.provider,
        client_id: &ready.registered.client_id,
        redirect_uri: &redirect_uri,
        scope: Some(&scope),
        extra: &BTreeMap::new(),
        return_to: return_to.as_deref(),
    };
    let begun = login::start(&ask, [random(cx), random(cx), random(cx)], cx.now);
    check_registration(visit, &ready, &begun.url, &redirect_uri).await?;
    let cookie = begun.state.set_cookie(keys, random(cx));
    let cookie = cookie.map_err(|e| Problem::Misconfigured(format!("a sign-in's state: {e}")))?;
    let mut response = respond::see_other(&begun.url);
    respond::add_cookie(&mut response, &cookie);
    for surplus in login::surplus(visit.cookies()) {
        if let Ok(cookie) = cookie::clear(surplus) {
            respond::add_cookie(&mut response, &cookie);
        }
    }
    Ok(response)
}

/// Finds out whether the issuer lets us send people there, before we do: it would not send them
/// back, and its own page cannot say what to set up. Asked once for each address and instance.
async fn check_registration<P: Platform>(
    visit: &Visit<P>,
    ready: &Ready<'_>,
    url: &str,
    redirect_uri: &str,
) -> Result<(), Problem> {
    let cx = &visit.cx;
    let known = &cx.app.registrations;
    let key = format!("{}\n{}\n{redirect_uri}", ready.issuer.issuer, ready.registered.client_id);
    if known.fresh(&key, cx.now).is_some() {
        return Ok(());
    }
    let request = http::Request::get(url).header(header::ACCEPT, "text/html").body(Body::empty());
    let request = request.map_err(|e| Problem::Misconfigured(e.to_string()))?;
    let is_refused = match outbound::ask(cx, request, token::ANSWER_LEN_MAX).await {
        Ok(response) => {
            let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            // Cognito sends to a page of its own.
            response.status().is_client_error()
                || to.is_some_and(|to| to.contains("redirect_mismatch"))
        }
        // It will show whether the browser gets through.
        Err(cause) => {
            log::warn!("{}: {cause}", cx.request_id);
            return Ok(());
        }
    };
    if is_refused {
        return Err(Problem::SignIn(SignInError::RedirectUri(redirect_uri.to_owned())));
    }
    known.put(key, (), cx.now);
    Ok(())
}

/// Takes the browser back from the issuer.
pub async fn callback<P: Platform>(visit: &Visit<P>) -> Result<http::Response<Body>, Problem> {
    let answer = Callback::parse(&visit.query);
    let answer = answer.map_err(|e| Problem::SignIn(SignInError::Callback(e)))?;
    let outcome = complete(visit, &answer).await;
    let mut response = match outcome {
        Ok(response) => response,
        Err(problem) => visit.problem_page(&problem),
    };
    // Whatever came of it: an answer is taken once.
    if let Some(Ok(cookie)) = answer.cookie_name().map(|name| cookie::clear(&name)) {
        respond::add_cookie(&mut response, &cookie);
    }
    Ok(response)
}

async fn complete<P: Platform>(
    visit: &Visit<P>,
    answer: &Callback,
) -> Result<http::Response<Body>, Problem> {
    let refused = |error| Problem::SignIn(SignInError::Callback(error));
    let (cx, tenant) = (&visit.cx, &visit.tenant);
    let login = answer.login(keys(cx)?, &tenant.id, visit.cookies()).map_err(refused)?;
    let ready = issuer::ready(cx, tenant, Some(&login.issuer)).await?;
    let code = answer.check(&login, &tenant.id, &ready.provider, cx.now);
    let code = code.inspect_err(|_| {
        if let Some(description) = &answer.description {
            log::warn!("{}: the issuer says: {description}", cx.request_id);
        }
    });
    let code = code.map_err(refused)?;

    let redirect_uri = visit.redirect_uri();
    let client = ready.client(cx)?;
    let ask = token::exchange(&ready.provider, &client, &redirect_uri, &login, code);
    let tokens = issuer::send(cx, ask).await.map_err(|failure| match failure {
        TokenFailure::RedirectMismatch => {
            Problem::SignIn(SignInError::RedirectUri(redirect_uri.clone()))
        }
        failure => Problem::SignIn(SignInError::Token(failure)),
    })?;
    let id_token = tokens.id_token.as_ref();
    let id_token = id_token.ok_or(Problem::SignIn(SignInError::Token(TokenFailure::Malformed)))?;
    let claims = ready.believe(cx, id_token.expose(), Some(login.nonce.expose())).await?;

    let kept = Kept { refresh_token: tokens.refresh_token, id_token: tokens.id_token.clone() };
    let arrival = Arrival {
        account: account_id(&tenant.id, &login.issuer, &claims.subject),
        person: Some(Person {
            issuer: &login.issuer,
            subject: &claims.subject,
            name: claims.name.as_deref().unwrap_or_default(),
            email: claims.email.as_deref().unwrap_or_default(),
            locale: claims.locale.as_deref().unwrap_or_default(),
            email_verified: claims.email_verified,
        }),
        roles: ready.roles_of(&claims),
        kept: Some(kept),
        access_until: tokens.access_until,
        ends_at: None,
    };
    let cookie = sign_in(cx, tenant, &visit.headers, &arrival).await?;
    // The browser forgets the session that it had; so does the list of devices.
    if let Some(old) = &visit.session {
        let store = Store { tenant: &tenant.id, account: old.account() };
        let shard = sessions::shard(tenant, old.account());
        cx.host.sql(&shard).query(store.end(old.id(), "logout", cx.now)).await?;
        cx.app.sessions.clear();
    }
    let mut response = respond::see_other(&login.return_to);
    respond::add_cookie(&mut response, &cookie);
    Ok(response)
}

/// `GET /auth/help`: what to register at the issuer.
pub fn help<P: Platform>(visit: &Visit<P>) -> Problem {
    Problem::SignIn(SignInError::RedirectUri(visit.redirect_uri()))
}
