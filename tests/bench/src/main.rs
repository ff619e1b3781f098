//! `cargo xtask bench`: how fast Postern is on this machine.
//!
//! By itself it is measured beside what its runtime could do at best. `peers` measures it beside
//! other programs that could stand in its place, `pages` measures what people see, and `money` what
//! selling takes, with some data and with ten times as much. Nothing here passes or fails by its
//! speed; one request that fails, or is not answered in full, ends it.

mod alone;
mod client;
mod load;
mod machine;
mod money;
mod pages;
mod peers;
mod servers;

use std::process::ExitCode;

// One thread for the load, which leaves the other to what is measured.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [] => alone::bench().await,
        ["money"] => money::bench().await,
        ["pages"] => pages::bench().await,
        ["peers"] => peers::bench(false).await,
        ["peers", "--write"] => peers::bench(true).await,
        _ => Err("postern-bench [money | pages | peers [--write]]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
