//! The route table. Everything that must know of all routes reads it here: dispatch, 404 and 405,
//! CORS preflight, OpenAPI, and the tests that try every guard.

mod checkout;
mod downloads;
mod shop;

pub use checkout::CheckoutId;
pub use downloads::DownloadId;
pub use shop::{CatalogueId, MeteringId, ShopId, ShopPageId};

use http::Method;
use tenant::App;

/// One route.
#[derive(Debug)]
pub struct Route {
    /// Its method. Where there is a GET there is a HEAD.
    pub method: Method,
    /// Its path. A segment in braces is a parameter.
    pub pattern: &'static str,
    /// On whose hosts it exists.
    pub apps: Apps,
    /// Who may use it.
    pub guard: Guard,
    /// What it does.
    pub id: RouteId,
}

impl Route {
    /// The page that it is, if it is one: a browser's, with a session in place of a token, and with
    /// problems that are pages too.
    #[must_use]
    pub fn page(&self) -> Option<PageId> {
        match self.id {
            RouteId::Page(page) => Some(page),
            _ => None,
        }
    }
}

/// On whose hosts a route exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apps {
    /// On any host, even one that belongs to nobody.
    AnyHost,
    /// On the hosts of every tenant.
    EveryTenant,
    /// On the operators' own host.
    Platform,
    /// On the hosts of every tenant and on the operators' own.
    Everywhere,
}

impl Apps {
    /// Whether a tenant with this app has the route.
    #[must_use]
    pub fn include(self, app: App) -> bool {
        match self {
            Self::AnyHost | Self::Everywhere => true,
            Self::EveryTenant => app != App::Platform,
            Self::Platform => app == App::Platform,
        }
    }
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Everybody, known or not.
    Open,
    /// Everybody, and whoever brings credentials is known by them; such as are no good are refused.
    Anyone,
    /// Whoever is known and has the scope.
    Scope(Scope),
    /// The account's holder, who pays and hands out keys: somebody who may change the account, and
    /// is no profile of it, such as a child.
    Holder,
    /// People with the role `admin` in the tenant.
    Admin,
    /// Visitors of pages, signed in or not.
    Visitor,
    /// People who are signed in with a browser; others are asked to sign in.
    Person,
    /// The same with the role `admin`.
    AdminPerson,
}

/// What a token or an API key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Talking to models.
    Chat,
    /// Reading the account.
    AccountRead,
    /// Changing the account: its keys and its sessions.
    AccountWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Chat, Self::AccountRead, Self::AccountWrite];

    /// The name in tokens and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::AccountRead => "account:read",
            Self::AccountWrite => "account:write",
        }
    }
}

/// What a route does. Dispatch is an exhaustive `match` over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum RouteId {
    Healthz,
    Readyz,
    Openapi,
    ChatCompletions,
    Messages,
    CountTokens,
    Responses,
    ListModels,
    GetModel,
    Balance,
    Transfers,
    Usage,
    Operations,
    CreateGrant,
    Books,
    CreateKey,
    RevokeKey,
    CreateTenant,
    ChangeTenant,
    PutDomain,
    ListKeys,
    CreateOwnKey,
    RevokeOwnKey,
    ListSessions,
    EndSession,
    StartSession,
    Me,
    CreateInvitation,
    ListRoles,
    RemoveRole,
    VerifyAudit,
    /// Something that administrators of a shop do, which is another match.
    Catalogue(CatalogueId),
    /// Something that is done with what is subscribed to, which is another match.
    Metering(MeteringId),
    /// Something that everybody does in a shop, which is another match.
    Shop(ShopId),
    /// Something between a quote and what was bought with it, which is another match.
    Checkout(CheckoutId),
    /// Something that is done with files that are sold, which is another match.
    Download(DownloadId),
    /// A page, which is another match.
    Page(PageId),
}

impl RouteId {
    /// A permanent name, for logs and as OpenAPI's `operationId`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthz => "healthz",
            Self::Readyz => "readyz",
            Self::Openapi => "openapi",
            Self::ChatCompletions => "chat_completions",
            Self::Messages => "messages",
            Self::CountTokens => "count_tokens",
            Self::Responses => "responses",
            Self::ListModels => "list_models",
            Self::GetModel => "get_model",
            Self::Balance => "balance",
            Self::Transfers => "transfers",
            Self::Usage => "usage",
            Self::Operations => "operations",
            Self::CreateGrant => "create_grant",
            Self::Books => "books",
            Self::CreateKey => "create_key",
            Self::RevokeKey => "revoke_key",
            Self::CreateTenant => "create_tenant",
            Self::ChangeTenant => "change_tenant",
            Self::PutDomain => "put_domain",
            Self::ListKeys => "list_keys",
            Self::CreateOwnKey => "create_own_key",
            Self::RevokeOwnKey => "revoke_own_key",
            Self::ListSessions => "list_sessions",
            Self::EndSession => "end_session",
            Self::StartSession => "start_session",
            Self::Me => "me",
            Self::CreateInvitation => "create_invitation",
            Self::ListRoles => "list_roles",
            Self::RemoveRole => "remove_role",
            Self::VerifyAudit => "verify_audit",
            Self::Catalogue(id) => id.as_str(),
            Self::Metering(id) => id.as_str(),
            Self::Shop(id) => id.as_str(),
            Self::Checkout(id) => id.as_str(),
            Self::Download(id) => id.as_str(),
            Self::Page(page) => page.as_str(),
        }
    }
}

/// Which page. [`crate::features::pages`] has an exhaustive `match` over this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum PageId {
    Login,
    Callback,
    Logout,
    LoggedOut,
    SignInHelp,
    Home,
    Manifest,
    Icon,
    Offline,
    Preferences,
    Account,
    AccountEndSession,
    AccountEndOthers,
    AccountCreateKey,
    AccountRevokeKey,
    Invitation,
    AcceptInvitation,
    Playground,
    PlaygroundAsk,
    Admin,
    AdminTenants,
    AdminTenant,
    AdminCreateTenant,
    AdminPutDomain,
    AdminAccounts,
    AdminAccount,
    AdminGrant,
    AdminInvite,
    AdminModels,
    AdminAudit,
    /// One of the shop's, which are another match.
    Shop(ShopPageId),
}

impl PageId {
    /// A permanent name, for logs and for the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Callback => "callback",
            Self::Logout => "logout",
            Self::LoggedOut => "logged_out",
            Self::SignInHelp => "sign_in_help",
            Self::Home => "home",
            Self::Manifest => "manifest",
            Self::Icon => "icon",
            Self::Offline => "offline",
            Self::Preferences => "preferences",
            Self::Account => "account",
            Self::AccountEndSession => "account_end_session",
            Self::AccountEndOthers => "account_end_others",
            Self::AccountCreateKey => "account_create_key",
            Self::AccountRevokeKey => "account_revoke_key",
            Self::Invitation => "invitation",
            Self::AcceptInvitation => "accept_invitation",
            Self::Playground => "playground",
            Self::PlaygroundAsk => "playground_ask",
            Self::Admin => "admin",
            Self::AdminTenants => "admin_tenants",
            Self::AdminTenant => "admin_tenant",
            Self::AdminCreateTenant => "admin_create_tenant",
            Self::AdminPutDomain => "admin_put_domain",
            Self::AdminAccounts => "admin_accounts",
            Self::AdminAccount => "admin_account",
            Self::AdminGrant => "admin_grant",
            Self::AdminInvite => "admin_invite",
            Self::AdminModels => "admin_models",
            Self::AdminAudit => "admin_audit",
            Self::Shop(id) => id.as_str(),
        }
    }
}

const CHAT: Guard = Guard::Scope(Scope::Chat);
const READ: Guard = Guard::Scope(Scope::AccountRead);
const WRITE: Guard = Guard::Scope(Scope::AccountWrite);

const fn catalogue(method: Method, pattern: &'static str, id: CatalogueId) -> Route {
    route(method, pattern, Apps::EveryTenant, Guard::Admin, RouteId::Catalogue(id))
}

const fn shop_page(method: Method, pattern: &'static str, guard: Guard, id: ShopPageId) -> Route {
    route(method, pattern, Apps::EveryTenant, guard, RouteId::Page(PageId::Shop(id)))
}

const fn shop(method: Method, pattern: &'static str, guard: Guard, id: ShopId) -> Route {
    route(method, pattern, Apps::EveryTenant, guard, RouteId::Shop(id))
}

const fn pay(
    method: Method,
    pattern: &'static str,
    apps: Apps,
    guard: Guard,
    id: CheckoutId,
) -> Route {
    route(method, pattern, apps, guard, RouteId::Checkout(id))
}

const fn files(method: Method, pattern: &'static str, guard: Guard, id: DownloadId) -> Route {
    route(method, pattern, Apps::EveryTenant, guard, RouteId::Download(id))
}

const fn metering(method: Method, pattern: &'static str, guard: Guard, id: MeteringId) -> Route {
    route(method, pattern, Apps::EveryTenant, guard, RouteId::Metering(id))
}

const fn route(
    method: Method,
    pattern: &'static str,
    apps: Apps,
    guard: Guard,
    id: RouteId,
) -> Route {
    Route { method, pattern, apps, guard, id }
}

/// The table.
#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    route(Method::GET, "/healthz", Apps::AnyHost, Guard::Open, RouteId::Healthz),
    route(Method::GET, "/readyz", Apps::AnyHost, Guard::Open, RouteId::Readyz),
    route(Method::GET, "/openapi.json", Apps::AnyHost, Guard::Open, RouteId::Openapi),
    route(Method::POST, "/v1/chat/completions", Apps::EveryTenant, CHAT, RouteId::ChatCompletions),
    route(Method::POST, "/v1/messages", Apps::EveryTenant, CHAT, RouteId::Messages),
    route(Method::POST, "/v1/messages/count_tokens", Apps::EveryTenant, CHAT, RouteId::CountTokens),
    route(Method::POST, "/v1/responses", Apps::EveryTenant, CHAT, RouteId::Responses),
    route(Method::GET, "/v1/models", Apps::EveryTenant, CHAT, RouteId::ListModels),
    route(Method::GET, "/v1/models/{model}", Apps::EveryTenant, CHAT, RouteId::GetModel),
    route(Method::GET, "/me/balance", Apps::EveryTenant, READ, RouteId::Balance),
    route(Method::GET, "/me/transfers", Apps::EveryTenant, READ, RouteId::Transfers),
    route(Method::GET, "/me/usage", Apps::EveryTenant, READ, RouteId::Usage),
    route(Method::POST, "/admin/accounts/{account}/grants", Apps::EveryTenant, Guard::Admin, RouteId::CreateGrant),
    route(Method::GET, "/admin/accounts/{account}/books", Apps::EveryTenant, Guard::Admin, RouteId::Books),
    route(Method::GET, "/admin/accounts/{account}/operations", Apps::EveryTenant, Guard::Admin, RouteId::Operations),
    route(Method::POST, "/admin/accounts/{account}/keys", Apps::EveryTenant, Guard::Admin, RouteId::CreateKey),
    route(Method::DELETE, "/admin/accounts/{account}/keys/{key}", Apps::EveryTenant, Guard::Admin, RouteId::RevokeKey),
    route(Method::POST, "/admin/tenants", Apps::Platform, Guard::Admin, RouteId::CreateTenant),
    route(Method::PUT, "/admin/tenants/{tenant}", Apps::Platform, Guard::Admin, RouteId::ChangeTenant),
    route(Method::PUT, "/admin/tenants/{tenant}/domains/{host}", Apps::Platform, Guard::Admin, RouteId::PutDomain),
    route(Method::GET, "/me/keys", Apps::EveryTenant, READ, RouteId::ListKeys),
    route(Method::POST, "/me/keys", Apps::EveryTenant, Guard::Holder, RouteId::CreateOwnKey),
    route(Method::DELETE, "/me/keys/{key}", Apps::EveryTenant, Guard::Holder, RouteId::RevokeOwnKey),
    route(Method::GET, "/me/sessions", Apps::Everywhere, READ, RouteId::ListSessions),
    route(Method::DELETE, "/me/sessions/{session}", Apps::Everywhere, Guard::Holder, RouteId::EndSession),
    route(Method::POST, "/auth/session", Apps::Everywhere, WRITE, RouteId::StartSession),
    route(Method::GET, "/auth/me", Apps::Everywhere, READ, RouteId::Me),
    route(Method::GET, "/auth/login", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Login)),
    route(Method::GET, "/auth/callback", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Callback)),
    route(Method::POST, "/auth/logout", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Logout)),
    route(Method::GET, "/auth/logged-out", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::LoggedOut)),
    route(Method::GET, "/auth/help", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::SignInHelp)),
    route(Method::GET, "/", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Home)),
    route(Method::GET, "/icon.svg", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Icon)),
    route(Method::GET, "/manifest.webmanifest", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Manifest)),
    route(Method::GET, "/offline", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Offline)),
    route(Method::POST, "/preferences", Apps::Everywhere, Guard::Visitor, RouteId::Page(PageId::Preferences)),
    route(Method::GET, "/account", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::Account)),
    route(Method::POST, "/account/sessions/{session}/revoke", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::AccountEndSession)),
    route(Method::POST, "/account/sessions/revoke-others", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::AccountEndOthers)),
    route(Method::POST, "/account/keys", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::AccountCreateKey)),
    route(Method::POST, "/account/keys/{key}/revoke", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::AccountRevokeKey)),
    route(Method::POST, "/admin/invitations", Apps::Everywhere, Guard::Admin, RouteId::CreateInvitation),
    route(Method::GET, "/admin/accounts/{account}/roles", Apps::Everywhere, Guard::Admin, RouteId::ListRoles),
    route(Method::DELETE, "/admin/accounts/{account}/roles/{role}", Apps::Everywhere, Guard::Admin, RouteId::RemoveRole),
    route(Method::GET, "/admin/audit/verify", Apps::Everywhere, Guard::Admin, RouteId::VerifyAudit),
    route(Method::GET, "/invite", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::Invitation)),
    route(Method::POST, "/invite", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::AcceptInvitation)),
    route(Method::GET, "/playground", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::Playground)),
    route(Method::POST, "/playground", Apps::Everywhere, Guard::Person, RouteId::Page(PageId::PlaygroundAsk)),
    route(Method::GET, "/admin", Apps::Everywhere, Guard::AdminPerson, RouteId::Page(PageId::Admin)),
    route(Method::GET, "/admin/pages/tenants", Apps::Platform, Guard::AdminPerson, RouteId::Page(PageId::AdminTenants)),
    route(Method::GET, "/admin/pages/tenants/{tenant}", Apps::Platform, Guard::AdminPerson, RouteId::Page(PageId::AdminTenant)),
    route(Method::POST, "/admin/pages/tenants", Apps::Platform, Guard::AdminPerson, RouteId::Page(PageId::AdminCreateTenant)),
    route(Method::POST, "/admin/pages/tenants/{tenant}/domains", Apps::Platform, Guard::AdminPerson, RouteId::Page(PageId::AdminPutDomain)),
    route(Method::GET, "/admin/pages/accounts", Apps::Everywhere, Guard::AdminPerson, RouteId::Page(PageId::AdminAccounts)),
    route(Method::GET, "/admin/pages/accounts/{account}", Apps::Everywhere, Guard::AdminPerson, RouteId::Page(PageId::AdminAccount)),
    route(Method::POST, "/admin/pages/accounts/{account}/grants", Apps::Everywhere, Guard::AdminPerson, RouteId::Page(PageId::AdminGrant)),
    route(Method::POST, "/admin/pages/invitations", Apps::Everywhere, Guard::AdminPerson, RouteId::Page(PageId::AdminInvite)),
    route(Method::GET, "/admin/pages/models", Apps::Everywhere, Guard::AdminPerson, RouteId::Page(PageId::AdminModels)),
    route(Method::GET, "/admin/pages/audit", Apps::Everywhere, Guard::AdminPerson, RouteId::Page(PageId::AdminAudit)),
    shop_page(Method::GET, "/shop", Guard::Visitor, ShopPageId::Shop),
    shop_page(Method::GET, "/cart", Guard::Visitor, ShopPageId::Cart),
    shop_page(Method::POST, "/cart/lines", Guard::Visitor, ShopPageId::AddLine),
    shop_page(Method::POST, "/cart/lines/{product}", Guard::Visitor, ShopPageId::ChangeLine),
    shop_page(Method::POST, "/cart/lines/{product}/remove", Guard::Visitor, ShopPageId::RemoveLine),
    shop_page(Method::POST, "/cart/coupon", Guard::Visitor, ShopPageId::PutCoupon),
    shop_page(Method::POST, "/cart/coupon/remove", Guard::Visitor, ShopPageId::RemoveCoupon),
    shop_page(Method::GET, "/orders", Guard::Person, ShopPageId::Orders),
    shop_page(Method::POST, "/cart/checkout", Guard::Visitor, ShopPageId::Checkout),
    shop_page(Method::GET, "/checkout/return", Guard::Person, ShopPageId::CheckoutReturn),
    shop_page(Method::GET, "/products", Guard::Person, ShopPageId::MyProducts),
    shop_page(Method::POST, "/products/{entitlement}/download", Guard::Person, ShopPageId::Download),
    shop_page(Method::POST, "/products/{entitlement}/licence", Guard::Person, ShopPageId::AcceptLicence),
    shop_page(Method::POST, "/products/portal", Guard::Person, ShopPageId::Portal),
    shop_page(Method::GET, "/invoices", Guard::Person, ShopPageId::Invoices),
    shop_page(Method::GET, "/invoices/{invoice}", Guard::Person, ShopPageId::Invoice),
    shop_page(Method::GET, "/invoices/{invoice}/csv", Guard::Person, ShopPageId::InvoiceCsv),
    catalogue(Method::GET, "/admin/products", CatalogueId::ListProducts),
    catalogue(Method::POST, "/admin/products", CatalogueId::CreateProduct),
    catalogue(Method::GET, "/admin/products/{product}", CatalogueId::GetProduct),
    catalogue(Method::PATCH, "/admin/products/{product}", CatalogueId::ChangeProduct),
    catalogue(Method::DELETE, "/admin/products/{product}", CatalogueId::ArchiveProduct),
    catalogue(Method::PUT, "/admin/products/{product}/stock", CatalogueId::PutStock),
    catalogue(Method::PUT, "/admin/products/{product}/assets", CatalogueId::PutAssets),
    catalogue(Method::GET, "/admin/products/{product}/prices", CatalogueId::ListPrices),
    catalogue(Method::POST, "/admin/products/{product}/prices", CatalogueId::CreatePrice),
    catalogue(Method::DELETE, "/admin/prices/{price}", CatalogueId::ArchivePrice),
    catalogue(Method::GET, "/admin/price-lists", CatalogueId::ListPriceLists),
    catalogue(Method::PUT, "/admin/price-lists/{list}", CatalogueId::PutPriceList),
    catalogue(Method::GET, "/admin/coupons", CatalogueId::ListCoupons),
    catalogue(Method::POST, "/admin/coupons", CatalogueId::CreateCoupon),
    catalogue(Method::DELETE, "/admin/coupons/{code}", CatalogueId::ArchiveCoupon),
    shop(Method::GET, "/public/pricing", Guard::Open, ShopId::Pricing),
    shop(Method::GET, "/public/products", Guard::Open, ShopId::Products),
    shop(Method::POST, "/cart", Guard::Anyone, ShopId::CreateCart),
    shop(Method::GET, "/cart/{cart}", Guard::Anyone, ShopId::GetCart),
    shop(Method::PATCH, "/cart/{cart}", Guard::Anyone, ShopId::ChangeCart),
    shop(Method::DELETE, "/cart/{cart}", Guard::Anyone, ShopId::DeleteCart),
    shop(Method::POST, "/cart/{cart}/quote", Guard::Anyone, ShopId::CreateQuote),
    pay(Method::POST, "/checkout/create-session", Apps::EveryTenant, Guard::Holder, CheckoutId::CreateSession),
    pay(Method::POST, "/checkout/payment-intent", Apps::EveryTenant, Guard::Holder, CheckoutId::CreateIntent),
    pay(Method::POST, "/webhooks/stripe", Apps::Everywhere, Guard::Open, CheckoutId::Webhook),
    pay(Method::POST, "/stripe/webhook", Apps::Everywhere, Guard::Open, CheckoutId::WebhookToo),
    pay(Method::POST, "/internal/reconcile", Apps::Everywhere, Guard::Open, CheckoutId::Reconcile),
    pay(Method::GET, "/me/orders", Apps::EveryTenant, READ, CheckoutId::Orders),
    pay(Method::GET, "/me/orders/{order}", Apps::EveryTenant, READ, CheckoutId::Order),
    pay(Method::GET, "/me/invoices", Apps::EveryTenant, READ, CheckoutId::Invoices),
    pay(Method::GET, "/me/invoices/{invoice}", Apps::EveryTenant, READ, CheckoutId::Invoice),
    pay(Method::POST, "/admin/orders/{order}/refunds", Apps::EveryTenant, Guard::Admin, CheckoutId::Refund),
    pay(Method::GET, "/admin/payments", Apps::EveryTenant, Guard::Admin, CheckoutId::Payments),
    files(Method::GET, "/me/entitlements", READ, DownloadId::Entitlements),
    files(Method::POST, "/me/entitlements/{entitlement}/licence", Guard::Holder, DownloadId::AcceptLicence),
    // A link changes nothing of the account: whoever may read what was bought may download it.
    files(Method::POST, "/downloads/link", READ, DownloadId::CreateLink),
    files(Method::GET, "/d/{token}", Guard::Open, DownloadId::Fetch),
    files(Method::POST, "/upload/url", Guard::Admin, DownloadId::CreateUpload),
    files(Method::PUT, "/upload/{asset}", Guard::Admin, DownloadId::PutUpload),
    files(Method::POST, "/upload/{asset}/complete", Guard::Admin, DownloadId::CompleteUpload),
    files(Method::GET, "/admin/assets", Guard::Admin, DownloadId::Assets),
    files(Method::GET, "/internal/scans/{asset}", Guard::Open, DownloadId::ScanFile),
    files(Method::POST, "/internal/scans/{asset}", Guard::Open, DownloadId::ScanVerdict),
    metering(Method::POST, "/usage/events", WRITE, MeteringId::RecordUsage),
    metering(Method::GET, "/subscription/status", READ, MeteringId::Status),
    metering(Method::POST, "/subscription/portal", Guard::Holder, MeteringId::Portal),
    metering(Method::POST, "/subscription/quantity", Guard::Holder, MeteringId::Quantity),
    metering(Method::GET, "/admin/alerts", Guard::Admin, MeteringId::Alerts),
];

/// The parameters of a path, in the pattern's order, as they stand in the address.
pub type Params<'a> = Vec<&'a str>;

/// What the table says about a request.
#[derive(Debug)]
pub enum Match<'a> {
    /// This route, with these parameters.
    Found(&'static Route, Params<'a>),
    /// The path exists with other methods.
    OtherMethods(Vec<&'static Route>),
    /// The path does not exist.
    Nothing,
}

/// Looks a request up.
#[must_use]
pub fn find<'a>(method: &Method, path: &'a str) -> Match<'a> {
    let wanted = if method == Method::HEAD { &Method::GET } else { method };
    let mut others = Vec::new();
    for route in ROUTES {
        let Some(params) = params(route.pattern, path) else { continue };
        if route.method == *wanted {
            return Match::Found(route, params);
        }
        others.push(route);
    }
    if others.is_empty() { Match::Nothing } else { Match::OtherMethods(others) }
}

/// The methods of some routes of one path, as an `Allow` header lists them.
pub fn allow<'a>(routes: impl IntoIterator<Item = &'a Route>) -> String {
    let methods = routes.into_iter().map(|route| match route.method {
        Method::GET => "GET, HEAD",
        ref method => method.as_str(),
    });
    methods.collect::<Vec<_>>().join(", ")
}

fn params<'a>(pattern: &str, path: &'a str) -> Option<Params<'a>> {
    let mut params = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            params.push(segment);
        } else if expected != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: Method, path: &str) -> Option<(RouteId, Vec<String>)> {
        match find(&method, path) {
            Match::Found(route, params) => {
                Some((route.id, params.into_iter().map(str::to_owned).collect()))
            }
            _ => None,
        }
    }

    #[test]
    fn paths_are_matched_whole() {
        assert_eq!(found(Method::GET, "/healthz"), Some((RouteId::Healthz, vec![])));
        assert_eq!(found(Method::HEAD, "/healthz"), Some((RouteId::Healthz, vec![])));
        for path in ["", "/healthz/", "//healthz", "/healthz/x", "/HEALTHZ", "/health"] {
            assert_eq!(found(Method::GET, path), None, "{path}");
        }
    }

    #[test]
    fn parameters_are_segments() {
        let path = "/admin/tenants/ten_1/domains/shop.example.com";
        let params = vec!["ten_1".to_owned(), "shop.example.com".to_owned()];
        assert_eq!(found(Method::PUT, path), Some((RouteId::PutDomain, params)));
        assert_eq!(found(Method::PUT, "/admin/tenants//domains/x"), None);
        assert_eq!(found(Method::PUT, "/admin/tenants/a/b/domains/x"), None);
    }

    #[test]
    fn another_method_is_told_apart_from_nothing() {
        let methods = |method, path| match find(&method, path) {
            Match::OtherMethods(routes) => allow(routes),
            _ => String::new(),
        };
        assert_eq!(methods(Method::DELETE, "/v1/models"), "GET, HEAD");
        assert_eq!(methods(Method::GET, "/v1/chat/completions"), "POST");
        assert!(matches!(find(&Method::GET, "/nowhere"), Match::Nothing));
    }

    #[test]
    fn names_are_unique() {
        for (index, route) in ROUTES.iter().enumerate() {
            for other in ROUTES.iter().skip(index + 1) {
                assert_ne!(route.id.as_str(), other.id.as_str());
                assert!(route.method != other.method || route.pattern != other.pattern);
            }
        }
    }
}
