//! Stripe over HTTP, and its pages.

use crate::router;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use tower::util::ServiceExt;

const FORM: &str = "application/x-www-form-urlencoded";

/// A response's status, place and body.
async fn send(
    app: &Router,
    method: &str,
    path: &str,
    kind: &str,
    body: String,
) -> (StatusCode, String, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "sandbox.example")
        .header(header::AUTHORIZATION, "Bearer sk_test_pages")
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body))
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let place = response.headers().get(header::LOCATION).map(|place| place.to_str().unwrap());
    let (status, place) = (response.status(), place.unwrap_or_default().to_owned());
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, place, String::from_utf8(body.to_vec()).unwrap())
}

async fn api(app: &Router, path: &str, body: &str) -> Value {
    let method = if body.is_empty() { "GET" } else { "POST" };
    let path = format!("/stripe/v1/{path}");
    let (status, _, text) = send(app, method, &path, FORM, body.to_owned()).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

const LINE: &str = "&success_url=http://shop.example/done?s={CHECKOUT_SESSION_ID}\
    &cancel_url=http://shop.example/cart&line_items[0][quantity]=2\
    &line_items[0][adjustable_quantity][enabled]=true&line_items[0][price_data][currency]=eur\
    &line_items[0][price_data][unit_amount]=1000\
    &line_items[0][price_data][tax_behavior]=exclusive\
    &line_items[0][price_data][product_data][name]=%3Cb%3EAlbum";

#[tokio::test]
async fn a_buyer_pays_on_the_page() {
    let app = router();
    let body =
        format!("mode=payment&automatic_tax[enabled]=true&invoice_creation[enabled]=true{LINE}");
    let session = id(&api(&app, "checkout/sessions", &body).await);
    let page = format!("/stripe/pay/{session}");
    let (status, _, html) = send(&app, "GET", &page, FORM, String::new()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Sandbox: nothing here is real, no money moves"));
    assert!(html.contains("&#60;b&#62;Album") && html.contains("20.00 EUR"), "{html}");

    let lines = api(&app, &format!("checkout/sessions/{session}/line_items"), "").await;
    let chosen = format!("&country=DE&quantity-{}=3&email=a@example.com", id(&lines["data"][0]));
    let act = |action: &str| format!("action={action}{chosen}");
    let (_, _, html) = send(&app, "POST", &page, FORM, act("update")).await;
    assert!(html.contains("35.70 EUR") && html.contains("5.70 EUR"), "{html}");
    assert!(html.contains("<option value=\"DE\" selected>"));
    let (status, _, html) = send(&app, "POST", &page, FORM, act("decline")).await;
    assert!(status == StatusCode::PAYMENT_REQUIRED && html.contains("declined"));
    let (_, place, _) = send(&app, "POST", &page, FORM, act("cancel")).await;
    assert_eq!(place, "http://shop.example/cart");
    let (status, place, _) = send(&app, "POST", &page, FORM, act("pay")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(place, format!("http://shop.example/done?s={session}"));
    let (_, _, html) = send(&app, "GET", &page, FORM, String::new()).await;
    assert!(html.contains("nothing left to pay"));

    let paid = api(&app, &format!("checkout/sessions/{session}?expand[]=invoice"), "").await;
    assert_eq!(paid["customer_details"]["email"], "a@example.com");
    let invoice = paid["invoice"]["hosted_invoice_url"].as_str().unwrap();
    let path = invoice.strip_prefix("http://sandbox.example").unwrap();
    let (_, _, html) = send(&app, "GET", path, FORM, String::new()).await;
    assert!(html.contains("VAT 19.0 %") && html.contains("35.70 EUR"), "{html}");
}

#[tokio::test]
async fn a_customer_changes_a_subscription_in_the_portal() {
    let app = router();
    let monthly = "&line_items[0][price_data][recurring][interval]=month";
    let body = format!("mode=subscription{LINE}{monthly}");
    let session = id(&api(&app, "checkout/sessions", &body).await);
    let page = format!("/stripe/pay/{session}");
    send(&app, "POST", &page, FORM, "action=pay&country=US".to_owned()).await;
    let session = api(&app, &format!("checkout/sessions/{session}"), "").await;
    let customer = session["customer"].as_str().unwrap();
    let body = format!("customer={customer}&return_url=http://shop.example/me");
    let portal = api(&app, "billing_portal/sessions", &body).await;
    let page = portal["url"].as_str().unwrap().strip_prefix("http://sandbox.example").unwrap();
    let (_, _, html) = send(&app, "GET", page, FORM, String::new()).await;
    assert!(html.contains("http://shop.example/me") && html.contains("Change quantity"), "{html}");
    let subscription = session["subscription"].as_str().unwrap();
    for (action, name, value) in [
        ("quantity", "quantity", json!(5)),
        ("cancel", "cancel_at_period_end", json!(true)),
        ("resume", "cancel_at_period_end", json!(false)),
    ] {
        let body = format!("action={action}&quantity=5&subscription={subscription}");
        let (status, ..) = send(&app, "POST", page, FORM, body).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let found = api(&app, &format!("subscriptions/{subscription}"), "").await;
        let found = if name == "quantity" { &found["items"]["data"][0] } else { &found };
        assert_eq!(found[name], value, "{action}");
    }
    let (status, ..) = send(&app, "POST", page, FORM, "action=bad_card".to_owned()).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let found = api(&app, &format!("customers/{customer}"), "").await;
    assert_eq!(found["invoice_settings"]["default_payment_method"], "pm_card_chargeCustomerFail");
}

#[test]
fn a_signature_is_stripes() {
    // `Webhooks.generateTestHeaderString` of npm `stripe` 23.1.0.
    let header = super::post::signature("whsec_test", "{\"id\": \"evt_1\"}", 1_700_000_000);
    let expected =
        "t=1700000000,v1=a0c091828640f0b68061abc7c03981ad1100ff7160c5dba6b656239494a2b537";
    assert_eq!(header, expected);
}
