//! Invitations: a link that gives one person one role.

use conformance::{
    Tenant, World,
    browser::{Browser, Page},
    read, until,
};
use reqwest::{Method, Url};
use serde_json::{Value, json};

async fn invite(tenant: &Tenant<'_>, wanted: Value) -> (u16, Value) {
    read(tenant.admin(Method::POST, "/admin/invitations").json(&wanted)).await
}

/// The link of an invitation of an address.
async fn link(tenant: &Tenant<'_>, email: &str, role: &str) -> String {
    let (status, made) = invite(tenant, json!({"email": email, "role": role})).await;
    assert_eq!((status, &made["role"]), (201, &json!(role)), "{made}");
    made["url"].as_str().unwrap().to_owned()
}

/// Opens a link at a tenant's host, wherever it was made for.
async fn open(browser: &mut Browser<'_>, tenant: &Tenant<'_>, link: &str) -> Page {
    let link: Url = link.parse().unwrap();
    let path = format!("{}?{}", link.path(), link.query().unwrap_or_default());
    browser.open(tenant, &path).await
}

async fn roles(browser: &Browser<'_>, tenant: &Tenant<'_>) -> Value {
    let (status, me) = browser.me(tenant).await;
    assert_eq!(status, 200, "{me}");
    me["roles"].clone()
}

#[tokio::test]
async fn whoever_is_invited_has_the_role_and_nobody_else() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let link = link(&tenant, "MIA@example.com", "editor").await;
    let mut mia = Browser::new(&world);
    // Who is not signed in is asked to, and then comes back to the link.
    let asked: Url = link.parse().unwrap();
    let asked = format!("{}?{}", asked.path(), asked.query().unwrap_or_default());
    let asked = mia.get(&tenant.url(&asked)).await;
    assert_eq!(asked.status, 303);
    assert!(asked.header("location").starts_with("/auth/login?return_to=%2Finvite%3Ftoken%3D"));
    mia.sign_in(&tenant, "mia").await;
    assert_eq!(roles(&mia, &tenant).await, json!([]));
    let page = open(&mut mia, &tenant, &link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("editor"));
    let done = mia.post(&page, "/invite", &[]).await;
    assert_eq!(done.header("location"), "/account?done=invitation-accepted", "{}", done.text);
    assert_eq!(roles(&mia, &tenant).await, json!(["editor"]));
    // A second click changes nothing.
    let page = open(&mut mia, &tenant, &link).await;
    assert_eq!(mia.post(&page, "/invite", &[]).await.status, 303);
    assert_eq!(roles(&mia, &tenant).await, json!(["editor"]));

    // It is worth nothing to others: another address, and one that nobody has verified.
    for login in ["jonas", "noor"] {
        let link = self::link(&tenant, "noor@example.com", "editor").await;
        let mut other = Browser::new(&world);
        other.sign_in(&tenant, login).await;
        let refused = open(&mut other, &tenant, &link).await;
        assert_eq!((refused.status, refused.code()), (403, "invite_wrong_person"), "{login}");
        assert_eq!(roles(&other, &tenant).await, json!([]));
    }

    // An administrator sees the role, and takes it away.
    let (_, me) = mia.me(&tenant).await;
    let path = format!("/admin/accounts/{}/roles", me["account"].as_str().unwrap());
    let (_, listed) = read(tenant.admin(Method::GET, &path)).await;
    assert_eq!(listed["data"][0]["role"], "editor", "{listed}");
    let remove = || tenant.admin(Method::DELETE, &format!("{path}/editor"));
    assert_eq!(read(remove()).await.0, 204);
    assert_eq!(read(remove()).await.0, 404);
    let gone = async || roles(&mia, &tenant).await == json!([]);
    until("the role is gone", gone).await;
    // What was taken away does not come back by the old link, and does by a new one.
    let page = open(&mut mia, &tenant, &link).await;
    assert_eq!(mia.post(&page, "/invite", &[]).await.status, 303);
    assert_eq!(roles(&mia, &tenant).await, json!([]));
    let anew = self::link(&tenant, "mia@example.com", "editor").await;
    let page = open(&mut mia, &tenant, &anew).await;
    assert_eq!(mia.post(&page, "/invite", &[]).await.status, 303);
    assert_eq!(roles(&mia, &tenant).await, json!(["editor"]));
}

#[tokio::test]
async fn an_invitation_to_administer_opens_the_pages_of_administrators() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let (mut ada, mut mia) = (Browser::new(&world), Browser::new(&world));
    ada.sign_in(&tenant, "ada").await;
    mia.sign_in(&tenant, "mia").await;
    assert_eq!(mia.open(&tenant, "/admin").await.status, 403);
    let page = ada.open(&tenant, "/admin/pages/accounts").await;
    let fields = [("email", "mia@example.com"), ("role", "admin")];
    let made = ada.post(&page, "/admin/pages/invitations", &fields).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (_, link) = made.text.split_once("/invite?token=").expect("a link");
    let token = link.split('<').next().unwrap();
    let page = mia.open(&tenant, &format!("/invite?token={token}")).await;
    assert_eq!(mia.post(&page, "/invite", &[]).await.status, 303);
    assert_eq!(mia.open(&tenant, "/admin").await.status, 200);
    // What was wrong with the form stands beside its field.
    for (fields, field) in [
        ([("email", "nobody"), ("role", "admin")], "invite-email-fault"),
        ([("email", "mia@example.com"), ("role", "The boss")], "invite-role-fault"),
    ] {
        let page = ada.open(&tenant, "/admin/pages/accounts").await;
        let again = ada.post(&page, "/admin/pages/invitations", &fields).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains(&format!("id=\"{field}\"")), "{field}: {}", again.text);
    }
}

#[tokio::test]
async fn a_link_that_is_not_ours_or_not_for_here_does_not_count() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let other = world.people(json!({})).await;
    let link = link(&tenant, "mia@example.com", "admin").await;
    let mut mia = Browser::new(&world);
    mia.sign_in(&other, "mia").await;
    let foreign = open(&mut mia, &other, &link).await;
    assert_eq!((foreign.status, foreign.code()), (400, "invite_wrong_tenant"));
    for forged in
        [format!("{link}x"), link.replace("token=v1", "token=v2"), "http://x/invite".into()]
    {
        let refused = open(&mut mia, &other, &forged).await;
        assert_eq!((refused.status, refused.code()), (400, "invite_forged"), "{forged}");
    }
    for (wanted, field) in [
        (json!({"email": "a@b.example", "role": ""}), "role"),
        (json!({"email": "a@b.example", "role": "x".repeat(33)}), "role"),
        (json!({"email": "nobody", "role": "editor"}), "email"),
        (json!({"role": "editor"}), "email"),
        (
            json!({"email": "a@b.example", "role": "r", "expires_in_seconds": 0}),
            "expires_in_seconds",
        ),
    ] {
        let (status, body) = invite(&tenant, wanted.clone()).await;
        assert_eq!((status, body["field"].as_str()), (422, Some(field)), "{wanted}: {body}");
    }
}
