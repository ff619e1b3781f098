//! Whose account at Stripe a tenant is paid by, and how it is asked.

use crate::{
    app::{Cx, Platform},
    outbound,
    problem::{Problem, ShopProblem},
    settings::{Settings, StripeSettings},
};
use ports::{Body, Host, Random, Secret};
use serde::de::DeserializeOwned;
use signin::seal;
use stripe::{Answer, Request, requests::checkout::Fee};
use tenant::{Handle, Tenant};

/// The context that a tenant's secrets of payments are sealed in.
pub fn payments_context(handle: &Handle) -> [&str; 2] {
    ["payments", handle.as_str()]
}

/// How often a question is asked again that Stripe could not answer.
const ATTEMPTS: u32 = 3;
/// How long to wait before, in milliseconds: twice as long the second time, and up to twice of that
/// by chance.
const BACKOFF_MS: u64 = 100;

/// The account that a tenant is paid by.
pub struct Account {
    api_base: String,
    key: Secret,
    /// What its events are signed with.
    pub webhook_secrets: Vec<Secret>,
    /// The connected account that is paid by way of the platform's.
    pub connected: Option<String>,
    /// Whether the key is the tenant's own.
    pub is_own: bool,
    /// Whether money moves.
    pub livemode: bool,
    /// Whether Stripe Tax computes taxes.
    pub automatic_tax: bool,
    /// What the platform keeps of each payment.
    pub fee: Option<Fee>,
}

/// Whether a tenant is paid at all, without a look at what opens its account.
pub fn is_paid(settings: &Settings, tenant: &Tenant) -> bool {
    let own = tenant.payments.as_ref().is_some_and(|payments| payments.secret_key.is_some());
    own || settings.stripe.platform.is_some()
}

impl Account {
    /// The account of a tenant.
    ///
    /// # Errors
    /// [`ShopProblem::NotConfigured`] when there is none, [`Problem::Misconfigured`] when its
    /// secrets do not open.
    pub fn of<P: Platform>(cx: &Cx<P>, tenant: &Tenant) -> Result<Self, Problem> {
        let Some(payments) = &tenant.payments else { return Self::platform(cx) };
        let automatic_tax = payments.automatic_tax;
        let Some(key) = &payments.secret_key else {
            let fee = (payments.fee_bp > 0).then_some(Fee::BasisPoints(payments.fee_bp));
            let connected = payments.account.clone();
            return Ok(Self { connected, fee, automatic_tax, ..Self::platform(cx)? });
        };
        let open = |sealed: &String| open_secret(cx, tenant, sealed);
        let key = open(key)?;
        let webhook_secrets =
            payments.webhook_secrets.iter().map(open).collect::<Result<_, _>>()?;
        let livemode = is_live(&key);
        let api_base = cx.settings.stripe.api_base.clone();
        let (connected, fee) = (None, None);
        Ok(Self {
            api_base,
            key,
            webhook_secrets,
            connected,
            is_own: true,
            livemode,
            automatic_tax,
            fee,
        })
    }

    /// The platform's own account.
    ///
    /// # Errors
    /// [`ShopProblem::NotConfigured`].
    pub fn platform<P: Platform>(cx: &Cx<P>) -> Result<Self, Problem> {
        let StripeSettings { api_base, platform } = &cx.settings.stripe;
        let platform = platform.as_ref().ok_or(Problem::Shop(ShopProblem::NotConfigured))?;
        Ok(Self {
            api_base: api_base.clone(),
            key: platform.secret_key.clone(),
            webhook_secrets: platform.webhook_secrets.clone(),
            connected: None,
            is_own: false,
            livemode: is_live(&platform.secret_key),
            automatic_tax: true,
            fee: None,
        })
    }

    /// Asks Stripe, again when it could not answer and may be asked again: every request that makes
    /// something carries an idempotency key.
    ///
    /// # Errors
    /// [`ShopProblem::Stripe`], [`ShopProblem::Unreachable`].
    pub async fn ask<P: Platform, T: DeserializeOwned>(
        &self,
        cx: &Cx<P>,
        request: Request<T>,
    ) -> Result<T, Problem> {
        let request = request.with_key(self.key.expose()).on_account(self.connected.as_deref());
        let mut attempt = 1;
        loop {
            let (problem, may_retry) = match self.ask_once(cx, &request).await {
                Ok(value) => return Ok(value),
                Err(failed) => failed,
            };
            if !may_retry || attempt == ATTEMPTS {
                return Err(problem.into());
            }
            let mut chance = [0];
            cx.host.random().fill(&mut chance);
            let wait_ms = (BACKOFF_MS << attempt) * (256 + u64::from(chance[0])) / 256;
            ports::Clock::sleep(cx.host.clock(), wait_ms).await;
            attempt += 1;
        }
    }

    async fn ask_once<P: Platform, T: DeserializeOwned>(
        &self,
        cx: &Cx<P>,
        request: &Request<T>,
    ) -> Result<T, (ShopProblem, bool)> {
        let out_of_reach = |cause: String| (ShopProblem::Unreachable(cause), true);
        let url = format!("{}{}", self.api_base, request.path);
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(url);
        for (name, value) in request.headers() {
            builder = builder.header(name, value);
        }
        let body = request.body.clone().map_or_else(Body::empty, Body::from);
        let sent =
            builder.body(body).map_err(|e| (ShopProblem::Unreachable(e.to_string()), false))?;
        let answer = outbound::ask(cx, sent, stripe::ANSWER_LEN_MAX).await.map_err(out_of_reach)?;
        let should_retry = crate::respond::header_text(answer.headers(), "stripe-should-retry");
        let status = answer.status().as_u16();
        let read = Answer { status, should_retry, body: answer.body() };
        request.read(&read).map_err(|error| {
            let may_retry = read.retry(&error);
            (ShopProblem::Stripe(error), may_retry)
        })
    }
}

fn is_live(key: &Secret) -> bool {
    // `sk_live_…` and `rk_live_…`: https://docs.stripe.com/keys
    key.expose().split('_').nth(1) == Some("live")
}

fn open_secret<P: Platform>(cx: &Cx<P>, tenant: &Tenant, sealed: &str) -> Result<Secret, Problem> {
    let wrong =
        || Problem::Misconfigured(format!("{}: a secret of payments does not open", tenant.id));
    let keys = cx.settings.data_keys.as_ref().ok_or_else(wrong)?;
    let text = seal::open(keys, &payments_context(&tenant.handle), sealed).ok();
    let text = text.and_then(|text| String::from_utf8(text).ok()).ok_or_else(wrong)?;
    Ok(Secret::new(text))
}
