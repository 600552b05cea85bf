//! Reads the parts of a product's Helm chart that concern other products.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde::Deserialize;

use super::{files, folder, read};

/// Values of a chart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Values {
    /// Allowed connections.
    pub network_policy: NetworkPolicy,
}

/// Allowed connections.
#[derive(Debug, Deserialize)]
pub struct NetworkPolicy {
    /// Products that call this one by gRPC.
    pub callers: Vec<Peer>,
    /// Products that this one connects to.
    pub calls: Vec<Peer>,
}

/// Another product in the values of a chart.
#[derive(Debug, Deserialize)]
pub struct Peer {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Ports of its pods.
    #[serde(default)]
    pub ports: BTreeSet<u16>,
}

impl NetworkPolicy {
    /// The products of [`NetworkPolicy::calls`], each with its ports.
    pub fn peers(&self) -> BTreeMap<String, BTreeSet<u16>> {
        self.calls.iter().map(|peer| (peer.name.clone(), peer.ports.clone())).collect()
    }
}

/// The folder of a product's chart.
pub fn chart(product: &str) -> PathBuf {
    folder(product).join("chart")
}

/// The values of a product's chart.
///
/// # Panics
/// When the file is missing or invalid.
pub fn values(product: &str) -> Values {
    let file = chart(product).join("values.yaml");
    serde_norway::from_str(&read(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The files of a product's chart, by their paths in it.
///
/// # Panics
/// When the chart is missing.
pub fn parts(product: &str) -> BTreeSet<String> {
    let chart = chart(product);
    let name = |path: PathBuf| path.strip_prefix(&chart).expect("inside the chart").display().to_string();
    files(&chart).into_iter().map(name).collect()
}
