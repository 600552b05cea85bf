//! People who look at a product's public page all the time, through its Service, and notice when it doesn't answer.

use std::time::Duration;

use serde_json::json;
use support::Cluster;

use crate::turn::within;

/// The namespace that they are in.
pub const NAMESPACE: &str = "visitors";

/// What they do: the first answer may take a moment, from then on each one counts. Five at a time, so that their CPU goes
/// into asking rather than into starting programs.
const SCRIPT: &str = r#"
ask() { timeout 5 wget -q -O /dev/null "$PAGE" "$PAGE" "$PAGE" "$PAGE" "$PAGE" 2>&1; }
until ask >/dev/null; do :; done
answered=0
while :; do
  if why=$(ask); then answered=$((answered + 5)); else echo "failed $(date +%T) $why"; fi
  if [ $((answered % 20)) = 0 ]; then echo "answered $answered"; fi
done
"#;

/// What they have seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Answers, or a few less.
    pub answered: usize,
    /// A line for each request without one.
    pub failed: Vec<String>,
}

/// Sends visitors to a product's front page. Each takes up to `cpu` of a CPU, which paces it; waits until one has been
/// answered. `name` tells them from others.
///
/// # Errors
/// What kubectl says when it can't send them.
pub async fn send(cluster: &Cluster, name: &str, product: &str, count: usize, cpu: &str) -> Result<(), String> {
    let service = ["--namespace", product, "get", "service", product, "-o", "jsonpath={.spec.clusterIP}"];
    // By its address: what is tested isn't the name server.
    let page = format!("http://{}:{}/", cluster.kubectl(&service).await?, architecture::HTTP);
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "namespace": NAMESPACE, "name": name },
        "spec": {
            "replicas": count,
            "selector": { "matchLabels": { "visitors": name } },
            "template": {
                "metadata": { "labels": { "visitors": name } },
                "spec": {
                    "terminationGracePeriodSeconds": 0,
                    "automountServiceAccountToken": false,
                    "securityContext": {
                        "runAsNonRoot": true,
                        "runAsUser": 65532,
                        "seccompProfile": { "type": "RuntimeDefault" },
                    },
                    "containers": [{
                        "name": "visitor",
                        "image": "docker.io/library/busybox:1",
                        "imagePullPolicy": "IfNotPresent",
                        "command": ["sh", "-c", SCRIPT],
                        "env": [{ "name": "PAGE", "value": page }],
                        "resources": {
                            "requests": { "cpu": "10m", "memory": "8Mi" },
                            "limits": { "cpu": cpu, "memory": "32Mi" },
                        },
                        "securityContext": {
                            "allowPrivilegeEscalation": false,
                            "readOnlyRootFilesystem": true,
                            "capabilities": { "drop": ["ALL"] },
                        },
                    }],
                },
            },
        },
    });
    // It may be there already, with other visitors.
    let _there = cluster.kubectl(&["create", "namespace", NAMESPACE]).await;
    cluster.kubectl_with(&["apply", "-f", "-"], &deployment.to_string()).await?;
    within(Duration::from_mins(1), "a visitor who has been answered", async || match seen(cluster, name).await? {
        Seen { answered: 0, .. } => Err("none yet".into()),
        _ => Ok(()),
    })
    .await;
    Ok(())
}

/// What the visitors of this name have seen so far.
///
/// # Errors
/// What kubectl says when it can't ask.
pub async fn seen(cluster: &Cluster, name: &str) -> Result<Seen, String> {
    let label = format!("visitors={name}");
    let pods = ["--namespace", NAMESPACE, "get", "pods", "--selector", &label, "-o", "name"];
    let mut seen = Seen::default();
    for pod in cluster.kubectl(&pods).await?.lines() {
        let log = cluster.kubectl(&["--namespace", NAMESPACE, "logs", pod]).await?;
        seen.failed.extend(log.lines().filter(|line| line.starts_with("failed")).map(|line| format!("{pod} {line}")));
        let last = log.lines().rev().find_map(|line| line.strip_prefix("answered ")?.parse::<usize>().ok());
        seen.answered += last.unwrap_or(0);
    }
    Ok(seen)
}

/// What they have seen, and then they leave.
///
/// # Errors
/// What kubectl says when it can't ask.
pub async fn leave(cluster: &Cluster, name: &str) -> Result<Seen, String> {
    let seen = seen(cluster, name).await?;
    cluster.kubectl(&["--namespace", NAMESPACE, "delete", "deployment", name]).await?;
    Ok(seen)
}

/// All of them leave.
pub async fn all_leave(cluster: &Cluster) {
    let delete = ["delete", "namespace", NAMESPACE, "--ignore-not-found"];
    cluster.kubectl(&delete).await.expect("the visitors' namespace can go");
}
