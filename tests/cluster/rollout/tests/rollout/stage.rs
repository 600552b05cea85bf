//! Around a test: the load's image, namespace and rights before it; all as it was behind it, also when it fails.
//!
//! Which revision of each product was there is noted on the load's namespace: a run that was interrupted is put right by the
//! next one.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt;
use serde_json::json;
use support::Cluster;
use tokio::sync::Mutex;

use crate::{
    pod::{self, Load},
    product::{PRODUCTS, Product, json},
};

/// There is one load at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Note on the namespace: `rollout/PRODUCT: REVISION`.
const NOTE: &str = "rollout";

/// Runs `test` under load, and puts everything back.
pub(crate) async fn under_load<T>(cluster: &Cluster, test: impl AsyncFnOnce(&Load<'_>) -> T) -> T {
    let _alone = ALONE.lock().await;
    put_back(cluster).await;
    pod::IMAGE.bring(cluster).await;
    let load = Load(cluster);
    let all = async {
        set_up(cluster).await;
        load.start().await;
        test(&load).await
    };
    let outcome = AssertUnwindSafe(all).catch_unwind().await;
    if outcome.is_err() {
        let said = load.said().await.unwrap_or_default();
        println!("the load had said: {:?} {}", said.failures.iter().take(20).collect::<Vec<_>>(), said.other);
    }
    put_back(cluster).await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Notes what is there, and names the load as a caller of each product.
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

/// Brings each product to the revision that was noted, and removes the load. Nothing when there is none.
async fn put_back(cluster: &Cluster) {
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
    cluster.kubectl(&["delete", "namespace", "rollout"]).await.expect("the namespace goes");
}
