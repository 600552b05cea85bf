use std::sync::{Arc, Mutex};

use chassis::{config, lifecycle::Lifecycle};
use tokio::time::Instant;
use tonic::service::Routes;

use crate::process::{AT_ONCE, Process};

#[tokio::test]
async fn the_relay_stops_after_the_workers() {
    let said = Arc::new(Mutex::new(vec![]));
    let say = |what: &'static str| {
        let said = Arc::clone(&said);
        move || said.lock().expect("not poisoned").push(what)
    };
    let (worker, relay, stopped) = (say("worker"), say("relay"), say("stopped"));
    let process = Process::start(AT_ONCE, |lifecycle, _| {
        let lifecycle = lifecycle
            .relay("relay", |stop| async move {
                stop.cancelled().await;
                relay();
            })
            .worker("worker", |stop| async move {
                stop.cancelled().await;
                // Checks that a stopping worker can still publish events.
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                worker();
            })
            .on_stopped(async move { stopped() });
        (lifecycle, Routes::default())
    })
    .await;
    process.terminate();
    process.end().await.expect("stopped");
    assert_eq!(*said.lock().expect("not poisoned"), ["worker", "relay", "stopped"]);
}

#[tokio::test]
async fn a_worker_that_does_not_stop_is_aborted() {
    let drain = config::Lifecycle { drain_deadline_seconds: 1, ..AT_ONCE };
    let hangs = |lifecycle: Lifecycle, _| (lifecycle.worker("hangs", |_| std::future::pending()), Routes::default());
    let process = Process::start(drain, hangs).await;
    let started = Instant::now();
    process.terminate();
    process.end().await.expect("stopped");
    assert!(started.elapsed() < AT_ONCE.drain_deadline(), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_worker_that_ends_ends_the_process() {
    let (breaks, breaking) = tokio::sync::oneshot::channel::<()>();
    let sweep = |_| async { breaking.await.expect("the test ends the sweep") };
    let process = Process::start(AT_ONCE, |lifecycle, _| (lifecycle.worker("sweep", sweep), Routes::default())).await;
    breaks.send(()).expect("the sweep waits for it");
    assert_eq!(process.end().await.expect_err("a failure").to_string(), "sweep ended unexpectedly");
}
