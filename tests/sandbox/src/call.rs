//! A request as it came over the wire, and the socket it came over.

use crate::World;
use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request, connect_info::Connected},
    http::request::Parts,
    response::{IntoResponse, Response},
    serve::{IncomingStream, Listener},
};
use nix::sys::socket::{setsockopt, sockopt};
use std::{
    io,
    net::SocketAddr,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
};
use tokio::net::{TcpListener, TcpStream};

/// A request to a provider.
pub struct Call {
    pub world: Arc<World>,
    pub parts: Parts,
    pub body: Bytes,
    pub socket: Socket,
}

/// The socket of a connection.
#[derive(Clone, Default)]
pub struct Socket(Option<Arc<OwnedFd>>);

impl Socket {
    /// Has the connection end in a reset, rather than in an end of the stream, when it is dropped.
    pub fn reset_on_drop(&self) {
        let linger = nix::libc::linger { l_onoff: 1, l_linger: 0 };
        if let Some(socket) = &self.0 {
            // What cannot be set is not there any more.
            let _ = setsockopt(socket, sockopt::Linger, &linger);
        }
    }
}

/// Takes connections in.
pub struct Sockets(pub TcpListener);

impl Listener for Sockets {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let (socket, address) = Listener::accept(&mut self.0).await;
        // Without it, an event behind another waits 40 ms for the other side's acknowledgement.
        // What cannot be set is not there any more.
        let _ = socket.set_nodelay(true);
        (socket, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Sockets>> for Socket {
    fn connect_info(stream: IncomingStream<'_, Sockets>) -> Self {
        Self(stream.io().as_fd().try_clone_to_owned().ok().map(Arc::new))
    }
}

impl FromRequest<Arc<World>> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, world: &Arc<World>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let socket = ConnectInfo::<Socket>::from_request_parts(&mut parts, world).await;
        let socket = socket.map_or_else(|_| Socket::default(), |ConnectInfo(socket)| socket);
        let request = Request::from_parts(parts.clone(), body);
        let body =
            Bytes::from_request(request, world).await.map_err(IntoResponse::into_response)?;
        Ok(Self { world: world.clone(), parts, body, socket })
    }
}
