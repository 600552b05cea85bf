//! Usage records of all products.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::domain::usage::{MetricUsage, UsageRecord};

/// Stores a record; returns `false` when it is a duplicate.
pub async fn insert(conn: &mut PgConnection, tenant: TenantId, record: &UsageRecord) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO usage_record (usage_id, tenant_id, metric, quantity, period_start, period_end)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (usage_id) DO NOTHING",
        record.usage_id,
        tenant.as_uuid(),
        record.metric,
        record.quantity,
        record.period_start,
        record.period_end,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sums the quantities by metric for periods that start in [start, end).
///
/// Records from before quantities were bounded can have any quantity. Their sum ends at the largest `bigint`, so that a page
/// is shown instead of an error.
pub async fn between(
    conn: &mut PgConnection,
    tenant: TenantId,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Result<Vec<MetricUsage>, sqlx::Error> {
    sqlx::query_as!(
        MetricUsage,
        r#"SELECT metric, least(sum(quantity), 9223372036854775807)::bigint AS "quantity!" FROM usage_record
           WHERE tenant_id = $1 AND period_start >= $2 AND period_start < $3 GROUP BY metric"#,
        tenant.as_uuid(),
        start,
        end,
    )
    .fetch_all(conn)
    .await
}

/// Deletes the records of all tenants for periods that began before that time. Requires the worker role.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM usage_record WHERE period_start < $1", before).execute(worker).await?.rows_affected())
}
