//! One product = one team = one folder: the folder has all parts that the team owns.

use architecture::{catalog_of, code, folder, owners, products};

/// The parts of each product's folder.
const PARTS: [&str; 17] = [
    "README.md",
    "catalog-info.yaml",
    "product.toml",
    "Cargo.toml",
    "sqlx.toml",
    ".sqlx",
    "src/main.rs",
    "src/events.rs",
    "src/error.rs",
    "migrations",
    "tests/api/main.rs",
    "tests/api/harness.rs",
    "Dockerfile",
    "chart",
    "terraform",
    "ops",
    "pipeline",
];

#[test]
fn each_product_has_every_part() {
    for product in products() {
        for part in PARTS {
            assert!(folder(&product).join(part).exists(), "services/{product}/{part} is missing");
        }
    }
}

#[test]
fn each_product_has_an_owner() {
    let text = architecture::read(&architecture::root().join("CODEOWNERS"));
    let rules = owners::rules(&text).unwrap_or_else(|error| panic!("{error}"));
    for product in products() {
        let owner = catalog_of(&product).owner;
        assert!(!owner.is_empty(), "services/{product}/catalog-info.yaml names no owner");
        let found = owners::owners(&format!("services/{product}/README.md"), &rules);
        assert_eq!(found, [format!("@{owner}")], "CODEOWNERS: services/{product}");
    }
}

#[test]
fn every_product_has_the_same_modules() {
    for product in products() {
        for part in ["app.rs", "config.rs", "domain", "usecase", "store", "http", "grpc", "lib.rs"] {
            let found = folder(&product).join("src").join(part);
            let module = found.with_extension("rs");
            assert!(found.exists() || module.exists(), "services/{product}/src/{part} is missing");
        }
    }
}

#[test]
fn a_product_that_reads_topics_has_a_consumer_and_its_test() {
    for product in products().into_iter().filter(|product| !code::links(product).reads.is_empty()) {
        for part in ["src/consume/mod.rs", "tests/api/consume.rs"] {
            assert!(folder(&product).join(part).exists(), "services/{product}/{part} is missing");
        }
    }
}
