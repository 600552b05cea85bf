//! Access to the running system, with the same interface on one machine and on a cluster.

mod cluster;
mod machine;

use std::{collections::HashMap, time::Duration};

use chassis::config::PublicUrl;
use devstack::product::Product;
use sqlx::{PgPool, postgres::PgPoolOptions};
use support::Forward;
pub use support::root;
use tokio::sync::Mutex;

use self::{cluster::Cluster, machine::Machine};

/// The running system.
pub struct System {
    target: Target,
    databases: Mutex<HashMap<String, (PgPool, Option<Forward>)>>,
}

enum Target {
    Machine(Machine),
    Cluster(Cluster),
}

/// One of a product's processes or pods.
#[derive(Debug, Clone)]
pub struct Replica {
    pub product: String,
    /// Name of the process or the pod.
    pub name: String,
}

/// An address that works until this value is dropped.
pub struct Reachable<T> {
    pub address: T,
    _forward: Option<Forward>,
}

impl System {
    /// Opens the system on the cluster of `CLUSTER_CONTEXT` if it is set, else the one in the data folder.
    ///
    /// # Panics
    /// If none runs.
    pub fn running() -> Self {
        let target = Cluster::from_env().map_or_else(|| Target::Machine(Machine::running()), Target::Cluster);
        Self { target, databases: Mutex::default() }
    }

    /// Returns a product's public URL.
    ///
    /// # Panics
    /// If the product does not run.
    pub fn url(&self, product: &str) -> PublicUrl {
        match &self.target {
            Target::Machine(machine) => machine.url(product),
            Target::Cluster(cluster) => cluster.url(product),
        }
    }

    /// Returns the product's replicas.
    ///
    /// # Panics
    /// If the cluster does not respond.
    pub async fn replicas(&self, product: &str) -> Vec<Replica> {
        let names = match &self.target {
            Target::Machine(machine) => machine.replicas(product),
            Target::Cluster(cluster) => cluster.replicas(product).await,
        };
        names.into_iter().map(|name| Replica { product: product.to_owned(), name }).collect()
    }

    /// Returns a URL of this replica with the public URL's host, so that cookies are sent.
    ///
    /// # Panics
    /// If the replica is unreachable.
    pub async fn reach(&self, replica: &Replica) -> Reachable<PublicUrl> {
        match &self.target {
            Target::Machine(machine) => Reachable { address: machine.url(&replica.name), _forward: None },
            Target::Cluster(cluster) => {
                let (address, forward) = cluster.reach(&replica.product, &replica.name).await;
                Reachable { address, _forward: Some(forward) }
            }
        }
    }

    /// Kills a replica without a graceful shutdown, and waits until all replicas are ready again.
    ///
    /// # Panics
    /// If that takes too long.
    pub async fn crash(&self, replica: &Replica) {
        match &self.target {
            Target::Machine(machine) => machine.crash(&replica.name).await,
            Target::Cluster(cluster) => cluster.crash(&replica.product, &replica.name).await,
        }
    }

    /// Runs `scripts/stop` or `scripts/start` for a product.
    ///
    /// # Errors
    /// On a cluster, or when the script fails.
    pub async fn control(&self, script: &str, product: &str) -> Result<(), String> {
        match &self.target {
            Target::Machine(_) => {
                let mut command = tokio::process::Command::new(root().join("scripts").join(script));
                support::run_command(command.arg(product), "").await.map(drop)
            }
            Target::Cluster(_) => Err("a cluster has no scripts/stop".to_owned()),
        }
    }

    /// Opens a product's database as the superuser, who sees the rows of all tenants.
    ///
    /// # Panics
    /// If the database is unreachable.
    pub async fn database(&self, product: &str) -> PgPool {
        let mut databases = self.databases.lock().await;
        // The port-forward of a cached pool may have ended.
        if let Some((pool, _)) = databases.get(product)
            && pool.acquire().await.is_ok()
        {
            return pool.clone();
        }
        let (options, forward) = match &self.target {
            Target::Machine(machine) => (machine.postgres(product), None),
            Target::Cluster(cluster) => {
                let (options, forward) = cluster.postgres(product).await;
                (options, Some(forward))
            }
        };
        let pool = PgPoolOptions::new().max_connections(3).acquire_timeout(Duration::from_secs(10));
        let pool = pool.connect_with(options).await.expect("the product's database");
        databases.insert(product.to_owned(), (pool.clone(), forward));
        pool
    }

    /// Returns the address of a real Kafka, whose topics can be read.
    ///
    /// # Errors
    /// Why the broker's topics cannot be read.
    ///
    /// # Panics
    /// If the broker is unreachable.
    pub async fn broker(&self) -> Result<Reachable<String>, String> {
        match &self.target {
            Target::Machine(machine) => machine.broker().map(|address| Reachable { address, _forward: None }),
            Target::Cluster(cluster) => {
                cluster.broker().await.map(|(address, forward)| Reachable { address, _forward: Some(forward) })
            }
        }
    }

    /// Returns the logs of the processes. A text may hold the logs of several processes.
    pub(crate) async fn logs(&self) -> Vec<String> {
        match &self.target {
            Target::Machine(machine) => machine.logs(),
            Target::Cluster(cluster) => cluster.logs().await,
        }
    }
}

/// Returns all products.
///
/// # Panics
/// If a `product.toml` cannot be read.
pub fn products() -> Vec<Product> {
    devstack::product::load_all(&root()).expect("the products")
}

fn product(name: &str) -> Product {
    products().into_iter().find(|product| product.name == name).unwrap_or_else(|| panic!("no product {name}"))
}
