use super::{MARKET, administer, ask, ask_as, cart, line, problem, product, told};
use crate::support::World;
use ports::Host;
use serde_json::{Value, json};

#[test]
fn a_cart_is_filled_changed_and_deleted() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_album", 2)]);
    let seen = ask(&world, "GET", &path, &Value::Null).json();
    assert_eq!((&seen["currency"], &seen["market"]), (&json!("USD"), &json!("us")));
    assert_eq!(seen["lines"][0]["unit"], json!({"minor": 1_200, "text": "$12.00"}));
    assert_eq!((&seen["total"]["minor"], &seen["can_be_bought"]), (&json!(2_400), &json!(true)));
    let change =
        json!({"lines": [line("prd_demo_book", 1), line("prd_demo_album", 0)], "country": "DE"});
    let changed = ask(&world, "PATCH", &path, &change).json();
    assert_eq!(changed["lines"].as_array().unwrap().len(), 1);
    assert_eq!(changed["total"]["text"], "7,50\u{a0}€");
    assert!(changed["version"].as_i64() > seen["version"].as_i64());
    let same = ask(&world, "PATCH", &path, &change).json();
    assert_eq!(changed["version"], same["version"], "nothing has changed");
    assert_eq!(ask(&world, "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(ask(&world, "DELETE", &path, &Value::Null).status, 404);
    assert_eq!(ask(&world, "GET", &path, &Value::Null).status, 404);
}

#[test]
fn an_empty_cart_needs_no_body() {
    let world = World::new();
    let made = world.ask("POST", MARKET, "/cart").send();
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    assert_eq!((&made["lines"], &made["total"]), (&json!([]), &Value::Null));
    assert_eq!(made["can_be_bought"], false);
}

#[test]
fn a_wrong_change_changes_nothing() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_album", 1)]);
    let draft = json!({"kind": "digital", "name": "Draft"});
    let draft = administer(&world, "POST", MARKET, "/admin/products", &draft).json();
    let draft = draft["id"].as_str().unwrap();
    let before = ask(&world, "GET", &path, &Value::Null).text;
    let book = line("prd_demo_book", 1);
    for (change, field) in [
        (json!({"lines": [book, line("prd_demo_album", 1_000)]}), "lines[1].quantity"),
        (json!({"lines": [{"product": "prd_demo_album", "quantity": -1}]}), "lines[0].quantity"),
        (json!({"lines": [book, book]}), "lines[1].product"),
        (json!({"lines": [book, line("prd_none", 1)]}), "lines[1].product"),
        (json!({"lines": [book, line(draft, 1)]}), "lines[1].product"),
        (json!({"lines": [{"product": "x", "quantity": 1}]}), "lines[0].product"),
        (json!({"lines": [book], "coupon": "NOPE"}), "coupon"),
        (json!({"lines": [book], "coupon": ""}), "coupon"),
        (json!({"lines": [book], "country": "Germany"}), "country"),
        (json!({"line": []}), "line"),
    ] {
        let answer = ask(&world, "PATCH", &path, &change);
        assert_eq!(problem(&answer), told(422, "invalid_field", field), "{change}");
        let answer = ask(&world, "POST", "/cart", &change);
        assert_eq!(problem(&answer), told(422, "invalid_field", field), "{change}");
    }
    assert_eq!(ask(&world, "GET", &path, &Value::Null).text, before);
}

#[test]
fn a_cart_is_not_endless() {
    let world = World::new();
    let ids: Vec<_> = (0..51).map(|_| product(&world, json!({"kind": "digital"}), 100)).collect();
    let lines: Vec<_> = ids.iter().map(|id| line(id, 1)).collect();
    let path = cart(&world, &lines[..49]);
    let two = json!({"lines": lines[49..]});
    assert_eq!(problem(&ask(&world, "PATCH", &path, &two)), told(422, "invalid_field", "lines"));
    let seen = ask(&world, "GET", &path, &Value::Null).json();
    assert_eq!(seen["lines"].as_array().unwrap().len(), 49, "all or nothing");
    assert_eq!(ask(&world, "PATCH", &path, &json!({"lines": lines[49..50]})).status, 200);
}

#[test]
fn a_cart_becomes_the_accounts_and_nobody_elses() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_album", 1)]);
    // Looking at it takes nothing over.
    assert_eq!(ask_as(&world, "acc_a", "GET", &path, &Value::Null).status, 200);
    assert_eq!(ask(&world, "GET", &path, &Value::Null).status, 200);
    assert_eq!(ask_as(&world, "acc_a", "PATCH", &path, &json!({})).status, 200);
    for method in ["GET", "PATCH", "DELETE"] {
        let body = if method == "PATCH" { json!({}) } else { Value::Null };
        assert_eq!(ask_as(&world, "acc_b", method, &path, &body).status, 404, "{method}");
        assert_eq!(ask(&world, method, &path, &body).status, 404, "{method}");
    }
    let quote = format!("{path}/quote");
    assert_eq!(ask_as(&world, "acc_b", "POST", &quote, &Value::Null).status, 404);
    assert_eq!(ask(&world, "POST", &quote, &Value::Null).status, 404);
    let seen = ask_as(&world, "acc_a", "GET", &path, &Value::Null).json();
    assert_eq!(seen["lines"][0]["quantity"], 1, "nobody has changed it");
    let elsewhere = world.ask("GET", "family.localhost", &path);
    assert_eq!(
        elsewhere.bearer(world.token("family", json!({"account": "acc_a"}))).send().status,
        404
    );
    let own = ask_as(&world, "acc_a", "POST", "/cart", &json!({})).json();
    let own = format!("/cart/{}", own["id"].as_str().unwrap());
    assert_eq!(ask(&world, "GET", &own, &Value::Null).status, 404);
}

#[test]
fn bad_credentials_are_refused_where_none_are_needed() {
    let world = World::new();
    let path = cart(&world, &[]);
    for credentials in ["Basic YTpi", "Bearer", "Bearer a.b.c"] {
        let answer = world.ask("GET", MARKET, &path).header("authorization", credentials).send();
        assert_eq!(answer.status, 401, "{credentials}");
    }
    let foreign = world.ask("GET", MARKET, &path).bearer(world.family()).send();
    assert_eq!((foreign.status, foreign.code().as_str()), (401, "invalid_credentials"));
    let reader = world.token("market", json!({"scope": "account:read"}));
    assert_eq!(world.ask("GET", MARKET, &path).bearer(&reader).send().status, 200);
    let answer = world.ask("PATCH", MARKET, &path).bearer(&reader).json(&json!({})).send();
    assert_eq!((answer.status, answer.code().as_str()), (403, "scope_required"));
}

#[test]
fn carts_are_not_made_without_end() {
    let world = World::new();
    let make = |address: &str| world.ask("POST", MARKET, "/cart").from(address).send();
    let made = (0..70).map(|_| make("203.0.113.9")).filter(|answer| answer.status == 201).count();
    assert_eq!(made, 60);
    let refused = make("203.0.113.9");
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate_limited"));
    assert_eq!(make("203.0.113.10").status, 201);
}

#[test]
fn old_carts_are_forgotten() {
    let world = World::new();
    let old = cart(&world, &[line("prd_demo_album", 1)]);
    assert_eq!(ask(&world, "POST", &format!("{old}/quote"), &Value::Null).status, 201);
    world.host.clock().advance(29 * 86_400_000);
    let young = cart(&world, &[]);
    world.host.clock().advance(2 * 86_400_000);
    cart(&world, &[]);
    assert_eq!(ask(&world, "GET", &old, &Value::Null).status, 404);
    assert_eq!(ask(&world, "GET", &young, &Value::Null).status, 200);
}

#[test]
fn lines_say_what_keeps_them_from_being_bought() {
    let world = World::new();
    let shirt = json!({"kind": "physical", "stock": 3});
    let shirt = product(&world, shirt, 2_000);
    let items = json!({"items": [line(&shirt, 2)]});
    let pair = product(&world, json!({"kind": "bundle", "details": items}), 3_500);
    let path = cart(&world, &[line(&shirt, 1), line("prd_demo_album", 1), line(&pair, 1)]);
    let seen = || ask(&world, "GET", &path, &Value::Null).json();
    assert_eq!(seen()["can_be_bought"], true, "{}", seen());
    // Two single ones and one pair are one more than there are.
    ask(&world, "PATCH", &path, &json!({"lines": [line(&shirt, 2)]}));
    let now = seen();
    let short =
        now["lines"].as_array().unwrap().iter().find(|l| l["product"] == pair.as_str()).unwrap();
    assert_eq!(
        (&short["problem"]["code"], &now["can_be_bought"]),
        (&json!("out_of_stock"), &json!(false))
    );
    let refused = ask(&world, "POST", &format!("{path}/quote"), &Value::Null);
    assert_eq!((refused.status, refused.code().as_str()), (409, "out_of_stock"));
    // What is in a bundle is not sold, and so the bundle is not.
    administer(&world, "DELETE", MARKET, &format!("/admin/products/{shirt}"), &Value::Null);
    let now = seen();
    let codes = now["lines"].as_array().unwrap().iter().map(|l| l["problem"]["code"].clone());
    assert_eq!(codes.filter(|code| code == "not_sold").count(), 2);
    assert_eq!(now["total"]["minor"], 1_200, "what can be bought");
    // What has no price on the list of the market.
    let change = json!({"lines": [line(&shirt, 0), line(&pair, 0)], "country": "DE"});
    let only_usd = product(&world, json!({"kind": "digital"}), 500);
    ask(&world, "PATCH", &path, &change);
    let now = ask(&world, "PATCH", &path, &json!({"lines": [line(&only_usd, 1)]})).json();
    let line = now["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|l| l["product"] == only_usd.as_str())
        .unwrap();
    assert_eq!((&line["problem"]["code"], &line["unit"]), (&json!("no_price"), &Value::Null));
}

#[test]
fn a_plan_is_bought_alone() {
    let world = World::new();
    let path = cart(&world, &[line("prd_demo_album", 1), line("prd_demo_plan", 1)]);
    let seen = ask(&world, "GET", &path, &Value::Null).json();
    assert_eq!(seen["problem"]["code"], "subscription_not_alone");
    assert_eq!((&seen["total"], &seen["can_be_bought"]), (&Value::Null, &json!(false)));
    assert_eq!(seen["lines"][0]["unit"]["minor"], 1_200);
    let refused = ask(&world, "POST", &format!("{path}/quote"), &Value::Null);
    assert_eq!(refused.code(), "subscription_not_alone");
}

#[test]
fn instances_that_do_not_last_in_one_database_do_the_same() {
    let secrets = [("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", crate::support::SECRET)];
    let mut world = World::with(ports::memory::Layout::Shared, &secrets);
    world.instances_last = false;
    let path = cart(&world, &[line("prd_demo_bundle", 1)]);
    let change = json!({"coupon": "WELCOME10", "lines": [line("prd_demo_album", 1)]});
    let seen = ask(&world, "PATCH", &path, &change).json();
    assert_eq!(seen["total"]["minor"], 4_590);
    assert_eq!(ask(&world, "POST", &format!("{path}/quote"), &Value::Null).status, 201);
    let make = || world.ask("POST", MARKET, "/cart").from("203.0.113.9").send();
    let made = (0..61).map(|_| make()).filter(|answer| answer.status == 201).count();
    assert_eq!(made, 60);
    let elsewhere = world.ask("GET", "saas.localhost", &path).send();
    assert_eq!(elsewhere.status, 404, "another tenant's");
}
