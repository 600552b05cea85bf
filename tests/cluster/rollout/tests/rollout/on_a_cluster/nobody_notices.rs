//! Each product in turn is upgraded to a build with another schema and another event, rolled back, drained and deleted,
//! under load on all of them: no client notices, no event is lost or counted twice, and ledger and budgets are exact.

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices() {
    let Some(cluster) = support::cluster("nobody_notices") else { return };
    let (system, phases) = (System::running(), Phases::new());
    let mut repositories = vec![];
    for next in &NEXT {
        let values = Product::new(&cluster, next.product).values().await;
        repositories.push((next.product, values["image"]["repository"].as_str().expect("a repository").to_owned()));
    }
    next::images(&repositories).await;
    next::forget(&system).await;
    let (seen, said, summary) = under_load(&cluster, async |load: &Load<'_>| {
        let mut seen = vec![];
        for (next, (name, repository)) in NEXT.iter().zip(&repositories) {
            seen.push(change(&system, &Product::new(&cluster, name), next, repository, &phases).await);
        }
        let (said, summary) = load.stop().await;
        (seen, said, summary)
    })
    .await;

    let settled = books::settled(&system).await;
    let entries = books::compare(&system, &summary).await;
    let (mut lines, mut all_heard) = (vec![], true);
    for (next, events) in NEXT.iter().zip(&seen) {
        let heard = builds::heard(&system, next, events).await;
        let (topic, field) = next.event;
        let (told, reader) = (events.len(), next.reader);
        lines.push(format!(
            "{}: {told} events of {topic} had the new field {field}; {reader} heard {heard}",
            next.product
        ));
        all_heard &= heard == told;
    }
    Report { said: &said, summary: &summary, phases: &phases.all(), books: &entries, next: &lines }.publish();

    next::forget(&system).await;
    settled.assert_balanced();
    assert!(all_heard, "{lines:?}");
    let differ: Vec<_> = entries.iter().filter(|entry| !entry.agree).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    assert_eq!(summary.noticed(), 0, "failures that a client noticed: {:#?}", said.failures);
}

/// All that is done to one product; the events that its next build told.
async fn change(system: &System, product: &Product<'_>, next: &Next, repository: &str, phases: &Phases) -> Vec<String> {
    let name = product.name;
    let (before, image, tag) = (product.revision().await, format!("{repository}:{TAG}"), format!("image.tag={TAG}"));
    assert!(!builds::has_column(system, next).await, "the schema is the next one's already");
    // A digest would win over the tag.
    phases.note(name, "upgrade", product.upgrade(&["--set", &tag, "--set", "image.digest="])).await;
    product.runs(&image).await;
    let told = builds::told(system, next, Build::Next).await;
    phases.note(name, "roll back", product.roll_back(&before)).await;
    // The schema stays as it is; the build before works on it.
    assert!(builds::has_column(system, next).await, "the next build has not changed the schema");
    builds::told(system, next, Build::Today).await;
    phases.note(name, "evict", product.evict_each()).await;
    phases.note(name, "delete", product.delete_each()).await;
    told
}
