//! A running release: its values, upgrades and rollbacks, and its number of ready pods.

use std::{path::Path, time::Duration};

use serde_json::Value;
use support::Cluster;
use tokio::time::sleep;

/// A product's release, in the namespace of the same name.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    pub cluster: &'a Cluster,
    /// Name of the product, the release and the namespace.
    pub product: &'a str,
}

/// Pod counts of the Deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pods {
    pub wanted: usize,
    pub ready: usize,
}

impl Release<'_> {
    /// Returns the values given at install or upgrade.
    ///
    /// # Errors
    /// If helm fails, for example because there is no such release.
    pub async fn values(&self) -> Result<Value, String> {
        let output = self.helm(&["get", "values", self.product, "--output", "json"]).await?;
        serde_json::from_str(&output).map_err(|error| format!("{error}: {output}"))
    }

    /// Returns the revision, which grows with each upgrade.
    ///
    /// # Errors
    /// If helm fails, for example because there is no such release.
    pub async fn revision(&self) -> Result<String, String> {
        let output = self.helm(&["history", self.product, "--max", "1", "--output", "json"]).await?;
        let last: Value = serde_json::from_str(&output).map_err(|error| format!("{error}: {output}"))?;
        Ok(last[0]["revision"].to_string())
    }

    /// Upgrades to `chart` with exactly `values`, and waits until the pods are ready.
    ///
    /// # Errors
    /// If helm rejects the values or the pods do not become ready.
    pub async fn upgrade(&self, chart: &Path, values: &Value) -> Result<String, String> {
        let file = std::env::temp_dir().join(format!("values-{}-{}.json", self.product, std::process::id()));
        std::fs::write(&file, values.to_string()).map_err(|error| error.to_string())?;
        let (chart, given) = (chart.display().to_string(), file.display().to_string());
        let upgrade = ["upgrade", self.product, &chart, "--values", &given, "--wait", "--timeout", "5m"];
        let outcome = self.helm(&upgrade).await;
        std::fs::remove_file(&file).map_err(|error| error.to_string())?;
        outcome
    }

    /// Rolls back to `revision`.
    ///
    /// # Errors
    /// If helm fails.
    pub async fn roll_back(&self, revision: &str) -> Result<String, String> {
        self.helm(&["rollback", self.product, revision, "--wait", "--timeout", "5m"]).await
    }

    /// Returns the current pod counts.
    ///
    /// # Errors
    /// If kubectl fails.
    pub async fn pods(&self) -> Result<Pods, String> {
        let path = "jsonpath={.spec.replicas} {.status.readyReplicas}";
        let output = self.kubectl(&["get", "deployment", self.product, "-o", path]).await?;
        let mut numbers = output.split(' ').map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Ok(Pods { wanted: next(), ready: next() })
    }

    /// Runs `work` and returns the smallest number of ready pods observed meanwhile.
    pub async fn fewest_ready_during<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        let mut fewest = usize::MAX;
        let mut work = std::pin::pin!(work);
        loop {
            let observed = async {
                let pods = self.pods().await;
                sleep(Duration::from_millis(200)).await;
                pods
            };
            tokio::select! {
                done = &mut work => return (done, fewest),
                // A failed request gives no information about the pods.
                pods = observed => fewest = fewest.min(pods.map_or(usize::MAX, |pods| pods.ready)),
            }
        }
    }

    async fn helm(&self, arguments: &[&str]) -> Result<String, String> {
        self.cluster.helm(&[&["--namespace", self.product], arguments].concat()).await
    }

    async fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        self.cluster.kubectl(&[&["--namespace", self.product], arguments].concat()).await
    }
}

/// Removes the values that a chart's schema rejects: `- at '/autoscaling': additional properties 'a', 'b' not allowed`.
pub fn strip(values: &mut Value, output: &str) -> Vec<String> {
    let mut stripped = vec![];
    for line in output.lines() {
        let Some((place, names)) =
            line.trim().strip_prefix("- at '").and_then(|rest| rest.split_once("': additional properties "))
        else {
            continue;
        };
        for name in names.trim_end_matches(" not allowed").split(", ").map(|name| name.trim_matches('\'')) {
            if values.pointer_mut(place).and_then(|it| it.as_object_mut()?.remove(name)).is_some() {
                stripped.push(format!("{place}/{name}"));
            }
        }
    }
    stripped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_old_chart_does_not_know_is_taken_out() {
        let mut values = json!({ "autoscaling": { "enabled": true, "scaleDownSeconds": 5 }, "new": 1, "log": "info" });
        let output = "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nlogin:\n\
            - at '/autoscaling': additional properties 'scaleDownSeconds' not allowed\n\
            - at '': additional properties 'new', 'newer' not allowed\n";
        assert_eq!(strip(&mut values, output), ["/autoscaling/scaleDownSeconds", "/new"]);
        assert_eq!(values, json!({ "autoscaling": { "enabled": true }, "log": "info" }));
    }
}
