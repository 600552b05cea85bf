//! An API server accepts every manifest.

use std::{path::Path, time::Instant};

use architecture::{files, products, read};
use cluster::{
    exclusive::{exclusive, with_cleanup},
    manifests::{RELEASE, rendered},
    tool,
};
use futures::future::join_all;
use support::{Cluster, cluster};

/// Optional kinds, with the CRD that defines each.
const EXTENSIONS: [(&str, &str); 3] = [
    ("HTTPRoute", "httproutes.gateway.networking.k8s.io"),
    ("PrometheusRule", "prometheusrules.monitoring.coreos.com"),
    ("ServiceMonitor", "servicemonitors.monitoring.coreos.com"),
];

/// With `CRDS_FOLDER`, installs missing CRDs from that folder, and removes them afterwards.
#[tokio::test]
async fn the_api_server_accepts_every_manifest() {
    let Some(cluster) = cluster("manifests at an API server") else { return };
    let _guard = exclusive().await;
    let (mut missing_kinds, mut defined) = (vec![], vec![]);
    for (kind, definition) in EXTENSIONS {
        if cluster.kubectl(&["get", "crd", definition]).await.is_ok() {
            continue;
        }
        match text_of(definition) {
            None => missing_kinds.push(kind),
            Some(text) => {
                cluster.kubectl_with(&["create", "-f", "-"], &text).await.expect("a definition");
                let established = ["wait", "--for=condition=Established", "--timeout=60s", "crd", definition];
                cluster.kubectl(&established).await.expect("the definition is established");
                defined.push(definition);
            }
        }
    }
    let remove = async {
        accounts(&cluster, &["delete", "--ignore-not-found"]).await;
        if !defined.is_empty() {
            cluster.kubectl(&[&["delete", "crd"], &defined[..]].concat()).await.expect("the definitions are deleted");
        }
    };
    with_cleanup(check(&cluster, &missing_kinds), remove).await;
}

/// Returns the CRD's manifest from `CRDS_FOLDER`.
fn text_of(definition: &str) -> Option<String> {
    let folder = std::env::var("CRDS_FOLDER").ok().filter(|folder| !folder.is_empty())?;
    let texts = files(Path::new(&folder)).into_iter().map(|file| read(&file));
    texts.into_iter().find(|text| text.contains(&format!("\n  name: {definition}\n")))
}

async fn check(cluster: &Cluster, missing_kinds: &[&str]) {
    for kind in missing_kinds {
        tool::print_skipped(
            &format!("{kind} at an API server"),
            "the cluster has no such kind, and CRDS_FOLDER has no CRD for it",
        );
    }
    accounts(cluster, &["create"]).await;
    for chart in rendered().await {
        let started = Instant::now();
        let is_defined =
            |document: &&String| !missing_kinds.iter().any(|kind| document.contains(&format!("\nkind: {kind}\n")));
        let documents: Vec<&str> = chart.distinct.iter().filter(is_defined).map(String::as_str).collect();
        let apply =
            ["--namespace", &chart.product, "apply", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-"];
        let output = cluster.kubectl_with(&apply, &documents.join("\n---\n")).await;
        let output = output.unwrap_or_else(|why| panic!("{}: {why}", chart.product));
        assert_eq!(output.lines().count(), documents.len(), "{}: {output}", chart.product);
        println!("{:<7} {:>3} documents accepted, {} s", chart.product, documents.len(), started.elapsed().as_secs());
    }
}

/// Creates or deletes the service accounts. A bare pod needs its account, and a dry run creates none.
async fn accounts(cluster: &Cluster, verb: &[&str]) {
    let of = async |product: String| {
        let account = [&["--namespace", &product], verb, &["serviceaccount", RELEASE]].concat();
        cluster.kubectl(&account).await.expect("an account");
    };
    join_all(products().into_iter().map(of)).await;
}
