//! What tenants used.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::usage::MetricUsage;

/// One metered use.
pub struct UsageRecord<'a> {
    /// Names the record; counted once.
    pub usage_id: Uuid,
    /// What was used.
    pub metric: &'a str,
    /// How many.
    pub quantity: i64,
    /// Start of the period (inclusive): decides the month.
    pub period_start: DateTime<Utc>,
    /// End of the period.
    pub period_end: DateTime<Utc>,
}

/// Keeps a record; `false` when it is there already.
pub async fn insert(conn: &mut PgConnection, tenant: TenantId, record: &UsageRecord<'_>) -> Result<bool, sqlx::Error> {
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

/// What the tenant used between two moments, a line a metric.
pub async fn between(
    conn: &mut PgConnection,
    tenant: TenantId,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Result<Vec<MetricUsage>, sqlx::Error> {
    sqlx::query_as!(
        MetricUsage,
        r#"SELECT metric, sum(quantity)::bigint AS "quantity!" FROM usage_record
           WHERE tenant_id = $1 AND period_start >= $2 AND period_start < $3 GROUP BY metric"#,
        tenant.as_uuid(),
        start,
        end,
    )
    .fetch_all(conn)
    .await
}

/// Removes the records of periods that began before that time, of all tenants. For the worker role.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM usage_record WHERE period_start < $1", before).execute(worker).await?.rows_affected())
}
