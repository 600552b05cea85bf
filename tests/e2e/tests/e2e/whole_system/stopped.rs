//! A reader stops one product: the others go on without it.

use e2e::{person::Person, system::System};

#[tokio::test]
async fn the_page_is_whole_while_ad_is_stopped() {
    let system = System::running();
    let person = Person::sign_in(&system, "amy@acme.example").await;
    assert!(!markup::ads(&person.page().await.expect("the page")).is_empty(), "an ad before");
    if let Err(why) = system.control("stop", "ad").await {
        eprintln!("SKIPPED the_page_is_whole_while_ad_is_stopped: {why}");
        return;
    }
    let without = person.page().await;
    let started = system.control("start", "ad").await;
    started.expect("started again");
    assert!(markup::ads(&without.expect("the whole page")).is_empty(), "no ad while ad is stopped");
    support::eventually("an ad on the page", || async {
        let page = person.page().await.ok()?;
        (!markup::ads(&page).is_empty()).then_some(())
    })
    .await;
}
