//! Counted impressions and clicks decide which ads are worth their slots.

use ad::{
    domain::{campaign::CampaignId, delivery::DeliveryKind, serve::Serve},
    usecase::{count_creatives::count_creatives, record_delivery::record_delivery},
};
use serde_json::json;

use crate::{
    harness::{Tenant, TestApp},
    requests::money,
};

async fn ids(test: &TestApp, tenant: &Tenant) -> Vec<String> {
    test.select(&tenant.member_token, "ko").await.ads.into_iter().map(|ad| ad.campaign_id).collect()
}

/// The impressions and clicks of all creatives.
async fn counts(test: &TestApp) -> Vec<(i64, i64)> {
    count_creatives(&test.app).await.expect("counted");
    let counts = sqlx::query_as("SELECT impressions, clicks FROM creative_count ORDER BY creative_id");
    counts.fetch_all(&test.superuser).await.expect("counts")
}

async fn see(test: &TestApp, tenant: &Tenant, campaign: CampaignId, clicks: bool) -> Serve {
    let serve = test.serve(tenant, tenant, campaign, 10);
    record_delivery(&test.app, DeliveryKind::Impression, &serve).await.expect("recorded");
    if clicks {
        record_delivery(&test.app, DeliveryKind::Click, &serve).await.expect("recorded");
    }
    serve
}

#[tokio::test]
async fn a_campaign_that_people_click_goes_before_one_with_a_higher_bid() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let clicked = test.campaign(&tenant, json!({ "bid": money(200, "KRW") })).await;
    let unseen = test.campaign(&tenant, json!({ "bid": money(300, "KRW") })).await;
    assert_eq!(ids(&test, &tenant).await, [unseen.to_string(), clicked.to_string()]);
    // 4 clicks in 203 impressions are 1.9 %, more than the prior of 1 %.
    for clicks in [true, true, false] {
        see(&test, &tenant, clicked, clicks).await;
    }
    assert_eq!(counts(&test).await, [(3, 2)]);
    assert_eq!(ids(&test, &tenant).await, [clicked.to_string(), unseen.to_string()]);
    assert_eq!(test.app.index.compare().await.expect("compared"), 0);
}

#[tokio::test]
async fn a_delivery_that_commits_late_is_counted_once() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let campaign = test.campaign(&tenant, json!({})).await;
    let first = see(&test, &tenant, campaign, false).await;
    assert_eq!(counts(&test).await, [(1, 0)]);

    let mut late = test.superuser.begin().await.expect("a transaction");
    let click = "INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, advertiser_tenant_id, campaign_id, placement,
                     occurred_at)
                 SELECT serve_id, 'click', delivery_id, tenant_id, advertiser_tenant_id, campaign_id, placement, occurred_at
                 FROM delivery WHERE serve_id = $1";
    sqlx::query(click).bind(first.serve_id.as_uuid()).execute(&mut *late).await.expect("inserted");
    see(&test, &tenant, campaign, false).await;
    assert_eq!(counts(&test).await, [(2, 0)]);
    late.commit().await.expect("committed");
    assert_eq!(counts(&test).await, [(2, 1)]);
    assert_eq!(counts(&test).await, [(2, 1)]);
}
