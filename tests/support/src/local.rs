use std::path::PathBuf;

use devstack::{
    identity::Identity,
    layout::Layout,
    secrets::Secrets,
    state::{Entry, State},
};
use sqlx::postgres::PgConnectOptions;

/// The system that `scripts/up --detach` started in the data folder `DEVSTACK_DATA`.
pub struct LocalSystem {
    layout: Layout,
}

impl LocalSystem {
    /// Opens the running system.
    ///
    /// # Panics
    /// If no system is running in the data folder.
    pub fn running() -> Self {
        let folder = std::env::var_os("DEVSTACK_DATA").map_or_else(|| root().join(".data"), PathBuf::from);
        let system = Self { layout: Layout::open(&folder, None).expect("the data folder") };
        assert!(
            system.state().devstack.is_alive(),
            "no system is running in {}: scripts/up --detach",
            folder.display()
        );
        system
    }

    /// Returns the processes of the system.
    ///
    /// # Panics
    /// If the state file cannot be read.
    pub fn processes(&self) -> Vec<Entry> {
        self.state().processes
    }

    /// Returns a process.
    ///
    /// # Panics
    /// If there is no such process.
    pub fn process(&self, name: &str) -> Entry {
        let found = self.processes().into_iter().find(|entry| entry.name == name);
        found.unwrap_or_else(|| panic!("no process {name} is running"))
    }

    /// Returns the identity of a running process.
    ///
    /// # Panics
    /// If the process does not run.
    pub fn identity(&self, process: &str) -> Identity {
        self.process(process).identity.unwrap_or_else(|| panic!("{process} is not running"))
    }

    /// Returns a process's port.
    ///
    /// # Panics
    /// If the process does not run or has no such port.
    pub fn port(&self, process: &str, usage: &str) -> u16 {
        let ports = self.process(process).ports;
        let found = ports.iter().find(|(name, _)| name == usage).map(|(_, port)| *port);
        found.unwrap_or_else(|| panic!("{process} has no port {usage}: {ports:?}"))
    }

    /// Returns the base URL of a product's process.
    ///
    /// # Panics
    /// If the process does not run.
    pub fn url(&self, process: &str) -> String {
        format!("http://localhost:{}", self.port(process, "http"))
    }

    /// Returns a secret that devstack generated.
    ///
    /// # Panics
    /// If there is no such secret.
    pub fn secret(&self, name: &str) -> String {
        let secrets = Secrets::open(&self.layout.run().join("secrets.json")).expect("the secrets");
        secrets.get(name).expect("a secret")
    }

    /// Returns connection options for a database, as the superuser, who sees the rows of all tenants.
    ///
    /// # Panics
    /// If Postgres does not run.
    pub fn postgres(&self, database: &str) -> PgConnectOptions {
        let options = PgConnectOptions::new().host("127.0.0.1").port(self.port("postgres", "postgres"));
        options.username("postgres").password(&self.secret("postgres")).database(database)
    }

    /// Returns the bootstrap addresses of the broker.
    pub fn brokers(&self) -> String {
        self.state().brokers
    }

    /// Returns the folder of the processes' logs.
    pub fn logs(&self) -> PathBuf {
        self.layout.logs()
    }

    fn state(&self) -> State {
        State::read(&self.layout.state()).expect("no system is running: scripts/up --detach")
    }
}

/// Returns the repository's folder.
///
/// # Panics
/// Never: the repository is two folders above this package.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders below the root").to_owned()
}
