//! What others try: to sign somebody in as themselves, to be signed in as somebody, to be sent where
//! nobody wanted to go.

use conformance::{
    Tenant, World,
    browser::{Browser, Page, SESSION, param, with_param},
};
use serde_json::json;

/// What a browser may be told to go to after signing in, and must not.
const HOSTILE: &[&str] = &[
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/..//evil.example",
    "/%2e%2e//evil.example",
    "https:evil.example",
    "https://evil.example",
    "https://evil.example/account",
    "javascript:alert(1)",
    "data:text/html,x",
    "/evil\r\nSet-Cookie: __Host-session=x",
    "/evil%0d%0aSet-Cookie: a=b",
    "@evil.example",
    ".evil.example",
    "/auth/logout",
    "/auth/login?return_to=/a",
    "",
];

async fn who(browser: &Browser<'_>, tenant: &Tenant<'_>) -> Option<String> {
    let (status, me) = browser.me(tenant).await;
    (status == 200).then(|| me["name"].as_str().unwrap_or_default().to_owned())
}

fn refused(page: &Page) {
    assert!((400..=502).contains(&page.status), "{} {}", page.status, page.text);
    assert!(!page.signs_in(), "{:?}", page.cookies());
    assert!(page.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn nobody_is_signed_in_as_the_attacker() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut attacker = Browser::new(&world);
    let mut lure = async || attacker.sign_in_up_to_callback(&tenant, "mallory", "/account").await;

    // A victim who is doing nothing of the kind.
    let mut victim = Browser::new(&world);
    refused(&victim.visit(&lure().await).await);
    assert_eq!(who(&victim, &tenant).await, None);
    // One who is about to sign in, and then does.
    let own = victim.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    refused(&victim.visit(&lure().await).await);
    assert_eq!(victim.visit(&own).await.status, 200);
    assert_eq!(who(&victim, &tenant).await.as_deref(), Some("Mia Carter"));
    // One who is signed in stays who she is.
    refused(&victim.visit(&lure().await).await);
    assert_eq!(who(&victim, &tenant).await.as_deref(), Some("Mia Carter"));
    // The attacker's code in an answer to the victim's own sign-in: it was made for another one.
    let mut victim = Browser::new(&world);
    let own = victim.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    let code = param(&lure().await, "code");
    refused(&victim.visit(&with_param(&own, "code", code.as_deref())).await);
    assert_eq!(who(&victim, &tenant).await, None);
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let callback = mia.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    let before = mia.clone();
    assert_eq!(mia.visit(&callback).await.status, 200);
    let session = mia.cookie(&tenant, SESSION);
    // She goes back in her history, or somebody has found the address in a log.
    refused(&mia.visit(&callback).await);
    refused(&Browser::new(&world).visit(&callback).await);
    assert_eq!(mia.cookie(&tenant, SESSION), session);
    // Somebody has her cookie of the sign-in as well: the issuer takes the code once.
    let mut thief = before;
    refused(&thief.visit(&callback).await);
    assert_eq!(who(&thief, &tenant).await, None);
    assert_eq!(who(&mia, &tenant).await.as_deref(), Some("Mia Carter"));
}

#[tokio::test]
async fn a_state_is_of_no_use_without_the_browsers_cookie() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let login = |browser: &Browser<'_>| {
        let mut names = browser.cookie_names(&tenant).into_iter();
        let name = names.find(|name| name.starts_with("__Host-login-")).unwrap();
        let value = browser.cookie(&tenant, &name).unwrap();
        (name, value)
    };
    // Without it.
    let callback = mia.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    let (name, value) = login(&mia);
    let mut lost = mia.clone();
    lost.forget(&tenant, &name);
    refused(&lost.visit(&callback).await);
    // With one that was changed, and with that of another sign-in under its name.
    let mut other = Browser::new(&world);
    other.get(&tenant.url("/auth/login")).await;
    let (_, foreign) = login(&other);
    let middle = value.len() / 2;
    let flipped = if &value[middle..=middle] == "A" { "B" } else { "A" };
    let changed = format!("{}{flipped}{}", &value[..middle], &value[middle + 1..]);
    for wrong in [&*changed, &*foreign, "v1", "", "v1.dev.", &value[..value.len() - 1]] {
        let mut browser = mia.clone();
        browser.plant(&tenant, &name, wrong);
        refused(&browser.visit(&callback).await);
        assert_eq!(who(&browser, &tenant).await, None);
    }
    // With another state of the same beginning, which finds the cookie by its name.
    let state = param(&callback, "state").unwrap();
    let last = if state.ends_with('A') { "E" } else { "A" };
    let near = format!("{}{last}", &state[..state.len() - 1]);
    refused(&mia.clone().visit(&with_param(&callback, "state", Some(&near))).await);
    // And hers still works.
    assert_eq!(mia.visit(&callback).await.status, 200);
}

#[tokio::test]
async fn an_answer_that_is_none_is_refused() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut browser = Browser::new(&world);
    browser.get(&tenant.url("/auth/login")).await;
    let long = "x".repeat(9_000);
    for query in [
        "".to_owned(),
        "?".to_owned(),
        "?code=x".to_owned(),
        "?state=x".to_owned(),
        "?code=x&state=".to_owned(),
        "?code=x&state=short".to_owned(),
        "?code=x&code=y&state=z".to_owned(),
        "?code=x&error=y&state=z".to_owned(),
        format!("?code={long}&state=z"),
        "?error=access_denied&error_description=<script>alert(1)</script>&state=z".to_owned(),
    ] {
        let page = browser.get(&tenant.url(&format!("/auth/callback{query}"))).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(!page.signs_in() && !page.text.contains("<script>alert"), "{query}");
    }
}

#[tokio::test]
async fn a_session_that_somebody_has_planted_is_not_the_one_that_signing_in_makes() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut attacker = Browser::new(&world);
    attacker.sign_in(&tenant, "mallory").await;
    let own = attacker.cookie(&tenant, SESSION).unwrap();
    for planted in [own.as_str(), "acc_planted.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let mut victim = Browser::new(&world);
        victim.plant(&tenant, SESSION, planted);
        victim.sign_in(&tenant, "mia").await;
        assert_ne!(victim.cookie(&tenant, SESSION).unwrap(), planted);
        assert_eq!(who(&victim, &tenant).await.as_deref(), Some("Mia Carter"));
        let mut thief = Browser::new(&world);
        thief.plant(&tenant, SESSION, planted);
        assert_ne!(who(&thief, &tenant).await.as_deref(), Some("Mia Carter"));
    }
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    for hostile in HOSTILE {
        let callback = mia.sign_in_up_to_callback(&tenant, "mia", hostile).await;
        let page = mia.get(&callback).await;
        assert_eq!((page.status, page.header("location")), (303, "/account"), "{hostile:?}");
        assert!(page.cookies().iter().all(|cookie| cookie.starts_with("__Host-")), "{hostile:?}");
    }
    // Nor by a form that says where it came from.
    let page = mia.open(&tenant, "/account").await;
    for hostile in HOSTILE {
        let mut page = page.clone();
        page.text = page.text.replace("name=\"return_to\"", "name=\"was\"");
        let fields = [("return_to", *hostile), ("scheme", "dark")];
        let sent = mia.post(&page, "/preferences", &fields).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/account"), "{hostile:?}");
    }
}

#[tokio::test]
async fn a_cookie_of_another_tenants_host_opens_nothing() {
    let world = World::new();
    let (one, two) = (world.people(json!({})).await, world.people(json!({})).await);
    let mut mia = Browser::new(&world);
    mia.sign_in(&one, "mia").await;
    mia.plant(&two, SESSION, &mia.cookie(&one, SESSION).unwrap());
    assert!(!mia.is_signed_in(&two).await);
    assert_eq!(mia.get(&two.url("/account")).await.status, 303);
    // Also where the same issuer knows her there, under another account.
    let mut also = Browser::new(&world);
    also.sign_in(&two, "mia").await;
    assert!(!mia.is_signed_in(&two).await);
    assert!(mia.is_signed_in(&one).await);
    // Nor is a sign-in that began at one finished at the other.
    let mut browser = Browser::new(&world);
    let callback = browser.sign_in_up_to_callback(&one, "mia", "/account").await;
    for name in browser.cookie_names(&one) {
        let value = browser.cookie(&one, &name).unwrap();
        browser.plant(&two, &name, &value);
    }
    let mut elsewhere = callback.clone();
    elsewhere.set_host(Some(&two.host)).unwrap();
    refused(&browser.visit(&elsewhere).await);
    assert!(!browser.is_signed_in(&two).await);
}

#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_passed_over() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    let own = mia.cookie(&tenant, SESSION).unwrap();
    let (account, secret) = own.split_once('.').unwrap();
    let zeros = "A".repeat(43);
    for wrong in [
        String::new(),
        "x".to_owned(),
        account.to_owned(),
        format!("{account}."),
        format!("{account}.{zeros}"),
        format!("acc_other.{secret}"),
        format!("{own}="),
        format!("{own}A"),
        format!("{account}.{secret}.{secret}"),
        format!("../{own}"),
        format!("{account}'--.{secret}"),
        "%00".to_owned(),
        "x".repeat(4_000),
        "\u{e9}".to_owned(),
    ] {
        let mut browser = Browser::new(&world);
        browser.plant(&tenant, SESSION, &wrong);
        browser.plant(&tenant, "theme", "of another time");
        assert!(!browser.is_signed_in(&tenant).await, "{wrong}");
        assert_eq!(browser.get(&tenant.url("/")).await.status, 200, "{wrong}");
        assert_eq!(browser.get(&tenant.url("/account")).await.status, 303, "{wrong}");
    }
    assert!(mia.is_signed_in(&tenant).await);
    // With others beside it, hers is found.
    mia.plant(&tenant, "theme", "\"of another time\"");
    mia.plant(&tenant, "session", "x");
    assert!(mia.is_signed_in(&tenant).await);
}

#[tokio::test]
async fn two_cookies_of_a_name_are_none() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    let own = mia.cookie(&tenant, SESSION).unwrap();
    for other in ["x", &*own] {
        for (first, second) in [(&*own, other), (other, &*own)] {
            let cookies = format!("{SESSION}={first}; {SESSION}={second}");
            let ask = world.get(&tenant.host, "/auth/me").header("cookie", cookies);
            assert_eq!(conformance::read(ask).await.0, 401, "{other}");
        }
    }
    let many = format!("a={}; {SESSION}={own}", "x".repeat(17_000));
    let ask = world.get(&tenant.host, "/auth/me").header("cookie", many);
    assert_eq!(conformance::read(ask).await.0, 401);
    assert!(mia.is_signed_in(&tenant).await);
}
