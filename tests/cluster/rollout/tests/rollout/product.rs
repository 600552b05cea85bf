//! Operates a product with helm and kubectl, and waits until it is healthy again.

use serde_json::{Value, json};
use support::Cluster;

use crate::wait::{ROLLOUT, within};

/// The products, in the order in which they are changed.
pub(crate) const PRODUCTS: [&str; 3] = ["login", "mypage", "ad"];

/// Timeout of helm.
const HELM_WAITS: &str = "10m";

#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    cluster: &'a Cluster,
    pub(crate) name: &'static str,
}

/// A server pod.
#[derive(Clone, Debug)]
pub(crate) struct Pod {
    name: String,
    image: String,
    ready: bool,
    terminating: bool,
}

impl<'a> Product<'a> {
    /// The product's name is also its release's and namespace's.
    pub(crate) fn new(cluster: &'a Cluster, name: &'static str) -> Self {
        Self { cluster, name }
    }

    async fn kubectl(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        let all: Vec<&str> = ["--namespace", self.name].iter().chain(arguments).copied().collect();
        self.cluster.kubectl_with(&all, input).await
    }

    async fn helm(&self, arguments: &[&str]) -> String {
        let all: Vec<&str> = ["--namespace", self.name].iter().chain(arguments).copied().collect();
        let done = self.cluster.helm(&all).await;
        done.unwrap_or_else(|error| panic!("helm {}: {error}", all.join(" ")))
    }

    /// Returns the installed revision.
    pub(crate) async fn revision(&self) -> String {
        let history = json(&self.helm(&["history", self.name, "--max", "1", "--output", "json"]).await);
        history[0]["revision"].to_string()
    }

    /// Returns all values, with the chart's defaults.
    pub(crate) async fn values(&self) -> Value {
        json(&self.helm(&["get", "values", self.name, "--all", "--output", "json"]).await)
    }

    /// Upgrades with additional arguments, reusing the current values, and waits until the product is healthy.
    pub(crate) async fn upgrade(&self, arguments: &[&str]) {
        let chart = e2e::system::root().join("services").join(self.name).join("chart");
        let chart = chart.to_str().expect("a path of UTF-8");
        let upgrade = ["upgrade", self.name, chart, "--reset-then-reuse-values", "--wait", "--timeout", HELM_WAITS];
        self.helm(&upgrade.iter().chain(arguments).copied().collect::<Vec<_>>()).await;
        self.settled().await;
    }

    /// Rolls back to a revision, and waits until the product is healthy.
    pub(crate) async fn roll_back(&self, revision: &str) {
        self.helm(&["rollback", self.name, revision, "--wait", "--timeout", HELM_WAITS]).await;
        self.settled().await;
    }

    /// Evicts each pod, as `kubectl drain` does. The disruption budget may delay an eviction.
    pub(crate) async fn evict_each(&self) {
        for pod in self.settled().await {
            let eviction = json!({
                "apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": { "name": pod.name, "namespace": self.name },
            });
            let path = format!("/api/v1/namespaces/{}/pods/{}/eviction", self.name, pod.name);
            within(ROLLOUT, "an eviction", || async {
                match self.kubectl(&["create", "--raw", &path, "-f", "-"], &eviction.to_string()).await {
                    // An earlier try succeeded, but its response was lost.
                    Err(error) if error.contains("NotFound") => Ok(()),
                    answer => answer.map(drop),
                }
            })
            .await;
            self.replaced(&pod).await;
        }
    }

    /// Deletes each pod, one after another.
    pub(crate) async fn delete_each(&self) {
        for pod in self.settled().await {
            let deleted = self.kubectl(&["delete", "pod", &pod.name], "").await;
            deleted.unwrap_or_else(|error| panic!("{}: {error}", pod.name));
            self.replaced(&pod).await;
        }
    }

    /// Waits until `pod` is gone and replaced.
    async fn replaced(&self, pod: &Pod) {
        within(ROLLOUT, "another pod", || async {
            let pods = self.serving().await?;
            if pods.iter().any(|it| it.name == pod.name) { Err(format!("{} still exists", pod.name)) } else { Ok(()) }
        })
        .await;
    }

    /// Waits until all wanted pods are ready and of the newest revision, and no others are left. Returns them.
    pub(crate) async fn settled(&self) -> Vec<Pod> {
        within(ROLLOUT, &format!("{} to be healthy", self.name), || self.serving()).await
    }

    /// Asserts that each pod runs `image`.
    pub(crate) async fn runs(&self, image: &str) {
        for pod in self.settled().await {
            assert_eq!(pod.image, image, "{}", pod.name);
        }
    }

    /// Returns the pods if the product is healthy.
    async fn serving(&self) -> Result<Vec<Pod>, String> {
        let deployment = json(&self.kubectl(&["get", "deployment", self.name, "--output", "json"], "").await?);
        let wanted = &deployment["spec"]["replicas"];
        let status = &deployment["status"];
        let current = status["observedGeneration"] == deployment["metadata"]["generation"];
        if !current || ["replicas", "updatedReplicas", "availableReplicas"].iter().any(|count| &status[count] != wanted)
        {
            return Err(format!("{wanted} replicas wanted, status: {status}"));
        }
        let selector = format!("app.kubernetes.io/name={},app.kubernetes.io/component=server", self.name);
        let pods = json(&self.kubectl(&["get", "pods", "--selector", &selector, "--output", "json"], "").await?);
        let pods: Vec<Pod> = pods["items"].as_array().into_iter().flatten().map(pod).collect();
        let healthy = pods.iter().all(|pod| pod.ready && !pod.terminating);
        if healthy && wanted.as_u64() == Some(pods.len() as u64) { Ok(pods) } else { Err(format!("{pods:?}")) }
    }
}

fn pod(item: &Value) -> Pod {
    Pod {
        name: item["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
        image: item["spec"]["containers"][0]["image"].as_str().unwrap_or_default().to_owned(),
        ready: support::is_pod_ready(item),
        terminating: !item["metadata"]["deletionTimestamp"].is_null(),
    }
}

/// Parses a command's output.
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("not JSON ({error}): {text}"))
}
