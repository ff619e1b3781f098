use crate::support::{FAMILY, PLATFORM, World};
use ports::{Host, memory::Layout};
use serde_json::json;

#[test]
fn an_instance_lives_whatever_the_host() {
    let world = World::new();
    for host in ["", "unknown.example", FAMILY, "10.0.0.1:80"] {
        let answer = world.ask("GET", "probe.test", "/healthz").header("host", host).send();
        assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"status":"ok"}"#));
    }
}

#[test]
fn readiness_tells_what_is_out_of_reach() {
    let world = World::new();
    assert_eq!(world.ask("GET", FAMILY, "/readyz").send().status, 200);
    world.host.set_sql_down(true);
    let answer = world.ask("GET", FAMILY, "/readyz").send();
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["checks"], json!({"sql": "unavailable", "kv": "ok"}));
}

#[test]
fn one_answer_for_everything_that_is_not_there() {
    let world = World::new();
    let strip = |text: String| {
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json.as_object_mut().unwrap().remove("request_id");
        json
    };
    let unknown_path = world.ask("GET", FAMILY, "/nowhere").send();
    let unknown_host = world.ask("GET", "nobody.localhost", "/me/balance").send();
    let no_host = world.ask("GET", "a..b", "/me/balance").send();
    let not_on_this_app = world.ask("POST", FAMILY, "/admin/tenants").send();
    let not_on_the_platform = world.ask("GET", PLATFORM, "/me/balance").send();
    let expected = strip(unknown_path.text);
    assert_eq!(expected["code"], "not_found");
    for other in [unknown_host, no_host, not_on_this_app, not_on_the_platform] {
        assert_eq!(other.status, 404);
        assert_eq!(strip(other.text), expected);
    }
}

#[test]
fn another_method_is_405_with_what_there_is() {
    let world = World::new();
    let answer = world.ask("DELETE", FAMILY, "/v1/models").send();
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")));
    assert_eq!(answer.code(), "method_not_allowed");
    // Of a path that only another app has, not even that is told.
    assert_eq!(world.ask("GET", FAMILY, "/admin/tenants").send().status, 404);
    assert_eq!(world.ask("GET", PLATFORM, "/admin/tenants").send().status, 405);
}

#[test]
fn head_is_get_without_the_body() {
    let world = World::new();
    let answer = world.ask("HEAD", FAMILY, "/v1/models").bearer(world.family()).send();
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
}

#[test]
fn every_response_has_its_id_and_is_not_kept() {
    let world = World::new();
    for path in ["/healthz", "/nowhere", "/me/balance", "/openapi.json"] {
        let answer = world.ask("GET", FAMILY, path).send();
        assert!(answer.header("x-request-id").unwrap().starts_with("req_"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        if path != "/openapi.json" {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        }
    }
    let id = |answer: crate::support::Answer| answer.header("x-request-id").unwrap().to_owned();
    let (one, two) = (world.ask("GET", FAMILY, "/x").send(), world.ask("GET", FAMILY, "/x").send());
    assert_eq!(one.json()["request_id"], json!(one.header("x-request-id").unwrap()));
    assert_ne!(id(one), id(two));
}

#[test]
fn a_host_has_many_spellings_and_one_tenant() {
    let world = World::new();
    let token = world.family();
    for host in ["family.localhost", "FAMILY.localhost:8787", "family.localhost."] {
        let answer = world.ask("GET", host, "/v1/models").bearer(&token).send();
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[test]
fn forwarded_hosts_count_from_configured_proxies_only() {
    let secrets = [
        ("POSTERN_ENV", "dev"),
        ("JWT_DEV_KEY", crate::support::SECRET),
        ("TRUSTED_PROXIES", "10.0.0.0/8"),
    ];
    let world = World::with(Layout::PerShard, &secrets);
    let token = world.family();
    let ask = || world.ask("GET", "nobody.localhost", "/v1/models").bearer(&token);
    let ask = || ask().header("x-forwarded-host", FAMILY);
    assert_eq!(ask().send().status, 404);
    assert_eq!(ask().from("203.0.113.1").send().status, 404);
    assert_eq!(ask().from("10.1.2.3").send().status, 200);
}

#[test]
fn nothing_of_development_exists_in_production() {
    let secrets = [("JWT_DEV_KEY", crate::support::SECRET), ("SHARED_DOMAINS", "localhost")];
    let world = World::with(Layout::PerShard, &secrets);
    assert_eq!(world.ask("GET", FAMILY, "/v1/models").bearer(world.family()).send().status, 404);
    // The operators' tenant exists, and development's issuer is not one of its.
    let ask = world.ask("POST", PLATFORM, "/admin/tenants").bearer(world.admin("postern"));
    let answer = ask.json(&json!({})).send();
    assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_credentials"));
}

#[test]
fn a_wrong_setting_stops_everything_but_the_sign_of_life() {
    let world = World::with(Layout::PerShard, &[("POSTERN_ENV", "staging")]);
    assert_eq!(world.ask("GET", FAMILY, "/healthz").send().status, 200);
    let answer = world.ask("GET", FAMILY, "/v1/models").send();
    assert_eq!((answer.status, answer.code().as_str()), (500, "misconfigured"));
    assert!(!answer.text.contains("POSTERN_ENV"));
}

#[test]
fn the_directory_is_asked_once_in_half_a_minute() {
    let world = World::new();
    let reads = || world.host.kv().reads();
    let ask = |host: &str| world.ask("GET", host, "/nowhere").send().status;
    for host in [FAMILY, "nobody.localhost"] {
        ask(host);
        let before = reads();
        ask(host);
        ask(host);
        assert_eq!(reads(), before, "{host}");
        world.host.clock().advance(30_000);
        ask(host);
        assert!(reads() > before, "{host}");
    }
}

#[test]
fn the_last_good_answer_serves_when_the_directory_is_down() {
    let world = World::new();
    let token = world.family();
    let models = |host| world.ask("GET", host, "/v1/models").bearer(&token).send().status;
    assert_eq!(models(FAMILY), 200);
    world.host.kv().set_down(true);
    world.host.clock().advance(3_000_000);
    let token = world.family();
    let models = |host| world.ask("GET", host, "/v1/models").bearer(&token).send().status;
    assert_eq!(models(FAMILY), 200);
    assert_eq!(models("stories.localhost"), 503);
    world.host.kv().set_down(false);
    world.host.clock().advance(30_000);
    assert_eq!(models(FAMILY), 200);
}

#[test]
fn a_browser_is_told_what_the_tenant_lets_it_do() {
    let world = World::new();
    let id = world.tenant("shop", json!({"cors_origins": ["https://app.example"]}));
    let preflight = |origin: &str| {
        let ask = world.ask("OPTIONS", "shop.localhost", "/v1/chat/completions");
        let ask = ask.header("origin", origin).header("access-control-request-method", "POST");
        ask.send()
    };
    let allowed = preflight("https://app.example");
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.header("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(allowed.header("access-control-allow-methods"), Some("POST"));
    assert!(allowed.header("access-control-allow-headers").unwrap().contains("authorization"));
    assert_eq!(allowed.header("vary"), Some("origin"));
    let refused = preflight("https://evil.example");
    assert_eq!(refused.header("access-control-allow-origin"), None);
    assert_eq!(refused.header("access-control-allow-methods"), None);

    let token = world.token("shop", json!({"tenant": id}));
    let ask = world.ask("GET", "shop.localhost", "/v1/models").bearer(token);
    let answer = ask.header("origin", "https://app.example").send();
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("x-request-id"));
    // An error can be read by the page too, or nobody could tell what went wrong.
    let ask = world.ask("GET", "shop.localhost", "/v1/models");
    let answer = ask.header("origin", "https://app.example").send();
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"));
}
