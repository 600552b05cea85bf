//! `ad admin reconcile` finds what does not fit together.

use ad::{
    admin::{Command, execute},
    domain::{delivery::DeliveryKind, reconcile::Check},
    usecase::{reconcile::reconcile, record_delivery::record_delivery},
};
use serde_json::json;

use crate::harness::TestApp;

/// A tenant with a charge that was rolled up, and one that was not.
async fn with_charges() -> TestApp {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    for won in [100, 150] {
        test.usage().await;
        let serve = test.serve(&acme, &hangang, id, won);
        for kind in [DeliveryKind::Impression, DeliveryKind::Click] {
            record_delivery(&test.app, kind, &serve).await.expect("recorded");
        }
    }
    test
}

/// Each plants one difference, and is found by these checks.
const PLANTED: [(&str, &[Check]); 7] = [
    (
        "DELETE FROM delivery WHERE kind = 'click' AND serve_id = (SELECT serve_id FROM charge LIMIT 1)",
        &[Check::Deliveries],
    ),
    ("DELETE FROM charge WHERE price_micros = 150000000", &[Check::Units, Check::Days, Check::Months]),
    ("UPDATE campaign_day SET spent_micros = spent_micros + 1000000", &[Check::Days]),
    ("UPDATE usage_record SET quantity = quantity + 1 WHERE metric = 'ad.clicks'", &[Check::Usage]),
    ("DELETE FROM usage_unit WHERE kind = 'click' AND roll_up_id IS NULL", &[Check::Units, Check::Months]),
    ("UPDATE usage_record SET day = day + 40 WHERE metric = 'ad.spend'", &[Check::Usage, Check::Months]),
    (
        "DELETE FROM delivery WHERE kind = 'impression' AND serve_id = (SELECT serve_id FROM charge LIMIT 1)",
        &[Check::Deliveries],
    ),
];

#[tokio::test]
async fn each_planted_difference_is_found() {
    let test = with_charges().await;
    assert_eq!(execute(&test.app, Command::Reconcile).await.as_deref(), Ok("no differences"));
    // A foreign key of another table would keep the charge.
    sqlx::query("ALTER TABLE credit DROP CONSTRAINT credit_charge_id_fkey")
        .execute(&test.superuser)
        .await
        .expect("altered");
    for (sql, expected) in PLANTED {
        let (tables, restore) =
            (["delivery", "charge", "campaign_day", "usage_unit", "usage_record"], test.database.clone());
        let superuser = restore.superuser().await;
        for table in tables {
            let copy = format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}");
            sqlx::query(sqlx::AssertSqlSafe(copy)).execute(&superuser).await.expect("kept");
        }
        let changed = sqlx::query(sql).execute(&superuser).await.expect("planted").rows_affected();
        assert!(changed > 0, "{sql}");

        let found = reconcile(&test.app).await.expect("compared");
        let mut checks: Vec<_> = found.iter().map(|difference| difference.check).collect();
        checks.dedup();
        assert_eq!(checks, expected, "{sql}: {found:?}");
        let printed = execute(&test.app, Command::Reconcile).await.expect_err("a difference");
        assert!(printed.starts_with(&format!("{} differences\n", found.len())), "{printed}");

        for table in tables {
            let back = format!(
                "TRUNCATE {table} CASCADE; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}"
            );
            // The trigger for charges of the version before would add units again.
            let back = format!("SET session_replication_role = replica; {back}; RESET session_replication_role");
            sqlx::raw_sql(sqlx::AssertSqlSafe(back)).execute(&superuser).await.expect("restored");
        }
        superuser.close().await;
        assert_eq!(reconcile(&test.app).await.expect("compared"), [], "{sql}: restored");
    }
}
