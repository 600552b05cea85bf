//! The load on the cluster: installed, read, and stopped in good order.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use rollout::{
    kinds,
    sample::{Failure, Line, Sample, Summary},
};
use support::Cluster;

use crate::{images::Image, product::json, wait::within};

/// The image that `pod.yaml` names.
pub(crate) const IMAGE: Image<'static> = Image {
    name: "localhost/rollout-load:proof",
    dockerfile: "tests/cluster/rollout/Dockerfile",
    context: None,
    inputs: &["tests/cluster/rollout/Cargo.toml", "tests/cluster/rollout/src"],
    binaries: None,
};

const NAMESPACE: &str = "rollout";

/// It makes a company first, and waits for that company's events.
const STEADY_WITHIN: Duration = Duration::from_secs(300);
/// It waits for what is on its way.
const STOPPED_WITHIN: Duration = Duration::from_secs(240);
/// How long it is watched before anything is done: what it looks like in peace.
const PEACE: i64 = 30_000;

/// The load's pod.
pub(crate) struct Load<'a>(pub(crate) &'a Cluster);

/// All that it said.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) samples: Vec<Sample>,
    pub(crate) failures: Vec<Failure>,
    pub(crate) summary: Option<Summary>,
    /// What is none of its lines, such as why it gave up.
    pub(crate) other: String,
}

/// A file beside this package's manifest.
pub(crate) fn file(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name).to_str().expect("a path of UTF-8").to_owned()
}

impl Load<'_> {
    async fn kubectl(&self, arguments: &[&str]) -> Result<String, String> {
        let all: Vec<&str> = ["--namespace", NAMESPACE].iter().chain(arguments).copied().collect();
        self.0.kubectl(&all).await
    }

    /// Starts it, and waits until each kind of load has worked, and for a while more.
    pub(crate) async fn start(&self) {
        self.kubectl(&["apply", "--filename", &file("pod.yaml")]).await.expect("the pod of the load");
        within(STEADY_WITHIN, "steady load", || async {
            let said = self.said().await?;
            if self.phase().await?.starts_with("Failed") {
                panic!("the load gave up: {}", said.other);
            }
            let worked = |sample: &&Sample| sample.total.ok > 0;
            let seen: BTreeSet<_> = said
                .samples
                .iter()
                .filter(worked)
                .map(|it| (it.total.product.clone(), it.total.kind.clone()))
                .collect();
            let all = kinds::ALL.iter().map(|kind| (kind.product.to_owned(), kind.name.to_owned()));
            let missing: Vec<_> = all.filter(|kind| !seen.contains(kind)).collect();
            let peace =
                said.samples.last().zip(said.samples.first()).map_or(0, |(last, first)| last.second - first.second);
            if missing.is_empty() && peace >= PEACE { Ok(()) } else { Err(format!("{peace} ms, without {missing:?}")) }
        })
        .await;
    }

    /// Ends it in good order; all that it said.
    pub(crate) async fn stop(&self) -> (Said, Summary) {
        self.kubectl(&["exec", "load", "--", "/usr/local/bin/load", "stop"]).await.expect("the load can be stopped");
        within(STOPPED_WITHIN, "the load to end", || async {
            match self.phase().await? {
                phase if phase == "Succeeded" => Ok(()),
                phase => Err(phase),
            }
        })
        .await;
        let mut said = self.said().await.expect("its log");
        let summary = said.summary.take().unwrap_or_else(|| panic!("no summary: {}", said.other));
        (said, summary)
    }

    /// All that it said so far.
    pub(crate) async fn said(&self) -> Result<Said, String> {
        let mut said = Said::default();
        for text in self.kubectl(&["logs", "load"]).await?.lines() {
            match Line::parse(text) {
                Some(Line::Sample(sample)) => said.samples.push(sample),
                Some(Line::Failure(failure)) => said.failures.push(failure),
                Some(Line::Summary(summary)) => said.summary = Some(*summary),
                None => said.other = format!("{}{text}\n", said.other),
            }
        }
        Ok(said)
    }

    async fn phase(&self) -> Result<String, String> {
        let pod = json(&self.kubectl(&["get", "pod", "load", "--output", "json"]).await?);
        let waits = &pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"];
        Ok(format!("{}{}", pod["status"]["phase"].as_str().unwrap_or_default(), waits.as_str().unwrap_or_default()))
    }
}

impl Said {
    /// Failures that a client noticed; what a page lacked is another thing.
    pub(crate) fn noticed(&self) -> u64 {
        self.samples.iter().filter(|it| it.total.kind != kinds::TOGETHER).map(|it| it.total.failed).sum()
    }
}
