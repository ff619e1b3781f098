use super::*;

#[test]
fn too_many_attempts_wait_and_many_more_are_told_and_not_kept() {
    let world = world();
    let attempt = || link(&world, "acc_a", &json!({"assetId": TRACKS[0]}));
    for n in 0..60 {
        assert_eq!(told(&attempt()), refused(403, "not_entitled"), "{n}");
    }
    world.host.clock().advance(1_000);
    let answer = attempt();
    assert_eq!(told(&answer), refused(429, "too_many_downloads"));
    assert_eq!(answer.header("retry-after"), Some("599"));
    assert_eq!(number(&world, "SELECT count(*) FROM alert"), 0);
    for _ in 61..320 {
        assert_eq!(attempt().status, 429);
    }
    let alert = sql(&world, "SELECT kind, subject, details FROM alert");
    assert_eq!((alert.len(), alert[0].text(0).unwrap()), (1, "download_abuse"));
    assert!(alert[0].text(1).unwrap().starts_with("acc_a "), "{alert:?}");
    assert!(alert[0].text(2).unwrap().contains("hammering"), "{alert:?}");
    assert_eq!(number(&world, "SELECT count(*) FROM download"), 300);
    // Others are not kept waiting, and neither is this one for ever.
    bought(&world, "acc_b", ALBUM, "two", &[]);
    assert_eq!(link(&world, "acc_b", &json!({"assetId": TRACKS[0]})).status, 201);
    world.host.clock().advance(600_000);
    assert_eq!(told(&attempt()), refused(403, "not_entitled"));
}

#[test]
fn a_link_that_goes_round_is_stopped() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[]);
    let path = path(&link(&world, "acc_a", &json!({"assetId": TRACKS[0], "usesMax": 10})));
    let from = |n: u8| {
        bytes(&world, world.ask("GET", MARKET, &path).from(&format!("203.0.113.{n}"))).status
    };
    // The link was asked for from an address that is not known, which counts as one.
    for n in 1..=4 {
        assert_eq!(from(n), 200);
    }
    assert_eq!(from(5), 429);
    assert_eq!(from(1), 429, "from now on for everybody, since nobody knows whose it is");
    let alert = sql(&world, "SELECT details FROM alert");
    assert!(alert[0].text(0).unwrap().contains("shared_link"), "{alert:?}");
}

#[test]
fn what_is_counted_is_found_by_an_index() {
    let world = world();
    for file in [
        "download_seen",
        "download_note",
        "grant_open",
        "entitlement_page",
        "entitlement_for_assets",
        "download_use_spend",
        "download_use_resume",
    ] {
        let path = format!("{}/src/store/{file}.sql", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let mut text = format!("EXPLAIN QUERY PLAN {text}");
        for n in (1..=12).rev() {
            text = text.replace(&format!("?{n}"), "'1'");
        }
        for row in sql(&world, &text) {
            let step = row.text(3).unwrap();
            // Lists that came with the statement, and results that are bounded, are read whole.
            let is_short = ["wanted", "json_each", "subquery", "CONSTANT", "("]
                .iter()
                .any(|known| step.contains(known));
            assert!(!step.starts_with("SCAN") || is_short, "{file}: {step}");
            // How disputes are found is the matter of the view `order_state`.
            let reads_a_tenant = step.ends_with("(tenant_id=?)") && !step.contains("dispute");
            assert!(!reads_a_tenant, "{file}: {step}");
        }
    }
}
