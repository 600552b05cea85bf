//! What runs, where, and how to look behind it.

use std::path::PathBuf;

use chassis::config::PublicUrl;
use devstack::{
    layout::Layout,
    secrets::Secrets,
    state::{Entry, State},
};
use sqlx::PgPool;

/// The system that is up.
pub struct System {
    layout: Layout,
}

impl System {
    /// The one in the data folder.
    ///
    /// # Panics
    /// When none is up.
    pub fn running() -> Self {
        let folder = std::env::var_os("DEVSTACK_DATA").map_or_else(|| root().join(".data"), PathBuf::from);
        let layout = Layout::open(&folder, None).expect("the data folder");
        let system = Self { layout };
        assert!(system.state().devstack.is_alive(), "nothing is up in {}: scripts/up --detach", folder.display());
        system
    }

    /// What devstack says of itself.
    ///
    /// # Panics
    /// When it says nothing.
    pub fn state(&self) -> State {
        State::read(&self.layout.state()).expect("nothing is up: scripts/up --detach")
    }

    /// The processes of a product: one a replica.
    pub fn replicas(&self, product: &str) -> Vec<Entry> {
        let is_its =
            |name: &str| name == product || name.strip_prefix(product).is_some_and(|rest| rest.starts_with('-'));
        self.state().processes.into_iter().filter(|entry| is_its(&entry.name)).collect()
    }

    /// The port of a process.
    ///
    /// # Panics
    /// When there is none for that use.
    pub fn port(&self, process: &str, usage: &str) -> u16 {
        let processes = self.state().processes;
        let entry = processes.iter().find(|entry| entry.name == process);
        let ports = entry.map(|entry| entry.ports.clone()).unwrap_or_default();
        let found = ports.iter().find(|(name, _)| name == usage).map(|(_, port)| *port);
        found.unwrap_or_else(|| panic!("{process} has no port for {usage}: {ports:?}"))
    }

    /// Where people reach a product.
    ///
    /// # Panics
    /// When it does not run.
    pub fn url(&self, product: &str) -> PublicUrl {
        format!("http://localhost:{}", self.port(product, "http")).parse().expect("an address")
    }

    /// A product's database, as the superuser, who sees every tenant's rows.
    ///
    /// # Panics
    /// When it can't be reached.
    pub async fn database(&self, product: &str) -> PgPool {
        let secrets = Secrets::open(&self.layout.run().join("secrets.json")).expect("the secrets");
        let password = secrets.get("postgres").expect("the superuser's password");
        let port = self.port("postgres", "postgres");
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/{product}");
        PgPool::connect(&url).await.expect("the product's database")
    }

    /// The broker's address when it is a real Kafka.
    pub fn kafka(&self) -> Option<String> {
        let found = self.state().processes.into_iter().find(|entry| entry.name == "kafka")?;
        let port = found.ports.first().map(|(_, port)| *port)?;
        Some(format!("127.0.0.1:{port}"))
    }

    /// The log files' folder.
    pub fn logs(&self) -> PathBuf {
        self.layout.logs()
    }
}

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders below the root").to_owned()
}
