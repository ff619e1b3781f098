//! The route table. Everything that must know of all routes reads it here: dispatch, 404 and 405,
//! CORS preflight, OpenAPI, and the tests that try every guard.

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

/// On whose hosts a route exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apps {
    /// On any host, even one that belongs to nobody.
    AnyHost,
    /// On the hosts of every tenant.
    EveryTenant,
    /// On the operators' own host.
    Platform,
}

impl Apps {
    /// Whether a tenant with this app has the route.
    #[must_use]
    pub fn include(self, app: App) -> bool {
        match self {
            Self::AnyHost => true,
            Self::EveryTenant => app != App::Platform,
            Self::Platform => app == App::Platform,
        }
    }
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Everybody.
    Open,
    /// Whoever is known and has the scope.
    Scope(Scope),
    /// People with the role `admin` in the tenant.
    Admin,
}

/// What a token or an API key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Talking to models.
    Chat,
    /// Reading the account.
    AccountRead,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Chat, Self::AccountRead];

    /// The name in tokens and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::AccountRead => "account:read",
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
    PutDomain,
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
            Self::PutDomain => "put_domain",
        }
    }
}

const CHAT: Guard = Guard::Scope(Scope::Chat);
const READ: Guard = Guard::Scope(Scope::AccountRead);

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
    route(Method::PUT, "/admin/tenants/{tenant}/domains/{host}", Apps::Platform, Guard::Admin, RouteId::PutDomain),
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
        for path in ["/", "", "/healthz/", "//healthz", "/healthz/x", "/HEALTHZ", "/health"] {
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
