//! A process from start to end, as one object: what serves, what works, and the order in which it stops.
//!
//! On SIGTERM or Ctrl-C: `/readyz` says no, and for the drain delay all goes on, so that load balancers notice first;
//! kept-alive HTTP connections are asked to come again elsewhere. Then the doors close: HTTP finishes what it has, gRPC sends GOAWAY, workers stop where they stand; those have until
//! the drain deadline, and what still runs then is cut off (a silent connection can hang a graceful stop for ever).
//! Behind them the relay stops, then what [`Lifecycle::on_stopped`] names, and telemetry last of all, in
//! [`crate::process::run`]. A second signal ends the process at once.
//!
//! To add a worker: `.worker("name", |stop| work(stop))`; it returns soon after `stop` is cancelled; [`every`] is
//! the loop of most. One that ends before that, or panics, ends the process: whoever supervises it starts a fresh one.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use futures::future::BoxFuture;
use tokio::{net::TcpListener, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::{
    Error, config,
    ops::{self, Readiness},
};

mod every;
mod grpc;
mod http;
mod signals;

pub use every::every;

type Task = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, Result<(), Error>> + Send>;

/// See the module.
pub struct Lifecycle {
    drain_delay: Duration,
    drain_deadline: Duration,
    /// Cancelled when the doors close.
    draining: CancellationToken,
    readiness: Readiness,
    ops: Option<SocketAddr>,
    listeners: Vec<(&'static str, SocketAddr, Listener)>,
    workers: Vec<(&'static str, Task)>,
    relays: Vec<(&'static str, Task)>,
    stopped: Vec<BoxFuture<'static, ()>>,
}

/// What gRPC reflection tells a developer's tools.
#[derive(Debug, Clone, Copy)]
pub struct Reflection {
    /// The service's full name, `login.v1.Login`.
    pub service: &'static str,
    /// The encoded descriptors that have it, with all they refer to.
    pub descriptors: &'static [u8],
}

enum Listener {
    Http(Router),
    Grpc(Routes, Reflection),
}

impl Lifecycle {
    /// A process that does nothing yet.
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

    /// Cancelled when the doors close: streams that would go on for ever end then.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Answers the platform's questions; the last server to stop.
    #[must_use]
    pub fn ops(mut self, address: SocketAddr, readiness: Readiness) -> Self {
        self.ops = Some(address);
        self.readiness = readiness;
        self
    }

    /// Serves public HTTP.
    #[must_use]
    pub fn http(mut self, address: SocketAddr, router: Router) -> Self {
        self.listeners.push(("HTTP_ADDR", address, Listener::Http(router)));
        self
    }

    /// Serves gRPC, with health and reflection.
    #[must_use]
    pub fn grpc(mut self, address: SocketAddr, routes: Routes, reflection: Reflection) -> Self {
        self.listeners.push(("GRPC_ADDR", address, Listener::Grpc(routes, reflection)));
        self
    }

    /// Runs a worker that stops when the doors close.
    #[must_use]
    pub fn worker<F>(mut self, name: &'static str, work: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.workers.push((name, task(work)));
        self
    }

    /// Runs a worker that stops once everything that could give it work has stopped.
    #[must_use]
    pub fn relay<F>(mut self, name: &'static str, work: impl FnOnce(CancellationToken) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.relays.push((name, task(work)));
        self
    }

    /// Does this when all has stopped, such as closing the database.
    #[must_use]
    pub fn on_stopped(mut self, work: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stopped.push(Box::pin(work));
        self
    }

    /// Runs until a signal, or until something that should go on ends.
    ///
    /// # Errors
    /// When an address can't be listened on, or a server or worker ends by itself.
    pub async fn run(self) -> Result<(), Error> {
        let mut signals = signals::Signals::new()?;
        let started = Instant::now();
        let (relay_stop, ops_stop) = (CancellationToken::new(), CancellationToken::new());
        let (mut doors, mut relays, mut ops) = (JoinSet::new(), JoinSet::new(), JoinSet::new());

        if let Some(address) = self.ops {
            let listener = listen("OPS_ADDR", address).await?;
            let router = ops::router(self.readiness.clone());
            ops.spawn(named("ops", http::serve(listener, router, ops_stop.clone())));
        }
        for (variable, address, listener) in self.listeners {
            let socket = listen(variable, address).await?;
            let stop = self.draining.clone();
            match listener {
                Listener::Http(router) => {
                    let router = http::closing(router, self.readiness.clone());
                    doors.spawn(named("http", http::serve(socket, router, stop)))
                }
                Listener::Grpc(routes, reflection) => {
                    doors.spawn(named("grpc", grpc::serve(socket, routes, reflection, self.readiness.clone(), stop)))
                }
            };
        }
        for (name, work) in self.workers {
            doors.spawn(named(name, work(self.draining.clone())));
        }
        for (name, work) in self.relays {
            relays.spawn(named(name, work(relay_stop.clone())));
        }
        tokio::spawn(announce(self.readiness.clone(), started, self.draining.clone()));

        let outcome = tokio::select! {
            () = signals.next() => Ok(()),
            ended = first(&mut doors) => Err(ended),
            ended = first(&mut relays) => Err(ended),
        };
        tracing::info!("draining");
        self.readiness.drain();
        let stop = async {
            if outcome.is_ok() {
                tokio::time::sleep(self.drain_delay).await;
            }
            self.draining.cancel();
            finish("doors", &mut doors, self.drain_deadline).await;
            relay_stop.cancel();
            finish("relay", &mut relays, Duration::from_secs(5)).await;
            for work in self.stopped {
                if tokio::time::timeout(Duration::from_secs(2), work).await.is_err() {
                    tracing::warn!("what comes last did not end in time");
                }
            }
            ops_stop.cancel();
            finish("ops", &mut ops, Duration::from_secs(1)).await;
        };
        tokio::select! {
            () = stop => tracing::info!("stopped"),
            () = signals.next() => tracing::warn!("stopped at once by a second signal"),
        }
        outcome
    }
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
    TcpListener::bind(address).await.map_err(|error| format!("{variable}: {address}: {error}").into())
}

/// Waits until one of `tasks` ends, which none should; says how it did.
async fn first(tasks: &mut JoinSet<(&'static str, Result<(), Error>)>) -> Error {
    match tasks.join_next().await {
        None => std::future::pending().await,
        Some(Err(error)) => error.into(),
        Some(Ok((name, Err(error)))) => format!("{name}: {error}").into(),
        Some(Ok((name, Ok(())))) => format!("{name} ended by itself").into(),
    }
}

async fn finish(what: &str, tasks: &mut JoinSet<(&'static str, Result<(), Error>)>, deadline: Duration) {
    let all = async {
        while let Some(ended) = tasks.join_next().await {
            match ended {
                Ok((_, Ok(()))) => {}
                Ok((name, Err(error))) => tracing::warn!(name, error = %error, "did not stop well"),
                Err(error) => tracing::warn!(error = %error, "did not stop well"),
            }
        }
    };
    if tokio::time::timeout(deadline, all).await.is_err() {
        tracing::warn!(what, seconds = deadline.as_secs(), "cut off: did not stop in time");
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
