//! A runtime that is killed in the middle of a load, with no chance to finish anything.
#![allow(clippy::unwrap_used)]

use conformance::{World, question, read, unique};
use harness::{
    Build, Options, Platform, Runtime, free_port, root, sandbox_variables, start_sandbox,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

const WORKERS: usize = 16;
const ROUNDS: usize = 3;

fn log(name: &str) -> PathBuf {
    let folder = root().join("target/logs");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.log"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_loses_no_settled_transfer_and_doubles_none() {
    let runtime = match std::env::var("POSTERN_TEST_RUNTIME").as_deref() {
        Ok("spin") => Runtime::Spin,
        _ => Runtime::Workers,
    };
    let (sandbox_port, port) = (free_port().unwrap(), free_port().unwrap());
    let _sandbox = start_sandbox(sandbox_port, port, &log("sandbox-crash")).unwrap();
    let sandbox = format!("127.0.0.1:{sandbox_port}");
    let data = root().join("target/data").join(format!("{}-crash", runtime.as_str()));
    let _ = fs::remove_dir_all(&data);
    let options = Options {
        build: Build::Application,
        port,
        data: Some(data),
        variables: sandbox_variables(([127, 0, 0, 1], sandbox_port).into()),
        log: Some(log(&format!("{}-crash", runtime.as_str()))),
    };
    let start = || Platform::start(runtime, &options).unwrap();
    let mut platform = start();
    let world = World::at(&platform.address.to_string(), &sandbox);
    let tenant = world.tenant(json!({"welcome_tokens": 1_000_000})).await;

    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for round in 0..ROUNDS {
        // Several clients at once, until one of them finds nobody there any more.
        let load = futures::future::join_all((0..WORKERS).map(|_| async {
            let mut answered = 0;
            loop {
                let body = question("demo-echo", json!({"user": unique("load")}));
                match tenant.chat(&body).send().await {
                    Ok(response) if response.status() == 200 => answered += 1,
                    _ => return answered,
                }
            }
        }));
        let killer = async {
            // In the middle: some have been settled, others are on their way.
            conformance::until("some transfers are settled", async || {
                let (status, page) = read(tenant.get("/me/transfers?limit=100")).await;
                status == 200 && page["next"].is_string()
            })
            .await;
            // Everything that anybody has seen settled must still be there afterwards.
            let seen = tenant.transfers().await;
            platform.process.kill();
            seen
        };
        let (answered, seen) = futures::join!(load, killer);
        let answered: i32 = answered.iter().sum();
        assert!(answered > 0, "round {round}");
        for transfer in seen {
            known.insert(transfer["id"].as_str().unwrap().to_owned(), transfer);
        }
        tokio::time::timeout(Duration::from_secs(60), async { platform = start() }).await.unwrap();

        let after = tenant.transfers().await;
        let found: BTreeMap<_, _> =
            after.iter().map(|t| (t["id"].as_str().unwrap().to_owned(), t.clone())).collect();
        assert_eq!(found.len(), after.len(), "a transfer stands twice");
        for (id, transfer) in &known {
            assert_eq!(found.get(id), Some(transfer), "round {round}");
        }
        check(&after);
        tenant.check_books().await;
    }
    // What was held when it was killed is still held, and the wallet agrees with the transfers.
    let transfers = tenant.transfers().await;
    let sum = |kind: &str| -> i64 {
        let of = transfers.iter().filter(|t| t["kind"] == kind);
        of.map(|t| t["amount"].as_i64().unwrap()).sum()
    };
    let (posted, held) = tenant.wallet().await;
    assert_eq!(posted, sum("post") - sum("settle"));
    let ended: i64 = transfers
        .iter()
        .filter(|t| t["kind"] == "reserve" && is_ended(t, &transfers))
        .map(|t| t["amount"].as_i64().unwrap())
        .sum();
    assert_eq!(held, sum("reserve") - ended);
    println!("{} transfers, {held} tokens held by requests that were killed", transfers.len());
}

fn is_ended(hold: &Value, transfers: &[Value]) -> bool {
    transfers.iter().any(|t| t["pending_id"] == hold["id"])
}

/// Each request has at most one hold, and each hold at most one end.
fn check(transfers: &[Value]) {
    let mut seen = BTreeMap::new();
    for transfer in transfers {
        let kind = match transfer["kind"].as_str().unwrap() {
            "settle" | "void" => "end",
            other => other,
        };
        let key = (kind, transfer["source_id"].as_str().unwrap());
        assert_eq!(seen.insert(key, &transfer["id"]), None, "{key:?} happened twice");
    }
}
