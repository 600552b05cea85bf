//! One product = one team = one folder: each has all that its team owns.

use architecture::{catalog_of, folder, owners, products};

/// What each product's folder has.
const PARTS: [&str; 14] = [
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
    "Dockerfile",
    "chart",
    "terraform",
];

/// What it will have, which products have it already, and which step brings it to the others. A part that all have must move
/// up to [`PARTS`].
const NOT_YET: [(&str, &[&str], &str); 2] =
    [("pipeline", &["login"], "delivery"), ("ops", &["login"], "operation: slo.yaml, tests of the alerts, runbook.md")];

#[test]
fn each_product_has_every_part() {
    for product in products() {
        for part in PARTS {
            assert!(folder(&product).join(part).exists(), "services/{product}/{part} is missing");
        }
    }
}

#[test]
fn parts_that_are_not_there_yet_are_named() {
    for product in products() {
        for (part, have, step) in NOT_YET {
            let there = folder(&product).join(part).exists();
            let named = have.contains(&product.as_str());
            assert_eq!(there, named, "services/{product}/{part} (“{step}”): is it there, and does NOT_YET say so?");
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
fn the_three_products_are_alike_in_shape() {
    for product in products() {
        for part in ["app.rs", "config.rs", "domain", "usecase", "store", "http", "grpc", "lib.rs"] {
            let found = folder(&product).join("src").join(part);
            let module = found.with_extension("rs");
            assert!(found.exists() || module.exists(), "services/{product}/src/{part} is missing");
        }
    }
}
