//! From a request to a response: the order in which things are found out.

use crate::{
    app::{App, Call, Cx, Platform, Reply, Visit, entropy},
    directory,
    features::{
        admin, audit, auth, chat, checkout, downloads, health, invitations, keys, me, metering,
        models, pages, shop, usage,
    },
    guard::{self, Caller},
    log::Line,
    problem::{Needed, Problem, Shape},
    rates,
    respond::{self, header_text},
    routes::{self, Apps, Guard, Match, PageId, Route, RouteId, Scope, ShopId},
    sessions::{self, Seen},
    shopper::{Shopper, Whence},
};
use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use kernel::{AccountId, RequestId};
use limit::Standing;
use model::Dialect;
use ports::{Body, Clock, Host, Peer};
use signin::{cookie::SESSION, csrf};
use std::{net::IpAddr, rc::Rc};
use tenant::Tenant;

/// How long a browser may remember what a preflight said.
const PREFLIGHT_SECONDS: &str = "600";

/// What a browser's scripts may read of a response beside its body.
const EXPOSED: &str = "x-request-id, request-id, retry-after, ratelimit-limit, ratelimit-remaining, \
    ratelimit-reset, x-postern-model, x-postern-provider, x-postern-attempts, \
    age, cache-status";

/// Answers a request.
///
/// `app` is what the instance remembers; an adapter makes one and keeps it.
pub async fn handle<P: Platform>(
    app: &Rc<App>,
    host: P::Host,
    request: http::Request<Body>,
    peer: &Peer,
) -> http::Response<Body> {
    let now = host.clock().now();
    let request_id = RequestId::generate(now, entropy(&host));
    let shape = Shape::of(request.uri().path());
    let is_head = request.method() == Method::HEAD;
    let line = Line {
        request_id: request_id.clone(),
        method: request.method().to_string(),
        route: None,
        tenant: None,
        account: None,
        status: 0,
        duration_ms: 0,
        spent: None,
        cause: None,
        started: now,
    };
    let is_message = shape == Shape::Anthropic;
    let mut exchange = Exchange { line, standing: None, origin: None, is_message, cookie: None };
    let outcome = serve::<P>(app, &host, request, peer, &mut exchange).await;
    let mut reply = outcome.unwrap_or_else(|problem| {
        exchange.line.note(&problem);
        if let Problem::RateLimited(standing) | Problem::TokensLimited(standing) = &problem {
            exchange.standing = Some(*standing);
        }
        problem.response(shape, &request_id).into()
    });
    if let Some(standing) = reply.standing {
        exchange.standing = Some(standing);
    }
    exchange.dress(reply.response.headers_mut());
    if is_head {
        *reply.response.body_mut() = Body::empty();
    }
    let mut line = exchange.line;
    line.status = reply.response.status().as_u16();
    match reply.slot {
        Some(slot) => slot.answered(line, host.clock().now()),
        None => line.write(host.clock().now()),
    }
    reply.response
}

/// Looks after what requests leave undone: events that were missed, orders that nobody paid, messages
/// that wait. Called from time to time; doing it twice at once does no harm.
pub async fn look_after<P: Platform>(app: &Rc<App>, host: P::Host) {
    let now = host.clock().now();
    let request_id = RequestId::generate(now, entropy(&host));
    let settings = match app.settings(&host).await {
        Ok(settings) => settings,
        Err(problem) => {
            return log::error!("{request_id}: {}", problem.cause().unwrap_or_default());
        }
    };
    let cx: Cx<P> = Cx { app: app.clone(), host, settings, request_id, now };
    match checkout::everything(&cx).await {
        Ok(report) => log::info!("{}: looked after: {report:?}", cx.request_id),
        Err(problem) => {
            let cause = problem.cause().unwrap_or_default();
            log::error!("{}: could not look after anything: {cause}", cx.request_id);
        }
    }
}

/// What is found out about a request on the way, and shows in its response and its log line.
struct Exchange {
    line: Line,
    standing: Option<Standing>,
    /// Whether the client is one of Anthropic's API.
    is_message: bool,
    /// The cookie that the browser is to have from now on.
    cookie: Option<String>,
    /// The page that asks, when its tenant lets it read the answer.
    origin: Option<HeaderValue>,
}

impl Exchange {
    /// Adds the headers that every response has.
    fn dress(&self, headers: &mut HeaderMap) {
        let text = |value: &str| HeaderValue::from_str(value).ok();
        if let Some(id) = text(self.line.request_id.as_str()) {
            headers.insert(HeaderName::from_static("x-request-id"), id.clone());
            // By which Anthropic's clients know a request.
            if self.is_message {
                headers.insert(HeaderName::from_static("request-id"), id);
            }
        }
        if let Some(cookie) = self.cookie.as_deref().and_then(text) {
            // An answer that signs in or out knows better.
            let session = |set: &HeaderValue| set.as_bytes().starts_with(SESSION.as_bytes());
            if !headers.get_all(header::SET_COOKIE).iter().any(session) {
                headers.append(header::SET_COOKIE, cookie);
            }
        }
        let nosniff = HeaderValue::from_static("nosniff");
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if let Some(Standing { limit, remaining, reset_ms, .. }) = self.standing {
            let mut number = |name, n: u64| {
                headers.insert(HeaderName::from_static(name), HeaderValue::from(n));
            };
            number("ratelimit-limit", limit.into());
            number("ratelimit-remaining", remaining.into());
            number("ratelimit-reset", reset_ms.div_ceil(1000));
        }
        if let Some(origin) = &self.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers
                .insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
    }
}

async fn serve<P: Platform>(
    app: &Rc<App>,
    host: &P::Host,
    request: http::Request<Body>,
    peer: &Peer,
    exchange: &mut Exchange,
) -> Result<Reply, Problem> {
    let (parts, body) = request.into_parts();
    let found = routes::find(&parts.method, parts.uri.path());
    if let Match::Found(route, _) = &found {
        exchange.line.route = Some(route.id.as_str());
        // Whether an instance lives can be asked before anything else works.
        if route.id == RouteId::Healthz {
            return Ok(health::healthz().into());
        }
    }
    let cx: Cx<P> = Cx {
        app: app.clone(),
        host: host.clone(),
        settings: app.settings(host).await?,
        request_id: exchange.line.request_id.clone(),
        now: exchange.line.started,
    };
    if let Match::Found(route, _) = &found
        && route.apps == Apps::AnyHost
    {
        return Ok(match route.id {
            RouteId::Readyz => health::readyz(&cx).await,
            _ => health::openapi(&cx),
        }
        .into());
    }
    let (tenant, origin, client) = find_tenant(&cx, &parts, peer, exchange).await?;
    let (route, params) = match found {
        Match::Found(route, params) if route.apps.include(tenant.app) => (route, params),
        found => {
            return other(&cx, &tenant, &parts, origin, found, exchange).boxed_local().await;
        }
    };
    let params: Vec<_> = params.into_iter().map(str::to_owned).collect();
    if let Some(page) = route.page() {
        let mut visit = Visit::new(cx, tenant, &parts, origin);
        visit.params = params;
        visit.whence = Whence::of(&visit.cx, &parts, peer, client);
        let answer = visit_page(visit, route, page, &parts, body, exchange).boxed_local();
        return Ok(answer.await.into());
    }
    // A browser that a person has sent to an address for programs gets its problems as pages.
    let visitor = pages::is_for_people(&parts)
        .then(|| Visit::new(cx.clone(), tenant.clone(), &parts, origin.clone()));
    let outcome = async {
        if let RouteId::Shop(id) = route.id {
            let query = parts.uri.query().unwrap_or_default().to_owned();
            let (headers, whence) = (HeaderMap::new(), Whence::of(&cx, &parts, peer, client));
            let shopper =
                Shopper { cx, tenant, caller: None, params, query, headers, body, whence };
            return visit_shop(shopper, route, id, parts, &origin, exchange).boxed_local().await;
        }
        if let (RouteId::Download(id), Guard::Open) = (route.id, route.guard) {
            let query = parts.uri.query().unwrap_or_default().to_owned();
            let (whence, caller) = (Whence { client, country: None }, None);
            let is_head = parts.method == Method::HEAD;
            let headers = parts.headers;
            let visitor = Shopper { cx, tenant, caller, params, query, headers, body, whence };
            let answer = downloads::visit(id, visitor, is_head).boxed_local();
            return Ok(answer.await?.into());
        }
        if let (RouteId::Checkout(id), Guard::Open) = (route.id, route.guard) {
            let (whence, caller) = (Whence { client, country: None }, None);
            let (query, headers) = (String::new(), parts.headers);
            let visitor = Shopper { cx, tenant, caller, params, query, headers, body, whence };
            return Ok(checkout::visit(id, visitor).boxed_local().await?.into());
        }
        let (caller, cookie) = guard::admit(&cx, &tenant, route.guard, &parts, &origin).await?;
        exchange.cookie = cookie;
        exchange.line.account = Some(caller.account().clone());
        count(&cx, &tenant, route, &caller, exchange).await?;
        let done = (route.guard == Guard::Admin && !is_safe(&parts.method))
            .then(|| Done::by(&cx, &tenant, &caller, route, &params));
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let headers = parts.headers;
        let call = Call { cx, tenant, caller, params, query, headers, body, origin, client };
        let reply = dispatch(route.id, call).await?;
        if let Some(done) = done.filter(|_| reply.response.status().is_success()) {
            done.note();
        }
        Ok(reply)
    };
    match (outcome.await, visitor) {
        (Err(problem), Some(mut visit)) => {
            exchange.line.note(&problem);
            visit.recognise().await;
            Ok(visit.problem_page(&problem).into())
        }
        (outcome, _) => outcome,
    }
}

/// Answers somebody who looks and buys. What is the same for everybody does not ask who it is, so
/// that its answer can be kept.
async fn visit_shop<P: Platform>(
    mut shopper: Shopper<P>,
    route: &Route,
    id: ShopId,
    parts: Parts,
    origin: &str,
    exchange: &mut Exchange,
) -> Result<Reply, Problem> {
    if route.guard == Guard::Anyone {
        let scope = if is_safe(&parts.method) { Scope::AccountRead } else { Scope::AccountWrite };
        let (cx, tenant) = (&shopper.cx, &shopper.tenant);
        let (caller, cookie) = guard::recognise(cx, tenant, scope, &parts, origin).await?;
        exchange.cookie = cookie;
        if let Some(caller) = &caller {
            exchange.line.account = Some(caller.account().clone());
            count(cx, tenant, route, caller, exchange).await?;
        }
        shopper.caller = caller;
    }
    shopper.headers = parts.headers;
    Ok(shop::answer(id, shopper).await?.into())
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// What an administrator is about to do.
struct Done<P: Platform> {
    cx: Cx<P>,
    tenant: Rc<Tenant>,
    actor: AccountId,
    action: &'static str,
    subject: String,
}

impl<P: Platform> Done<P> {
    fn by(
        cx: &Cx<P>,
        tenant: &Rc<Tenant>,
        caller: &Caller,
        route: &Route,
        params: &[String],
    ) -> Self {
        let (cx, tenant, actor) = (cx.clone(), tenant.clone(), caller.account().clone());
        Self { cx, tenant, actor, action: route.id.as_str(), subject: params.join(" ") }
    }

    /// Writes down that it is done.
    fn note(self) {
        audit::note(&self.cx, &self.tenant, &self.actor, self.action, &self.subject);
    }
}

/// Answers a request that no route of the tenant's takes.
async fn other<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    parts: &Parts,
    origin: String,
    found: Match<'_>,
    exchange: &Exchange,
) -> Result<Reply, Problem> {
    let mut routes = match found {
        Match::OtherMethods(routes) => routes,
        Match::Found(..) | Match::Nothing => Vec::new(),
    };
    routes.retain(|route| route.apps.include(tenant.app));
    let problem = if routes.is_empty() {
        Problem::NotFound
    } else {
        let allow = routes::allow(routes);
        if parts.method == Method::OPTIONS {
            return Ok(preflight(&allow, exchange.origin.is_some()).into());
        }
        Problem::MethodNotAllowed { allow }
    };
    if pages::is_for_people(parts) {
        let mut visit = Visit::new(cx.clone(), tenant.clone(), parts, origin);
        visit.recognise().await;
        return Ok(visit.problem_page(&problem).into());
    }
    Err(problem)
}

/// Answers a request for a page, with a page whatever happens.
async fn visit_page<P: Platform>(
    mut visit: Visit<P>,
    route: &Route,
    page: PageId,
    parts: &Parts,
    body: Body,
    exchange: &mut Exchange,
) -> http::Response<Body> {
    let outcome = async {
        let seen = sessions::find(&visit.cx, &visit.tenant, &visit.headers).await?;
        if let Some(Seen { session, cookie }) = seen {
            exchange.cookie = cookie;
            exchange.line.account = Some(session.account().clone());
            visit.session = Some(session);
        }
        match (route.guard, &visit.session) {
            (Guard::Visitor, _) => {}
            (_, None) => return Err(Problem::SignInRequired),
            (Guard::AdminPerson, Some(session)) if !Caller::from_session(session).is_admin() => {
                return Err(Problem::Forbidden(Needed::Admin));
            }
            (_, Some(session)) => {
                let (cx, tenant) = (&visit.cx, &visit.tenant);
                let caller = Caller::from_session(session);
                if let Some(standing) = rates::count_caller(cx, tenant, &caller).await? {
                    exchange.standing = Some(standing);
                }
            }
        }
        if !visit.is_get {
            visit.read_form(body).await?;
            let field = Some(visit.field(csrf::FIELD)).filter(|field| !field.is_empty());
            match &visit.session {
                Some(session) => {
                    guard::check_csrf(&visit.cx, parts, &visit.origin, session, field)?;
                }
                // Nobody's form changes little; it is not another site's to send all the same.
                None if header_text(&visit.headers, "origin") != Some(&visit.origin) => {
                    return Err(Problem::Csrf(csrf::CsrfError::CrossOrigin));
                }
                None => {}
            }
        }
        let response = pages::answer(page, &visit).boxed_local().await?;
        let status = response.status();
        let is_done = !visit.is_get && (status.is_success() || status == StatusCode::SEE_OTHER);
        if let (Guard::AdminPerson, true, Some(session)) = (route.guard, is_done, &visit.session) {
            let caller = Caller::from_session(session);
            Done::by(&visit.cx, &visit.tenant, &caller, route, &visit.params).note();
        }
        Ok(response)
    };
    match outcome.await {
        Ok(response) => response,
        Err(Problem::SignInRequired) if visit.is_get => visit.to_sign_in(),
        Err(problem) => {
            exchange.line.note(&problem);
            visit.problem_page(&problem)
        }
    }
}

/// Finds out whose host was asked, and what that tenant lets the other side do.
async fn find_tenant<P: Platform>(
    cx: &Cx<P>,
    parts: &Parts,
    peer: &Peer,
    exchange: &mut Exchange,
) -> Result<(Rc<Tenant>, String, Option<IpAddr>), Problem> {
    let text = |name| header_text(&parts.headers, name);
    let asked = tenant::forwarded(
        text("host").unwrap_or_default(),
        peer.address,
        text("x-forwarded-host"),
        text("x-forwarded-for"),
        &cx.settings.proxies,
    );
    let tenant = directory::resolve(cx, asked.host).await?;
    exchange.line.tenant = Some(tenant.id.clone());
    let origin = parts.headers.get(header::ORIGIN);
    let allowed = |origin: &&HeaderValue| origin.to_str().is_ok_and(|o| tenant.allows_origin(o));
    exchange.origin = origin.filter(allowed).cloned();
    if let (Some(per_minute), Some(client)) =
        (tenant.limits.requests_per_minute_per_ip, asked.client)
    {
        let client = client.to_string();
        exchange.standing = Some(rates::count(cx, &tenant, &client, per_minute).await?);
    }
    // TLS ends before us, and there is no other way in, but for a developer's own machine.
    let name = asked.host.rsplit_once(':').map_or(asked.host, |(name, _)| name);
    let is_local = cx.settings.dev && (name == "localhost" || name.ends_with(".localhost"));
    let scheme = if is_local { "http" } else { "https" };
    Ok((tenant, format!("{scheme}://{}", asked.host), asked.client))
}

/// Counts a request of a caller, unless the feature does so in the account's shard.
async fn count<P: Platform>(
    cx: &Cx<P>,
    tenant: &Rc<Tenant>,
    route: &Route,
    caller: &Caller,
    exchange: &mut Exchange,
) -> Result<(), Problem> {
    let counts_itself =
        matches!(route.id, RouteId::ChatCompletions | RouteId::Messages | RouteId::Responses);
    if counts_itself || route.guard == Guard::Admin {
        return Ok(());
    }
    if let Some(standing) = rates::count_caller(cx, tenant, caller).await? {
        exchange.standing = Some(standing);
    }
    Ok(())
}

async fn dispatch<P: Platform>(id: RouteId, call: Call<P>) -> Result<Reply, Problem> {
    match id {
        RouteId::Healthz | RouteId::Readyz | RouteId::Openapi => Err(Problem::NotFound),
        RouteId::ChatCompletions => chat::create(call, Dialect::OpenaiChat).await,
        RouteId::Messages => chat::create(call, Dialect::AnthropicMessages).await,
        RouteId::CountTokens => Ok(chat::count_tokens(call).await?.into()),
        RouteId::Responses => chat::create(call, Dialect::OpenaiResponses).await,
        RouteId::ListModels => Ok(models::list(&call).into()),
        RouteId::GetModel => Ok(models::get(&call)?.into()),
        RouteId::Balance => Ok(me::balance(call).await?.into()),
        RouteId::Transfers => Ok(me::transfers(call).await?.into()),
        // What is asked for seldom is apart, so that what is asked for often stays small.
        RouteId::Usage => Ok(usage::get(call).boxed_local().await?.into()),
        RouteId::Operations => Ok(usage::operations(call).boxed_local().await?.into()),
        RouteId::CreateGrant => Ok(admin::create_grant(call).boxed_local().await?.into()),
        RouteId::Books => Ok(admin::books(call).boxed_local().await?.into()),
        RouteId::CreateKey => Ok(admin::create_key(call).boxed_local().await?.into()),
        RouteId::RevokeKey => Ok(admin::revoke_key(call).boxed_local().await?.into()),
        RouteId::CreateTenant => Ok(admin::create_tenant(call).boxed_local().await?.into()),
        RouteId::ChangeTenant => Ok(admin::change_tenant(call).boxed_local().await?.into()),
        RouteId::PutDomain => Ok(admin::put_domain(call).boxed_local().await?.into()),
        RouteId::ListKeys => Ok(keys::list(call).boxed_local().await?.into()),
        RouteId::CreateOwnKey => Ok(keys::create(call).boxed_local().await?.into()),
        RouteId::RevokeOwnKey => Ok(keys::revoke(call).boxed_local().await?.into()),
        RouteId::ListSessions => Ok(auth::list(call).boxed_local().await?.into()),
        RouteId::EndSession => Ok(auth::end(call).boxed_local().await?.into()),
        RouteId::StartSession => Ok(auth::start(call).boxed_local().await?.into()),
        RouteId::Me => Ok(auth::me(&call).into()),
        RouteId::CreateInvitation => Ok(invitations::create(call).boxed_local().await?.into()),
        RouteId::ListRoles => Ok(invitations::roles(call).boxed_local().await?.into()),
        RouteId::RemoveRole => Ok(invitations::remove_role(call).boxed_local().await?.into()),
        RouteId::VerifyAudit => Ok(audit::verify(&call).boxed_local().await?.into()),
        RouteId::Catalogue(id) => Ok(shop::administer(id, call).boxed_local().await?.into()),
        RouteId::Checkout(id) => Ok(checkout::answer(id, call).boxed_local().await?.into()),
        RouteId::Download(id) => Ok(downloads::answer(id, call).boxed_local().await?.into()),
        RouteId::Metering(id) => Ok(metering::answer(id, call).boxed_local().await?.into()),
        // `serve` has sent these to `visit_shop` and `visit_page`.
        RouteId::Shop(_) | RouteId::Page(_) => Err(Problem::NotFound),
    }
}

/// Says what a path takes. A browser that asks for a page of another origin is told whether the
/// tenant lets it, by the header that [`Exchange::dress`] adds or does not add.
fn preflight(allow: &str, is_allowed: bool) -> http::Response<Body> {
    let mut response = respond::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    if let Ok(allow) = HeaderValue::from_str(allow) {
        headers.insert(header::ALLOW, allow.clone());
        if is_allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, allow);
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                HeaderValue::from_static("authorization, content-type, idempotency-key, *"),
            );
            headers.insert(
                header::ACCESS_CONTROL_MAX_AGE,
                HeaderValue::from_static(PREFLIGHT_SECONDS),
            );
        }
    }
    response
}
