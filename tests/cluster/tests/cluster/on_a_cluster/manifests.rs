//! A real API server takes every manifest.

use std::{path::Path, time::Instant};

use architecture::{files, products, read};
use cluster::{
    manifests::{RELEASE, rendered},
    tool,
    turn::{afterwards, turn},
};
use futures::future::join_all;
use support::{Cluster, cluster};

/// Kinds that a cluster has only when someone has installed them: the kind, and its definition.
const EXTENSIONS: [(&str, &str); 3] = [
    ("HTTPRoute", "httproutes.gateway.networking.k8s.io"),
    ("PrometheusRule", "prometheusrules.monitoring.coreos.com"),
    ("ServiceMonitor", "servicemonitors.monitoring.coreos.com"),
];

/// `CRDS_FOLDER`: definitions of what a cluster may lack. What this test has defined goes again.
#[tokio::test]
async fn the_api_server_takes_every_manifest() {
    let Some(cluster) = cluster("manifests at an API server") else { return };
    let _turn = turn().await;
    let (mut lacking, mut defined) = (vec![], vec![]);
    for (kind, definition) in EXTENSIONS {
        if cluster.kubectl(&["get", "crd", definition]).await.is_ok() {
            continue;
        }
        match text_of(definition) {
            None => lacking.push(kind),
            Some(text) => {
                cluster.kubectl_with(&["create", "-f", "-"], &text).await.expect("a definition");
                let known = ["wait", "--for=condition=Established", "--timeout=60s", "crd", definition];
                cluster.kubectl(&known).await.expect("it is known");
                defined.push(definition);
            }
        }
    }
    let remove = async {
        accounts(&cluster, &["delete", "--ignore-not-found"]).await;
        if !defined.is_empty() {
            cluster.kubectl(&[&["delete", "crd"], &defined[..]].concat()).await.expect("they can go again");
        }
    };
    afterwards(check(&cluster, &lacking), remove).await;
}

/// The definition in `CRDS_FOLDER`.
fn text_of(definition: &str) -> Option<String> {
    let folder = std::env::var("CRDS_FOLDER").ok().filter(|folder| !folder.is_empty())?;
    let texts = files(Path::new(&folder)).into_iter().map(|file| read(&file));
    texts.into_iter().find(|text| text.contains(&format!("\n  name: {definition}\n")))
}

async fn check(cluster: &Cluster, lacking: &[&str]) {
    for kind in lacking {
        tool::skipped(
            &format!("{kind} at an API server"),
            "this cluster has no such kind, and CRDS_FOLDER has no definition of it",
        );
    }
    accounts(cluster, &["create"]).await;
    for chart in rendered().await {
        let started = Instant::now();
        let is_known = |document: &&String| !lacking.iter().any(|kind| document.contains(&format!("\nkind: {kind}\n")));
        let documents: Vec<&str> = chart.distinct.iter().filter(is_known).map(String::as_str).collect();
        let apply =
            ["--namespace", &chart.product, "apply", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-"];
        let said = cluster.kubectl_with(&apply, &documents.join("\n---\n")).await;
        let said = said.unwrap_or_else(|why| panic!("{}: {why}", chart.product));
        assert_eq!(said.lines().count(), documents.len(), "{}: {said}", chart.product);
        println!("{:<7} {:>3} documents taken, {} s", chart.product, documents.len(), started.elapsed().as_secs());
    }
}

/// A pod by itself is taken only where its account is, and a dry run makes none.
async fn accounts(cluster: &Cluster, verb: &[&str]) {
    let of = async |product: String| {
        let account = [&["--namespace", &product], verb, &["serviceaccount", RELEASE]].concat();
        cluster.kubectl(&account).await.expect("an account");
    };
    join_all(products().into_iter().map(of)).await;
}
