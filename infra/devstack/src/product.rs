//! The file `services/<name>/product.toml`, which describes a product. A new product changes nothing else of devstack.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One product of the repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Name of the product, its folder, crate, binary and database.
    pub name: String,
    pub ports: Ports,
    #[serde(default)]
    pub topics: Topics,
    /// gRPC methods that the product calls, by service.
    #[serde(default)]
    pub calls: BTreeMap<String, Vec<String>>,
    /// The product as an OAuth client of login.
    pub client: Option<Client>,
    /// Variables beyond the common ones; [`crate::template`] fills in `{…}`.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Path of the `product.toml`.
    #[serde(skip)]
    pub file: PathBuf,
}

/// Ports of the first replica on one machine; replica k adds k.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ports {
    /// Public pages and API.
    pub http: u16,
    pub grpc: u16,
    /// `/livez`, `/readyz`, `/metrics`.
    pub ops: u16,
}

/// Topics that the product publishes and consumes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// Topics that only this product writes.
    #[serde(default)]
    pub writes: Vec<String>,
    #[serde(default)]
    pub reads: Vec<String>,
}

/// An OAuth client of login.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub id: String,
    /// Grants by which the client may get tokens.
    pub grant_types: Vec<String>,
    /// Redirect URIs after signing in, as paths below the product's public URL.
    #[serde(default)]
    pub redirect_paths: Vec<String>,
    /// Redirect URIs after signing out, as paths below the product's public URL.
    #[serde(default)]
    pub post_logout_redirect_paths: Vec<String>,
}

impl Ports {
    /// The ports with their purposes.
    #[must_use]
    pub fn named(self) -> [(&'static str, u16); 3] {
        [("http", self.http), ("grpc", self.grpc), ("ops", self.ops)]
    }

    /// Adds an offset to each port.
    #[must_use]
    pub fn moved(self, by: u16) -> Self {
        Self { http: self.http + by, grpc: self.grpc + by, ops: self.ops + by }
    }
}

/// Loads all products below `root/services`, sorted by name.
pub fn load_all(root: &Path) -> Result<Vec<Product>> {
    let folder = root.join("services");
    let entries = fs::read_dir(&folder).with_context(|| {
        format!("cannot read {}: run devstack in the repository, or name it with --root", folder.display())
    })?;
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

/// Loads one `product.toml`.
pub fn load(file: &Path) -> Result<Product> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut product = parse(&text).with_context(|| file.display().to_string())?;
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
    if folder != product.name.as_str() {
        bail!("{}: name: `{}` differs from the name of the folder", file.display(), product.name);
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
    // The name is also a database name and a prefix of roles and variables, so it must need no quoting.
    if !starts_well || !letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_') {
        bail!(
            "name: `{}` must start with a lower-case letter, and consist of lower-case letters, digits and _",
            product.name
        );
    }
    Ok(product)
}

fn check_ports(products: &[Product]) -> Result<()> {
    let mut taken = BTreeSet::new();
    for product in products {
        for (purpose, port) in product.ports.named() {
            if !taken.insert(port) {
                bail!("{}: ports.{purpose}: port {port} is already used by another product", product.file.display());
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
    fn only_name_and_ports_are_required() {
        let shop = parse(SHOP).unwrap();
        assert_eq!(shop.ports.moved(2).named(), [("http", 3), ("grpc", 4), ("ops", 5)]);
        assert_eq!((shop.client, shop.topics), (None, Topics::default()));
    }

    #[test]
    fn an_error_is_reported_with_its_line() {
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
