//! Reads the workspace as it is written: its crates, its products' folders, and who talks to whom.
//!
//! The tests beside this crate hold the workspace to `docs/decisions`. `topology.golden` is made from the code; after a
//! wanted change, write it anew with `UPDATE_GOLDEN=1 cargo test -p architecture`.

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

/// Where each product's pods serve their public HTTP.
pub const HTTP: u16 = 8080;
/// Where each product's pods serve gRPC.
pub const GRPC: u16 = 9090;
/// Where each product's pods answer operators.
pub const OPS: u16 = 9100;

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders below the root").to_owned()
}

/// The products, by the folders there are.
pub fn products() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("services"))
        .expect("services")
        .map(|entry| entry.expect("a folder").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

/// A product's folder.
pub fn folder(product: &str) -> PathBuf {
    root().join("services").join(product)
}

/// The text of a file.
///
/// # Panics
/// When it is not there; names it.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below `folder`.
///
/// # Panics
/// When it is not there; names it.
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

/// What a product's catalogue says of the product itself.
///
/// # Panics
/// When it has no `Component` of the product's name.
pub fn catalog_of(product: &str) -> declared::Spec {
    let component = declared::catalog(product)
        .into_iter()
        .find(|entity| entity.kind == "Component" && entity.metadata.name == product);
    component.unwrap_or_else(|| panic!("services/{product}/catalog-info.yaml has no Component {product}")).spec
}
