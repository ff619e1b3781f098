//! Issuers that answer for each other ([RFC 9700 §4.4](https://www.rfc-editor.org/rfc/rfc9700#section-4.4)),
//! and what one may say in an ID token.

use conformance::{
    Tenant, World,
    browser::{Browser, Page, param, with_param},
    issuer::Issuer,
    now_seconds,
};
use serde_json::{Value, json};

fn refused(page: &Page, wanted: u16, about: &str) {
    assert_eq!(page.status, wanted, "{about}: {}", page.text);
    assert!(!page.signs_in(), "{about}: {:?}", page.cookies());
}

#[tokio::test]
async fn an_answer_says_whose_it_is_and_is_not_believed_from_another() {
    let world = World::new();
    let tenant = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let own = world.demo_issuer()["issuer"].as_str().unwrap().to_owned();
    let slash = format!("{own}/");
    let wrong = [Some("https://evil.example"), Some(&*slash), Some(""), None];
    for iss in wrong {
        let callback = mia.sign_in_up_to_callback(&tenant, "mia", "/account").await;
        refused(&mia.visit(&with_param(&callback, "iss", iss)).await, 400, &format!("{iss:?}"));
        assert!(!mia.is_signed_in(&tenant).await, "{iss:?}");
    }
    let callback = mia.sign_in_up_to_callback(&tenant, "mia", "/account").await;
    let mut twice = callback.clone();
    twice.query_pairs_mut().append_pair("iss", "https://evil.example");
    refused(&mia.visit(&twice).await, 400, "twice");
    // An error of another's is not believed either: the sign-in is over, not declined.
    let foreign = with_param(&with_param(&callback, "code", None), "error", Some("access_denied"));
    let foreign = with_param(&foreign, "iss", Some("https://evil.example"));
    refused(&mia.visit(&foreign).await, 400, "an error");
}

#[tokio::test]
async fn a_code_of_one_issuer_is_not_carried_to_another() {
    let world = World::new();
    let evil = Issuer::start(&world).await;
    // The person chooses the issuer that is not honest; it passes her on to the honest one.
    let issuers = json!([evil.record(), world.demo_issuer()]);
    let tenant = world.tenant(json!({"issuers": issuers})).await;
    let honest = world.people(json!({})).await;
    let mut mia = Browser::new(&world);
    let code = mia.sign_in_up_to_callback(&honest, "mia", "/account").await;
    let begun = mia.get(&tenant.url("/auth/login")).await.location().unwrap();
    assert!(begun.as_str().starts_with(&evil.url), "{begun}");
    let mut callback = tenant.url("/auth/callback");
    callback.set_query(code.query());
    let callback = with_param(&callback, "state", param(&begun, "state").as_deref());
    refused(&mia.visit(&callback).await, 400, "mixed up");
    assert!(!mia.is_signed_in(&tenant).await);
    // Nobody has shown it the code.
    assert!(evil.asked().is_empty());
}

/// Signs in with an issuer that the case plays. Its ID token has the changes.
async fn arrive<'w>(
    browser: &mut Browser<'w>,
    tenant: &Tenant<'w>,
    issuer: &Issuer,
    changes: Value,
) -> Page {
    let begun = browser.get(&tenant.url("/auth/login")).await;
    let begun = begun.location().unwrap_or_else(|| panic!("{}", begun.text));
    let (state, nonce) = (param(&begun, "state").unwrap(), param(&begun, "nonce").unwrap());
    issuer.will_claim(changes);
    let mut callback = tenant.url("/auth/callback");
    let query = [("code", &*nonce), ("state", &*state), ("iss", &*issuer.url)];
    callback.query_pairs_mut().extend_pairs(query);
    browser.get(&callback).await
}

#[tokio::test]
async fn an_id_token_counts_when_all_of_it_is_right() {
    let world = World::new();
    let issuer = Issuer::start(&world).await;
    let tenant = world.tenant(json!({"issuers": [issuer.record()]})).await;
    let mut browser = Browser::new(&world);
    let now = now_seconds();
    for wrong in [
        json!({"iss": world.demo_issuer()["issuer"]}),
        json!({"iss": "https://evil.example"}),
        json!({"iss": null}),
        json!({"aud": "another client"}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"aud": ["shop", "another"], "azp": "another"}),
        json!({"azp": "another"}),
        json!({"nonce": "of another sign-in"}),
        json!({"nonce": null}),
        json!({"nonce": ""}),
        json!({"exp": now - 3_600}),
        json!({"exp": null}),
        json!({"sub": null}),
        json!({"sub": ""}),
    ] {
        let about = wrong.to_string();
        refused(&arrive(&mut browser, &tenant, &issuer, wrong).await, 502, &about);
        assert!(!browser.is_signed_in(&tenant).await, "{about}");
    }
    let page = arrive(&mut browser, &tenant, &issuer, json!({"groups": ["admins"]})).await;
    assert_eq!((page.status, page.header("location"), page.signs_in()), (303, "/account", true));
    let (_, me) = browser.me(&tenant).await;
    assert_eq!((me["name"].as_str(), &me["roles"]), (Some("Somebody"), &json!(["admin"])));
    // It was shown what only the browser that began could know.
    let asked = issuer.asked().pop().unwrap();
    assert_eq!(asked["grant_type"], "authorization_code");
    assert_eq!(asked["redirect_uri"], tenant.url("/auth/callback").as_str());
    assert!(asked["code_verifier"].len() >= 43, "{asked:?}");
}
