//! A product's pipeline runs when one of the product's inputs has changed.

use std::{collections::BTreeSet, path::PathBuf, process::Command};

use architecture::{
    folder, products, root,
    workspace::{Crate, crates},
};

/// The folders of the workspace's crates that `name` depends on, with its own.
fn inputs_of(name: &str, crates: &[Crate]) -> BTreeSet<PathBuf> {
    let (mut names, mut next) = (BTreeSet::new(), vec![name.to_owned()]);
    while let Some(name) = next.pop() {
        let it = crates.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no crate {name}"));
        if names.insert(name) {
            next.extend(it.dependencies.iter().filter(|other| other.is_ours()).map(|other| other.name.clone()));
        }
    }
    let of = crates.iter().filter(|it| names.contains(&it.name));
    of.map(|it| it.manifest_path.parent().expect("a folder").to_owned()).collect()
}

fn watched(product: &str) -> Vec<PathBuf> {
    let script = root().join("scripts/pipeline");
    let output = Command::new(script).args(["watched", product]).output().expect("scripts/pipeline runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(|path| root().join(path)).collect()
}

#[test]
fn the_inputs_of_a_product_are_watched() {
    let crates = crates();
    // devstack starts the databases of the tests. No Cargo.toml has this dependency.
    let stores = inputs_of("devstack", &crates);
    for product in products() {
        let watched = watched(&product);
        for path in &watched {
            assert!(path.exists(), "scripts/pipeline watches {}, which does not exist", path.display());
        }
        for path in inputs_of(&product, &crates).union(&stores) {
            let seen = watched.iter().any(|it| path.starts_with(it));
            assert!(seen, "{product} depends on {}, which scripts/pipeline does not watch", path.display());
        }
    }
}

#[test]
fn another_product_is_not_watched() {
    for product in products() {
        for other in products().iter().filter(|other| **other != product) {
            let touched = watched(&product).iter().any(|it| folder(other).starts_with(it));
            assert!(!touched, "{product}'s pipeline would run whenever {other} changes");
        }
    }
}
