//! Each product in turn is upgraded to a build with another schema and another event, rolled back, drained and deleted,
//! under load on all of them: no client notices, no event is lost or counted twice, and ledger and budgets are exact.

use chassis::clock::Clock;
use e2e::system::System;

use crate::{
    books,
    builds::{self, Build},
    next::{self, NEXT, Next, TAG},
    phases::Phases,
    pod::Load,
    product::Product,
    report::Report,
    stage::under_load,
};

/// A page is whole without the part of a product that does not answer at once, whatever keeps it from that; but that is rare.
const PAGES_TO_ONE_LACKING: u64 = 100;

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
    next::forget(&system).await;
    let began = Clock::system().now();
    let (said, summary) = under_load(&cluster, async |load: &Load<'_>| {
        for (next, (name, repository)) in NEXT.iter().zip(&repositories) {
            change(&system, &Product::new(&cluster, name), next, repository, &phases).await;
        }
        load.stop().await
    })
    .await;

    let settled = books::settled(&system).await;
    let entries = books::compare(&system, &summary).await;
    let (mut lines, mut all_heard) = (vec![], true);
    for next in &NEXT {
        let told = builds::told(&system.database(next.product).await, next, Build::Next, began).await;
        let heard = builds::heard(&system, next, &told).await;
        let (product, reader, (topic, field)) = (next.product, next.reader, next.event);
        all_heard &= heard == told.len();
        lines.push(format!(
            "{product} told {} events of {topic} with the new field {field}; {reader} heard {heard}",
            told.len()
        ));
    }
    Report { said: &said, summary: &summary, phases: &phases.all(), books: &entries, next: &lines }.publish();

    next::forget(&system).await;
    assert_eq!(summary.noticed(), 0, "failures that a client noticed: {:#?}", said.failures);
    settled.assert_balanced();
    assert!(all_heard, "{lines:?}");
    let differ: Vec<_> = entries.iter().filter(|entry| !entry.agree).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    let lacking: u64 = summary.totals.iter().map(|total| total.lacking).sum();
    assert!(lacking * PAGES_TO_ONE_LACKING <= summary.pages, "{lacking} of {} pages lacked a part", summary.pages);
}

/// All that is done to one product.
async fn change(system: &System, product: &Product<'_>, next: &Next, repository: &str, phases: &Phases) {
    let name = product.name;
    let (before, image, tag) = (product.revision().await, format!("{repository}:{TAG}"), format!("image.tag={TAG}"));
    assert!(!builds::has_column(system, next).await, "the schema is the next one's already");
    // A digest would win over the tag.
    phases.note(name, "upgrade", product.upgrade(&["--set", &tag, "--set", "image.digest="])).await;
    product.runs(&image).await;
    builds::tells(system, next, Build::Next).await;
    phases.note(name, "roll back", product.roll_back(&before)).await;
    // The schema stays as it is; the build before works on it.
    assert!(builds::has_column(system, next).await, "the next build has not changed the schema");
    builds::tells(system, next, Build::Today).await;
    phases.note(name, "evict", product.evict_each()).await;
    phases.note(name, "delete", product.delete_each()).await;
}
