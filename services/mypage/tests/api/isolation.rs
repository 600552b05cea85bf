//! Tests of row-level security: a tenant reads only its own rows.

use chassis::id::SessionId;
use contracts::login::v1::SessionState;
use sqlx::Row;

use crate::{api::Api, events, fake::oidc::TestPerson, harness::TestApp};

#[tokio::test]
async fn every_table_of_a_tenant_has_forced_row_level_security() {
    let test = TestApp::alone().await;
    assert_eq!(test.database.tables_without_row_level_security().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_app_role_reads_no_rows_without_a_tenant_and_only_the_tenants_rows_with_one() {
    let test = TestApp::alone().await;
    let (mina, bob) = (test.person(), test.person());
    for person in [mina, bob] {
        test.signed_in(person).await;
        test.consume(&events::tenant(person.tenant, "Company", 1)).await.expect("consumed");
        test.consume(&events::user(person, "TestPerson", 1)).await.expect("consumed");
        let before = TestPerson { session: SessionId::new(&test.clock), ..person };
        let ended = events::session(before, SessionState::Ended, test.clock.now());
        test.consume(&ended).await.expect("consumed");
        let id = chassis::id::new_uuid(&test.clock);
        test.consume(&events::campaign(id, person.tenant, "Campaign", 1, test.clock.now())).await.expect("consumed");
        let record = Some(events::usage(&test, person.tenant, "ad.clicks", 1, "2026-11-15T00:00:00Z"));
        test.consume(&contracts::ad::v1::UsageRecorded { record }).await.expect("consumed");
        let preferences = serde_json::json!({ "interests": [], "ad_consent": true });
        Api::of(&test, person, &[]).put("/v1/preferences", preferences).await;
    }
    let tables = [
        "tenant",
        "tenant_time_zone",
        "person",
        "profile",
        "preferences",
        "activity",
        "usage_record",
        "campaign",
        "web_session",
        "ended_session",
    ];
    for table in tables {
        let query = || sqlx::AssertSqlSafe(format!("SELECT tenant_id FROM {table}"));
        let mut unscoped = test.app.db.begin_unscoped().await.expect("a transaction");
        assert!(sqlx::query(query()).fetch_all(&mut *unscoped).await.expect("rows").is_empty(), "{table}");
        let mut own = test.app.db.begin(mina.tenant).await.expect("a transaction");
        let rows = sqlx::query(query()).fetch_all(&mut *own).await.expect("rows");
        let mut tenants: Vec<uuid::Uuid> = rows.iter().map(|row| row.get(0)).collect();
        tenants.dedup();
        assert_eq!(tenants, [mina.tenant.as_uuid()], "{table}");
    }
}

#[tokio::test]
async fn the_cursor_of_another_person_is_rejected() {
    let test = TestApp::alone().await;
    let (mina, joon) = (test.person(), test.person());
    let api = Api::of(&test, joon, &[]);
    let body = serde_json::json!({ "interests": [], "ad_consent": true });
    Api::of(&test, mina, &[]).put("/v1/preferences", body).await;
    let id: uuid::Uuid =
        sqlx::query_scalar("SELECT activity_id FROM activity").fetch_one(&test.superuser).await.expect("a line");
    let cursor = chassis::http::Cursor::from(id);
    let (status, body) = api.get(&format!("/v1/activities?cursor={cursor}")).await;
    assert_eq!((status, body["errors"][0]["code"].as_str()), (422, Some("unknown_cursor")));
}

#[tokio::test]
async fn expired_sessions_are_rejected_and_deleted() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    test.clock.advance(chrono::Duration::days(31));
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
    let swept = mypage::store::web_session::sweep(test.app.db.worker(), test.clock.now()).await.expect("swept");
    assert_eq!(swept, 1);
}
