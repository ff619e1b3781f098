use crate::support::{Does, FAMILY, PLATFORM, World};
use http::StatusCode;
use ports::Host;
use serde_json::{Value, json};

/// Every guarded route, on a host where it exists.
const GUARDED: &[(&str, &str, &str)] = &[
    ("POST", FAMILY, "/v1/chat/completions"),
    ("GET", FAMILY, "/v1/models"),
    ("GET", FAMILY, "/v1/models/demo-echo"),
    ("GET", FAMILY, "/me/balance"),
    ("GET", FAMILY, "/me/transfers"),
    ("POST", FAMILY, "/admin/accounts/acc_a/grants"),
    ("GET", FAMILY, "/admin/accounts/acc_a/books"),
    ("POST", FAMILY, "/admin/accounts/acc_a/keys"),
    ("DELETE", FAMILY, "/admin/accounts/acc_a/keys/key_a"),
    ("GET", FAMILY, "/admin/products"),
    ("POST", FAMILY, "/admin/products"),
    ("PATCH", FAMILY, "/admin/products/prd_a"),
    ("PUT", FAMILY, "/admin/products/prd_a/stock"),
    ("POST", FAMILY, "/admin/products/prd_a/prices"),
    ("PUT", FAMILY, "/admin/price-lists/usd"),
    ("DELETE", FAMILY, "/admin/prices/pri_a"),
    ("POST", FAMILY, "/admin/coupons"),
    ("GET", FAMILY, "/me/entitlements"),
    ("POST", FAMILY, "/me/entitlements/ent_a/licence"),
    ("POST", FAMILY, "/downloads/link"),
    ("POST", FAMILY, "/upload/url"),
    ("PUT", FAMILY, "/upload/ast_a"),
    ("POST", FAMILY, "/upload/ast_a/complete"),
    ("GET", FAMILY, "/admin/assets"),
    ("GET", FAMILY, "/admin/alerts"),
    ("POST", FAMILY, "/usage/events"),
    ("GET", FAMILY, "/subscription/status"),
    ("POST", FAMILY, "/subscription/portal"),
    ("POST", FAMILY, "/subscription/quantity"),
    ("POST", PLATFORM, "/admin/tenants"),
    ("PUT", PLATFORM, "/admin/tenants/ten_a/domains/a.example"),
];

#[test]
fn nobody_is_let_in_unknown() {
    let world = World::new();
    for (method, host, path) in GUARDED {
        let answer = world.ask(method, host, path).send();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "authentication_required"),
            "{path}"
        );
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
        for credentials in ["Basic YTpi", "Bearer", "Bearer ", "bearer nonsense", "Bearer a.b.c"] {
            let answer = world.ask(method, host, path).header("authorization", credentials).send();
            assert_eq!(answer.status, 401, "{path} {credentials}");
        }
    }
}

#[test]
fn a_token_of_another_tenant_is_nobody() {
    let world = World::new();
    for (method, host, path) in GUARDED {
        let answer = world.ask(method, host, path).bearer(world.admin("stories")).send();
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_credentials"), "{path}");
    }
    // Also when the other tenant's host has seen the token first.
    let token = world.family();
    assert_eq!(world.ask("GET", FAMILY, "/v1/models").bearer(&token).send().status, 200);
    let ask = world.ask("GET", "stories.localhost", "/v1/models");
    assert_eq!(ask.bearer(&token).send().status, 401);
}

#[test]
fn a_profile_is_not_the_accounts_holder() {
    let world = World::new();
    let child = world.token("family", json!({"profile": "prf_mia"}));
    for (method, path) in [
        ("POST", "/me/keys"),
        ("DELETE", "/me/keys/key_a"),
        ("DELETE", "/me/sessions/ses_a"),
        ("POST", "/auth/session"),
        ("POST", "/checkout/create-session"),
        ("POST", "/checkout/payment-intent"),
        ("POST", "/me/entitlements/ent_a/licence"),
        ("POST", "/subscription/portal"),
        ("POST", "/subscription/quantity"),
    ] {
        let answer = world.ask(method, FAMILY, path).bearer(&child).json(&json!({})).send();
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
    }
}

#[test]
fn administration_needs_the_role() {
    let world = World::new();
    for (method, host, path) in GUARDED.iter().filter(|(_, _, path)| path.starts_with("/admin")) {
        let handle = host.split('.').next().unwrap();
        for roles in [json!([]), json!(["guardian", "Admin", "administrator"])] {
            let token = world.token(handle, json!({"roles": roles}));
            let answer = world.ask(method, host, path).bearer(token).send();
            assert_eq!((answer.status, answer.code().as_str()), (403, "admin_required"), "{path}");
        }
    }
}

#[test]
fn scopes_limit_a_token_that_has_them() {
    let world = World::new();
    let status = |scope: Value, path: &str| {
        let token = world.token("family", json!({"scope": scope}));
        let answer = world.ask("GET", FAMILY, path).bearer(token).send();
        if answer.status == 403 { answer.code() } else { answer.status.to_string() }
    };
    assert_eq!(status(Value::Null, "/me/balance"), "200");
    assert_eq!(status(json!("chat account:read"), "/me/balance"), "200");
    assert_eq!(status(json!("chat"), "/me/balance"), "scope_required");
    assert_eq!(status(json!("account:read"), "/v1/models"), "scope_required");
    assert_eq!(status(json!(""), "/v1/models"), "scope_required");
    assert_eq!(status(json!("openid profile"), "/v1/models"), "scope_required");
}

#[test]
fn a_remembered_token_still_ends() {
    let world = World::new();
    let now = ports::Clock::now(world.host.clock()).seconds();
    let token = world.token("family", json!({"exp": now + 100}));
    let models = || world.ask("GET", FAMILY, "/v1/models").bearer(&token).send();
    assert_eq!(models().status, 200);
    world.host.clock().advance(159_000);
    assert_eq!(models().status, 200);
    world.host.clock().advance(1_000);
    let answer = models();
    assert_eq!((answer.status, answer.code().as_str()), (401, "token_expired"));
    assert_eq!(answer.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
}

/// RFC 7515 appendix A.3's key, and another.
const KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"one","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

/// A world with a tenant whose issuer is `https://id.example`.
fn with_issuer() -> World {
    let world = World::new();
    let issuer = json!({"issuer": "https://id.example", "audiences": ["shop"]});
    world.tenant("shop", json!({"issuers": [issuer]}));
    world
}

/// A token that names the issuer. Its signature is nobody's, which is enough to see who is asked.
fn foreign(kid: &str) -> String {
    use std::fmt::Write;
    let encode = |json: Value| {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::new();
        for group in json.to_string().as_bytes().chunks(3) {
            let word = group.iter().fold(0_u32, |w, b| (w << 8) | u32::from(*b));
            let word = word << (8 * (3 - group.len()));
            for digit in 0..=group.len() {
                let index = (word >> (18 - 6 * digit)) as usize & 63;
                write!(text, "{}", char::from(ALPHABET[index])).unwrap();
            }
        }
        text
    };
    let header = encode(json!({"alg": "ES256", "kid": kid}));
    let claims =
        encode(json!({"iss": "https://id.example", "aud": "shop", "exp": 4_000_000_000_u32}));
    let signature =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    format!("{header}.{claims}.{signature}")
}

fn discovery(world: &World) {
    let metadata = json!({"issuer": "https://id.example", "jwks_uri": "https://id.example/keys"});
    world.provider.will(Does::Says(StatusCode::OK, metadata.to_string()));
    world.provider.will(Does::Says(StatusCode::OK, format!(r#"{{"keys":[{KEY}]}}"#)));
}

fn models(world: &World, token: &str) -> (u16, String) {
    let answer = world.ask("GET", "shop.localhost", "/v1/models").bearer(token).send();
    (answer.status, answer.code())
}

#[test]
fn keys_are_discovered_once_and_asked_again_once_a_minute() {
    let world = with_issuer();
    let refused = (401, "invalid_credentials".to_owned());
    discovery(&world);
    assert_eq!(models(&world, &foreign("one")), refused);
    let asked = world.provider.asked_urls();
    assert_eq!(
        asked,
        ["https://id.example/.well-known/openid-configuration", "https://id.example/keys"]
    );

    // Known: not asked again. Unknown: not asked again within the minute.
    for kid in ["one", "two", "three"] {
        assert_eq!(models(&world, &foreign(kid)), refused);
    }
    assert_eq!(world.provider.asked_urls().len(), 2);
    world.host.clock().advance(60_000);
    discovery(&world);
    for kid in ["two", "two", "three", "four"] {
        assert_eq!(models(&world, &foreign(kid)), refused);
    }
    assert_eq!(world.provider.asked_urls().len(), 4);
}

#[test]
fn another_instance_finds_the_keys_in_storage() {
    let world = with_issuer();
    discovery(&world);
    models(&world, &foreign("one"));
    models(&world.restarted(), &foreign("one"));
    assert_eq!(world.provider.asked_urls().len(), 2);
}

#[test]
fn old_keys_serve_while_the_issuer_is_down() {
    let world = with_issuer();
    discovery(&world);
    models(&world, &foreign("one"));
    world.host.clock().advance(3_600_000);
    // The provider has nothing to say: the issuer is down. The signature is still judged.
    assert_eq!(models(&world, &foreign("one")), (401, "invalid_credentials".to_owned()));
    assert_eq!(models(&world.restarted(), &foreign("one")).0, 401);
}

#[test]
fn an_issuer_that_was_never_reached_is_our_trouble_not_the_callers() {
    let world = with_issuer();
    assert_eq!(models(&world, &foreign("one")), (503, "temporarily_unavailable".to_owned()));
    // It is not asked again at once, however many tokens come.
    assert_eq!(models(&world, &foreign("two")).0, 503);
    assert_eq!(world.provider.asked_urls().len(), 1);
    world.host.clock().advance(60_000);
    world.provider.will(Does::Hangs);
    assert_eq!(models(&world, &foreign("one")).0, 503);
}

#[test]
fn metadata_of_another_issuer_is_not_believed() {
    for metadata in [
        json!({"issuer": "https://evil.example", "jwks_uri": "https://id.example/keys"}),
        json!({"issuer": "https://id.example", "jwks_uri": "file:///etc/passwd"}),
        json!({"issuer": "https://id.example"}),
    ] {
        let world = with_issuer();
        world.provider.will(Does::Says(StatusCode::OK, metadata.to_string()));
        assert_eq!(models(&world, &foreign("one")).0, 503);
        assert_eq!(world.provider.asked_urls().len(), 1);
    }
}

#[test]
fn an_issuer_the_tenant_does_not_have_is_not_even_asked() {
    let world = with_issuer();
    let answer = world.ask("GET", FAMILY, "/v1/models").bearer(foreign("one")).send();
    assert_eq!(answer.status, 401);
    assert!(world.provider.asked_urls().is_empty());
}

#[test]
fn an_api_key_works_within_its_scopes_until_it_is_revoked() {
    let world = World::new();
    let keys = "/admin/accounts/acc_server/keys";
    let ask = world.ask("POST", FAMILY, keys).bearer(world.admin("family"));
    let created = ask.json(&json!({"name": "build server", "scopes": ["chat"]})).send();
    assert_eq!(created.status, 201);
    let created = created.json();
    let (key, id) = (created["key"].as_str().unwrap(), created["id"].as_str().unwrap());
    assert!(key.starts_with("pk_live_"));
    let status = |host: &str, path: &str| world.ask("GET", host, path).bearer(key).send().status;
    assert_eq!(status(FAMILY, "/v1/models"), 200);
    assert_eq!(status(FAMILY, "/me/balance"), 403);
    assert_eq!(status(FAMILY, "/admin/accounts/acc_server/books"), 403);
    assert_eq!(status("stories.localhost", "/v1/models"), 401);

    let path = format!("{keys}/{id}");
    let revoke = || world.ask("DELETE", FAMILY, &path).bearer(world.admin("family")).send().status;
    assert_eq!(revoke(), 204);
    assert_eq!(revoke(), 204);
    world.host.clock().advance(30_000);
    assert_eq!(status(FAMILY, "/v1/models"), 401);
    assert_eq!(world.restarted().ask("GET", FAMILY, "/v1/models").bearer(key).send().status, 401);
    let other = "/admin/accounts/acc_other/keys/".to_owned() + id;
    let ask = world.ask("DELETE", FAMILY, &other).bearer(world.admin("family"));
    assert_eq!(ask.send().status, 404);
}

#[test]
fn too_many_requests_of_one_address_or_one_caller_are_refused() {
    too_many_requests(&World::new());
    // Whose memory is the database alone.
    too_many_requests(&World { instances_last: false, ..World::new() });
}

fn too_many_requests(world: &World) {
    let limits = json!({"requests_per_minute_per_ip": 3, "requests_per_minute_per_key": 2});
    let id = world.tenant("shop", json!({"limits": limits}));
    let ask = |profile: &str, address: &str| {
        let token = world.token("shop", json!({"tenant": id, "profile": profile}));
        world.ask("GET", "shop.localhost", "/v1/models").bearer(token).from(address).send()
    };
    let first = ask("prf_a", "203.0.113.1");
    assert_eq!((first.status, first.header("ratelimit-limit")), (200, Some("2")));
    assert_eq!(first.header("ratelimit-remaining"), Some("1"));
    assert_eq!(first.header("ratelimit-reset"), Some("30"));
    assert_eq!(ask("prf_a", "203.0.113.2").status, 200);
    let refused = ask("prf_a", "203.0.113.3");
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), Some("30"));
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));

    // Another caller of a busy address.
    for profile in ["prf_b", "prf_c"] {
        assert_eq!(ask(profile, "203.0.113.1").status, 200);
    }
    let refused = ask("prf_d", "203.0.113.1");
    assert_eq!((refused.status, refused.header("ratelimit-limit")), (429, Some("3")));
    // Neither concerns other tenants.
    let ask_family = world.ask("GET", FAMILY, "/v1/models").bearer(world.family());
    assert_eq!(ask_family.from("203.0.113.1").send().status, 200);
    world.host.clock().advance(60_000);
    assert_eq!(ask("prf_a", "203.0.113.1").status, 200);
}
