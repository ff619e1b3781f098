//! The ports' contract, run inside a runtime's probe build. One test a case would start as many
//! clients; one test for all names those that fail.
#![allow(clippy::unwrap_used)]

use conformance::{World, until};
use futures::StreamExt;
use reqwest::Body;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// A panic ends whatever else its instance was doing, so that the tests go one by one.
async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::const_new(());
    ALONE.lock().await
}

#[tokio::test]
async fn every_port_keeps_its_promises() {
    let _alone = alone().await;
    let world = World::new();
    let url = format!("{}/contract/cases", world.edge);
    let cases = world.client.get(url).send().await.unwrap().text().await.unwrap();
    assert!(cases.lines().count() > 15, "{cases}");
    let mut failed = Vec::new();
    for case in cases.lines() {
        let url = format!("{}/contract/run/{case}?{}", world.edge, world.sandbox);
        let ask = world.client.post(url).timeout(Duration::from_secs(30)).send();
        let outcome = match ask.await {
            Ok(response) => response.text().await.unwrap(),
            Err(error) => error.to_string(),
        };
        if outcome != "ok" {
            failed.push(format!("{case}: {outcome}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test]
async fn a_reader_that_goes_away_closes_the_upstream_and_late_work_runs() {
    let _alone = alone().await;
    let world = World::new();
    let id = conformance::unique("relay");
    let url = format!("{}/contract/relay/{id}?{}", world.edge, world.sandbox);
    let response = world.client.get(url).send().await.unwrap();
    let mut pieces = response.bytes_stream();
    pieces.next().await.unwrap().unwrap();
    drop(pieces);
    let closed = format!("{}/contract/closed/{id}", world.sandbox);
    let closed = world.client.get(closed).send().await.unwrap().text().await.unwrap();
    assert_eq!(closed, "closed");
    let relayed = format!("{}/contract/relayed/{id}", world.edge);
    let relayed = world.client.get(relayed).send().await.unwrap().text().await.unwrap();
    assert_eq!(relayed, "settled");
}

#[tokio::test]
async fn a_large_body_passes_through_in_pieces() {
    let _alone = alone().await;
    let world = World::new();
    let piece = bytes::Bytes::from(vec![b'x'; 64 * 1024]);
    let pieces = futures::stream::repeat(piece).map(Ok::<_, std::io::Error>).take(512);
    let url = format!("{}/contract/length", world.edge);
    let answer = world.client.post(url).body(Body::wrap_stream(pieces)).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), (512 * 64 * 1024).to_string());
}

#[tokio::test]
async fn a_panic_ends_one_request_and_not_the_service() {
    let _alone = alone().await;
    let world = World::new();
    let ask = async |path: &str| {
        let response = world.client.post(format!("{}{path}", world.edge)).send().await;
        response.map_or(0, |response| response.status().as_u16())
    };
    for _ in 0..3 {
        assert_ne!(ask("/contract/panic").await, 200);
        let case = format!("/contract/run/sql_returns_rows_in_order?{}", world.sandbox);
        until("the service works again", async || ask(&case).await == 200).await;
    }
}
