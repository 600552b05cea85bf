//! What a product says of itself: `product.toml` for tools, `catalog-info.yaml` for people.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{folder, read};

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
