//! What lives as long as an instance, and what lives as long as a request.

use crate::{
    cache::Cache,
    directory::Directory,
    functions::Functions,
    guard::{Caller, Guards},
    health::Healths,
    log::Slot,
    problem::Problem,
    providers::Providers,
    rates::Rates,
    sessions::{self, Session, Sessions},
    settings::Settings,
    shopper::Whence,
};
use http::{HeaderMap, Method, request::Parts};
use kernel::{Entropy, RequestId, TransferId, UnixMillis};
use limit::Standing;
use ports::{Body, Clock, Host, Random};
use std::{cell::OnceCell, net::IpAddr, rc::Rc};
use tenant::Tenant;

/// The runtime and the components that the application is put together with.
pub trait Platform: 'static {
    /// The runtime.
    type Host: Host;
    /// The components.
    type Functions: Functions;
    /// Whether an instance of the runtime lives long enough to count its callers by itself.
    const INSTANCES_LAST: bool;
}

/// What an instance remembers between requests. Plain values only: on Cloudflare nothing that
/// belongs to one request may be touched by another.
pub struct App {
    settings: OnceCell<Rc<Settings>>,
    pub(crate) directory: Directory,
    pub(crate) guards: Guards,
    pub(crate) rates: Rates,
    pub(crate) health: Healths,
    pub(crate) providers: Providers,
    pub(crate) sessions: Sessions,
    /// Addresses of ours that issuers are known to send browsers back to.
    pub(crate) registrations: Cache<String, ()>,
    pub(crate) openapi: OnceCell<bytes::Bytes>,
    /// Demo tenants whose shops are known to be filled.
    pub(crate) stocked: Cache<String, ()>,
}

/// Most registrations that an instance remembers, and for how long.
const REGISTRATIONS_MAX: usize = 1_024;
const REGISTRATION_FRESH_MS: i64 = 3_600_000;

/// Most demo tenants.
const STOCKED_MAX: usize = 100;

impl Default for App {
    fn default() -> Self {
        Self {
            settings: OnceCell::default(),
            directory: Directory::default(),
            guards: Guards::default(),
            rates: Rates::default(),
            health: Healths::default(),
            providers: Providers::default(),
            sessions: Sessions::default(),
            registrations: Cache::new(REGISTRATIONS_MAX, REGISTRATION_FRESH_MS),
            openapi: OnceCell::default(),
            stocked: Cache::new(STOCKED_MAX, i64::MAX),
        }
    }
}

impl App {
    /// The settings, which are read at the first request.
    pub(crate) async fn settings(&self, host: &impl Host) -> Result<Rc<Settings>, Problem> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings.clone());
        }
        let settings = Rc::new(Settings::load(host.secrets()).await?);
        Ok(self.settings.get_or_init(|| settings).clone())
    }
}

/// One request's surroundings.
pub struct Cx<P: Platform> {
    /// The instance.
    pub app: Rc<App>,
    /// The runtime.
    pub host: P::Host,
    /// The settings.
    pub settings: Rc<Settings>,
    /// The request's id.
    pub request_id: RequestId,
    /// When the request came.
    pub now: UnixMillis,
}

impl<P: Platform> Clone for Cx<P> {
    fn clone(&self) -> Self {
        Self {
            app: self.app.clone(),
            host: self.host.clone(),
            settings: self.settings.clone(),
            request_id: self.request_id.clone(),
            now: self.now,
        }
    }
}

impl<P: Platform> Cx<P> {
    /// The name of a new transfer.
    pub fn new_transfer_id(&self) -> TransferId {
        TransferId::generate(self.now, entropy(&self.host))
    }

    /// This moment, as opposed to when the request came.
    pub fn clock_now(&self) -> UnixMillis {
        self.host.clock().now()
    }
}

/// Random bytes for an id.
pub fn entropy(host: &impl Host) -> Entropy {
    let mut bytes = Entropy::default();
    host.random().fill(&mut bytes);
    bytes
}

/// A request that has been let in.
pub struct Call<P: Platform> {
    /// Its surroundings.
    pub cx: Cx<P>,
    /// Whose host was asked.
    pub tenant: Rc<Tenant>,
    /// Who asks.
    pub caller: Caller,
    /// The parameters of the path.
    pub params: Vec<String>,
    /// What stands behind the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Scheme and host, as the client has them: `https://family.example`.
    pub origin: String,
    /// The address that asks, as far as it is known.
    pub client: Option<IpAddr>,
}

/// A browser's request for a page.
pub struct Visit<P: Platform> {
    /// Its surroundings.
    pub cx: Cx<P>,
    /// Whose host was asked.
    pub tenant: Rc<Tenant>,
    /// Who is signed in.
    pub session: Option<Session>,
    /// The parameters of the path.
    pub params: Vec<String>,
    /// The path.
    pub path: String,
    /// What stands behind the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The fields of a form that was sent.
    pub form: Vec<(String, String)>,
    /// Scheme and host, as the browser has them.
    pub origin: String,
    /// Whether the page may be asked for again.
    pub is_get: bool,
    /// Where it comes from.
    pub whence: Whence,
}

/// Longest form.
const FORM_LEN_MAX: usize = 256 * 1024;

impl<P: Platform> Visit<P> {
    /// A request, of which nothing is known but its head.
    pub fn new(cx: Cx<P>, tenant: Rc<Tenant>, parts: &Parts, origin: String) -> Self {
        Self {
            cx,
            tenant,
            session: None,
            params: Vec::new(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            form: Vec::new(),
            origin,
            is_get: matches!(parts.method, Method::GET | Method::HEAD),
            whence: Whence::default(),
        }
    }

    /// Finds out who is signed in, for a page that is for everybody. What keeps it from doing so is
    /// passed over.
    pub async fn recognise(&mut self) {
        let seen = sessions::find(&self.cx, &self.tenant, &self.headers).await;
        self.session = seen.ok().flatten().map(|seen| seen.session);
    }

    /// Reads the form that a browser has sent.
    ///
    /// # Errors
    /// [`Problem::Body`].
    pub async fn read_form(&mut self, body: Body) -> Result<(), Problem> {
        let body = body.collect(FORM_LEN_MAX).await?;
        self.form = form_urlencoded::parse(&body).into_owned().collect();
        Ok(())
    }

    /// The value of a parameter behind the question mark.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The value of a field of the form; empty where it is missing.
    pub fn field(&self, name: &str) -> &str {
        let mut fields = self.form.iter();
        fields.find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// All values of a field of the form.
    pub fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.form.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The same request as a program of the person's would make it.
    ///
    /// # Errors
    /// [`Problem::SignInRequired`] when nobody is signed in.
    pub fn call(&self) -> Result<Call<P>, Problem> {
        let session = self.session.as_ref().ok_or(Problem::SignInRequired)?;
        Ok(Call {
            cx: self.cx.clone(),
            tenant: self.tenant.clone(),
            caller: Caller::from_session(session),
            params: self.params.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: Body::empty(),
            origin: self.origin.clone(),
            client: self.whence.client,
        })
    }
}

/// What a feature answers.
pub struct Reply {
    /// The response.
    pub response: http::Response<Body>,
    /// Where the caller stands, if the feature has counted the request.
    pub standing: Option<Standing>,
    /// Where the request's line is left, if the request ends after its response.
    pub slot: Option<Slot>,
}

impl From<http::Response<Body>> for Reply {
    fn from(response: http::Response<Body>) -> Self {
        Self { response, standing: None, slot: None }
    }
}

/// A cache with the fields' types spelled once.
pub(crate) type FingerprintCache<V> = Cache<[u8; 32], V>;
