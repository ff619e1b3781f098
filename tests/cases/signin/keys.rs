//! API keys in the hands of their owner.

use conformance::{
    Tenant, World,
    browser::{Browser, Page},
    read, until, until_within,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a key that was revoked may go on, with some time to look.
const REVOKED_WITHIN: Duration = Duration::from_secs(35);

async fn keys(browser: &Browser<'_>, tenant: &Tenant<'_>) -> Vec<Value> {
    let (status, body) = read(browser.script(Method::GET, &tenant.url("/me/keys"), None)).await;
    assert_eq!(status, 200, "{body}");
    body["data"].as_array().unwrap().clone()
}

async fn status(tenant: &Tenant<'_>, key: &str, path: &str) -> u16 {
    read(tenant.world.get(&tenant.host, path).bearer_auth(key)).await.0
}

/// The key that a page shows.
fn shown(page: &Page) -> String {
    let at = page.text.find("pk_live_").unwrap_or_else(|| panic!("no key: {}", page.text));
    page.text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[tokio::test]
async fn an_owner_makes_a_key_sees_it_once_and_revokes_it() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let page = mia.sign_in(&tenant, "mia").await;
    assert!(!page.text.contains("pk_live_"));

    let fields = [("name", "<b>build</b> & deploy"), ("scope", "chat"), ("scope", "account:read")];
    let made = mia.submit(&page, "/account/keys", &fields).await;
    assert_eq!(made.status, 200);
    assert!(made.text.contains("&#60;b&#62;build") && !made.text.contains("<b>build"));
    let key = shown(&made);
    let again = mia.open(&tenant, "/account").await;
    assert!(!again.text.contains(&key) && again.text.contains("&#60;b&#62;build"));
    let list = keys(&mia, &tenant).await;
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["scopes"], json!(["chat", "account:read"]));
    assert_eq!(list[0]["used_at_ms"], Value::Null);
    assert!(list[0].get("key").is_none(), "{list:?}");

    assert_eq!(status(&tenant, &key, "/v1/models").await, 200);
    assert_eq!(status(&tenant, &key, "/me/balance").await, 200);
    let used = async || keys(&mia, &tenant).await[0]["used_at_ms"].is_i64();
    until("it shows when the key was used", used).await;

    let action = again.action("/account/keys/key_", "/revoke").unwrap();
    let gone = mia.submit(&again, &action, &[]).await;
    assert_eq!((gone.status, &*gone.path()), (200, "/account?done=key-revoked"));
    assert!(!gone.text.contains("&#60;b&#62;build"));
    assert!(keys(&mia, &tenant).await.is_empty());
    let refused = async || status(&tenant, &key, "/v1/models").await == 401;
    until_within(REVOKED_WITHIN, "the key opens nothing", refused).await;
}

#[tokio::test]
async fn a_form_without_a_name_or_a_scope_comes_back_as_it_was_filled_in() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let page = mia.sign_in(&tenant, "mia").await;
    let long = "x".repeat(101);
    for (name, scope) in [("", "chat"), ("  ", "chat"), (&*long, "chat"), ("ok", "admin")] {
        let back = mia.post(&page, "/account/keys", &[("name", name), ("scope", scope)]).await;
        assert_eq!(back.status, 422, "{name:?} {scope:?}");
        assert!(back.text.contains("class=\"fault\""), "{name:?} {scope:?}");
        assert!(back.text.contains(&format!("value=\"{name}\"")), "{name:?}");
    }
    assert!(keys(&mia, &tenant).await.is_empty());
}

#[tokio::test]
async fn a_program_of_the_owners_does_the_same() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&tenant, "mia").await;
    let (_, me) = mia.me(&tenant).await;
    let csrf = me["csrf"].as_str();
    let url = tenant.url("/me/keys");
    let make = mia.script(Method::POST, &url, csrf).json(&json!({"name": "k", "scopes": ["chat"]}));
    let (status_made, made) = read(make).await;
    assert_eq!((status_made, &made["account"]), (201, &me["account"]), "{made}");
    let (key, id) = (made["key"].as_str().unwrap(), made["id"].as_str().unwrap());
    // A key that may only chat neither makes keys nor lists them.
    assert_eq!(status(&tenant, key, "/me/keys").await, 403);
    let more = world.post(&tenant.host, "/me/keys", &json!({"name": "more", "scopes": ["chat"]}));
    assert_eq!(read(more.bearer_auth(key)).await.0, 403);

    // Somebody else does not find it.
    let mut jonas = Browser::new(&world);
    jonas.sign_in(&tenant, "jonas").await;
    let url = tenant.url(&format!("/me/keys/{id}"));
    let (_, his) = jonas.me(&tenant).await;
    assert_eq!(read(jonas.script(Method::DELETE, &url, his["csrf"].as_str())).await.0, 404);
    assert!(keys(&jonas, &tenant).await.is_empty());
    assert_eq!(status(&tenant, key, "/v1/models").await, 200);
    assert_eq!(read(mia.script(Method::DELETE, &url, csrf)).await.0, 204);
    let refused = async || status(&tenant, key, "/v1/models").await == 401;
    until_within(REVOKED_WITHIN, "the key opens nothing", refused).await;
}
