//! What is deleted when its time is over, of all tenants.

use chassis::id::new_uuid;
use chrono::{DateTime, Duration, Utc};
use mypage::{
    domain::{activity, usage},
    usecase::sweep::sweep,
};

use crate::harness::TestApp;

/// Puts in what an event of that time leaves behind.
async fn leave(test: &TestApp, table: &str, at: DateTime<Utc>) {
    let somebody = test.somebody();
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
        .bind(somebody.tenant.as_uuid())
        .bind(somebody.user.as_uuid())
        .bind(at)
        .execute(&test.superuser)
        .await
        .expect("put in");
}

#[tokio::test]
async fn timelines_and_usage_are_kept_for_as_long_as_is_said() {
    let test = TestApp::alone().await;
    for (table, kept) in [("activity", activity::KEPT), ("usage_record", usage::KEPT)] {
        let now = test.clock.now();
        for at in [now, now - kept + Duration::seconds(1), now - kept - Duration::seconds(1)] {
            leave(&test, table, at).await;
        }
        sweep(&test.app).await.expect("swept");
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        assert_eq!(count.fetch_one(&test.superuser).await.expect("a number"), 2, "{table}");
    }
}

#[tokio::test]
async fn the_worker_reads_of_people_only_when_something_was() {
    let test = TestApp::alone().await;
    for sql in ["SELECT subject FROM activity", "SELECT quantity FROM usage_record", "UPDATE activity SET subject = ''"]
    {
        let refused = sqlx::query(sql).execute(test.app.db.worker()).await.expect_err("refused");
        assert!(refused.to_string().contains("permission denied"), "{sql}: {refused}");
    }
}
