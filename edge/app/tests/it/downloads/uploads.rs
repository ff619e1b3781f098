use super::*;
use crate::support::{Does, PIECE, hundred_megabytes};
use http::StatusCode;

/// Of `hello`.
const CHECKSUM: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

fn announcement() -> Value {
    json!({"fileName": "Song.mp3", "contentType": "audio/mpeg", "size": 5, "checksum": CHECKSUM})
}

fn admin<'w>(world: &'w World, method: &str, path: &str) -> Ask<'w> {
    world.ask(method, MARKET, path).bearer(world.admin("market"))
}

fn announce(world: &World) -> Value {
    let answer = admin(world, "POST", "/upload/url").json(&announcement()).send();
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

fn path_of(place: &Value) -> String {
    format!("/upload/{}", place["assetId"].as_str().unwrap())
}

#[test]
fn a_file_comes_through_here_where_there_is_no_store() {
    let world = world();
    let place = announce(&world);
    let path = path_of(&place);
    assert_eq!(place["url"], format!("http://{MARKET}{path}"));
    assert_eq!(announce(&world)["assetId"], place["assetId"], "announced twice, awaited once");
    let complete = || admin(&world, "POST", &format!("{path}/complete")).send();
    assert_eq!(told(&complete()), refused(409, "not_uploaded"));
    for (bytes, code) in [("hello!", "upload_size_differs"), ("hallo", "upload_checksum_differs")] {
        assert_eq!(told(&admin(&world, "PUT", &path).body(bytes).send()), refused(409, code));
    }
    assert_eq!(told(&complete()), refused(409, "not_uploaded"));
    assert_eq!(admin(&world, "PUT", &path).body("hello").send().status, 204);
    assert_eq!(admin(&world, "PUT", &path).body("hello").send().status, 204);
    for _ in 0..2 {
        let answer = complete();
        assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("ready")));
    }
    assert_eq!(
        told(&admin(&world, "PUT", &path).body("hello").send()),
        refused(409, "upload_over")
    );
    let listed = admin(&world, "GET", "/admin/assets?limit=1").send().json();
    assert!(listed["next"].is_string() && listed["data"].as_array().unwrap().len() == 1);
    let mut large = announcement();
    large["size"] = json!(32 * 1024 * 1024 + 1);
    let answer = admin(&world, "POST", "/upload/url").json(&large).send();
    assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some("size")));
    assert_eq!(world.ask("POST", MARKET, "/upload/url").json(&announcement()).send().status, 401);
}

/// A gateway may let a hundred megabytes through for a file of five bytes.
#[test]
fn of_what_is_longer_than_announced_little_is_read() {
    let world = world();
    let path = path_of(&announce(&world));
    let (body, fetched) = hundred_megabytes();
    let answer = admin(&world, "PUT", &path).body(body).send();
    assert_eq!(told(&answer), refused(409, "upload_size_differs"));
    assert_eq!(fetched.get(), PIECE);
    assert_eq!(admin(&world, "PUT", &path).body("hello").send().status, 204);
}

fn with_store() -> World {
    world_with(&[
        ("S3_ENDPOINT", "https://files.example"),
        ("S3_BUCKET", "shop"),
        ("S3_REGION", "auto"),
        ("S3_ACCESS_KEY_ID", "id"),
        ("S3_SECRET_ACCESS_KEY", "secret"),
    ])
}

#[test]
fn a_store_takes_the_file_itself_and_is_asked_what_it_has() {
    let world = with_store();
    let place = announce(&world);
    let url = place["url"].as_str().unwrap();
    assert!(url.starts_with("https://files.example/shop/assets/ten_market/ast_"), "{url}");
    assert_eq!(place["headers"]["x-amz-checksum-sha256"], CHECKSUM);
    assert_eq!(place["expiresAtMs"], world.host.clock().now().0 + 3_600_000);
    let path = path_of(&place);
    assert_eq!(
        told(&admin(&world, "PUT", &path).body("hello").send()),
        refused(409, "upload_over")
    );
    let complete = || told(&admin(&world, "POST", &format!("{path}/complete")).send());
    world.provider.will(Does::Says(StatusCode::NOT_FOUND, String::new()));
    assert_eq!(complete(), refused(409, "not_uploaded"));
    assert_eq!(complete(), refused(503, "store_unavailable"));
    let stored = |size: &'static str, kind: &'static str, checksum: Option<&'static str>| {
        world.host.http().script(move |request| {
            assert_eq!(request.method(), "HEAD");
            let mut response = http::Response::builder().header("content-length", size);
            response = response.header("content-type", kind);
            if let Some(checksum) = checksum {
                response = response.header("x-amz-checksum-sha256", checksum);
            }
            let response = response.body(ports::Body::empty()).unwrap();
            async move { Ok(response) }
        });
    };
    let other = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    for (size, kind, checksum, code) in [
        ("6", "audio/mpeg", Some(CHECKSUM), "upload_size_differs"),
        ("5", "text/html", Some(CHECKSUM), "upload_type_differs"),
        ("5", "audio/mpeg", Some(other), "upload_checksum_differs"),
        ("5", "audio/mpeg", None, "upload_checksum_missing"),
    ] {
        stored(size, kind, checksum);
        assert_eq!(complete(), refused(409, code));
    }
    stored("5", "audio/mpeg", Some(CHECKSUM));
    let answer = admin(&world, "POST", &format!("{path}/complete")).send();
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("ready")));
}

#[test]
fn a_scanner_has_the_last_word() {
    let world = world_with(&[("MALWARE_SCAN_URL", "https://scanner.example/scan")]);
    let place = announce(&world);
    let (path, id) = (path_of(&place), place["assetId"].as_str().unwrap());
    admin(&world, "PUT", &path).body("hello").send();
    let complete = || admin(&world, "POST", &format!("{path}/complete")).send();
    assert_eq!(told(&complete()), refused(503, "scanner_unavailable"));
    world.provider.will(Does::Says(StatusCode::ACCEPTED, String::new()));
    assert_eq!(complete().json()["status"], "scanning");
    let scan = format!("/internal/scans/{id}");
    let told_scanner = json!({"asset": id, "url": format!("http://{MARKET}{scan}")});
    assert_eq!(world.provider.asked().last(), Some(&told_scanner));
    for key in ["", "Bearer ", "Bearer machines", "Bearer machines only!"] {
        for method in ["GET", "POST"] {
            let ask = world.ask(method, MARKET, &scan).header("authorization", key);
            let answer = ask.json(&json!({"verdict": "clean"})).send();
            assert_eq!(told(&answer), refused(401, "internal_key_required"), "{key}");
        }
    }
    let machine = |method: &str| world.ask(method, MARKET, &scan).bearer("machines only");
    assert_eq!(machine("GET").send().text, "hello");
    let verdict = |verdict: &str| machine("POST").json(&json!({"verdict": verdict})).send();
    assert_eq!(verdict("clean").json()["status"], "ready");
    assert_eq!(verdict("clean").status, 200);
    assert_eq!(verdict("infected").json()["status"], "quarantined");
    assert_eq!(told(&verdict("clean")), refused(409, "upload_over"));
}
