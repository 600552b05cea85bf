use std::{net::SocketAddr, process::Command};

use chassis::{
    Error, config,
    lifecycle::{Lifecycle, Reflection},
    ops::Readiness,
};
use reqwest::{Response, StatusCode};
use tokio::{
    net::TcpListener,
    sync::{Mutex, MutexGuard},
    task::JoinHandle,
};
use tonic::service::Routes;

/// Without a load balancer that has to notice.
pub(crate) const AT_ONCE: config::Lifecycle = config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 20 };

/// Signals are for the whole process: one test at a time has one.
static TURN: Mutex<()> = Mutex::const_new(());

/// A lifecycle that runs in this process.
pub(crate) struct Process {
    pub(crate) http: SocketAddr,
    pub(crate) grpc: SocketAddr,
    ops: SocketAddr,
    running: JoinHandle<Result<(), Error>>,
    _turn: MutexGuard<'static, ()>,
}

impl Process {
    /// Starts what `build` adds to a process with nothing but health and reflection, and waits until it is ready.
    pub(crate) async fn start(
        drain: config::Lifecycle,
        build: impl FnOnce(Lifecycle, SocketAddr) -> (Lifecycle, Routes),
    ) -> Self {
        let turn = TURN.lock().await;
        let (http, grpc, ops) = (free_address().await, free_address().await, free_address().await);
        let (lifecycle, routes) = build(Lifecycle::new(&drain).ops(ops, Readiness::new()), http);
        let reflection = Reflection { service: "login.v1.Login", descriptors: contracts::FILE_DESCRIPTOR_SET };
        let running = tokio::spawn(lifecycle.grpc(grpc, routes, reflection).run());
        let process = Self { http, grpc, ops, running, _turn: turn };
        process.until_ready_is(StatusCode::OK).await;
        process
    }

    /// Asks this process to stop, as Kubernetes does.
    pub(crate) fn terminate(&self) {
        let killed = Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status();
        assert!(killed.expect("kill runs").success());
    }

    /// Waits until `/readyz` says so.
    pub(crate) async fn until_ready_is(&self, status: StatusCode) {
        support::eventually("readiness", || async {
            let answer = reqwest::get(format!("http://{}/readyz", self.ops)).await.ok()?;
            (answer.status() == status).then_some(())
        })
        .await;
    }

    /// GET of the public port.
    pub(crate) async fn get(&self, path: &str) -> reqwest::Result<Response> {
        reqwest::get(format!("http://{}{path}", self.http)).await
    }

    /// How it ended.
    pub(crate) async fn end(self) -> Result<(), Error> {
        self.running.await.expect("no panic")
    }
}

/// An address that nobody has.
async fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound")
}
