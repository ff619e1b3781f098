//! What the stand-in does, as a whole.

use crate::{Act, Buyer, Request, Response, World};
use serde_json::{Value, json};

const NOW: i64 = 1_790_000_000;

fn world() -> World {
    World::new(7, "http://127.0.0.1:8790/stripe")
}

fn ask(world: &mut World, method: &str, path: &str, body: &str) -> Response {
    let authorization = Some("Bearer sk_test_world");
    let request = Request { method, path, body, authorization, ..Request::default() };
    world.handle(NOW, &request)
}

fn post(world: &mut World, path: &str, body: &str) -> Value {
    let response = ask(world, "POST", path, body);
    assert_eq!(response.status, 200, "{path} {}", response.json);
    response.json
}

fn get(world: &mut World, path: &str) -> Value {
    let response = ask(world, "GET", path, "");
    assert_eq!(response.status, 200, "{path} {}", response.json);
    response.json
}

fn refused(world: &mut World, path: &str, body: &str) -> Value {
    let response = ask(world, "POST", path, body);
    assert!(response.status >= 400, "{path} {}", response.json);
    response.json["error"].clone()
}

fn types(world: &World, from: usize) -> Vec<&str> {
    world.events_since(from).iter().filter_map(|event| event["type"].as_str()).collect()
}

fn session(world: &mut World, changes: &str) -> Value {
    let body = format!(
        "mode=payment&success_url=http://a.example/done?s={{CHECKOUT_SESSION_ID}}\
         &line_items[0][quantity]=2&line_items[0][price_data][currency]=eur\
         &line_items[0][price_data][unit_amount]=1190\
         &line_items[0][price_data][tax_behavior]=inclusive\
         &line_items[0][price_data][product_data][name]=Album{changes}"
    );
    post(world, "/v1/checkout/sessions", &body)
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn from(country: &str) -> Buyer {
    Buyer { country: Some(country.to_owned()), ..Buyer::default() }
}

#[test]
fn a_purchase_is_told_of_in_order() {
    let mut world = world();
    let made = session(&mut world, "&automatic_tax[enabled]=true&metadata[order]=ord_1");
    assert_eq!(made["amount_total"], 2380);
    assert_eq!(made["automatic_tax"]["status"], "requires_location_inputs");
    let session = id(&made);
    let before = world.events_since(0).len();
    let paid = world.act(NOW, &Act::Pay { session: session.clone(), buyer: from("DE") }).unwrap();
    let expected = [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ];
    assert_eq!(types(&world, before), expected);
    assert_eq!(paid["total_details"]["amount_tax"], 380);
    assert_eq!((&paid["status"], &paid["payment_status"]), (&json!("complete"), &json!("paid")));
    let again = world.act(NOW, &Act::Pay { session: session.clone(), buyer: from("DE") });
    assert_eq!(again.unwrap_err().status, 400);
    let path = format!(
        "/v1/checkout/sessions/{session}?expand[]=payment_intent.latest_charge\
         &expand[]=line_items.data.taxes"
    );
    let whole = get(&mut world, &path);
    assert_eq!(whole["payment_intent"]["latest_charge"]["amount"], 2380);
    assert_eq!(whole["line_items"]["data"][0]["taxes"][0]["rate"]["percentage"], 19.0);
    let plain = get(&mut world, &format!("/v1/checkout/sessions/{session}"));
    assert!(plain["payment_intent"].is_string() && plain.get("line_items").is_none());
}

#[test]
fn the_same_history_gives_the_same_events() {
    let run = || {
        let mut world = world();
        let session = id(&session(&mut world, ""));
        world.act(NOW, &Act::Pay { session: session.clone(), buyer: from("US") }).unwrap();
        world.act(NOW + 9, &Act::Refund { payment: session, amount: Some(80) }).unwrap();
        world.events_since(0).to_vec()
    };
    assert_eq!(run(), run());
    let other = World::new(8, "").handle(NOW, &Request::default()).request_id;
    assert_ne!(other, world().handle(NOW, &Request::default()).request_id);
}

#[test]
fn an_idempotency_key_makes_a_request_once() {
    let mut world = world();
    let ask = |world: &mut World, at, body| {
        let request = Request {
            method: "POST",
            path: "/v1/customers",
            authorization: Some("Bearer sk_test_world"),
            idempotency_key: Some("key"),
            body,
            ..Request::default()
        };
        world.handle(at, &request)
    };
    // A request that was refused for its form is not remembered.
    assert_eq!(ask(&mut world, NOW, "colour=red").status, 400);
    let first = ask(&mut world, NOW, "email=a&name=b");
    let again = ask(&mut world, NOW, "name=b&email=a");
    assert_eq!((first.json.clone(), true), (again.json, again.is_replay));
    let other = ask(&mut world, NOW, "email=c");
    assert_eq!((other.status, &other.json["error"]["type"]), (400, &json!("idempotency_error")));
    assert_ne!(ask(&mut world, NOW + 90_000, "email=c").json["id"], first.json["id"]);
    assert_eq!(types(&world, 0), ["customer.created"; 2]);
}

#[test]
fn refunds_add_up_and_end() {
    let mut world = world();
    let session = id(&session(&mut world, ""));
    world.act(NOW, &Act::Pay { session: session.clone(), buyer: from("US") }).unwrap();
    let paid = get(&mut world, &format!("/v1/checkout/sessions/{session}"));
    let intent = paid["payment_intent"].as_str().unwrap();
    let body = |amount: i64| format!("payment_intent={intent}&amount={amount}");
    let before = world.events_since(0).len();
    post(&mut world, "/v1/refunds", &body(380));
    let expected = ["refund.created", "charge.refunded", "refund.updated"];
    assert_eq!(types(&world, before), expected);
    let too_much = refused(&mut world, "/v1/refunds", &body(2001));
    assert_eq!(too_much["param"], "amount");
    post(&mut world, "/v1/refunds", &body(2000));
    let charge = get(&mut world, &format!("/v1/charges?payment_intent={intent}"));
    let charge = &charge["data"][0];
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&json!(2380), &json!(true)));
    let none = refused(&mut world, "/v1/refunds", &body(1));
    assert_eq!(none["code"], "charge_already_refunded");
}

#[test]
fn money_that_comes_later_is_told_of_later() {
    for succeeds in [true, false] {
        let mut world = world();
        let session = id(&session(&mut world, "&invoice_creation[enabled]=true"));
        let before = world.events_since(0).len();
        let later = Act::PayLater { session: session.clone(), buyer: from("US") };
        let unpaid = world.act(NOW, &later).unwrap();
        assert_eq!(
            (&unpaid["status"], &unpaid["payment_status"]),
            (&json!("complete"), &json!("unpaid"))
        );
        let payment = session.clone();
        let end = if succeeds { Act::AsyncPay { payment } } else { Act::AsyncFail { payment } };
        let ended = world.act(NOW, &end).unwrap();
        assert_eq!(ended["payment_status"], if succeeds { "paid" } else { "unpaid" });
        assert!(world.act(NOW, &end).is_err());
        let last = if succeeds { "async_payment_succeeded" } else { "async_payment_failed" };
        let types = types(&world, before);
        assert!(types.contains(&"payment_intent.processing"));
        assert!(types.contains(&format!("checkout.session.{last}").as_str()), "{types:?}");
        assert_eq!(types.contains(&"invoice.paid"), succeeds);
    }
}

#[test]
fn a_session_that_nobody_pays_expires_by_itself() {
    let mut world = world();
    let session = id(&session(&mut world, &format!("&expires_at={}", NOW + 1800)));
    let request = Request { authorization: Some("Bearer sk_test_w"), ..Request::default() };
    world.handle(NOW + 1800, &request);
    assert_eq!(types(&world, 0).last(), Some(&"checkout.session.expired"));
    assert_eq!(world.object(&session).unwrap()["status"], "expired");
    assert!(world.act(NOW + 1801, &Act::Pay { session, buyer: Buyer::default() }).is_err());
}

#[test]
fn taxes_go_by_the_buyers_country() {
    for (country, state, behavior, tax, total) in [
        ("DE", "", "exclusive", 452, 2832),
        ("DE", "", "inclusive", 380, 2380),
        ("CH", "", "inclusive", 178, 2380),
        ("US", "CA", "exclusive", 173, 2553),
        ("US", "NY", "exclusive", 0, 2380),
        ("CA", "ON", "exclusive", 309, 2689),
        ("JP", "", "inclusive", 216, 2380),
        ("IN", "", "exclusive", 428, 2808),
        ("BR", "", "exclusive", 0, 2380),
    ] {
        let mut world = world();
        let changes = format!(
            "&automatic_tax[enabled]=true&line_items[0][price_data][tax_behavior]={behavior}"
        );
        let session = id(&session(&mut world, &changes));
        let mut buyer = from(country);
        buyer.state = Some(state.to_owned());
        let priced = world.act(NOW, &Act::Choose { session, buyer }).unwrap();
        let found = (&priced["total_details"]["amount_tax"], &priced["amount_total"]);
        assert_eq!(found, (&json!(tax), &json!(total)), "{country} {state} {behavior}");
    }
}

/// A subscription of 10.00 a month that was begun by a customer with a clock.
fn subscription(world: &mut World) -> (String, String, String) {
    let clock = post(world, "/v1/test_helpers/test_clocks", &format!("frozen_time={NOW}"));
    let customer = post(world, "/v1/customers", &format!("test_clock={}", id(&clock)));
    let body = format!(
        "mode=subscription&success_url=http://a.example&customer={}&line_items[0][quantity]=1\
         &line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=1000\
         &line_items[0][price_data][recurring][interval]=month\
         &line_items[0][price_data][product_data][name]=Plan",
        id(&customer)
    );
    let session = id(&post(world, "/v1/checkout/sessions", &body));
    let paid = world.act(NOW, &Act::Pay { session, buyer: from("US") }).unwrap();
    (id(&clock), id(&customer), paid["subscription"].as_str().unwrap().to_owned())
}

const MONTH: i64 = 31 * 24 * 60 * 60;

#[test]
fn a_subscription_begins_and_renews_in_order() {
    let mut world = world();
    let (clock, ..) = subscription(&mut world);
    let expected = [
        "test_helpers.test_clock.created",
        "customer.created",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "checkout.session.completed",
    ];
    assert_eq!(types(&world, 0), expected);
    let before = world.events_since(0).len();
    world.act(NOW + 5, &Act::Advance { clock, to_s: NOW + MONTH }).unwrap();
    let expected = [
        "test_helpers.test_clock.advancing",
        "invoice.created",
        "customer.subscription.updated",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "test_helpers.test_clock.ready",
    ];
    assert_eq!(types(&world, before), expected);
}

#[test]
fn a_subscription_that_is_not_paid_ends() {
    let mut world = world();
    let (clock, customer, subscription) = subscription(&mut world);
    world.act(NOW, &Act::Card { customer, declines: true }).unwrap();
    let before = world.events_since(0).len();
    world.act(NOW, &Act::Advance { clock, to_s: NOW + 2 * MONTH - 86_400 }).unwrap();
    let types = types(&world, before);
    let failed = types.iter().filter(|kind| **kind == "invoice.payment_failed").count();
    assert_eq!(failed, 4, "{types:?}");
    let ended = world.object(&subscription).unwrap();
    assert_eq!(ended["status"], "canceled");
    assert_eq!(ended["cancellation_details"]["reason"], "payment_failed");
    assert_eq!(types.iter().filter(|kind| **kind == "customer.subscription.deleted").count(), 1);
}

#[test]
fn a_change_in_the_middle_of_a_period_is_prorated() {
    let mut world = world();
    let (clock, customer, subscription) = subscription(&mut world);
    let half = NOW + 15 * 24 * 60 * 60;
    world.act(NOW, &Act::Advance { clock, to_s: half }).unwrap();
    let quantity = Act::Quantity { subscription: subscription.clone(), quantity: 3 };
    world.act(NOW, &quantity).unwrap();
    let items = get(&mut world, &format!("/v1/invoiceitems?customer={customer}&pending=true"));
    let amounts: Vec<_> =
        items["data"].as_array().unwrap().iter().map(|item| &item["amount"]).collect();
    assert_eq!(amounts, [&json!(1500), &json!(-500)]);
    let item = &world.object(&subscription).unwrap()["items"]["data"][0]["id"];
    let body = format!(
        "items[0][id]={}&items[0][quantity]=1&proration_behavior=always_invoice",
        item.as_str().unwrap()
    );
    let path = format!("/v1/subscriptions/{subscription}");
    let changed = post(&mut world, &path, &body);
    let latest = changed["latest_invoice"].as_str().unwrap();
    let latest = get(&mut world, &format!("/v1/invoices/{latest}"));
    assert_eq!((&latest["total"], &latest["status"]), (&json!(0), &json!("paid")));
}

#[test]
fn a_list_goes_page_by_page() {
    let mut world = world();
    for name in ["a", "b", "c", "d", "e"] {
        post(&mut world, "/v1/products", &format!("name={name}"));
    }
    let names = |page: &Value| -> Vec<String> {
        let data = page["data"].as_array().unwrap().iter();
        data.map(|product| product["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = get(&mut world, "/v1/products?limit=2");
    assert_eq!((names(&first).join(""), &first["has_more"]), ("ed".to_owned(), &json!(true)));
    let after = id(&first["data"][1]);
    let rest = get(&mut world, &format!("/v1/products?limit=3&starting_after={after}"));
    assert_eq!((names(&rest).join(""), &rest["has_more"]), ("cba".to_owned(), &json!(false)));
    let back = get(&mut world, &format!("/v1/products?limit=1&ending_before={after}"));
    assert_eq!(names(&back), ["e"]);
    let events = get(&mut world, &format!("/v1/events?created[gt]={NOW}"));
    assert_eq!(events["data"], json!([]));
    let status = ask(&mut world, "GET", "/v1/products?limit=101", "").status;
    assert_eq!(status, 400);
}

#[test]
fn what_is_not_known_is_refused() {
    let mut world = world();
    assert_eq!(ask(&mut world, "GET", "/v1/transfers", "").status, 404);
    assert_eq!(ask(&mut world, "GET", "/v1/customers/cus_x", "").status, 404);
    assert_eq!(ask(&mut world, "GET", "/v1/products?expand[]=data.name", "").status, 200);
    post(&mut world, "/v1/products", "name=a");
    let refused = ask(&mut world, "GET", "/v1/products?expand[]=data.name", "");
    assert_eq!(refused.json["error"]["param"], "expand[0]");
    let request = Request { method: "GET", path: "/v1/products", ..Request::default() };
    assert_eq!(world.handle(NOW, &request).status, 401);
    let authorization = Some("Bearer sk_test_w");
    let request = Request { authorization, account: Some("acct_other"), ..request };
    assert_eq!(world.handle(NOW, &request).status, 403);
}

#[test]
fn a_year_goes_by() {
    let mut world = world();
    let (clock, _, subscription) = subscription(&mut world);
    world.act(NOW, &Act::Advance { clock, to_s: NOW + 12 * MONTH }).unwrap();
    let invoices = get(&mut world, &format!("/v1/invoices?subscription={subscription}&limit=100"));
    let invoices = invoices["data"].as_array().unwrap();
    assert_eq!(invoices.len(), 13);
    assert!(invoices.iter().all(|invoice| invoice["status"] == "paid"));
}
