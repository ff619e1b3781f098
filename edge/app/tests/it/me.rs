use crate::support::{FAMILY, World, question, whole};
use serde_json::{Value, json};

#[test]
fn a_new_account_finds_the_welcome_once() {
    let world = World::new();
    let token = world.family();
    assert_eq!(world.wallet(FAMILY, &token), (1_000_000, 0, 1_000_000));
    assert_eq!(world.wallet(FAMILY, &token), (1_000_000, 0, 1_000_000));
    assert_eq!(
        world.wallet(FAMILY, &world.token("family", json!({"account": "acc_b"}))).0,
        1_000_000
    );
}

#[test]
fn an_account_without_transfers_has_nothing() {
    let world = World::new();
    let id = world.tenant("shop", json!({}));
    let token = world.token("shop", json!({"tenant": id}));
    let answer = world.ask("GET", "shop.localhost", "/me/balance").bearer(&token).send();
    let nothing = json!({"asset": "tokens", "posted": 0, "held": 0, "available": 0});
    assert_eq!(answer.json(), json!({"balances": [nothing], "lots": []}));
    let answer = world.ask("GET", "shop.localhost", "/me/transfers").bearer(&token).send();
    assert_eq!(answer.json(), json!({"data": [], "next": null}));
}

#[test]
fn transfers_come_in_pages_newest_first() {
    let world = World::new();
    for _ in 0..4 {
        world.provider.will(whole("x", 1, 1));
        assert_eq!(world.chat(question(json!({}))).send().status, 200);
    }
    let page = |query: &str| {
        let path = format!("/me/transfers{query}");
        let answer = world.ask("GET", FAMILY, &path).bearer(world.family()).send();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let all = page("")["data"].as_array().unwrap().clone();
    // The welcome, and for each chat a hold and its end.
    assert_eq!(all.len(), 9);
    assert_eq!(all[8]["source"], "welcome");
    assert_eq!((&all[0]["kind"], &all[1]["kind"]), (&json!("settle"), &json!("reserve")));
    assert_eq!(all[0]["pending_id"], all[1]["id"]);

    let mut collected: Vec<Value> = Vec::new();
    let mut query = "?limit=2".to_owned();
    let mut pages = 0;
    loop {
        let page = page(&query);
        collected.extend(page["data"].as_array().unwrap().clone());
        pages += 1;
        match page["next"].as_str() {
            Some(next) => query = format!("?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((pages, collected), (5, all));
}

#[test]
fn wrong_pages_are_named() {
    let world = World::new();
    for (query, field) in
        [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("cursor=x", "cursor")]
    {
        let path = format!("/me/transfers?{query}");
        let answer = world.ask("GET", FAMILY, &path).bearer(world.family()).send();
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some(field)), "{query}");
    }
}

#[test]
fn nobody_sees_another_accounts_ledger() {
    let world = World::new();
    world.provider.will(whole("x", 1, 1));
    world.chat(question(json!({}))).send();
    let other = world.token("family", json!({"account": "acc_other"}));
    let answer = world.ask("GET", FAMILY, "/me/transfers").bearer(other).send();
    assert_eq!(answer.json()["data"].as_array().unwrap().len(), 1);
}

#[test]
fn a_database_out_of_reach_is_told_as_such() {
    let world = World::new();
    world.host.set_sql_down(true);
    for path in ["/me/balance", "/me/transfers"] {
        let answer = world.ask("GET", FAMILY, path).bearer(world.family()).send();
        assert_eq!((answer.status, answer.code().as_str()), (503, "temporarily_unavailable"));
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
}
