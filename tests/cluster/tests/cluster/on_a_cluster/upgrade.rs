//! Upgrades from the previous chart to the current one, with the running values: no request fails.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    path::{Path, PathBuf},
};

use architecture::{chart::chart, products};
use cluster::{
    clients,
    exclusive::{exclusive, with_cleanup},
    release::{Release, strip},
    tool,
};
use futures::{FutureExt, future::join_all};
use serde_json::Value;
use support::{Cluster, cluster};

#[tokio::test]
async fn upgrading_from_the_previous_chart_fails_no_request() {
    let test = "upgrade from the previous chart";
    let Some(cluster) = cluster(test) else { return };
    if !tool::all_installed(test, &["git", "tar"]) {
        return;
    }
    let _guard = exclusive().await;
    // All products at a time: no release depends on another one. Each one is restored before a failure is reported.
    let tests = products().into_iter().map(|product| {
        let test = upgrade_from_the_previous(test, &cluster, product);
        AssertUnwindSafe(test).catch_unwind()
    });
    let outcomes = join_all(tests).await;
    clients::remove_all(&cluster).await;
    if let Some(panic) = outcomes.into_iter().find_map(Result::err) {
        resume_unwind(panic);
    }
}

async fn upgrade_from_the_previous(test: &str, cluster: &Cluster, product: String) {
    let Some(commit) = previous_chart_commit(&product).await else {
        return tool::print_skipped(&format!("{test}, {product}"), "git has no other version of its chart");
    };
    let folder = std::env::temp_dir().join(format!("chart-before-{product}-{}", std::process::id()));
    let release = Release { cluster, product: &product };
    let before = release.revision().await.expect("a release");
    let restore = async {
        release.roll_back(&before).await.expect("the earlier revision");
        // Best effort: it is a temporary folder.
        let _ = std::fs::remove_dir_all(&folder);
    };
    with_cleanup(downgrade_and_upgrade(release, &commit, &folder), restore).await;
}

async fn downgrade_and_upgrade(release: Release<'_>, commit: &str, folder: &Path) {
    let (cluster, product) = (release.cluster, release.product);
    let old = extract_chart(product, commit, folder).await;
    let values = release.values().await.expect("its values");
    let wanted = release.pods().await.expect("its pods").wanted;
    if rendered(cluster, &old, product).await == rendered(cluster, &chart(product), product).await {
        println!("{product}: the chart of {commit:.7} renders the same with its default values");
    }
    clients::start(cluster, product, product, 1, "100m").await.expect("a client");
    let work = async {
        let stripped = downgrade(release, &old, values.clone()).await;
        release.upgrade(&chart(product), &values).await.expect("this chart");
        stripped
    };
    let (stripped, fewest) = release.fewest_ready_during(work).await;
    let results = clients::remove(cluster, product).await.expect("the client's results");
    println!(
        "{product}: to the chart of {commit:.7} and back, {} responses, never fewer than {fewest} of {wanted} pods; \
         values unknown to that chart: {stripped:?}",
        results.answered
    );
    assert!(results.answered > 0);
    assert_eq!(results.failed, Vec::<String>::new(), "{product}: failed requests");
    assert!(fewest >= wanted, "{product}: only {fewest} of {wanted} pods were ready");
}

/// Installs the old chart with the values that it accepts. Returns the values that it rejects.
async fn downgrade(release: Release<'_>, old: &Path, mut values: Value) -> Vec<String> {
    let mut stripped = vec![];
    loop {
        let Err(why) = release.upgrade(old, &values).await else { return stripped };
        let unknown = strip(&mut values, &why);
        assert!(!unknown.is_empty(), "the previous chart: {why}");
        stripped.extend(unknown);
    }
}

/// Returns the last commit whose chart differs from the working tree's.
async fn previous_chart_commit(product: &str) -> Option<String> {
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

/// Extracts the chart at `commit` below `folder`.
async fn extract_chart(product: &str, commit: &str, folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).expect("a folder");
    let (path, tar) = (format!("services/{product}/chart"), folder.join("chart.tar").display().to_string());
    tool::run("git", &["archive", "--output", &tar, commit, &path], "").await.expect("the previous chart");
    tool::run("tar", &["-xf", &tar, "-C", &folder.display().to_string()], "").await.expect("its files");
    folder.join(path)
}

async fn rendered(cluster: &Cluster, chart: &Path, product: &str) -> String {
    cluster.helm(&["template", product, &chart.display().to_string()]).await.expect("manifests")
}
