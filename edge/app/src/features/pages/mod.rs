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
        RouteId::Icon => Ok(icon(visit)),
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
    let json = serde_json::json!({
        "name": visit.tenant.name, "short_name": visit.tenant.name, "id": "/", "start_url": "/",
        "display": "standalone", "theme_color": theme.light.accent.to_string(),
        "background_color": theme.light.surface.to_string(),
        "icons": [{ "src": "/icon.svg", "type": "image/svg+xml", "sizes": "any", "purpose": "any" }],
    });
    public(json.to_string(), "application/manifest+json")
}

/// The tenant's icon: the house's arch in the tenant's colours.
fn icon<P: Platform>(visit: &Visit<P>) -> http::Response<Body> {
    let pages::Palette { accent, surface, .. } = look::of(&visit.tenant).light;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">\
         <path fill=\"{accent}\" d=\"M3 29V15a13 13 0 0 1 26 0v14z\"/>\
         <path fill=\"{surface}\" d=\"M10.5 29V16a5.5 5.5 0 0 1 11 0v13z\"/></svg>"
    );
    public(svg, "image/svg+xml")
}

/// What everybody gets, and may keep for an hour.
fn public(text: String, kind: &'static str) -> http::Response<Body> {
    let mut response = http::Response::new(Body::from(text.into_bytes()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let age = HeaderValue::from_static("public, max-age=3600");
    headers.insert(header::CACHE_CONTROL, age);
    response
}
