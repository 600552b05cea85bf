//! The time zone and the currency of a tenant change at the start of a month.

use ad::usecase::begin_terms::begin_terms;
use chrono::{DateTime, Duration, Utc};
use contracts::{convert::timestamp, login::v1::TenantChanged};
use serde_json::json;

use crate::{
    events,
    harness::{Tenant, TestApp},
    requests::campaign_body,
};

/// Moves a tenant in Seoul to New York and to dollars.
async fn moved(test: &TestApp, tenant: &Tenant, version: i64) -> TenantChanged {
    let moved = TenantChanged {
        time_zone: "America/New_York".into(),
        changed_at: Some(timestamp(test.clock.now())),
        ..events::tenant(tenant.id, "Hangang", "USD", version)
    };
    test.consume(&moved).await.expect("consumed");
    moved
}

/// The first moment of the next month in Seoul.
async fn next_month(test: &TestApp) -> DateTime<Utc> {
    let start =
        "SELECT date_trunc('month', $1 AT TIME ZONE 'Asia/Seoul' + interval '1 month') AT TIME ZONE 'Asia/Seoul'";
    let start = sqlx::query_scalar(start).bind(test.clock.now().naive_utc().and_utc());
    start.fetch_one(&test.superuser).await.expect("a time")
}

#[tokio::test]
async fn a_tenant_that_moves_is_charged_by_its_old_day_until_the_month_ends() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    moved(&test, &tenant, 2).await;
    let start = next_month(&test).await;
    let body = campaign_body("USD");
    let (status, _) = test.send(reqwest::Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await;
    assert_eq!(status, 422, "the currency of the month");
    // At the start of the month in Seoul, it is the last day of the month before in New York.
    for (at, days_before) in [(start - Duration::seconds(1), 1), (start, 1), (start + Duration::hours(15), 0)] {
        test.clock.advance(at - test.clock.now());
        test.click(&test.serve(&tenant, &tenant, id, 100)).await;
        let days = "SELECT $1::date - day FROM charge ORDER BY charge_id DESC LIMIT 1";
        let first = (start + Duration::hours(9)).date_naive();
        let days: i32 = sqlx::query_scalar(days).bind(first).fetch_one(&test.superuser).await.expect("a day");
        assert_eq!(days, days_before, "{at}");
        begin_terms(&test.app).await.expect("begun");
    }
    let zone = "SELECT count(*) FROM tenant WHERE time_zone = 'America/New_York' AND currency_code = 'USD'";
    assert_eq!(test.count(zone).await, 1, "the index reads the present ones");
}

/// During a rollout, the version before stores a change at once.
#[tokio::test]
async fn a_change_that_the_version_before_stores_replaces_the_next_terms() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    moved(&test, &tenant, 2).await;
    sqlx::query("UPDATE tenant SET time_zone = 'Europe/London', version = 3")
        .execute(&test.superuser)
        .await
        .expect("stored");
    test.clock.advance(Duration::days(32));
    begin_terms(&test.app).await.expect("begun");
    assert_eq!(test.count("SELECT count(*) FROM tenant WHERE time_zone = 'Europe/London'").await, 1);
}
