use crate::support::{Answer, FAMILY, PLATFORM, World};
use ports::{Host, memory::Layout};
use serde_json::{Value, json};

fn grant(world: &World, key: &str, body: &Value) -> Answer {
    let ask = world.ask("POST", FAMILY, "/admin/accounts/acc_a/grants");
    let ask = ask.bearer(world.admin("family"));
    let ask = if key.is_empty() { ask } else { ask.header("idempotency-key", key) };
    ask.json(body).send()
}

#[test]
fn a_grant_is_made_once_however_often_it_is_sent() {
    let world = World::new();
    let first = grant(&world, "one", &json!({"tokens": 500}));
    assert_eq!(first.status, 201);
    assert_eq!(first.json()["transfer"]["amount"], 500);
    assert_eq!(first.json()["balances"][0]["posted"], 500);
    let again = grant(&world, "one", &json!({"tokens": 500}));
    assert_eq!(again.status, 200);
    assert_eq!(again.json(), first.json());
    let other = grant(&world, "one", &json!({"tokens": 501}));
    assert_eq!((other.status, other.code().as_str()), (422, "idempotency_key_reused"));
    assert_eq!(grant(&world, "two", &json!({"tokens": 1})).json()["balances"][0]["posted"], 501);
}

#[test]
fn a_wrong_grant_is_told_what_is_wrong() {
    let world = World::new();
    for (key, body, status, field) in [
        ("", json!({"tokens": 1}), 422, "Idempotency-Key"),
        ("a b", json!({"tokens": 1}), 422, "Idempotency-Key"),
        ("k", json!({"tokens": 0}), 422, "tokens"),
        ("k", json!({"tokens": -1}), 422, "tokens"),
        ("k", json!({"tokens": 9_007_199_254_740_992_u64}), 422, "tokens"),
        ("k", json!({"tokens": 1, "euros": 2}), 422, "euros"),
    ] {
        let answer = grant(&world, key, &body);
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (status, Some(field)),
            "{body}"
        );
    }
    let answer = grant(&world, "k", &Value::String("x".repeat(70_000)));
    assert_eq!((answer.status, answer.code().as_str()), (413, "body_too_large"));
    let ask = world.ask("POST", FAMILY, "/admin/accounts/acc_a/grants");
    let ask = ask.bearer(world.admin("family")).header("idempotency-key", "k").body("{");
    let answer = ask.send();
    assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_body"));
    let ask = world.ask("POST", FAMILY, "/admin/accounts/someone/grants");
    let ask = ask.bearer(world.admin("family")).header("idempotency-key", "k");
    let answer = ask.json(&json!({"tokens": 1})).send();
    assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some("account")));
    // The largest amount there is can be granted, and nothing after it.
    let most = json!({"tokens": 9_007_199_254_740_991_u64});
    assert_eq!(grant(&world, "most", &most).status, 201);
    let more = grant(&world, "more", &json!({"tokens": 1}));
    assert_eq!((more.status, more.json()["field"].as_str()), (422, Some("tokens")));
}

#[test]
fn the_books_of_an_account_balance() {
    let world = World::new();
    grant(&world, "one", &json!({"tokens": 500}));
    let ask = world.ask("GET", FAMILY, "/admin/accounts/acc_a/books");
    let books = ask.bearer(world.admin("family")).send().json();
    let sum = |of: &str| -> i64 {
        books["books"].as_array().unwrap().iter().map(|b| b[of].as_i64().unwrap()).sum()
    };
    assert_eq!((sum("debits_posted"), sum("credits_posted")), (500, 500));
}

#[test]
fn keys_are_checked_before_they_are_made() {
    let world = World::new();
    for (body, field) in [
        (json!({"name": " ", "scopes": ["chat"]}), "name"),
        (json!({"name": "x".repeat(101), "scopes": ["chat"]}), "name"),
        (json!({"name": "x", "scopes": []}), "scopes"),
        (json!({"name": "x", "scopes": ["chat", "admin"]}), "scopes"),
    ] {
        let ask = world.ask("POST", FAMILY, "/admin/accounts/acc_a/keys");
        let answer = ask.bearer(world.admin("family")).json(&body).send();
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some(field)));
    }
}

fn create(world: &World, tenant: &Value) -> Answer {
    let ask = world.ask("POST", PLATFORM, "/admin/tenants").bearer(world.admin("postern"));
    ask.json(tenant).send()
}

fn put_domain(world: &World, tenant: &str, host: &str) -> Answer {
    let path = format!("/admin/tenants/{tenant}/domains/{host}");
    world.ask("PUT", PLATFORM, &path).bearer(world.admin("postern")).send()
}

#[test]
fn a_tenant_is_there_as_soon_as_it_is_made() {
    let world = World::new();
    let known = |host: &str| {
        let answer = world.ask("GET", host, "/v1/models").send();
        answer.status == 401
    };
    assert!(!known("shop.localhost"));
    let id = world.tenant("shop", json!({"region": "weur"}));
    assert!(known("shop.localhost"));
    assert!(!known("shop.example.com"));
    assert_eq!(put_domain(&world, &id, "Shop.Example.com").json()["host"], "shop.example.com");
    assert!(known("shop.example.com"));
    assert_eq!(put_domain(&world, &id, "xn--bcher-kva.example").status, 200);
    assert_eq!(put_domain(&world, &id, "b%C3%BCcher.example").status, 200);
    assert!(known("xn--bcher-kva.example"));
    // Another instance knows it from storage.
    let other = world.restarted();
    assert_eq!(other.ask("GET", "shop.example.com", "/v1/models").send().status, 401);
    // A demo tenant can have a domain too.
    assert_eq!(put_domain(&world, "ten_family", "family.example.com").status, 200);
    assert!(known("family.example.com"));
}

#[test]
fn making_the_same_tenant_again_is_the_same_tenant() {
    let world = World::new();
    let tenant = json!({"handle": "shop", "name": "Shop", "app": "market"});
    let first = create(&world, &tenant);
    let again = create(&world, &tenant);
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.json(), again.json());
    let other = create(&world, &json!({"handle": "shop", "name": "Another", "app": "market"}));
    assert_eq!((other.status, other.json()["field"].as_str()), (409, Some("handle")));
    for taken in ["family", "postern"] {
        let answer = create(&world, &json!({"handle": taken, "name": "x", "app": "saas"}));
        assert_eq!(answer.status, 409, "{taken}");
    }
}

#[test]
fn a_first_attempt_that_broke_off_is_made_good_by_the_second() {
    let world = World::new();
    let tenant = json!({"handle": "shop", "name": "Shop", "app": "market"});
    // Warms the cache of the operators' own host before storage goes.
    create(&world, &json!({}));
    world.host.kv().set_down(true);
    assert_eq!(create(&world, &tenant).status, 503);
    world.host.kv().set_down(false);
    assert_eq!(create(&world, &tenant).status, 200);
    assert_eq!(world.ask("GET", "shop.localhost", "/v1/models").send().status, 401);
}

#[test]
fn a_wrong_tenant_is_told_what_is_wrong() {
    let world = World::new();
    let sound = json!({"handle": "shop", "name": "Shop", "app": "market"});
    for (change, value, field) in [
        ("handle", json!("Shop"), "handle"),
        ("handle", json!("a.b"), "handle"),
        ("name", json!(""), "name"),
        ("app", json!("platform"), "app"),
        ("app", json!("bank"), "app"),
        ("region", json!("mars"), "region"),
        ("id", json!("ten_mine"), "id"),
        ("cors_origins", json!(["https://a.example/path"]), "cors_origins[0]"),
        ("issuers", json!([{"issuer": "id", "audiences": ["a"]}]), "issuers[0].issuer"),
        ("limits", json!({"requests_per_minute_per_ip": 0}), "limits.requests_per_minute_per_ip"),
        ("welcome_tokens", json!(-1), "welcome_tokens"),
    ] {
        let mut tenant = sound.clone();
        tenant[change] = value;
        let answer = create(&world, &tenant);
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (422, Some(field)),
            "{tenant}"
        );
    }
}

#[test]
fn a_domain_belongs_to_one_tenant_and_is_its_own() {
    let world = World::new();
    let (one, two) = (world.tenant("one", json!({})), world.tenant("two", json!({})));
    assert_eq!(put_domain(&world, &one, "shop.example.com").status, 200);
    assert_eq!(put_domain(&world, &one, "shop.example.com").status, 200);
    let taken = put_domain(&world, &two, "shop.example.com");
    assert_eq!((taken.status, taken.json()["field"].as_str()), (409, Some("host")));
    for wrong in
        ["localhost", "x.localhost", "10.0.0.1", "%5B::1%5D", "a..b", "a_b.example", "x.example:80"]
    {
        let answer = put_domain(&world, &one, wrong);
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (422, Some("host")),
            "{wrong}"
        );
    }
    assert_eq!(put_domain(&world, "ten_nobody", "free.example.com").status, 404);
    // And the host that nobody got is still nobody's.
    assert_eq!(put_domain(&world, &two, "free.example.com").status, 200);
}

#[test]
fn shared_domains_are_not_given_away() {
    let secrets = [
        ("POSTERN_ENV", "dev"),
        ("JWT_DEV_KEY", crate::support::SECRET),
        ("SHARED_DOMAINS", "postern.example"),
    ];
    let world = World::with(Layout::Shared, &secrets);
    let id = world.tenant("one", json!({}));
    for host in ["postern.example", "two.postern.example", "a.b.postern.example"] {
        assert_eq!(put_domain(&world, &id, host).status, 422, "{host}");
    }
    assert_eq!(put_domain(&world, &id, "notpostern.example").status, 200);
    assert_eq!(world.ask("GET", "one.postern.example", "/v1/models").send().status, 401);
}
