//! What is deleted when its time is over, and what is not.

use ad::domain::serve::{DELIVERY_KEPT, Kind};
use ad::usecase::record_delivery::record_delivery;
use ad::usecase::sweep::sweep;
use chrono::Duration;
use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn deliveries_are_kept_for_90_days_and_charges_for_longer() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    let id = app.campaign(&hangang, json!({})).await;
    for tenant in [&hangang, &acme] {
        let serve = app.serve(tenant, &hangang, id, 100);
        for kind in [Kind::Impression, Kind::Click] {
            record_delivery(&app.app.db, &app.clock, kind, &serve).await.expect("recorded");
        }
    }
    let superuser = app.database.superuser().await;
    for (later, deliveries) in [(DELIVERY_KEPT, 4), (Duration::seconds(1), 0)] {
        app.clock.advance(later);
        sweep(&app.app.db, &app.clock).await.expect("swept");
        for (table, left) in [("delivery", deliveries), ("charge", 2), ("campaign_day", 1)] {
            let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
            assert_eq!(count.fetch_one(&superuser).await.expect("a number"), left, "{table}");
        }
    }
}
