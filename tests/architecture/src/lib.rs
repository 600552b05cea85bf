//! Reads the repository: its crates, the products' folders, and the calls and topics between products.
//!
//! The tests of this crate check the rules of `docs/decisions`. `topology.golden` is generated from the code. After an
//! intended change, write it again with `UPDATE_GOLDEN=1 cargo test -p architecture`. Reasoned exceptions are in `copies.toml`
//! (files that are equal in all products) and `imports.toml` (imports against the direction of the layers).

use std::{
    fs,
    path::{Path, PathBuf},
};

pub mod chart;
pub mod code;
pub mod copies;
pub mod declared;
pub mod imports;
pub mod layers;
pub mod owners;
pub mod workspace;

/// The port of public HTTP in each product's pods.
pub const HTTP: u16 = 8080;
/// The port of gRPC in each product's pods.
pub const GRPC: u16 = 9090;
/// The port of probes and metrics in each product's pods.
pub const OPS: u16 = 9100;

/// The root folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders below the root").to_owned()
}

/// The names of the products: the folders in `services`.
pub fn products() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("services"))
        .expect("services")
        .map(|entry| entry.expect("a folder").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

/// The folder of a product.
pub fn folder(product: &str) -> PathBuf {
    root().join("services").join(product)
}

/// The text of a file.
///
/// # Panics
/// When the file cannot be read; the message names it.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files in `folder` and its subfolders, sorted.
///
/// # Panics
/// When the folder cannot be read; the message names it.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// The catalogue's entry of the product itself.
///
/// # Panics
/// When the catalogue has no `Component` with the product's name.
pub fn catalog_of(product: &str) -> declared::Spec {
    let component = declared::catalog(product)
        .into_iter()
        .find(|entity| entity.kind == "Component" && entity.metadata.name == product);
    component.unwrap_or_else(|| panic!("services/{product}/catalog-info.yaml has no Component {product}")).spec
}
