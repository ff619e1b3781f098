//! The browsers in which a person is signed in.

use conformance::{
    Tenant, World,
    browser::{Browser, SESSION},
    read, until_within,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a session that was revoked may go on, with some time to look.
const REVOKED_WITHIN: Duration = Duration::from_secs(35);

async fn sessions(browser: &Browser<'_>, tenant: &Tenant<'_>) -> Vec<Value> {
    let ask = browser.script(Method::GET, &tenant.url("/me/sessions"), None);
    let (status, body) = read(ask).await;
    assert_eq!(status, 200, "{body}");
    body["data"].as_array().unwrap().clone()
}

async fn ends(browser: &mut Browser<'_>, tenant: &Tenant<'_>) {
    // Where there are several instances, each believes for a while what it has read: what counts
    // is that none does after the time that is promised.
    let ended = async || {
        if browser.is_signed_in(tenant).await {
            return false;
        }
        let page = browser.get(&tenant.url("/account")).await;
        let is_asked = page.status == 303;
        assert!(!is_asked || page.header("location") == "/auth/login?return_to=%2Faccount");
        is_asked
    };
    until_within(REVOKED_WITHIN, "the session is over", ended).await;
}

#[tokio::test]
async fn a_person_sees_their_browsers_and_ends_one() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let (mut desk, mut phone) = (Browser::new(&world), Browser::new(&world));
    phone.agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                   (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
        .to_owned();
    desk.sign_in(&tenant, "mia").await;
    phone.sign_in(&tenant, "mia").await;
    let list = sessions(&desk, &tenant).await;
    assert_eq!(list.len(), 2, "{list:?}");
    let other = list.iter().find(|session| session["current"] == false).unwrap();
    let own = list.iter().find(|session| session["current"] == true).unwrap();
    assert!(other["device"].as_str().unwrap().contains("iPhone"), "{other}");
    assert!(own["device"].as_str().unwrap().contains("Firefox"), "{own}");
    assert_eq!(desk.me(&tenant).await.1["session"], own["id"]);

    let (_, me) = desk.me(&tenant).await;
    let end = async |id: &str| {
        let url = tenant.url(&format!("/me/sessions/{id}"));
        read(desk.script(Method::DELETE, &url, me["csrf"].as_str())).await.0
    };
    assert_eq!(end(other["id"].as_str().unwrap()).await, 204);
    ends(&mut phone, &tenant).await;
    assert_eq!(sessions(&desk, &tenant).await.len(), 1);
    assert_eq!(end(other["id"].as_str().unwrap()).await, 404);
    assert_eq!(end("nonsense").await, 422);
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let (mut mia, mut jonas) = (Browser::new(&world), Browser::new(&world));
    mia.sign_in(&tenant, "mia").await;
    jonas.sign_in(&tenant, "jonas").await;
    let id = mia.me(&tenant).await.1["session"].as_str().unwrap().to_owned();
    let (_, me) = jonas.me(&tenant).await;
    let url = tenant.url(&format!("/me/sessions/{id}"));
    let (status, _) = read(jonas.script(Method::DELETE, &url, me["csrf"].as_str())).await;
    assert_eq!(status, 404);
    assert!(mia.is_signed_in(&tenant).await);
    assert_eq!(sessions(&jonas, &tenant).await.len(), 1);
}

#[tokio::test]
async fn the_account_page_signs_other_browsers_out() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut desk = Browser::new(&world);
    let mut others = [Browser::new(&world), Browser::new(&world), Browser::new(&world)];
    for browser in &mut others {
        browser.sign_in(&tenant, "mia").await;
    }
    let page = desk.sign_in(&tenant, "mia").await;
    let action = page.action("/account/sessions/ses_", "/revoke").unwrap();
    let page = desk.submit(&page, &action, &[]).await;
    assert_eq!((page.status, &*page.path()), (200, "/account?done=session-revoked"));
    assert!(page.text.contains("class=\"toast\""));
    assert_eq!(sessions(&desk, &tenant).await.len(), 3);

    let page = desk.submit(&page, "/account/sessions/revoke-others", &[]).await;
    assert_eq!((page.status, &*page.path()), (200, "/account?done=others-revoked"));
    // What would end others is not offered where there are none.
    assert!(page.form("/account/sessions/revoke-others").is_none());
    for browser in &mut others {
        ends(browser, &tenant).await;
    }
    assert!(desk.is_signed_in(&tenant).await);
}

#[tokio::test]
async fn a_browser_may_end_its_own_session() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    let (_, me) = mia.me(&tenant).await;
    let url = tenant.url(&format!("/me/sessions/{}", me["session"].as_str().unwrap()));
    assert_eq!(read(mia.script(Method::DELETE, &url, me["csrf"].as_str())).await.0, 204);
    ends(&mut mia, &tenant).await;
    // Signing in again is another session, and the old token stays dead.
    let old = mia.cookie(&tenant, SESSION).unwrap();
    mia.sign_in(&tenant, "mia").await;
    assert_ne!(mia.cookie(&tenant, SESSION).unwrap(), old);
    let mut thief = Browser::new(&world);
    thief.plant(&tenant, SESSION, &old);
    assert!(!thief.is_signed_in(&tenant).await);
    assert!(mia.is_signed_in(&tenant).await);
}
