use super::{MARKET, STORIES, administer, ask, problem, told};
use crate::support::{Answer, SECRET, World};
use ports::{Host, memory::Layout};
use serde_json::{Value, json};

fn pricing(world: &World, query: &str) -> Answer {
    let answer = ask(world, "GET", &format!("/public/pricing{query}"), &Value::Null);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

#[test]
fn each_market_is_told_its_own() {
    let world = World::new();
    let told = pricing(&world, "?country=DE&products=prd_demo_album,prd_demo_plan,prd_none").json();
    assert_eq!((&told["market"], &told["currency"]), (&json!("de"), &json!("EUR")));
    assert_eq!((&told["price_list"], &told["tax"]["mode"]), (&json!("eur"), &json!("inclusive")));
    assert_eq!(told["prices"][0]["price"]["text"], "11,00\u{a0}€");
    assert_eq!(told["prices"][1]["price"]["interval"], "month");
    assert_eq!(told["prices"].as_array().unwrap().len(), 2);
    assert!(told["payment_methods"].as_array().unwrap().contains(&json!("sepa_debit")));
    assert!(told["address_fields"].is_array() && told["note"].is_null());
    let told = pricing(&world, "?country=GB&products=prd_demo_album").json();
    assert_eq!(told["prices"][0]["price"]["text"], "£10.00");
}

#[test]
fn where_there_is_no_list_another_counts_and_says_so() {
    let secrets = [
        ("POSTERN_ENV", "dev"),
        ("JWT_DEV_KEY", SECRET),
        ("FX_RATES", r#"{"as_of_ms": 5, "base": "USD", "rates": {"JPY": "150"}}"#),
    ];
    let world = World::with(Layout::PerShard, &secrets);
    let told = pricing(&world, "?country=JP&products=prd_demo_album").json();
    assert_eq!((&told["market"], &told["currency"]), (&json!("jp"), &json!("USD")));
    assert!(told["note"].as_str().unwrap().contains("USD"), "{told}");
    let about = &told["prices"][0]["price"]["approximate"];
    assert_eq!((&about["minor"], &about["currency"]), (&json!(1_800), &json!("JPY")));
    assert!(about["text"].as_str().unwrap().contains("approx."));
    // Without a table nothing is converted.
    let told = pricing(&World::new(), "?country=JP&products=prd_demo_album").json();
    assert!(told["prices"][0]["price"]["approximate"].is_null());
}

#[test]
fn a_tenant_without_lists_still_says_where_one_is() {
    let world = World::new();
    let told = world.ask("GET", STORIES, "/public/pricing?country=FR&products=prd_a").send().json();
    assert_eq!((&told["currency"], &told["price_list"]), (&json!("EUR"), &Value::Null));
    assert_eq!(told["prices"], json!([]));
}

#[test]
fn what_is_chosen_wins_over_where_one_is() {
    let secrets =
        [("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", SECRET), ("TRUSTED_PROXIES", "10.0.0.0/8")];
    let world = World::with(Layout::PerShard, &secrets);
    let market = |from: &str, country: &str, cookie: Option<&str>, query: &str| {
        let path = format!("/public/pricing{query}");
        let mut ask = world.ask("GET", MARKET, &path).from(from).header("x-country", country);
        if let Some(cookie) = cookie {
            ask = ask.header("cookie", cookie);
        }
        ask.send().json()["market"].as_str().unwrap().to_owned()
    };
    let form =
        world.ask("POST", MARKET, "/preferences").header("origin", format!("http://{MARKET}"));
    let kept = form.body("country=FR&return_to=/").send();
    let cookie = kept.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(market("10.0.0.1", "GB", None, ""), "gb");
    assert_eq!(market("203.0.113.9", "GB", None, ""), "world", "anybody can send a header");
    assert_eq!(market("10.0.0.1", "XX", None, ""), "world");
    assert_eq!(market("10.0.0.1", "GB", Some(&cookie), ""), "fr");
    assert_eq!(market("10.0.0.1", "GB", Some(&cookie), "?country=IT"), "it");
    let form =
        world.ask("POST", MARKET, "/preferences").header("origin", format!("http://{MARKET}"));
    assert!(form.body("country=france").send().header("set-cookie").is_none());
}

#[test]
fn answers_are_kept_by_all_where_their_address_says_the_country() {
    let world = World::new();
    for path in ["/public/pricing", "/public/products"] {
        let open = ask(&world, "GET", path, &Value::Null);
        assert_eq!(open.header("cache-control"), Some("private, max-age=60"));
        let said = ask(&world, "GET", &format!("{path}?country=DE"), &Value::Null);
        assert_eq!(said.header("cache-control"), Some("public, max-age=60"));
        let wrong = ask(&world, "GET", &format!("{path}?country=germany"), &Value::Null);
        assert_eq!(problem(&wrong), told(422, "invalid_field", "country"));
    }
    let wrong = ask(&world, "GET", "/public/pricing?products=prd_a,x", &Value::Null);
    assert_eq!(problem(&wrong), told(422, "invalid_field", "products[1]"));
}

#[test]
fn only_what_has_a_price_there_is_on_the_shelf() {
    let world = World::new();
    let now = ports::Clock::now(world.host.clock()).0;
    let made = json!({"kind": "digital", "name": "New", "status": "active"});
    let id = administer(&world, "POST", MARKET, "/admin/products", &made).json();
    let id = id["id"].as_str().unwrap().to_owned();
    let count = |country: &str| {
        let path = format!("/public/products?country={country}");
        ask(&world, "GET", &path, &Value::Null).json()["data"].as_array().unwrap().len()
    };
    let path = format!("/admin/products/{id}/prices");
    let later = json!({"list": "gbp", "amount_minor": 5, "valid_from_ms": now + 1_000});
    administer(&world, "POST", MARKET, &path, &later);
    let many = json!({"list": "gbp", "amount_minor": 4, "min_quantity": 2});
    administer(&world, "POST", MARKET, &path, &many);
    assert_eq!((count("GB"), count("DE")), (6, 6));
    world.host.clock().advance(1_000);
    assert_eq!((count("GB"), count("DE")), (7, 6));
    let page = ask(&world, "GET", "/public/products?country=GB&limit=6", &Value::Null).json();
    let path = format!("/public/products?country=GB&cursor={}", page["next"].as_str().unwrap());
    let rest = ask(&world, "GET", &path, &Value::Null).json();
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
}
