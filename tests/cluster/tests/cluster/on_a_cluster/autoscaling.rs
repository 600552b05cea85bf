//! More load makes more pods, less load fewer, and no visitor notices either.

use std::time::Duration;

use architecture::{chart::chart, products};
use cluster::{
    release::{Pods, Release},
    tool,
    turn::{afterwards, turn, within},
    visitors,
};
use serde_json::json;
use support::cluster;

/// More than an idle pod takes, and far less than a crowd makes it take.
const PERCENT: u32 = 80;
/// Metrics are some ten seconds old, and the autoscaler acts on them every fifteen; then a pod has to start.
const TO_GROW: Duration = Duration::from_mins(4);
/// One pod a minute.
const TO_SHRINK: Duration = Duration::from_mins(6);

#[tokio::test]
async fn a_product_grows_and_shrinks_with_its_load() {
    let test = "autoscaling";
    let Some(cluster) = cluster(test) else { return };
    if cluster.kubectl(&["get", "--raw", "/apis/metrics.k8s.io/v1beta1/pods"]).await.is_err() {
        return tool::skipped(test, "this cluster has no metrics-server that answers");
    }
    let _turn = turn().await;
    // Any product will do.
    let product = products().pop().expect("a product");
    let release = Release { cluster: &cluster, product: &product };
    let before = release.revision().await.expect("a release");
    let restore = async {
        visitors::all_leave(&cluster).await;
        release.restore(&before).await.expect("what it was");
    };
    afterwards(grow_and_shrink(release), restore).await;
}

async fn grow_and_shrink(release: Release<'_>) {
    let Release { cluster, product } = release;
    let mut values = release.values().await.expect("its values");
    values["autoscaling"] =
        json!({ "enabled": true, "minReplicas": 2, "maxReplicas": 4, "cpuPercent": PERCENT, "scaleDownSeconds": 0 });
    visitors::send(cluster, "steady", product, 1, "30m").await.expect("a visitor");
    release.upgrade(&chart(product), &values).await.expect("autoscaling");
    // A pod that starts is a load, too: that has to be over.
    let calm = async || match (release.pods().await?, percent(release).await?) {
        (Pods { wanted: 2, ready: 2 }, percent) if percent < PERCENT => Ok(()),
        (pods, percent) => Err(format!("{pods:?}, {percent} %")),
    };
    within(TO_GROW, "two pods, and little load", calm).await;

    let work = async {
        visitors::send(cluster, "crowd", product, 2, "500m").await.expect("a crowd");
        let larger = async || match (release.pods().await?, percent(release).await?) {
            (pods, _) if pods.wanted > 2 && pods.ready == pods.wanted => Ok(pods),
            (pods, percent) => Err(format!("{pods:?}, {percent} %")),
        };
        let most = within(TO_GROW, "more pods", larger).await;
        let crowd = visitors::leave(cluster, "crowd").await.expect("the crowd's log");
        within(TO_SHRINK, "two pods again", calm).await;
        (most, crowd)
    };
    let ((most, crowd), fewest) = release.fewest_ready(work).await;
    let steady = visitors::seen(cluster, "steady").await.expect("the steady visitor's log");
    println!("{product}: 2 → {} → 2 pods, {} + {} answers", most.ready, steady.answered, crowd.answered);
    assert!(steady.answered > 0 && crowd.answered > 0);
    assert_eq!([steady.failed, crowd.failed].concat(), Vec::<String>::new(), "requests without an answer");
    assert!(fewest >= 2, "only {fewest} pods were ready");
}

/// The load that the autoscaler sees, of what the pods have asked for.
async fn percent(release: Release<'_>) -> Result<u32, String> {
    let path = "jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}";
    let get = ["--namespace", release.product, "get", "hpa", release.product, "-o", path];
    release.cluster.kubectl(&get).await?.parse().map_err(|_| "no metrics yet".to_owned())
}
