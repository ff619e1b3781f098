//! The log of what administrators have done: that it is one chain, and that nothing in it can be
//! changed unseen.

use crate::support::{FAMILY, PLATFORM, World};
use futures::{FutureExt, future::join_all};
use kernel::Region;
use ports::{Clock, Host, Row, Shard, Sql, Statement, Tasks};
use serde_json::{Value, json};

const TAMPER: [&str; 3] = [
    "DROP TRIGGER audit_is_never_changed",
    "DROP TRIGGER audit_is_never_deleted",
    "DROP TRIGGER audit_follows",
];

fn sql(world: &World, text: &str) -> Vec<Row> {
    let shard = Shard::Tenant { tenant: "ten_family".parse().unwrap(), region: Region::Auto };
    let statement = Statement::new(text.to_owned().leak(), []);
    world.host.run(world.host.sql(&shard).query(statement)).unwrap()
}

/// Somebody who has the database's file does this.
fn tamper(world: &World, text: &str) {
    TAMPER.iter().for_each(|drop| drop_trigger(world, drop));
    sql(world, text);
}

fn drop_trigger(world: &World, text: &str) {
    sql(world, &text.replace("DROP TRIGGER", "DROP TRIGGER IF EXISTS"));
}

fn act(world: &World, n: usize) {
    let ask = world.ask("POST", FAMILY, &format!("/admin/accounts/acc_{n}/grants"));
    let ask = ask.bearer(world.admin("family")).header("idempotency-key", "k");
    assert_eq!(ask.json(&json!({"tokens": 1})).send().status, 201);
}

/// A family with so many entries in its log.
fn family(entries: usize) -> World {
    let world = World::new();
    (0..entries).for_each(|n| act(&world, n));
    world
}

fn verify(world: &World, after: Option<&str>) -> Value {
    let query = after.map(|after| format!("?after={after}")).unwrap_or_default();
    let ask = world.ask("GET", FAMILY, &format!("/admin/audit/verify{query}"));
    let answer = ask.bearer(world.admin("family")).send();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The head that a verdict names, as `after` takes it.
fn noted(verdict: &Value) -> String {
    let head = &verdict["head"];
    format!("{}.{}", head["seq"], head["hash"].as_str().unwrap())
}

#[test]
fn what_is_done_is_added_to_the_chain() {
    let world = family(0);
    let nothing = json!({"entries": 0, "unchained": 0, "intact": true, "head": null,
                         "broken_at": null, "next": null});
    assert_eq!(verify(&world, None), nothing);
    (0..3).for_each(|n| act(&world, n));
    let verdict = verify(&world, None);
    assert_eq!((&verdict["entries"], &verdict["intact"]), (&json!(3), &json!(true)), "{verdict}");
    assert_eq!(verdict["head"]["seq"], 3);
    let hash = &sql(&world, "SELECT lower(hex(hash)) FROM audit WHERE seq = 3")[0];
    assert_eq!(verdict["head"]["hash"].as_str(), hash.text(0).ok());
    // To look is not to do.
    assert_eq!(verify(&world, None), verdict);
    // The operators have a log of their own.
    world.tenant("shop", json!({}));
    let ask = world.ask("GET", PLATFORM, "/admin/audit/verify").bearer(world.admin("postern"));
    assert_eq!(ask.send().json()["entries"], 1);
    assert_eq!(world.ask("GET", FAMILY, "/admin/audit/verify").send().status, 401);
    let ask = world.ask("GET", FAMILY, "/admin/audit/verify").bearer(world.family());
    assert_eq!(ask.send().status, 403);
}

#[test]
fn what_was_changed_in_the_database_is_found() {
    for change in [
        "UPDATE audit SET actor = 'acc_other' WHERE seq = 2",
        "UPDATE audit SET subject = 'acc_9' WHERE seq = 2",
        "UPDATE audit SET created_at_ms = created_at_ms + 1 WHERE seq = 2",
        "UPDATE audit SET hash = zeroblob(32) WHERE seq = 2",
        "UPDATE audit SET prev_hash = NULL WHERE seq = 2",
        "UPDATE audit SET seq = NULL WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = seq + 10 WHERE seq >= 2",
    ] {
        let world = family(4);
        tamper(&world, change);
        let verdict = verify(&world, None);
        let told = (&verdict["intact"], &verdict["broken_at"], &verdict["head"]["seq"]);
        assert_eq!(told, (&json!(false), &json!(2), &json!(1)), "{change}: {verdict}");
    }
    let world = family(2);
    tamper(&world, "DELETE FROM audit WHERE seq = 1");
    assert_eq!(verify(&world, None)["broken_at"], 1);
}

#[test]
fn whoever_noted_the_end_misses_it() {
    let world = family(3);
    let end = noted(&verify(&world, None));
    act(&world, 3);
    let verdict = verify(&world, Some(&end));
    assert_eq!((&verdict["entries"], &verdict["intact"]), (&json!(1), &json!(true)), "{verdict}");
    tamper(&world, "DELETE FROM audit WHERE seq >= 3");
    assert_eq!(verify(&world, None)["intact"], true);
    let verdict = verify(&world, Some(&end));
    assert_eq!((&verdict["intact"], &verdict["broken_at"]), (&json!(false), &json!(3)));
    // What takes its place is not what was noted.
    act(&world, 4);
    assert_eq!(verify(&world, Some(&end))["broken_at"], 3);
    for wrong in ["3", "0.ff", "x"] {
        let ask = world.ask("GET", FAMILY, &format!("/admin/audit/verify?after={wrong}"));
        let answer = ask.bearer(world.admin("family")).send();
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some("after")));
    }
}

#[test]
fn whoever_writes_at_once_leaves_one_chain() {
    let world = family(0);
    // The shard is there, and the sign-in of the first is not what they wait for.
    act(&world, 999);
    world.host.set_sql_takes_turns(true);
    let admin = world.admin("family");
    let asks = (0..20).map(|n| {
        let ask = world.ask("POST", FAMILY, &format!("/admin/accounts/acc_{n}/grants"));
        let ask = ask.bearer(&admin).header("idempotency-key", "k");
        ask.json(&json!({"tokens": 1})).answer()
    });
    let answers = world.host.run(join_all(asks));
    assert!(answers.iter().all(|answer| answer.status == 201));
    world.host.run_tasks();
    let verdict = verify(&world, None);
    assert_eq!((&verdict["entries"], &verdict["intact"]), (&json!(21), &json!(true)), "{verdict}");
}

#[test]
fn a_shard_that_is_out_of_reach_for_a_moment_misses_nothing() {
    let world = family(1);
    let ask = world.ask("POST", FAMILY, "/admin/accounts/acc_b/grants");
    let ask = ask.bearer(world.admin("family")).header("idempotency-key", "k");
    let answer = world.host.run(ask.json(&json!({"tokens": 1})).answer());
    assert_eq!(answer.status, 201);
    world.host.set_sql_down(true);
    let host = world.host.clone();
    let back = async move {
        host.clock().sleep(250).await;
        host.set_sql_down(false);
    };
    world.host.tasks().after_response(back.boxed_local());
    world.host.run_tasks();
    let verdict = verify(&world, None);
    assert_eq!((&verdict["entries"], &verdict["intact"]), (&json!(2), &json!(true)), "{verdict}");
}

#[test]
fn the_database_refuses_what_does_not_follow() {
    let world = family(2);
    let shard = Shard::Tenant { tenant: "ten_family".parse().unwrap(), region: Region::Auto };
    let insert = |seq: &str, prev_hash: &str, hash: &str| {
        let text = format!(
            "INSERT INTO audit (tenant_id, id, actor, action, subject, request_id, created_at_ms,
               seq, prev_hash, hash)
             VALUES ('ten_family', 'aud_forged', 'acc_a', 'x', 'y', 'req_z', 1, {seq}, {prev_hash}, {hash})"
        );
        world.host.run(world.host.sql(&shard).query(Statement::new(text.leak(), [])))
    };
    let of = |seq: i64| format!("(SELECT hash FROM audit WHERE seq = {seq})");
    let hash = "randomblob(32)";
    for (seq, prev_hash, hash) in [
        ("NULL", "NULL".to_owned(), "NULL"),
        ("3", of(2), "NULL"),
        ("3", "NULL".to_owned(), hash),
        ("3", of(1), hash),
        ("2", of(1), hash),
        ("4", of(2), hash),
        ("1", "zeroblob(32)".to_owned(), hash),
    ] {
        let refused = insert(seq, &prev_hash, hash).unwrap_err();
        assert!(refused.is_constraint("audit_follows"), "{seq} {prev_hash}: {refused}");
    }
    // It may follow; whether its hash is right is for others to see.
    insert("3", &of(2), hash).unwrap();
    assert_eq!(verify(&world, None)["broken_at"], 3);
}

#[test]
fn what_is_older_than_the_chain_is_counted_apart() {
    let world = family(0);
    drop_trigger(&world, TAMPER[2]);
    for n in 0..3 {
        sql(
            &world,
            &format!(
            "INSERT INTO audit (tenant_id, id, actor, action, subject, request_id, created_at_ms)
             VALUES ('ten_family', 'aud_{n}', 'acc_a', 'x', 'y', 'req_z', 1)"
        ),
        );
    }
    act(&world, 1);
    let verdict = verify(&world, None);
    let told = (&verdict["entries"], &verdict["unchained"], &verdict["intact"]);
    assert_eq!(told, (&json!(1), &json!(3), &json!(true)), "{verdict}");
}

#[test]
fn a_long_chain_is_looked_at_in_parts() {
    let world = family(1);
    // Ten pages of 500 are one call's; the chain is one longer.
    let mut head = read_head(&world);
    for n in 0..5_000 {
        let entry = chain::Entry {
            tenant: "ten_family",
            id: &format!("aud_x{n}"),
            actor: "acc_a",
            action: "x",
            subject: "y",
            request_id: "req_z",
            created_at_ms: 1,
        };
        let next = head.then(&entry);
        sql_once(&world, &entry, &head, &next);
        head = next;
    }
    let first = verify(&world, None);
    assert_eq!((&first["entries"], &first["intact"]), (&json!(5_000), &json!(true)));
    let next = first["next"].as_str().unwrap();
    assert_eq!(next, noted(&first));
    let rest = verify(&world, Some(next));
    assert_eq!(
        (&rest["entries"], &rest["intact"], &rest["next"]),
        (&json!(1), &json!(true), &json!(null))
    );
    assert_eq!(rest["head"]["seq"], 5_001);
}

fn read_head(world: &World) -> chain::Head {
    let row = &sql(world, "SELECT seq, hash FROM audit WHERE seq = 1")[0];
    chain::Head { seq: row.int(0).unwrap(), hash: row.blob(1).unwrap().try_into().unwrap() }
}

fn sql_once(world: &World, entry: &chain::Entry<'_>, prev: &chain::Head, head: &chain::Head) {
    let shard = Shard::Tenant { tenant: "ten_family".parse().unwrap(), region: Region::Auto };
    let statement = Statement::new(
        "INSERT INTO audit (tenant_id, id, actor, action, subject, request_id, created_at_ms, seq,
           prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        [
            entry.tenant.into(),
            entry.id.into(),
            entry.actor.into(),
            entry.action.into(),
            entry.subject.into(),
            entry.request_id.into(),
            entry.created_at_ms.into(),
            head.seq.into(),
            prev.hash.as_slice().into(),
            head.hash.as_slice().into(),
        ],
    );
    world.host.run(world.host.sql(&shard).query(statement)).unwrap();
}
