//! Access to the running system, and ways to break it.

use std::sync::Arc;

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{ConnectOptions, PgConnection};
use support::LocalSystem;

/// The running system.
#[derive(Clone)]
pub struct System(Arc<LocalSystem>);

impl System {
    /// Opens the system in the data folder.
    ///
    /// # Panics
    /// If none runs.
    pub fn running() -> Self {
        Self(Arc::new(LocalSystem::running()))
    }

    /// Returns a process's port.
    ///
    /// # Panics
    /// If the process does not run.
    pub fn port(&self, process: &str, usage: &str) -> u16 {
        self.0.port(process, usage)
    }

    /// Returns a URL of a product.
    pub fn url(&self, product: &str, path: &str) -> String {
        self.0.url(product) + path
    }

    pub fn has(&self, process: &str) -> bool {
        self.0.processes().iter().any(|entry| entry.name == process)
    }

    /// Returns the bootstrap addresses of the broker.
    pub fn brokers(&self) -> String {
        self.0.brokers()
    }

    /// Sends a signal such as SIGSTOP or SIGCONT to a process.
    ///
    /// # Panics
    /// If the process does not run.
    pub fn signal(&self, process: &str, signal: Signal) {
        let identity = self.0.identity(process);
        assert!(identity.is_alive(), "{process} has exited");
        kill(Pid::from_raw(identity.pid), signal).expect("the signal is sent");
    }

    /// Returns a secret that devstack generated.
    ///
    /// # Panics
    /// If there is no such secret.
    pub fn secret(&self, name: &str) -> String {
        self.0.secret(name)
    }

    /// Opens a superuser connection.
    ///
    /// # Panics
    /// If Postgres is unreachable.
    pub async fn postgres(&self, database: &str) -> PgConnection {
        self.0.postgres(database).connect().await.expect("Postgres")
    }
}
