//! The plan of a run: everything that is decided and checked before a process starts.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{given, options::Options};
use crate::{
    advertiser,
    broker::{Choice, Reason},
    clients,
    deployment::Deployment,
    embedded::EmbeddedBroker,
    kafka::Node,
    layout::Layout,
    ports::{check_browsers, check_free},
    postgres::{Binaries, Cluster},
    process::{own_program, rotate_log},
    product::{self, Product},
    report::{note, step},
    secrets::Secrets,
    state::Chosen,
};

/// The Postgres server of the products.
#[derive(Debug)]
pub(super) enum Database {
    /// A server that this run starts.
    Ours(Box<Cluster>),
    /// Given by `LOGIN_DATABASE_URL` and the like: one URL per product, in the order of the products.
    Given(Vec<String>),
}

impl Database {
    /// URL of the role that creates the roles and the database of the product at `index`.
    pub(super) fn admin_url(&self, index: usize) -> String {
        match self {
            Self::Ours(cluster) => cluster.url("postgres"),
            Self::Given(urls) => urls[index].clone(),
        }
    }
}

/// The broker of the products.
#[derive(Debug)]
pub(super) enum Broker {
    Given,
    Kafka(Box<Node>),
    Embedded(EmbeddedBroker, Reason),
}

impl Broker {
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Given => "given by KAFKA_BROKERS".to_owned(),
            Self::Kafka(node) => format!("Apache Kafka on {}", node.brokers()),
            Self::Embedded(broker, _) => format!("embedded on {}", broker.brokers()),
        }
    }
}

/// Everything that one run needs to know.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) layout: Layout,
    pub(super) chosen: Chosen,
    /// Time of the command, in seconds since the epoch.
    pub(super) began: Option<f64>,
    pub(super) deployment: Deployment,
    pub(super) database: Database,
    pub(super) broker: Broker,
    /// Folder of the products' programs, which is devstack's own.
    pub(super) programs: PathBuf,
}

impl Plan {
    pub(super) async fn make(layout: Layout, root: &Path, options: Options) -> Result<Self> {
        step(3, "stores");
        let products = product::load_all(root)?;
        let programs = programs(&products)?;
        let choice = Choice::make(&layout, options.broker).await?;
        let chosen = options.chosen(choice.name());
        let secrets = Secrets::open(&layout.run().join("secrets.json"))?;
        let database = database(&layout, &chosen, &products, &secrets).await?;
        let (broker, brokers) = broker(&layout, &chosen, &choice, &products)?;
        let deployment = Deployment {
            products,
            replicas: chosen.replicas,
            host: chosen.host.clone(),
            port_offset: chosen.port_offset,
            brokers,
            secrets,
            clients_file: layout.run().join("clients.json"),
        };
        let plan = Self { layout, chosen, began: options.began, deployment, database, broker, programs };
        plan.check_ports()?;
        choice.store(&plan.layout)?;
        clients::write(&plan.deployment)?;
        for source in crate::logs::sources(&plan.layout.logs(), None)? {
            // The log of a background run is already open.
            if source.name != "devstack" {
                rotate_log(&source.file)?;
            }
        }
        Ok(plan)
    }

    /// URL of the administrator's role, by product.
    pub(super) fn admins(&self) -> BTreeMap<String, String> {
        let products = self.deployment.products.iter().enumerate();
        products.map(|(index, product)| (product.name.clone(), self.database.admin_url(index))).collect()
    }

    /// The name and port of each page, without the offset.
    fn pages(&self) -> Vec<(String, u16)> {
        let replicas = |product: &Product| {
            let (name, port) = (product.name.clone(), product.ports.http);
            (0..self.chosen.replicas).map(move |replica| (format!("{name} http"), port + replica))
        };
        let advertisers = std::iter::once(("advertisers' site".to_owned(), advertiser::PORT));
        self.deployment.products.iter().flat_map(replicas).chain(advertisers).collect()
    }

    fn check_ports(&self) -> Result<()> {
        check_browsers(&self.pages(), self.chosen.port_offset)?;
        for product in &self.deployment.products {
            for replica in 0..self.chosen.replicas {
                for (purpose, port) in self.deployment.ports(product, replica).named() {
                    check_free(port, &format!("{} {purpose}", product.name))?;
                }
            }
        }
        check_free(self.deployment.advertiser_port(), "advertisers' site")?;
        if let Database::Ours(cluster) = &self.database {
            check_free(cluster.port(), "Postgres")?;
        }
        if let Broker::Kafka(node) = &self.broker {
            check_free(node.ports().0, "Kafka")?;
            check_free(node.ports().1, "Kafka controller")?;
        }
        Ok(())
    }
}

fn programs(products: &[Product]) -> Result<PathBuf> {
    let own = own_program()?;
    let folder = own.parent().context("the path of this program has no folder")?;
    for product in products {
        if !folder.join(&product.name).is_file() {
            bail!("{} is not built: start with scripts/up, or `cargo build -p {}`", product.name, product.name);
        }
    }
    Ok(folder.to_owned())
}

async fn database(layout: &Layout, chosen: &Chosen, products: &[Product], secrets: &Secrets) -> Result<Database> {
    if let Some(given) = given::databases(products, |variable| std::env::var(variable).ok())? {
        return Ok(Database::Given(given));
    }
    let data = layout.run();
    let binaries = Binaries::find_or_fetch(&layout.cache(), Some(&data), note).await?;
    let port = chosen.postgres_port + chosen.port_offset;
    let password = secrets.get("postgres")?;
    Ok(Database::Ours(Box::new(Cluster::persistent(binaries, &data, &layout.log("postgres"), port, password)?)))
}

fn broker(layout: &Layout, chosen: &Chosen, choice: &Choice, products: &[Product]) -> Result<(Broker, String)> {
    match choice {
        Choice::Given(brokers) => Ok((Broker::Given, brokers.clone())),
        Choice::Embedded(reason) => {
            let broker = EmbeddedBroker::start()?;
            // Consumers report a topic that does not exist, until its first event.
            products
                .iter()
                .flat_map(|product| &product.topics.writes)
                .try_for_each(|name| broker.create_topic(name))?;
            let brokers = broker.brokers();
            Ok((Broker::Embedded(broker, *reason), brokers))
        }
        Choice::Kafka(java, jars) => {
            let port = chosen.kafka_port + chosen.port_offset;
            let data = layout.run().join("kafka");
            let node = Node::new(java.clone(), jars, data, layout.log("kafka"), (port, port + 1))?;
            let brokers = node.brokers();
            Ok((Broker::Kafka(Box::new(node)), brokers))
        }
    }
}
