//! What is believed of what comes to the webhook.

use super::*;

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
