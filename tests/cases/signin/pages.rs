//! What all pages have in common: who may see them, what keeps them safe, how they speak.

use conformance::{
    PLATFORM, Tenant, World,
    browser::{Browser, Page, form_body},
    read, unique,
};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::{Value, json};

/// Pages for everybody.
const OPEN: &[&str] = &["/", "/offline", "/auth/logged-out"];
/// Pages for people who are signed in.
const PERSONS: &[&str] = &["/account", "/account?cursor=x", "/playground"];
/// Pages for a tenant's administrators.
const ADMINS: &[&str] = &[
    "/admin",
    "/admin/pages/accounts",
    "/admin/pages/accounts/acc_x",
    "/admin/pages/models",
    "/admin/pages/audit",
];
/// Pages for the operators, on their own host.
const OPERATORS: &[&str] = &["/admin/pages/tenants", "/admin/pages/tenants/ten_family"];
/// What forms are sent to.
const FORMS: &[(&str, bool)] = &[
    ("/account/sessions/ses_x/revoke", false),
    ("/account/sessions/revoke-others", false),
    ("/account/keys", false),
    ("/account/keys/key_x/revoke", false),
    ("/playground", false),
    ("/admin/pages/accounts/acc_x/grants", true),
];
const OPERATORS_FORMS: &[&str] =
    &["/admin/pages/tenants", "/admin/pages/tenants/ten_family/domains"];

fn page(ask: RequestBuilder) -> RequestBuilder {
    ask.header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
}

async fn send(url: &Url, ask: RequestBuilder) -> Page {
    Page::read(url.clone(), ask.send().await.unwrap()).await
}

/// A form that a page of the same origin sends, with no token in it.
fn form(browser: &Browser<'_>, tenant: &Tenant<'_>, path: &str) -> RequestBuilder {
    let ask = page(browser.bare(Method::POST, &tenant.url(path))).header("origin", tenant.origin());
    ask.header("content-type", "application/x-www-form-urlencoded")
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_asked_to_and_comes_back() {
    let world = World::new();
    let (tenant, platform) = (world.people(json!({})).await, world.demo("postern"));
    let mut browser = Browser::new(&world);
    let on_tenant = PERSONS.iter().chain(ADMINS).map(|path| (&tenant, *path));
    let on_platform = ["/account"].iter().chain(ADMINS).chain(OPERATORS);
    for (host, path) in on_tenant.chain(on_platform.map(|path| (&platform, *path))) {
        let answer = browser.get(&host.url(path)).await;
        assert_eq!(answer.status, 303, "{path}");
        let to = answer.location().unwrap();
        assert_eq!(to.path(), "/auth/login", "{path}");
        let back = conformance::browser::param(&to, "return_to");
        assert_eq!(back.as_deref(), Some(path));
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    // A form that somebody sends who was signed in when they opened it is not lost in a redirect.
    let forms = FORMS.iter().map(|(path, _)| (&tenant, *path));
    for (host, path) in forms.chain(OPERATORS_FORMS.iter().map(|path| (&platform, *path))) {
        let answer = send(&host.url(path), form(&browser, host, path)).await;
        assert_eq!((answer.status, answer.code()), (401, "sign_in_required"), "{path}");
        assert!(answer.text.contains("href=\"/auth/login"), "{path}");
    }
}

#[tokio::test]
async fn administration_is_closed_to_members() {
    let world = World::new();
    let (tenant, platform) = (world.people(json!({})).await, world.demo("postern"));
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    mia.sign_in(&platform, "mia").await;
    let pages = ADMINS.iter().map(|path| (&tenant, *path));
    for (host, path) in pages.chain(ADMINS.iter().chain(OPERATORS).map(|path| (&platform, *path))) {
        let answer = mia.get(&host.url(path)).await;
        assert_eq!((answer.status, answer.code()), (403, "admin_required"), "{path}");
    }
    let forms = FORMS.iter().filter(|(_, admin)| *admin).map(|(path, _)| (&tenant, *path));
    for (host, path) in forms.chain(OPERATORS_FORMS.iter().map(|path| (&platform, *path))) {
        let token = mia.open(host, "/account").await.csrf();
        let ask = form(&mia, host, path).body(form_body([("_csrf", &*token), ("tokens", "5")]));
        let answer = send(&host.url(path), ask).await;
        assert_eq!((answer.status, answer.code()), (403, "admin_required"), "{path}");
    }
    // Nor by the ways of programs.
    let (_, me) = mia.me(&tenant).await;
    let url = tenant.url("/admin/accounts/acc_x/grants");
    let ask = mia.script(Method::POST, &url, me["csrf"].as_str());
    assert_eq!(read(ask.json(&json!({"tokens": 5}))).await.0, 403);
}

#[tokio::test]
async fn operators_pages_are_on_their_own_host() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut ada = Browser::new(&world);
    ada.sign_in(&tenant, "ada").await;
    for path in OPERATORS {
        assert_eq!(ada.get(&tenant.url(path)).await.status, 404, "{path}");
    }
}

fn check_headers(page: &Page, about: &str) -> String {
    let csp = page.header("content-security-policy");
    let nonce = csp.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(nonce.len() >= 22, "{about}: {csp}");
    for directive in
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(csp.contains(directive), "{about}: {csp}");
    }
    for loose in ["unsafe", "http:;", "https:;", " *"] {
        assert!(!csp.contains(loose), "{about}: {csp}");
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(page.header(name), value, "{about}: {name}");
    }
    assert!(page.header("permissions-policy").contains("camera=()"), "{about}");
    assert!(page.header("vary").to_lowercase().contains("cookie"), "{about}");
    // What the policy allows is all that is there.
    for element in ["<script", "<style"] {
        for tag in page.text.split(element).skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{about}: {element}{tag}");
        }
    }
    for inline in [" onclick=", " onload=", " onerror=", " style=\"", "javascript:"] {
        assert!(!page.text.contains(inline), "{about}: {inline}");
    }
    nonce.to_owned()
}

#[tokio::test]
async fn every_page_has_the_headers_that_keep_it_safe() {
    let world = World::new();
    let (tenant, platform) = (world.people(json!({})).await, world.demo("postern"));
    let (mut nobody, mut ada) = (Browser::new(&world), Browser::new(&world));
    ada.sign_in(&tenant, "ada").await;
    ada.sign_in(&platform, "ada").await;
    let mut nonces = Vec::new();
    let visible = OPEN.iter().chain(PERSONS.iter().take(1)).chain(&["/playground"]).chain(ADMINS);
    for path in visible {
        let page = ada.get(&tenant.url(path)).await;
        assert_eq!(page.status, 200, "{path}");
        nonces.push(check_headers(&page, path));
    }
    for path in OPERATORS {
        let page = ada.get(&platform.url(path)).await;
        assert_eq!(page.status, 200, "{path}");
        nonces.push(check_headers(&page, path));
    }
    for (path, status) in [
        ("/", 200),
        ("/", 200),
        ("/nowhere", 404),
        ("/auth/help", 400),
        ("/auth/callback", 400),
        ("/auth/callback?code=x&state=y", 400),
    ] {
        let page = nobody.get(&tenant.url(path)).await;
        assert_eq!(page.status, status, "{path}");
        nonces.push(check_headers(&page, path));
    }
    let form = form(&nobody, &tenant, "/account/keys");
    nonces.push(check_headers(&send(&tenant.url("/account/keys"), form).await, "401"));
    let refused = page(nobody.bare(Method::POST, &tenant.url("/preferences")));
    nonces.push(check_headers(&send(&tenant.url("/preferences"), refused).await, "403"));
    let all = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), all);
}

#[tokio::test]
async fn a_page_behind_tls_says_that_it_stays_there() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let domain = format!("{}.example", unique("shop"));
    let path = format!("/admin/tenants/{}/domains/{domain}", tenant.id);
    let put = world.ask(Method::PUT, PLATFORM, &path).bearer_auth(world.operator());
    assert_eq!(read(put).await.0, 200);
    let hsts = async |host: &str| {
        let response = page(world.get(host, "/")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let value = response.headers().get("strict-transport-security");
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    assert!(hsts(&domain).await.unwrap().starts_with("max-age="));
    // A developer's machine has none, and must not be told to.
    assert_eq!(hsts(&tenant.host).await, None);
}

#[tokio::test]
async fn people_get_pages_of_problems_and_programs_get_json() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let url = |path: &str| tenant.url(path);
    let browser = Browser::new(&world);
    for (method, path, status, code) in [
        (Method::GET, "/nowhere", 404, "not_found"),
        (Method::GET, "/me/balance", 401, "authentication_required"),
        (Method::GET, "/auth/me", 401, "authentication_required"),
        (Method::POST, "/account", 405, "method_not_allowed"),
        (Method::GET, "/account/keys", 405, "method_not_allowed"),
        (Method::GET, "/admin/accounts/acc_x/books", 401, "authentication_required"),
    ] {
        let found = send(&url(path), page(browser.bare(method.clone(), &url(path)))).await;
        assert_eq!((found.status, found.code()), (status, code), "{path}");
        let id = found.header("x-request-id");
        assert!(id.starts_with("req_") && found.text.contains(id), "{path}");
        assert!(found.header("content-type").starts_with("text/html"), "{path}");
        assert!(found.text.contains("href=\"/\""), "{path}: there is no way on");

        for accept in ["application/json", "*/*"] {
            let ask = browser.bare(method.clone(), &url(path)).header("accept", accept);
            let response = ask.send().await.unwrap();
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
            let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
            let body: Value = response.json().await.unwrap();
            assert_eq!(
                (body["code"].as_str(), body["request_id"].as_str()),
                (Some(code), Some(&*id))
            );
        }
    }
    // Where there are only programs, `text/html` in their `accept` changes nothing.
    let (status, body) = read(page(world.get(&tenant.host, "/v1/models"))).await;
    assert_eq!((status, body["error"]["type"].as_str()), (401, Some("authentication_error")));
    // A host that is nobody's has no pages.
    let (status, body) = read(page(world.get("nobody.localhost", "/"))).await;
    assert_eq!((status, body["code"].as_str()), (404, Some("not_found")));
}

#[tokio::test]
async fn a_problem_page_knows_who_reads_it() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    let lost = mia.get(&tenant.url("/nowhere?a=<script>alert(1)</script>")).await;
    assert_eq!(lost.status, 404);
    assert!(lost.text.contains("Mia Carter") && !lost.text.contains("<script>alert"));
    // The forms on it work.
    let out = mia.submit(&lost, "/auth/logout", &[]).await;
    assert_eq!(out.path(), "/auth/logged-out");
}

#[tokio::test]
async fn a_form_that_is_too_long_is_refused() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let account = mia.sign_in(&tenant, "mia").await;
    let token = account.csrf();
    let send_form = async |filler: usize| {
        let filler = "x".repeat(filler);
        let fields = [("_csrf", &*token), ("name", "k"), ("scope", "chat"), ("filler", &*filler)];
        let ask = form(&mia, &tenant, "/account/keys").body(form_body(fields));
        send(&tenant.url("/account/keys"), ask).await
    };
    let long = send_form(256 * 1024).await;
    assert_eq!((long.status, long.code()), (413, "body_too_large"));
    let (_, keys) = read(mia.script(Method::GET, &tenant.url("/me/keys"), None)).await;
    assert_eq!(keys["data"], json!([]));
    assert_eq!(send_form(255 * 1024).await.status, 200);
}

fn language(page: &Page) -> &str {
    let of_page = page.text.split("<html lang=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(of_page, Some(page.header("content-language")));
    of_page.unwrap()
}

#[tokio::test]
async fn a_page_speaks_the_language_of_who_reads_it() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut browser = Browser::new(&world);
    for (wanted, spoken) in [
        ("de-DE,de;q=0.9,en;q=0.5", "de-DE"),
        ("de", "de-DE"),
        ("fr-CA", "fr-FR"),
        ("en-GB", "en-GB"),
        ("tlh, fr;q=0.3, de;q=0.7", "de-DE"),
        ("tlh", "en-US"),
        ("*", "en-US"),
        ("", "en-US"),
        (";;;q=,,9", "en-US"),
    ] {
        browser.languages = wanted.to_owned();
        assert_eq!(language(&browser.get(&tenant.url("/")).await), spoken, "{wanted:?}");
        assert_eq!(language(&browser.get(&tenant.url("/nowhere")).await), spoken, "{wanted:?}");
    }
    // What was chosen counts more than what the browser wants.
    browser.languages = "de".to_owned();
    let home = browser.open(&tenant, "/").await;
    assert!(home.text.contains("Anmelden"), "{}", home.text);
    let chosen = browser.submit(&home, "/preferences", &[("locale", "fr-FR")]).await;
    assert_eq!((language(&chosen), &*chosen.path()), ("fr-FR", "/"));
    assert_eq!(language(&browser.open(&tenant, "/offline").await), "fr-FR");
    // What is no choice is none.
    browser.plant(&tenant, "__Host-locale", "xx-XX");
    assert_eq!(language(&browser.open(&tenant, "/").await), "de-DE");
    // A person's own language counts until they choose another.
    browser.forget(&tenant, "__Host-locale");
    browser.languages = "fr".to_owned();
    let account = browser.sign_in(&tenant, "jonas").await;
    assert_eq!(language(&account), "de-DE");
    let chosen = browser.submit(&account, "/preferences", &[("locale", "en-GB")]).await;
    assert_eq!((language(&chosen), &*chosen.path()), ("en-GB", "/account"));
}

#[tokio::test]
async fn colours_are_kept_and_nonsense_is_not() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut browser = Browser::new(&world);
    let home = browser.open(&tenant, "/").await;
    assert!(home.text.contains("data-scheme=\"auto\""));
    let dark = browser.submit(&home, "/preferences", &[("scheme", "dark")]).await;
    assert!(dark.text.contains("data-scheme=\"dark\""));
    let sent = [("scheme", "purple"), ("locale", "\"><script>")];
    let same = browser.submit(&dark, "/preferences", &sent).await;
    assert!(same.text.contains("data-scheme=\"dark\"") && !same.text.contains("\"><script>"));
}

#[tokio::test]
async fn the_operators_host_has_a_front_door_too() {
    let world = World::new();
    let platform = world.demo("postern");
    assert_eq!(platform.host, PLATFORM);
    let mut ada = Browser::new(&world);
    ada.sign_in(&platform, "ada").await;
    let list = ada.open(&platform, "/admin/pages/tenants").await;
    assert_eq!(list.status, 200);
    assert!(list.text.contains("action=\"/admin/pages/tenants\""));
}
