//! Pods that try connections: one for each identity that network policies distinguish.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use support::{Cluster, within};

use crate::{
    network::Source,
    pod_security::{container_context, pod_context},
};

/// Namespace of the test, without network policies.
pub const OUTSIDE: &str = "network-probe";
/// Namespace from which the charts allow access to metrics.
pub const MONITORING: &str = "observability";

/// A pod that tries connections.
#[derive(Debug, Clone)]
pub struct Probe {
    pub namespace: String,
    pub name: String,
    labels: BTreeMap<String, String>,
}

/// Returns the pod that represents `source`.
pub fn probe(source: &Source) -> Probe {
    let labels = |product: &str, component: &str| {
        let pairs = [("name", product), ("instance", product), ("component", component)];
        pairs.map(|(name, value)| (format!("app.kubernetes.io/{name}"), value.to_owned())).into()
    };
    let (namespace, name, labels) = match source {
        Source::Server(it) => (it.as_str(), "server", labels(it, "server")),
        Source::Migrate(it) => (it.as_str(), "migrate", labels(it, "migrate")),
        Source::Test(it) => (it.as_str(), "test", labels(it, "test")),
        Source::Postgres(it) => (it.as_str(), "database", labels(it, "postgres")),
        Source::Monitoring => (MONITORING, "monitoring", BTreeMap::new()),
        Source::Outsider => (OUTSIDE, "outsider", BTreeMap::new()),
        Source::Impostor(it) => (OUTSIDE, it.as_str(), labels(it, "server")),
    };
    Probe { namespace: namespace.to_owned(), name: format!("probe-{name}"), labels }
}

impl Probe {
    /// Returns the pod's manifest, which meets the restricted pod security standard. The container runs `command`.
    pub fn manifest(&self, command: &str) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "namespace": self.namespace, "name": self.name, "labels": self.labels },
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "automountServiceAccountToken": false,
                "enableServiceLinks": false,
                "securityContext": pod_context(),
                "containers": [{
                    "name": "probe",
                    "image": "docker.io/library/busybox:1",
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sh", "-c", command],
                    // The pod has a server's labels but must get no requests, so it is never ready.
                    "readinessProbe": { "exec": { "command": ["false"] }, "periodSeconds": 600 },
                    "resources": { "requests": { "cpu": "5m", "memory": "8Mi" }, "limits": { "memory": "32Mi" } },
                    "securityContext": container_context(),
                }],
            },
        })
    }

    /// Waits until the pod runs, and returns its IP address.
    ///
    /// # Panics
    /// If it does not run within a minute.
    pub async fn address(&self, cluster: &Cluster) -> String {
        let phase = "jsonpath={.status.phase} {.status.podIP}";
        within(Duration::from_mins(1), &format!("pod {} in {}", self.name, self.namespace), async || {
            let output =
                cluster.kubectl(&["--namespace", &self.namespace, "get", "pod", &self.name, "-o", phase]).await?;
            output.strip_prefix("Running ").map(str::to_owned).ok_or(output)
        })
        .await
    }

    /// Tries a connection to each of `addresses` (`10.0.0.1 8080`) and returns whether it succeeds.
    ///
    /// # Errors
    /// If kubectl fails.
    pub async fn can_connect(&self, cluster: &Cluster, addresses: &[String]) -> Result<Vec<bool>, String> {
        let tries = addresses.iter().enumerate().map(|(at, address)| {
            // A dropped connection times out after two seconds.
            format!("{{ nc -w 2 {address} -e true 2>/dev/null && echo {at}; }} &\n")
        });
        let script = format!("{}wait", tries.collect::<String>());
        let arguments = ["--namespace", &self.namespace, "exec", &self.name, "--", "sh", "-c", &script];
        let open = cluster.kubectl(&arguments).await?;
        Ok((0..addresses.len()).map(|at| open.lines().any(|line| line == at.to_string())).collect())
    }
}
