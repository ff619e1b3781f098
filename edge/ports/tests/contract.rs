//! The contract, kept by the memory host in both of its layouts.

#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use futures::StreamExt;
use ports::{
    Body, Host, HttpError,
    contract::{
        self, MIGRATIONS, cases,
        peer::{Peer, PeerRequest},
    },
    memory::{Layout, MemoryHost},
};

fn host(layout: Layout) -> MemoryHost {
    let host = MemoryHost::new(layout, MIGRATIONS);
    let peer = Peer::default();
    host.http().script(move |request| {
        let peer = peer.clone();
        async move {
            if request.uri().host() != Some("peer.test") {
                return Err(HttpError("nobody listens there".into()));
            }
            let header = request.headers().get("x-contract").and_then(|v| v.to_str().ok());
            let header = header.unwrap_or_default().to_owned();
            let (parts, body) = request.into_parts();
            // The peer's bodies may move between threads and ours may not; the pieces can.
            let (pieces, rest) = futures::channel::mpsc::unbounded();
            let path_and_query = parts.uri.path_and_query().map(ToString::to_string);
            let request = PeerRequest {
                method: parts.method.to_string(),
                path_and_query: path_and_query.unwrap_or_default(),
                header,
                body: rest.boxed(),
            };
            let feed = async move {
                let mut body = body.into_stream();
                while let Some(Ok(piece)) = body.next().await {
                    let _ = pieces.unbounded_send(piece);
                }
            };
            let (response, ()) = futures::join!(peer.handle(request), feed);
            let mut reply = http::Response::new(Body::stream(response.body.map(Ok::<Bytes, _>)));
            *reply.status_mut() = response.status.try_into().unwrap();
            reply.headers_mut().insert("x-echo", response.header.parse().unwrap());
            Ok(reply)
        }
    });
    host
}

fn ask(host: &MemoryHost, method: &str, path: &str) -> http::Response<Body> {
    let request = http::Request::builder().method(method).uri(format!("http://probe.test{path}"));
    host.run(contract::handle(host.clone(), request.body(Body::empty()).unwrap()))
}

fn text(host: &MemoryHost, response: http::Response<Body>) -> String {
    let body = host.run(response.into_body().collect(1 << 20)).unwrap();
    String::from_utf8(body.into()).unwrap()
}

#[test]
fn every_case_holds_in_both_layouts() {
    for layout in [Layout::PerShard, Layout::Shared] {
        let host = host(layout);
        for case in cases::<MemoryHost>() {
            let path = format!("/contract/run/{}?http://peer.test", case.name);
            let outcome = ask(&host, "POST", &path);
            assert_eq!(text(&host, outcome), "ok", "{} in {layout:?}", case.name);
        }
    }
}

#[test]
fn a_reader_that_goes_away_closes_the_upstream_and_late_work_runs() {
    let host = host(Layout::PerShard);
    let response = ask(&host, "GET", "/contract/relay/one?http://peer.test");
    let mut pieces = response.into_body().into_stream();
    assert_eq!(host.run(pieces.next()).unwrap().unwrap().len(), 1024);
    drop(pieces);
    let relayed = ask(&host, "GET", "/contract/relayed/one");
    assert_eq!(text(&host, relayed), "settled");
}
