//! My Products.

use super::{Browser, ISSUER, SANDBOX, form_action, sent, shop, shop_with};
use crate::{
    downloads::{ALBUM, BOOK, READING, TRACKS, UNDECIDED, bought, dispute, refund},
    shop::sql,
    support::World,
};
use ports::{Body, Clock, Host};
use serde_json::json;

const DAY_MS: i64 = 86_400_000;

/// The browser of `acc_a`, and a shop that is filled.
fn signed_in(world: &World) -> Browser<'_> {
    let browser = Browser::new(world);
    browser.sign_in("acc_a");
    let empty = browser.get("/products");
    assert!(empty.status == 200 && empty.text.contains("href=\"/shop\""), "{empty:?}");
    browser
}

/// What stands on a page about a right.
fn about<'p>(page: &'p str, right: &str) -> &'p str {
    let start = page.find(&format!("id=\"{right}\"")).unwrap();
    let rest = page.split_at(start).1;
    let ends = ["<li class=\"owned", "</section>"].iter().filter_map(|end| rest.find(end));
    rest.split_at(ends.min().unwrap()).0
}

#[test]
fn visitors_are_asked_to_sign_in() {
    let world = shop();
    let browser = Browser::new(&world);
    for (path, place) in [
        ("/products", "%2Fproducts"),
        ("/invoices", "%2Finvoices"),
        ("/invoices/in_1", "%2Finvoices%2Fin_1"),
    ] {
        let place = format!("/auth/login?return_to={place}");
        assert_eq!(sent(&browser.get(path)), (303, place.as_str()));
    }
    for path in ["/products/ent_one/download", "/products/ent_one/licence", "/products/portal"] {
        let refused = browser.post(path, "");
        assert!(matches!(refused.status, 303 | 401 | 403), "{path}: {refused:?}");
    }
}

#[test]
fn what_was_bought_is_shown_with_how_it_stands() {
    let world = shop();
    let browser = signed_in(&world);
    bought(&world, "acc_a", ALBUM, "one", &[("device_max", "5"), ("use_max", "50")]);
    bought(&world, "acc_a", ALBUM, "two", &[]);
    bought(&world, "acc_a", BOOK, "three", &[]);
    let over = (world.host.clock().now().0 - 1).to_string();
    bought(&world, "acc_a", BOOK, "four", &[("expires_at_ms", &over)]);
    bought(&world, "acc_b", ALBUM, "other", &[]);
    dispute(&world, "two", UNDECIDED);
    refund(&world, "three", 1_200);
    let page = browser.get("/products").text;
    assert!(!page.contains("ent_other"));
    let one = about(&page, "ent_one");
    assert!(one.contains("Demo album") && one.contains("01 Dawn.wav"), "{one}");
    assert!(one.contains("WAV") && one.contains("of 5") && one.contains("of 50"), "{one}");
    // Each of three files, and all of them.
    assert_eq!(one.matches("action=\"/products/ent_one/download\"").count(), 4);
    for (right, said) in [("ent_two", "disputed"), ("ent_three", "efunded"), ("ent_four", "xpired")]
    {
        let text = about(&page, right);
        assert!(text.contains(said) && !text.contains("<form"), "{right}: {text}");
    }
    let first = browser.get("/products?limit=1");
    assert!(first.text.contains("/products?cursor=ent_two"), "{}", first.text);
    let rest = browser.get("/products?cursor=ent_two");
    assert!(!rest.text.contains("id=\"ent_two\"") && rest.text.contains("id=\"ent_three\""));
}

#[test]
fn a_form_leads_to_the_file_or_to_all_of_them() {
    let world = shop();
    let browser = signed_in(&world);
    bought(&world, "acc_a", ALBUM, "one", &[]);
    bought(&world, "acc_a", BOOK, "two", &[]);
    let place = |path: &str, form: &str| {
        let answer = browser.post(path, form);
        assert_eq!(answer.status, 303, "{answer:?}");
        let place = answer.header("location").unwrap().to_owned();
        assert!(place.starts_with("/d/"), "{place}");
        place
    };
    let head = |place: &str| {
        let answer = world.ask("HEAD", super::MARKET, place).send();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.header("content-type").unwrap().to_owned()
    };
    let one = place("/products/ent_one/download", &format!("asset_id={}", TRACKS[0]));
    assert_eq!(head(&one), "audio/wav");
    assert_eq!(head(&place("/products/ent_one/download", "")), "application/zip");
    // Of one file there is no archive.
    assert_ne!(head(&place("/products/ent_two/download", "")), "application/zip");
}

#[test]
fn what_is_refused_is_told_in_words() {
    let world = shop();
    let browser = signed_in(&world);
    bought(&world, "acc_a", ALBUM, "one", &[]);
    bought(&world, "acc_b", ALBUM, "other", &[]);
    refund(&world, "one", 1_200);
    let form = format!("asset_id={}", TRACKS[0]);
    let refused = browser.post("/products/ent_one/download", &form);
    assert_eq!(refused.status, 403, "{refused:?}");
    assert!(refused.text.contains("<h1") && refused.text.contains("refund"), "{}", refused.text);
    refund(&world, "one", 0);
    let path = "/products/ent_one/download";
    let foreign = browser.post(path, &format!("asset_id={READING}"));
    assert_eq!(foreign.status, 403, "{foreign:?}");
    assert_eq!(browser.post(path, "asset_id=x").status, 404);
    for right in ["ent_other", "ent_unknown"] {
        let path = |what: &str| format!("/products/{right}/{what}");
        assert_eq!(browser.post(&path("download"), &form).status, 404);
        assert_eq!(browser.post(&path("licence"), "accept=yes").status, 404);
        assert_eq!(browser.post(&path("licence"), "").status, 404);
    }
    let links = sql(&world, "SELECT id FROM download_grant").unwrap();
    assert!(links.is_empty(), "{links:?}");
}

#[test]
fn a_licence_comes_before_the_files() {
    let world = shop();
    let browser = signed_in(&world);
    bought(&world, "acc_a", BOOK, "one", &[("licence", "'For <you> alone.'")]);
    bought(&world, "acc_a", BOOK, "two", &[("licence", "'https://example.com/licence'")]);
    let page = browser.get("/products").text;
    let one = about(&page, "ent_one");
    assert!(one.contains("For &#60;you&#62; alone.") && !one.contains("/download"), "{one}");
    assert!(about(&page, "ent_two").contains("<a href=\"https://example.com/licence\">"));
    let early = browser.post("/products/ent_one/download", "");
    assert!(early.status == 403 && early.text.contains("license"), "{early:?}");
    let missed = browser.post("/products/ent_one/licence", "");
    assert_eq!(missed.status, 422);
    assert!(about(&missed.text, "ent_one").contains("aria-invalid=\"true\""));
    assert!(!about(&missed.text, "ent_two").contains("aria-invalid=\"true\""));
    let accepted = browser.post("/products/ent_one/licence", "accept=yes");
    assert_eq!(sent(&accepted), (303, "/products?done=licence-accepted"));
    let page = browser.get("/products?done=licence-accepted").text;
    assert!(about(&page, "ent_one").contains("/products/ent_one/download"), "{page}");
    assert!(!about(&page, "ent_two").contains("/download"));
    assert_eq!(browser.post("/products/ent_one/download", "").status, 303);
}

/// A subscription of an account, as Stripe's events leave it there.
fn subscribed(world: &World, account: &str, name: &str, status: &str, ends: bool) {
    let now = world.host.clock().now().0;
    let (until, later) = (now + 365 * DAY_MS, now + 60_000);
    for text in [
        format!(
            "INSERT INTO quote (tenant_id, id, cart_id, status, record, created_at_ms, expires_at_ms)
             VALUES ('ten_market', 'quo_{name}', 'crt_{name}', 'open', '{{\"interval\":\"year\"}}', {now}, {later})"
        ),
        format!(
            "INSERT INTO orders (tenant_id, id, account_id, quote_id, cart_id, mode, currency, subtotal_minor,
               discount_minor, total_minor, livemode, created_at_ms, expires_at_ms)
             VALUES ('ten_market', 'ord_{name}', '{account}', 'quo_{name}', 'crt_{name}', 'subscription', 'USD',
               900, 0, 900, 0, {now}, {later})"
        ),
        format!(
            "INSERT INTO order_line (tenant_id, order_id, n, product_id, name, quantity, unit_minor,
               discount_minor, total_minor)
             VALUES ('ten_market', 'ord_{name}', 0, 'prd_{name}', 'Plan {name}', 2, 900, 0, 1800)"
        ),
        format!(
            "INSERT INTO order_item (tenant_id, order_id, line, n, product_id, kind, units, meter, capacity,
               meter_hard, meter_period)
             VALUES ('ten_market', 'ord_{name}', 0, 0, 'prd_{name}', 'subscription', 1, 'calls', 10, 0, 'billing')"
        ),
        format!(
            "INSERT INTO subscription VALUES ('ten_market', 'sub_{name}', '{account}', 'ord_{name}', 'cus_a',
               '{status}', 1, 2, 'si_{name}', {now}, {until}, {}, {now}, {now}, 0)",
            i64::from(ends)
        ),
    ] {
        sql(world, &text).unwrap();
    }
}

#[test]
fn subscriptions_are_shown_with_what_was_used() {
    let world = shop();
    let browser = signed_in(&world);
    subscribed(&world, "acc_a", "over", "canceled", false);
    subscribed(&world, "acc_a", "late", "past_due", false);
    subscribed(&world, "acc_a", "going", "active", true);
    subscribed(&world, "acc_b", "other", "active", false);
    let page = browser.get("/products").text;
    assert!(!page.contains("Plan other"));
    let place = |name: &str| page.find(&format!("Plan {name}")).unwrap();
    assert!(place("over") > place("late") && place("over") > place("going"), "{page}");
    assert!(page.contains("$18.00") && page.contains("year"), "{page}");
    // What is over uses nothing.
    assert_eq!(page.matches("<meter").count(), 2);
    assert!(page.contains("max=\"20\""), "{page}");
    assert!(!page.contains("/products/portal"), "Stripe does not know them");
}

#[test]
fn what_was_bought_on_top_is_shown_with_what_is_left_of_it() {
    let world = shop();
    let browser = signed_in(&world);
    subscribed(&world, "acc_a", "now", "active", false);
    let now = world.host.clock().now().0;
    sql(
        &world,
        &format!(
            "INSERT INTO usage_window (tenant_id, subscription_id, meter, start_ms, end_ms, zone, capacity, hard,
               used, extra_used, changed_at_ms)
             VALUES ('ten_market', 'sub_now', 'calls', {}, {}, 'Etc/UTC', 20, 0, 25, 5, {now})",
            now - DAY_MS,
            now + DAY_MS
        ),
    )
    .unwrap();
    let full = browser.get("/products").text;
    assert!(full.contains("20 of 20") && !full.contains("extra (calls)"), "{full}");
    for (order, account) in [("ord_x", "acc_a"), ("ord_y", "acc_b")] {
        sql(
            &world,
            &format!(
                "INSERT INTO usage_extra (tenant_id, order_id, item, account_id, meter, granted, used, granted_at_ms)
                 VALUES ('ten_market', '{order}', 1, '{account}', 'calls', 12, 5, {now})"
            ),
        )
        .unwrap();
    }
    let page = browser.get("/products").text;
    assert!(page.contains("20 of 20") && page.contains("7 extra (calls)"), "{page}");
    assert!(page.contains("using what you added"), "{page}");
}

#[test]
fn the_portal_is_opened_by_a_form() {
    let world = shop();
    let browser = signed_in(&world);
    let none = browser.post("/products/portal", "");
    assert_eq!(none.status, 404, "{none:?}");
    let leads_there = || browser.get("/products").text.contains("action=\"/products/portal\"");
    sql(&world, "INSERT INTO stripe_customer VALUES ('ten_market', 'acc_a', 0, '', 'cus_a', 1)")
        .unwrap();
    assert!(!leads_there(), "who has only begun to pay finds nothing there");
    let invoice = |id: &str, account: &str, rank: u8| {
        format!(
            "INSERT INTO invoice VALUES ('ten_market', '{id}', '{account}', 'ord_a', NULL, NULL, 'A-1',
               'paid', {rank}, 'USD', 1400, 192, 1200, NULL, NULL, '[]', 0, 0, 1, 1)"
        )
    };
    sql(&world, &invoice("in_other", "acc_b", 2)).unwrap();
    sql(&world, &invoice("in_draft", "acc_a", 0)).unwrap();
    assert!(!leads_there(), "it is another's, or nobody sees it yet");
    sql(&world, &invoice("in_own", "acc_a", 2)).unwrap();
    assert!(leads_there());
    sql(&world, "DELETE FROM invoice").unwrap();
    assert!(!leads_there());
    subscribed(&world, "acc_a", "going", "active", false);
    let page = browser.get("/products");
    assert!(page.text.contains("action=\"/products/portal\""), "{}", page.text);
    assert_eq!(form_action(&page), format!("'self' {ISSUER} {SANDBOX}"));
    world.host.http().script(|request| async move {
        let (parts, body) = request.into_parts();
        assert_eq!(parts.uri.path(), "/v1/billing_portal/sessions");
        let form = String::from_utf8(body.collect(1 << 16).await.unwrap().to_vec()).unwrap();
        assert!(form.contains("customer=cus_a") && form.contains("localhost%2Fproducts"), "{form}");
        let session = json!({"id": "bps_1", "url": "https://billing.stripe.com/p/1"});
        Ok(http::Response::new(Body::from(session.to_string())))
    });
    let opened = browser.post("/products/portal", "");
    assert_eq!(sent(&opened), (303, "https://billing.stripe.com/p/1"));
}

#[test]
fn forms_may_end_at_a_store_that_sends_files_itself() {
    let world = shop_with(&[
        ("S3_ENDPOINT", "https://files.example"),
        ("S3_BUCKET", "shop"),
        ("S3_REGION", "auto"),
        ("S3_ACCESS_KEY_ID", "id"),
        ("S3_SECRET_ACCESS_KEY", "secret"),
        ("S3_PUBLIC", "true"),
    ]);
    let browser = Browser::new(&world);
    browser.sign_in("acc_a");
    let ends = form_action(&browser.get("/products"));
    assert_eq!(ends, format!("'self' {ISSUER} {SANDBOX} https://files.example"));
}
