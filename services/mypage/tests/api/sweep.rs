//! Tests of the sweep, which deletes expired rows of all tenants.

use chassis::id::new_uuid;
use chrono::{DateTime, Duration, Utc};
use mypage::{
    domain::{activity, usage},
    usecase::sweep::sweep,
};

use crate::harness::TestApp;

/// Inserts a row as an event of that time would.
async fn insert(test: &TestApp, table: &str, at: DateTime<Utc>) {
    let person = test.person();
    let sql = match table {
        "activity" => {
            "INSERT INTO activity (activity_id, tenant_id, user_id, position, kind, subject, occurred_at)
             VALUES ($1, $2, $3, 1, 'signed_in', 'a device', $4)"
        }
        _ => {
            "INSERT INTO usage_record (usage_id, tenant_id, metric, quantity, period_start, period_end)
             SELECT $1, $2, 'ad.clicks', 1, $4, $4 WHERE $3::uuid IS NOT NULL"
        }
    };
    sqlx::query(sql)
        .bind(new_uuid(&test.clock))
        .bind(person.tenant.as_uuid())
        .bind(person.user.as_uuid())
        .bind(at)
        .execute(&test.superuser)
        .await
        .expect("inserted");
}

#[tokio::test]
async fn activities_and_usage_are_deleted_after_their_retention() {
    let test = TestApp::alone().await;
    for (table, retention) in [("activity", activity::RETENTION), ("usage_record", usage::RECORD_RETENTION)] {
        let now = test.clock.now();
        for at in [now, now - retention + Duration::seconds(1), now - retention - Duration::seconds(1)] {
            insert(&test, table, at).await;
        }
        sweep(&test.app).await.expect("swept");
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        assert_eq!(count.fetch_one(&test.superuser).await.expect("a number"), 2, "{table}");
    }
}

#[tokio::test]
async fn usage_outlives_its_records() {
    let test = TestApp::alone().await;
    let now = test.clock.now();
    for age in [usage::RECORD_RETENTION, usage::RETENTION - Duration::days(1), usage::RETENTION] {
        insert(&test, "usage_record", now - age - Duration::seconds(1)).await;
    }
    sweep(&test.app).await.expect("swept");
    for (table, left) in [("usage_record", 0), ("usage_quarter", 2)] {
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        assert_eq!(count.fetch_one(&test.superuser).await.expect("a number"), left, "{table}");
    }
}

#[tokio::test]
async fn a_step_that_fails_keeps_no_later_one_from_running() {
    let test = TestApp::alone().await;
    insert(&test, "usage_record", test.clock.now() - usage::RECORD_RETENTION - Duration::seconds(1)).await;
    for sql in ["ALTER TABLE web_session RENAME TO gone", "ALTER TABLE activity RENAME TO gone_too"] {
        sqlx::query(sql).execute(&test.superuser).await.expect("renamed");
    }
    sweep(&test.app).await.expect_err("the failure is reported");
    let left = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM usage_record").fetch_one(&test.superuser).await;
    assert_eq!(left.expect("a number"), 0);
}

#[tokio::test]
async fn the_worker_role_reads_only_the_times_of_activities_and_usage() {
    let test = TestApp::alone().await;
    for sql in ["SELECT subject FROM activity", "SELECT quantity FROM usage_record", "UPDATE activity SET subject = ''"]
    {
        let refused = sqlx::query(sql).execute(test.app.db.worker()).await.expect_err("refused");
        assert!(refused.to_string().contains("permission denied"), "{sql}: {refused}");
    }
}
