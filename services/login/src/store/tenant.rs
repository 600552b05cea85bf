//! Tenants.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// A tenant as it is stored.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its id.
    pub tenant_id: TenantId,
    /// Short name in addresses.
    pub slug: String,
    /// The company's name.
    pub name: String,
    /// Language its people mostly read.
    pub locale: String,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency_code: String,
    /// `active` or `suspended`.
    pub status: String,
    /// Counts its changes from 1.
    pub version: i64,
    /// When it signed up.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

impl Tenant {
    /// Whether its people may sign in.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

/// Adds a tenant. The constraint `tenant_slug_key` refuses a short name that is taken.
pub async fn insert(connection: &mut PgConnection, tenant: &Tenant) -> Result<()> {
    sqlx::query!(
        "INSERT INTO tenant (tenant_id, slug, name, locale, time_zone, currency_code, status, version, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant.tenant_id.as_uuid(),
        tenant.slug,
        tenant.name,
        tenant.locale,
        tenant.time_zone,
        tenant.currency_code,
        tenant.status,
        tenant.version,
        tenant.created_at,
        tenant.changed_at,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The tenant that is set.
pub async fn current(connection: &mut PgConnection) -> Result<Option<Tenant>> {
    sqlx::query_as!(
        Tenant,
        r#"SELECT tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, status, version, created_at, changed_at
           FROM tenant"#
    )
    .fetch_optional(connection)
    .await
}

/// Whether a company has this short name, whichever it is.
pub async fn is_slug_taken(connection: &mut PgConnection, slug: &str) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT is_slug_taken($1) AS "taken!""#, slug).fetch_one(connection).await
}
