//! Invoices, as Stripe has told them.

use super::{Browser, shop};
use crate::{
    downloads::{ALBUM, bought},
    shop::sql,
    support::World,
};
use serde_json::json;

/// An invoice of an order: two of one thing, with a tax in the price, and a coupon.
fn invoiced(world: &World, account: &str, name: &str, rank: u32, at_ms: i64) {
    let tax = json!({
        "label": "VAT", "percentage": "19.0", "country": "DE", "inclusive": true,
        "amount_minor": 192, "taxable_minor": 1_008,
    });
    let lines = json!([{
        "id": "il_1", "name": "Album <one>", "quantity": 2, "amount_minor": 1_400, "tax_minor": 192,
        "taxes": [tax], "period_start_ms": 5, "period_end_ms": 5, "is_proration": false,
    }]);
    sql(
        world,
        &format!(
            "INSERT INTO invoice VALUES ('ten_market', 'in_{name}', '{account}', 'ord_{name}', NULL,
               'pi_{name}', 'A-{name}', 'paid', {rank}, 'USD', 1400, 192, 1200,
               'https://invoice.stripe.com/i/{name}', NULL, '{lines}', 0, 0, 1, {at_ms})"
        ),
    )
    .unwrap();
}

fn signed_in(world: &World) -> Browser<'_> {
    let browser = Browser::new(world);
    browser.sign_in("acc_a");
    assert!(browser.get("/invoices").text.contains("href=\"/shop\""));
    browser
}

#[test]
fn invoices_are_listed_newest_first_and_only_ones_own() {
    let world = shop();
    let browser = signed_in(&world);
    invoiced(&world, "acc_a", "one", 2, 1_000);
    invoiced(&world, "acc_a", "two", 2, 2_000);
    invoiced(&world, "acc_a", "draft", 0, 3_000);
    invoiced(&world, "acc_b", "other", 2, 4_000);
    let page = browser.get("/invoices").text;
    assert!(page.find("A-two").unwrap() < page.find("A-one").unwrap());
    assert!(!page.contains("A-other") && !page.contains("A-draft"), "{page}");
    assert!(page.contains("$12.00") && page.contains("https://invoice.stripe.com/i/one"));
    assert!(page.contains("href=\"/invoices/in_one\"") && page.contains("/invoices/in_one/csv"));
    let first = browser.get("/invoices?limit=1").text;
    assert!(first.contains("/invoices?cursor=2000.in_two"), "{first}");
    let rest = browser.get("/invoices?cursor=2000.in_two").text;
    assert!(rest.contains("A-one") && !rest.contains("A-two"));
}

#[test]
fn an_invoice_is_printed_with_taxes_and_refunds() {
    let world = shop();
    let browser = signed_in(&world);
    bought(&world, "acc_a", ALBUM, "one", &[]);
    bought(&world, "acc_a", ALBUM, "two", &[]);
    invoiced(&world, "acc_a", "one", 2, 1_000);
    let page = browser.get("/invoices/in_one").text;
    assert!(page.contains("A-one") && page.contains("ord_one"), "{page}");
    for text in
        ["Album &#60;one&#62;", "$7.00", "$14.00", "−$2.00", "$12.00", "19%", "$10.08", "$1.92"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("test-mode"), "its money was real");
    for (id, payment, minor, status) in [
        ("a", "one", 300, "succeeded"),
        ("b", "one", 100, "failed"),
        ("c", "two", 500, "succeeded"),
    ] {
        let refund = format!(
            "INSERT INTO refund (tenant_id, id, payment_id, amount_minor, currency, status, rank, created_at_ms)
             VALUES ('ten_market', 're_{id}', 'pi_{payment}', {minor}, 'USD', '{status}', 1, 1)"
        );
        sql(&world, &refund).unwrap();
    }
    let page = browser.get("/invoices/in_one").text;
    assert!(page.contains("−$3.00") && page.contains("$9.00"), "{page}");
    assert!(!page.contains("−$1.00") && !page.contains("−$5.00"));
}

#[test]
fn an_invoice_is_a_file_for_a_spreadsheet() {
    let world = shop();
    let browser = signed_in(&world);
    invoiced(&world, "acc_a", "one", 2, 1_000);
    let file = browser.get("/invoices/in_one/csv");
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"A-one.csv\""));
    let row = "A-one,il_1,Album <one>,2,USD,14.00,VAT,19.0,1.92,true\r\n";
    assert!(file.text.ends_with(row), "{}", file.text);
}

#[test]
fn nobody_sees_what_another_was_billed() {
    let world = shop();
    let browser = signed_in(&world);
    invoiced(&world, "acc_b", "other", 2, 1_000);
    for path in
        ["/invoices/in_other", "/invoices/in_other/csv", "/invoices/in_none", "/invoices/x/csv"]
    {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
}

#[test]
fn orders_and_the_return_from_a_payment_lead_to_the_invoice() {
    let world = shop();
    let browser = signed_in(&world);
    bought(&world, "acc_a", ALBUM, "one", &[]);
    assert!(!browser.get("/orders").text.contains("/invoices/in_"));
    invoiced(&world, "acc_a", "one", 2, 1_000);
    for path in ["/orders", "/checkout/return?order=ord_one"] {
        let page = browser.get(path);
        assert!(page.text.contains("href=\"/invoices/in_one\""), "{path}: {}", page.text);
    }
}
