//! The issuer that a tenant's people sign in with, and what we ask it for.

use crate::{
    app::{Cx, Platform},
    keyring, outbound,
    problem::{Problem, SignInError},
    providers,
    sessions::Kept,
    store::session::Found,
};
use futures::FutureExt;
use http::header;
use identity::{ExpectedId, IdClaims, Keys, TokenError, verify_id_token};
use kernel::{AccountId, UnixMillis};
use ports::{Body, Host, Tasks};
use signin::{
    Secret,
    discovery::Provider,
    roles::{self, Rule},
    seal,
    token::{self, TokenFailure, TokenRequest, Tokens},
};
use std::rc::Rc;
use tenant::{Client, Issuer, Tenant};

/// An issuer that people can sign in with.
pub struct Ready<'a> {
    pub issuer: &'a Issuer,
    pub registered: &'a Client,
    pub provider: Rc<Provider>,
}

/// What an issuer has granted anew.
pub struct Grant {
    pub kept: Option<Kept>,
    pub roles: Option<Vec<String>>,
    pub access_until: UnixMillis,
}

/// The issuer of this name, if people sign in with it; without a name the first such.
///
/// # Errors
/// [`SignInError::NotConfigured`], [`Problem::IssuerUnreachable`].
pub async fn ready<'a, P: Platform>(
    cx: &Cx<P>,
    tenant: &'a Tenant,
    name: Option<&str>,
) -> Result<Ready<'a>, Problem> {
    let mut issuers = tenant.issuers.iter();
    let found = issuers.find_map(|issuer| {
        let is_meant = name.is_none_or(|name| issuer.issuer == name);
        issuer.client.as_ref().filter(|_| is_meant).map(|client| (issuer, client))
    });
    let (issuer, registered) = found.ok_or(Problem::SignIn(SignInError::NotConfigured))?;
    let provider = providers::find(cx, issuer).await?;
    Ok(Ready { issuer, registered, provider })
}

/// The context that a client's secret is sealed in.
pub fn secret_context(issuer: &str) -> [&str; 2] {
    ["client_secret", issuer]
}

impl Ready<'_> {
    /// Postern, as the issuer knows it.
    ///
    /// # Errors
    /// [`Problem::Misconfigured`] when its secret does not open or is of no use there.
    pub fn client<P: Platform>(&self, cx: &Cx<P>) -> Result<token::Client, Problem> {
        let name = &self.issuer.issuer;
        let wrong = |cause: &str| Problem::Misconfigured(format!("{name}: {cause}"));
        let secret = match &self.registered.client_secret {
            None => None,
            // Of the operators' own settings; what a tenant's record holds is sealed.
            Some(open) if !open.starts_with("v1.") => Some(open.clone()),
            Some(sealed) => {
                let keys = cx.settings.data_keys.as_ref().ok_or_else(|| wrong("no DATA_KEYS"))?;
                let text = seal::open(keys, &secret_context(name), sealed).ok();
                let text = text.and_then(|text| String::from_utf8(text).ok());
                Some(text.ok_or_else(|| wrong("the client's secret does not open"))?)
            }
        };
        let id = &self.registered.client_id;
        token::Client::new(id, secret.map(Secret::new), &self.provider)
            .map_err(|error| wrong(&error.to_string()))
    }

    /// Believes an ID token, or does not.
    ///
    /// # Errors
    /// [`SignInError::IdToken`], and what keeps us from the issuer's keys.
    pub async fn believe<P: Platform>(
        &self,
        cx: &Cx<P>,
        id_token: &str,
        nonce: Option<&str>,
    ) -> Result<IdClaims, Problem> {
        let client_id = &self.registered.client_id;
        let expected = ExpectedId { issuer: &self.issuer.issuer, client_id, nonce };
        let check = |jwks: &str| {
            verify_id_token(id_token, Keys::Published(jwks), &expected, cx.clock_now())
        };
        let first = check(&keyring::keys(cx, self.issuer).await?);
        let outcome = match first {
            Err(TokenError::UnknownKey) => match keyring::newer_keys(cx, self.issuer).await {
                Some(newer) => check(&newer),
                None => first,
            },
            _ => first,
        };
        outcome.map_err(|error| Problem::SignIn(SignInError::IdToken(error)))
    }

    /// What the tenant's rules make of somebody.
    pub fn roles_of(&self, claims: &IdClaims) -> Vec<String> {
        let rules = self.registered.roles.iter().map(|rule| Rule {
            claim: rule.claim.clone(),
            value: rule.value.clone(),
            role: rule.role.clone(),
        });
        roles::roles(&rules.collect::<Vec<_>>(), &claims.raw)
    }
}

/// Sends a request to a token endpoint.
///
/// # Errors
/// [`TokenFailure`].
pub async fn send<P: Platform>(cx: &Cx<P>, ask: TokenRequest) -> Result<Tokens, TokenFailure> {
    let unavailable = |cause: String| {
        log::warn!("{}: token endpoint: {cause}", cx.request_id);
        TokenFailure::Unavailable
    };
    let response = post(cx, ask).await.map_err(unavailable)?;
    let tokens = token::read(response.status().as_u16(), response.body(), cx.clock_now());
    if let Err(failure) = &tokens {
        log::warn!("{}: token endpoint: {}: {failure}", cx.request_id, response.status());
    }
    tokens
}

async fn post<P: Platform>(
    cx: &Cx<P>,
    ask: TokenRequest,
) -> Result<http::Response<bytes::Bytes>, String> {
    let mut request = http::Request::post(&ask.url)
        .header(header::CONTENT_TYPE, token::CONTENT_TYPE)
        .header(header::ACCEPT, "application/json");
    if let Some(authorization) = &ask.authorization {
        request = request.header(header::AUTHORIZATION, authorization.expose());
    }
    let body = Body::from(ask.body.expose().as_bytes().to_vec());
    let request = request.body(body).map_err(|e| e.to_string())?;
    outbound::ask(cx, request, token::ANSWER_LEN_MAX).await
}

/// Asks the issuer of a session whether it goes on.
///
/// # Errors
/// [`TokenFailure`].
pub async fn refresh<P: Platform>(
    cx: &Cx<P>,
    tenant: &Tenant,
    found: &Found,
    refresh_token: &Secret,
) -> Result<Grant, TokenFailure> {
    let ready = ready(cx, tenant, Some(&found.issuer)).await;
    let ready = ready.map_err(|problem| match problem {
        // The tenant has no such issuer any more: there is nobody to vouch for the session.
        Problem::SignIn(_) => TokenFailure::GrantRefused,
        _ => TokenFailure::Unavailable,
    })?;
    let client = ready.client(cx).map_err(|_| TokenFailure::Misconfigured)?;
    let tokens = send(cx, token::refresh(&ready.provider, &client, refresh_token)).await?;
    let mut roles = None;
    if let Some(id_token) = &tokens.id_token {
        let claims = ready.believe(cx, id_token.expose(), None).await;
        let claims = claims.map_err(|_| TokenFailure::Malformed)?;
        if claims.subject != found.subject {
            return Err(TokenFailure::GrantRefused);
        }
        roles = Some(ready.roles_of(&claims));
    }
    let access_until = tokens.access_until;
    let kept = Kept { refresh_token: tokens.refresh_token, id_token: tokens.id_token };
    Ok(Grant { kept: Some(kept), roles, access_until })
}

/// Gives a session's refresh token back to its issuer, after the response.
pub fn revoke_later<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    account: &AccountId,
    found: &Found,
) {
    let (Some(keys), Some(sealed)) = (&cx.settings.data_keys, &found.tokens) else { return };
    let kept = Kept::open(keys, (tenant, account, &found.id), sealed);
    let Some(refresh_token) = kept.and_then(|kept| kept.refresh_token) else { return };
    let (cx, tenant, issuer) = (cx.clone(), tenant.clone(), found.issuer.clone());
    let tasks = cx.host.clone();
    let work = async move {
        let Ok(ready) = ready(&cx, &tenant, Some(&issuer)).await else { return };
        let Ok(client) = ready.client(&cx) else { return };
        let Some(ask) = token::revoke(&ready.provider, &client, &refresh_token) else { return };
        if let Err(cause) = post(&cx, ask).await {
            log::warn!("{}: a refresh token is not given back: {cause}", cx.request_id);
        }
    };
    tasks.tasks().after_response(work.boxed_local());
}
