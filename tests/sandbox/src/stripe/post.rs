//! One webhook: signed, posted, answered.

use bytes::Bytes;
use hmac::{Hmac, Mac};
use http_body_util::Full;
use hyper::{Request, Uri, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use sha2::Sha256;
use std::time::Duration;
use tokio::{net::TcpStream, time::timeout};

/// How long an endpoint may take.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// The `Stripe-Signature` header (<https://docs.stripe.com/webhooks#verify-manually>).
pub fn signature(secret: &str, body: &str, at_s: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key has any length");
    mac.update(format!("{at_s}.{body}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at_s},v1={hex}")
}

/// Posts a body, and returns the status of the answer.
pub async fn post(url: &str, body: String, signature: String) -> Result<u16, String> {
    let work = timeout(ANSWER_MAX, send(url, body, signature)).await;
    work.unwrap_or_else(|_| Err("it took too long".to_owned()))
}

async fn send(url: &str, body: String, signature: String) -> Result<u16, String> {
    let uri: Uri = url.parse().map_err(|error| format!("{url}: {error}"))?;
    let authority = uri.authority().ok_or("the URL has no host")?.clone();
    let host = match authority.host() {
        // Browsers know these names; resolvers often do not.
        host if host.ends_with("localhost") => "127.0.0.1",
        host => host,
    };
    let address = (host, authority.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    tokio::spawn(connection);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::post(path)
        .header(header::HOST, authority.as_str())
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::USER_AGENT, "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", signature)
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| error.to_string())?;
    let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
    Ok(response.status().as_u16())
}
