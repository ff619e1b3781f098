//! A load: so many connections, each of which asks again as soon as it is answered.

use bytes::{Bytes, BytesMut};
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
    /// For each connection the requests that it makes, one after the other and then again.
    pub requests: Vec<Vec<Request<Bytes>>>,
    /// Whether an answer is all that it should be. Looked at after its time has been taken.
    pub is_whole: fn(&[u8]) -> bool,
}

/// When to stop.
#[derive(Clone, Copy)]
pub enum Until {
    /// After a time.
    Elapsed(Duration),
    /// After a number of requests.
    Count(u64),
    /// After each request has been made once: those that mean something only the first time.
    Once,
}

/// What was measured.
#[derive(Default)]
pub struct Measured {
    /// From the request to the first byte of the answer's body, in ascending order.
    pub first_byte: Vec<Duration>,
    /// From the request to the end of the answer, in ascending order.
    pub total: Vec<Duration>,
    /// How long the load lasted.
    pub elapsed: Duration,
}

impl Measured {
    /// Requests in a second.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.total.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Takes another measurement of the same in.
    pub fn add(&mut self, other: Self) {
        for (times, more) in
            [(&mut self.first_byte, other.first_byte), (&mut self.total, other.total)]
        {
            times.extend(more);
            times.sort_unstable();
        }
        self.elapsed += other.elapsed;
    }
}

/// Puts a load on a server.
///
/// # Errors
/// When one answer is not a 200 or a 201, or not whole.
pub async fn run(ask: &Ask, until: Until) -> Result<Measured> {
    let began = Instant::now();
    let count = AtomicU64::new(0);
    let goes_on = || match until {
        Until::Elapsed(time) => began.elapsed() < time,
        Until::Count(most) => count.fetch_add(1, Ordering::Relaxed) < most,
        Until::Once => true,
    };
    let connections = ask.requests.iter().map(|requests| async {
        let mut connection = connect(ask.address).await?;
        let (mut times, mut body) = (Vec::new(), BytesMut::new());
        let most = if matches!(until, Until::Once) { requests.len() } else { usize::MAX };
        for request in requests.iter().cycle().take(most) {
            if !goes_on() {
                break;
            }
            times.push(once(&mut connection, request, &mut body).await?);
            if !(ask.is_whole)(&body) {
                let body = String::from_utf8_lossy(&body);
                return Err(format!("{}: not the whole answer: {body}", request.uri()));
            }
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
        first_byte: sorted(|(first, _)| *first),
        total: sorted(|(_, total)| *total),
        elapsed,
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

/// Asks once; how long it took to the first byte and to the end. The answer's body is left in
/// `into`.
async fn once(
    connection: &mut SendRequest<Full<Bytes>>,
    request: &Request<Bytes>,
    into: &mut BytesMut,
) -> Result<(Duration, Duration)> {
    into.clear();
    let began = Instant::now();
    connection.ready().await.map_err(|e| e.to_string())?;
    let answer = connection.send_request(request.clone().map(Full::new)).await;
    let answer = answer.map_err(|e| format!("{}: {e}", request.uri()))?;
    let status = answer.status();
    let (mut body, mut first) = (answer.into_body(), None);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| format!("{}: {e}", request.uri()))?;
        if let Ok(data) = frame.into_data() {
            first.get_or_insert_with(|| began.elapsed());
            into.extend_from_slice(&data);
        }
    }
    let total = began.elapsed();
    if !matches!(status.as_u16(), 200 | 201) {
        return Err(format!("{}: {status} {}", request.uri(), String::from_utf8_lossy(into)));
    }
    Ok((first.unwrap_or(total), total))
}

/// One request on a connection of its own; the body of the answer.
///
/// # Errors
/// When it cannot be had, or its status says that it failed.
pub async fn ask_once(address: SocketAddr, request: Request<Bytes>) -> Result<Bytes> {
    Ok(ask_all(address, vec![request]).await?.into_iter().next().unwrap_or_default())
}

/// Requests one after the other on one connection; the bodies of the answers.
///
/// # Errors
/// When one cannot be had, or its status says that it failed.
pub async fn ask_all(address: SocketAddr, requests: Vec<Request<Bytes>>) -> Result<Vec<Bytes>> {
    let mut connection = connect(address).await?;
    let mut bodies = Vec::with_capacity(requests.len());
    for request in requests {
        let path = request.uri().clone();
        connection.ready().await.map_err(|e| e.to_string())?;
        let answer = connection.send_request(request.map(Full::new)).await;
        let answer = answer.map_err(|e| format!("{path}: {e}"))?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|e| e.to_string())?.to_bytes();
        if !status.is_success() {
            return Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)));
        }
        bodies.push(body);
    }
    Ok(bodies)
}

/// Requests on so many connections at once; the bodies of the answers, in the requests' order.
///
/// # Errors
/// When one cannot be had, or its status says that it failed.
pub async fn ask_many(
    address: SocketAddr,
    requests: Vec<Request<Bytes>>,
    connections: usize,
) -> Result<Vec<Bytes>> {
    let share = requests.len().div_ceil(connections).max(1);
    let shares = requests.chunks(share).map(|share| ask_all(address, share.to_vec()));
    Ok(futures::future::try_join_all(shares).await?.concat())
}

/// One request on a connection of its own; a header of the answer.
///
/// # Errors
/// When it cannot be had, or its status says that it failed.
pub async fn ask_for_header(
    address: SocketAddr,
    request: Request<Bytes>,
    name: &str,
) -> Result<String> {
    let path = request.uri().clone();
    let answer = connect(address).await?.send_request(request.map(Full::new)).await;
    let answer = answer.map_err(|e| format!("{path}: {e}"))?;
    let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
    let value = value.ok_or_else(|| format!("{path}: {} without {name}", answer.status()))?;
    Ok(value.to_owned())
}

/// The value below which a part of all values lie, in thousandths.
#[must_use]
pub fn quantile(sorted: &[Duration], thousandths: usize) -> Duration {
    let index = sorted.len() * thousandths / 1000;
    sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// A quantile in milliseconds.
#[must_use]
pub fn quantile_ms(sorted: &[Duration], thousandths: usize) -> f64 {
    quantile(sorted, thousandths).as_secs_f64() * 1e3
}
