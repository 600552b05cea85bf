//! What a product says of itself: `product.toml` for tools, `catalog-info.yaml` for people.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{GRPC, HTTP, folder, read};

/// A product's `product.toml`, as far as other products matter.
#[derive(Debug, Deserialize)]
pub struct Product {
    /// Its name, the folder's.
    pub name: String,
    /// Topics.
    #[serde(default)]
    pub topics: Topics,
    /// gRPC methods it calls, by service.
    #[serde(default)]
    pub calls: BTreeMap<String, Vec<String>>,
    /// Its client at login, when people sign in to it or it asks for tokens of its own.
    pub client: Option<toml::Table>,
    /// Settings of its own; `{…}` is filled in by what starts it.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

impl Product {
    /// The products that it asks, each with the ports of that one's pods: gRPC for what it calls; and login's public port,
    /// where it fetches keys when it takes tokens, and tokens when people sign in to it.
    pub fn asks(&self) -> BTreeMap<String, BTreeSet<u16>> {
        let mut asks: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
        for service in self.calls.keys() {
            let owner = service.split('.').next().unwrap_or_default();
            asks.entry(owner.to_owned()).or_default().insert(GRPC);
        }
        if self.client.is_some() || self.env.contains_key("LOGIN_PUBLIC_URL") {
            asks.entry("login".to_owned()).or_default().insert(HTTP);
        }
        asks
    }

    /// Whether it writes or reads a topic.
    pub fn uses_topics(&self) -> bool {
        !self.topics.writes.is_empty() || !self.topics.reads.is_empty()
    }
}

/// Topics of a product.
#[derive(Debug, Default, Deserialize)]
pub struct Topics {
    /// Those it writes.
    #[serde(default)]
    pub writes: Vec<String>,
    /// Those it reads.
    #[serde(default)]
    pub reads: Vec<String>,
}

/// Reads a product's `product.toml`.
///
/// # Panics
/// When it is missing or can't be read.
pub fn product(name: &str) -> Product {
    let file = folder(name).join("product.toml");
    toml::from_str(&read(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// An entity of Backstage's catalogue.
#[derive(Debug, Deserialize)]
pub struct Entity {
    /// `Component`, `API`.
    pub kind: String,
    /// Name and annotations.
    pub metadata: Metadata,
    /// What it is.
    pub spec: Spec,
}

/// An entity's name.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Unique within its kind.
    pub name: String,
    /// What it is, for people.
    #[serde(default)]
    pub description: String,
}

/// What an entity is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spec {
    /// The team.
    pub owner: String,
    /// APIs that others may use.
    pub provides_apis: Vec<String>,
    /// APIs of others that it uses.
    pub consumes_apis: Vec<String>,
}

/// Reads a product's `catalog-info.yaml`.
///
/// # Panics
/// When it is missing or can't be read.
pub fn catalog(name: &str) -> Vec<Entity> {
    let file = folder(name).join("catalog-info.yaml");
    let text = read(&file);
    serde_norway::Deserializer::from_str(&text)
        .map(|document| Entity::deserialize(document).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
        .collect()
}
