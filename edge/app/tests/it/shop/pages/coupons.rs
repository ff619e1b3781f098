use super::{Browser, sent, shop};
use crate::shop::{MARKET, administer, coupon, sql};
use ports::Host;
use serde_json::{Value, json};

#[test]
fn a_coupon_is_put_and_removed() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.add("prd_demo_album", 1);
    let put = browser.post("/cart/coupon", "code=+welcome10+");
    assert_eq!(sent(&put), (303, "/cart?done=coupon-applied"));
    let page = browser.get("/cart");
    for text in ["WELCOME10", "−$1.20", "$10.80"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    let removed = browser.post("/cart/coupon/remove", "code=WELCOME10");
    assert_eq!(sent(&removed), (303, "/cart?done=coupon-removed"));
    assert!(!browser.get("/cart").text.contains("$10.80"));
}

#[test]
fn a_coupon_that_does_not_count_is_told_why_and_not_kept() {
    let world = shop();
    let now = ports::Clock::now(world.host.clock()).0;
    let browser = Browser::new(&world);
    browser.add("prd_demo_album", 1);
    browser.post("/cart/coupon", "code=WELCOME10");
    let least = json!({"min_subtotal": {"minor": 2_000, "currency": "USD"}});
    coupon(&world, json!({"code": "BIG", "details": least}));
    coupon(&world, json!({"code": "LATER", "valid_from_ms": now + 1}));
    coupon(&world, json!({"code": "OLD", "valid_until_ms": now}));
    coupon(&world, json!({"code": "EURO", "kind": "fixed", "currency": "EUR", "value": 100}));
    coupon(&world, json!({"code": "BOOK", "details": {"products": ["prd_demo_book"]}}));
    for (typed, told) in [
        ("", "Please fill"),
        ("NOPE", "no such coupon"),
        ("BIG", "$20.00"),
        ("LATER", "not"),
        ("OLD", "expired"),
        ("EURO", "country"),
        ("BOOK", "not for"),
    ] {
        let page = browser.post("/cart/coupon", &format!("code={typed}"));
        assert_eq!(page.status, 422, "{typed}");
        let fault = page.text.split("class=\"fault\"").nth(1).unwrap_or_default();
        let fault = fault.split("</p>").next().unwrap();
        assert!(fault.to_lowercase().contains(&told.to_lowercase()), "{typed}: {fault}");
        assert!(page.text.contains(&format!("value=\"{typed}\"")), "{typed}");
        assert!(page.text.contains("$10.80"), "{typed}: the other one still counts");
    }
    assert!(browser.get("/cart").text.contains("WELCOME10"));
}

#[test]
fn a_coupon_that_was_used_is_told_by_whom() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.sign_in("acc_a");
    browser.add("prd_demo_album", 1);
    coupon(&world, json!({"max_per_account": 1}));
    coupon(&world, json!({"code": "ONCE", "max_uses": 1}));
    for (code, account) in [("SAVE", "acc_a"), ("ONCE", "acc_b")] {
        let used = format!(
            "INSERT INTO coupon_use (tenant_id, code, order_id, account_id, used_at_ms)
             VALUES ('ten_market', '{code}', 'ord_1', '{account}', 1900000000000)"
        );
        sql(&world, &used).unwrap();
    }
    let told = |code: &str| browser.post("/cart/coupon", &format!("code={code}")).text;
    assert!(told("SAVE").contains("You have already used this coupon"));
    assert!(told("ONCE").contains("has been used up"));
}

#[test]
fn a_coupon_that_is_lost_stays_in_its_field() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.add("prd_demo_album", 1);
    browser.post("/cart/coupon", "code=WELCOME10");
    administer(&world, "DELETE", MARKET, "/admin/coupons/WELCOME10", &Value::Null);
    let page = browser.get("/cart");
    assert!(page.text.contains("value=\"WELCOME10\"") && page.text.contains("expired"));
    assert!(page.text.contains("$12.00") && !page.text.contains("$10.80"));
}
