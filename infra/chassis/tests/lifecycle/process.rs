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

/// No drain delay: there is no load balancer.
pub(crate) const AT_ONCE: config::Lifecycle = config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 20 };

/// A signal reaches the whole process, so one test runs at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// A lifecycle that runs in this process.
pub(crate) struct Process {
    pub(crate) http: SocketAddr,
    pub(crate) grpc: SocketAddr,
    pub(crate) ops: SocketAddr,
    running: JoinHandle<Result<(), Error>>,
    _permit: MutexGuard<'static, ()>,
}

impl Process {
    /// Starts a process with health, reflection and the servers of `build`, and waits until it is ready.
    pub(crate) async fn start(
        drain: config::Lifecycle,
        build: impl FnOnce(Lifecycle, SocketAddr) -> (Lifecycle, Routes),
    ) -> Self {
        let permit = ONE_AT_A_TIME.lock().await;
        let (http, grpc, ops) = (free_address().await, free_address().await, free_address().await);
        let (lifecycle, routes) = build(Lifecycle::new(&drain).ops(ops, Readiness::new()), http);
        let reflection = Reflection { service: "login.v1.Login", descriptors: contracts::FILE_DESCRIPTOR_SET };
        let running = tokio::spawn(lifecycle.grpc(grpc, routes, reflection).run());
        let process = Self { http, grpc, ops, running, _permit: permit };
        process.until_ready_is(StatusCode::OK).await;
        process
    }

    /// Sends SIGTERM to this process, as Kubernetes does.
    pub(crate) fn terminate(&self) {
        let killed = Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status();
        assert!(killed.expect("kill runs").success());
    }

    /// Waits until `/readyz` returns this status.
    pub(crate) async fn until_ready_is(&self, status: StatusCode) {
        support::eventually("readiness", || async {
            let answer = reqwest::get(format!("http://{}/readyz", self.ops)).await.ok()?;
            (answer.status() == status).then_some(())
        })
        .await;
    }

    /// Sends GET to the public port.
    pub(crate) async fn get(&self, path: &str) -> reqwest::Result<Response> {
        reqwest::get(format!("http://{}{path}", self.http)).await
    }

    /// Waits for the end of the process and returns its result.
    pub(crate) async fn end(self) -> Result<(), Error> {
        self.running.await.expect("no panic")
    }
}

/// A free address.
async fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound")
}
