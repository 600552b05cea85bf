//! Budgets hold, however many click at a time.

use ad::domain::serve::{Kind, Serve};
use ad::usecase::record_delivery::{Outcome, record_delivery};
use contracts::ad::v1::{CampaignChanged, DeliveryRecorded, UsageRecorded};
use serde_json::json;
use tokio::task::JoinSet;

use crate::app::{TestApp, money};

async fn click_all(app: &TestApp, serves: &[Serve]) -> Vec<Outcome> {
    let replicas = [app.app.clone(), app.replica()];
    let mut clicks = JoinSet::new();
    for (number, serve) in serves.iter().cloned().enumerate() {
        let replica = replicas[number % 2].clone();
        clicks.spawn(async move {
            record_delivery(&replica.db, &replica.clock, Kind::Click, &serve).await.expect("recorded").outcome
        });
    }
    clicks.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clicks_at_once_spend_what_there_is_for_ten() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    let id = app.campaign(&hangang, json!({ "bid": money(100, "KRW"), "daily_budget": money(1_050, "KRW") })).await;
    let serves: Vec<_> = (0..50).map(|_| app.serve(&acme, &hangang, id, 100)).collect();

    let outcomes = click_all(&app, &serves).await;
    let charged = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Charged(_))).count();
    assert_eq!(charged, 10);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::OverBudget).count(), 40);

    // All of them once more: nothing is counted again.
    let again = click_all(&app, &serves).await;
    assert!(again.iter().all(|outcome| *outcome == Outcome::Repeated));

    assert_eq!(app.count("SELECT count(*) FROM charge").await, 10);
    assert_eq!(app.count("SELECT sum(price_micros)::bigint FROM charge").await, 1_000_000_000);
    assert_eq!(app.count("SELECT sum(spent_micros)::bigint FROM campaign_day").await, 1_000_000_000);
    assert_eq!(app.count("SELECT count(*) FROM delivery").await, 50);

    let deliveries = app.told::<DeliveryRecorded>().await;
    assert_eq!(deliveries.len(), 50);
    let paid: i64 = deliveries.iter().filter_map(|(_, event)| event.charge.as_ref()).map(|charge| charge.micros).sum();
    assert_eq!(paid, 1_000_000_000);
    assert_eq!(app.told::<UsageRecorded>().await.len(), 10, "what was given for nothing is not billed");
    // In the outbox as they were made: one campaign's events never overtake each other.
    let versions: Vec<_> = app.told::<CampaignChanged>().await.into_iter().map(|(_, event)| event.version).collect();
    assert_eq!(versions, (1..=11).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_showing_clicked_many_times_at_once_is_charged_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let id = app.campaign(&tenant, json!({})).await;
    let serve = app.serve(&tenant, &tenant, id, 100);
    let outcomes = click_all(&app, &vec![serve; 30]).await;
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Charged(_))).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Repeated).count(), 29);
    assert_eq!(app.count("SELECT count(*) FROM charge").await, 1);
    assert_eq!(app.told::<DeliveryRecorded>().await.len(), 1);
}
