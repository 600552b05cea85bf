//! Calls to a peer over real connections. The peer is the gRPC health service.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use chassis::{
    client::{self, Identity},
    config::Addrs,
};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tonic::{Status, service::Routes};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

const DEADLINE: Duration = Duration::from_secs(5);

fn peer() -> Routes {
    let (_, health) = tonic_health::server::health_reporter();
    Routes::new(health)
}

async fn check(channel: &client::Channel) -> Result<i32, Status> {
    client::retry_idempotent(|| async {
        let identity = Identity::Person(SecretString::from("token"));
        let request = client::request(HealthCheckRequest::default(), &identity, DEADLINE).await?;
        let answer = HealthClient::new(channel.clone()).check(request).await?;
        Ok(answer.into_inner().status)
    })
    .await
}

#[tokio::test]
async fn calls_succeed_while_a_replica_is_gone() {
    let alive = support::serve_grpc(peer()).await;
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("bound")
    };
    let addresses: Addrs = format!("{alive},{gone}").parse().expect("addresses");
    let channel = client::channel(&addresses);
    // In a task, as in a server: the future of a call must be `Send`.
    let calls = tokio::spawn(async move {
        for _ in 0..50 {
            assert_eq!(check(&channel).await.expect("an answer"), ServingStatus::Serving as i32);
        }
    });
    calls.await.expect("every call succeeds");
}

#[tokio::test]
async fn a_call_that_goaway_refuses_is_sent_again() {
    let peer = support::serve_grpc(peer()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let channel = client::channel(&listener.local_addr().expect("bound").to_string().parse().expect("an address"));
    let to_refuse = Arc::new(AtomicU8::new(2));
    let goes_away = tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.expect("a connection");
            tokio::spawn(serve_after_refusals(client, peer.clone(), Arc::clone(&to_refuse)));
        }
    });
    let refused = HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await.expect_err("refused");
    assert_eq!((refused.code(), client::was_not_sent(&refused)), (tonic::Code::Unavailable, true), "{refused:?}");
    assert_eq!(check(&channel).await.expect("the second answer"), ServingStatus::Serving as i32);
    goes_away.abort();
}

/// Serves a connection by the peer, but the first connections get no answer to their call, only a GOAWAY that says that
/// it was not begun. A connection that sends nothing is a probe of the client.
async fn serve_after_refusals(mut client: TcpStream, peer: String, to_refuse: Arc<AtomicU8>) -> io::Result<()> {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const GOAWAY: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const HEADERS: u8 = 1;
    if to_refuse.load(Ordering::SeqCst) == 0 {
        copy_bidirectional(&mut client, &mut TcpStream::connect(peer).await?).await?;
        return Ok(());
    }
    client.write_all(&SETTINGS).await?;
    client.read_exact(&mut [0; 24]).await?;
    let mut head = [0; 9];
    while head[3] != HEADERS {
        client.read_exact(&mut head).await?;
        let length = usize::from(u16::from_be_bytes([head[1], head[2]]));
        client.read_exact(&mut vec![0; length]).await?;
    }
    to_refuse.fetch_sub(1, Ordering::SeqCst);
    client.write_all(&GOAWAY).await?;
    client.read_to_end(&mut vec![]).await?;
    Ok(())
}

#[tokio::test]
async fn a_broken_connection_makes_the_peer_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let channel = client::channel(&listener.local_addr().expect("bound").to_string().parse().expect("an address"));
    let breaks = tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.expect("a connection");
            let _any = client.read_exact(&mut [0; 24]).await;
        }
    });
    let broken = HealthClient::new(channel).check(HealthCheckRequest::default()).await.expect_err("no answer");
    assert_eq!((broken.code(), client::was_not_sent(&broken)), (tonic::Code::Unavailable, false), "{broken:?}");
    breaks.abort();
}

#[tokio::test]
async fn a_peer_that_is_down_fails_at_once() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("bound")
    };
    let channel = client::channel(&gone.to_string().parse().expect("an address"));
    let started = tokio::time::Instant::now();
    assert_eq!(check(&channel).await.expect_err("the peer is down").code(), tonic::Code::Unavailable);
    assert!(started.elapsed() < DEADLINE / 2, "{:?}", started.elapsed());
}
