//! Parallel clicks never exceed a daily budget.

use ad::{
    domain::{
        delivery::{DeliveryKind, Outcome},
        serve::Serve,
    },
    usecase::record_delivery::record_delivery,
};
use contracts::ad::v1::{CampaignChanged, DeliveryRecorded};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{harness::TestApp, requests::money};

async fn click_all(test: &TestApp, serves: &[Serve]) -> Vec<Outcome> {
    let replicas = [test.app.clone(), test.replica()];
    for serve in serves {
        test.seen(serve).await;
    }
    let mut clicks = JoinSet::new();
    for (number, serve) in serves.iter().cloned().enumerate() {
        let replica = replicas[number % 2].clone();
        clicks.spawn(
            async move { record_delivery(&replica, DeliveryKind::Click, &serve).await.expect("recorded").outcome },
        );
    }
    clicks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_parallel_clicks_the_budget_pays_for_ten() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({ "bid": money(100, "KRW"), "daily_budget": money(1_050, "KRW") })).await;
    let serves: Vec<_> = (0..50).map(|_| test.serve(&acme, &hangang, id, 100)).collect();

    let outcomes = click_all(&test, &serves).await;
    let charged = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Charged(_))).count();
    assert_eq!(charged, 10);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::OverBudget).count(), 40);

    // A repetition of all clicks counts nothing.
    let again = click_all(&test, &serves).await;
    assert!(again.iter().all(|outcome| *outcome == Outcome::Repeated));

    assert_eq!(test.count("SELECT count(*) FROM charge").await, 10);
    assert_eq!(test.count("SELECT sum(price_micros)::bigint FROM charge").await, 1_000_000_000);
    assert_eq!(test.count("SELECT sum(spent_micros)::bigint FROM campaign_day").await, 1_000_000_000);
    assert_eq!(test.count("SELECT count(*) FROM delivery WHERE kind = 'click'").await, 50);

    let deliveries = test.published::<DeliveryRecorded>().await;
    assert_eq!(deliveries.len(), 50);
    let paid: i64 = deliveries.iter().filter_map(|(_, event)| event.charge.as_ref()).map(|charge| charge.micros).sum();
    assert_eq!(paid, 1_000_000_000);
    let billed = [("ad.clicks".to_owned(), 10), ("ad.spend".to_owned(), 1_000_000_000)];
    assert_eq!(test.usage().await, billed, "a click over budget is not billed");
    // The events of one campaign are in the order of its versions.
    let versions: Vec<_> =
        test.published::<CampaignChanged>().await.into_iter().map(|(_, event)| event.version).collect();
    assert_eq!(versions, (1..=11).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_clicks_on_one_serve_are_charged_once() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let serve = test.serve(&tenant, &tenant, id, 100);
    let outcomes = click_all(&test, &vec![serve; 30]).await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Charged(_))).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Repeated).count(), 29);
    assert_eq!(test.count("SELECT count(*) FROM charge").await, 1);
    assert_eq!(test.published::<DeliveryRecorded>().await.len(), 1);
}
