//! Tenants: the read model of login.tenant.v1.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::domain::tenant::{Tenant, TenantUpdate, time_zone};

pub async fn find(conn: &mut PgConnection, tenant: TenantId) -> Result<Option<Tenant>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT name, time_zone, currency_code, changed_at FROM tenant WHERE tenant_id = $1",
        tenant.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Tenant {
        name: row.name,
        time_zone: time_zone(&row.time_zone),
        currency_code: row.currency_code,
        changed_at: row.changed_at,
    }))
}

/// Stores a version; returns `false` when a newer or equal version is stored.
pub async fn upsert(conn: &mut PgConnection, tenant: TenantId, update: &TenantUpdate<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO tenant (tenant_id, name, locale, time_zone, currency_code, version, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id) DO UPDATE SET name = excluded.name, locale = excluded.locale,
             time_zone = excluded.time_zone, currency_code = excluded.currency_code, version = excluded.version,
             changed_at = excluded.changed_at
         WHERE tenant.version < excluded.version",
        tenant.as_uuid(),
        update.name,
        update.locale,
        update.time_zone,
        update.currency_code,
        update.version,
        update.changed_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM tenant WHERE tenant_id = $1", tenant.as_uuid()).execute(conn).await?;
    Ok(())
}
