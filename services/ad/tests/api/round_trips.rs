//! The round trips to the database of a click, counted on the wire.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ad::{
    domain::delivery::{DeliveryKind, Outcome},
    usecase::record_delivery::record_delivery,
};
use chassis::config;
use serde_json::json;
use sqlx::ConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream, tcp},
};

use crate::harness::TestApp;

/// Forwards connections to Postgres, and counts the answers after which the server waits again (`ReadyForQuery`).
async fn counting_proxy(server: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let answers = Arc::new(AtomicUsize::new(0));
    let counted = answers.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (mut requests, to_client) = client.into_split();
            let (from_server, mut to_server) = TcpStream::connect(&server).await.expect("Postgres").into_split();
            tokio::spawn(async move { copy(&mut requests, &mut to_server).await });
            tokio::spawn(count(from_server, to_client, counted.clone()));
        }
    });
    (port, answers)
}

/// A message of Postgres is its type, its length with these four bytes, and its content.
async fn count(mut server: tcp::OwnedReadHalf, mut client: tcp::OwnedWriteHalf, answers: Arc<AtomicUsize>) {
    let mut head = [0; 5];
    while server.read_exact(&mut head).await.is_ok() {
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let mut message = head.to_vec();
        message.resize(length + 1, 0);
        server.read_exact(&mut message[5..]).await.expect("a whole message");
        answers.fetch_add(usize::from(head[0] == b'Z'), Ordering::Relaxed);
        if client.write_all(&message).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_charged_click_takes_at_most_ten_round_trips() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    let mut url = test.app.db.app().connect_options().to_url_lossy();
    let server = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5432));
    let (port, answers) = counting_proxy(server).await;
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(port)).expect("a port");
    url.query_pairs_mut().append_pair("sslmode", "disable");
    let database_url = String::from(url).into();
    let database = config::Database { database_url, database_max_connections: 1, ..test.database.config() };
    let replica = test.replica_by(database);
    let pool = replica.db.app();
    let click = async || {
        let serve = test.serve(&acme, &hangang, id, 100);
        test.seen(&serve).await;
        // The pool checks a returned connection once more, after the click before has ended.
        support::eventually("an idle pool", async || (pool.num_idle() == pool.size() as usize).then_some(())).await;
        let before = answers.load(Ordering::Relaxed);
        let recorded = record_delivery(&replica, DeliveryKind::Click, &serve).await.expect("recorded");
        assert!(matches!(recorded.outcome, Outcome::Charged(_)), "{recorded:?}");
        answers.load(Ordering::Relaxed) - before
    };
    let first = click().await;
    let next = click().await;
    assert!(first > next, "the first click of a connection also prepares its statements: {first}");
    assert!((1..=10).contains(&next), "{next} round trips");
}
