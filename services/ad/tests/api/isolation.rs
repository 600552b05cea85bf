//! No tenant sees or touches what is another's.

use ad::domain::serve::Kind;
use ad::usecase::record_delivery::record_delivery;
use chassis::id::TenantId;
use contracts::common::v1::Interest;
use contracts::login::v1::UserChanged;
use reqwest::Method;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::app::TestApp;
use crate::selection::preferences;

#[tokio::test]
async fn campaigns_and_charges_are_their_tenants_alone() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    let id = app.campaign(&hangang, json!({})).await;
    let serve = app.serve(&acme, &hangang, id, 100);
    record_delivery(&app.app.db, &app.clock, Kind::Click, &serve).await.expect("recorded");

    let path = format!("/v1/campaigns/{id}");
    assert_eq!(app.get(&path, &acme.admin_token).await.0, 404);
    assert_eq!(app.send(Method::PATCH, &path, &acme.admin_token, &json!({ "status": "paused" })).await.0, 404);
    for list in ["/v1/campaigns", "/v1/charges"] {
        let (status, page) = app.get(list, &acme.admin_token).await;
        assert_eq!((status, &page["items"]), (200, &json!([])), "{list}");
        let (_, page) = app.get(list, &hangang.admin_token).await;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{list}");
    }
}

/// Tables of tenants, each with a row of a tenant's own.
const TABLES: [&str; 7] =
    ["tenant", "campaign", "campaign_day", "charge", "delivery", "viewer_preferences", "erased_viewer"];

#[tokio::test]
async fn the_database_shows_a_tenant_its_own_rows_whatever_is_asked() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    let id = app.campaign(&hangang, json!({})).await;
    let serve = app.serve(&hangang, &hangang, id, 100);
    record_delivery(&app.app.db, &app.clock, Kind::Click, &serve).await.expect("recorded");
    app.hear(preferences(&hangang, &[Interest::Music], true, 1)).await;
    app.hear_tombstone::<UserChanged>(&hangang.admin.to_string(), hangang.id).await;

    assert!(app.database.tables_without_row_level_security().await.is_empty());
    for table in TABLES {
        let foreign = async |tenant: TenantId| {
            let mut tx = app.app.db.begin(tenant).await.expect("a transaction");
            let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id <> $1");
            let of_others: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(tenant.as_uuid())
                .fetch_one(&mut *tx)
                .await
                .expect("a number");
            let sql = format!("SELECT count(*) FROM {table}");
            let all: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.expect("a number");
            (of_others, all)
        };
        assert_eq!(foreign(hangang.id).await, (0, 1), "{table}");
        assert_eq!(foreign(acme.id).await.0, 0, "{table}");
        let mut tx = app.app.db.begin_unscoped().await.expect("a transaction");
        let sql = format!("SELECT count(*) FROM {table}");
        let all: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.expect("a number");
        assert_eq!(all, 0, "{table} without a tenant");
    }
}

#[tokio::test]
async fn nobody_writes_a_row_of_another_tenant() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    let id = app.campaign(&hangang, json!({})).await;
    let mut tx = app.app.db.begin(acme.id).await.expect("a transaction");
    let refused = sqlx::query("INSERT INTO campaign_day (campaign_id, day, tenant_id) VALUES ($1, '2026-03-02', $2)")
        .bind(id.as_uuid())
        .bind(hangang.id.as_uuid())
        .execute(&mut *tx)
        .await
        .expect_err("refused");
    assert!(refused.to_string().contains("row-level security"), "{refused}");

    let mut tx = app.app.db.begin(acme.id).await.expect("a transaction");
    let touched = sqlx::query("UPDATE campaign SET status = 'paused'").execute(&mut *tx).await.expect("done");
    assert_eq!(touched.rows_affected(), 0);
}

#[tokio::test]
async fn the_worker_reads_the_index_and_changes_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    app.campaign(&tenant, json!({})).await;
    for sql in [
        "UPDATE campaign SET status = 'paused'",
        "DELETE FROM campaign_day",
        "SELECT * FROM viewer_preferences",
        "SELECT viewer_user_id FROM delivery",
        "UPDATE delivery SET occurred_at = now()",
        "SELECT * FROM charge",
    ] {
        let refused = sqlx::query(sql).execute(app.app.db.worker()).await.expect_err("refused");
        assert!(refused.to_string().contains("permission denied"), "{sql}: {refused}");
    }
}
