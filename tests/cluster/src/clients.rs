//! Clients that request a product's public page all the time, through its Service, and count failures.

use std::time::Duration;

use serde_json::json;
use support::{Cluster, within};

use crate::pod_security::{container_context, pod_context};

pub const NAMESPACE: &str = "test-clients";

/// Retries until the first response; from then on each failure counts. One `wget` makes five requests, so that the CPU
/// is used for requests instead of process starts.
const SCRIPT: &str = r#"
request() { timeout 5 wget -q -O /dev/null "$PAGE" "$PAGE" "$PAGE" "$PAGE" "$PAGE" 2>&1; }
until request >/dev/null; do :; done
answered=0
while :; do
  if why=$(request); then answered=$((answered + 5)); else echo "failed $(date +%T) $why"; fi
  if [ $((answered % 20)) = 0 ]; then echo "answered $answered"; fi
done
"#;

/// Results of the clients.
#[derive(Debug, Default)]
pub struct Results {
    /// Number of responses, rounded down to a multiple of 20 per client.
    pub answered: usize,
    /// A line per failed batch of requests.
    pub failed: Vec<String>,
}

/// Starts `count` clients of a product's front page and waits until one has a response. `name` identifies the group. `cpu`
/// limits, and so paces, each client.
///
/// # Errors
/// If kubectl fails.
pub async fn start(cluster: &Cluster, name: &str, product: &str, count: usize, cpu: &str) -> Result<(), String> {
    let service = ["--namespace", product, "get", "service", product, "-o", "jsonpath={.spec.clusterIP}"];
    // Uses the IP address, so that DNS is not part of the test.
    let page = format!("http://{}:{}/", cluster.kubectl(&service).await?, architecture::HTTP);
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "namespace": NAMESPACE, "name": name },
        "spec": {
            "replicas": count,
            "selector": { "matchLabels": { "clients": name } },
            "template": {
                "metadata": { "labels": { "clients": name } },
                "spec": {
                    "terminationGracePeriodSeconds": 0,
                    "automountServiceAccountToken": false,
                    "securityContext": pod_context(),
                    "containers": [{
                        "name": "client",
                        "image": "docker.io/library/busybox:1",
                        "imagePullPolicy": "IfNotPresent",
                        "command": ["sh", "-c", SCRIPT],
                        "env": [{ "name": "PAGE", "value": page }],
                        "resources": {
                            "requests": { "cpu": "10m", "memory": "8Mi" },
                            "limits": { "cpu": cpu, "memory": "32Mi" },
                        },
                        "securityContext": container_context(),
                    }],
                },
            },
        },
    });
    // The namespace may exist already, with other clients.
    let _there = cluster.kubectl(&["create", "namespace", NAMESPACE]).await;
    cluster.kubectl_with(&["apply", "-f", "-"], &deployment.to_string()).await?;
    within(Duration::from_mins(1), "a response to a client", async || match results(cluster, name).await? {
        Results { answered: 0, .. } => Err("none yet".into()),
        _ => Ok(()),
    })
    .await;
    Ok(())
}

/// Returns the results so far of the clients with this name.
///
/// # Errors
/// If kubectl fails.
pub async fn results(cluster: &Cluster, name: &str) -> Result<Results, String> {
    let label = format!("clients={name}");
    let pods = ["--namespace", NAMESPACE, "get", "pods", "--selector", &label, "-o", "name"];
    let mut results = Results::default();
    for pod in cluster.kubectl(&pods).await?.lines() {
        let log = cluster.kubectl(&["--namespace", NAMESPACE, "logs", pod]).await?;
        results
            .failed
            .extend(log.lines().filter(|line| line.starts_with("failed")).map(|line| format!("{pod} {line}")));
        let last = log.lines().rev().find_map(|line| line.strip_prefix("answered ")?.parse::<usize>().ok());
        results.answered += last.unwrap_or(0);
    }
    Ok(results)
}

/// Returns the results of the clients with this name, and removes them.
///
/// # Errors
/// If kubectl fails.
pub async fn remove(cluster: &Cluster, name: &str) -> Result<Results, String> {
    let results = results(cluster, name).await?;
    cluster.kubectl(&["--namespace", NAMESPACE, "delete", "deployment", name]).await?;
    Ok(results)
}

/// Removes all clients.
pub async fn remove_all(cluster: &Cluster) {
    let delete = ["delete", "namespace", NAMESPACE, "--ignore-not-found"];
    cluster.kubectl(&delete).await.expect("the clients' namespace is deleted");
}
