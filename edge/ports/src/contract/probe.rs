//! The probe: what a runtime serves in its probe build.

use super::cases::{Context, cases};
use crate::{Body, BodyStream, Clock, Host, Http, Kv, Tasks};
use futures::{FutureExt, Stream, StreamExt, channel::oneshot};
use std::{
    pin::Pin,
    rc::Rc,
    task::{self, Poll},
};

/// How often a probe looks whether something has happened, and how long it waits in between.
const LOOKS: u32 = 200;
const LOOK_MS: u64 = 50;

/// Answers the requests of a probe build.
///
/// - `GET /contract/cases`: the names of the cases, one a line.
/// - `POST /contract/run/<case>?<peer's address>`: runs one; 200, or 500 and what went wrong.
/// - `GET /contract/relay/<id>?<peer's address>`: relays an endless stream.
/// - `GET /contract/relayed/<id>`: waits until the work after that relay has run to its end.
/// - `POST /contract/length`: reads the body piece by piece and tells how long it was.
/// - `POST /contract/panic`: panics.
pub async fn handle<H: Host>(host: H, request: http::Request<Body>) -> http::Response<Body> {
    let path = request.uri().path().to_owned();
    let peer: Rc<str> = request.uri().query().unwrap_or_default().into();
    let rest = path.strip_prefix("/contract/").unwrap_or_default();
    let (action, id) = rest.split_once('/').unwrap_or((rest, ""));
    let outcome = match action {
        "cases" => {
            let names: String =
                cases::<H>().iter().map(|case| format!("{}\n", case.name)).collect();
            Ok(names.into())
        }
        "run" => run(host, id, peer).await,
        "relay" => relay(host, id, &peer).await,
        "relayed" => relayed(&host, id).await,
        "length" => length(request.into_body()).await,
        #[allow(clippy::panic)] // How a runtime gets over it is what is asked.
        "panic" => panic!("the probe was told to"),
        _ => Err("the probe does not know this".to_owned()),
    };
    let (status, body) = match outcome {
        Ok(body) => (http::StatusCode::OK, body),
        Err(message) => (http::StatusCode::INTERNAL_SERVER_ERROR, message.into()),
    };
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    response
}

async fn run<H: Host>(host: H, name: &str, peer: Rc<str>) -> Result<Body, String> {
    let cases = cases::<H>();
    let case = cases.iter().find(|case| case.name == name).ok_or("no such case")?;
    let mut entropy = [0; 10];
    crate::Random::fill(host.random(), &mut entropy);
    let run = kernel::RequestId::generate(host.clock().now(), entropy);
    let run = run.as_str().trim_start_matches("req_").into();
    (case.run)(Context { host, peer, run }).await?;
    Ok("ok".into())
}

/// Relays the peer's endless stream, and leaves work for when it has ended.
async fn relay<H: Host>(host: H, id: &str, peer: &str) -> Result<Body, String> {
    let request = http::Request::get(format!("{peer}/contract/endless/{id}"));
    let request = request.body(Body::empty()).map_err(|e| e.to_string())?;
    let response = host.http().send(request).await.map_err(|e| e.to_string())?;
    let (ended, end) = oneshot::channel();
    let late = host.clone();
    let key = format!("contract/relay/{id}");
    let work = async move {
        // Sent by the drop of the stream; an error would mean it was dropped without.
        let _ = end.await;
        late.clock().sleep(200).await;
        let _ = late.kv().put(&key, b"settled", Some(600_000)).await;
    };
    host.tasks().after_response(work.boxed_local());
    let pieces = response.into_body().into_stream();
    Ok(Body::stream(Relay { pieces, ended: Some(ended) }))
}

struct Relay {
    pieces: BodyStream,
    ended: Option<oneshot::Sender<()>>,
}

impl Stream for Relay {
    type Item = <BodyStream as Stream>::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.poll_next_unpin(cx)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            let _ = ended.send(());
        }
    }
}

async fn relayed<H: Host>(host: &H, id: &str) -> Result<Body, String> {
    let key = format!("contract/relay/{id}");
    for _ in 0..LOOKS {
        let value = host.kv().get(&key).await.map_err(|e| e.to_string())?;
        if let Some(value) = value {
            return Ok(value.into());
        }
        host.clock().sleep(LOOK_MS).await;
    }
    Err("the work after the response did not run to its end".to_owned())
}

async fn length(body: Body) -> Result<Body, String> {
    let mut pieces = body.into_stream();
    let mut length = 0_usize;
    while let Some(piece) = pieces.next().await {
        length += piece.map_err(|e| e.to_string())?.len();
    }
    Ok(length.to_string().into())
}
