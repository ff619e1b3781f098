//! What all pages have in common: whose they are, who looks, and the headers that keep them safe.

use super::look;
use crate::{
    app::{Platform, Visit},
    assets, payments,
    problem::{Problem, SignInError},
    respond::{self, header_text},
    sessions::{Session, random},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use pages::{Locale, Notice, Page, ProblemView, Scheme, SignInProblem, SignInProblemView, User};
use ports::Body;
use signin::{
    callback::CallbackError,
    cookie::{self, PREFIX},
    csrf,
    return_to::local,
};
use std::fmt::Write;

/// What a page may do with a device: nothing that it would have to ask for.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";

/// Where Stripe's page for paying is, and where its portal for customers is.
const CHECKOUT_ORIGIN: &str = "https://checkout.stripe.com";
const PORTAL_ORIGIN: &str = "https://billing.stripe.com";

/// What a page has around it that others do not.
#[derive(Clone, Copy, Default)]
pub struct Frame<'a> {
    /// The address by which a browser finds it again, where that is not the request's.
    pub path: Option<&'a str>,
    /// Origins beside ours that its forms may end at, with spaces between.
    pub forms: Option<&'a str>,
}

/// The name of a cookie that keeps a preference.
pub fn preference(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl<P: Platform> Visit<P> {
    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.get_all(header::COOKIE);
        let cookies = cookies.iter().filter_map(|value| value.to_str().ok());
        cookie::read(cookies, name).ok().flatten()
    }

    /// The language to speak: what was chosen, what the issuer knows, what the browser wants.
    pub fn locale(&self) -> Locale {
        let chosen = self.cookie(&preference("locale")).and_then(Locale::parse);
        let known = || self.session.as_ref().and_then(|session| Locale::parse(session.locale()));
        let wanted = || Locale::negotiate(header_text(&self.headers, "accept-language"));
        chosen.or_else(known).unwrap_or_else(wanted)
    }

    /// A page.
    ///
    /// # Errors
    /// [`Problem::Misconfigured`] when a template cannot be filled.
    pub fn page(
        &self,
        render: impl FnOnce(&Page<'_>) -> Result<String, pages::Error>,
    ) -> Result<http::Response<Body>, Problem> {
        self.framed(&Frame::default(), render)
    }

    /// A page with something of its own around it.
    ///
    /// # Errors
    /// As for [`Visit::page`].
    pub fn framed(
        &self,
        frame: &Frame<'_>,
        render: impl FnOnce(&Page<'_>) -> Result<String, pages::Error>,
    ) -> Result<http::Response<Body>, Problem> {
        let mut nonce = String::new();
        for byte in random::<_, 16>(&self.cx) {
            // Writing to a text cannot fail.
            let _ = write!(nonce, "{byte:02x}");
        }
        let keys = self.cx.settings.data_keys.as_ref();
        let csrf = self.session.as_ref().zip(keys);
        let csrf = csrf.map(|(session, keys)| csrf::token(keys, session.hash(), random(&self.cx)));
        let app = look::app_kind(self.tenant.app);
        let theme = look::of(&self.tenant);
        let asset = |name: &str| assets::url(name).unwrap_or_default().to_owned();
        let path = match (frame.path, self.query.is_empty() || !self.is_get) {
            (Some(path), _) => path.to_owned(),
            (None, true) => self.path.clone(),
            (None, false) => format!("{}?{}", self.path, self.query),
        };
        let user = self.session.as_ref().map(|session| User {
            name: label(session),
            email: session.email(),
            is_admin: session.roles().iter().any(|role| role == crate::guard::ADMIN),
        });
        let page = Page {
            tenant: &self.tenant.name,
            app,
            theme: &theme,
            locale: self.locale(),
            scheme: self.cookie(&preference("scheme")).and_then(Scheme::parse).unwrap_or_default(),
            nonce: &nonce,
            csrf: csrf.as_deref().unwrap_or_default(),
            user,
            shop: self.tenant.app != tenant::App::Platform
                && payments::is_paid(&self.cx.settings, &self.tenant),
            path: &path,
            request_id: self.cx.request_id.as_str(),
            asset: &asset,
            notice: self.query_value("done").and_then(|name| Notice::parse(&name)),
        };
        let html = render(&page);
        let html = html.map_err(|e| Problem::Misconfigured(format!("{}: {e}", self.path)))?;
        let mut response = http::Response::new(Body::from(html.into_bytes()));
        self.protect(response.headers_mut(), page.locale, &nonce, frame.forms);
        Ok(response)
    }

    fn protect(&self, headers: &mut HeaderMap, locale: Locale, nonce: &str, forms: Option<&str>) {
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::CONTENT_TYPE, "text/html; charset=utf-8");
        set(header::CONTENT_LANGUAGE, locale.as_str());
        set(header::VARY, "accept-language, cookie");
        // A form that signs out ends at the issuer, and browsers hold redirects to this too.
        let issuers = self.tenant.issuers.iter().map(|issuer| origin_of(&issuer.issuer));
        let forms = issuers
            .chain(forms)
            .fold("'self'".to_owned(), |forms, origin| format!("{forms} {origin}"));
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' \
             'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
             manifest-src 'self'; worker-src 'self'; form-action {forms}; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        set(header::CONTENT_SECURITY_POLICY, &policy);
        set(header::REFERRER_POLICY, "same-origin");
        set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
        if self.origin.starts_with("https://") {
            set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
        }
    }

    /// Where forms that begin a payment end, if anything can be paid.
    pub fn checkout_origin(&self) -> Option<&str> {
        self.stripe_origin(CHECKOUT_ORIGIN)
    }

    /// Where forms that open the portal for customers end, if there is one.
    pub fn portal_origin(&self) -> Option<&str> {
        self.stripe_origin(PORTAL_ORIGIN)
    }

    fn stripe_origin(&self, live: &'static str) -> Option<&str> {
        let stripe = &self.cx.settings.stripe;
        payments::is_paid(&self.cx.settings, &self.tenant)
            .then(|| if stripe.is_sandbox() { origin_of(&stripe.api_base) } else { live })
    }

    /// Sends a browser to sign in, and from there back here.
    pub fn to_sign_in(&self) -> http::Response<Body> {
        let here = match self.query.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, self.query),
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("return_to", &here);
        respond::see_other(&format!("/auth/login?{}", query.finish()))
    }

    /// A problem, as a page.
    pub fn problem_page(&self, problem: &Problem) -> http::Response<Body> {
        let mut told = problem.told();
        // Where words of programs are marked for programs.
        told.detail.retain(|c| c != '`');
        let return_to = self.query_value("return_to");
        let return_to = local(return_to.as_deref());
        let rendered = match problem {
            Problem::SignIn(error) => self.page(|page| {
                let problem = sign_in_problem(error);
                SignInProblemView { problem, detail: None, return_to }.render(page)
            }),
            _ => self.page(|page| {
                ProblemView {
                    status: told.status.as_u16(),
                    code: told.code,
                    // Of some problems there is no more to say than the page does.
                    detail: Some(&*told.detail).filter(|_| told.status != StatusCode::NOT_FOUND),
                    retry_after_s: told.retry_after_s,
                    is_get: self.is_get,
                }
                .render(page)
            }),
        };
        let mut response = rendered.unwrap_or_else(|_| respond::empty(StatusCode::NOT_FOUND));
        *response.status_mut() = told.status;
        problem.add_headers(response.headers_mut());
        response
    }

    /// Sends the browser to another page, which says what was done.
    pub fn done(&self, path: &str, notice: Notice) -> http::Response<Body> {
        let between = if path.contains('?') { '&' } else { '?' };
        respond::see_other(&format!("{path}{between}done={}", notice.as_str()))
    }
}

/// What to call a person.
fn label(session: &Session) -> &str {
    [session.name(), session.email(), session.account().as_str()]
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

/// Scheme and host of an address.
fn origin_of(url: &str) -> &str {
    let host_at = url.find("://").map_or(0, |at| at + 3);
    let end =
        url.get(host_at..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| at + host_at);
    url.get(..end).unwrap_or_default()
}

fn sign_in_problem(error: &SignInError) -> SignInProblem<'_> {
    match error {
        SignInError::NotConfigured => SignInProblem::NotConfigured,
        SignInError::RedirectUri(url) => SignInProblem::RedirectUri(url),
        SignInError::Callback(CallbackError::Denied) => SignInProblem::Denied,
        SignInError::Callback(
            CallbackError::Expired | CallbackError::UnknownState | CallbackError::SignInNeeded,
        ) => SignInProblem::Expired,
        SignInError::Callback(CallbackError::Unavailable) | SignInError::Token(_) => {
            SignInProblem::Unreachable
        }
        SignInError::Callback(
            CallbackError::Malformed
            | CallbackError::WrongTenant
            | CallbackError::WrongIssuer
            | CallbackError::Misconfigured,
        )
        | SignInError::IdToken(_) => SignInProblem::Mismatch,
    }
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn an_origin_is_scheme_and_host() {
        assert_eq!(origin_of("https://id.example/realms/one"), "https://id.example");
        assert_eq!(origin_of("http://127.0.0.1:8791"), "http://127.0.0.1:8791");
    }
}
