//! What a product says about itself in `services/<name>/product.toml`. A new product edits nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One product.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name: that of its folder, crate, binary and database.
    pub name: String,
    /// Its ports on one machine.
    pub ports: Ports,
    /// The topics it writes and reads.
    #[serde(default)]
    pub topics: Topics,
    /// The gRPC methods it calls, by service.
    #[serde(default)]
    pub calls: BTreeMap<String, Vec<String>>,
    /// Its client at login, if it has one.
    pub client: Option<Client>,
    /// What it needs beyond the common variables; `{…}` is filled in by whoever runs it.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Where all that stands.
    #[serde(skip)]
    pub file: PathBuf,
}

/// Ports on one machine; replica k adds k.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ports {
    /// Public HTTP.
    pub http: u16,
    /// gRPC.
    pub grpc: u16,
    /// `/livez`, `/readyz`, `/metrics`.
    pub ops: u16,
}

/// Topics by direction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// Those it alone writes.
    #[serde(default)]
    pub writes: Vec<String>,
    /// Those it reads.
    #[serde(default)]
    pub reads: Vec<String>,
}

/// A client at login.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// How it may get tokens.
    pub grant_types: Vec<String>,
    /// Where people come back to with a code, below the product's public URL.
    #[serde(default)]
    pub redirect_paths: Vec<String>,
    /// Where people come back to after signing out, below the product's public URL.
    #[serde(default)]
    pub post_logout_redirect_paths: Vec<String>,
}

impl Ports {
    /// Ports and their uses.
    #[must_use]
    pub fn named(self) -> [(&'static str, u16); 3] {
        [("http", self.http), ("grpc", self.grpc), ("ops", self.ops)]
    }

    /// All moved by the same distance.
    #[must_use]
    pub fn moved(self, by: u16) -> Self {
        Self { http: self.http + by, grpc: self.grpc + by, ops: self.ops + by }
    }
}

/// All products below `root/services`, by name.
pub fn load_all(root: &Path) -> Result<Vec<Product>> {
    let folder = root.join("services");
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("can't read {}: devstack runs in the repository", folder.display()))?;
    let mut products = Vec::new();
    for entry in entries {
        let file = entry?.path().join("product.toml");
        if file.is_file() {
            products.push(load(&file)?);
        }
    }
    products.sort_by(|left, right| left.name.cmp(&right.name));
    check_ports(&products)?;
    Ok(products)
}

/// The product of one file.
pub fn load(file: &Path) -> Result<Product> {
    let text = fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    let mut product = parse(&text).with_context(|| file.display().to_string())?;
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
    if folder != product.name.as_str() {
        bail!("{}: name: `{}` is not the name of its folder", file.display(), product.name);
    }
    file.clone_into(&mut product.file);
    Ok(product)
}

fn parse(text: &str) -> Result<Product> {
    let product: Product = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text[..start].matches('\n').count() + 1;
        anyhow::anyhow!("line {line}: {}", error.message())
    })?;
    let mut letters = product.name.chars();
    let starts_well = letters.next().is_some_and(|letter| letter.is_ascii_lowercase());
    // It is a database name, a role's prefix and a variable's prefix: nothing that would need quoting.
    if !starts_well || !letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_') {
        bail!("name: `{}` must be lower-case letters, digits and _, starting with a letter", product.name);
    }
    Ok(product)
}

fn check_ports(products: &[Product]) -> Result<()> {
    let mut taken = BTreeSet::new();
    for product in products {
        for (purpose, port) in product.ports.named() {
            if !taken.insert(port) {
                bail!("{}: ports.{purpose}: another product has port {port}", product.file.display());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "name = \"shop\"\n[ports]\nhttp = 1\ngrpc = 2\nops = 3\n";

    #[test]
    fn only_name_and_ports_are_needed() {
        let shop = parse(SHOP).unwrap();
        assert_eq!(shop.ports.moved(2).named(), [("http", 3), ("grpc", 4), ("ops", 5)]);
        assert_eq!((shop.client, shop.topics), (None, Topics::default()));
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let error = parse(&format!("{SHOP}[topics]\nwrite = []\n")).unwrap_err().to_string();
        assert!(error.starts_with("line 7: ") && error.contains("`write`"), "{error}");
        let error = parse("name = \"shop\"\n").unwrap_err().to_string();
        assert!(error.contains("`ports`"), "{error}");
    }

    #[test]
    fn a_name_that_would_need_quoting_is_refused() {
        for name in ["Shop", "my-shop", "1shop", "", "shop\\\"; drop"] {
            assert!(parse(&SHOP.replace("\"shop\"", &format!("\"{name}\""))).is_err(), "{name}");
        }
    }

    #[test]
    fn two_products_can_not_share_a_port() {
        let shop = parse(SHOP).unwrap();
        assert!(check_ports(&[shop.clone(), shop]).unwrap_err().to_string().contains("port 1"));
    }
}
