//! Tenant isolation: no tenant reads or changes the data of another.

use ad::{
    domain::{delivery::DeliveryKind, refusal::Refusal},
    usecase::{count_creatives::count_creatives, record_delivery::refuse, store_refusals::store_refusals},
};
use chassis::id::TenantId;
use contracts::{common::v1::Interest, login::v1::UserChanged};
use reqwest::Method;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::{events, harness::TestApp, requests::money};

#[tokio::test]
async fn the_api_shows_only_the_tenants_own_campaigns_and_charges() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    let serve = test.serve(&acme, &hangang, id, 100);
    test.click(&serve).await;

    let path = format!("/v1/campaigns/{id}");
    assert_eq!(test.get(&path, &acme.admin_token).await.0, 404);
    assert_eq!(test.send(Method::PATCH, &path, &acme.admin_token, &json!({ "status": "paused" })).await.0, 404);
    for list in ["/v1/campaigns", "/v1/charges", "/v1/ledger"] {
        let (status, page) = test.get(list, &acme.admin_token).await;
        assert_eq!((status, &page["items"]), (200, &json!([])), "{list}");
        let (_, page) = test.get(list, &hangang.admin_token).await;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{list}");
    }
}

/// The tables with row-level security. The test inserts rows of a tenant into each.
const TABLES: [&str; 17] = [
    "tenant",
    "campaign",
    "creative",
    "image",
    "creative_count",
    "campaign_day",
    "charge",
    "delivery",
    "viewer_preferences",
    "erased_viewer",
    "lowered_budget",
    "usage_unit",
    "usage_record",
    "refusal",
    "web_session",
    "ended_session",
    "member",
];

#[tokio::test]
async fn the_database_shows_a_tenant_only_its_own_rows() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    let serve = test.serve(&hangang, &hangang, id, 100);
    test.click(&serve).await;
    test.consume(&events::preferences(&hangang, &[Interest::Music], true, 1)).await.expect("consumed");
    test.consume_tombstone::<UserChanged>(hangang.admin, hangang.id).await;
    let lower = json!({ "daily_budget": money(20_000, "KRW") });
    test.send(Method::PATCH, &format!("/v1/campaigns/{id}"), &hangang.admin_token, &lower).await;

    count_creatives(&test.app).await.expect("counted");
    test.usage().await;
    refuse(&test.app, DeliveryKind::Click, &serve, Refusal::Robot);
    store_refusals(&test.app).await.expect("stored");
    for insert in [
        "INSERT INTO web_session (web_session_id, tenant_id, user_id, session_id, locale, admin, sealed_id_token, created_at,
             expires_at) VALUES (gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), 'ko', true, '', now(), now())",
        "INSERT INTO ended_session (session_id, tenant_id, ended_at) VALUES (gen_random_uuid(), $1, now())",
        "INSERT INTO image (tenant_id, image_sha256, media_type, width, height, content, created_at)
            VALUES ($1, sha256('x'), 'image/png', 1, 1, 'x', now())",
        "INSERT INTO member (user_id, tenant_id, admin, locale, version) VALUES (gen_random_uuid(), $1, true, 'ko', 1)",
    ] {
        sqlx::query(insert).bind(hangang.id.as_uuid()).execute(&test.superuser).await.expect("inserted");
    }

    assert!(test.database.tables_without_row_level_security().await.is_empty());
    for table in TABLES {
        let rows = async |tenant: TenantId| {
            let mut tx = test.app.db.begin(tenant).await.expect("a transaction");
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
        let (of_others, own) = rows(hangang.id).await;
        assert!(of_others == 0 && own > 0, "{table}");
        assert_eq!(rows(acme.id).await.0, 0, "{table}");
        let mut tx = test.app.db.begin_unscoped().await.expect("a transaction");
        let sql = format!("SELECT count(*) FROM {table}");
        let all: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.expect("a number");
        assert_eq!(all, 0, "{table} without a tenant");
    }
}

#[tokio::test]
async fn a_tenant_writes_no_row_of_another_tenant() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    let mut tx = test.app.db.begin(acme.id).await.expect("a transaction");
    let refused = sqlx::query("INSERT INTO campaign_day (campaign_id, day, tenant_id) VALUES ($1, '2026-03-02', $2)")
        .bind(id.as_uuid())
        .bind(hangang.id.as_uuid())
        .execute(&mut *tx)
        .await
        .expect_err("refused");
    assert!(refused.to_string().contains("row-level security"), "{refused}");

    let mut tx = test.app.db.begin(acme.id).await.expect("a transaction");
    let touched = sqlx::query("UPDATE campaign SET status = 'paused'").execute(&mut *tx).await.expect("done");
    assert_eq!(touched.rows_affected(), 0);
}

#[tokio::test]
async fn the_worker_reads_candidates_and_changes_nothing() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({})).await;
    for sql in [
        "UPDATE campaign SET status = 'paused'",
        "DELETE FROM campaign_day",
        "SELECT * FROM viewer_preferences",
        "SELECT viewer_user_id FROM delivery",
        "UPDATE delivery SET occurred_at = now()",
        "SELECT content FROM image",
        "UPDATE creative SET review = 'approved'",
        "UPDATE charge SET metered = true",
        "UPDATE usage_unit SET micros = 0",
        "SELECT * FROM credit",
    ] {
        let refused = sqlx::query(sql).execute(test.app.db.worker()).await.expect_err("refused");
        assert!(refused.to_string().contains("permission denied"), "{sql}: {refused}");
    }
}

/// ad asks login for its keys only, so a revoked token ends at its expiry: decision record 5.
#[tokio::test]
async fn a_token_is_accepted_until_its_early_expiry() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let create = async || {
        let body = crate::requests::campaign_body("KRW");
        test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await.0
    };
    test.consume_tombstone::<UserChanged>(tenant.admin, tenant.id).await;
    test.clock.advance(chrono::Duration::minutes(4));
    assert_eq!(create().await, 201, "also of an erased person");
    test.clock.advance(chrono::Duration::minutes(2));
    assert_eq!(create().await, 401);
}
