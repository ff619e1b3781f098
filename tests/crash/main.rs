//! A runtime that is killed in the middle of a load, with no chance to finish anything.
#![allow(clippy::unwrap_used)]

use conformance::{World, question, read, till::Till, unique};
use harness::{
    Build, Options, Platform, Process, Runtime, free_port, root, sandbox_variables, start_sandbox,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

const WORKERS: usize = 16;
const ROUNDS: usize = 3;
/// How often it is killed while Stripe tells of payments, unless `POSTERN_KILLS` says otherwise.
const KILLS: usize = 5;
/// How many payments are told of at once.
const PAYMENTS: usize = 4;

fn log(name: &str) -> PathBuf {
    let folder = root().join("target/logs");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.log"))
}

/// What is killed, with what it needs beside it.
struct Victim {
    runtime: Runtime,
    options: Options,
    sandbox: String,
    _sandbox: Process,
}

impl Victim {
    /// Gets everything ready, under a name for its data and its logs.
    fn new(name: &str) -> Self {
        let runtime = match std::env::var("POSTERN_TEST_RUNTIME").as_deref() {
            Ok("spin") => Runtime::Spin,
            _ => Runtime::Workers,
        };
        let (sandbox_port, port) = (free_port().unwrap(), free_port().unwrap());
        let process = start_sandbox(sandbox_port, port, &log(&format!("sandbox-{name}"))).unwrap();
        let name = format!("{}-{name}", runtime.as_str());
        let data = root().join("target/data").join(&name);
        let _ = fs::remove_dir_all(&data);
        let options = Options {
            build: Build::Application,
            port,
            data: Some(data),
            variables: sandbox_variables(([127, 0, 0, 1], sandbox_port).into()),
            log: Some(log(&name)),
        };
        let sandbox = format!("127.0.0.1:{sandbox_port}");
        Self { runtime, options, sandbox, _sandbox: process }
    }

    fn start(&self) -> Platform {
        Platform::start(self.runtime, &self.options).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_loses_no_settled_transfer_and_doubles_none() {
    let victim = Victim::new("crash");
    let start = || victim.start();
    let mut platform = start();
    let world = World::at(&platform.address.to_string(), &victim.sandbox);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_stripe_tells_of_payments_loses_none_and_doubles_none() {
    let victim = Victim::new("crash-money");
    let mut platform = victim.start();
    let world = World::at(&platform.address.to_string(), &victim.sandbox);
    let till = Till::open(&world).await;
    let pack = till.sells("token_pack", json!({"tokens": 1_000}), None, 500).await;
    // Nobody may make as many carts as this needs.
    let mut carts = Vec::new();
    for _ in 0..PAYMENTS {
        carts.push(till.cart("acc_buyer", &pack).await);
    }
    let kills = std::env::var("POSTERN_KILLS").ok().and_then(|kills| kills.parse().ok());
    for round in 0..kills.unwrap_or(KILLS) {
        let hold = json!({"duplicate": 0, "reorder": 0, "delay_ms": 0, "drop": 0, "hold": true});
        till.lever(Method::PUT, "chaos", hold).await;
        for cart in &carts {
            till.buy_again("acc_buyer", cart, &pack).await;
        }
        // All that happened is told at once, each of it twice, and in the middle there is nobody any
        // more. A little later in every round, so that it is never the same middle.
        let told = till.lever(Method::POST, "deliver", json!({"seed": round}));
        let killer = async {
            tokio::time::sleep(Duration::from_millis(3 * round as u64)).await;
            platform.process.kill();
        };
        futures::join!(told, killer);
        tokio::time::timeout(Duration::from_secs(60), async { platform = victim.start() })
            .await
            .unwrap();
        till.lever(Method::POST, "deliver", json!({"seed": round + 1})).await;
        assert_eq!(till.reconcile().await["problems"], json!([]), "round {round}");
        let wanted = 1_000 * (PAYMENTS * (round + 1)) as i64;
        conformance::until("all tokens are there", async || {
            till.reconcile().await;
            till.balance("acc_buyer").await == wanted
        })
        .await;
        let (status, books) =
            read(till.tenant.admin(Method::GET, "/admin/accounts/acc_buyer/books")).await;
        assert_eq!(status, 200, "{books}");
        let sum = |side: &str| -> i64 {
            books["books"].as_array().unwrap().iter().map(|book| book[side].as_i64().unwrap()).sum()
        };
        assert_eq!(sum("debits_posted"), sum("credits_posted"), "round {round}");
    }
}
