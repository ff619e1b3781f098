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
