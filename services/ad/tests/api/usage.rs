//! Usage is rolled up a tenant, metric and minute, each unit in exactly one record.

use std::collections::BTreeMap;

use ad::{
    domain::{
        charge::ChargeId,
        delivery::{DeliveryKind, Outcome},
    },
    usecase::{record_delivery::record_delivery, roll_up_usage::roll_up_usage},
};
use chrono::{Duration, DurationRound};
use contracts::{ad::v1::UsageRecorded, convert::datetime};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{harness::TestApp, requests::money};

/// The sum of a metric's published records.
async fn published(test: &TestApp, metric: &str) -> i64 {
    let records = test.published::<UsageRecorded>().await.into_iter().filter_map(|(_, event)| event.record);
    records.filter(|record| record.metric == metric).map(|record| record.quantity).sum()
}

#[tokio::test]
async fn the_units_of_a_minute_are_one_record_a_metric() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    let minute = Duration::minutes(1);
    test.clock.advance(test.clock.now().duration_trunc(minute).expect("a minute") + minute - test.clock.now());
    let start = test.clock.now();
    for won in [100, 150, 50] {
        let serve = test.serve(&acme, &hangang, id, won);
        for kind in [DeliveryKind::Impression, DeliveryKind::Click, DeliveryKind::Click] {
            record_delivery(&test.app, kind, &serve).await.expect("recorded");
        }
        test.clock.advance(Duration::seconds(25));
    }
    roll_up_usage(&test.app).await.expect("rolled up");
    // Two minutes have begun, and one has ended.
    test.clock.advance(minute);
    for _ in 0..2 {
        roll_up_usage(&test.app).await.expect("rolled up");
    }
    let records: Vec<_> = test.published::<UsageRecorded>().await;
    assert!(records.iter().all(|(tenant, _)| *tenant == hangang.id), "the advertiser's");
    let records: BTreeMap<_, _> = records
        .into_iter()
        .filter_map(|(_, event)| event.record)
        .map(|record| {
            let (from, to) = (datetime(record.period_start), datetime(record.period_end));
            assert_eq!(to, from.map(|from| from + minute));
            ((from, record.metric), (record.quantity, record.currency_code))
        })
        .collect();
    let line = |minutes, metric: &str, quantity, code: &str| {
        ((Some(start + minute * minutes), metric.to_owned()), (quantity, code.to_owned()))
    };
    assert_eq!(
        records,
        BTreeMap::from([
            line(0, "ad.impressions", 3, ""),
            line(0, "ad.clicks", 3, ""),
            line(0, "ad.spend", 300_000_000, "KRW"),
        ])
    );
}

/// A transaction may commit after its minute was rolled up.
#[tokio::test]
async fn a_unit_that_commits_late_is_in_the_next_roll_up() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let mut late = test.app.db.begin(tenant.id).await.expect("a transaction");
    let unit = ad::store::usage::Unit {
        unit_id: ChargeId::new(&test.clock).as_uuid(),
        tenant_id: tenant.id,
        campaign_id: id,
        kind: ad::domain::usage::UnitKind::Impression,
        amount: test.serve(&tenant, &tenant, id, 0).price,
        day: test.clock.now().date_naive(),
        occurred_at: test.clock.now(),
    };
    ad::store::usage::insert(&mut late, &unit).await.expect("inserted");
    record_delivery(&test.app, DeliveryKind::Impression, &test.serve(&tenant, &tenant, id, 0)).await.expect("recorded");
    test.clock.advance(Duration::minutes(2));
    assert_eq!(test.usage().await, [("ad.impressions".to_owned(), 1)]);
    late.commit().await.expect("committed");
    assert_eq!(test.usage().await.last(), Some(&("ad.impressions".to_owned(), 1)));
    assert_eq!(published(&test, "ad.impressions").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_roll_ups_beside_clicks_publish_each_unit_once() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({ "daily_budget": money(1_000_000, "KRW") })).await;
    let replicas = [test.app.clone(), test.replica(), test.replica()];
    let mut work = JoinSet::new();
    for number in 0..6 {
        let (app, clock) = (replicas[number % 3].clone(), test.clock.clone());
        let serves: Vec<_> = (0..10).map(|_| test.serve(&tenant, &tenant, id, 100)).collect();
        work.spawn(async move {
            for serve in serves {
                for kind in [DeliveryKind::Impression, DeliveryKind::Click] {
                    let outcome = record_delivery(&app, kind, &serve).await.expect("recorded").outcome;
                    assert!(matches!(outcome, Outcome::Counted | Outcome::Charged(_)));
                }
                clock.advance(Duration::seconds(15));
                roll_up_usage(&app).await.expect("rolled up");
            }
        });
    }
    work.join_all().await;
    test.usage().await;
    assert_eq!(published(&test, "ad.impressions").await, 60);
    assert_eq!(published(&test, "ad.clicks").await, 60);
    assert_eq!(published(&test, "ad.spend").await, 60 * 100_000_000);
    assert_eq!(test.count("SELECT count(*) FROM usage_unit WHERE roll_up_id IS NULL").await, 0);
}

/// During a rollout the version before publishes a click at once, and writes no unit.
#[tokio::test]
async fn a_charge_of_the_version_before_is_in_the_spend_only() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let mut tx = test.app.db.begin(tenant.id).await.expect("a transaction");
    sqlx::query(
        "INSERT INTO charge (charge_id, tenant_id, campaign_id, serve_id, day, price_micros, currency_code, occurred_at)
         VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), ($3 AT TIME ZONE 'Asia/Seoul')::date, 300000000, 'KRW', $3)",
    )
    .bind(tenant.id.as_uuid())
    .bind(id.as_uuid())
    .bind(test.clock.now())
    .execute(&mut *tx)
    .await
    .expect("charged");
    tx.commit().await.expect("committed");
    test.click(&test.serve(&tenant, &tenant, id, 100)).await;
    let expected = [("ad.clicks".to_owned(), 1), ("ad.spend".to_owned(), 400_000_000)];
    assert_eq!(test.usage().await, expected);
}
