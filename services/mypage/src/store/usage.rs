//! Tables `usage_record`, as all products report them, and `usage_quarter`, their sums by quarter of an hour. A trigger adds each
//! inserted record to its quarter.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::domain::{
    source::derived_id,
    usage::{DayUsage, MetricUsage, UsageRecord},
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
        r#"SELECT metric, least(sum(quantity), 9223372036854775807)::bigint AS "quantity!",
               nullif(currency_code, '') AS currency_code
           FROM usage_quarter
           WHERE tenant_id = $1 AND quarter >= $2 AND quarter < $3 GROUP BY metric, usage_quarter.currency_code"#,
        tenant.as_uuid(),
        start,
        end,
    )
    .fetch_all(conn)
    .await
}

/// Sums the quantities of each metric and currency on each of the days, which begin and end at these moments. Days without
/// usage are left out.
pub async fn by_day(
    conn: &mut PgConnection,
    tenant: TenantId,
    days: &[(DateTime<Utc>, DateTime<Utc>)],
) -> Result<Vec<DayUsage>, sqlx::Error> {
    let (starts, ends): (Vec<_>, Vec<_>) = days.iter().copied().unzip();
    sqlx::query_as!(
        DayUsage,
        r#"SELECT day.place AS "day!", used.metric AS "metric!", used.quantity AS "quantity!", used.currency_code
           FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS day (first, past, place)
           CROSS JOIN LATERAL (
               SELECT metric, least(sum(quantity), 9223372036854775807)::bigint AS quantity,
                   nullif(currency_code, '') AS currency_code
               FROM usage_quarter
               WHERE tenant_id = $1 AND quarter >= day.first AND quarter < day.past
               GROUP BY metric, usage_quarter.currency_code) AS used
           ORDER BY day.place"#,
        tenant.as_uuid(),
        &starts as _,
        &ends as _,
    )
    .fetch_all(conn)
    .await
}

/// Deletes the records of all tenants for periods that began before that time. Requires the worker role.
pub async fn sweep_records(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM usage_record WHERE period_start < $1", before).execute(worker).await?.rows_affected())
}

/// Deletes the usage of all tenants from before that time. Requires the worker role.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM usage_quarter WHERE quarter < $1", before).execute(worker).await?.rows_affected())
}
