//! Controls the load's pod: starts it, reads its log, and stops it.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use rollout::{
    kinds,
    sample::{Failure, Line, Sample, Summary},
};
use support::Cluster;

use crate::{images::Image, product::json, wait::within};

/// The image that `pod.yaml` uses.
pub(crate) const IMAGE: Image<'static> = Image {
    name: "localhost/rollout-load:proof",
    dockerfile: "tests/cluster/rollout/Dockerfile",
    context: None,
    inputs: &["tests/cluster/rollout/Cargo.toml", "tests/cluster/rollout/src"],
    binaries: None,
};

const NAMESPACE: &str = "rollout";

/// Maximum time until each kind of load works. The load first creates a tenant and waits for its events.
const STEADY_WITHIN: Duration = Duration::from_secs(300);
/// Maximum time to stop. The load waits for the last events.
const STOPPED_WITHIN: Duration = Duration::from_secs(240);
/// Duration of undisturbed load before the first change, in milliseconds.
const PEACE: i64 = 30_000;

/// The load's pod.
pub(crate) struct Load<'a>(pub(crate) &'a Cluster);

/// The parsed log of the load.
#[derive(Debug, Default)]
pub(crate) struct LoadLog {
    pub(crate) samples: Vec<Sample>,
    pub(crate) failures: Vec<Failure>,
    pub(crate) summary: Option<Summary>,
    /// Lines of another format, such as an error message.
    pub(crate) other: String,
}

/// Returns the path of a file in this package's folder.
pub(crate) fn file(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name).to_str().expect("a path of UTF-8").to_owned()
}

impl Load<'_> {
    async fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        let all: Vec<&str> = ["--namespace", NAMESPACE].iter().chain(arguments).copied().collect();
        self.0.kubectl(&all).await
    }

    /// Starts the load, and waits until each kind has succeeded and the load has run undisturbed for a while.
    pub(crate) async fn start(&self) {
        self.kubectl(&["apply", "--filename", &file("pod.yaml")]).await.expect("the pod of the load");
        within(STEADY_WITHIN, "steady load", || async {
            let log = self.log().await?;
            if self.phase().await?.starts_with("Failed") {
                panic!("the load failed: {}", log.other);
            }
            let worked = |sample: &&Sample| sample.total.ok > 0;
            let seen: BTreeSet<_> =
                log.samples.iter().filter(worked).map(|it| (it.total.product.clone(), it.total.kind.clone())).collect();
            let all = kinds::ALL.iter().map(|kind| (kind.product.to_owned(), kind.name.to_owned()));
            let missing: Vec<_> = all.filter(|kind| !seen.contains(kind)).collect();
            let peace =
                log.samples.last().zip(log.samples.first()).map_or(0, |(last, first)| last.second - first.second);
            if missing.is_empty() && peace >= PEACE {
                Ok(())
            } else {
                Err(format!("{peace} ms of load, missing {missing:?}"))
            }
        })
        .await;
    }

    /// Stops the load with SIGTERM, and returns its log.
    pub(crate) async fn stop(&self) -> (LoadLog, Summary) {
        self.kubectl(&["exec", "load", "--", "/usr/local/bin/load", "stop"]).await.expect("the load is stopped");
        within(STOPPED_WITHIN, "the load to end", || async {
            match self.phase().await? {
                phase if phase == "Succeeded" => Ok(()),
                phase => Err(phase),
            }
        })
        .await;
        let mut log = self.log().await.expect("its log");
        let summary = log.summary.take().unwrap_or_else(|| panic!("the log has no summary: {}", log.other));
        (log, summary)
    }

    /// Returns the log so far.
    pub(crate) async fn log(&self) -> Result<LoadLog, String> {
        let mut log = LoadLog::default();
        for text in self.kubectl(&["logs", "load"]).await?.lines() {
            match Line::parse(text) {
                Some(Line::Sample(sample)) => log.samples.push(sample),
                Some(Line::Failure(failure)) => log.failures.push(failure),
                Some(Line::Summary(summary)) => log.summary = Some(*summary),
                None => log.other = format!("{}{text}\n", log.other),
            }
        }
        Ok(log)
    }

    async fn phase(&self) -> Result<String, String> {
        let pod = json(&self.kubectl(&["get", "pod", "load", "--output", "json"]).await?);
        let waits = &pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"];
        Ok(format!("{}{}", pod["status"]["phase"].as_str().unwrap_or_default(), waits.as_str().unwrap_or_default()))
    }
}

impl LoadLog {
    /// Returns the number of failed calls.
    pub(crate) fn failures(&self) -> u64 {
        self.samples.iter().filter(|it| it.total.kind != kinds::ALL_STEADY).map(|it| it.total.failed).sum()
    }
}
