//! The same server on `::1`.
//!
//! `family.localhost` is `::1` first and `127.0.0.1` second, and clients that try only the first
//! would find nobody: both runtimes listen on one address. Listening on every address of the
//! machine would show a developer's tokens to the network.

use std::{
    io,
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    thread,
};

/// Listens on the same port of `::1` for as long as the process lives, and passes everything on.
/// Returns whether it could: a machine without IPv6 does not need it.
pub fn forward_v6(to: SocketAddr) -> bool {
    let Ok(listener) = TcpListener::bind(("::1", to.port())) else { return false };
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || forward(&client, to));
        }
    });
    true
}

fn forward(client: &TcpStream, to: SocketAddr) -> io::Result<()> {
    let server = TcpStream::connect(to)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (client_in, server_out) = (client.try_clone()?, server.try_clone()?);
    let upwards = thread::spawn(move || pass(client_in, server_out));
    let downwards = pass(server, client.try_clone()?);
    // When either side has gone, the other one is told.
    let _ = upwards.join();
    downwards
}

fn pass(mut from: TcpStream, mut to: TcpStream) -> io::Result<()> {
    let outcome = io::copy(&mut from, &mut to).map(|_| ());
    let how = if outcome.is_ok() { Shutdown::Write } else { Shutdown::Both };
    let _ = to.shutdown(how);
    if outcome.is_err() {
        let _ = from.shutdown(Shutdown::Both);
    }
    outcome
}
