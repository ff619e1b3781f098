use super::*;
use futures::future::join_all;

#[test]
fn a_link_gives_the_file_as_often_as_it_says() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[("use_max", "50")]);
    let path = path_to(&world, "acc_a", TRACKS[0]);
    let head = bytes(&world, world.ask("HEAD", MARKET, &path));
    assert_eq!((head.status, head.header("content-length"), head.whole().len()), (200, "8044", 0));
    for _ in 0..3 {
        let file = get(&world, &path);
        assert_eq!(
            (file.status, file.whole().len(), &file.whole()[..4]),
            (200, 8_044, &b"RIFF"[..])
        );
        assert_eq!(file.header("content-type"), "audio/wav");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"01 Dawn.wav\"");
        assert_eq!(file.header("accept-ranges"), "bytes");
        assert_eq!(file.header("cache-control"), "private, no-store");
    }
    let answer = world.ask("GET", MARKET, &path).send();
    assert_eq!(told(&answer), refused(410, "link_used_up"));
    assert_eq!(number(&world, "SELECT uses FROM entitlement"), 3);
    let all = ["link granted", "fetch sent", "fetch sent", "fetch sent", "fetch link_used_up"];
    assert_eq!(outcomes(&world), all);
}

#[test]
fn of_two_hundred_at_once_one_uses_a_link_for_one() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[]);
    let path = path(&link(&world, "acc_a", &json!({"assetId": TRACKS[0], "usesMax": 1})));
    let all = (0..200).map(|n| {
        // Of several programs, so that none goes on with what another has begun.
        world.ask("GET", MARKET, &path).header("user-agent", format!("program {n}")).answer()
    });
    let answers = world.host.run(join_all(all));
    let sent = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((sent, number(&world, "SELECT count(*) FROM download_use")), (1, 1));
    assert_eq!(number(&world, "SELECT uses FROM entitlement"), 1);
    assert!(answers.iter().all(|a| matches!(a.status, 200 | 410 | 429)), "{:?}", answers.last());
}

#[test]
fn the_rights_own_cap_counts_over_all_links() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[("use_max", "2")]);
    let paths = [0, 1].map(|track| path_to(&world, "acc_a", TRACKS[track]));
    assert_eq!(get(&world, &paths[0]).status, 200);
    assert_eq!(get(&world, &paths[1]).status, 200);
    let answer = world.ask("GET", MARKET, &paths[0]).send();
    assert_eq!(told(&answer), refused(403, "download_limit_reached"));
    let link = link(&world, "acc_a", &json!({"assetId": TRACKS[2]}));
    assert_eq!(told(&link), refused(403, "download_limit_reached"));
    assert_eq!(number(&world, "SELECT sum(uses_left) FROM download_grant"), 4);
}

#[test]
fn what_was_paid_back_is_not_sent() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[]);
    let path = path_to(&world, "acc_a", TRACKS[0]);
    refund(&world, "one", 1_200);
    let answer = world.ask("GET", MARKET, &path).send();
    assert_eq!(told(&answer), refused(403, "entitlement_refunded"));
    refund(&world, "one", 0);
    dispute(&world, "one", UNDECIDED);
    assert_eq!(told(&world.ask("GET", MARKET, &path).send()), refused(403, "entitlement_disputed"));
    assert_eq!(number(&world, "SELECT uses_left FROM download_grant"), 3);
    assert_eq!(number(&world, "SELECT count(*) FROM download_use"), 0);
}

#[test]
fn a_person_is_told_on_a_page() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[]);
    let path = path_to(&world, "acc_a", TRACKS[0]);
    refund(&world, "one", 1_200);
    let ask = world.ask("GET", MARKET, &path).header("accept", "text/html,*/*;q=0.8");
    let page = ask.send();
    assert_eq!((page.status, page.header("content-type")), (403, Some("text/html; charset=utf-8")));
    assert!(page.text.contains("entitlement_refunded") || page.text.contains("refund"), "{page:?}");
}

#[test]
fn who_has_begun_goes_on_where_it_broke() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[("use_max", "1")]);
    let path = path(&link(&world, "acc_a", &json!({"assetId": TRACKS[0], "usesMax": 1})));
    let from = |address: &str, range: &str, tag: Option<&str>| {
        let mut ask = world.ask("GET", MARKET, &path).from(address).header("range", range);
        if let Some(tag) = tag {
            ask = ask.header("if-range", tag);
        }
        bytes(&world, ask)
    };
    let first = from("203.0.113.1", "bytes=0-", None);
    let tag = first.header("etag").to_owned();
    assert_eq!((first.status, first.header("content-range")), (206, "bytes 0-8043/8044"));
    for start in [100, 200] {
        let range = format!("bytes={start}-");
        let part = from("203.0.113.1", &range, Some(&tag));
        assert_eq!((part.status, part.whole()), (206, &first.whole()[start..]));
    }
    assert_eq!(number(&world, "SELECT resumes_left FROM download_use"), 98);
    // Another client has not begun, and this one may not begin again.
    assert_eq!(from("203.0.113.2", "bytes=100-", None).status, 403);
    assert_eq!(from("203.0.113.1", "bytes=0-", None).status, 403);
    assert_eq!(from("203.0.113.1", "bytes=100-", Some("\"other\"")).status, 403);
    let beyond = from("203.0.113.1", "bytes=9000-", None);
    assert_eq!(beyond.status, 403, "which begins nothing, and nothing is left");
    refund(&world, "one", 1_200);
    assert_eq!(from("203.0.113.1", "bytes=100-", None).status, 403);
    refund(&world, "one", 0);
    sql(&world, "UPDATE download_use SET resumes_left = 1");
    assert_eq!(from("203.0.113.1", "bytes=100-", None).status, 206);
    assert_eq!(from("203.0.113.1", "bytes=100-", None).status, 403);
    assert_eq!(number(&world, "SELECT count(*) FROM download WHERE outcome = 'resumed'"), 3);
}

#[test]
fn what_is_there_already_and_what_is_not_cost_nothing() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[]);
    let path = path_to(&world, "acc_a", TRACKS[0]);
    let tag = bytes(&world, world.ask("HEAD", MARKET, &path)).header("etag").to_owned();
    let same = bytes(&world, world.ask("GET", MARKET, &path).header("if-none-match", &tag));
    assert_eq!((same.status, same.whole().len()), (304, 0));
    let beyond = bytes(&world, world.ask("GET", MARKET, &path).header("range", "bytes=9000-"));
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */8044"));
    sql(&world, "UPDATE asset SET blob_key = 'assets/nowhere/' || id");
    let lost = world.ask("GET", MARKET, &path).send();
    assert_eq!(told(&lost), refused(503, "store_unavailable"));
    assert_eq!(number(&world, "SELECT uses_left FROM download_grant"), 3);
}

#[test]
fn links_count_where_and_while_they_were_made_for() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[]);
    let path = path_to(&world, "acc_a", TRACKS[0]);
    let other = world.ask("GET", "family.localhost", &path).send();
    assert_eq!(told(&other), refused(404, "link_broken"));
    let mut changed = path.clone().into_bytes();
    changed[20] = if changed[20] == b'A' { b'B' } else { b'A' };
    for wrong in [String::from_utf8(changed).unwrap(), "/d/x".to_owned(), format!("{path}A")] {
        assert_eq!(told(&world.ask("GET", MARKET, &wrong).send()), refused(404, "link_broken"));
    }
    assert_eq!(outcomes(&world), ["link granted"], "strangers write nothing");
    // A row that somebody has changed proves nothing.
    sql(&world, "UPDATE download_grant_asset SET asset_id = 'ast_demo_reading'");
    assert_eq!(told(&world.ask("GET", MARKET, &path).send()), refused(404, "link_broken"));
    world.host.clock().advance(15 * 60_000);
    assert_eq!(told(&world.ask("GET", MARKET, &path).send()), refused(410, "link_expired"));
    assert_eq!(outcomes(&world), ["link granted", "fetch link_broken", "fetch link_expired"]);
}

#[test]
fn a_public_store_sends_the_file_itself() {
    let settings = [
        ("S3_ENDPOINT", "https://files.example"),
        ("S3_BUCKET", "shop"),
        ("S3_REGION", "auto"),
        ("S3_ACCESS_KEY_ID", "id"),
        ("S3_SECRET_ACCESS_KEY", "secret"),
        ("S3_PUBLIC", "true"),
    ];
    let world = world_with(&settings);
    bought(&world, "acc_a", ALBUM, "one", &[]);
    let path = path_to(&world, "acc_a", TRACKS[0]);
    let answer = world.ask("GET", MARKET, &path).send();
    let location = answer.header("location").unwrap();
    assert_eq!((answer.status, answer.header("cache-control")), (302, Some("private, no-store")));
    assert!(location.starts_with("https://files.example/shop/assets/ten_market/ast_demo_dawn?"));
    assert!(
        location.contains("X-Amz-Expires=300")
            && location.contains("response-content-disposition=")
    );
    assert_eq!(number(&world, "SELECT uses_left FROM download_grant"), 2);
}
