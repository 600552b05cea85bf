//! The direction of imports inside a product: `main → http, grpc, consume → usecase → app, store, domain`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{imports::Imports, read, root};

/// The layers of a product, with the layers that each may import.
const LAYERS: [(&str, &[&str]); 6] = [
    ("main", &["main", "edge", "usecase", "app", "store", "domain", "helper"]),
    ("edge", &["usecase", "app", "store", "domain", "helper"]),
    ("usecase", &["app", "store", "domain", "helper"]),
    ("app", &["store", "domain", "helper"]),
    ("store", &["domain"]),
    ("domain", &[]),
];

/// Layers that a helper may import. A helper is any module without a layer.
const OF_HELPERS: &[&str] = &["store", "domain", "helper"];

/// The layer of a module. `admin` serves the commands of operators, `cli` parses the command line for `main`, and `server` wires
/// the process for it.
fn layer(module: &str) -> &str {
    match module {
        "http" | "grpc" | "consume" | "admin" => "edge",
        "cli" | "server" => "main",
        "main" | "usecase" | "app" | "store" | "domain" => module,
        _ => "helper",
    }
}

/// `imports.toml`: imports against the direction.
#[derive(Debug, Clone, Deserialize)]
pub struct List {
    /// Imports that are allowed.
    #[serde(rename = "exception", default)]
    pub exceptions: Vec<Exception>,
}

/// An import that is allowed against the direction.
#[derive(Debug, Clone, Deserialize)]
pub struct Exception {
    /// The product.
    pub product: String,
    /// The importing module.
    pub from: String,
    /// The imported module.
    pub to: String,
    /// The reason for the exception.
    pub reason: String,
}

/// Reads `imports.toml`.
///
/// # Panics
/// When it cannot be read.
pub fn list() -> List {
    let file = root().join("tests/architecture/imports.toml");
    toml::from_str(&read(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Returns a sentence for each import of `product` against the direction, and for each exception without one.
pub fn problems(product: &str, imports: &Imports, list: &List) -> Vec<String> {
    let mut exceptions: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    let mut problems = vec![];
    for it in list.exceptions.iter().filter(|it| it.product == product) {
        exceptions.insert((&it.from, &it.to), false);
        if it.reason.trim().is_empty() {
            problems.push(format!("imports.toml, {product}: {} → {} has no reason", it.from, it.to));
        }
    }
    for (from, targets) in imports {
        let allowed = LAYERS.iter().find(|(name, _)| *name == layer(from)).map_or(OF_HELPERS, |(_, allowed)| allowed);
        for (to, file) in targets.iter().filter(|(to, _)| !allowed.contains(&layer(to))) {
            match exceptions.get_mut(&(from.as_str(), to.as_str())) {
                Some(used) => *used = true,
                None => problems.push(format!("services/{product}/src/{file}: {from} must not import {to}")),
            }
        }
    }
    let unused = exceptions.into_iter().filter(|(_, used)| !used);
    problems.extend(unused.map(|((from, to), _)| format!("imports.toml, {product}: {from} does not import {to}")));
    problems
}

/// Returns the groups of modules that import each other in a circle.
pub fn circles(imports: &Imports) -> Vec<BTreeSet<String>> {
    let mut circles: Vec<BTreeSet<String>> = vec![];
    for start in imports.keys() {
        let circle: BTreeSet<String> = reached(start, imports)
            .into_iter()
            .filter(|other| other == start || reached(other, imports).contains(start))
            .collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// All modules that `start` imports, directly or not.
fn reached(start: &str, imports: &Imports) -> BTreeSet<String> {
    let (mut found, mut next) = (BTreeSet::new(), vec![start.to_owned()]);
    while let Some(module) = next.pop() {
        for target in imports.get(&module).into_iter().flat_map(BTreeMap::keys) {
            if found.insert(target.clone()) {
                next.push(target.clone());
            }
        }
    }
    found
}
