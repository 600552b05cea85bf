//! Tenants: the read model of `login.tenant.v1`.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::domain::tenant::Tenant;

/// Returns the tenant once its first event from login was consumed.
pub async fn find(conn: &mut PgConnection, tenant: TenantId) -> Result<Option<Tenant>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT tenant_id, name, locale, time_zone, currency_code, active, version FROM tenant WHERE tenant_id = $1",
        tenant.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Tenant {
        tenant_id: TenantId::from(row.tenant_id),
        name: row.name,
        locale: row.locale,
        time_zone: row.time_zone,
        currency_code: row.currency_code,
        active: row.active,
        version: row.version,
    }))
}

/// Locks the tenant until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT FROM tenant WHERE tenant_id = $1 FOR NO KEY UPDATE", tenant.as_uuid())
        .execute(conn)
        .await
        .map(drop)
}

/// Stores a version of the tenant, unless a newer or equal version is stored.
pub async fn upsert(conn: &mut PgConnection, tenant: &Tenant) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO tenant AS known (tenant_id, name, locale, time_zone, currency_code, active, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id) DO UPDATE
         SET name = excluded.name, locale = excluded.locale, time_zone = excluded.time_zone,
             currency_code = excluded.currency_code, active = excluded.active, version = excluded.version
         WHERE known.version < excluded.version",
        tenant.tenant_id.as_uuid(),
        tenant.name,
        tenant.locale,
        tenant.time_zone,
        tenant.currency_code,
        tenant.active,
        tenant.version,
    )
    .execute(conn)
    .await
    .map(drop)
}
