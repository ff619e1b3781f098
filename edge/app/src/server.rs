//! From a request to a response: the order in which things are found out.

use crate::{
    app::{App, Call, Cx, Platform, Reply, entropy},
    directory,
    features::{admin, chat, health, me, models, usage},
    guard::{self, Caller},
    log::Line,
    problem::{Problem, Shape},
    rates,
    respond::{self, header_text},
    routes::{self, Apps, Guard, Match, Route, RouteId},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use kernel::RequestId;
use limit::Standing;
use model::Dialect;
use ports::{Body, Clock, Host, Peer};
use std::rc::Rc;
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
    let mut exchange = Exchange { line, standing: None, origin: None, is_message };
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

/// What is found out about a request on the way, and shows in its response and its log line.
struct Exchange {
    line: Line,
    standing: Option<Standing>,
    /// Whether the client is one of Anthropic's API.
    is_message: bool,
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
    let tenant = find_tenant(&cx, &parts, peer, exchange).await?;
    let (route, params) = match found {
        Match::Found(route, params) if route.apps.include(tenant.app) => (route, params),
        Match::OtherMethods(mut routes) => {
            routes.retain(|route| route.apps.include(tenant.app));
            if routes.is_empty() {
                return Err(Problem::NotFound);
            }
            let allow = routes::allow(routes);
            if parts.method == Method::OPTIONS {
                return Ok(preflight(&allow, exchange.origin.is_some()).into());
            }
            return Err(Problem::MethodNotAllowed { allow });
        }
        Match::Found(..) | Match::Nothing => return Err(Problem::NotFound),
    };
    let caller = guard::admit(&cx, &tenant, route.guard, &parts.headers).await?;
    // Every open route exists on any host, and was answered above.
    let caller = caller.ok_or(Problem::NotFound)?;
    exchange.line.account = Some(caller.account().clone());
    count(&cx, &tenant, route, &caller, exchange).await?;
    let params = params.into_iter().map(str::to_owned).collect();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let call = Call { cx, tenant, caller, params, query, headers: parts.headers, body };
    dispatch(route.id, call).await
}

/// Finds out whose host was asked, and what that tenant lets the other side do.
async fn find_tenant<P: Platform>(
    cx: &Cx<P>,
    parts: &Parts,
    peer: &Peer,
    exchange: &mut Exchange,
) -> Result<Rc<Tenant>, Problem> {
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
    Ok(tenant)
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
        RouteId::Usage => Ok(usage::get(call).await?.into()),
        RouteId::Operations => Ok(usage::operations(call).await?.into()),
        RouteId::CreateGrant => Ok(admin::create_grant(call).await?.into()),
        RouteId::Books => Ok(admin::books(call).await?.into()),
        RouteId::CreateKey => Ok(admin::create_key(call).await?.into()),
        RouteId::RevokeKey => Ok(admin::revoke_key(call).await?.into()),
        RouteId::CreateTenant => Ok(admin::create_tenant(call).await?.into()),
        RouteId::PutDomain => Ok(admin::put_domain(call).await?.into()),
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
