//! What runs, and the ways to hurt it.

use std::{path::PathBuf, sync::Arc};

use devstack::{layout::Layout, secrets::Secrets, state::State};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};

/// The system that is up.
#[derive(Clone)]
pub struct System(Arc<Layout>);

impl System {
    /// The one in the data folder.
    ///
    /// # Panics
    /// When none is up.
    pub fn running() -> Self {
        let folder = std::env::var_os("DEVSTACK_DATA").map_or_else(|| root().join(".data"), PathBuf::from);
        let system = Self(Arc::new(Layout::open(&folder, None).expect("the data folder")));
        assert!(system.state().devstack.is_alive(), "nothing is up in {}: scripts/up --detach", folder.display());
        system
    }

    /// A process's port.
    ///
    /// # Panics
    /// When it does not run.
    pub fn port(&self, process: &str, usage: &str) -> u16 {
        let entry = self.state().processes.into_iter().find(|entry| entry.name == process);
        let ports = entry.unwrap_or_else(|| panic!("{process} does not run")).ports;
        ports.iter().find(|(name, _)| name == usage).unwrap_or_else(|| panic!("{process} has no port for {usage}")).1
    }

    /// An address of a product.
    pub fn url(&self, product: &str, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port(product, "http"))
    }

    /// Whether a process of that name runs.
    pub fn has(&self, process: &str) -> bool {
        self.state().processes.iter().any(|entry| entry.name == process)
    }

    /// Stops a process where it stands, or lets it go on.
    ///
    /// # Panics
    /// When it does not run.
    pub fn signal(&self, process: &str, signal: Signal) {
        let entry = self.state().processes.into_iter().find(|entry| entry.name == process);
        let identity = entry.and_then(|entry| entry.identity).unwrap_or_else(|| panic!("{process} does not run"));
        assert!(identity.is_alive(), "{process} is gone");
        kill(Pid::from_raw(identity.pid), signal).expect("the signal is sent");
    }

    /// What devstack made up for this run.
    ///
    /// # Panics
    /// When it can't be read.
    pub fn secret(&self, name: &str) -> String {
        let secrets = Secrets::open(&self.0.run().join("secrets.json")).expect("the secrets");
        secrets.get(name).expect("a secret")
    }

    /// A connection as the superuser.
    ///
    /// # Panics
    /// When there is none to be had.
    pub async fn postgres(&self, database: &str) -> PgConnection {
        let options = PgConnectOptions::new().host("127.0.0.1").port(self.port("postgres", "postgres"));
        let options = options.username("postgres").password(&self.secret("postgres")).database(database);
        options.connect().await.expect("Postgres")
    }

    fn state(&self) -> State {
        State::read(&self.0.state()).expect("nothing is up: scripts/up --detach")
    }
}

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders below the root").to_owned()
}
