//! What administrators do on their pages, and what is written down of it.

use conformance::{
    Tenant, World,
    browser::{Browser, Page},
    read, unique, until,
};
use reqwest::Method;
use serde_json::json;

/// Waits until the audit log shows what a request has done, and returns that line.
async fn audited(browser: &mut Browser<'_>, tenant: &Tenant<'_>, done: &Page) -> String {
    let request = done.header("x-request-id").to_owned();
    let mut line = None;
    let shown = async || {
        let log = browser.open(tenant, "/admin/pages/audit").await;
        assert_eq!(log.status, 200, "{}", log.text);
        let found = log.text.split("<tr>").find(|row| row.contains(&request));
        line = found.map(str::to_owned);
        line.is_some()
    };
    until("the audit log has an entry", shown).await;
    line.unwrap_or_default()
}

async fn audit_has(browser: &mut Browser<'_>, tenant: &Tenant<'_>, text: &str) -> bool {
    browser.open(tenant, "/admin/pages/audit").await.text.contains(text)
}

async fn posted(tenant: &Tenant<'_>, account: &str) -> i64 {
    let path = format!("/admin/accounts/{account}/books");
    let (status, body) = read(tenant.admin(Method::GET, &path)).await;
    assert_eq!(status, 200, "{body}");
    let mut books = body["books"].as_array().unwrap().iter();
    let wallet = books.find(|book| book["asset"] == "tokens" && book["book"] == "wallet");
    let of = |side: &str| wallet.map_or(0, |wallet| wallet[side].as_i64().unwrap());
    of("credits_posted") - of("debits_posted")
}

#[tokio::test]
async fn a_form_that_is_sent_twice_grants_once() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut ada = Browser::new(&world);
    ada.sign_in(&tenant, "ada").await;
    let path = "/admin/pages/accounts/acc_lucky";
    let action = format!("{path}/grants");
    let page = ada.open(&tenant, path).await;
    let fields = [("tokens", "500"), ("note", "welcome")];
    let first = ada.post(&page, &action, &fields).await;
    assert_eq!((first.status, first.header("location")), (303, &*format!("{path}?done=granted")));
    let again = ada.post(&page, &action, &fields).await;
    assert_eq!(again.status, 303);
    assert_eq!(posted(&tenant, "acc_lucky").await, 500);
    // From a page that was loaded anew it is meant.
    let page = ada.follow(again).await;
    assert!(page.text.contains("class=\"toast\"") && page.text.contains("500"));
    let line = audited(&mut ada, &tenant, &first).await;
    assert!(line.contains("admin_grant") && line.contains("acc_lucky"), "{line}");
    let account = ada.me(&tenant).await.1["account"].as_str().unwrap().to_owned();
    assert!(line.contains(&account), "{line}");

    let page = ada.open(&tenant, path).await;
    assert_eq!(ada.submit(&page, &action, &fields).await.status, 200);
    assert_eq!(posted(&tenant, "acc_lucky").await, 1_000);
}

#[tokio::test]
async fn a_grant_that_is_wrong_comes_back_and_is_not_written_down() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut ada = Browser::new(&world);
    ada.sign_in(&tenant, "ada").await;
    let path = "/admin/pages/accounts/acc_x";
    let page = ada.open(&tenant, path).await;
    for tokens in ["", "0", "-5", "1.5", "many", "9007199254740992", "\"><script>"] {
        let fields = [("tokens", tokens), ("note", "a note")];
        let back = ada.post(&page, &format!("{path}/grants"), &fields).await;
        assert_eq!(back.status, 422, "{tokens}");
        assert!(back.text.contains("id=\"grant-tokens-fault\""), "{tokens}");
        assert!(back.text.contains("value=\"a note\"") && !back.text.contains("\"><script>"));
    }
    assert_eq!(posted(&tenant, "acc_x").await, 0);
    assert!(!audit_has(&mut ada, &tenant, "admin_grant").await);
}

#[tokio::test]
async fn what_programs_of_administrators_do_is_written_down_too() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut ada = Browser::new(&world);
    ada.sign_in(&tenant, "ada").await;
    let ask = tenant.admin(Method::POST, "/admin/accounts/acc_server/keys");
    let ask = ask.json(&json!({"name": "k", "scopes": ["chat"]}));
    let url = tenant.url("/admin/accounts/acc_server/keys");
    let done = Page::read(url, ask.send().await.unwrap()).await;
    assert_eq!(done.status, 201);
    let line = audited(&mut ada, &tenant, &done).await;
    assert!(line.contains("create_key") && line.contains("acc_server"), "{line}");
    // Keys are not: what was made is nobody's to read.
    let key: serde_json::Value = serde_json::from_str(&done.text).unwrap();
    assert!(!audit_has(&mut ada, &tenant, key["key"].as_str().unwrap()).await);
    // Of another tenant one sees nothing.
    let other = world.people(json!({})).await;
    ada.sign_in(&other, "ada").await;
    assert!(!audit_has(&mut ada, &other, "acc_server").await);
}

#[tokio::test]
async fn an_operator_makes_a_tenant_and_gives_it_a_domain() {
    let world = World::new();
    let platform = world.demo("postern");
    let mut ada = Browser::new(&world);
    ada.sign_in(&platform, "ada").await;
    let list = ada.open(&platform, "/admin/pages/tenants").await;
    let handle = unique("case");
    let fields =
        [("name", "A <b>shop</b>"), ("handle", &*handle), ("app", "market"), ("region", "weur")];
    let made = ada.post(&list, "/admin/pages/tenants", &fields).await;
    assert_eq!(made.header("location"), "/admin/pages/tenants?done=tenant-created");
    let line = audited(&mut ada, &platform, &made).await;
    assert!(line.contains("admin_create_tenant"), "{line}");
    let list = ada.follow(made).await;
    assert!(list.text.contains(&handle) && !list.text.contains("<b>shop"));
    // Its home is there.
    assert_eq!(read(world.get(&format!("{handle}.localhost"), "/")).await.0, 200);

    let row = list.text.split("<tr>").find(|row| row.contains(&handle)).unwrap();
    let id = row.split("/admin/pages/tenants/").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/admin/pages/tenants/{id}");
    let page = ada.open(&platform, &path).await;
    let domain = format!("{}.example", unique("shop"));
    let put = ada.post(&page, &format!("{path}/domains"), &[("host", &domain)]).await;
    assert_eq!(put.header("location"), format!("{path}?done=domain-put"));
    assert!(audited(&mut ada, &platform, &put).await.contains(id));
    assert!(ada.follow(put).await.text.contains(&domain));
    assert_eq!(read(world.get(&domain, "/")).await.0, 200);

    // What is taken or wrong comes back as it was filled in.
    let page = ada.open(&platform, "/admin/pages/tenants").await;
    for wrong in [&*handle, "family", "postern", "Wrong!", ""] {
        let fields = [("name", "x"), ("handle", wrong), ("app", "saas"), ("region", "auto")];
        let back = ada.post(&page, "/admin/pages/tenants", &fields).await;
        assert_eq!(back.status, 422, "{wrong}: {}", back.text);
        assert!(back.text.contains("id=\"tenant-handle-fault\""), "{wrong:?}");
    }
}

#[tokio::test]
async fn an_account_is_found_by_its_id() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut ada = Browser::new(&world);
    ada.sign_in(&tenant, "ada").await;
    let found = ada.open(&tenant, "/admin/pages/accounts?id=%20acc_lucky%20").await;
    assert_eq!((found.status, &*found.path()), (200, "/admin/pages/accounts/acc_lucky"));
    for wrong in ["acc_", "lucky", "..%2F..%2Fadmin", "%22%3E%3Cscript%3E"] {
        let back = ada.open(&tenant, &format!("/admin/pages/accounts?id={wrong}")).await;
        assert_eq!(back.status, 200, "{wrong}");
        assert!(back.text.contains("class=\"fault\"") && !back.text.contains("\"><script>"));
    }
}
