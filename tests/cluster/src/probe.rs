//! Pods that try to connect: one for each identity that a network policy can tell apart.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use support::Cluster;

use crate::{network::Who, turn::within};

/// A namespace of the test's own, where nobody's network policies hold.
pub const ELSEWHERE: &str = "network-probe";
/// The namespace that the charts let read metrics.
pub const MONITORING: &str = "observability";

/// A pod that tries.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Where it is.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    labels: BTreeMap<String, String>,
}

/// The pod that stands for `who`.
pub fn probe(who: &Who) -> Probe {
    let labels = |product: &str, component: &str| {
        let pairs = [("name", product), ("instance", product), ("component", component)];
        pairs.map(|(name, value)| (format!("app.kubernetes.io/{name}"), value.to_owned())).into()
    };
    let (namespace, name, labels) = match who {
        Who::Server(it) => (it.as_str(), "server", labels(it, "server")),
        Who::Migrate(it) => (it.as_str(), "migrate", labels(it, "migrate")),
        Who::Test(it) => (it.as_str(), "test", labels(it, "test")),
        Who::Postgres(it) => (it.as_str(), "database", labels(it, "postgres")),
        Who::Monitoring => (MONITORING, "monitoring", BTreeMap::new()),
        Who::Stranger => (ELSEWHERE, "stranger", BTreeMap::new()),
        Who::Impostor(it) => (ELSEWHERE, it.as_str(), labels(it, "server")),
    };
    Probe { namespace: namespace.to_owned(), name: format!("probe-{name}"), labels }
}

impl Probe {
    /// The pod, as the restricted standard wants it, doing `command`.
    pub fn manifest(&self, command: &str) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "namespace": self.namespace, "name": self.name, "labels": self.labels },
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "automountServiceAccountToken": false,
                "enableServiceLinks": false,
                "securityContext": {
                    "runAsNonRoot": true,
                    "runAsUser": 65532,
                    "seccompProfile": { "type": "RuntimeDefault" },
                },
                "containers": [{
                    "name": "probe",
                    "image": "docker.io/library/busybox:1",
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sh", "-c", command],
                    // It has a server's labels, and must never get a server's requests: it is never ready.
                    "readinessProbe": { "exec": { "command": ["false"] }, "periodSeconds": 600 },
                    "resources": { "requests": { "cpu": "5m", "memory": "8Mi" }, "limits": { "memory": "32Mi" } },
                    "securityContext": {
                        "allowPrivilegeEscalation": false,
                        "readOnlyRootFilesystem": true,
                        "capabilities": { "drop": ["ALL"] },
                    },
                }],
            },
        })
    }

    /// Its address, once it runs.
    ///
    /// # Panics
    /// When it doesn't within a minute.
    pub async fn address(&self, cluster: &Cluster) -> String {
        let phase = "jsonpath={.status.phase} {.status.podIP}";
        within(Duration::from_mins(1), &format!("pod {} in {}", self.name, self.namespace), async || {
            let said =
                cluster.kubectl(&["--namespace", &self.namespace, "get", "pod", &self.name, "-o", phase]).await?;
            said.strip_prefix("Running ").map(str::to_owned).ok_or(said)
        })
        .await
    }

    /// Whether a connection to each of `addresses` (`10.0.0.1 8080`) comes about, in their order.
    ///
    /// # Errors
    /// What kubectl says when it can't ask.
    pub async fn tries(&self, cluster: &Cluster, addresses: &[String]) -> Result<Vec<bool>, String> {
        let tries = addresses.iter().enumerate().map(|(at, address)| {
            // What is dropped is given up after two seconds.
            format!("{{ nc -w 2 {address} -e true 2>/dev/null && echo {at}; }} &\n")
        });
        let script = format!("{}wait", tries.collect::<String>());
        let arguments = ["--namespace", &self.namespace, "exec", &self.name, "--", "sh", "-c", &script];
        let open = cluster.kubectl(&arguments).await?;
        Ok((0..addresses.len()).map(|at| open.lines().any(|line| line == at.to_string())).collect())
    }
}
