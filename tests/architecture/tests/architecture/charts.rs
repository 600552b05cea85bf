//! Each chart allows the connections that `product.toml` declares, and has the same files as the others.

use std::collections::BTreeSet;

use architecture::{
    GRPC, HTTP, OPS,
    chart::{chart, parts, values},
    declared, files, folder, products, read,
};

#[test]
fn a_chart_allows_the_connections_of_its_product() {
    for product in products() {
        let (policy, peers) = (values(&product).network_policy, declared::product(&product).peers());
        assert_eq!(policy.peers(), peers, "services/{product}/chart/values.yaml: networkPolicy.calls");
    }
}

#[test]
fn a_chart_allows_the_callers_of_its_product() {
    for product in products() {
        let calls =
            |other: &String| declared::product(other).peers().get(&product).is_some_and(|it| it.contains(&GRPC));
        let callers: BTreeSet<String> = products().into_iter().filter(calls).collect();
        let allowed: BTreeSet<String> =
            values(&product).network_policy.callers.into_iter().map(|caller| caller.name).collect();
        assert_eq!(allowed, callers, "services/{product}/chart/values.yaml: networkPolicy.callers");
    }
}

/// The README of each chart names the namespace, and the addresses in the other charts depend on it.
#[test]
fn the_namespace_of_a_product_has_its_name() {
    for product in products() {
        let policy = values(&product).network_policy;
        for peer in policy.callers.iter().chain(&policy.calls) {
            assert_eq!(peer.namespace, peer.name, "services/{product}/chart/values.yaml: networkPolicy");
        }
    }
}

#[test]
fn image_and_chart_have_the_three_ports() {
    for product in products() {
        let deployment = read(&chart(&product).join("templates/deployment.yaml"));
        for port in [HTTP, GRPC, OPS] {
            let there = deployment.contains(&format!("containerPort: {port} "));
            assert!(there, "services/{product}/chart/templates/deployment.yaml has no port {port}");
        }
        let exposed = read(&folder(&product).join("Dockerfile")).contains(&format!("EXPOSE {HTTP} {GRPC} {OPS}\n"));
        assert!(exposed, "services/{product}/Dockerfile does not expose {HTTP} {GRPC} {OPS}");
    }
}

/// The chart sets the variables that `product.toml` sets for `scripts/up`.
#[test]
fn a_chart_sets_every_variable_of_its_product() {
    for product in products() {
        let templates: String = files(&chart(&product).join("templates")).iter().map(|file| read(file)).collect();
        for variable in declared::product(&product).env.into_keys() {
            assert!(templates.contains(&variable), "services/{product}/chart/templates do not set {variable}");
        }
    }
}

/// Only login sends e-mail.
const OF_LOGIN: &str = "tests/mail_test.yaml";

/// Templates are compared by `tests/copies.rs`. These are the other files of a chart.
#[test]
fn all_charts_have_the_same_files() {
    let all: Vec<_> = products().into_iter().map(|product| (parts(&product), product)).collect();
    let every: BTreeSet<&String> = all.iter().flat_map(|(parts, _)| parts).collect();
    for (parts, product) in &all {
        let wanted = every.iter().filter(|part| !part.starts_with("templates/") && part.as_str() != OF_LOGIN);
        let missing: Vec<_> = wanted.filter(|part| !parts.contains(**part)).collect();
        assert!(missing.is_empty(), "services/{product}/chart lacks {missing:?}, which another chart has");
    }
}
