//! Prepares a test under load, with image, namespace and network policies, and restores everything afterwards, even if the
//! test fails. The products' revisions are stored as annotations of the load's namespace, so that the next run restores
//! them after an interrupted one.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt;
use serde_json::json;
use support::Cluster;
use tokio::sync::Mutex;

use crate::{
    pod::{self, Load},
    product::{PRODUCTS, Product, json},
};

/// Only one load runs at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Prefix of the annotations: `rollout/PRODUCT: REVISION`.
const NOTE: &str = "rollout";

/// Runs `test` under load, and restores the products afterwards.
pub(crate) async fn under_load<T>(cluster: &Cluster, test: impl AsyncFnOnce(&Load<'_>) -> T) -> T {
    let _alone = ALONE.lock().await;
    restore(cluster).await;
    pod::IMAGE.bring(cluster).await;
    let load = Load(cluster);
    let all = async {
        set_up(cluster).await;
        load.start().await;
        test(&load).await
    };
    let outcome = AssertUnwindSafe(all).catch_unwind().await;
    if outcome.is_err() {
        let log = load.log().await.unwrap_or_default();
        println!("log of the load: {:?} {}", log.failures.iter().take(20).collect::<Vec<_>>(), log.other);
    }
    restore(cluster).await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Stores the products' revisions, and adds the load to each product's allowed callers.
async fn set_up(cluster: &Cluster) {
    cluster.kubectl(&["apply", "--filename", &pod::file("namespace.yaml")]).await.expect("the namespace");
    for name in PRODUCTS {
        let product = Product::new(cluster, name);
        let note = format!("{NOTE}/{name}={}", product.revision().await);
        cluster.kubectl(&["annotate", "namespace", "rollout", &note]).await.expect("a note");
        let mut callers = product.values().await["networkPolicy"]["callers"].take();
        let callers = callers.as_array_mut().expect("networkPolicy.callers is a list");
        callers.push(json!({ "name": "load", "namespace": "rollout" }));
        let callers = json!(callers);
        product.upgrade(&["--set-json", &format!("networkPolicy.callers={callers}")]).await;
    }
}

/// Rolls each product back to the stored revision, and removes the load. Does nothing if no load is installed.
async fn restore(cluster: &Cluster) {
    let get = ["get", "namespace", "rollout", "--ignore-not-found", "--output", "json"];
    let namespace = cluster.kubectl(&get).await.expect("namespaces");
    if namespace.is_empty() {
        return;
    }
    let notes = json(&namespace)["metadata"]["annotations"].take();
    for name in PRODUCTS {
        if let Some(revision) = notes[format!("{NOTE}/{name}")].as_str() {
            Product::new(cluster, name).roll_back(revision).await;
        }
    }
    cluster.kubectl(&["delete", "namespace", "rollout"]).await.expect("the namespace is deleted");
}
