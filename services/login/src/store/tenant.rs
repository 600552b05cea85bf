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
    /// What it may use: `free` or `pro`.
    pub plan: String,
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
        "INSERT INTO tenant (tenant_id, slug, name, locale, time_zone, currency_code, plan, status, version, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tenant.tenant_id.as_uuid(),
        tenant.slug,
        tenant.name,
        tenant.locale,
        tenant.time_zone,
        tenant.currency_code,
        tenant.plan,
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
        r#"SELECT tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at
           FROM tenant"#
    )
    .fetch_optional(connection)
    .await
}

/// The tenant that is set, which nobody changes until the transaction ends. Any number of transactions may hold it so.
pub async fn hold(connection: &mut PgConnection) -> Result<Option<Tenant>> {
    sqlx::query_as!(
        Tenant,
        r#"SELECT tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at
           FROM tenant FOR SHARE"#
    )
    .fetch_optional(connection)
    .await
}

/// The tenant that is set, locked until the transaction ends: what counts or changes its people goes one after the other.
pub async fn lock(connection: &mut PgConnection) -> Result<Option<Tenant>> {
    sqlx::query_as!(
        Tenant,
        r#"SELECT tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at
           FROM tenant FOR NO KEY UPDATE"#
    )
    .fetch_optional(connection)
    .await
}

/// Serves the tenant that is set, or not any more: `active` or `suspended`.
pub async fn set_status(connection: &mut PgConnection, status: &str, now: DateTime<Utc>) -> Result<Tenant> {
    sqlx::query_as!(
        Tenant,
        r#"UPDATE tenant SET status = $1, version = version + 1, changed_at = $2
           RETURNING tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at"#,
        status,
        now,
    )
    .fetch_one(connection)
    .await
}

/// Gives the tenant that is set another plan. Nothing that the others are told of changes.
pub async fn set_plan(connection: &mut PgConnection, plan: &str) -> Result<()> {
    sqlx::query!("UPDATE tenant SET plan = $1", plan).execute(connection).await.map(drop)
}

/// The tenant of a short name. For the worker role, which sees those of all.
pub async fn find_by_slug(connection: &mut PgConnection, slug: &str) -> Result<Option<TenantId>> {
    sqlx::query_scalar!(r#"SELECT tenant_id AS "tenant_id: TenantId" FROM tenant WHERE slug = $1"#, slug)
        .fetch_optional(connection)
        .await
}

/// Whether a company has this short name, whichever it is.
pub async fn is_slug_taken(connection: &mut PgConnection, slug: &str) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT is_slug_taken($1) AS "taken!""#, slug).fetch_one(connection).await
}
