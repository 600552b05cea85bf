//! A product's Helm chart, as far as other products matter.

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
    /// Who may talk to whom.
    pub network_policy: NetworkPolicy,
}

/// Who may talk to whom.
#[derive(Debug, Deserialize)]
pub struct NetworkPolicy {
    /// Products that call this one by gRPC.
    pub callers: Vec<Peer>,
    /// Products that this one asks.
    pub calls: Vec<Peer>,
}

/// Another product, as a chart names it.
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
    pub fn asks(&self) -> BTreeMap<String, BTreeSet<u16>> {
        self.calls.iter().map(|peer| (peer.name.clone(), peer.ports.clone())).collect()
    }
}

/// A product's chart.
pub fn chart(product: &str) -> PathBuf {
    folder(product).join("chart")
}

/// The values of a product's chart.
///
/// # Panics
/// When they are missing or can't be read.
pub fn values(product: &str) -> Values {
    let file = chart(product).join("values.yaml");
    serde_norway::from_str(&read(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The files of a product's chart, by their names inside it.
///
/// # Panics
/// When there is no chart.
pub fn parts(product: &str) -> BTreeSet<String> {
    let chart = chart(product);
    let name = |path: PathBuf| path.strip_prefix(&chart).expect("inside the chart").display().to_string();
    files(&chart).into_iter().map(name).collect()
}
