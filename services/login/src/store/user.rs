//! People.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::user::User;

pub async fn insert(conn: &mut PgConnection, user: &User) -> Result<()> {
    sqlx::query!(
        "INSERT INTO user_account (user_id, tenant_id, email, display_name, locale, roles, status, version, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        user.user_id.as_uuid(),
        user.tenant_id.as_uuid(),
        user.email,
        user.display_name,
        user.locale,
        &user.roles,
        user.status,
        user.version,
        user.created_at,
        user.changed_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn find(conn: &mut PgConnection, user_id: UserId) -> Result<Option<User>> {
    sqlx::query_as!(
        User,
        r#"SELECT user_id AS "user_id: UserId", tenant_id AS "tenant_id: TenantId", email, display_name, locale, roles, status, version, created_at, changed_at
           FROM user_account WHERE user_id = $1"#,
        user_id.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// The tenant's users among `user_ids`, in that order.
pub async fn find_all(conn: &mut PgConnection, user_ids: &[Uuid]) -> Result<Vec<User>> {
    sqlx::query_as!(
        User,
        r#"SELECT user_id AS "user_id: UserId", tenant_id AS "tenant_id: TenantId", email, display_name, locale, roles, status, version, created_at, changed_at
           FROM user_account WHERE user_id = ANY($1) ORDER BY array_position($1, user_id)"#,
        user_ids,
    )
    .fetch_all(conn)
    .await
}

/// Whether a person of the tenant has this address in any of its forms.
pub async fn has_email(conn: &mut PgConnection, forms: &[String]) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM user_account WHERE email = ANY($1)) AS "has!""#, forms)
        .fetch_one(conn)
        .await
}

/// The tenant's people in the order in which they joined, those after `after`, at most `limit`.
pub async fn page(conn: &mut PgConnection, after: Option<Uuid>, limit: i64) -> Result<Vec<User>> {
    sqlx::query_as!(
        User,
        r#"SELECT user_id AS "user_id: UserId", tenant_id AS "tenant_id: TenantId", email, display_name, locale, roles, status, version, created_at, changed_at
           FROM user_account WHERE $1::uuid IS NULL OR user_id > $1 ORDER BY user_id LIMIT $2"#,
        after,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Locks a person against changes until the transaction ends. Any number of transactions can hold this lock.
pub async fn lock_shared(conn: &mut PgConnection, user_id: UserId) -> Result<Option<User>> {
    sqlx::query_as!(
        User,
        r#"SELECT user_id AS "user_id: UserId", tenant_id AS "tenant_id: TenantId", email, display_name, locale, roles, status, version, created_at, changed_at
           FROM user_account WHERE user_id = $1 FOR SHARE"#,
        user_id.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// Locks a person until the transaction ends.
pub async fn lock(conn: &mut PgConnection, user_id: UserId) -> Result<Option<User>> {
    sqlx::query_as!(
        User,
        r#"SELECT user_id AS "user_id: UserId", tenant_id AS "tenant_id: TenantId", email, display_name, locale, roles, status, version, created_at, changed_at
           FROM user_account WHERE user_id = $1 FOR UPDATE"#,
        user_id.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// Updates the columns that can change, and increments the version.
pub async fn update(conn: &mut PgConnection, user: &User, now: DateTime<Utc>) -> Result<User> {
    sqlx::query_as!(
        User,
        r#"UPDATE user_account
           SET display_name = $2, locale = $3, roles = $4, status = $5, version = version + 1, changed_at = $6
           WHERE user_id = $1
           RETURNING user_id AS "user_id: UserId", tenant_id AS "tenant_id: TenantId", email, display_name, locale, roles, status, version, created_at, changed_at"#,
        user.user_id.as_uuid(),
        user.display_name,
        user.locale,
        &user.roles,
        user.status,
        now,
    )
    .fetch_one(conn)
    .await
}

/// Deletes a person and all rows that refer to them.
pub async fn delete(conn: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM user_account WHERE user_id = $1", user_id.as_uuid()).execute(conn).await.map(drop)
}

pub async fn count(conn: &mut PgConnection) -> Result<i64> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM user_account"#).fetch_one(conn).await
}

/// Whether the tenant has another active admin.
pub async fn has_other_admin(conn: &mut PgConnection, user_id: UserId) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM user_account WHERE user_id <> $1 AND status = 'active' AND 'admin' = ANY(roles)) AS "has!""#,
        user_id.as_uuid(),
    )
    .fetch_one(conn)
    .await
}
