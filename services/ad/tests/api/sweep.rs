//! Retention of deliveries.

use ad::{
    domain::delivery::{DeliveryKind, RETENTION},
    usecase::{record_delivery::record_delivery, sweep::sweep},
};
use chrono::Duration;
use serde_json::json;

use crate::harness::TestApp;

#[tokio::test]
async fn deliveries_are_stored_for_90_days_and_charges_for_longer() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    for tenant in [&hangang, &acme] {
        let serve = test.serve(tenant, &hangang, id, 100);
        for kind in [DeliveryKind::Impression, DeliveryKind::Click] {
            record_delivery(&test.app, kind, &serve).await.expect("recorded");
        }
    }
    for (later, deliveries) in [(RETENTION, 4), (Duration::seconds(1), 0)] {
        test.clock.advance(later);
        sweep(&test.app).await.expect("swept");
        for (table, left) in [("delivery", deliveries), ("charge", 2), ("campaign_day", 1)] {
            let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
            assert_eq!(count.fetch_one(&test.superuser).await.expect("a number"), left, "{table}");
        }
    }
}
