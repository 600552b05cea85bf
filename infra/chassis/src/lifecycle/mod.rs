//! The lifecycle of a process: its servers and workers, and the order in which they stop.
//!
//! On SIGTERM or Ctrl-C:
//! 1. `/readyz` fails, and HTTP responses close their connections. All servers and workers continue during the drain
//!    delay, so that load balancers stop sending requests first;
//! 2. the listeners close: HTTP finishes its requests, gRPC sends GOAWAY, workers stop. Work that still runs at the
//!    drain deadline is aborted: a silent connection can block a graceful shutdown for ever;
//! 3. the relay stops, then [`Lifecycle::on_stopped`] runs, then the operations server stops. Telemetry is flushed last,
//!    in [`crate::process::run`].
//!
//! A second signal ends the process at once.
//!
//! To add a worker: `.worker("name", |stop| work(stop))`. It returns soon after `stop` is cancelled; most workers loop
//! with [`every`]. A worker that ends earlier or panics ends the process, and the platform starts a new one.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use futures::future::BoxFuture;
use tokio::{net::TcpListener, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::{
    Error, config, listener,
    ops::{self, Readiness},
};

mod every;
mod grpc;
mod http;
mod signals;
mod steps;

pub use every::every;
pub use steps::Steps;

type Tasks = JoinSet<(&'static str, Result<(), Error>)>;
type Task = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, Result<(), Error>> + Send>;

/// The servers and workers of a process. See the [module](self).
pub struct Lifecycle {
    drain_delay: Duration,
    drain_deadline: Duration,
    /// Cancelled when the listeners close.
    draining: CancellationToken,
    readiness: Readiness,
    ops: Option<SocketAddr>,
    listeners: Vec<(&'static str, SocketAddr, Listener)>,
    workers: Vec<(&'static str, Task)>,
    relays: Vec<(&'static str, Task)>,
    stopped: Vec<BoxFuture<'static, ()>>,
}

/// The service that gRPC reflection describes.
#[derive(Debug, Clone, Copy)]
pub struct Reflection {
    /// The full name of the service, such as `login.v1.Login`.
    pub service: &'static str,
    /// An encoded `FileDescriptorSet` with the service and everything it imports.
    pub descriptors: &'static [u8],
}

enum Listener {
    Http(Router),
    Grpc(Routes, Reflection),
}

impl Lifecycle {
    /// Creates a lifecycle without servers and workers.
    pub fn new(config: &config::Lifecycle) -> Self {
        Self {
            drain_delay: config.drain_delay(),
            drain_deadline: config.drain_deadline(),
            draining: CancellationToken::new(),
            readiness: Readiness::new(),
            ops: None,
            listeners: vec![],
            workers: vec![],
            relays: vec![],
            stopped: vec![],
        }
    }

    /// A token that is cancelled when the listeners close. Endless response streams end then.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Adds the operations server, which stops last.
    #[must_use]
    pub fn ops(mut self, address: SocketAddr, readiness: Readiness) -> Self {
        self.ops = Some(address);
        self.readiness = readiness;
        self
    }

    /// Adds the public HTTP server.
    #[must_use]
    pub fn http(mut self, address: SocketAddr, router: Router) -> Self {
        self.listeners.push(("HTTP_ADDR", address, Listener::Http(router)));
        self
    }

    /// Adds the gRPC server, with health and reflection.
    #[must_use]
    pub fn grpc(mut self, address: SocketAddr, routes: Routes, reflection: Reflection) -> Self {
        self.listeners.push(("GRPC_ADDR", address, Listener::Grpc(routes, reflection)));
        self
    }

    /// Adds a worker that stops when the listeners close.
    #[must_use]
    pub fn worker<F>(mut self, name: &'static str, work: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.workers.push((name, task(work)));
        self
    }

    /// Adds a worker that stops after all servers and workers, because they create its work.
    #[must_use]
    pub fn relay<F>(mut self, name: &'static str, work: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.relays.push((name, task(work)));
        self
    }

    /// Adds work for the end, such as closing the database. It has 2 seconds.
    #[must_use]
    pub fn on_stopped(mut self, work: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stopped.push(Box::pin(work));
        self
    }

    /// Runs until a signal, or until a server or worker ends.
    ///
    /// # Errors
    /// When an address cannot be bound, or a server or worker ended without a signal.
    pub async fn run(mut self) -> Result<(), Error> {
        let mut signals = signals::Signals::new()?;
        let started = Instant::now();
        let mut running = self.start().await?;
        tokio::spawn(announce(self.readiness.clone(), started, self.draining.clone()));

        let outcome = tokio::select! {
            () = signals.next() => Ok(()),
            ended = first(&mut running.tasks) => Err(ended),
            ended = first(&mut running.relays) => Err(ended),
        };
        tracing::info!("draining");
        self.readiness.drain();
        let delay = if outcome.is_ok() { self.drain_delay } else { Duration::ZERO };
        tokio::select! {
            () = self.stop(running, delay) => tracing::info!("stopped"),
            () = signals.next() => tracing::warn!("stopped by a second signal"),
        }
        outcome
    }

    async fn start(&mut self) -> Result<Running, Error> {
        let mut running = Running::default();
        if let Some(address) = self.ops {
            let listener = listen("OPS_ADDR", address).await?;
            let router = ops::router(self.readiness.clone());
            running.ops.spawn(named("ops", http::serve(listener, router, running.ops_stop.clone())));
        }
        for (variable, address, listener) in std::mem::take(&mut self.listeners) {
            let socket = listen(variable, address).await?;
            let (readiness, stop) = (self.readiness.clone(), self.draining.clone());
            match listener {
                Listener::Http(router) => {
                    running.tasks.spawn(named("http", http::serve(socket, http::closing(router, readiness), stop)))
                }
                Listener::Grpc(routes, reflection) => {
                    running.tasks.spawn(named("grpc", grpc::serve(socket, routes, reflection, readiness, stop)))
                }
            };
        }
        for (name, work) in std::mem::take(&mut self.workers) {
            running.tasks.spawn(named(name, work(self.draining.clone())));
        }
        for (name, work) in std::mem::take(&mut self.relays) {
            running.relays.spawn(named(name, work(running.relay_stop.clone())));
        }
        Ok(running)
    }

    async fn stop(self, mut running: Running, delay: Duration) {
        tokio::time::sleep(delay).await;
        self.draining.cancel();
        finish("servers and workers", &mut running.tasks, self.drain_deadline).await;
        running.relay_stop.cancel();
        finish("relay", &mut running.relays, Duration::from_secs(5)).await;
        for work in self.stopped {
            if tokio::time::timeout(Duration::from_secs(2), work).await.is_err() {
                tracing::warn!("final work did not end in time");
            }
        }
        running.ops_stop.cancel();
        finish("ops", &mut running.ops, Duration::from_secs(1)).await;
    }
}

/// The running tasks, in the groups in which they stop.
#[derive(Default)]
struct Running {
    /// Servers and workers.
    tasks: Tasks,
    relays: Tasks,
    ops: Tasks,
    relay_stop: CancellationToken,
    ops_stop: CancellationToken,
}

fn task<F: Future<Output = ()> + Send + 'static>(work: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Task {
    Box::new(move |stop| {
        let work = work(stop);
        Box::pin(async move {
            work.await;
            Ok(())
        })
    })
}

async fn named(name: &'static str, work: impl Future<Output = Result<(), Error>>) -> (&'static str, Result<(), Error>) {
    (name, work.await)
}

async fn listen(variable: &str, address: SocketAddr) -> Result<TcpListener, Error> {
    listener::bind(address).await.map_err(|error| format!("{variable}: cannot listen on {address}: {error}").into())
}

/// Waits until one of `tasks` ends, and returns that as an error: tasks should run until they are stopped.
async fn first(tasks: &mut Tasks) -> Error {
    match tasks.join_next().await {
        None => std::future::pending().await,
        Some(Err(error)) => error.into(),
        Some(Ok((name, Err(error)))) => format!("{name}: {error}").into(),
        Some(Ok((name, Ok(())))) => format!("{name} ended unexpectedly").into(),
    }
}

async fn finish(what: &str, tasks: &mut Tasks, deadline: Duration) {
    let all = async {
        while let Some(ended) = tasks.join_next().await {
            match ended {
                Ok((_, Ok(()))) => {}
                Ok((name, Err(error))) => tracing::warn!(name, error = %error, "stopped with an error"),
                Err(error) => tracing::warn!(error = %error, "stopped with an error"),
            }
        }
    };
    if tokio::time::timeout(deadline, all).await.is_err() {
        tracing::warn!(what, seconds = deadline.as_secs(), "aborted: did not stop in time");
        tasks.shutdown().await;
    }
}

async fn announce(readiness: Readiness, started: Instant, draining: CancellationToken) {
    let ready = async {
        while !readiness.is_ready().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tracing::info!(milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), "ready");
    };
    draining.run_until_cancelled(ready).await;
}
