//! The limit of active campaigns.

use reqwest::Method;
use serde_json::json;

use crate::{
    harness::TestApp,
    requests::{campaign_body, money},
};

/// Adds active campaigns to the tenant of the only campaign.
const COPIES: &str =
    "INSERT INTO campaign SELECT gen_random_uuid(), tenant_id, name, headline, body, landing_url, locale,
    interests, bid_micros, daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at
    FROM campaign, generate_series(1, 998)";

#[tokio::test]
async fn a_tenant_has_at_most_a_thousand_active_campaigns() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let create = || async {
        let (status, body) = test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &campaign_body("KRW")).await;
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    };
    let refused = (409, "too_many_campaigns".to_owned());
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({})).await);
    let change =
        async |status: &str| test.send(Method::PATCH, &path, &tenant.admin_token, &json!({ "status": status })).await;
    sqlx::query(COPIES).execute(&test.superuser).await.expect("999 campaigns");

    let mut both = <[_; 2]>::from(tokio::join!(create(), create()));
    both.sort_unstable();
    assert_eq!(both, [(201, String::new()), refused.clone()], "the 1,000th and one too many");
    // A paused campaign is not counted.
    assert_eq!(change("paused").await.0, 200);
    assert_eq!(create().await.0, 201);
    let (status, problem) = change("active").await;
    assert_eq!((status, &problem["code"]), (409, &json!("too_many_campaigns")), "{problem}");
    assert_eq!(change("paused").await.0, 200, "as before");
    // An active campaign can be changed, and other tenants have their own.
    let (_, page) = test.get("/v1/campaigns?limit=1", &tenant.admin_token).await;
    let newest = format!("/v1/campaigns/{}", page["items"][0]["campaign_id"].as_str().expect("an id"));
    let bid = json!({ "status": "active", "bid": money(400, "KRW") });
    assert_eq!(test.send(Method::PATCH, &newest, &tenant.admin_token, &bid).await.0, 200);
    test.campaign(&test.tenant("Acme", "KRW").await, json!({})).await;
}
