//! Calls to a peer over real connections, with gRPC's health service as the peer.

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

async fn ask(channel: &client::Channel) -> Result<i32, Status> {
    client::retry_idempotent(|| async {
        let identity = Identity::Person(SecretString::from("token"));
        let request = client::request(HealthCheckRequest::default(), &identity, DEADLINE).await?;
        let answer = HealthClient::new(channel.clone()).check(request).await?;
        Ok(answer.into_inner().status)
    })
    .await
}

#[tokio::test]
async fn a_replica_that_is_gone_is_not_noticed() {
    let alive = support::serve_grpc(peer()).await;
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("bound")
    };
    let addresses: Addrs = format!("{alive},{gone}").parse().expect("addresses");
    let channel = client::channel(&addresses);
    // In a task of its own, as servers call peers: the call has to be one that can move between threads.
    let calls = tokio::spawn(async move {
        for _ in 0..50 {
            assert_eq!(ask(&channel).await.expect("an answer"), ServingStatus::Serving as i32);
        }
    });
    calls.await.expect("every call is answered");
}

#[tokio::test]
async fn a_peer_that_is_down_fails_at_once() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("bound")
    };
    let channel = client::channel(&gone.to_string().parse().expect("an address"));
    let started = tokio::time::Instant::now();
    assert_eq!(ask(&channel).await.expect_err("nobody there").code(), tonic::Code::Unavailable);
    assert!(started.elapsed() < DEADLINE / 2, "{:?}", started.elapsed());
}
