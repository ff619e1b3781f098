//! What is believed of what comes to the webhook.

use super::*;
use crate::support::{PIECE, hundred_megabytes};

fn paid() -> (Shop, Begun, Value) {
    let shop = Shop::new();
    let (begun, _) = shop.buy("acc_a", &[line("tokens", 1)]);
    let events = shop.news();
    let is_end = |event: &&Value| event["type"] == "checkout.session.completed";
    let event = events.iter().find(is_end).unwrap().clone();
    (shop, begun, event)
}

#[test]
fn what_stripe_has_not_signed_is_not_believed() {
    let (shop, begun, event) = paid();
    let (body, now) = (event.to_string(), shop.now_s());
    let send = |secret: &str, at_s: i64| shop.webhook(MARKET, &body, secret, at_s).status;
    assert_eq!(send("whsec_other", now), 400);
    assert_eq!(send(FIRST_SECRET, now - 301), 400);
    assert_eq!(send(FIRST_SECRET, now + 301), 400);
    let header = stripe::signature::header(body.as_bytes(), FIRST_SECRET, now).unwrap();
    let tampered = body.replace("\"paid\"", "\"void\"");
    assert_ne!(tampered, body);
    for (header, body) in [(Some(header), tampered), (None, body.clone())] {
        let ask = shop.world.ask("POST", MARKET, "/webhooks/stripe");
        let ask = match header {
            Some(header) => ask.header("stripe-signature", header),
            None => ask,
        };
        assert_eq!(ask.body(body).send().status, 400);
    }
    assert_eq!(shop.number("SELECT count(*) FROM stripe_event"), 0);
    assert_eq!(shop.state(&begun), "pending");
    assert_eq!(send(SECOND_SECRET, now - 300), 200);
    assert_eq!(send(FIRST_SECRET, now + 300), 200);
    assert_eq!(shop.state(&begun), "paid");
}

#[test]
fn what_is_not_known_is_written_down() {
    let (shop, ..) = paid();
    let event = json!({"id": "evt_new", "object": "event", "type": "moon.eclipsed",
        "created": shop.now_s(), "livemode": false, "api_version": "2026-10-28.endive",
        "data": {"object": {"id": "moon_1", "object": "moon"}}});
    assert_eq!(shop.deliver(&event).status, 200);
    assert_eq!(shop.deliver(&event).status, 200);
    let platform = Shard::Tenant { tenant: "ten_postern".parse().unwrap(), region: Region::Auto };
    let known = shop.sql_of(&platform, "SELECT outcome FROM stripe_event WHERE id = 'evt_new'");
    assert_eq!((known.len(), known[0].text(0).unwrap()), (1, "unknown"));
}

#[test]
fn what_cannot_be_found_out_is_not_acknowledged() {
    let (shop, begun, event) = paid();
    shop.is_away.set(true);
    let answer = shop.deliver(&event);
    assert!(answer.status >= 500, "{answer:?}");
    assert_eq!(shop.number("SELECT count(*) FROM stripe_event"), 0);
    assert_eq!(shop.state(&begun), "pending");
    shop.is_away.set(false);
    shop.world.host.set_sql_down(true);
    assert!(shop.deliver(&event).status >= 500);
    shop.world.host.set_sql_down(false);
    assert_eq!(shop.deliver(&event).status, 200);
    assert_eq!(shop.state(&begun), "paid");
}

#[test]
fn what_is_too_long_is_not_read() {
    let (shop, ..) = paid();
    let long = "x".repeat(600 * 1024);
    assert_eq!(shop.webhook(MARKET, &long, FIRST_SECRET, shop.now_s()).status, 413);
    // Of a hundred megabytes no more is fetched than shows that they are too many.
    let (body, fetched) = hundred_megabytes();
    let ask = shop.world.ask("POST", MARKET, "/webhooks/stripe");
    let ask = ask.header("stripe-signature", "t=1,v1=00").body(body);
    let answer = ask.send();
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"), "{answer:?}");
    assert_eq!(fetched.get(), stripe::EVENT_LEN_MAX + PIECE);
    assert_eq!(shop.number("SELECT count(*) FROM stripe_event"), 0);
}

/// What a connected account's objects say was written by its owner, and is signed with the
/// platform's secret like everything else.
#[test]
fn a_connected_account_speaks_for_its_own_tenant_alone() {
    let shop = Shop::new();
    let ask = |account: Option<&str>, path: &str, body: &str| {
        let authorization = Some("Bearer sk_test_x");
        let request =
            Request { method: "POST", path, authorization, account, body, ..Request::default() };
        let answer = shop.stripe.borrow_mut().handle(shop.now_s(), &request);
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json["id"].as_str().unwrap().to_owned()
    };
    let crafty = ask(None, "/v1/accounts", "country=US");
    let payments = json!({"account": crafty});
    shop.world.tenant("crafty", json!({"app": "market", "payments": payments}));
    // The order has no session of its own yet.
    shop.is_away.set(true);
    let quote = shop.quote("acc_a", &[line("tokens", 1)], None);
    assert_eq!(shop.checkout("acc_a", &quote).send().status, 503);
    shop.is_away.set(false);
    let order = shop.sql("SELECT id FROM orders")[0].text(0).unwrap().to_owned();
    let begun = Begun { account: "acc_a".into(), quote, order, session: String::new() };
    let metadata = |of: &str| {
        format!("&{of}[tenant]=ten_market&{of}[order]={}&{of}[account]=acc_a", begun.order)
    };
    let body = format!(
        "mode=payment&success_url=http://crafty.test&line_items[0][quantity]=1\
         &line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=1000\
         &line_items[0][price_data][product_data][name]=x{}{}",
        metadata("metadata"),
        metadata("payment_intent_data[metadata]")
    );
    let session = ask(Some(&crafty), "/v1/checkout/sessions", &body);
    shop.act(&Act::Pay { session, buyer: Buyer::default() });
    let events = shop.news();
    assert!(events.iter().any(|event| event["account"] == *crafty));
    shop.deliver_all(&events);
    shop.reconcile(PLATFORM);
    assert_eq!((shop.state(&begun).as_str(), shop.bought("acc_a")), ("pending", 0));

    // Nor can one account be claimed for two.
    let other = json!({"handle": "other", "name": "Other", "app": "market", "payments": payments});
    let ask = shop.world.ask("POST", PLATFORM, "/admin/tenants");
    let answer = ask.bearer(shop.world.admin("postern")).json(&other).send();
    assert_eq!((answer.status, answer.json()["field"].as_str()), (409, Some("payments.account")));
}
