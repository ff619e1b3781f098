//! Money: what links, webhooks, prices, carts and a metered chat take, in a shop with some data and
//! in one with ten times as much. Prints a page in Markdown.
//!
//! Both shops run at once, each on a runtime of its own, and one at a time is under load. The loads
//! come in rounds, each of which begins with the other shop, so that a slow minute of the machine
//! is shared by both and the ratio is theirs.

mod loads;
mod report;
mod shop;

use crate::{
    client,
    load::{self, Ask, Measured, Result, Until},
    machine,
    servers::{self, Server},
};
use bytes::Bytes;
use harness::dev_key;
use http::Request;
use loads::{Kind, LOADS, Load};
use shop::Shop;
use std::net::SocketAddr;

/// How often each load is put on each shop.
const ROUNDS: usize = 3;

/// How much there is in a shop.
#[derive(Clone, Copy)]
struct Size {
    /// What the server is called.
    name: &'static str,
    /// Products, each with a price.
    products: usize,
    /// Rows of the ledger of the account that chats and pays.
    ledger_rows: usize,
}

/// The second is ten times the first.
const SIZES: [Size; 2] = [
    Size { name: "small", products: 1_000, ledger_rows: 10_000 },
    Size { name: "large", products: 10_000, ledger_rows: 100_000 },
];

/// Tokens came in so many lots, by the one account and by the other.
const LOTS: [usize; 2] = [1, 200];

/// What a load has come to, in both shops.
struct Score {
    load: Load,
    measured: [Measured; 2],
}

/// What was measured on a runtime.
struct Scores {
    runtime: &'static str,
    scores: Vec<Score>,
    /// A chat of an account with as many lots as [`LOTS`] says.
    lots: [Measured; 2],
}

/// Measures, and prints.
///
/// # Errors
/// When something cannot be started, or one answer is not what it should be.
pub async fn bench() -> Result<()> {
    let began = machine::began();
    let key = dev_key()?;
    let sandbox = servers::sandbox()?;
    print!("{}", report::head(&began)?);
    let workers = |name: &str| {
        let workerd = servers::workerd(&format!("workerd-{name}"), sandbox.address, &key)?;
        Ok(workerd.postern)
    };
    print!("{}", report::page(&runtime("workerd", sandbox.address, workers).await?));
    if !servers::has_spin() {
        println!("Skipped: Postern on Spin; there is no `spin` on the PATH.");
        return Ok(());
    }
    // Nothing else tells where a request comes from: Spin is asked by a proxy here.
    let proxies = vec![("TRUSTED_PROXIES".to_owned(), "127.0.0.1".to_owned())];
    let spin =
        |name: &str| servers::spin(&format!("spin-{name}"), sandbox.address, proxies.clone());
    print!("{}", report::page(&runtime("Spin", sandbox.address, spin).await?));
    Ok(())
}

/// Measures both shops on a runtime.
async fn runtime(
    runtime: &'static str,
    sandbox: SocketAddr,
    start: impl Fn(&str) -> Result<Server>,
) -> Result<Scores> {
    let mut shops = Vec::new();
    for size in SIZES {
        let stripe = format!("sk_test_bench_{}_{}", runtime.to_lowercase(), size.name);
        shops.push(Shop::open(start(size.name)?, size, sandbox, stripe).await?);
    }
    let scores = LOADS.map(|load| Score { load, measured: Default::default() });
    let mut scores = Scores { runtime, scores: scores.into(), lots: Default::default() };
    for round in 0..ROUNDS {
        for score in &mut scores.scores {
            let Load { kind, connections } = score.load;
            eprintln!("{runtime}, round {} of {ROUNDS}: {}", round + 1, score.load);
            for turn in 0..SIZES.len() {
                let index = (turn + round) % SIZES.len();
                let both = shops.get_mut(index).zip(score.measured.get_mut(index));
                let Some((shop, measured)) = both else { continue };
                let warm_up = kind.requests(shop, kind.warm_up(connections)).await?;
                measure(shop, kind, connections, warm_up).await?;
                let requests = kind.requests(shop, kind.count(connections)).await?;
                measured.add(measure(shop, kind, connections, requests).await?);
                shop.check_sales().await?;
            }
        }
    }
    if let Some(shop) = shops.first() {
        eprintln!("{runtime}: lots");
        lots(shop, &mut scores.lots).await?;
    }
    Ok(scores)
}

/// Puts requests on a shop, each of them once.
async fn measure(
    shop: &Shop,
    kind: Kind,
    connections: usize,
    requests: Vec<Request<Bytes>>,
) -> Result<Measured> {
    let mut shares = vec![Vec::new(); connections];
    for (index, request) in requests.into_iter().enumerate() {
        if let Some(share) = shares.get_mut(index % connections) {
            share.push(request);
        }
    }
    let ask = Ask { address: shop.server.address, requests: shares, is_whole: kind.is_whole() };
    load::run(&ask, Until::Once).await
}

/// What a chat takes of an account whose tokens came in few lots, and of one with many.
async fn lots(shop: &Shop, measured: &mut [Measured; 2]) -> Result<()> {
    let mut tokens = Vec::new();
    for lots in LOTS {
        tokens.push(shop.account_with_lots(lots).await?);
    }
    for round in 0..ROUNDS {
        for turn in 0..LOTS.len() {
            let index = (turn + round) % LOTS.len();
            let both = tokens.get(index).zip(measured.get_mut(index));
            let Some((token, measured)) = both else { continue };
            for (count, counts) in [(Kind::Chat.warm_up(1), false), (Kind::Chat.count(1), true)] {
                let chat = client::chat(&shop.tenant.host, loads::CHAT, token, false)?;
                let done = measure(shop, Kind::Chat, 1, vec![chat; count]).await?;
                if counts {
                    measured.add(done);
                }
            }
        }
    }
    Ok(())
}
