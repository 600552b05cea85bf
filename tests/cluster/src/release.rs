//! A running release: its values, another chart for it, and how many of its pods are ready meanwhile.

use std::{path::Path, time::Duration};

use serde_json::Value;
use support::Cluster;
use tokio::time::sleep;

/// A product's release, in the namespace of the same name.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// Where it runs.
    pub cluster: &'a Cluster,
    /// The product's name, the release's and the namespace's.
    pub product: &'a str,
}

/// The Deployment's pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pods {
    /// As many as there should be.
    pub wanted: usize,
    /// As many as can serve.
    pub ready: usize,
}

impl Release<'_> {
    /// What was given to Helm when it was installed or upgraded.
    ///
    /// # Errors
    /// What helm says when there is no such release.
    pub async fn values(&self) -> Result<Value, String> {
        let said = self.helm(&["get", "values", self.product, "--output", "json"]).await?;
        serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))
    }

    /// Its number, one more with each upgrade.
    ///
    /// # Errors
    /// What helm says when there is no such release.
    pub async fn revision(&self) -> Result<String, String> {
        let said = self.helm(&["history", self.product, "--max", "1", "--output", "json"]).await?;
        let last: Value = serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))?;
        Ok(last[0]["revision"].to_string())
    }

    /// Upgrades it to `chart` with `values` and no others, and waits until its pods are ready.
    ///
    /// # Errors
    /// What helm says when it refuses, or when they don't become ready.
    pub async fn upgrade(&self, chart: &Path, values: &Value) -> Result<String, String> {
        let file = std::env::temp_dir().join(format!("values-{}-{}.json", self.product, std::process::id()));
        std::fs::write(&file, values.to_string()).map_err(|error| error.to_string())?;
        let (chart, given) = (chart.display().to_string(), file.display().to_string());
        let upgrade = ["upgrade", self.product, &chart, "--values", &given, "--wait", "--timeout", "5m"];
        let outcome = self.helm(&upgrade).await;
        std::fs::remove_file(&file).map_err(|error| error.to_string())?;
        outcome
    }

    /// Makes it again what it was at `revision`.
    ///
    /// # Errors
    /// What helm says when it can't.
    pub async fn restore(&self, revision: &str) -> Result<String, String> {
        self.helm(&["rollback", self.product, revision, "--wait", "--timeout", "5m"]).await
    }

    /// Its pods now.
    ///
    /// # Errors
    /// What kubectl says when it can't ask.
    pub async fn pods(&self) -> Result<Pods, String> {
        let path = "jsonpath={.spec.replicas} {.status.readyReplicas}";
        let said = self.kubectl(&["get", "deployment", self.product, "-o", path]).await?;
        let mut numbers = said.split(' ').map(|number| number.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Ok(Pods { wanted: next(), ready: next() })
    }

    /// Does `work`, and says of how few ready pods it heard meanwhile.
    pub async fn fewest_ready<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        let mut fewest = usize::MAX;
        let mut work = std::pin::pin!(work);
        loop {
            let heard = async {
                let pods = self.pods().await;
                sleep(Duration::from_millis(200)).await;
                pods
            };
            tokio::select! {
                done = &mut work => return (done, fewest),
                // An answer that doesn't come says nothing of the pods.
                pods = heard => fewest = fewest.min(pods.map_or(usize::MAX, |pods| pods.ready)),
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

/// Takes out what a chart's schema doesn't know: `- at '/autoscaling': additional properties 'a', 'b' not allowed`.
pub fn strip(values: &mut Value, said: &str) -> Vec<String> {
    let mut stripped = vec![];
    for line in said.lines() {
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
        let said = "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nlogin:\n\
            - at '/autoscaling': additional properties 'scaleDownSeconds' not allowed\n\
            - at '': additional properties 'new', 'newer' not allowed\n";
        assert_eq!(strip(&mut values, said), ["/autoscaling/scaleDownSeconds", "/new"]);
        assert_eq!(values, json!({ "autoscaling": { "enabled": true }, "log": "info" }));
    }
}
