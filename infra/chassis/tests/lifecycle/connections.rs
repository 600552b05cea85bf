//! The accepted connections of each server.

use std::{
    fs,
    net::{SocketAddr, TcpStream},
};

use axum::Router;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use tonic::service::Routes;

use crate::process::{AT_ONCE, Process};

#[tokio::test]
async fn each_server_sends_without_delay() {
    let process =
        Process::start(AT_ONCE, |lifecycle, http| (lifecycle.http(http, Router::new()), Routes::default())).await;
    for (server, address) in [("HTTP", process.http), ("gRPC", process.grpc), ("operations", process.ops)] {
        let client = TcpStream::connect(address).expect("connected");
        let client = client.local_addr().expect("an address");
        let what = format!("TCP_NODELAY of the {server} server");
        support::eventually(&what, || async move { accepted_from(client)?.nodelay().ok()?.then_some(()) }).await;
    }
    process.terminate();
    process.end().await.expect("stopped");
}

/// A copy of the server's end of a connection. The test is in the same process, and no server shows its sockets.
fn accepted_from(client: SocketAddr) -> Option<TcpStream> {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).expect("this process");
    let open = fs::read_dir("/proc/self/fd").expect("the open files");
    let open = open.filter_map(|file| file.ok()?.file_name().to_str()?.parse().ok());
    let copies = open.filter_map(|file| pidfd_getfd(&own, file, PidfdGetfdFlags::empty()).ok());
    copies.map(TcpStream::from).find(|socket| socket.peer_addr().is_ok_and(|peer| peer == client))
}
