//! The index follows what changed.

use serde_json::json;
use sqlx::postgres::PgListener;

use crate::{
    harness::{Tenant, TestApp},
    requests::money,
};

async fn headlines(test: &TestApp, tenant: &Tenant) -> Vec<String> {
    test.select(&tenant.member_token, "ko").await.ads.into_iter().map(|ad| ad.headline).collect()
}

async fn execute(test: &TestApp, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&test.superuser).await.expect("executed");
}

#[tokio::test]
async fn a_change_that_commits_late_is_followed() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({ "headline": "first" })).await;
    let mut late = test.superuser.begin().await.expect("a transaction");
    sqlx::query("UPDATE campaign SET bid_micros = 20000000").execute(&mut *late).await.expect("changed");
    test.campaign(&tenant, json!({ "headline": "second", "bid": money(200, "KRW") })).await;
    assert_eq!(headlines(&test, &tenant).await, ["first", "second"]);
    late.commit().await.expect("committed");
    assert_eq!(headlines(&test, &tenant).await, ["second", "first"]);
    assert_eq!(test.app.index.compare().await.expect("compared"), 0);
}

#[tokio::test]
async fn a_charge_is_followed_without_a_notification() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({ "daily_budget": money(300, "KRW") })).await;
    assert_eq!(headlines(&test, &tenant).await.len(), 1);
    let mut listener = PgListener::connect_with(&test.superuser).await.expect("a connection");
    listener.listen("ad_index").await.expect("listening");
    let serve = test.serve(&tenant, &tenant, id, 300);
    test.click(&serve).await;
    assert!(headlines(&test, &tenant).await.is_empty(), "the budget is spent");
    execute(&test, "SELECT pg_notify('ad_index', 'after the charge')").await;
    assert_eq!(listener.recv().await.expect("a notification").payload(), "after the charge");
}

#[tokio::test]
async fn a_comparison_counts_and_repairs_what_the_index_missed() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    for headline in ["first", "second", "third"] {
        test.campaign(&tenant, json!({ "headline": headline })).await;
    }
    let compare = async || test.app.index.compare().await.expect("compared");
    assert_eq!(headlines(&test, &tenant).await, ["first", "second", "third"]);
    assert_eq!(compare().await, 0);
    execute(
        &test,
        "ALTER TABLE campaign DISABLE TRIGGER mark_changed;
         UPDATE campaign SET status = 'paused' WHERE headline = 'first';
         UPDATE campaign SET bid_micros = 900000000 WHERE headline = 'third';
         ALTER TABLE campaign ENABLE TRIGGER mark_changed;
         UPDATE campaign SET bid_micros = 200000000 WHERE headline = 'second'",
    )
    .await;
    assert_eq!(compare().await, 2, "the third change was not missed");
    assert_eq!(headlines(&test, &tenant).await, ["third", "second"]);
    assert_eq!(compare().await, 0);
}
