//! Reads `product.toml`, which tools use, and `catalog-info.yaml`, which people use.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{GRPC, HTTP, folder, read};

/// The parts of a `product.toml` that concern other products.
#[derive(Debug, Deserialize)]
pub struct Product {
    /// Name of the product and of its folder.
    pub name: String,
    /// Topics that it writes and reads.
    #[serde(default)]
    pub topics: Topics,
    /// gRPC methods it calls, by service.
    #[serde(default)]
    pub calls: BTreeMap<String, Vec<String>>,
    /// The product's client at login, if it signs people in or requests service tokens.
    pub client: Option<toml::Table>,
    /// Its environment variables. `devstack` and the charts replace `{…}`.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

impl Product {
    /// Returns the products that this product connects to, each with the ports of its pods: gRPC for called methods,
    /// and login's public port for keys and tokens.
    pub fn peers(&self) -> BTreeMap<String, BTreeSet<u16>> {
        let mut peers: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
        for service in self.calls.keys() {
            let owner = service.split('.').next().unwrap_or_default();
            peers.entry(owner.to_owned()).or_default().insert(GRPC);
        }
        if self.client.is_some() || self.env.contains_key("LOGIN_PUBLIC_URL") {
            peers.entry("login".to_owned()).or_default().insert(HTTP);
        }
        peers
    }

    /// Whether the product writes or reads any topic.
    pub fn uses_topics(&self) -> bool {
        !self.topics.writes.is_empty() || !self.topics.reads.is_empty()
    }
}

/// The topics of a product.
#[derive(Debug, Default, Deserialize)]
pub struct Topics {
    /// Topics that it writes.
    #[serde(default)]
    pub writes: Vec<String>,
    /// Topics that it reads.
    #[serde(default)]
    pub reads: Vec<String>,
}

/// Reads a product's `product.toml`.
///
/// # Panics
/// When the file is missing or invalid.
pub fn product(name: &str) -> Product {
    let file = folder(name).join("product.toml");
    toml::from_str(&read(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// An entity of Backstage's catalogue.
#[derive(Debug, Deserialize)]
pub struct Entity {
    /// `Component`, `API`.
    pub kind: String,
    /// Name and description.
    pub metadata: Metadata,
    /// Owner and APIs.
    pub spec: Spec,
}

/// Name and description of an entity.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Unique within its kind.
    pub name: String,
    /// Description for people.
    #[serde(default)]
    pub description: String,
}

/// Owner and APIs of an entity.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spec {
    /// The team that owns it.
    pub owner: String,
    /// APIs that it offers.
    pub provides_apis: Vec<String>,
    /// APIs of other products that it uses.
    pub consumes_apis: Vec<String>,
}

/// Reads a product's `catalog-info.yaml`.
///
/// # Panics
/// When the file is missing or invalid.
pub fn catalog(name: &str) -> Vec<Entity> {
    let file = folder(name).join("catalog-info.yaml");
    let text = read(&file);
    serde_norway::Deserializer::from_str(&text)
        .map(|document| Entity::deserialize(document).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
        .collect()
}
