//! Table `tenant`: what login says of each.

use chassis::id::TenantId;
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::unreadable;
use crate::domain::day::time_zone;

/// A tenant as login tells it.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The company's name.
    pub name: String,
    /// BCP 47 tag of the language most of its people read.
    pub locale: String,
    /// Where its days begin.
    pub time_zone: Tz,
    /// ISO 4217 code of what it is billed in; not each can be advertised in.
    pub currency_code: String,
    /// Whether it is served.
    pub active: bool,
    /// Counts its changes from 1.
    pub version: i64,
}

/// The tenant of this transaction, once login has told of it.
///
/// # Errors
/// When the database can't be reached.
pub async fn get(connection: &mut PgConnection, tenant: TenantId) -> Result<Option<Tenant>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT tenant_id, name, locale, time_zone, currency_code, active, version FROM tenant WHERE tenant_id = $1",
        tenant.as_uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Tenant {
            tenant_id: TenantId::from(row.tenant_id),
            name: row.name,
            locale: row.locale,
            time_zone: time_zone(&row.time_zone).ok_or_else(|| unreadable("time_zone", &row.time_zone))?,
            currency_code: row.currency_code,
            active: row.active,
            version: row.version,
        })
    })
    .transpose()
}

/// Keeps what login says, unless something newer is known.
///
/// # Errors
/// When the database can't be reached.
pub async fn put(connection: &mut PgConnection, tenant: &Tenant) -> Result<(), sqlx::Error> {
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
        tenant.time_zone.name(),
        tenant.currency_code,
        tenant.active,
        tenant.version,
    )
    .execute(connection)
    .await
    .map(drop)
}
