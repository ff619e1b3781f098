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
mod shop;

pub use html::preference;

use crate::{
    app::{Platform, Visit},
    features::{auth, invitations},
    problem::Problem,
    respond::header_text,
    routes::PageId,
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
    id: PageId,
    visit: &Visit<P>,
) -> Result<http::Response<Body>, Problem> {
    match id {
        PageId::Login => auth::begin(visit).await,
        PageId::Callback => auth::callback(visit).await,
        PageId::Logout => auth::logout(visit).await,
        PageId::LoggedOut => auth::logged_out(visit),
        PageId::SignInHelp => Err(auth::help(visit)),
        PageId::Home => visit.page(|page| HomeView.render(page)),
        PageId::Offline => visit.page(|page| OfflineView.render(page)),
        PageId::Manifest => Ok(manifest(visit)),
        PageId::Icon => Ok(icon(visit)),
        PageId::Preferences => preferences::put(visit).await,
        PageId::Account => account::show(visit, account::Shown::default()).await,
        PageId::AccountEndSession => account::end_session(visit).await,
        PageId::AccountEndOthers => account::end_others(visit).await,
        PageId::AccountCreateKey => account::create_key(visit).await,
        PageId::AccountRevokeKey => account::revoke_key(visit).await,
        PageId::Shop(id) => shop::answer(id, visit).await,
        PageId::Invitation => invitations::show(visit),
        PageId::AcceptInvitation => invitations::accept(visit).await,
        PageId::Playground => playground::show(visit).await,
        PageId::PlaygroundAsk => playground::ask(visit).await,
        PageId::Admin => admin::overview(visit).await,
        PageId::AdminTenants => admin::tenants(visit, &admin::Sent::default()).await,
        PageId::AdminTenant => admin::tenant(visit, &admin::Sent::default()).await,
        PageId::AdminCreateTenant => admin::create_tenant(visit).await,
        PageId::AdminPutDomain => admin::put_domain(visit).await,
        PageId::AdminAccounts => admin::accounts(visit, None),
        PageId::AdminAccount => admin::account(visit, &admin::Sent::default()).await,
        PageId::AdminGrant => admin::grant(visit).await,
        PageId::AdminInvite => admin::invite(visit),
        PageId::AdminModels => admin::models(visit),
        PageId::AdminAudit => admin::audit(visit).await,
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
