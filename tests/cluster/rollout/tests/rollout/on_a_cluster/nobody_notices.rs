//! Upgrades each product in turn to a build with another schema and another event, rolls it back, and evicts and
//! deletes its pods, with load on all products. No call fails, no event is lost or counted twice, and charges and
//! budgets agree exactly.

use chassis::clock::Clock;
use e2e::system::System;

use crate::{
    builds::{self, Build},
    comparison,
    next::{self, NEXT, Next, TAG},
    phases::Phases,
    pod::Load,
    product::Product,
    report::Report,
    setup::under_load,
};

/// Minimum number of pages per page without the part of another product. Such a page is valid, but must be rare.
const PAGES_PER_INCOMPLETE: u64 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices() {
    let Some(cluster) = support::cluster("nobody_notices") else { return };
    let (system, phases) = (System::running(), Phases::new());
    let mut repositories = vec![];
    for next in &NEXT {
        let values = Product::new(&cluster, next.product).values().await;
        repositories.push((next.product, values["image"]["repository"].as_str().expect("a repository").to_owned()));
    }
    next::images(&cluster, &repositories).await;
    next::revert_schema(&system).await;
    let began = Clock::system().now();
    let (log, summary) = under_load(&cluster, async |load: &Load<'_>| {
        for (next, (name, repository)) in NEXT.iter().zip(&repositories) {
            change(&system, &Product::new(&cluster, name), next, repository, &phases).await;
        }
        load.stop().await
    })
    .await;

    let settled = comparison::wait_until_consumed(&system).await;
    let entries = comparison::compare(&system, &summary).await;
    let (mut lines, mut all_consumed) = (vec![], true);
    for next in &NEXT {
        let published = builds::published(&system.database(next.product).await, next, Build::Next, began).await;
        let consumed = builds::consumed(&system, next, &published).await;
        let (product, reader, (topic, field)) = (next.product, next.reader, next.event);
        all_consumed &= consumed == published.len();
        lines.push(format!(
            "{product} published {} events of {topic} with the new field {field}; {reader} consumed {consumed}",
            published.len()
        ));
    }
    Report { log: &log, summary: &summary, phases: &phases.all(), comparison: &entries, next: &lines }.publish();

    next::revert_schema(&system).await;
    assert_eq!(summary.failures(), 0, "failed calls: {:#?}", log.failures);
    settled.assert_balanced();
    assert!(all_consumed, "{lines:?}");
    let differ: Vec<_> = entries.iter().filter(|entry| !entry.equal).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    let incomplete: u64 = summary.totals.iter().map(|total| total.incomplete).sum();
    assert!(
        incomplete * PAGES_PER_INCOMPLETE <= summary.pages,
        "{incomplete} of {} pages lacked another product's part",
        summary.pages
    );
}

/// Makes all changes to one product.
async fn change(system: &System, product: &Product<'_>, next: &Next, repository: &str, phases: &Phases) {
    let name = product.name;
    let (before, image, tag) = (product.revision().await, format!("{repository}:{TAG}"), format!("image.tag={TAG}"));
    assert!(!builds::has_column(system, next).await, "the next build's migration is applied already");
    // A digest would take precedence over the tag.
    phases.note(name, "upgrade", product.upgrade(&["--set", &tag, "--set", "image.digest="])).await;
    product.runs(&image).await;
    builds::wait_until_published(system, next, Build::Next).await;
    phases.note(name, "roll back", product.roll_back(&before)).await;
    // The migration stays applied; the previous build works with it.
    assert!(builds::has_column(system, next).await, "the next build's migration is not applied");
    builds::wait_until_published(system, next, Build::Today).await;
    phases.note(name, "evict", product.evict_each()).await;
    phases.note(name, "delete", product.delete_each()).await;
}
