//! Tenants. "The tenant" is the tenant of the transaction.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::tenant::Tenant;

/// Inserts a tenant. The constraint `tenant_slug_key` refuses a taken slug.
pub async fn insert(conn: &mut PgConnection, tenant: &Tenant) -> Result<()> {
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
    .execute(conn)
    .await
    .map(drop)
}

pub async fn current(conn: &mut PgConnection) -> Result<Option<Tenant>> {
    sqlx::query_as!(
        Tenant,
        r#"SELECT tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at
           FROM tenant"#
    )
    .fetch_optional(conn)
    .await
}

/// Locks the tenant against changes until the transaction ends. Any number of transactions can hold this lock.
pub async fn lock_shared(conn: &mut PgConnection) -> Result<Option<Tenant>> {
    sqlx::query_as!(
        Tenant,
        r#"SELECT tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at
           FROM tenant FOR SHARE"#
    )
    .fetch_optional(conn)
    .await
}

/// Locks the tenant until the transaction ends: changes of its people, and counts of them, are serialized.
pub async fn lock(conn: &mut PgConnection) -> Result<Option<Tenant>> {
    sqlx::query_as!(
        Tenant,
        r#"SELECT tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at
           FROM tenant FOR NO KEY UPDATE"#
    )
    .fetch_optional(conn)
    .await
}

/// Sets the status: `active` or `suspended`.
pub async fn set_status(conn: &mut PgConnection, status: &str, now: DateTime<Utc>) -> Result<Tenant> {
    sqlx::query_as!(
        Tenant,
        r#"UPDATE tenant SET status = $1, version = version + 1, changed_at = $2
           RETURNING tenant_id AS "tenant_id: TenantId", slug, name, locale, time_zone, currency_code, plan, status, version, created_at,
                  changed_at"#,
        status,
        now,
    )
    .fetch_one(conn)
    .await
}

/// Sets the plan. The published events do not contain it, so the version stays.
pub async fn set_plan(conn: &mut PgConnection, plan: &str) -> Result<()> {
    sqlx::query!("UPDATE tenant SET plan = $1", plan).execute(conn).await.map(drop)
}

/// Finds a tenant by slug, as the worker role, which sees all tenants.
pub async fn find_by_slug(conn: &mut PgConnection, slug: &str) -> Result<Option<TenantId>> {
    sqlx::query_scalar!(r#"SELECT tenant_id AS "tenant_id: TenantId" FROM tenant WHERE slug = $1"#, slug)
        .fetch_optional(conn)
        .await
}

/// Whether any tenant has the slug.
pub async fn is_slug_taken(conn: &mut PgConnection, slug: &str) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT is_slug_taken($1) AS "taken!""#, slug).fetch_one(conn).await
}
