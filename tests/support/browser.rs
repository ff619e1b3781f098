//! A browser, as far as signing in goes: it keeps cookies, follows redirects between the platform's
//! hosts and an issuer, fills in forms, and says with each request where it comes from.
//!
//! It is strict where browsers are: a cookie with the prefix `__Host-` that is not one is not kept
//! ([RFC 6265bis §4.1.3.2](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis)).
//! It runs no scripts, so that whatever a case does with it works without them.

use crate::{Tenant, World};
use reqwest::{Method, RequestBuilder, Response, Url, header::HeaderMap};
use serde_json::Value;

/// More redirects than any way has.
const REDIRECTS_MAX: usize = 12;

/// What the cookie of a session is called.
pub const SESSION: &str = "__Host-session";

/// A cookie, and where it is sent.
#[derive(Clone, Debug)]
struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
}

/// A browser of one person.
#[derive(Clone)]
pub struct Browser<'w> {
    world: &'w World,
    /// What it calls itself.
    pub agent: String,
    /// What it wants to read.
    pub languages: String,
    jar: Vec<Cookie>,
}

/// A page that a browser shows.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    pub async fn read(url: Url, response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap_or_else(|e| format!("broken: {e}"));
        Self { url, status, headers, text }
    }

    /// A header; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// All `Set-Cookie` headers.
    pub fn cookies(&self) -> Vec<&str> {
        let cookies = self.headers.get_all("set-cookie").iter();
        cookies.filter_map(|value| value.to_str().ok()).collect()
    }

    /// Whether it signs a browser in.
    pub fn signs_in(&self) -> bool {
        let start = format!("{SESSION}=");
        let value = |cookie: &str| cookie.strip_prefix(&start).is_some_and(|v| !v.starts_with(';'));
        self.cookies().into_iter().any(value)
    }

    /// The path and what stands behind the question mark.
    pub fn path(&self) -> String {
        path_of(&self.url)
    }

    /// Where it sends the browser.
    pub fn location(&self) -> Option<Url> {
        let to = self.header("location");
        (!to.is_empty()).then(|| self.url.join(to).unwrap())
    }

    /// The permanent code that a page about a problem shows.
    pub fn code(&self) -> &str {
        let eyebrow = between(&self.text, "<p class=\"eyebrow\">", "</p>").unwrap_or_default();
        between(eyebrow, "<code>", "</code>").unwrap_or_default()
    }

    /// The hidden fields of the form that is sent to `action`; without one, to the page itself.
    pub fn form(&self, action: &str) -> Option<Vec<(String, String)>> {
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find("<form") {
            let form = &rest[at..];
            let form = form.split("</form>").next().unwrap_or(form);
            let tag = form.split('>').next().unwrap_or_default();
            if attribute(tag, "action").unwrap_or_default() == action {
                return Some(hidden(form));
            }
            rest = &rest[at + form.len()..];
        }
        None
    }

    /// The token of its forms.
    pub fn csrf(&self) -> String {
        let fields = self.form("/preferences").unwrap_or_default();
        let token = fields.into_iter().find(|(name, _)| name == "_csrf");
        token.map(|(_, value)| value).unwrap_or_default()
    }

    /// What the form's action is that begins and ends so.
    pub fn action(&self, starts: &str, ends: &str) -> Option<String> {
        let actions = self.text.split("action=\"").skip(1);
        let mut actions = actions.filter_map(|text| text.split('"').next());
        actions.find(|a| a.starts_with(starts) && a.ends_with(ends)).map(str::to_owned)
    }
}

/// The path of an address and what stands behind the question mark.
pub fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// A parameter of an address.
pub fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The same address with another value of a parameter, or without the parameter.
pub fn with_param(url: &Url, name: &str, value: Option<&str>) -> Url {
    let mut changed = url.clone();
    let others = url.query_pairs().filter(|(key, _)| key != name);
    changed.query_pairs_mut().clear().extend_pairs(others);
    if let Some(value) = value {
        changed.query_pairs_mut().append_pair(name, value);
    }
    changed
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = between(tag, &format!(" {name}=\""), "\"")?;
    let plain = [("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&"), ("&#60;", "<"), ("&#62;", ">")];
    let value = plain.iter().fold(value.to_owned(), |value, (from, to)| value.replace(from, to));
    Some(value.replace("&quot;", "\"").replace("&amp;", "&"))
}

fn hidden(form: &str) -> Vec<(String, String)> {
    let inputs = form.split("<input").skip(1).filter_map(|text| text.split('>').next());
    let inputs = inputs.filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"));
    let field = |tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()));
    inputs.filter_map(field).collect()
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let languages = "en-US,en;q=0.5".to_owned();
        Self { world, agent: agent.to_owned(), languages, jar: Vec::new() }
    }

    /// A cookie that it holds for a host.
    pub fn cookie(&self, tenant: &Tenant<'_>, name: &str) -> Option<String> {
        let mut cookies = self.jar.iter();
        let found = cookies.find(|cookie| cookie.host == tenant.host && cookie.name == name);
        found.map(|cookie| cookie.value.clone())
    }

    /// The names of the cookies that it holds for a host.
    pub fn cookie_names(&self, tenant: &Tenant<'_>) -> Vec<String> {
        let cookies = self.jar.iter().filter(|cookie| cookie.host == tenant.host);
        cookies.map(|cookie| cookie.name.clone()).collect()
    }

    /// Puts a cookie into it, by whatever means somebody has to do so.
    pub fn plant(&mut self, tenant: &Tenant<'_>, name: &str, value: &str) {
        self.forget(tenant, name);
        let (host, name, value) = (tenant.host.clone(), name.to_owned(), value.to_owned());
        self.jar.push(Cookie { host, path: "/".to_owned(), name, value });
    }

    /// Loses a cookie.
    pub fn forget(&mut self, tenant: &Tenant<'_>, name: &str) {
        self.jar.retain(|cookie| cookie.host != tenant.host || cookie.name != name);
    }

    /// A request with its cookies and nothing else that browsers add.
    pub fn bare(&self, method: Method, url: &Url) -> RequestBuilder {
        let host = url.host_str().unwrap_or_default();
        // Every host of the platform is at one address.
        let mut ask = if host.ends_with(".localhost") {
            let authority = match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            };
            self.world.ask(method, &authority, &path_of(url))
        } else {
            self.world.client.request(method, url.clone())
        };
        let sent = self.jar.iter().filter(|cookie| {
            let under = url.path().strip_prefix(&cookie.path);
            let is_under = under.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('/') || cookie.path.ends_with('/')
            });
            cookie.host == host && is_under
        });
        let sent: Vec<_> = sent.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        if !sent.is_empty() {
            ask = ask.header("cookie", sent.join("; "));
        }
        ask.header("user-agent", &self.agent).header("accept-language", &self.languages)
    }

    /// A request that a script of a page of the same origin makes.
    pub fn script(&self, method: Method, url: &Url, csrf: Option<&str>) -> RequestBuilder {
        let ask = self.bare(method, url).header("origin", url.origin().ascii_serialization());
        let ask = ask.header("sec-fetch-site", "same-origin").header("accept", "application/json");
        match csrf {
            Some(token) => ask.header("x-csrf-token", token),
            None => ask,
        }
    }

    /// Sends a request and keeps what cookies come, without following a redirect.
    pub async fn send(&mut self, url: &Url, ask: RequestBuilder) -> Page {
        let page = Page::read(url.clone(), ask.send().await.unwrap()).await;
        for cookie in page.cookies() {
            self.keep(url, cookie);
        }
        page
    }

    /// Asks for a page, without following a redirect.
    pub async fn get(&mut self, url: &Url) -> Page {
        let ask = self.bare(Method::GET, url).header("sec-fetch-site", "none");
        let ask = ask.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        self.send(url, ask).await
    }

    /// Goes to an address and on to wherever it leads.
    pub async fn visit(&mut self, url: &Url) -> Page {
        let page = self.get(url).await;
        self.follow(page).await
    }

    /// Goes to a page of a tenant.
    pub async fn open(&mut self, tenant: &Tenant<'_>, path: &str) -> Page {
        self.visit(&tenant.url(path)).await
    }

    /// Goes on from a page to wherever it leads.
    pub async fn follow(&mut self, page: Page) -> Page {
        self.follow_until(page, |_| false).await
    }

    /// Goes on from a page until it would go to an address that is wanted.
    pub async fn follow_until(&mut self, mut page: Page, wanted: impl Fn(&Url) -> bool) -> Page {
        for _ in 0..REDIRECTS_MAX {
            match page.location().filter(|_| (301..=308).contains(&page.status)) {
                Some(to) if !wanted(&to) => page = self.get(&to).await,
                _ => return page,
            }
        }
        panic!("redirects without an end, the last to {}", page.url)
    }

    /// Fills in the form of a page that is sent to `action`, with the fields that are hidden in it,
    /// without following where that leads.
    pub async fn post(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let all = page.form(action).unwrap_or_else(|| {
            panic!("{} has no form for {action:?}: {} {}", page.url, page.status, page.text)
        });
        let url = page.url.join(action).unwrap();
        let hidden = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body = form_body(hidden.chain(fields.iter().copied()));
        let ask = self.bare(Method::POST, &url).body(body);
        let ask = ask.header("origin", page.url.origin().ascii_serialization());
        let is_own = page.url.origin() == url.origin();
        let ask = ask.header("sec-fetch-site", if is_own { "same-origin" } else { "cross-site" });
        let ask = ask.header("content-type", "application/x-www-form-urlencoded");
        let ask = ask.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        self.send(&url, ask).await
    }

    /// Fills in a form and goes on to wherever it leads.
    pub async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(page, action, fields).await;
        self.follow(page).await
    }

    /// Signs in up to where the issuer sends the browser back, and returns that address.
    pub async fn sign_in_up_to_callback(
        &mut self,
        tenant: &Tenant<'_>,
        login: &str,
        return_to: &str,
    ) -> Url {
        let is_callback = |url: &Url| url.path() == "/auth/callback";
        let start = with_param(&tenant.url("/auth/login"), "return_to", Some(return_to));
        let page = self.get(&start).await;
        let mut page = self.follow_until(page, is_callback).await;
        if page.status == 200 {
            // Who has been here before is not asked again.
            page = self.post(&page, "", &[("login", login)]).await;
            page = self.follow_until(page, is_callback).await;
        }
        let callback = page.location().filter(is_callback);
        callback.unwrap_or_else(|| panic!("no way back: {} {}", page.status, page.text))
    }

    /// Signs in. Returns the page on which that ends.
    pub async fn sign_in(&mut self, tenant: &Tenant<'_>, login: &str) -> Page {
        let callback = self.sign_in_up_to_callback(tenant, login, "/account").await;
        let page = self.visit(&callback).await;
        assert_eq!((page.status, page.path().as_str()), (200, "/account"), "{}", page.text);
        page
    }

    /// What `/auth/me` says of who is signed in, with its status.
    pub async fn me(&self, tenant: &Tenant<'_>) -> (u16, Value) {
        crate::read(self.script(Method::GET, &tenant.url("/auth/me"), None)).await
    }

    /// Whether somebody is signed in.
    pub async fn is_signed_in(&self, tenant: &Tenant<'_>) -> bool {
        let (status, me) = self.me(tenant).await;
        assert!(matches!(status, 200 | 401), "{status} {me}");
        status == 200
    }

    fn keep(&mut self, url: &Url, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
        let attributes: Vec<_> = parts.map(|a| a.split_once('=').unwrap_or((a, ""))).collect();
        let of = |wanted: &str| {
            let mut found = attributes.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.next().map(|(_, value)| *value)
        };
        let path = of("path").unwrap_or("/").to_owned();
        let is_bound = path == "/" && of("domain").is_none();
        if name.starts_with("__Host-") {
            let is_secure = of("secure").is_some();
            assert!(is_bound && is_secure, "no browser keeps {line}");
        }
        assert!(of("domain").is_none(), "a cookie of more than one host: {line}");
        let host = url.host_str().unwrap_or_default().to_owned();
        self.jar.retain(|c| (&*c.host, &*c.path, &*c.name) != (&*host, &*path, name));
        let is_over =
            of("max-age") == Some("0") || of("expires").is_some_and(|e| e.contains("1970"));
        if !is_over {
            let (name, value) = (name.to_owned(), value.to_owned());
            self.jar.push(Cookie { host, path, name, value });
        }
    }
}

/// Fields as a form sends them.
pub fn form_body<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> String {
    let mut url = Url::parse("http://form.localhost/").unwrap();
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}
