//! Money under fault in one process: three replicas, lost connections, requests that end at any of their statements, duplicates
//! in any order, and a midnight. [`crate::processes`] has processes that are killed, and a broker.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ad::{
    app::App,
    domain::{campaign::CampaignId, delivery::DeliveryKind, serve::Serve},
    usecase::{reconcile::reconcile, record_delivery::record_delivery, roll_up_usage::roll_up_usage},
};
use chrono::{DateTime, Utc};
use contracts::ad::v1::{DeliveryRecorded, UsageRecorded};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    dice::{Dice, end_a_connection},
    harness::{Tenant, TestApp},
    requests::money,
};

const CAMPAIGNS: usize = 20;
/// Served ads of a campaign. Its budget pays for three a day.
const SERVES: usize = 9;

/// Opens a link until it is answered. Some requests end halfway, as those of a killed replica.
async fn open(replicas: &[App], kind: DeliveryKind, serve: Serve, mut dice: Dice) {
    for _ in 0..200 {
        let (app, serve) = (replicas[dice.roll(replicas.len())].clone(), serve.clone());
        let mut request = tokio::spawn(async move { record_delivery(&app, kind, &serve).await });
        let patience = Duration::from_micros(if dice.roll(4) == 0 { 200 + dice.roll(6_000) as u64 } else { 5_000_000 });
        match tokio::time::timeout(patience, &mut request).await {
            Ok(Ok(Ok(_))) => return,
            // The browser tries again.
            Ok(_) => {}
            Err(_) => request.abort(),
        }
    }
    panic!("a link was never answered");
}

/// The impression and the click of each serve, each twice, in any order.
fn requests(test: &TestApp, viewer: &Tenant, campaigns: &[(Tenant, CampaignId)]) -> Vec<(DeliveryKind, Serve)> {
    let mut dice = Dice::new(1);
    let mut requests: Vec<_> = (0..SERVES)
        .flat_map(|_| campaigns)
        .flat_map(|(advertiser, campaign)| {
            let serve = test.serve(viewer, advertiser, *campaign, 100);
            [DeliveryKind::Impression, DeliveryKind::Click].map(|kind| [(kind, serve.clone()), (kind, serve.clone())])
        })
        .flatten()
        .collect();
    dice.shuffle(&mut requests);
    requests
}

/// Moves the clock to shortly before a midnight in Seoul.
async fn before_midnight(test: &TestApp) -> DateTime<Utc> {
    let midnight =
        "SELECT (date_trunc('day', $1 AT TIME ZONE 'Asia/Seoul') + interval '2 days') AT TIME ZONE 'Asia/Seoul'";
    let midnight: DateTime<Utc> =
        sqlx::query_scalar(midnight).bind(test.clock.now()).fetch_one(&test.superuser).await.expect("a time");
    test.clock.advance(midnight - chrono::Duration::seconds(130) - test.clock.now());
    midnight
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn money_is_exact_while_replicas_and_connections_fail_across_a_midnight() {
    let test = TestApp::start().await;
    let (hangang, namsan) = (test.tenant("Hangang", "KRW").await, test.tenant("Namsan", "KRW").await);
    let viewer = test.tenant("Acme", "KRW").await;
    let budget = json!({ "bid": money(100, "KRW"), "daily_budget": money(350, "KRW") });
    let mut campaigns = vec![];
    for number in 0..CAMPAIGNS {
        let advertiser = if number % 2 == 0 { &hangang } else { &namsan };
        campaigns.push((advertiser.clone(), test.campaign(advertiser, budget.clone()).await));
    }
    // Every fourth one has a total budget of five clicks.
    let total = "UPDATE campaign SET total_budget_micros = 550000000 WHERE campaign_id = ANY ($1)";
    let limited: Vec<_> = campaigns.iter().step_by(4).map(|(_, campaign)| campaign.as_uuid()).collect();
    sqlx::query(total).bind(&limited).execute(&test.superuser).await.expect("set");
    let midnight = before_midnight(&test).await;

    let replicas: Arc<[App]> = [test.app.clone(), test.replica(), test.replica()].into();
    let done = Arc::new(AtomicBool::new(false));
    let (superuser, stop) = (test.superuser.clone(), done.clone());
    let ending = tokio::spawn(async move {
        let mut ended = 0;
        while !stop.load(Ordering::Relaxed) {
            ended += end_a_connection(&superuser).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        ended
    });
    let next = Arc::new(AtomicUsize::new(0));
    let requests: Arc<[_]> = requests(&test, &viewer, &campaigns).into();
    let mut browsers = JoinSet::new();
    for _ in 0..6 {
        let (replicas, requests, next, clock) = (replicas.clone(), requests.clone(), next.clone(), test.clock.clone());
        browsers.spawn(async move {
            while let Some((kind, serve)) = requests.get(next.fetch_add(1, Ordering::Relaxed)).cloned() {
                clock.advance(chrono::Duration::milliseconds(600));
                open(&replicas, kind, serve, Dice::new(next.load(Ordering::Relaxed) as u64)).await;
            }
        });
    }
    let (rolling, stop) = (replicas.clone(), done.clone());
    let rolling = tokio::spawn(async move {
        let mut dice = Dice::new(2);
        while !stop.load(Ordering::Relaxed) {
            // A failed roll-up publishes nothing: the next one has its units.
            let _ = roll_up_usage(&rolling[dice.roll(3)]).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    browsers.join_all().await;
    assert!(test.clock.now() > midnight);
    // Clicks that came before their impressions: once more, without faults.
    done.store(true, Ordering::Relaxed);
    let ended = ending.await.expect("ended");
    rolling.await.expect("ended");
    assert!(ended > 5, "{ended} connections were ended");
    for (kind, serve) in requests.iter() {
        open(&replicas[..1], *kind, serve.clone(), Dice::new(3)).await;
    }
    test.usage().await;
    check(&test, &limited).await;
}

async fn check(test: &TestApp, limited: &[uuid::Uuid]) {
    let over = "SELECT count(*) FROM (SELECT 1 FROM charge GROUP BY campaign_id, day HAVING sum(price_micros) > 350000000) AS over";
    assert_eq!(test.count(over).await, 0, "daily budgets");
    let over: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT 1 FROM charge WHERE campaign_id = ANY ($1) GROUP BY campaign_id
             HAVING sum(price_micros) > 550000000) AS over",
    )
    .bind(limited)
    .fetch_one(&test.superuser)
    .await
    .expect("a number");
    assert_eq!(over, 0, "total budgets");
    assert_eq!(test.count("SELECT count(DISTINCT day) FROM charge").await, 2);
    // No fault takes a part of a budget: the last day has three clicks, or the campaign five.
    let full = "SELECT count(*) FROM (
                    SELECT 1 FROM charge GROUP BY campaign_id
                    HAVING count(*) FILTER (WHERE day = (SELECT max(day) FROM charge)) = 3 OR count(*) = 5) AS full_budget";
    assert_eq!(test.count(full).await, CAMPAIGNS as i64, "budgets are used to their end");

    let charged = test.count("SELECT sum(price_micros)::bigint FROM charge").await;
    assert_eq!(test.count("SELECT count(*) - count(DISTINCT serve_id) FROM charge").await, 0, "an entry a link");
    assert_eq!(test.count("SELECT sum(spent_micros)::bigint FROM campaign_day").await, charged);
    let clicks = test.count("SELECT count(*) FROM delivery WHERE kind = 'click'").await;
    assert_eq!(clicks, (CAMPAIGNS * SERVES) as i64, "each link was counted once");

    let events = test.published::<DeliveryRecorded>().await;
    assert_eq!(events.len(), 2 * CAMPAIGNS * SERVES);
    let in_events: i64 = events.iter().filter_map(|(_, event)| event.charge.as_ref()).map(|charge| charge.micros).sum();
    assert_eq!(in_events, charged);

    let mut months: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (tenant, event) in test.published::<UsageRecorded>().await {
        let record = event.record.expect("a record");
        *months.entry((tenant.to_string(), record.metric)).or_default() += record.quantity;
    }
    let sum =
        |name: &str| months.iter().filter(|((_, metric), _)| metric == name).map(|(_, quantity)| quantity).sum::<i64>();
    assert_eq!((sum("ad.spend"), sum("ad.clicks")), (charged, test.count("SELECT count(*) FROM charge").await));
    assert_eq!(sum("ad.impressions"), (CAMPAIGNS * SERVES) as i64);
    assert_eq!(reconcile(&test.app).await.expect("compared"), []);
}
