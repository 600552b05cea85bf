//! Two versions during a rollout: both read and write the same rows. Rows and links of a later version have values that this
//! one does not know.

use ad::{
    domain::{
        money::{Currency, Money},
        serve::Serve,
    },
    error::Error,
};
use chassis::problem::Problem;
use contracts::ad::v1::{CampaignChanged, CampaignStatus};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Tenant, TestApp};

/// 20.3 francs: a multiple of no step that this version knows.
const BID: i64 = 20_300_001;

/// A tenant with one campaign as this version makes it, and one of a later version. Returns the path of the latter.
async fn with_later_campaign(test: &TestApp) -> (Tenant, String, Serve) {
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({})).await;
    let id = test.campaign(&tenant, json!({ "headline": "later" })).await;
    for sql in [
        "ALTER TABLE campaign DROP CONSTRAINT campaign_status_check, DROP CONSTRAINT campaign_locale_check",
        "UPDATE campaign SET currency_code = 'CHF', bid_micros = 20300001, locale = 'ja', status = 'archived',
             interests = ARRAY['travel', 'space'] WHERE headline = 'later'",
    ] {
        sqlx::query(sql).execute(&test.superuser).await.expect("as the later version");
    }
    let price = Money::new(BID, Currency::stored("CHF"));
    let serve = Serve { price, ..test.serve(&tenant, &tenant, id, 0) };
    (tenant, format!("/v1/campaigns/{id}"), serve)
}

async fn stored(test: &TestApp) -> (String, String, String, i64) {
    sqlx::query_as("SELECT currency_code, locale, status, bid_micros FROM campaign WHERE headline = 'later'")
        .fetch_one(&test.superuser)
        .await
        .expect("the campaign")
}

#[tokio::test]
async fn a_campaign_with_unknown_values_is_shown_with_the_others() {
    let test = TestApp::start().await;
    let (tenant, path, _) = with_later_campaign(&test).await;
    let (status, campaign) = test.get(&path, &tenant.admin_token).await;
    assert_eq!(status, 200, "{campaign}");
    assert_eq!(campaign["bid"], json!({ "micros": BID, "currency_code": "CHF" }));
    let shown = ["status", "locale", "interests"].map(|field| campaign[field].clone());
    assert_eq!(json!(shown), json!(["paused", "en", ["travel"]]));
    let (status, list) = test.get("/v1/campaigns", &tenant.admin_token).await;
    assert_eq!((status, list["items"].as_array().map(Vec::len)), (200, Some(2)), "{list}");
    assert_eq!(test.select(&tenant.member_token, "ko").await.ads.len(), 1, "only the other one takes part in auctions");
}

#[tokio::test]
async fn amounts_in_an_unknown_currency_cannot_be_changed_and_the_status_can() {
    let test = TestApp::start().await;
    let (tenant, path, _) = with_later_campaign(&test).await;
    let change = json!({ "bid": { "micros": 1, "currency_code": "CHF" } });
    let (status, problem) = test.send(Method::PATCH, &path, &tenant.admin_token, &change).await;
    let error = &problem["errors"][0];
    assert_eq!(
        (status, &error["field"], &error["code"]),
        (422, &json!("bid.currency_code"), &json!("currency_not_supported"))
    );
    for status in ["active", "paused"] {
        let change = json!({ "status": status });
        let (code, campaign) = test.send(Method::PATCH, &path, &tenant.admin_token, &change).await;
        assert_eq!((code, &campaign["status"]), (200, &json!(status)), "{campaign}");
        assert_eq!(stored(&test).await, ("CHF".into(), "ja".into(), status.into(), BID), "the rest is kept");
    }
}

#[tokio::test]
async fn a_click_on_a_link_with_an_unknown_currency_is_charged_and_keeps_the_row() {
    let test = TestApp::start().await;
    let (tenant, path, serve) = with_later_campaign(&test).await;
    test.seen(&serve).await;
    let clicked = test.browse(&format!("/c/{}", test.app.links.token(&serve))).await;
    assert_eq!(clicked.status(), 303);
    assert_eq!(stored(&test).await, ("CHF".into(), "ja".into(), "archived".into(), BID));
    let price = json!({ "micros": BID, "currency_code": "CHF" });
    let (status, charges) = test.get("/v1/charges", &tenant.admin_token).await;
    assert_eq!((status, &charges["items"][0]["price"]), (200, &price), "{charges}");
    assert_eq!(test.get(&path, &tenant.admin_token).await.1["spent_today"], price);
    let campaigns = test.published::<CampaignChanged>().await;
    let (_, last) = campaigns.last().expect("an event");
    assert_eq!(last.status(), CampaignStatus::Paused);
    assert_eq!(last.spent_today.as_ref().map(|spent| (spent.micros, spent.currency_code.as_str())), Some((BID, "CHF")));
}

#[tokio::test]
async fn the_version_before_does_not_start_a_campaign_that_has_ended() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let path = format!("/v1/campaigns/{id}");
    let (status, ended) = test.send(Method::PATCH, &path, &tenant.admin_token, &json!({ "status": "ended" })).await;
    assert_eq!(status, 200, "{ended}");

    let mut tx = test.app.db.begin(tenant.id).await.expect("a transaction");
    let start = "UPDATE campaign SET status = 'active', version = version + 1 WHERE campaign_id = $1";
    let refused = sqlx::query(start).bind(id.as_uuid()).execute(&mut *tx).await.expect_err("refused");
    assert!(refused.to_string().contains(&format!("campaign {id} has ended")), "{refused}");
    assert_eq!(Problem::from(Error::from(refused)).code(), "campaign_ended");
    drop(tx);
    assert_eq!(test.get(&path, &tenant.admin_token).await, (200, ended));

    let mut tx = test.app.db.begin(tenant.id).await.expect("a transaction");
    let other = "UPDATE campaign SET status = 'ended', version = version + 1 WHERE campaign_id = $1";
    let changed = sqlx::query(other).bind(id.as_uuid()).execute(&mut *tx).await.expect("a change of the rest");
    assert_eq!(changed.rows_affected(), 1);
}
