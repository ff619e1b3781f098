//! A load: so many connections, each of which asks again as soon as it is answered.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// Why a load could not be measured.
pub type Result<T> = std::result::Result<T, String>;

/// What is asked, again and again.
pub struct Ask {
    /// Where to connect to.
    pub address: SocketAddr,
    /// One request for each connection.
    pub requests: Vec<Request<Bytes>>,
}

/// When to stop.
#[derive(Clone, Copy)]
pub enum Until {
    /// After a time.
    Elapsed(Duration),
    /// After a number of requests.
    Count(u64),
}

/// What was measured.
pub struct Measured {
    /// Requests in a second.
    pub per_second: f64,
    /// From the request to the first byte of the answer's body, in ascending order.
    pub first_byte: Vec<Duration>,
    /// From the request to the end of the answer, in ascending order.
    pub total: Vec<Duration>,
}

/// Puts a load on a server.
///
/// # Errors
/// When one answer is not a 200.
pub async fn run(ask: &Ask, until: Until) -> Result<Measured> {
    let began = Instant::now();
    let count = AtomicU64::new(0);
    let goes_on = || match until {
        Until::Elapsed(time) => began.elapsed() < time,
        Until::Count(most) => count.fetch_add(1, Ordering::Relaxed) < most,
    };
    let connections = ask.requests.iter().map(|request| async {
        let mut connection = connect(ask.address).await?;
        let mut times = Vec::new();
        while goes_on() {
            times.push(once(&mut connection, request).await?);
        }
        Ok::<_, String>(times)
    });
    let times = futures::future::try_join_all(connections).await?.concat();
    let elapsed = began.elapsed();
    let sorted = |of: fn(&(Duration, Duration)) -> Duration| {
        let mut times: Vec<_> = times.iter().map(of).collect();
        times.sort_unstable();
        times
    };
    Ok(Measured {
        per_second: times.len() as f64 / elapsed.as_secs_f64(),
        first_byte: sorted(|(first, _)| *first),
        total: sorted(|(_, total)| *total),
    })
}

/// A connection that is kept open.
async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await.map_err(|e| e.to_string())?;
    stream.set_nodelay(true).map_err(|e| e.to_string())?;
    let (send, connection) = handshake(TokioIo::new(stream)).await.map_err(|e| e.to_string())?;
    tokio::spawn(connection);
    Ok(send)
}

async fn once(
    connection: &mut SendRequest<Full<Bytes>>,
    request: &Request<Bytes>,
) -> Result<(Duration, Duration)> {
    let began = Instant::now();
    connection.ready().await.map_err(|e| e.to_string())?;
    let answer = connection.send_request(request.clone().map(Full::new)).await;
    let answer = answer.map_err(|e| format!("{}: {e}", request.uri()))?;
    let status = answer.status();
    let (mut body, mut first, mut last) = (answer.into_body(), None, Bytes::new());
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|e| e.to_string())?.into_data() {
            first.get_or_insert_with(|| began.elapsed());
            last = data;
        }
    }
    if status != 200 {
        return Err(format!("{}: {status} {}", request.uri(), String::from_utf8_lossy(&last)));
    }
    let total = began.elapsed();
    Ok((first.unwrap_or(total), total))
}

/// One request on a connection of its own; the body of the answer.
///
/// # Errors
/// When it cannot be had, or is neither a 200 nor a 201.
pub async fn ask_once(address: SocketAddr, request: Request<Bytes>) -> Result<Bytes> {
    let mut connection = connect(address).await?;
    let path = request.uri().clone();
    let answer = connection.send_request(request.map(Full::new)).await;
    let answer = answer.map_err(|e| format!("{path}: {e}"))?;
    let status = answer.status();
    let body = answer.into_body().collect().await.map_err(|e| e.to_string())?.to_bytes();
    if !status.is_success() {
        return Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)));
    }
    Ok(body)
}

/// The value below which a part of all values lie, in thousandths.
#[must_use]
pub fn quantile(sorted: &[Duration], thousandths: usize) -> Duration {
    let index = sorted.len() * thousandths / 1000;
    sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
