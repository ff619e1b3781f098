//! The pages that people see, filled with what the other features know.
//!
//! What a page looks like is [`pages`]'s. Every page is answered here, also when something went
//! wrong: a person never gets JSON.

mod account;
mod admin;
mod html;
pub mod look;
mod playground;
mod preferences;

use crate::{
    app::{Platform, Visit},
    features::{auth, invitations},
    problem::Problem,
    respond::header_text,
    routes::RouteId,
};
use http::{HeaderValue, Method, header, request::Parts};
use pages::{HomeView, OfflineView};
use ports::Body;

/// Whether a request comes from the address bar of a browser, or from a link or a form.
pub fn is_for_people(parts: &Parts) -> bool {
    let is_page = matches!(parts.method, Method::GET | Method::HEAD | Method::POST);
    let accepts = header_text(&parts.headers, "accept").unwrap_or_default();
    is_page && accepts.contains("text/html") && !parts.uri.path().starts_with("/v1/")
}

/// Answers a request for a page.
///
/// # Errors
/// Whatever keeps the page from being what was asked for.
pub async fn answer<P: Platform>(
    id: RouteId,
    visit: &Visit<P>,
) -> Result<http::Response<Body>, Problem> {
    match id {
        RouteId::Login => auth::begin(visit).await,
        RouteId::Callback => auth::callback(visit).await,
        RouteId::Logout => auth::logout(visit).await,
        RouteId::LoggedOut => auth::logged_out(visit),
        RouteId::SignInHelp => Err(auth::help(visit)),
        RouteId::Home => visit.page(|page| HomeView.render(page)),
        RouteId::Offline => visit.page(|page| OfflineView.render(page)),
        RouteId::Manifest => Ok(manifest(visit)),
        RouteId::Preferences => Ok(preferences::put(visit)),
        RouteId::Account => account::show(visit, account::Shown::default()).await,
        RouteId::AccountEndSession => account::end_session(visit).await,
        RouteId::AccountEndOthers => account::end_others(visit).await,
        RouteId::AccountCreateKey => account::create_key(visit).await,
        RouteId::AccountRevokeKey => account::revoke_key(visit).await,
        RouteId::Invitation => invitations::show(visit),
        RouteId::AcceptInvitation => invitations::accept(visit).await,
        RouteId::Playground => playground::show(visit).await,
        RouteId::PlaygroundAsk => playground::ask(visit).await,
        RouteId::Admin => admin::overview(visit).await,
        RouteId::AdminTenants => admin::tenants(visit, &admin::Sent::default()).await,
        RouteId::AdminTenant => admin::tenant(visit, &admin::Sent::default()).await,
        RouteId::AdminCreateTenant => admin::create_tenant(visit).await,
        RouteId::AdminPutDomain => admin::put_domain(visit).await,
        RouteId::AdminAccounts => admin::accounts(visit, None),
        RouteId::AdminAccount => admin::account(visit, &admin::Sent::default()).await,
        RouteId::AdminGrant => admin::grant(visit).await,
        RouteId::AdminInvite => admin::invite(visit),
        RouteId::AdminModels => admin::models(visit),
        RouteId::AdminAudit => admin::audit(visit).await,
        // What programs ask for.
        RouteId::Healthz
        | RouteId::Readyz
        | RouteId::Openapi
        | RouteId::ChatCompletions
        | RouteId::Messages
        | RouteId::CountTokens
        | RouteId::Responses
        | RouteId::ListModels
        | RouteId::GetModel
        | RouteId::Balance
        | RouteId::Transfers
        | RouteId::Usage
        | RouteId::Operations
        | RouteId::CreateGrant
        | RouteId::Books
        | RouteId::CreateKey
        | RouteId::RevokeKey
        | RouteId::CreateTenant
        | RouteId::ChangeTenant
        | RouteId::PutDomain
        | RouteId::ListKeys
        | RouteId::CreateOwnKey
        | RouteId::RevokeOwnKey
        | RouteId::ListSessions
        | RouteId::EndSession
        | RouteId::StartSession
        | RouteId::CreateInvitation
        | RouteId::ListRoles
        | RouteId::RemoveRole
        | RouteId::Me => Err(Problem::NotFound),
    }
}

/// What a browser needs to keep the tenant's app beside others
/// ([Web Application Manifest](https://www.w3.org/TR/appmanifest/)).
fn manifest<P: Platform>(visit: &Visit<P>) -> http::Response<Body> {
    let theme = look::of(&visit.tenant);
    let icon = crate::assets::url("favicon.svg").unwrap_or("/favicon.svg");
    let json = serde_json::json!({
        "name": visit.tenant.name, "short_name": visit.tenant.name, "id": "/", "start_url": "/",
        "display": "standalone", "theme_color": theme.light.accent.to_string(),
        "background_color": theme.light.surface.to_string(),
        "icons": [{ "src": icon, "type": "image/svg+xml", "sizes": "any", "purpose": "any" }],
    });
    let mut response = http::Response::new(Body::from(json.to_string().into_bytes()));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/manifest+json");
    headers.insert(header::CONTENT_TYPE, kind);
    let age = HeaderValue::from_static("public, max-age=3600");
    headers.insert(header::CACHE_CONTROL, age);
    response
}
