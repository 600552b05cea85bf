//! From the chart before this one to this one, with the values that run: nobody notices.

use std::path::{Path, PathBuf};

use architecture::{chart::chart, products};
use cluster::{
    release::{Release, strip},
    tool,
    turn::{afterwards, turn},
    visitors,
};
use serde_json::Value;
use support::{Cluster, cluster};

#[tokio::test]
async fn upgrading_from_the_chart_before_goes_unnoticed() {
    let test = "upgrade from the chart before";
    let Some(cluster) = cluster(test) else { return };
    if !tool::are_there(test, &["git", "tar"]) {
        return;
    }
    let _turn = turn().await;
    for product in products() {
        let Some(commit) = commit_before(&product).await else {
            tool::skipped(&format!("{test}, {product}"), "git knows no other chart of it");
            continue;
        };
        let folder = std::env::temp_dir().join(format!("chart-before-{product}-{}", std::process::id()));
        let release = Release { cluster: &cluster, product: &product };
        let before = release.revision().await.expect("a release");
        let restore = async {
            visitors::all_leave(&cluster).await;
            release.restore(&before).await.expect("what it was");
            // Only scratch: when it can't be removed, the next clean-up of temporary files does it.
            let _ = std::fs::remove_dir_all(&folder);
        };
        afterwards(there_and_back(release, &commit, &folder), restore).await;
    }
}

async fn there_and_back(release: Release<'_>, commit: &str, folder: &Path) {
    let (cluster, product) = (release.cluster, release.product);
    let old = chart_of(product, commit, folder).await;
    let values = release.values().await.expect("its values");
    let wanted = release.pods().await.expect("its pods").wanted;
    if rendered(cluster, &old, product).await == rendered(cluster, &chart(product), product).await {
        println!("{product}: the chart of {commit:.7} makes the same of its own values as this one");
    }
    visitors::send(cluster, product, product, 1, "100m").await.expect("a visitor");
    let work = async {
        let stripped = downgrade(release, &old, values.clone()).await;
        release.upgrade(&chart(product), &values).await.expect("this chart");
        stripped
    };
    let (stripped, fewest) = release.fewest_ready(work).await;
    let seen = visitors::leave(cluster, product).await.expect("the visitor's log");
    println!(
        "{product}: to the chart of {commit:.7} and back, {} answers, never fewer than {fewest} of {wanted} pods; \
         values that it did not know: {stripped:?}",
        seen.answered
    );
    assert!(seen.answered > 0);
    assert_eq!(seen.failed, Vec::<String>::new(), "{product}: requests without an answer");
    assert!(fewest >= wanted, "{product}: only {fewest} of {wanted} pods were ready");
}

/// Installs the old chart with the values that it knows, and says which it doesn't.
async fn downgrade(release: Release<'_>, old: &Path, mut values: Value) -> Vec<String> {
    let mut stripped = vec![];
    loop {
        let Err(why) = release.upgrade(old, &values).await else { return stripped };
        let unknown = strip(&mut values, &why);
        assert!(!unknown.is_empty(), "the chart before: {why}");
        stripped.extend(unknown);
    }
}

/// The last commit with another chart than the one that lies here.
async fn commit_before(product: &str) -> Option<String> {
    let path = format!("services/{product}/chart");
    let log = tool::run("git", &["log", "--format=%H", "--", &path], "").await.ok()?;
    for commit in log.lines() {
        let same = tool::run("git", &["diff", "--quiet", commit, "--", &path], "").await.is_ok();
        if !same {
            return Some(commit.to_owned());
        }
    }
    None
}

/// The chart as it was at `commit`, put below `folder`.
async fn chart_of(product: &str, commit: &str, folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).expect("a folder");
    let (path, tar) = (format!("services/{product}/chart"), folder.join("chart.tar").display().to_string());
    tool::run("git", &["archive", "--output", &tar, commit, &path], "").await.expect("the chart before");
    tool::run("tar", &["-xf", &tar, "-C", &folder.display().to_string()], "").await.expect("its files");
    folder.join(path)
}

async fn rendered(cluster: &Cluster, chart: &Path, product: &str) -> String {
    cluster.helm(&["template", product, &chart.display().to_string()]).await.expect("manifests")
}
