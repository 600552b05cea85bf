//! The proof can fail: without the drain, clients notice.

use crate::{phases::Phases, pod::Load, product::Product, stage::under_load};

/// Which product it is shown with: its pages are asked for most.
const PRODUCT: &str = "mypage";

/// Each one deletes every pod once. Far more than it takes.
const ROUNDS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_drain_it_is_noticed() {
    let Some(cluster) = support::cluster("without_drain_it_is_noticed") else { return };
    let (before, said, summary) = under_load(&cluster, async |load: &Load<'_>| {
        let (product, phases) = (Product::new(&cluster, PRODUCT), Phases::new());
        let before = load.said().await.expect("its log").noticed();
        let no_drain = ["--set", "drain.delaySeconds=0", "--set", "drain.deadlineSeconds=0"];
        phases.note(PRODUCT, "upgrade", product.upgrade(&no_drain)).await;
        for _ in 0..ROUNDS {
            phases.note(PRODUCT, "delete", product.delete_each()).await;
            if load.said().await.expect("its log").noticed() > 0 {
                break;
            }
        }
        let (said, summary) = load.stop().await;
        (before, said, summary)
    })
    .await;
    for failure in said.failures.iter().take(10) {
        println!("{} {}: {}", failure.product, failure.kind, failure.text);
    }
    assert_eq!(before, 0, "noticed before anything was done: {:#?}", said.failures);
    assert!(summary.noticed() > 0, "nobody noticed that {PRODUCT} does not drain any more: the proof proves nothing");
}
