use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    response::sse::{Event, Sse},
    routing::get,
};
use chassis::{config, lifecycle::Lifecycle};
use futures::{StreamExt, stream};
use reqwest::StatusCode;
use tokio::{net::TcpStream, time::Instant};
use tonic::service::Routes;

use crate::process::{AT_ONCE, Process};

/// A drain delay that is long enough for a slow machine to send requests in it.
const SLOWLY: config::Lifecycle = config::Lifecycle { drain_delay_seconds: 4, drain_deadline_seconds: 20 };

#[tokio::test]
async fn readiness_fails_first_and_connections_close_before_the_listeners() {
    let hello = |lifecycle: Lifecycle, http| {
        let router = Router::new().route("/", get(|| async { "hello" }));
        (lifecycle.http(http, router), Routes::default())
    };
    let process = Process::start(SLOWLY, hello).await;
    let kept_alive = reqwest::Client::new();
    let get = async || kept_alive.get(format!("http://{}/", process.http)).send().await.expect("an answer");
    assert_eq!(get().await.headers().get("connection"), None);

    process.terminate();
    process.until_ready_is(StatusCode::SERVICE_UNAVAILABLE).await;
    let answer = get().await;
    assert_eq!(
        (answer.status(), &answer.headers()["connection"]),
        (StatusCode::OK, &"close".parse().expect("a value"))
    );
    let unknown = process.get("/nowhere").await.expect("a new connection is accepted");
    assert_eq!((unknown.status().as_u16(), unknown.headers().contains_key("connection")), (404, true));
    let http = process.http;
    process.end().await.expect("stopped");
    assert!(TcpStream::connect(http).await.is_err(), "the listener is closed");
}

#[tokio::test]
async fn a_stream_of_events_ends_with_its_last_chunk() {
    let events = |lifecycle: Lifecycle, http| {
        let draining = lifecycle.draining();
        let endless = move || async move {
            let ticks = stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(10)).await;
                Some((Ok::<_, Infallible>(Event::default().data("tick")), ()))
            });
            Sse::new(ticks.take_until(draining.cancelled_owned()))
        };
        (lifecycle.http(http, Router::new().route("/events", get(endless))), Routes::default())
    };
    let process = Process::start(AT_ONCE, events).await;
    let mut stream = process.get("/events").await.expect("a stream");
    stream.chunk().await.expect("an event");
    let started = Instant::now();
    process.terminate();
    while stream.chunk().await.expect("no broken connection").is_some() {}
    process.end().await.expect("stopped");
    assert!(started.elapsed() < AT_ONCE.drain_deadline(), "nothing was aborted");
}
