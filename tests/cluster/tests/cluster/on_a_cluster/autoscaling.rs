//! Autoscaling adds and removes pods with the load, and no request fails.

use std::time::Duration;

use architecture::{chart::chart, products};
use cluster::{
    clients,
    exclusive::{exclusive, with_cleanup},
    release::{Pods, Release},
    tool,
};
use serde_json::json;
use support::{cluster, within};

/// Target CPU of the autoscaler: above an idle pod's, far below a pod's under load.
const PERCENT: u32 = 80;
/// Time to add a pod: metrics are ten seconds late, the autoscaler runs every fifteen seconds, then the pod starts.
const TO_GROW: Duration = Duration::from_mins(4);
/// The autoscaler removes one pod a minute, after the metrics show less load.
const TO_SHRINK: Duration = Duration::from_mins(6);

#[tokio::test]
async fn a_product_grows_and_shrinks_with_its_load() {
    let test = "autoscaling";
    let Some(cluster) = cluster(test) else { return };
    if cluster.kubectl(&["get", "--raw", "/apis/metrics.k8s.io/v1beta1/pods"]).await.is_err() {
        return tool::print_skipped(test, "the cluster has no working metrics-server");
    }
    let _guard = exclusive().await;
    // The choice of product does not matter.
    let product = products().pop().expect("a product");
    let release = Release { cluster: &cluster, product: &product };
    let before = release.revision().await.expect("a release");
    let restore = async {
        clients::remove_all(&cluster).await;
        release.roll_back(&before).await.expect("the earlier revision");
    };
    with_cleanup(grow_and_shrink(release), restore).await;
}

async fn grow_and_shrink(release: Release<'_>) {
    let Release { cluster, product } = release;
    let mut values = release.values().await.expect("its values");
    values["autoscaling"] =
        json!({ "enabled": true, "minReplicas": 2, "maxReplicas": 3, "cpuPercent": PERCENT, "scaleDownSeconds": 0 });
    // An idle pod without optimisation would use most of the chart's request, and never be removed.
    values["resources"]["requests"]["cpu"] = json!("100m");
    clients::start(cluster, "steady", product, 1, "30m").await.expect("a client");
    release.upgrade(&chart(product), &values).await.expect("autoscaling");
    // A starting pod also causes load; wait until it is over.
    let idle = async || match (release.pods().await?, percent(release).await?) {
        (Pods { wanted: 2, ready: 2 }, percent) if percent < PERCENT => Ok(()),
        (pods, percent) => Err(format!("{pods:?}, {percent} %")),
    };
    within(TO_GROW, "two pods, and little load", idle).await;

    let work = async {
        clients::start(cluster, "crowd", product, 2, "500m").await.expect("a crowd");
        let larger = async || match (release.pods().await?, percent(release).await?) {
            (pods, _) if pods.wanted > 2 && pods.ready == pods.wanted => Ok(pods),
            (pods, percent) => Err(format!("{pods:?}, {percent} %")),
        };
        let most = within(TO_GROW, "more pods", larger).await;
        let crowd = clients::remove(cluster, "crowd").await.expect("the crowd's results");
        within(TO_SHRINK, "two pods again", idle).await;
        (most, crowd)
    };
    let ((most, crowd), fewest) = release.fewest_ready_during(work).await;
    let steady = clients::results(cluster, "steady").await.expect("the steady client's results");
    println!("{product}: 2 → {} → 2 pods, {} + {} responses", most.ready, steady.answered, crowd.answered);
    assert!(steady.answered > 0 && crowd.answered > 0);
    assert_eq!([steady.failed, crowd.failed].concat(), Vec::<String>::new(), "failed requests");
    assert!(fewest >= 2, "only {fewest} pods were ready");
}

/// Returns the CPU utilisation that the autoscaler sees, in percent of the requested CPU.
async fn percent(release: Release<'_>) -> Result<u32, String> {
    let path = "jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}";
    let get = ["--namespace", release.product, "get", "hpa", release.product, "-o", path];
    release.cluster.kubectl(&get).await?.parse().map_err(|_| "no metrics yet".to_owned())
}
