use super::{MARKET, STORIES, administer, ask, line, problem, product, told};
use crate::support::World;
use ports::Host;
use serde_json::{Value, json};

#[test]
fn a_product_is_made_changed_and_archived() {
    let world = World::new();
    let new = json!({"kind": "digital", "name": " Song ", "details": {"device_max": 3}});
    let made = administer(&world, "POST", STORIES, "/admin/products", &new);
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    assert_eq!((&made["name"], &made["status"]), (&json!("Song"), &json!("draft")));
    assert_eq!((&made["stock"], &made["held"]), (&Value::Null, &json!(0)));
    let path = format!("/admin/products/{}", made["id"].as_str().unwrap());
    let change = json!({"status": "active", "details": {"use_max": 2}});
    let changed = administer(&world, "PATCH", STORIES, &path, &change).json();
    assert_eq!((&changed["name"], &changed["details"]), (&json!("Song"), &json!({"use_max": 2})));
    assert_eq!(administer(&world, "DELETE", STORIES, &path, &Value::Null).status, 204);
    let found = administer(&world, "GET", STORIES, &path, &Value::Null).json();
    assert_eq!(found["status"], "archived");
    let other = administer(&world, "GET", MARKET, &path, &Value::Null);
    assert_eq!(other.status, 404, "another tenant's");
}

#[test]
fn products_come_in_pages() {
    let world = World::new();
    for n in 0..5 {
        world.host.clock().advance(1);
        let new = json!({"kind": "digital", "name": format!("n{n}")});
        administer(&world, "POST", STORIES, "/admin/products", &new);
    }
    let page = |query: &str| {
        let path = format!("/admin/products?limit=2{query}");
        let answer = administer(&world, "GET", STORIES, &path, &Value::Null).json();
        let names = answer["data"].as_array().unwrap().iter();
        let names = names.map(|p| p["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ");
        (names, answer["next"].as_str().map(str::to_owned))
    };
    let (names, next) = page("");
    assert_eq!(names, "n4 n3");
    let (names, next) = page(&format!("&cursor={}", next.unwrap()));
    assert_eq!(names, "n2 n1");
    let (names, next) = page(&format!("&cursor={}", next.unwrap()));
    assert_eq!((names.as_str(), next), ("n0", None));
    assert_eq!(page("&status=active").0, "");
    let wrong = administer(&world, "GET", STORIES, "/admin/products?cursor=x", &Value::Null);
    assert_eq!(problem(&wrong), told(422, "invalid_field", "cursor"));
}

#[test]
fn a_wrong_product_is_told_what_is_wrong() {
    let world = World::new();
    let plan = product(&world, json!({"kind": "subscription"}), 900);
    let bundle = json!({"items": [line("prd_demo_album", 1)]});
    let bundle = product(&world, json!({"kind": "bundle", "details": bundle}), 900);
    let items = |id: &str| json!({"items": [line("prd_demo_book", 1), line(id, 1)]});
    for (new, field) in [
        (json!({"kind": "thing", "name": "x"}), "kind"),
        (json!({"kind": "digital", "name": " "}), "name"),
        (json!({"kind": "digital", "name": "x", "price": 1}), "price"),
        (json!({"kind": "digital", "name": "x", "stock": 1}), "stock"),
        (json!({"kind": "physical", "name": "x", "stock": -1}), "stock"),
        (json!({"kind": "digital", "name": "x", "details": {"a": 1}}), "details.a"),
        (json!({"kind": "token_pack", "name": "x"}), "details.tokens"),
        (
            json!({"kind": "bundle", "name": "x", "details": items("prd_none")}),
            "details.items[1].product",
        ),
        (
            json!({"kind": "bundle", "name": "x", "details": items(&plan)}),
            "details.items[1].product",
        ),
        (
            json!({"kind": "bundle", "name": "x", "details": items(&bundle)}),
            "details.items[1].product",
        ),
    ] {
        let answer = administer(&world, "POST", MARKET, "/admin/products", &new);
        assert_eq!(problem(&answer), told(422, "invalid_field", field), "{new}");
    }
    let path = "/admin/products/prd_demo_tokens";
    let answer = administer(&world, "PATCH", MARKET, path, &json!({"details": {"tokens": 0}}));
    assert_eq!(problem(&answer), told(422, "invalid_field", "details.tokens"));
    let answer = administer(&world, "PATCH", MARKET, path, &json!({"kind": "digital"}));
    assert_eq!(problem(&answer), told(422, "invalid_field", "kind"));
}

#[test]
fn only_goods_have_a_stock() {
    let world = World::new();
    let put = |id: &str, stock: i64| {
        let path = format!("/admin/products/{id}/stock");
        administer(&world, "PUT", MARKET, &path, &json!({"stock": stock}))
    };
    assert_eq!(put("prd_demo_shirt", 7).json()["stock"], 7);
    assert_eq!(problem(&put("prd_demo_album", 7)), told(422, "invalid_field", "stock"));
    assert_eq!(problem(&put("prd_demo_shirt", -1)), told(422, "invalid_field", "stock"));
    assert_eq!(put("prd_none", 7).status, 404);
}

#[test]
fn a_list_keeps_its_currency() {
    let world = World::new();
    let put = |list: &str, currency: &str| {
        let path = format!("/admin/price-lists/{list}");
        administer(&world, "PUT", STORIES, &path, &json!({"currency": currency}))
    };
    assert_eq!(put("chf", "CHF").status, 201);
    assert_eq!(put("chf", "CHF").status, 200);
    assert_eq!(problem(&put("chf", "EUR")), told(409, "conflict", "currency"));
    assert_eq!(problem(&put("CHF", "CHF")), told(422, "invalid_field", "list"));
    assert_eq!(problem(&put("x", "XAU")), told(422, "invalid_field", "currency"));
    let all = administer(&world, "GET", STORIES, "/admin/price-lists", &Value::Null).json();
    assert_eq!(all["data"][0]["id"], "chf");
}

#[test]
fn prices_are_added_and_archived() {
    let world = World::new();
    let path = "/admin/products/prd_demo_album/prices";
    let add = |price: Value| administer(&world, "POST", MARKET, path, &price);
    let made = add(json!({"list": "usd", "amount_minor": 900, "min_quantity": 10}));
    assert_eq!((made.status, &made.json()["currency"]), (201, &json!("USD")));
    for (price, field) in [
        (json!({"list": "chf", "amount_minor": 1}), "list"),
        (json!({"list": "usd", "amount_minor": -1}), "amount_minor"),
        (json!({"list": "usd", "amount_minor": 1.5}), "amount_minor"),
        (json!({"list": "usd", "amount_minor": 1, "min_quantity": 0}), "min_quantity"),
        (json!({"list": "usd", "amount_minor": 1, "interval": "month"}), "interval"),
        (
            json!({"list": "usd", "amount_minor": 1, "valid_from_ms": 9, "valid_until_ms": 9}),
            "valid_until_ms",
        ),
        (json!({"list": "usd", "amount_minor": 1, "valid_from_ms": -9}), "valid_from_ms"),
        (json!({"list": "usd", "amount_minor": 1, "currency": "USD"}), "currency"),
    ] {
        assert_eq!(problem(&add(price.clone())), told(422, "invalid_field", field), "{price}");
    }
    let plan = "/admin/products/prd_demo_plan/prices";
    let monthless = json!({"list": "usd", "amount_minor": 1});
    let answer = administer(&world, "POST", MARKET, plan, &monthless);
    assert_eq!(problem(&answer), told(422, "invalid_field", "interval"));
    let yearly = json!({"list": "usd", "amount_minor": 1, "interval": "year"});
    let answer = administer(&world, "POST", MARKET, plan, &yearly);
    assert_eq!(problem(&answer), told(409, "conflict", "interval"));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let archive = format!("/admin/prices/{id}");
    assert_eq!(administer(&world, "DELETE", MARKET, &archive, &Value::Null).status, 204);
    assert_eq!(administer(&world, "DELETE", MARKET, &archive, &Value::Null).status, 404);
    let all = administer(&world, "GET", MARKET, path, &Value::Null).json();
    let archived = |id: &str| {
        let all = all["data"].as_array().unwrap();
        all.iter().find(|price| price["id"] == id).unwrap()["archived_at_ms"].is_number()
    };
    assert!(archived(&id) && !archived("pri_demo_album_usd"));
    let nowhere = "/admin/products/prd_none/prices";
    assert_eq!(administer(&world, "GET", MARKET, nowhere, &Value::Null).status, 404);
}

#[test]
fn coupons_are_given_out_and_taken_back() {
    let world = World::new();
    let add = |coupon: Value| administer(&world, "POST", MARKET, "/admin/coupons", &coupon);
    let made = add(json!({
        "code": "summer", "kind": "fixed", "value": 500, "currency": "USD", "max_uses": 2,
        "details": {"products": ["prd_demo_album"], "min_subtotal": {"minor": 1_000, "currency": "USD"}},
    }));
    assert_eq!((made.status, &made.json()["code"]), (201, &json!("SUMMER")), "{made:?}");
    let again = add(json!({"code": "SUMMER", "kind": "percent", "value": 1}));
    assert_eq!(problem(&again), told(409, "conflict", "code"));
    let percent = |changes: Value| {
        let mut coupon = json!({"code": "OTHER", "kind": "percent", "value": 1_000});
        for (name, value) in changes.as_object().unwrap() {
            coupon[name] = value.clone();
        }
        coupon
    };
    for (changes, field) in [
        (json!({"code": "a b"}), "code"),
        (json!({"value": 10_001}), "value"),
        (json!({"value": 0}), "value"),
        (json!({"kind": "free"}), "kind"),
        (json!({"kind": "fixed"}), "currency"),
        (json!({"currency": "USD"}), "currency"),
        (json!({"max_uses": 0}), "max_uses"),
        (json!({"max_per_account": -1}), "max_per_account"),
        (json!({"details": {"products": []}}), "details.products"),
        (json!({"details": {"products": ["prd_none"]}}), "details.products[0]"),
        (json!({"details": {"a": 1}}), "details.a"),
        (json!({"valid_from_ms": 2, "valid_until_ms": 1}), "valid_until_ms"),
    ] {
        assert_eq!(
            problem(&add(percent(changes.clone()))),
            told(422, "invalid_field", field),
            "{changes}"
        );
    }
    assert_eq!(
        administer(&world, "DELETE", MARKET, "/admin/coupons/summer", &Value::Null).status,
        204
    );
    assert_eq!(
        administer(&world, "DELETE", MARKET, "/admin/coupons/summer", &Value::Null).status,
        404
    );
    let all = administer(&world, "GET", MARKET, "/admin/coupons?limit=1", &Value::Null).json();
    assert_eq!((&all["data"][0]["code"], &all["next"]), (&json!("SUMMER"), &json!("SUMMER")));
    let rest = "/admin/coupons?cursor=SUMMER";
    let rest = administer(&world, "GET", MARKET, rest, &Value::Null).json();
    assert_eq!((&rest["data"][0]["code"], &rest["next"]), (&json!("WELCOME10"), &Value::Null));
}

#[test]
fn files_are_those_that_exist_and_for_what_is_digital() {
    let world = World::new();
    let put = |id: &str, assets: Value| {
        let path = format!("/admin/products/{id}/assets");
        administer(&world, "PUT", MARKET, &path, &json!({"assets": assets}))
    };
    assert_eq!(put("prd_demo_album", json!([])).json()["assets"], json!([]));
    let unknown = put("prd_demo_album", json!(["ast_none"]));
    assert_eq!(problem(&unknown), told(422, "invalid_field", "assets[0]"));
    assert_eq!(problem(&put("prd_demo_shirt", json!([]))), told(422, "invalid_field", "assets"));
    assert_eq!(put("prd_none", json!([])).status, 404);
}

#[test]
fn the_demo_shop_is_filled_once_and_changes_last() {
    let world = World::new();
    let names = |world: &World| {
        let shelf = ask(world, "GET", "/public/products?country=US", &Value::Null).json();
        let data = shelf["data"].as_array().unwrap().clone();
        data.iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let six =
        ["album", "book", "bundle", "plan", "shirt", "tokens"].map(|n| format!("prd_demo_{n}"));
    assert_eq!(names(&world), six);
    administer(&world, "DELETE", MARKET, "/admin/products/prd_demo_book", &Value::Null);
    let later = world.restarted();
    assert_eq!(names(&later).len(), 5);
    let family = later.ask("GET", "family.localhost", "/public/products").send().json();
    assert_eq!(family["data"].as_array().unwrap().len(), 2);
}

#[test]
fn outside_development_nothing_is_sold_by_itself() {
    use ports::memory::Layout;
    let world = World::with(
        Layout::PerShard,
        &[("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", crate::support::SECRET)],
    );
    world.tenant("shop", json!({"app": "market"}));
    let shelf = world.ask("GET", "shop.localhost", "/public/products").send().json();
    assert_eq!((&shelf["data"], &shelf["next"]), (&json!([]), &Value::Null));
}

#[test]
fn what_administrators_do_is_written_down() {
    let world = World::new();
    administer(&world, "PUT", MARKET, "/admin/products/prd_demo_shirt/stock", &json!({"stock": 9}));
    let rows = world.host.run(ports::Sql::query(
        &ports::Host::sql(
            &world.host,
            &ports::Shard::Tenant {
                tenant: "ten_market".parse().unwrap(),
                region: kernel::Region::Auto,
            },
        ),
        ports::Statement::new("SELECT action, subject FROM audit", []),
    ));
    let rows = rows.unwrap();
    let row = rows.first().unwrap();
    assert_eq!((row.text(0), row.text(1)), (Ok("put_stock"), Ok("prd_demo_shirt")));
}
