use super::*;

#[test]
fn what_was_bought_is_listed_with_its_files() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[("device_max", "5"), ("use_max", "50")]);
    bought(&world, "acc_a", BOOK, "two", &[("licence", "'Mine.'")]);
    bought(&world, "acc_b", ALBUM, "other", &[]);
    let page = as_account(&world, "acc_a", "GET", "/me/entitlements?limit=1").send().json();
    let newest = &page["data"][0];
    assert_eq!((&newest["id"], &newest["name"]), (&json!("ent_two"), &json!("Demo book")));
    assert_eq!((&newest["licence"], &newest["licensed_at_ms"]), (&json!("Mine."), &Value::Null));
    let next = format!("/me/entitlements?limit=1&cursor={}", page["next"].as_str().unwrap());
    let page = as_account(&world, "acc_a", "GET", &next).send().json();
    let album = &page["data"][0];
    assert_eq!((&page["next"], &album["state"]), (&Value::Null, &json!("active")));
    assert_eq!(album["devices"], json!({"used": 0, "max": 5}));
    assert_eq!(album["uses"], json!({"used": 0, "max": 50}));
    let file = json!({"id": TRACKS[0], "file_name": "01 Dawn.wav", "content_type": "audio/wav", "size": 8_044});
    assert_eq!((album["assets"].as_array().unwrap().len(), &album["assets"][0]), (3, &file));
}

#[test]
fn states_follow_the_money_and_the_time() {
    let world = world();
    let state = |account: &str| entitlements(&world, account).json()["data"][0]["state"].clone();
    let link = || link(&world, "acc_a", &json!({"assetId": TRACKS[0]}));
    bought(&world, "acc_a", ALBUM, "one", &[]);
    refund(&world, "one", 1);
    assert_eq!((state("acc_a"), link().status), (json!("active"), 201));
    dispute(&world, "one", UNDECIDED);
    assert_eq!(state("acc_a"), "suspended");
    assert_eq!(told(&link()), refused(403, "entitlement_disputed"));
    dispute(&world, "one", "won");
    assert_eq!((state("acc_a"), link().status), (json!("active"), 201));
    refund(&world, "one", 1_200);
    assert_eq!(state("acc_a"), "refunded");
    assert_eq!(told(&link()), refused(403, "entitlement_refunded"));
    let over = (world.host.clock().now().0 + 1_000).to_string();
    bought(&world, "acc_b", ALBUM, "two", &[("expires_at_ms", &over)]);
    assert_eq!(state("acc_b"), "active");
    world.host.clock().advance(1_000);
    assert_eq!(state("acc_b"), "expired");
    let link = super::link(&world, "acc_b", &json!({"assetId": TRACKS[0]}));
    assert_eq!(told(&link), refused(403, "entitlement_expired"));
    let attempts = [
        "granted",
        "entitlement_disputed",
        "granted",
        "entitlement_refunded",
        "entitlement_expired",
    ];
    assert_eq!(outcomes(&world), attempts.map(|outcome| format!("link {outcome}")));
}

#[test]
fn nobody_gets_what_another_has_bought() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[]);
    for asset in [TRACKS[0], READING, "ast_unknown"] {
        let answer = link(&world, "acc_b", &json!({"assetId": asset}));
        assert_eq!(told(&answer), refused(403, "not_entitled"), "{asset}");
    }
    let all = json!({"assetIds": [TRACKS[0], READING]});
    assert_eq!(told(&link(&world, "acc_a", &all)), refused(403, "not_entitled"));
    let other = json!({"assetId": TRACKS[0], "entitlementId": "ent_other"});
    assert_eq!(told(&link(&world, "acc_a", &other)), refused(403, "not_entitled"));
    assert_eq!(number(&world, "SELECT count(*) FROM download_grant"), 0);
    assert_eq!(number(&world, "SELECT count(*) FROM download WHERE outcome = 'not_entitled'"), 5);
}

#[test]
fn a_licence_is_accepted_first() {
    let world = world();
    bought(&world, "acc_a", BOOK, "one", &[("licence", "'Mine.'")]);
    let wanted = json!({"assetId": READING});
    assert_eq!(told(&link(&world, "acc_a", &wanted)), refused(403, "licence_not_accepted"));
    let accept = |account: &str, accept: Value| {
        let ask = as_account(&world, account, "POST", "/me/entitlements/ent_one/licence");
        ask.json(&json!({"accept": accept})).send()
    };
    assert_eq!(accept("acc_b", json!(true)).status, 404);
    assert_eq!(told(&accept("acc_a", json!(false))), refused(422, "invalid_field"));
    let first = accept("acc_a", json!(true)).json()["licensed_at_ms"].clone();
    assert_eq!(first, world.host.clock().now().0);
    world.host.clock().advance(1_000);
    assert_eq!(accept("acc_a", json!(true)).json()["licensed_at_ms"], first);
    assert_eq!(link(&world, "acc_a", &wanted).status, 201);
    bought(&world, "acc_b", BOOK, "two", &[("licence", "'Mine.'")]);
    let accepting = json!({"assetId": READING, "acceptLicence": true});
    assert_eq!(link(&world, "acc_b", &accepting).status, 201);
    assert!(entitlements(&world, "acc_b").json()["data"][0]["licensed_at_ms"].is_number());
}

#[test]
fn devices_are_counted_and_a_known_one_comes_back() {
    let world = world();
    bought(&world, "acc_a", ALBUM, "one", &[("device_max", "2")]);
    let from = |device: &str| {
        told_or(&link(&world, "acc_a", &json!({"assetId": TRACKS[0], "deviceId": device})))
    };
    fn told_or(answer: &Answer) -> (u16, String) {
        (answer.status, if answer.status == 201 { String::new() } else { answer.code() })
    }
    assert_eq!(from("phone"), refused(201, ""));
    let by_header = as_account(&world, "acc_a", "POST", "/downloads/link");
    let by_header = by_header.header("x-device-id", "phone").json(&json!({"assetId": TRACKS[0]}));
    assert_eq!(by_header.send().status, 201);
    assert_eq!(from("pad"), refused(201, ""));
    assert_eq!(from("television"), refused(403, "device_limit_reached"));
    assert_eq!(from("phone"), refused(201, ""));
    assert_eq!(
        entitlements(&world, "acc_a").json()["data"][0]["devices"],
        json!({"used": 2, "max": 2})
    );
    // Nothing that is kept says which device it is, and new keys do not make it another.
    let kept = sql(&world, "SELECT group_concat(device_hash) FROM device");
    assert!(!kept[0].text(0).unwrap().contains("phone"));
    let world = world.restarted();
    world.host.set_secret(
        "DOWNLOAD_KEYS",
        &format!("newest=AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=,{KEYS}"),
    );
    assert_eq!(
        link(&world, "acc_a", &json!({"assetId": TRACKS[0], "deviceId": "pad"})).status,
        201
    );
}

#[test]
fn wrong_requests_are_named() {
    let world = world();
    for (wanted, field) in [
        (json!({}), "assetId"),
        (json!({"assetId": TRACKS[0], "assetIds": [TRACKS[1]]}), "assetId"),
        (json!({"assetIds": []}), "assetIds"),
        (json!({"assetIds": [TRACKS[0], TRACKS[0]]}), "assetIds[1]"),
        (json!({"assetId": TRACKS[0], "deviceId": "a b"}), "deviceId"),
        (json!({"assetId": TRACKS[0], "usesMax": 0}), "usesMax"),
        (json!({"assetId": TRACKS[0], "usesMax": 11}), "usesMax"),
        (json!({"assetId": "song"}), "assetId"),
    ] {
        let answer = link(&world, "acc_a", &wanted);
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (422, Some(field)),
            "{wanted}"
        );
    }
}
