//! Who may reach what, by what each `product.toml` declares. The charts' network policies have to come to the same.

use std::{collections::BTreeMap, fmt};

use architecture::{
    GRPC, HTTP,
    declared::{self, Product},
    products,
};

/// Who opens a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A product's server.
    Server(String),
    /// A product's `migrate`.
    Migrate(String),
    /// A product's `helm test`.
    Test(String),
    /// A product's own Postgres.
    Postgres(String),
    /// Whoever reads metrics.
    Monitoring,
    /// A pod of a namespace that no product owns.
    Stranger,
    /// The same, with the labels of a product's server.
    Impostor(String),
}

/// What it opens a connection to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// A product's public port.
    Http(String),
    /// A product's gRPC.
    Grpc(String),
    /// A product's metrics.
    Ops(String),
    /// A product's own Postgres.
    Postgres(String),
    /// The broker.
    Kafka,
    /// The cluster's name server.
    Dns,
}

/// What all products declare.
#[derive(Debug)]
pub struct Declared(BTreeMap<String, Product>);

impl Declared {
    /// Reads each `product.toml`.
    pub fn read() -> Self {
        Self(products().into_iter().map(|name| (name.clone(), declared::product(&name))).collect())
    }

    /// All that can open a connection.
    pub fn sources(&self) -> Vec<Who> {
        let of_product = |product: &String| {
            let product = product.clone();
            let kinds: [fn(String) -> Who; 5] = [Who::Server, Who::Migrate, Who::Test, Who::Postgres, Who::Impostor];
            kinds.map(|kind| kind(product.clone()))
        };
        self.0.keys().flat_map(of_product).chain([Who::Monitoring, Who::Stranger]).collect()
    }

    /// All that can be connected to.
    pub fn doors(&self) -> Vec<Door> {
        let of_product = |product: &String| {
            let kinds: [fn(String) -> Door; 4] = [Door::Http, Door::Grpc, Door::Ops, Door::Postgres];
            kinds.map(|kind| kind(product.clone()))
        };
        self.0.keys().flat_map(of_product).chain([Door::Kafka, Door::Dns]).collect()
    }

    /// Whether the connection has to come about: one side lets it out, and the other lets it in.
    pub fn expects(&self, who: &Who, door: &Door) -> bool {
        self.lets_out(who, door) && self.lets_in(who, door)
    }

    fn asks(&self, product: &str, other: &str, port: u16) -> bool {
        self.0[product].peers().get(other).is_some_and(|ports| ports.contains(&port))
    }

    fn lets_out(&self, who: &Who, door: &Door) -> bool {
        match (who, door) {
            (Who::Monitoring | Who::Stranger | Who::Impostor(_), _) => true,
            (Who::Postgres(_), _) => false,
            (_, Door::Dns) => true,
            (Who::Server(it) | Who::Test(it), Door::Http(other)) if self.asks(it, other, HTTP) => true,
            (Who::Server(it) | Who::Test(it), Door::Grpc(other)) if self.asks(it, other, GRPC) => true,
            (Who::Test(it), Door::Http(other) | Door::Grpc(other)) => it == other,
            (Who::Server(it) | Who::Migrate(it), Door::Postgres(other)) => it == other,
            (Who::Server(it) | Who::Migrate(it), Door::Kafka) => self.0[it].uses_topics(),
            _ => false,
        }
    }

    fn lets_in(&self, who: &Who, door: &Door) -> bool {
        match (who, door) {
            (_, Door::Http(_) | Door::Dns) => true,
            (Who::Server(_) | Who::Migrate(_), Door::Kafka) => true,
            (Who::Server(it), Door::Grpc(other)) => self.asks(it, other, GRPC),
            (Who::Test(it), Door::Grpc(other)) => it == other,
            (Who::Server(it) | Who::Migrate(it), Door::Postgres(other)) => it == other,
            (Who::Monitoring, Door::Ops(_)) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(it) => to.pad(it),
            Self::Migrate(it) => to.pad(&format!("{it} migrate")),
            Self::Test(it) => to.pad(&format!("{it} test")),
            Self::Postgres(it) => to.pad(&format!("{it} postgres")),
            Self::Monitoring => to.pad("monitoring"),
            Self::Stranger => to.pad("a stranger"),
            Self::Impostor(it) => to.pad(&format!("not {it}")),
        }
    }
}

impl fmt::Display for Door {
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
