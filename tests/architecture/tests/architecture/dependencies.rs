//! Checks the dependencies between crates.

use architecture::{
    folder, products, read, root,
    workspace::{Crate, crates},
};

fn products_crates() -> Vec<Crate> {
    let products = products();
    crates().into_iter().filter(|it| products.contains(&it.name)).collect()
}

#[test]
fn every_product_is_one_crate() {
    let names: Vec<String> = products_crates().into_iter().map(|it| it.name).collect();
    assert_eq!(names.len(), products().len(), "{names:?}");
}

#[test]
fn a_product_depends_only_on_contracts_and_chassis() {
    for product in products_crates() {
        let allowed = |dependency: &str, shipped: bool| {
            matches!(dependency, "contracts" | "chassis") || !shipped && dependency == "support"
        };
        for dependency in product.dependencies.iter().filter(|dependency| dependency.is_ours()) {
            let (name, shipped) = (&dependency.name, dependency.is_shipped());
            assert!(allowed(name, shipped), "{} depends on {name}", product.name);
        }
    }
}

#[test]
fn only_chassis_and_tools_use_kafka() {
    for it in crates() {
        let uses = it.dependencies.iter().any(|dependency| dependency.name == "rdkafka");
        let may = matches!(it.name.as_str(), "chassis" | "devstack" | "load");
        assert!(!uses || may, "{} depends on rdkafka: use chassis::outbox and chassis::consumer", it.name);
    }
}

#[test]
fn chassis_and_contracts_depend_on_no_product() {
    for it in crates().iter().filter(|it| matches!(it.name.as_str(), "chassis" | "contracts")) {
        for dependency in it.dependencies.iter().filter(|dependency| dependency.is_ours()) {
            assert!(!products().contains(&dependency.name), "{} depends on {}", it.name, dependency.name);
        }
    }
}

#[test]
fn chassis_has_no_words_of_a_product() {
    let words = ["campaign", "advertis", "impression", "invitation", "placement", "timeline", "mypage"];
    let files = architecture::code::files(&root().join("infra/chassis/src"), "rs");
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let code: String = read(file).lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default().to_lowercase();
        for word in words {
            assert!(!code.contains(word), "{}: `{word}` belongs to a product", file.display());
        }
    }
}

#[test]
fn every_crate_opts_in_to_the_workspaces_lints() {
    for it in crates() {
        let manifest: toml::Table = read(&it.manifest_path).parse().expect("TOML");
        let opted_in = manifest.get("lints").and_then(|lints| lints.get("workspace")?.as_bool()).unwrap_or(false);
        assert!(opted_in, "{}: `[lints] workspace = true` is missing", it.name);
    }
}

#[test]
fn main_is_a_table_of_contents() {
    for product in products() {
        let lines = read(&folder(&product).join("src/main.rs")).lines().count();
        assert!(
            lines <= 80,
            "services/{product}/src/main.rs has {lines} lines, the limit is 80: move code to a module"
        );
    }
}

/// Cargo reads the manifests of all members of the workspace, also to build one of them.
#[test]
fn the_docker_context_has_every_crate() {
    let ignored = read(&root().join(".dockerignore"));
    let sent: Vec<_> =
        ignored.lines().filter_map(|line| line.strip_prefix('!')).map(|path| root().join(path)).collect();
    for it in crates() {
        assert!(sent.iter().any(|path| it.manifest_path.starts_with(path)), ".dockerignore excludes {}", it.name);
    }
}
