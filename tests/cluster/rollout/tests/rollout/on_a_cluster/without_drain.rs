//! Checks that the rollout proof can fail: without the drain, calls fail.

use crate::{phases::Phases, pod::Load, product::Product, setup::under_load};

/// The product with the most page requests.
const PRODUCT: &str = "mypage";

/// Maximum number of rounds, far above the expected one. Each round deletes every pod once.
const ROUNDS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_drain_calls_fail() {
    let Some(cluster) = support::cluster("without_drain_calls_fail") else { return };
    let (before, log, summary) = under_load(&cluster, async |load: &Load<'_>| {
        let (product, phases) = (Product::new(&cluster, PRODUCT), Phases::new());
        let before = load.log().await.expect("its log").failures();
        let no_drain = ["--set", "drain.delaySeconds=0", "--set", "drain.deadlineSeconds=0"];
        phases.note(PRODUCT, "upgrade", product.upgrade(&no_drain)).await;
        for _ in 0..ROUNDS {
            phases.note(PRODUCT, "delete", product.delete_each()).await;
            if load.log().await.expect("its log").failures() > 0 {
                break;
            }
        }
        let (log, summary) = load.stop().await;
        (before, log, summary)
    })
    .await;
    for failure in log.failures.iter().take(10) {
        println!("{} {}: {}", failure.product, failure.kind, failure.text);
    }
    assert_eq!(before, 0, "failures before the first change: {:#?}", log.failures);
    assert!(summary.failures() > 0, "no call failed although {PRODUCT} does not drain: this test detects nothing");
}
