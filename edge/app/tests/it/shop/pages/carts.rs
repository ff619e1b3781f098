use super::{Browser, ISSUER, SANDBOX, form_action, sent, shop};
use crate::{
    shop::{MARKET, administer, ask, ask_as, product},
    support::World,
};
use serde_json::{Value, json};

#[test]
fn what_is_for_sale_is_shown_with_its_price_here() {
    let world = shop();
    let browser = Browser::new(&world);
    let page = browser.get("/shop");
    assert_eq!(page.status, 200, "{page:?}");
    for text in ["Demo album", "$12.00", "T-shirt", "100,000 tokens", "per month", "plus tax"] {
        assert!(page.text.to_lowercase().contains(&text.to_lowercase()), "{text}: {}", page.text);
    }
    assert!(page.text.contains("<option value=\"US\" selected>"));
    assert!(page.text.contains("class=\"test-mode\""));
    // A bundle says what is in it.
    assert!(page.text.contains("<li>Demo book</li>"));
    // Every form posts, and to a path of ours.
    assert!(!page.text.contains("method=\"get\"") && !page.text.contains("onclick"));
    let somewhere = browser.post("/preferences", "country=DE&return_to=/shop");
    assert_eq!(sent(&somewhere), (303, "/shop?done=country-saved"));
    let page = browser.get("/shop?done=country-saved");
    assert!(page.text.contains("€11.00") && page.text.contains("<option value=\"DE\" selected>"));
    assert!(page.text.contains("role=\"status\""));
    // What is charged in a foreign currency is also said in the visitor's own.
    browser.post("/preferences", "country=JP&return_to=/shop");
    let page = browser.get("/shop");
    assert!(page.text.contains("$12.00") && page.text.contains("¥"), "{}", page.text);
}

#[test]
fn a_top_up_is_not_called_tokens() {
    let world = shop();
    let details = json!({"top_up": {"meter": "calls", "capacity": 1_000}});
    let id = product(&world, json!({"kind": "token_pack", "details": details}), 500);
    let browser = Browser::new(&world);
    assert_eq!(browser.get("/shop").text.matches(">Top-up<").count(), 1);
    browser.add(&id, 1);
    let page = browser.get("/cart").text;
    assert!(page.contains(">Top-up<") && !page.contains(">Tokens<"), "{page}");
    browser.add("prd_demo_tokens", 1);
    assert!(browser.get("/cart").text.contains(">Tokens<"));
}

#[test]
fn a_cart_is_filled_changed_and_emptied() {
    let world = shop();
    let browser = Browser::new(&world);
    let empty = browser.get("/cart");
    assert!(empty.status == 200 && !empty.text.contains("cart-lines"));
    let added = browser.post("/cart/lines", "product_id=prd_demo_album&quantity=2");
    assert_eq!(sent(&added), (303, "/shop?done=added-to-cart"));
    let cookie = added.header("set-cookie").unwrap();
    for part in ["__Host-cart=crt_", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=2592000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.add("prd_demo_album", 1);
    browser.add("prd_demo_shirt", 1);
    let page = browser.get("/cart");
    assert!(page.text.contains("value=\"3\"") && page.text.contains("$36.00"), "{}", page.text);
    assert!(page.text.contains("$61.00") && page.text.contains("/auth/login?return_to=/cart"));
    assert_eq!(form_action(&page), format!("'self' {ISSUER} {SANDBOX}"));
    let changed = browser.post("/cart/lines/prd_demo_album", "quantity=1");
    assert_eq!(sent(&changed), (303, "/cart?done=cart-updated"));
    assert!(browser.get("/cart").text.contains("$37.00"));
    let removed = browser.post("/cart/lines/prd_demo_shirt/remove", "");
    assert_eq!(sent(&removed), (303, "/cart?done=line-removed"));
    assert!(!browser.get("/cart").text.contains("T-shirt"));
    let removed = browser.post("/cart/lines/prd_demo_album", "quantity=0");
    assert_eq!(sent(&removed), (303, "/cart?done=line-removed"));
    assert!(!browser.get("/cart").text.contains("cart-lines"));
    // Again, as from another window.
    let removed = browser.post("/cart/lines/prd_demo_album/remove", "");
    assert_eq!(sent(&removed), (303, "/cart?done=line-removed"));
    let late = browser.post("/cart/lines/prd_demo_album", "quantity=2");
    assert_eq!(late.status, 409);
    assert!(late.text.contains("changed elsewhere"));
}

#[test]
fn a_wrong_quantity_stays_with_what_is_wrong_with_it() {
    let world = shop();
    let browser = Browser::new(&world);
    for typed in ["0", "1000", "-1", "eleven", ""] {
        let form = format!("product_id=prd_demo_album&quantity={typed}");
        let page = browser.post("/cart/lines", &form);
        assert_eq!(page.status, 422, "{typed}");
        assert_eq!(page.text.matches("aria-invalid=\"true\"").count(), 1, "{typed}");
        assert!(page.text.contains(&format!("value=\"{typed}\" required")), "{typed}");
        assert!(page.header("set-cookie").is_none());
        // The address of the form is no page to come back to.
        assert!(page.text.contains("name=\"return_to\" value=\"/shop\""));
    }
    browser.add("prd_demo_album", 2);
    let page = browser.post("/cart/lines/prd_demo_album", "quantity=1000");
    assert_eq!(page.status, 422);
    assert!(page.text.contains("value=\"1000\"") && page.text.contains("aria-invalid"));
    assert!(page.text.contains("$24.00"), "the cart is as it was");
    let page = browser.post("/cart/lines", "product_id=prd_demo_album&quantity=998");
    assert_eq!(page.status, 422, "more than there may be together");
    for unknown in ["prd_none", "x", ""] {
        let page = browser.post("/cart/lines", &format!("product_id={unknown}&quantity=1"));
        assert_eq!(page.status, 409, "{unknown}");
        assert!(page.text.contains("role=\"alert\""), "{unknown}");
    }
}

#[test]
fn the_shop_has_pages() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.get("/shop");
    for _ in 0..9 {
        product(&world, json!({"kind": "digital"}), 300);
    }
    let first = browser.get("/shop");
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = browser.get(next);
    assert_eq!((second.status, second.text.matches("class=\"product\"").count()), (200, 3));
    // What is added there leads back there, as does what is wrong.
    let id = second.text.split("name=\"product_id\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let form = format!("product_id={id}&return_to={next}&quantity=");
    let added = browser.post("/cart/lines", &format!("{form}1"));
    assert_eq!(sent(&added), (303, &*format!("{next}&done=added-to-cart")));
    let wrong = browser.post("/cart/lines", &format!("{form}x"));
    assert_eq!(wrong.text.matches("aria-invalid=\"true\"").count(), 1);
    assert_eq!(browser.get("/shop?cursor=nonsense").status, 200);
}

#[test]
fn a_line_says_what_keeps_it_from_being_bought() {
    let world = shop();
    let browser = Browser::new(&world);
    let added = browser.add("prd_demo_shirt", 6);
    assert_eq!(sent(&added), (303, "/cart?done=added-to-cart"));
    let page = browser.get("/cart");
    assert!(page.text.contains("line-1-trouble") && page.text.contains('5'), "{}", page.text);
    browser.post("/cart/lines/prd_demo_shirt", "quantity=5");
    assert!(!browser.get("/cart").text.contains("line-1-trouble"));
    administer(&world, "DELETE", MARKET, "/admin/products/prd_demo_shirt", &Value::Null);
    assert!(browser.get("/cart").text.contains("No longer for sale"));
    let page = browser.post("/cart/lines/prd_demo_shirt", "quantity=4");
    assert_eq!(page.status, 422);
    assert!(page.text.contains("No longer for sale"));
    browser.post("/cart/lines/prd_demo_shirt/remove", "");
    browser.add("prd_demo_plan", 1);
    browser.add("prd_demo_album", 1);
    assert!(browser.get("/cart").text.contains("A subscription is paid for on its own"));
    browser.post("/cart/lines/prd_demo_album/remove", "");
    let page = browser.get("/cart");
    assert!(page.text.contains("per month"), "what it will cost again");
}

#[test]
fn another_country_has_other_prices() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.add("prd_demo_album", 1);
    assert!(browser.get("/cart").text.contains("$12.00"));
    let moved = browser.post("/preferences", "country=GB&return_to=/cart");
    assert_eq!(sent(&moved), (303, "/cart?done=country-saved"));
    let page = browser.get("/cart");
    assert!(page.text.contains("£10.00") && !page.text.contains("$12.00"), "{}", page.text);
    assert!(page.text.contains("20% VAT"), "{}", page.text);
    // In another language, amounts are written as there.
    browser.post("/preferences", "locale=de-DE&return_to=/cart");
    assert!(browser.get("/cart").text.contains("10,00\u{a0}£"));
}

#[test]
fn who_signs_in_takes_their_cart_along() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.add("prd_demo_album", 1);
    let path = format!("/cart/{}", browser.cookie("__Host-cart"));
    browser.sign_in("acc_a");
    let page = browser.get("/cart");
    assert!(page.text.contains("Demo album") && page.text.contains("action=\"/cart/checkout\""));
    // Looking at it takes nothing over; changing it does.
    assert_eq!(ask(&world, "GET", &path, &Value::Null).status, 200);
    browser.post("/cart/lines/prd_demo_album", "quantity=2");
    assert_eq!(ask(&world, "GET", &path, &Value::Null).status, 404);
    let cart = ask_as(&world, "acc_a", "GET", &path, &Value::Null).json();
    assert_eq!(cart["lines"][0]["quantity"], 2);
}

#[test]
fn another_persons_cart_is_as_none() {
    let world = shop();
    let (one, other) = (Browser::new(&world), Browser::new(&world));
    one.sign_in("acc_a");
    one.add("prd_demo_album", 1);
    let stolen = one.cookie("__Host-cart");
    for id in [stolen.as_str(), "crt_none", "nonsense"] {
        other.cookies.borrow_mut().insert("__Host-cart".into(), id.into());
        let page = other.get("/cart");
        assert!(page.status == 200 && !page.text.contains("Demo album"), "{id}");
        let late = other.post("/cart/lines/prd_demo_album", "quantity=9");
        assert_eq!(late.status, 409, "{id}");
        assert_eq!(sent(&other.post("/cart/coupon", "code=WELCOME10")), (303, "/cart"), "{id}");
        other.add("prd_demo_book", 1);
        let own = other.cookie("__Host-cart");
        assert!(own.starts_with("crt_") && own != id, "{id}");
        assert!(other.get("/cart").text.contains("Demo book"), "{id}");
    }
    let page = one.get("/cart");
    assert!(page.text.contains("Demo album") && !page.text.contains("Demo book"));
}

#[test]
fn forms_of_other_sites_are_refused() {
    let world = shop();
    let browser = Browser::new(&world);
    browser.add("prd_demo_album", 1);
    let forms = [
        ("/cart/lines", "product_id=prd_demo_book&quantity=1"),
        ("/cart/lines/prd_demo_album", "quantity=9"),
        ("/cart/lines/prd_demo_album/remove", ""),
        ("/cart/coupon", "code=WELCOME10"),
        ("/cart/coupon/remove", ""),
    ];
    let refused = || {
        for (path, form) in forms {
            for origin in ["https://evil.example", "http://stories.localhost", "null"] {
                assert_eq!(browser.post_from(origin, path, form).status, 403, "{path} {origin}");
            }
        }
    };
    refused();
    browser.sign_in("acc_a");
    refused();
    browser.csrf.borrow_mut().clear();
    for (path, form) in forms {
        assert_eq!(browser.post(path, form).status, 403, "{path}");
    }
    let page = browser.get("/cart");
    assert!(page.text.contains("$12.00") && !page.text.contains("Demo book"));
}

#[test]
fn carts_are_not_made_without_end() {
    let world = shop();
    let make = || {
        let ask = world.ask("POST", MARKET, "/cart/lines").from("203.0.113.9");
        let ask = ask.header("origin", format!("http://{MARKET}"));
        ask.body("product_id=prd_demo_album&quantity=1").send()
    };
    let made = (0..60).filter(|_| make().status == 303).count();
    let refused = make();
    assert_eq!((made, refused.status), (60, 429));
    assert!(refused.header("retry-after").is_some() && refused.text.contains("Demo album"));
}

#[test]
fn without_payments_nothing_is_paid_for() {
    let world = World::new();
    let browser = Browser::new(&world);
    browser.add("prd_demo_album", 1);
    let page = browser.get("/cart");
    assert!(page.text.contains("Payments are not available") && !page.text.contains("test-mode"));
    assert_eq!(form_action(&page), format!("'self' {ISSUER}"));
    assert_eq!(world.ask("GET", "postern.localhost", "/shop").send().status, 404);
}
