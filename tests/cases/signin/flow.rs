//! In and out.

use conformance::{
    PLATFORM, Tenant, World,
    browser::{Browser, SESSION, with_param},
    read, unique,
};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_person_signs_in_is_known_and_signs_out_again() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let callback = mia.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    let landed = mia.get(&callback).await;
    assert_eq!(landed.location(), Some(tenant.url("/account")));
    let session = landed.cookies().into_iter().find(|c| c.starts_with(SESSION)).unwrap();
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert!(!session.contains("Domain"), "{session}");
    let account = mia.follow(landed).await;
    assert_eq!(account.status, 200);
    assert!(account.text.contains("Mia Carter") && account.text.contains("mia@example.com"));
    // Nothing is left of the way there.
    assert_eq!(mia.cookie_names(&tenant), [SESSION]);

    let (_, me) = mia.me(&tenant).await;
    assert_eq!(
        (me["tenant"].as_str(), me["name"].as_str()),
        (Some(&*tenant.id), Some("Mia Carter"))
    );
    assert_eq!((me["email"].as_str(), &me["roles"]), (Some("mia@example.com"), &json!([])));
    assert!(me["account"].as_str().unwrap().starts_with("acc_"), "{me}");

    let held = mia.cookie(&tenant, SESSION).unwrap();
    let out = mia.submit(&account, "/auth/logout", &[]).await;
    assert_eq!((out.status, out.path().as_str()), (200, "/auth/logged-out"), "{}", out.text);
    assert_eq!(out.url.host_str(), Some(&*tenant.host));
    assert!(mia.cookie_names(&tenant).is_empty());
    // Not even with what the browser held before.
    mia.plant(&tenant, SESSION, &held);
    assert!(!mia.is_signed_in(&tenant).await);
    // The issuer has forgotten her, too, and asks again.
    let asked = mia.open(&tenant, "/account").await;
    assert!(asked.url.as_str().starts_with(world.demo_issuer()["issuer"].as_str().unwrap()));
    assert!(asked.form("").is_some());
}

#[tokio::test]
async fn a_person_ends_where_they_wanted_to_go() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let asked = mia.open(&tenant, "/playground?model=demo-echo").await;
    let page = mia.submit(&asked, "", &[("login", "mia")]).await;
    assert_eq!((page.status, &*page.path()), (200, "/playground?model=demo-echo"));
}

#[tokio::test]
async fn an_account_is_the_same_in_every_browser_and_another_at_every_tenant() {
    let world = World::new();
    let (one, two) = (world.people(json!({})).await, world.people(json!({})).await);
    let account = async |tenant: &Tenant<'_>, login: &str| {
        let mut browser = Browser::new(&world);
        browser.sign_in(tenant, login).await;
        browser.me(tenant).await.1["account"].as_str().unwrap().to_owned()
    };
    let mia = account(&one, "mia").await;
    assert_eq!(account(&one, "mia").await, mia);
    assert_ne!(account(&one, "jonas").await, mia);
    assert_ne!(account(&two, "mia").await, mia);
}

#[tokio::test]
async fn what_the_issuer_says_of_a_person_makes_an_administrator() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let (mut ada, mut mia) = (Browser::new(&world), Browser::new(&world));
    ada.sign_in(&tenant, "ada").await;
    mia.sign_in(&tenant, "mia").await;
    assert_eq!(ada.me(&tenant).await.1["roles"], json!(["admin"]));
    assert_eq!(ada.open(&tenant, "/admin").await.status, 200);
    assert_eq!(mia.open(&tenant, "/admin").await.status, 403);
}

#[tokio::test]
async fn two_tabs_can_sign_in_at_once() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let first = mia.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    let second = mia.sign_in_up_to_callback(&tenant, "mia", "/playground").await;
    assert_eq!(mia.visit(&first).await.path(), "/account");
    assert_eq!(mia.visit(&second).await.path(), "/playground");
    assert!(mia.is_signed_in(&tenant).await);
}

#[tokio::test]
async fn a_browser_keeps_few_sign_ins_that_were_not_finished() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut browser = Browser::new(&world);
    for _ in 0..7 {
        browser.get(&tenant.url("/auth/login")).await;
    }
    assert_eq!(browser.cookie_names(&tenant).len(), 4);
    browser.sign_in(&tenant, "mia").await;
}

#[tokio::test]
async fn who_declines_is_told_so_and_can_try_again() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let callback = mia.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    let declined = with_param(&callback, "code", None);
    let declined = mia.visit(&with_param(&declined, "error", Some("access_denied"))).await;
    assert_eq!(declined.status, 400);
    assert!(!declined.signs_in() && declined.text.contains("href=\"/auth/login"));
    assert!(mia.cookie_names(&tenant).is_empty());
    mia.sign_in(&tenant, "mia").await;
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_shown_to_the_letter() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let domain = format!("{}.example", unique("shop"));
    let path = format!("/admin/tenants/{}/domains/{domain}", tenant.id);
    let put = world.ask(Method::PUT, PLATFORM, &path).bearer_auth(world.operator());
    assert_eq!(read(put).await.0, 200);
    for path in ["/auth/login", "/auth/help"] {
        let ask = world.get(&domain, path).header("accept", "text/html");
        let response = ask.send().await.unwrap();
        assert_eq!(response.status(), 400, "{path}");
        let text = response.text().await.unwrap();
        assert!(text.contains(&format!("<code>https://{domain}/auth/callback</code>")), "{text}");
    }

    // A name on the developer's own machine that the demo issuer does not know.
    let handle = unique("other");
    let record = json!({
        "handle": handle, "name": "x", "app": "saas", "issuers": [world.demo_issuer()],
    });
    let made = world.post(PLATFORM, "/admin/tenants", &record).bearer_auth(world.operator());
    let (status, made) = read(made).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap().to_owned();
    let tenant = Tenant { world: &world, host: format!("{handle}.localhost"), id };
    let page = Browser::new(&world).open(&tenant, "/auth/login").await;
    assert_eq!(page.status, 400);
    let wanted = format!("<code>{}/auth/callback</code>", tenant.origin());
    assert!(page.text.contains(&wanted), "{wanted} {}", page.text);
}

#[tokio::test]
async fn a_tenant_without_an_issuer_says_so() {
    let world = World::new();
    let tenant = world.tenant(json!({})).await;
    let page = Browser::new(&world).open(&tenant, "/auth/login").await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn a_page_exchanges_its_token_for_a_session() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut browser = Browser::new(&world);
    let url = tenant.url("/auth/session");
    let ask = browser
        .script(Method::POST, &url, None)
        .bearer_auth(tenant.token(json!({"profile": null})));
    let page = browser.send(&url, ask).await;
    assert_eq!((page.status, page.signs_in()), (204, true), "{}", page.text);
    let (status, me) = browser.me(&tenant).await;
    assert_eq!((status, me["account"].as_str()), (200, Some("acc_case")), "{me}");
    assert_eq!(browser.open(&tenant, "/account").await.status, 200);

    // Neither with a key, which is a server's, nor with the session itself, nor from elsewhere.
    let (status, made) = read(
        tenant
            .admin(Method::POST, "/admin/accounts/acc_case/keys")
            .json(&json!({"name": "k", "scopes": ["chat", "account:read", "account:write"]})),
    )
    .await;
    assert_eq!(status, 201, "{made}");
    let (_, me) = browser.me(&tenant).await;
    let key = made["key"].as_str().unwrap();
    let script = || Browser::new(&world).script(Method::POST, &url, None);
    let foreign = world.ask(Method::POST, &tenant.host, "/auth/session");
    let foreign = foreign.header("origin", "https://evil.example");
    for (ask, wanted) in [
        (script().bearer_auth(key), (403, "token_required")),
        (script().bearer_auth("nonsense"), (401, "invalid_credentials")),
        (script(), (401, "authentication_required")),
        (browser.script(Method::POST, &url, me["csrf"].as_str()), (403, "token_required")),
        (foreign.bearer_auth(tenant.token(json!({"profile": null}))), (403, "csrf_refused")),
    ] {
        let response = ask.send().await.unwrap();
        assert!(response.headers().get("set-cookie").is_none(), "{wanted:?}");
        let status = response.status().as_u16();
        let body: serde_json::Value = response.json().await.unwrap();
        assert_eq!((status, body["code"].as_str().unwrap()), wanted);
    }
}
