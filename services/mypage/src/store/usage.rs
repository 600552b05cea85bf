//! Usage records of all products.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::{
    source::derived_id,
    usage::{MetricUsage, UsageRecord},
};

/// Stores a record; returns `false` when it is a duplicate.
///
/// A record is known by its source, tenant and id. It keeps its id, unless a record of another source or of another tenant,
/// which is not visible here, has it: then it gets a derived one.
pub async fn insert(conn: &mut PgConnection, tenant: TenantId, record: &UsageRecord) -> Result<bool, sqlx::Error> {
    if insert_as(conn, record.usage_id, tenant, record).await? {
        return Ok(true);
    }
    // A row without a source is of an older version: a product reports only its own metrics.
    let is_duplicate = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM usage_record WHERE usage_id = $1 AND coalesce(source, split_part(metric, '.', 1)) = $2
           ) AS "is_duplicate!""#,
        record.usage_id,
        record.source,
    );
    if is_duplicate.fetch_one(&mut *conn).await? {
        return Ok(false);
    }
    insert_as(conn, derived_id(tenant, &record.source, record.usage_id), tenant, record).await
}

async fn insert_as(
    conn: &mut PgConnection,
    id: Uuid,
    tenant: TenantId,
    record: &UsageRecord,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO usage_record (usage_id, tenant_id, metric, quantity, period_start, period_end, source, currency_code)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (usage_id) DO NOTHING",
        id,
        tenant.as_uuid(),
        record.metric,
        record.quantity,
        record.period_start,
        record.period_end,
        record.source,
        record.currency_code,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sums the quantities by metric and currency for periods that start in [start, end).
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
        r#"SELECT metric, least(sum(quantity), 9223372036854775807)::bigint AS "quantity!", currency_code
           FROM usage_record
           WHERE tenant_id = $1 AND period_start >= $2 AND period_start < $3 GROUP BY metric, currency_code"#,
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
