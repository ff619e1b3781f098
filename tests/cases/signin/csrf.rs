//! Requests that a browser sends because another page has told it to.

use conformance::{
    Tenant, World,
    browser::{Browser, SESSION, form_body},
    read,
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

/// What changes something and a cookie can vouch for: the method, the path, a body and its type.
fn changes(session: &str, account: &str) -> Vec<(Method, String, String, &'static str)> {
    let key = json!({"name": "stolen", "scopes": ["chat"]}).to_string();
    let chat = json!({
        "model": "demo-echo", "max_tokens": 5, "messages": [{"role": "user", "content": "one"}],
    });
    let of_key = form_body([("name", "stolen"), ("scope", "chat")]);
    let form = |path: &str, body: String| (Method::POST, path.to_owned(), body, FORM);
    let json = "application/json";
    vec![
        (Method::POST, "/me/keys".to_owned(), key, json),
        (Method::DELETE, format!("/me/sessions/{session}"), String::new(), json),
        (Method::POST, "/auth/session".to_owned(), String::new(), json),
        (Method::POST, "/v1/chat/completions".to_owned(), chat.to_string(), json),
        form("/account/keys", of_key),
        form(&format!("/account/sessions/{session}/revoke"), String::new()),
        form("/account/sessions/revoke-others", String::new()),
        form("/auth/logout", String::new()),
        form("/preferences", form_body([("locale", "de-DE")])),
        form("/playground", form_body([("model", "demo-echo"), ("prompt", "one")])),
        form(&format!("/admin/pages/accounts/{account}/grants"), form_body([("tokens", "5")])),
    ]
}

async fn count(browser: &Browser<'_>, tenant: &Tenant<'_>, path: &str) -> usize {
    let (_, body) = read(browser.script(Method::GET, &tenant.url(path), None)).await;
    body["data"].as_array().unwrap_or_else(|| panic!("{path}: {body}")).len()
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing() {
    let world = World::new();
    let tenant = world.people(json!({"welcome_tokens": 1_000})).await;
    let (mut ada, mut phone) = (Browser::new(&world), Browser::new(&world));
    phone.sign_in(&tenant, "ada").await;
    ada.sign_in(&tenant, "ada").await;
    let other = phone.me(&tenant).await.1;
    let token = ada.me(&tenant).await.1["csrf"].as_str().unwrap().to_owned();
    let origin = tenant.origin();
    type Way<'w> = Box<dyn Fn(RequestBuilder) -> RequestBuilder + 'w>;
    let header = |ask: RequestBuilder, name: &str, value: &str| ask.header(name, value);
    let (t, o) = (&*token, &*origin);
    let foreign = other["csrf"].as_str().unwrap();
    let ways: Vec<(&str, Way<'_>)> = vec![
        ("without a token", Box::new(|a| header(a, "origin", o))),
        ("with an empty token", Box::new(|a| header(header(a, "origin", o), "x-csrf-token", ""))),
        ("with nonsense", Box::new(|a| header(header(a, "origin", o), "x-csrf-token", "x"))),
        (
            "with the token of another session",
            Box::new(|a| header(header(a, "origin", o), "x-csrf-token", foreign)),
        ),
        ("without an origin", Box::new(|a| header(a, "x-csrf-token", t))),
        (
            "from another origin",
            Box::new(|a| header(header(a, "origin", "https://evil.example"), "x-csrf-token", t)),
        ),
        ("from nowhere", Box::new(|a| header(header(a, "origin", "null"), "x-csrf-token", t))),
        (
            "from another port",
            Box::new(|a| {
                let near = format!("http://{}:1", tenant.host);
                header(header(a, "origin", &near), "x-csrf-token", t)
            }),
        ),
        (
            "from a neighbour",
            Box::new(|a| {
                let a = header(header(a, "origin", o), "sec-fetch-site", "same-site");
                header(a, "x-csrf-token", t)
            }),
        ),
        (
            "from another site",
            Box::new(|a| {
                let a = header(header(a, "origin", o), "sec-fetch-site", "cross-site");
                header(a, "x-csrf-token", t)
            }),
        ),
    ];
    for (about, way) in &ways {
        let (session, account) = (other["session"].as_str(), other["account"].as_str());
        for (method, path, body, kind) in changes(session.unwrap(), account.unwrap()) {
            let ask = ada.bare(method, &tenant.url(&path)).header("content-type", kind).body(body);
            let (status, answer) = read(way(ask)).await;
            assert_eq!(status, 403, "{path} {about}: {answer}");
            assert!(answer.to_string().contains("csrf_refused"), "{path} {about}: {answer}");
        }
    }
    // Nothing has happened.
    assert!(ada.is_signed_in(&tenant).await && phone.is_signed_in(&tenant).await);
    assert_eq!(count(&ada, &tenant, "/me/keys").await, 0);
    assert_eq!(count(&ada, &tenant, "/me/sessions").await, 2);
    let (_, moved) = read(ada.script(Method::GET, &tenant.url("/me/transfers"), None)).await;
    let moved = moved["data"].as_array().unwrap().iter();
    assert_eq!(moved.map(|transfer| &transfer["source"]).collect::<Vec<_>>(), ["welcome"]);
    assert_eq!(ada.cookie_names(&tenant), [SESSION]);
}

#[tokio::test]
async fn text_that_reads_as_json_is_refused() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    let (_, me) = mia.me(&tenant).await;
    let url = tenant.url("/me/keys");
    let key = json!({"name": "k", "scopes": ["chat"]}).to_string();
    for kind in ["text/plain", "TEXT/plain;charset=utf-8", " text/plain"] {
        let ask = mia.script(Method::POST, &url, me["csrf"].as_str());
        let (status, body) = read(ask.header("content-type", kind).body(key.clone())).await;
        assert_eq!((status, body["code"].as_str()), (403, Some("csrf_refused")), "{kind}");
    }
    assert_eq!(count(&mia, &tenant, "/me/keys").await, 0);
    let ask = mia.script(Method::POST, &url, me["csrf"].as_str());
    let (status, _) = read(ask.header("content-type", "application/json").body(key)).await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn who_brings_a_token_of_their_own_is_asked_nothing_more() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    let url = tenant.url("/me/keys");
    let key = json!({"name": "k", "scopes": ["chat", "account:read", "account:write"]});
    let token = || tenant.token(json!({"profile": null}));
    let bare = || world.post(&tenant.host, "/me/keys", &key).bearer_auth(token());
    for ask in [
        bare(),
        bare().header("origin", "https://evil.example").header("sec-fetch-site", "cross-site"),
        bare().header("content-type", "text/plain"),
        // A browser's cookie beside it is not what counts.
        mia.bare(Method::POST, &url).bearer_auth(token()).json(&key),
    ] {
        let (status, made) = read(ask).await;
        assert_eq!((status, made["account"].as_str()), (201, Some("acc_case")), "{made}");
    }
    let (_, made) = read(bare()).await;
    let by_key = world.post(&tenant.host, "/me/keys", &key).header("x-api-key", key_of(&made));
    assert_eq!(read(by_key).await.0, 201);
    assert_eq!(count(&mia, &tenant, "/me/keys").await, 0);
    // One that is no good is not made up for by a cookie that is.
    let ask = mia.script(Method::GET, &tenant.url("/auth/me"), None).bearer_auth("nonsense");
    assert_eq!(read(ask).await.0, 401);
}

fn key_of(made: &Value) -> &str {
    made["key"].as_str().unwrap()
}

#[tokio::test]
async fn the_form_of_another_page_does_not_even_change_a_strangers_language() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let browser = Browser::new(&world);
    let url = tenant.url("/preferences");
    let body = form_body([("locale", "de-DE")]);
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let ask = browser.bare(Method::POST, &url).header("content-type", FORM).body(body.clone());
        let ask = origin.into_iter().fold(ask, |ask, origin| ask.header("origin", origin));
        let response = ask.send().await.unwrap();
        assert_eq!(response.status(), 403, "{origin:?}");
        assert!(response.headers().get("set-cookie").is_none(), "{origin:?}");
    }
    // Nobody is signed out by it: there is nobody.
    let out = browser.bare(Method::POST, &tenant.url("/auth/logout"));
    assert_eq!(read(out.header("origin", "https://evil.example")).await.0, 403);
}

#[tokio::test]
async fn a_page_that_was_open_for_long_still_counts() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let first = mia.sign_in(&tenant, "mia").await;
    for _ in 0..3 {
        mia.open(&tenant, "/account").await;
    }
    let fields = [("name", "late"), ("scope", "chat")];
    assert_eq!(mia.post(&first, "/account/keys", &fields).await.status, 200);
    // Not so after signing out and in again: that page was another session's.
    let page = mia.open(&tenant, "/account").await;
    mia.submit(&page, "/auth/logout", &[]).await;
    mia.sign_in(&tenant, "mia").await;
    let late = mia.post(&first, "/account/keys", &fields).await;
    assert_eq!((late.status, late.code()), (403, "csrf_refused"));
    assert_eq!(count(&mia, &tenant, "/me/keys").await, 1);
}
