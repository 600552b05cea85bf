use std::sync::Arc;

use axum::{Router, routing::post};
use contracts::login::v1::{GetUserRequest, login_client::LoginClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
    time::Instant,
};
use tonic::{Code, service::Routes, transport::Endpoint};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use crate::process::{AT_ONCE, Process};

#[tokio::test]
async fn clients_get_goaway_and_running_calls_finish() {
    let (begun, may_end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, may_end) = (Arc::clone(&begun), Arc::clone(&may_end));
        move || async move {
            begun.notify_one();
            may_end.notified().await;
            ([("content-type", "application/grpc"), ("grpc-status", "5")], "")
        }
    };
    let process = Process::start(AT_ONCE, move |lifecycle, _| {
        (lifecycle, Routes::from(Router::new().route("/login.v1.Login/GetUser", post(slow))))
    })
    .await;
    let address = format!("http://{}", process.grpc);
    let mut client = LoginClient::connect(address).await.expect("connected");
    let call = tokio::spawn(async move { client.get_user(GetUserRequest::default()).await });
    begun.notified().await;
    let mut silent = Http2::connect(&process).await;

    process.terminate();
    silent.until_goaway().await;
    may_end.notify_one();
    assert_eq!(call.await.expect("no panic").expect_err("the status of the handler").code(), Code::NotFound);
    drop(silent);
    process.end().await.expect("stopped");
}

#[tokio::test]
async fn health_watchers_see_not_serving_and_do_not_block_the_shutdown() {
    let process = Process::start(AT_ONCE, |lifecycle, _| (lifecycle, Routes::default())).await;
    let address = Endpoint::from_shared(format!("http://{}", process.grpc)).expect("an address");
    let mut client = HealthClient::new(address.connect().await.expect("connected"));
    let mut health = client.watch(HealthCheckRequest::default()).await.expect("a stream").into_inner();
    let mut seen = vec![];
    let started = Instant::now();
    while let Some(health) = health.message().await.expect("no broken stream") {
        if health.status() == ServingStatus::Serving && !seen.contains(&health.status()) {
            process.terminate();
        }
        seen.push(health.status());
    }
    assert_eq!(seen.last(), Some(&ServingStatus::NotServing));
    process.end().await.expect("stopped");
    assert!(started.elapsed() < AT_ONCE.drain_deadline(), "nothing was aborted");
}

/// An HTTP/2 connection without requests that reads frames.
struct Http2(TcpStream);

impl Http2 {
    async fn connect(process: &Process) -> Self {
        let mut stream = TcpStream::connect(process.grpc).await.expect("connected");
        let settings: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("the preface");
        stream.write_all(&settings).await.expect("empty settings");
        Self(stream)
    }

    /// Reads until GOAWAY, which must have the error code NO_ERROR.
    async fn until_goaway(&mut self) {
        loop {
            let mut head = [0; 9];
            self.0.read_exact(&mut head).await.expect("GOAWAY before the end");
            let mut payload = vec![0; usize::from(u16::from_be_bytes([head[1], head[2]]))];
            self.0.read_exact(&mut payload).await.expect("a whole frame");
            if head[3] == 7 {
                assert_eq!(payload[4..8], [0; 4]);
                return;
            }
        }
    }
}
