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
        ("time_zone", json!("europe/berlin"), "time_zone"),
        ("time_zone", json!("Etc/Nowhere"), "time_zone"),
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

fn colours(accent: &str) -> Value {
    json!({"accent": accent, "on_accent": "#ffffff", "surface": "#ffffff", "text": "#111111"})
}

fn night() -> Value {
    json!({"accent": "#6fd6c8", "on_accent": "#14181e", "surface": "#14181e", "text": "#e9eaec"})
}

#[test]
fn what_an_issuer_knows_us_by_is_sealed_and_never_told() {
    let keys = "k1=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let secrets =
        [("POSTERN_ENV", "dev"), ("JWT_DEV_KEY", crate::support::SECRET), ("DATA_KEYS", keys)];
    let world = World::with(Layout::PerShard, &secrets);
    let issuer = |secret: Value| {
        let client = json!({"client_id": "postern", "client_secret": secret});
        json!([{"issuer": "https://id.example", "audiences": ["shop"], "client": client}])
    };
    let mut tenant = json!({
        "handle": "shop", "name": "Shop", "app": "market", "issuers": issuer(json!("hunter2")),
    });
    let first = create(&world, &tenant);
    assert_eq!(first.status, 201);
    assert!(!first.text.contains("hunter2") && !first.text.contains("client_secret"));
    // The same again is the same, though no two seals are.
    assert_eq!(create(&world, &tenant).status, 200);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let change = |body: &Value| {
        let ask = world.ask("PUT", PLATFORM, &format!("/admin/tenants/{id}"));
        ask.bearer(world.admin("postern")).json(body).send()
    };
    tenant["name"] = json!("Another shop");
    tenant["issuers"] = issuer(Value::Null);
    let changed = change(&tenant);
    assert_eq!((changed.status, changed.json()["name"].as_str()), (200, Some("Another shop")));
    // The secret is still there: what is made anew with it is what there is.
    tenant["issuers"] = issuer(json!("hunter2"));
    assert_eq!(create(&world, &tenant).status, 200);
    tenant["issuers"] = issuer(json!("hunter3"));
    assert_eq!(create(&world, &tenant).status, 409);
}

#[test]
fn a_tenant_changes_but_for_where_it_is_and_what_it_is_called_by() {
    let world = World::new();
    let id = world.tenant("shop", json!({}));
    let change = |changes: Value| {
        let mut body = json!({"handle": "shop", "name": "Shop", "app": "saas"});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let ask = world.ask("PUT", PLATFORM, &format!("/admin/tenants/{id}"));
        ask.bearer(world.admin("postern")).json(&body).send()
    };
    let theme = json!({"light": colours("#0b6b62"), "dark": night()});
    let changed = change(json!({"theme": theme}));
    assert_eq!((changed.status, &changed.json()["theme"]), (200, &theme), "{}", changed.text);
    for (changes, status, field) in [
        (json!({"handle": "other"}), 409, "handle"),
        (json!({"app": "market"}), 409, "app"),
        (json!({"region": "weur"}), 409, "region"),
        (json!({"name": ""}), 422, "name"),
        (json!({"theme": {"light": colours("blue"), "dark": night()}}), 422, "theme.light.accent"),
        // White on yellow cannot be read.
        (
            json!({"theme": {"light": colours("#ffee00"), "dark": night()}}),
            422,
            "theme.light.on_accent",
        ),
    ] {
        let answer = change(changes.clone());
        let told = (answer.status, answer.json()["field"].as_str().map(str::to_owned));
        assert_eq!(told, (status, Some(field.to_owned())), "{changes}: {}", answer.text);
    }
    // One that broke off half-way is made good by the next.
    world.host.kv().set_down(true);
    assert_eq!(change(json!({"name": "Half", "theme": theme})).status, 503);
    world.host.kv().set_down(false);
    assert_eq!(change(json!({"name": "Whole", "theme": theme})).status, 200);
    let page = world.ask("GET", "shop.localhost", "/").header("accept", "text/html").send();
    assert!(page.text.contains("Whole") && !page.text.contains("Half"));
    assert!(page.text.contains("--accent:light-dark(#0b6b62,#6fd6c8)"), "{}", page.text);
}
