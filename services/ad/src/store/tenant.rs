//! Tenants: the read model of `login.tenant.v1`.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::domain::tenant::{NextTerms, Tenant, Terms};

/// Returns the tenant once its first event from login was consumed.
///
/// The version before raises the version without the next terms, which then hold no more.
pub async fn find(conn: &mut PgConnection, tenant: TenantId) -> Result<Option<Tenant>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT tenant_id, name, locale, time_zone, currency_code, active, version, next_time_zone, next_currency_code,
             CASE WHEN next_version = version THEN next_from END AS next_from
         FROM tenant WHERE tenant_id = $1",
        tenant.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Tenant {
        tenant_id: TenantId::from(row.tenant_id),
        name: row.name,
        locale: row.locale,
        next: row
            .next_from
            .zip(row.next_time_zone)
            .zip(row.next_currency_code)
            .map(|((from, time_zone), currency_code)| NextTerms { terms: Terms { time_zone, currency_code }, from }),
        terms: Terms { time_zone: row.time_zone, currency_code: row.currency_code },
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
    let next = tenant.next.as_ref();
    sqlx::query!(
        "INSERT INTO tenant AS known (tenant_id, name, locale, time_zone, currency_code, active, version, next_time_zone,
             next_currency_code, next_from, next_version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $7)
         ON CONFLICT (tenant_id) DO UPDATE
         SET name = excluded.name, locale = excluded.locale, time_zone = excluded.time_zone,
             currency_code = excluded.currency_code, active = excluded.active, version = excluded.version,
             next_time_zone = excluded.next_time_zone, next_currency_code = excluded.next_currency_code,
             next_from = excluded.next_from, next_version = excluded.next_version
         WHERE known.version < excluded.version",
        tenant.tenant_id.as_uuid(),
        tenant.name,
        tenant.locale,
        tenant.terms.time_zone,
        tenant.terms.currency_code,
        tenant.active,
        tenant.version,
        next.map(|next| next.terms.time_zone.as_str()),
        next.map(|next| next.terms.currency_code.as_str()),
        next.map(|next| next.from),
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Lists the tenants whose next terms hold now. For the worker role.
pub async fn due(worker: &PgPool, now: DateTime<Utc>) -> Result<Vec<TenantId>, sqlx::Error> {
    let tenants =
        sqlx::query_scalar!("SELECT tenant_id FROM tenant WHERE next_from <= $1 AND next_version = version", now);
    Ok(tenants.fetch_all(worker).await?.into_iter().map(TenantId::from).collect())
}

/// Makes the next terms of the tenant its terms, if they hold now.
pub async fn begin_terms(conn: &mut PgConnection, tenant: TenantId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE tenant SET time_zone = next_time_zone, currency_code = next_currency_code, next_from = NULL
         WHERE tenant_id = $1 AND next_from <= $2 AND next_version = version",
        tenant.as_uuid(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}
