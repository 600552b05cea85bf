//! Calls to a peer over real connections. The peer is the gRPC health service.

use std::time::Duration;

use chassis::{
    client::{self, Identity},
    config::Addrs,
};
use secrecy::SecretString;
use tokio::net::TcpListener;
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
