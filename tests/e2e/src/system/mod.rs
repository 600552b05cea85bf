//! What runs, where, and how to look behind it: on one machine or on a cluster, and to the tests the same.

mod cluster;
mod machine;

use std::{collections::HashMap, path::PathBuf, time::Duration};

use chassis::config::PublicUrl;
use devstack::product::Product;
use sqlx::{PgPool, postgres::PgPoolOptions};
use support::Forward;
use tokio::sync::Mutex;

use self::{cluster::Cluster, machine::Machine};

/// The system that is up.
pub struct System {
    place: Place,
    databases: Mutex<HashMap<String, (PgPool, Option<Forward>)>>,
}

enum Place {
    Machine(Machine),
    Cluster(Cluster),
}

/// One of the processes of a product that do the same.
#[derive(Debug, Clone)]
pub struct Replica {
    /// The product.
    pub product: String,
    /// Of the process or the pod.
    pub name: String,
}

/// Where something is reached from here, for as long as this value lives.
pub struct Reached<T> {
    /// Its address.
    pub at: T,
    _forward: Option<Forward>,
}

impl System {
    /// The one on the cluster that `CLUSTER_CONTEXT` names, else the one in the data folder.
    ///
    /// # Panics
    /// When none is up.
    pub fn running() -> Self {
        let place = Cluster::named().map_or_else(|| Place::Machine(Machine::running()), Place::Cluster);
        Self { place, databases: Mutex::default() }
    }

    /// Where people reach a product.
    ///
    /// # Panics
    /// When it does not run.
    pub fn url(&self, product: &str) -> PublicUrl {
        match &self.place {
            Place::Machine(machine) => machine.url(product),
            Place::Cluster(cluster) => cluster.url(product),
        }
    }

    /// What runs of a product.
    ///
    /// # Panics
    /// When the cluster does not say.
    pub async fn replicas(&self, product: &str) -> Vec<Replica> {
        let names = match &self.place {
            Place::Machine(machine) => machine.replicas(product),
            Place::Cluster(cluster) => cluster.replicas(product).await,
        };
        names.into_iter().map(|name| Replica { product: product.to_owned(), name }).collect()
    }

    /// The public port of this one replica, under the host name that people use.
    ///
    /// # Panics
    /// When there is no way to it.
    pub async fn reach(&self, replica: &Replica) -> Reached<PublicUrl> {
        match &self.place {
            Place::Machine(machine) => Reached { at: machine.url(&replica.name), _forward: None },
            Place::Cluster(cluster) => {
                let (at, forward) = cluster.reach(&replica.product, &replica.name).await;
                Reached { at, _forward: Some(forward) }
            }
        }
    }

    /// Ends a replica with no time to put anything in order, and waits until the product has all of them ready again.
    ///
    /// # Panics
    /// When that takes too long.
    pub async fn crash(&self, replica: &Replica) {
        match &self.place {
            Place::Machine(machine) => machine.crash(&replica.name).await,
            Place::Cluster(cluster) => cluster.crash(&replica.product, &replica.name).await,
        }
    }

    /// A product's database, as the superuser, who sees every tenant's rows.
    ///
    /// # Panics
    /// When it can't be reached.
    pub async fn database(&self, product: &str) -> PgPool {
        let mut databases = self.databases.lock().await;
        // A port-forward may have ended since.
        if let Some((pool, _)) = databases.get(product)
            && pool.acquire().await.is_ok()
        {
            return pool.clone();
        }
        let (options, forward) = match &self.place {
            Place::Machine(machine) => (machine.postgres(product), None),
            Place::Cluster(cluster) => {
                let (options, forward) = cluster.postgres(product).await;
                (options, Some(forward))
            }
        };
        let pool = PgPoolOptions::new().max_connections(3).acquire_timeout(Duration::from_secs(10));
        let pool = pool.connect_with(options).await.expect("the product's database");
        databases.insert(product.to_owned(), (pool.clone(), forward));
        pool
    }

    /// The broker's address, when it is one that can be asked what a topic holds.
    ///
    /// # Errors
    /// Why it is not.
    ///
    /// # Panics
    /// When there should be a way to it, and is none.
    pub async fn broker(&self) -> Result<Reached<String>, String> {
        match &self.place {
            Place::Machine(machine) => machine.broker().map(|at| Reached { at, _forward: None }),
            Place::Cluster(cluster) => {
                cluster.broker().await.map(|(at, forward)| Reached { at, _forward: Some(forward) })
            }
        }
    }

    /// What the processes have logged: a text each, or one for several.
    pub(crate) async fn logs(&self) -> Vec<String> {
        match &self.place {
            Place::Machine(machine) => machine.logs(),
            Place::Cluster(cluster) => cluster.logs().await,
        }
    }
}

/// The products, by their folders.
///
/// # Panics
/// When a `product.toml` can't be read.
pub fn products() -> Vec<Product> {
    devstack::product::load_all(&root()).expect("the products")
}

fn product(name: &str) -> Product {
    products().into_iter().find(|product| product.name == name).unwrap_or_else(|| panic!("there is no product {name}"))
}

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders below the root").to_owned()
}
