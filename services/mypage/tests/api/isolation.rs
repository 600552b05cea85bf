//! A tenant's rows are its own, by the database's word.

use chassis::id::SessionId;
use contracts::login::v1::SessionState;
use sqlx::Row;

use crate::{api::Api, events, fake::oidc::Somebody, harness::TestApp};

#[tokio::test]
async fn every_table_of_a_tenant_has_forced_row_level_security() {
    let test = TestApp::alone().await;
    assert_eq!(test.database.tables_without_row_level_security().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_app_role_sees_nothing_without_a_tenant_and_its_own_rows_with_one() {
    let test = TestApp::alone().await;
    let (mina, bob) = (test.somebody(), test.somebody());
    for somebody in [mina, bob] {
        test.signed_in(somebody).await;
        test.consume(&events::tenant(somebody.tenant, "Company", 1)).await.expect("consumed");
        test.consume(&events::user(somebody, "Somebody", 1)).await.expect("consumed");
        let before = Somebody { session: SessionId::new(&test.clock), ..somebody };
        let ended = events::session(before, SessionState::Ended, test.clock.now());
        test.consume(&ended).await.expect("consumed");
        let id = chassis::id::new_uuid(&test.clock);
        test.consume(&events::campaign(id, somebody.tenant, "Campaign", 1, test.clock.now())).await.expect("consumed");
        let record = Some(events::usage(&test, somebody.tenant, "ad.clicks", 1, "2026-11-15T00:00:00Z"));
        test.consume(&contracts::ad::v1::UsageRecorded { record }).await.expect("consumed");
        let preferences = serde_json::json!({ "interests": [], "ad_consent": true });
        Api::of(&test, somebody, &[]).put("/v1/preferences", preferences).await;
    }
    let tables = [
        "tenant",
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
        let mut nobody = test.app.db.begin_unscoped().await.expect("a transaction");
        assert!(sqlx::query(query()).fetch_all(&mut *nobody).await.expect("rows").is_empty(), "{table}");
        let mut own = test.app.db.begin(mina.tenant).await.expect("a transaction");
        let rows = sqlx::query(query()).fetch_all(&mut *own).await.expect("rows");
        let mut tenants: Vec<uuid::Uuid> = rows.iter().map(|row| row.get(0)).collect();
        tenants.dedup();
        assert_eq!(tenants, [mina.tenant.as_uuid()], "{table}");
    }
}

#[tokio::test]
async fn a_line_of_another_person_is_no_cursor() {
    let test = TestApp::alone().await;
    let (mina, joon) = (test.somebody(), test.somebody());
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
async fn sessions_past_their_end_open_nothing_and_are_swept() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.somebody()).await;
    test.clock.advance(chrono::Duration::days(31));
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
    let swept = mypage::store::web_session::sweep(test.app.db.worker(), test.clock.now()).await.expect("swept");
    assert_eq!(swept, 1);
}
