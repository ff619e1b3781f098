//! What lives as long as an instance, and what lives as long as a request.

use crate::{
    cache::Cache, directory::Directory, functions::Functions, guard::Guards, health::Healths,
    log::Slot, problem::Problem, rates::Rates, settings::Settings,
};
use http::HeaderMap;
use kernel::{Entropy, RequestId, TransferId, UnixMillis};
use limit::Standing;
use ports::{Body, Clock, Host, Random};
use std::{cell::OnceCell, rc::Rc};
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
#[derive(Default)]
pub struct App {
    settings: OnceCell<Rc<Settings>>,
    pub(crate) directory: Directory,
    pub(crate) guards: Guards,
    pub(crate) rates: Rates,
    pub(crate) health: Healths,
    pub(crate) openapi: OnceCell<bytes::Bytes>,
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
    pub caller: crate::guard::Caller,
    /// The parameters of the path.
    pub params: Vec<String>,
    /// What stands behind the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
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
