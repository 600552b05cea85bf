//! Listeners of HTTP and gRPC servers that set TCP_NODELAY on each accepted connection.
//!
//! Without it, the kernel holds back the last packet of a response until the client acknowledges the packet before,
//! which a client may delay by 40 ms. `axum::serve` and tonic leave it off on a listener that is given to them.
//!
//! To listen: [`bind`]. To serve: `axum::serve(listener::http(listener), service)`, or `.serve_with_incoming(listener::grpc(listener))`.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use axum::serve::ListenerExt;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tonic::transport::server::TcpIncoming;

/// The backlog of [`TcpListener::bind`].
const BACKLOG: u32 = 1024;

/// Listens on `address`. `[::]` accepts IPv4 as well, and is `0.0.0.0` on a machine without IPv6.
///
/// # Errors
/// When the address is not one of this machine, or is in use.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    if address.ip() == Ipv6Addr::UNSPECIFIED {
        or_ipv4(bind_both(address), address.port()).await
    } else {
        TcpListener::bind(address).await
    }
}

/// Listens on IPv6 and IPv4, also where the system separates them by default (`net.ipv6.bindv6only`).
fn bind_both(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v6()?;
    socket.set_reuseaddr(true)?;
    SockRef::from(&socket).set_only_v6(false)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Listens on IPv4 when there is no IPv6. Systems report that in different ways, so each other error counts.
async fn or_ipv4(bound: io::Result<TcpListener>, port: u16) -> io::Result<TcpListener> {
    match bound {
        Err(error) if !matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) => {
            TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await
        }
        bound => bound,
    }
}

/// Connections for axum.
pub fn http(listener: TcpListener) -> axum::serve::TapIo<TcpListener, impl FnMut(&mut TcpStream) + Send + 'static> {
    listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(error = %error, "cannot set TCP_NODELAY");
        }
    })
}

/// Connections for tonic.
pub fn grpc(listener: TcpListener) -> TcpIncoming {
    TcpIncoming::from(listener).with_nodelay(Some(true))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::serve::Listener;
    use futures::StreamExt;

    use super::*;

    async fn listen() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        (listener, address)
    }

    fn every_address() -> SocketAddr {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    }

    #[tokio::test]
    async fn every_address_is_of_both_families() {
        let listener = bind(every_address()).await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("IPv4");
        let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok();
        assert_eq!(TcpStream::connect((Ipv6Addr::LOCALHOST, port)).await.is_ok(), has_ipv6, "IPv6");
    }

    #[tokio::test]
    async fn a_machine_without_ipv6_listens_on_ipv4() {
        let none = Err(io::ErrorKind::AddrNotAvailable.into());
        let listener = or_ipv4(none, 0).await.expect("a port");
        assert_eq!(listener.local_addr().expect("bound").ip(), IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    }

    #[tokio::test]
    async fn a_used_port_is_an_error() {
        let used = bind(every_address()).await.expect("a port");
        let error = bind(used.local_addr().expect("bound")).await.expect_err("used");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn accepted_connections_send_without_delay() {
        let (listener, address) = listen().await;
        let _client = TcpStream::connect(address).await.expect("connected");
        let (accepted, _) = http(listener).accept().await;
        assert!(accepted.nodelay().expect("the option"), "HTTP");

        let (listener, address) = listen().await;
        let _client = TcpStream::connect(address).await.expect("connected");
        let accepted = grpc(listener).next().await.expect("a connection").expect("accepted");
        assert!(accepted.nodelay().expect("the option"), "gRPC");
    }
}
