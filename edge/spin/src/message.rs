//! Requests and responses, between the runtime's and the `http` crate's.

use bytes::Bytes;
use futures::{
    StreamExt,
    future::{Either, select},
    pin_mut,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use ports::{Body, BodyError, BodyStream, Peer};
use spin_sdk::{
    http::Request,
    time::sleep,
    wasip3::{
        self,
        http::types::{ErrorCode, Fields, Response},
        http_compat::BodyWriter,
        wit_bindgen::StreamResult,
    },
};
use std::{net::SocketAddr, time::Duration};

/// How often a waiting stream looks whether its reader is still there. The runtime does not tell.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Reads the runtime's request.
pub fn read_request(request: Request) -> (http::Request<Body>, Peer) {
    let (mut parts, body) = request.into_parts();
    // HTTP/2 has the host in the URI alone.
    if let Some(authority) = parts.uri.authority()
        && !parts.headers.contains_key(header::HOST)
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        parts.headers.insert(header::HOST, host);
    }
    let peer = Peer { address: client_address(&parts.headers), ..Peer::default() };
    let pieces = body.into_data_stream().map(|piece| piece.map_err(|e| broken(&e)));
    (http::Request::from_parts(parts, Body::Stream(pieces.boxed_local())), peer)
}

/// The address that connected. A client can send `spin-client-addr` too; Spin adds its own behind.
fn client_address(headers: &HeaderMap) -> Option<std::net::IpAddr> {
    let last = headers.get_all("spin-client-addr").iter().next_back()?;
    let address: SocketAddr = last.to_str().ok()?.parse().ok()?;
    Some(address.ip().to_canonical())
}

fn broken(error: &ErrorCode) -> BodyError {
    BodyError::Broken(error.to_string())
}

/// Writes the runtime's response.
pub fn write_response(response: http::Response<Body>) -> Result<Response, ErrorCode> {
    let (mut parts, body) = response.into_parts();
    // What a client has already has a length, but not this one.
    if let Body::Full(bytes) = &body
        && parts.status != StatusCode::NOT_MODIFIED
    {
        // A whole body goes out in one write with its length; a second write would wait for the
        // client's acknowledgement, since the runtime does not set TCP_NODELAY.
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    let forbidden = |e| ErrorCode::InternalError(Some(format!("headers: {e:?}")));
    let headers = Fields::try_from(parts.headers).map_err(forbidden)?;
    let (writer, contents, end) = BodyWriter::new();
    let (response, _) = Response::new(headers, Some(contents), end);
    response
        .set_status_code(parts.status.as_u16())
        .map_err(|()| ErrorCode::InternalError(Some("status".to_owned())))?;
    wasip3::spawn(async move {
        match body {
            Body::Full(bytes) => write_whole(writer, bytes).await,
            Body::Stream(pieces) => write_pieces(writer, pieces).await,
        }
    });
    Ok(response)
}

async fn write_whole(mut writer: BodyWriter, bytes: Bytes) {
    // Bytes that are left over were not wanted; there is nobody to tell.
    if !bytes.is_empty() && !writer.stream_writer.write_all(bytes.into()).await.is_empty() {
        return;
    }
    drop(writer.stream_writer);
    let _ = writer.result_writer.write(Ok(None)).await;
}

/// Writes a stream as it comes. When the reader has gone away, the stream is dropped.
async fn write_pieces(mut writer: BodyWriter, mut pieces: BodyStream) {
    loop {
        let next = pieces.next();
        pin_mut!(next);
        let piece = loop {
            let pause = sleep(LOOK_EVERY);
            pin_mut!(pause);
            match select(next.as_mut(), pause).await {
                Either::Left((piece, _)) => break piece,
                Either::Right(((), _)) => {
                    // An empty write puts nothing on the wire and tells whether anybody reads.
                    let (result, _) = writer.stream_writer.write(Vec::new()).await;
                    if result == StreamResult::Dropped {
                        return;
                    }
                }
            }
        };
        match piece {
            // An empty piece says nothing, and written to a reader that has gone it would trap.
            Some(Ok(bytes)) if bytes.is_empty() => {}
            Some(Ok(bytes)) => {
                if !writer.stream_writer.write_all(bytes.into()).await.is_empty() {
                    return;
                }
            }
            Some(Err(error)) => {
                let cause = ErrorCode::InternalError(Some(error.to_string()));
                let _ = writer.result_writer.write(Err(cause)).await;
                return;
            }
            None => {
                drop(writer.stream_writer);
                let _ = writer.result_writer.write(Ok(None)).await;
                return;
            }
        }
    }
}
