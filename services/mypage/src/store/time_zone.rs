//! The time zones of a tenant's months.

use chassis::id::TenantId;
use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::domain::{month::Month, tenant::time_zone};

/// Lists each zone with its first month, oldest first.
pub async fn list(conn: &mut PgConnection, tenant: TenantId) -> Result<Vec<(Month, Tz)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT from_month, time_zone FROM tenant_time_zone WHERE tenant_id = $1 ORDER BY from_month",
        tenant.as_uuid(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (Month::of(row.from_month), time_zone(&row.time_zone))).collect())
}

/// Stores the zone of a month and those after it. It replaces another change in the same month.
pub async fn set(conn: &mut PgConnection, tenant: TenantId, from: Month, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO tenant_time_zone (tenant_id, from_month, time_zone) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, from_month) DO UPDATE SET time_zone = excluded.time_zone",
        tenant.as_uuid(),
        from.first_day(),
        name,
    )
    .execute(conn)
    .await?;
    Ok(())
}
