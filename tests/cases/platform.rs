use conformance::{PLATFORM, World, read};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn the_platform_lives_and_is_ready() {
    let world = World::new();
    let (status, body) = read(world.get("anything.example", "/healthz")).await;
    assert_eq!((status, body["status"].as_str()), (200, Some("ok")));
    let (status, body) = read(world.get("anything.example", "/readyz")).await;
    assert_eq!((status, body["checks"]["sql"].as_str()), (200, Some("ok")), "{body}");
}

#[tokio::test]
async fn the_interface_describes_itself() {
    let world = World::new();
    let (status, body) = read(world.get("family.localhost", "/openapi.json")).await;
    assert_eq!(status, 200);
    assert_eq!(body["openapi"], "3.1.0");
    let paths = body["paths"].as_object().unwrap();
    assert!(paths.contains_key("/v1/chat/completions"));
    // Every path that it describes exists: none answers that it does not know the method.
    for (path, operations) in paths {
        for method in operations.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap();
            let host =
                if path.starts_with("/admin/tenants") { PLATFORM } else { "family.localhost" };
            let path = path.replace(['{', '}'], "x");
            let (status, told) = read(world.ask(method.clone(), host, &path)).await;
            // A link that proves nothing is answered as if there were none.
            let is_there = status != 404 || told["code"] == "link_broken";
            assert!(is_there && status != 405, "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn responses_have_an_id_and_say_how_to_be_treated() {
    let world = World::new();
    for path in ["/healthz", "/nowhere", "/v1/models"] {
        let response = world.get("family.localhost", path).send().await.unwrap();
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap();
        assert!(header("x-request-id").starts_with("req_"), "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(response.headers().contains_key("content-length"), "{path}");
    }
}

#[tokio::test]
async fn one_answer_for_everything_that_is_not_there() {
    let world = World::new();
    let strip = |mut problem: Value| {
        problem.as_object_mut().unwrap().remove("request_id");
        problem
    };
    let (status, unknown_path) = read(world.get("family.localhost", "/nowhere")).await;
    assert_eq!(status, 404);
    for (host, path) in [
        ("nobody.localhost", "/me/balance"),
        ("shop.nobody.example", "/v1/models"),
        ("family.localhost", "/admin/nowhere"),
        (PLATFORM, "/me/balance"),
    ] {
        let (status, problem) = read(world.get(host, path)).await;
        assert_eq!(status, 404, "{host}{path}");
        if path != "/v1/models" {
            assert_eq!(strip(problem), strip(unknown_path.clone()), "{host}{path}");
        }
    }
}

#[tokio::test]
async fn another_method_is_told_what_there_is() {
    let world = World::new();
    let response =
        world.ask(Method::DELETE, "family.localhost", "/v1/models").send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET, HEAD");
    let response = world.ask(Method::HEAD, "family.localhost", "/healthz").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn static_files_are_served() {
    let world = World::new();
    let response = world.get("family.localhost", "/favicon.svg").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "image/svg+xml");
    let paths = [
        "/../Cargo.toml",
        "/.env",
        "/%2e%2e/spin.toml",
        "/static/favicon.svg",
        "/_headers",
        "/.assetsignore",
        "/favicon.svg.gz",
        "/assets/none.css",
    ];
    for path in paths {
        let (status, _) = read(world.get("family.localhost", path)).await;
        assert_eq!(status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_has_a_hash_in_its_name_is_kept_for_ever() {
    let world = World::new();
    let manifest = std::fs::read(harness::root().join("target/assets/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let path = manifest["vendor/uplot.css"].as_str().unwrap();
    let get = || world.get("family.localhost", path);
    let response = get().send().await.unwrap();
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    let whole = response.bytes().await.unwrap();

    let known = get().header("if-none-match", &headers["etag"]).send().await.unwrap();
    assert_eq!(known.status(), 304);
    let head = world.ask(Method::HEAD, "family.localhost", path).send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["etag"], headers["etag"]);
    assert_eq!(head.bytes().await.unwrap(), "");

    let packed = get().header("accept-encoding", "gzip, br").send().await.unwrap();
    let headers_packed = packed.headers().clone();
    assert!(packed.bytes().await.unwrap().len() < whole.len());
    // Workers Assets compress on the way out: at Cloudflare as the client likes it best, in
    // development with gzip.
    if world.is_spin() {
        assert_eq!(headers_packed["content-encoding"], "br");
        assert_eq!(headers_packed["vary"], "accept-encoding");
        assert_ne!(headers_packed["etag"], headers["etag"]);
    }
}
