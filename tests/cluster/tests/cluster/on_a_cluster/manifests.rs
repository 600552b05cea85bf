//! An API server accepts every manifest.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use architecture::{files, products, read};
use cluster::{
    exclusive::{exclusive, with_cleanup},
    manifests::{RELEASE, rendered},
    tool,
};
use futures::future::join_all;
use support::{Cluster, cluster, within};

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
    let mut wanted = vec![];
    for (kind, definition) in EXTENSIONS {
        if cluster.kubectl(&["get", "crd", definition]).await.is_err() {
            wanted.push((kind, definition, text_of(definition)));
        }
    }
    let test = async {
        for (_, definition, text) in &wanted {
            if let Some(text) = text {
                define(&cluster, definition, text).await;
            }
        }
        let missing_kinds: Vec<_> = wanted.iter().filter(|(.., text)| text.is_none()).map(|(kind, ..)| *kind).collect();
        check(&cluster, &missing_kinds).await;
    };
    let remove = async {
        accounts(&cluster, &["delete", "--ignore-not-found"]).await;
        for (_, definition, _) in wanted.iter().filter(|(.., text)| text.is_some()) {
            cluster
                .kubectl(&["delete", "--ignore-not-found", "crd", definition])
                .await
                .expect("the definition is deleted");
        }
    };
    with_cleanup(test, remove).await;
}

/// Creates a CRD and waits until the API server serves it.
async fn define(cluster: &Cluster, definition: &str, text: &str) {
    cluster.kubectl_with(&["create", "-f", "-"], text).await.expect("a definition");
    // `kubectl wait` fails on a CRD whose status is still empty.
    within(Duration::from_secs(60), definition, async || {
        let established = ["wait", "--for=condition=Established", "--timeout=5s", "crd", definition];
        cluster.kubectl(&established).await
    })
    .await;
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
