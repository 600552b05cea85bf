//! The connections that each `product.toml` declares. The charts' network policies must allow exactly these.

use std::{collections::BTreeMap, fmt};

use architecture::{
    GRPC, HTTP,
    declared::{self, Product},
    products,
};

/// A pod that opens a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A product's server.
    Server(String),
    /// A product's `migrate` job.
    Migrate(String),
    /// A product's `helm test` pod.
    Test(String),
    /// A product's own Postgres.
    Postgres(String),
    /// Prometheus, in the monitoring namespace.
    Monitoring,
    /// A pod in a namespace of no product.
    Outsider,
    /// The same, with the labels of a product's server.
    Impostor(String),
}

/// The target of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A product's public port.
    Http(String),
    /// A product's gRPC port.
    Grpc(String),
    /// A product's metrics port.
    Ops(String),
    /// A product's own Postgres.
    Postgres(String),
    Kafka,
    /// The cluster's DNS server.
    Dns,
}

/// The declarations of all products.
#[derive(Debug)]
pub struct Declared(BTreeMap<String, Product>);

impl Declared {
    /// Reads each `product.toml`.
    pub fn read() -> Self {
        Self(products().into_iter().map(|name| (name.clone(), declared::product(&name))).collect())
    }

    /// Returns all sources of connections.
    pub fn sources(&self) -> Vec<Source> {
        let of_product = |product: &String| {
            let product = product.clone();
            let kinds: [fn(String) -> Source; 5] =
                [Source::Server, Source::Migrate, Source::Test, Source::Postgres, Source::Impostor];
            kinds.map(|kind| kind(product.clone()))
        };
        self.0.keys().flat_map(of_product).chain([Source::Monitoring, Source::Outsider]).collect()
    }

    /// Returns all destinations of connections.
    pub fn destinations(&self) -> Vec<Destination> {
        let of_product = |product: &String| {
            let kinds: [fn(String) -> Destination; 4] =
                [Destination::Http, Destination::Grpc, Destination::Ops, Destination::Postgres];
            kinds.map(|kind| kind(product.clone()))
        };
        self.0.keys().flat_map(of_product).chain([Destination::Kafka, Destination::Dns]).collect()
    }

    /// Whether the connection must succeed: egress and ingress allow it.
    pub fn allows(&self, source: &Source, destination: &Destination) -> bool {
        self.allows_egress(source, destination) && self.allows_ingress(source, destination)
    }

    fn declares(&self, product: &str, other: &str, port: u16) -> bool {
        self.0[product].peers().get(other).is_some_and(|ports| ports.contains(&port))
    }

    fn allows_egress(&self, source: &Source, destination: &Destination) -> bool {
        match (source, destination) {
            (Source::Monitoring | Source::Outsider | Source::Impostor(_), _) => true,
            (Source::Postgres(_), _) => false,
            (_, Destination::Dns) => true,
            (Source::Server(it) | Source::Test(it), Destination::Http(other)) if self.declares(it, other, HTTP) => true,
            (Source::Server(it) | Source::Test(it), Destination::Grpc(other)) if self.declares(it, other, GRPC) => true,
            (Source::Test(it), Destination::Http(other) | Destination::Grpc(other)) => it == other,
            (Source::Server(it) | Source::Migrate(it), Destination::Postgres(other)) => it == other,
            (Source::Server(it) | Source::Migrate(it), Destination::Kafka) => self.0[it].uses_topics(),
            _ => false,
        }
    }

    fn allows_ingress(&self, source: &Source, destination: &Destination) -> bool {
        match (source, destination) {
            (_, Destination::Http(_) | Destination::Dns) => true,
            (Source::Server(_) | Source::Migrate(_), Destination::Kafka) => true,
            (Source::Server(it), Destination::Grpc(other)) => self.declares(it, other, GRPC),
            (Source::Test(it), Destination::Grpc(other)) => it == other,
            (Source::Server(it) | Source::Migrate(it), Destination::Postgres(other)) => it == other,
            (Source::Monitoring, Destination::Ops(_)) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(it) => to.pad(it),
            Self::Migrate(it) => to.pad(&format!("{it} migrate")),
            Self::Test(it) => to.pad(&format!("{it} test")),
            Self::Postgres(it) => to.pad(&format!("{it} postgres")),
            Self::Monitoring => to.pad("monitoring"),
            Self::Outsider => to.pad("an outsider"),
            Self::Impostor(it) => to.pad(&format!("not {it}")),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(it) => to.pad(&format!("{it}:http")),
            Self::Grpc(it) => to.pad(&format!("{it}:grpc")),
            Self::Ops(it) => to.pad(&format!("{it}:ops")),
            Self::Postgres(it) => to.pad(&format!("{it}:db")),
            Self::Kafka => to.pad("kafka"),
            Self::Dns => to.pad("dns"),
        }
    }
}
