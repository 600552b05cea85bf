//! What is known of a tenant: the read model of login.tenant.v1.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::tenant::{Tenant, time_zone};

/// A tenant's state as login tells of it.
pub struct TenantState<'a> {
    /// The company's name.
    pub name: &'a str,
    /// The language its people mostly read.
    pub locale: &'a str,
    /// IANA name of its time zone.
    pub time_zone: &'a str,
    /// ISO 4217 code of its currency.
    pub currency_code: &'a str,
    /// Counts the changes.
    pub version: i64,
    /// When it changed.
    pub changed_at: DateTime<Utc>,
}

/// The tenant, once login has told of it.
pub async fn find(conn: &mut PgConnection, tenant: TenantId) -> Result<Option<Tenant>, sqlx::Error> {
    let row = sqlx::query!("SELECT name, time_zone, currency_code FROM tenant WHERE tenant_id = $1", tenant.as_uuid())
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| Tenant { name: row.name, time_zone: time_zone(&row.time_zone), currency_code: row.currency_code }))
}

/// Takes over a newer version; `false` when it is not newer.
pub async fn upsert(conn: &mut PgConnection, tenant: TenantId, state: &TenantState<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO tenant (tenant_id, name, locale, time_zone, currency_code, version, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id) DO UPDATE SET name = excluded.name, locale = excluded.locale,
             time_zone = excluded.time_zone, currency_code = excluded.currency_code, version = excluded.version,
             changed_at = excluded.changed_at
         WHERE tenant.version < excluded.version",
        tenant.as_uuid(),
        state.name,
        state.locale,
        state.time_zone,
        state.currency_code,
        state.version,
        state.changed_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
