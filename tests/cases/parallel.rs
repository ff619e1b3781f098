//! Many streams at once, of which many do not end as they should.

use conformance::{World, question, read_until};
use futures::future::join_all;
use serde_json::json;

const STREAMS: usize = 500;

#[tokio::test]
async fn five_hundred_streams_at_once_leave_books_that_balance() {
    let world = World::new();
    let tenant = world.tenant(json!({"welcome_tokens": 1_000_000})).await;
    let one = async |number: usize| {
        let streamed = |model: &str| question(model, json!({"stream": true}));
        match number % 3 {
            // Comes to its end.
            0 => {
                let response = tenant.chat(&streamed("demo-echo")).send().await.unwrap();
                let text = response.text().await.unwrap();
                assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
            }
            // Is left half-way, at a gate that nobody opens.
            1 => {
                let response = tenant.chat(&streamed("fault-gate-in-stream")).send().await.unwrap();
                drop(read_until(response, "one").await);
            }
            // Meets a fault.
            _ => {
                let faults =
                    ["fault-cut", "fault-reset", "fault-error-in-stream", "fault-error-500"];
                let fault = faults[number / 3 % faults.len()];
                let response = tenant.chat(&streamed(fault)).send().await.unwrap();
                let text = response.text().await.unwrap();
                assert!(!text.contains("[DONE]"), "{fault}: {text}");
            }
        }
    };
    join_all((0..STREAMS).map(one)).await;
    let left = tenant.settled().await;
    assert!((1..1_000_000).contains(&left));
    tenant.check_books().await;
    // Each is booked, once, with what the wallet has paid for it.
    let booked = tenant.operations().await;
    assert_eq!(booked.len(), STREAMS);
    let paid: i64 = booked.iter().map(|operation| operation["tokens"].as_i64().unwrap()).sum();
    assert_eq!(paid, 1_000_000 - left);
    let ended = |how: &str| booked.iter().filter(|operation| operation["outcome"] == how).count();
    assert_eq!(ended("done"), STREAMS.div_ceil(3));
    // Each hold has ended, once.
    let transfers = tenant.transfers().await;
    let of = |kinds: &[&str]| {
        transfers.iter().filter(|t| kinds.contains(&t["kind"].as_str().unwrap())).count()
    };
    assert_eq!((of(&["reserve"]), of(&["settle", "void"])), (STREAMS, STREAMS));
}
