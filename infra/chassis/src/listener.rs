//! Listeners of HTTP and gRPC servers that set TCP_NODELAY on each accepted connection.
//!
//! Without it, the kernel holds back the last packet of a response until the client acknowledges the packet before,
//! which a client may delay by 40 ms. `axum::serve` and tonic leave it off on a listener that is given to them.
//!
//! To serve: `axum::serve(listener::http(listener), service)`, or `.serve_with_incoming(listener::grpc(listener))`.

use axum::serve::ListenerExt;
use tokio::net::{TcpListener, TcpStream};
use tonic::transport::server::TcpIncoming;

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
    use std::net::SocketAddr;

    use axum::serve::Listener;
    use futures::StreamExt;

    use super::*;

    async fn listen() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        (listener, address)
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
